"""A text → its forms for comparison: `flat` keeps every place, `fold` drops blanks and says where the rest stood.

Only what does not change the words is levelled: width, blanks, the kind of brackets, dashes and quotation marks, and
the script, traditional as simplified, character by character so that each keeps its place.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.text import simplified

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


def script_differs(quoted: str, source: str) -> bool:
    """True if words that fold as (part of) the source's are written in the other script."""
    table = _tables()[2]
    said, there = (set(_decoded(_level(_codes(text), table))) for text in (quoted, source))
    return any(fold(character).text != character for character in said - there if character.isalpha())


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
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    """(65536,) for `flat`, for `fold`, and for `fold` that leaves the script; 0 drops a character."""
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
    literal = folding.copy()
    for code, simple in _simple_forms():
        table[code] = folding[code] = simple
    return table, folding, literal


def _simple_forms() -> Iterator[tuple[int, int]]:
    """Traditional characters and their simplified forms, each on its own: 著 is 着 on both sides compared."""
    codes = range(0x3400, 0xA000)
    lines = simplified("\n".join(map(chr, codes))).split("\n")
    for code, line in zip(codes, lines, strict=True):
        if len(line) == 1 and code != ord(line) < 0x10000:
            yield code, ord(line)
