"""Pieces and rules of a page in, its lines in reading order out: columns one after the other, tables as rows."""

from dataclasses import replace
from itertools import groupby

from index.readers.layout import Line, Page, Piece
from index.readers.layout_aligned import take_aligned
from index.readers.layout_columns import Columns, columns_of
from index.readers.layout_lines import groups_of, line_of
from index.readers.layout_tables import Rule, take_tables

_SLACK = 3.0


def page_lines(pieces: list[Piece], rules: list[Rule], page: int) -> list[Line]:
    """Return the lines of a page in reading order; lines know the column they stand in."""
    rows, pieces = take_tables(rules, pieces, page)
    groups = groups_of(pieces)
    columns = columns_of(groups)
    if columns is None:
        lines = take_aligned(groups, page)
        return sorted([*lines, *rows], key=lambda line: (line.top, line.left))
    lines = []
    for side in range(columns.count):
        own = [piece for piece in pieces if columns.side(piece) == side]
        lines += [replace(line_of(group, page), column=side) for group in groups_of(own)]
    full = [piece for piece in pieces if columns.side(piece) < 0]
    lines += [line_of(group, page) for group in groups_of(full)]
    placed = [(_place(columns, line), line) for line in [*lines, *rows]]
    return [line for _, line in sorted(placed, key=lambda pair: pair[0])]


def unfolded(pages: list[Page]) -> list[Page]:
    """Part pages that are set in columns into their columns, each a page of its own with the same number."""
    parts: list[Page] = []
    edges: tuple[float, float] | None = None
    for page in pages:
        if edges is not None and all(edges[0] <= line.left < line.right <= edges[1] for line in page.lines):
            # The text ends within the left column of its last page.
            page.lines = [replace(line, column=0) for line in page.lines]
        if all(line.column is None for line in page.lines):
            parts.append(page)
            edges = None
            continue
        count = max(line.column or 0 for line in page.lines) + 1
        sides = [[line for line in page.lines if line.column == side] for side in range(count)]
        lefts = [min((line.left for line in side), default=0.0) for side in sides]
        rights = [max((line.right for line in side), default=0.0) for side in sides]
        if sides[0]:
            edges = (lefts[0] - _SLACK, rights[0] + _SLACK)
        # The right margin that `layout_paragraphs` expects of a page.
        width = 1.7 * lefts[0] + max(right - left for left, right in zip(lefts, rights, strict=True))
        for side, run in groupby(page.lines, key=lambda line: line.column):
            if side is None:
                parts.append(replace(page, lines=list(run)))
                continue
            shift = lefts[0] - lefts[side]
            moved = [replace(line, left=line.left + shift, right=line.right + shift) for line in run]
            parts.append(Page(page.number, width, page.height, moved, in_columns=True))
    return parts


def _place(columns: Columns, line: Line) -> tuple[float, int, float, float]:
    """Return what lines are sorted by: the band, the column in it, and the place in the column."""
    middle = (line.top + line.bottom) / 2
    for top, bottom in columns.bands:
        if top <= middle <= bottom and not columns.crossed(line):
            return top, columns.column(line), line.top, line.left
    return line.top, 0, line.top, line.left
