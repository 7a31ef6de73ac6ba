"""Characters placed on a page in, pieces of text out; and what pieces, lines and pages are, for PDF and OFD."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_PRIVATE = re.compile(r"(?:[\ue000-\uf8ff\U000f0000-\U0010fffd]\s*)+")
_STRETCHED = 5
_STRETCHED_RUN = re.compile(rf"(?:[\u2e80-\uffef] ){{{_STRETCHED},}}[\u2e80-\uffef]")


@dataclass(slots=True)
class Piece:
    """Characters set one after another on one line, in a coordinate system where y grows downwards."""

    text: str
    lefts: list[float]
    """Left edge of each character."""
    right: float
    top: float
    bottom: float

    @property
    def left(self) -> float:
        """Left edge of the first character."""
        return self.lefts[0]

    @property
    def size(self) -> float:
        """Height of the line box, near the font size."""
        return self.bottom - self.top


Placed = tuple[str, float, float, float, float]
"""(character, left, top, right, bottom)."""
_COLUMN_GAP = 1.5
"""In em; a wider gap parts pieces, which a table then puts into cells."""


@dataclass(slots=True)
class Line:
    """One printed line, or one row of a ruled table."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    page: int
    columns: int = 0
    """Number of columns of the table that this is a row of, 0 for running text."""
    first_row: bool = False
    above: tuple[tuple[int, str], ...] = ()
    """(column, text) of merged cells that reach into this row from above; no text of its own."""
    column: int | None = None
    """0, 1, 2 from the left on a part of a page that is set in columns."""

    @property
    def size(self) -> float:
        """Height of the line box."""
        return self.bottom - self.top


@dataclass(slots=True)
class Page:
    """The lines of one page, top down."""

    number: int
    width: float
    height: float
    lines: list[Line]
    in_columns: bool = False
    """Only the lines of one of its columns, moved to where the left column stands."""


def is_wide(character: str) -> bool:
    """Whether a character is set a whole em wide: Chinese characters and full-width punctuation."""
    return "\u2e80" <= character <= "\uffef" or character in "“”‘’…—①②③④⑤⑥⑦⑧⑨⑩"


def glue(before: str, after: str) -> str:
    """Join two pieces of one sentence: with a space only between two Latin words or numbers."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return before + after
    if is_wide(before[-1]) or is_wide(after[0]) or before[-1] in "-/" or not before[-1].isalnum():
        return before + after
    return f"{before} {after}" if after[0].isalnum() else before + after


def pieces_of(characters: Iterable[Placed]) -> tuple[list[Piece], int]:
    """Collect characters into pieces; also return how many have no code and were left out."""
    pieces: list[Piece] = []
    unknown = 0
    current: Piece | None = None
    pending = False
    for character, left, top, right, bottom in characters:
        if character in "\r\n":
            continue
        if right <= left:
            # PDFium puts a space of no width where it sees a gap.
            pending = pending or character == " "
            continue
        if character in ("\x00", "\ufffd"):
            unknown += 1
            continue
        size = bottom - top
        gap = 0.0 if current is None else left - current.right
        if (
            current is None
            or abs(bottom - current.bottom) > 0.4 * size
            or not -0.7 * size < gap < _COLUMN_GAP * size
        ):
            current = Piece(character, [left], right, top, bottom)
            pieces.append(current)
        else:
            if pending and _is_space(current.text[-1], character, gap / size):
                current.text += " "
                current.lefts.append(current.right)
            current.text += character
            current.lefts.append(left)
            current.right = max(right, current.right)
        pending = False
    kept: list[Piece] = []
    for piece in pieces:
        if _PRIVATE.fullmatch(piece.text):
            # What a private font draws alone on a line (a box, an ornament) is no text.
            unknown += len(piece.text.strip())
        elif piece.text.strip():
            _close_up(piece)
            kept.append(piece)
    return kept, unknown


def _close_up(piece: Piece) -> None:
    """Take out the gaps of a run that is stretched to fill its line: nobody types a space after each character."""
    if piece.text.count(" ") < _STRETCHED:
        return
    drop = {
        i
        for run in _STRETCHED_RUN.finditer(piece.text)
        for i in range(run.start(), run.end())
        if piece.text[i] == " "
    }
    if drop:
        piece.lefts = [left for i, left in enumerate(piece.lefts) if i not in drop]
        piece.text = "".join(character for i, character in enumerate(piece.text) if i not in drop)


def _is_space(before: str, after: str, gap: float) -> bool:
    """Whether a gap, in em, is a space: justified Chinese lines have gaps that are none.

    Word sets a quarter em between Chinese and Latin characters without any space in the text.
    """
    if is_wide(before) and is_wide(after):
        return gap > 0.15
    return gap > 0.3 if is_wide(before) or is_wide(after) else True


def split_piece(piece: Piece, edges: list[float]) -> list[Piece]:
    """Cut a piece where a vertical rule passes through it."""
    cuts = [0]
    for edge in edges:
        if piece.left < edge < piece.right:
            cut = next(
                (i for i, left in enumerate(piece.lefts) if left >= edge - 0.3 * piece.size), len(piece.lefts)
            )
            if cuts[-1] < cut < len(piece.lefts):
                cuts.append(cut)
    cuts.append(len(piece.lefts))
    parts: list[Piece] = []
    for begin, end in pairwise(cuts):
        right = piece.lefts[end] if end < len(piece.lefts) else piece.right
        parts.append(Piece(piece.text[begin:end], piece.lefts[begin:end], right, piece.top, piece.bottom))
    return parts
