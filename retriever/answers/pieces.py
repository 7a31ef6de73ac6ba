"""A clause's text → its pieces: what stands between commas, full stops and the like; quotes are runs of pieces."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from index.document import Clause

_OPENING = "（(《“「『〔【[〈"
_CLOSING = "）)》”」』〕】]〉"
_FULL_STOPS = "。！？!?"
_BREAKS = "，；：,;:\n" + _FULL_STOPS
_MAX_BRACKETED = 60
"""An opening bracket whose partner is further away protects nothing: it may have been lost."""
_MARKER = re.compile(
    r"\s*(?:第[〇零一二三四五六七八九十百千万\d]+[编章节条款项](?:之[一二三四五六七八九十]+)?[\s　]+"
    r"|[（(][〇零一二三四五六七八九十百\d]+[）)]|[一二三四五六七八九十]+、|\d+[.．、](?!\d)|[①-⑳㈠-㈩⑴-⒇])[\s　]*"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]` of a clause, without the marks around it."""

    start: int
    end: int
    sentence: int
    """0-based number of the sentence in the clause; a list broken by semicolons is one sentence."""


def pieces(text: str, number: str = "") -> list[Piece]:
    """Cut a clause's text; `number` is the printed number that it may begin with and that is no part of an answer."""
    found: list[Piece] = []
    start = _after_number(text, number)
    sentence, at, guarded = 0, start, start
    while at <= len(text):
        mark = text[at] if at < len(text) else "\n"
        if at >= guarded and mark in _OPENING:
            guarded = _partner(text, at)
        if at >= guarded and mark in _BREAKS and not _within_number(text, at):
            _add(found, text, start, at, sentence)
            sentence += mark in _FULL_STOPS
            start = at + 1
        at += 1
    return found


def pieces_of(clause: Clause) -> list[Piece]:
    return pieces(clause.text, clause.number)


MAX_PIECES = 40
"""Pieces of one clause that are looked at for a question."""


def stretches(found: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    """The pieces in runs of whole sentences, at most `MAX_PIECES` each: only a sentence longer than that is cut."""
    runs: list[list[Piece]] = [[]]
    for _, sentence in groupby(found, key=lambda piece: piece.sentence):
        own = list(sentence)
        if runs[-1] and len(runs[-1]) + len(own) > MAX_PIECES:
            runs.append([])
        while own:
            room = MAX_PIECES - len(runs[-1])
            runs[-1] += own[:room]
            if own := own[room:]:
                runs.append([])
    return [tuple(run) for run in runs]


def _add(found: list[Piece], text: str, start: int, end: int, sentence: int) -> None:
    marker = _MARKER.match(text, start, end)
    if marker:
        start = marker.end()
    while start < end and (text[start].isspace() or text[start] in "”’」』）)"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(map(str.isalnum, text[start:end])):
        found.append(Piece(start, end, sentence))


def _after_number(text: str, number: str) -> int:
    start = len(number) if number and text.startswith(number) else 0
    while start < len(text) and (text[start].isspace() or text[start] in "、.．"):
        start += 1
    return start


def _partner(text: str, at: int) -> int:
    """Place after the bracket that closes the one at `at`; `at` itself where none is near."""
    opening = text[at]
    closing = _CLOSING[_OPENING.index(opening)]
    depth = 0
    for i in range(at, min(len(text), at + _MAX_BRACKETED)):
        depth += (text[i] == opening) - (text[i] == closing)
        if depth == 0:
            return i
    return at


def _within_number(text: str, at: int) -> bool:
    """True for the comma of 1,000 and the colon of 10:30."""
    return 0 < at < len(text) - 1 and text[at] in ",:" and text[at - 1].isdigit() and text[at + 1].isdigit()
