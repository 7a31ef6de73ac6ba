"""What a document's clauses cite → the links of the reader, each with the piece of text that carries it."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urlencode

from index.citing import Cites
from service.api import present
from service.page.state import State

TOLD = 6
"""Of a reference to many clauses so many are named; it leads to the first."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A reference in the text of a document and where it leads."""

    start: int
    end: int
    href: str
    """"" where the reference is unresolved."""
    title: str
    """What is cited as people write it."""
    newer: bool = False
    """The cited document is of a later day than the one that cites a number of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; its parts, each marked or not, are one link or none."""

    parts: tuple[tuple[str, bool], ...]
    jump: Jump | None = None


def jumps(
    cited: Sequence[Cites], state: State, is_newer: Callable[[str], bool] = lambda document_id: False
) -> list[Jump]:
    """One link for each place that cites, in order; places do not overlap."""
    found: list[Jump] = []
    for (start, end), places in groupby(cited, lambda one: (one.start, one.end)):
        targets = [one for one in places if one.target]
        names = "、".join(one.display for one in targets[:TOLD]) + ("…" if len(targets) > TOLD else "")
        href = _href(targets[0], state) if targets else ""
        # A whole document has no number that could have moved.
        numbered = bool(targets) and targets[0].target != targets[0].document_id
        found.append(Jump(start, end, href, names, numbered and is_newer(targets[0].document_id)))
    return found


def _href(one: Cites, state: State) -> str:
    """The reader at the clause, and within it at the 款 or 项."""
    fragment = one.target[len(one.document_id) + 1 :]
    values = [("clause", one.clause)] if one.clause else []
    if state.kept_lang:
        values.append(("lang", state.kept_lang))
    query = "?" + urlencode(values, errors="replace") if values else ""
    return f"/read/{present.encoded(one.document_id)}{query}" + (f"#{quote(fragment)}" if fragment else "")


def within(found: Sequence[Jump], start: int, end: int) -> Sequence[Jump]:
    """Those that lie in the stretch."""
    first = bisect_left(found, start, key=lambda jump: jump.start)
    last = bisect_left(found, end, key=lambda jump: jump.start)
    return [jump for jump in found[first:last] if jump.end <= end]


def linked(parts: Sequence[tuple[str, bool]], found: Sequence[Jump], start: int) -> tuple[Piece, ...]:
    """Cut the parts of a text that begins at `start` where links begin and end."""
    pieces: list[Piece] = []
    at = 0
    for jump in found:
        pieces += [Piece(_cut(parts, at, jump.start - start)),
                   Piece(_cut(parts, jump.start - start, jump.end - start), jump)]  # fmt: skip
        at = jump.end - start
    pieces.append(Piece(_cut(parts, at, sum(len(text) for text, _ in parts))))
    return tuple(piece for piece in pieces if piece.parts)


def _cut(parts: Sequence[tuple[str, bool]], start: int, end: int) -> tuple[tuple[str, bool], ...]:
    found: list[tuple[str, bool]] = []
    at = 0
    for text, mark in parts:
        if at < end and at + len(text) > start:
            found.append((text[max(start - at, 0) : end - at], mark))
        at += len(text)
    return tuple(found)
