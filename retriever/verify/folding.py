"""A text → its forms for comparison: `flat` keeps every place, `fold` drops blanks and says where the rest stood.

Only what does not change the words is levelled: width, blanks, and the kind of brackets, dashes and quotation marks.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

_SAME = {
    "(": "（﹙❨", ")": "）﹚❩", "[": "〔［【﹝", "]": "〕］】﹞", "-": "—–‐‑‒―−－", "·": "•‧・∙", ".": "。｡．",
    ",": "，﹐", "、": "､", "…": "⋯", "~": "～〜", "'": "’‘‛", "〇": "○◯", "%": "％﹪",
}  # fmt: skip
_ALIKE = {'"': "“”„‟「」『』〝〞＂", "《": "〈⟨", "》": "〉⟩"}
"""Levelled by `fold` only: `flat` must still tell where a quotation opens and closes."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without blanks, and where its characters stood."""

    text: str
    places: NDArray[np.int32]
    """(len(text),) offset in the original of each character, rising."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` (not empty) was."""
        return int(self.places[start]), int(self.places[end - 1]) + 1

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The span of `text` that comes from `original[start:end]`."""
        low, high = np.searchsorted(self.places, (start, end))
        return int(low), int(high)


def flat(text: str) -> str:
    """The text with widths, brackets and dashes levelled; every character keeps its place."""
    return _decoded(_level(_codes(text), _tables()[0]))


def fold(text: str) -> Folded:
    """The text levelled, without blanks and invisible characters."""
    codes = _level(_codes(text), _tables()[1])
    places = np.flatnonzero(codes).astype(np.int32)
    return Folded(_decoded(codes[places]), places)


def core(folded: str) -> tuple[int, int]:
    """The span of a folded quotation without punctuation at its ends, which belongs to the quoting sentence."""
    start, end = 0, len(folded)
    while start < end and folded[start] in _EDGE:
        start += 1
    while end > start and folded[end - 1] in _EDGE:
        end -= 1
    return start, end


_EDGE = frozenset(".,;:、!?…-\"'*>")


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _decoded(codes: NDArray[np.uint32]) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def _level(codes: NDArray[np.uint32], table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], codes)


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """(65536,) for `flat` and for `fold`; 0 drops a character."""
    table = np.arange(0x10000, dtype=np.uint32)
    table[0xFF01:0xFF5F] -= 0xFEE0
    table[0] = ord(" ")
    for one, others in _SAME.items():
        for other in others:
            table[ord(other)] = ord(one)
    folding = table.copy()
    for one, others in _ALIKE.items():
        for other in others:
            folding[ord(other)] = ord(one)
    for code in range(0x10000):
        if chr(code).isspace() or unicodedata.category(chr(code)) in ("Cf", "Cc"):
            folding[code] = 0
    return table, folding
