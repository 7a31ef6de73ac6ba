"""Pieces of text placed on a page in, lines in order out; raised marks stand on the line they belong to."""

from collections.abc import Iterable

from index.readers.layout import Line, Piece

_MAX_RAISED_CHARS, _MAX_MARKS = 4, 8


def lines_of(pieces: Iterable[Piece], page: int) -> list[Line]:
    """Put pieces with one baseline on one line, left to right, and the lines in order, top down."""
    return [line_of(group, page) for group in groups_of(pieces)]


def groups_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pieces of each line, left to right, and the lines in order, top down."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.bottom, piece.left)):
        group = groups[-1] if groups else None
        if group and piece.bottom - group[0].bottom < 0.5 * min(piece.size, group[0].size):
            group.append(piece)
        else:
            groups.append([piece])
    return [sorted(group, key=lambda piece: piece.left) for group in _with_raised(groups)]


def _with_raised(groups: list[list[Piece]]) -> list[list[Piece]]:
    """Put raised and lowered characters, such as marks of footnotes, on the line that they belong to."""
    home: dict[int, int] = {}
    for i, group in enumerate(groups):
        marks = len(group) <= _MAX_MARKS and all(len(one.text.strip()) <= _MAX_RAISED_CHARS for one in group)
        if marks:
            for near in (i + 1, i - 1):
                if 0 <= near < len(groups) and near not in home and _is_raised(group, groups[near]):
                    home[i] = near
                    break
    for i, near in home.items():
        groups[near] += groups[i]
    return [group for i, group in enumerate(groups) if i not in home]


def _is_raised(marks: list[Piece], line: list[Piece]) -> bool:
    """Whether pieces are smaller than those of a line and each touches it."""
    size = max(piece.size for piece in line)
    return all(mark.size < 0.8 * size and _is_beside(mark, line) for mark in marks)


def _is_beside(piece: Piece, group: list[Piece]) -> bool:
    """Whether a piece touches the line of a group."""
    middle = (piece.top + piece.bottom) / 2
    return any(
        other.top - 0.3 * piece.size < middle < other.bottom
        and (abs(piece.left - other.right) < other.size or abs(other.left - piece.right) < other.size)
        for other in group
    )


def line_of(pieces: list[Piece], page: int) -> Line:
    """Join the pieces of one line, left to right."""
    text = ""
    right = pieces[0].left
    for piece in pieces:
        gap = piece.left - right
        parted = text and not text[-1].isspace() and gap > 0.5 * piece.size
        text = f"{text} {piece.text}" if parted else text + piece.text
        right = max(right, piece.right)
    tallest = max(pieces, key=lambda piece: len(piece.text))
    return Line(text.strip(), pieces[0].left, right, tallest.top, tallest.bottom, page)
