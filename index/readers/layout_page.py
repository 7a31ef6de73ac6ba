"""Pieces and rules of a page in, its lines in reading order out: columns one after the other, tables as rows."""

from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from index.readers.layout import Line, Page, Piece
from index.readers.layout_aligned import take_aligned
from index.readers.layout_lines import groups_of, line_of
from index.readers.layout_tables import Rule, take_tables

_MIN_LINES = 6
"""Fewer lines side by side are no columns of text."""
_MIN_CHARS = 9
_SLACK = 3.0
_MAX_WIDTH = 5000.0
"""Points; A0 is 3,370 high. A page may claim any size."""
_STEP = 2.0
"""Points; how finely a free strip is looked for."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Two columns of text: where they are parted, and the bands of the page where they stand."""

    gutter: float
    bands: tuple[tuple[float, float], ...]
    """(top, bottom)."""


def page_lines(pieces: list[Piece], rules: list[Rule], page: int) -> list[Line]:
    """Return the lines of a page in reading order; lines of the right column are marked as such."""
    rows, pieces = take_tables(rules, pieces, page)
    groups = groups_of(pieces)
    columns = _columns(groups)
    if columns is None:
        lines = take_aligned(groups, page)
        return sorted([*lines, *rows], key=lambda line: (line.top, line.left))
    lines = []
    for side in (0, 1):
        own = [piece for piece in pieces if _side(columns, piece) == side]
        lines += [replace(line_of(group, page), column=side) for group in groups_of(own)]
    full = [piece for piece in pieces if _side(columns, piece) < 0]
    lines += [line_of(group, page) for group in groups_of(full)]
    placed = [(_place(columns, line), line) for line in [*lines, *rows]]
    return [line for _, line in sorted(placed, key=lambda pair: pair[0])]


def unfolded(pages: list[Page]) -> list[Page]:
    """Part pages that are set in two columns into their columns, each a page of its own with the same number."""
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
        sides = [[line for line in page.lines if line.column == side] for side in (0, 1)]
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


def _place(columns: _Columns, line: Line) -> tuple[float, int, float, float]:
    """Return what lines are sorted by: the band, the column in it, and the place in the column."""
    middle = (line.top + line.bottom) / 2
    for top, bottom in columns.bands:
        if top <= middle <= bottom and not line.left < columns.gutter < line.right:
            return top, int(line.left > columns.gutter), line.top, line.left
    return line.top, 0, line.top, line.left


def _side(columns: _Columns, piece: Piece) -> int:
    """Return 0 for the left column, 1 for the right one, -1 outside the columns."""
    middle = (piece.top + piece.bottom) / 2
    if not any(top <= middle <= bottom for top, bottom in columns.bands):
        return -1
    return int(piece.left > columns.gutter)


def _columns(groups: list[list[Piece]]) -> _Columns | None:
    """Find two columns of running text; columns of short cells are a table, which is read across."""
    if len(groups) < _MIN_LINES:
        return None
    gutter = _gutter(groups)
    if gutter is None:
        return None
    bands: list[tuple[float, float]] = []
    run: list[list[Piece]] = []
    for group in [*groups, None]:
        if group is not None and not any(piece.left < gutter < piece.right for piece in group):
            run.append(group)
            continue
        if run and _is_prose(run, gutter):
            bands.append((min(piece.top for piece in run[0]), max(piece.bottom for piece in run[-1])))
        run = []
    return _Columns(gutter, tuple(bands)) if bands else None


def _gutter(groups: list[list[Piece]]) -> float | None:
    """Return the middle of the widest strip near the middle of the text that hardly any line crosses."""
    left = min(piece.left for group in groups for piece in group)
    right = max(piece.right for group in groups for piece in group)
    if not right - left < _MAX_WIDTH:
        return None
    count = int((right - left) / _STEP) + 1
    changes = [0] * (count + 1)
    for group in groups:
        # Blanks inside a line count as the line.
        for piece in group:
            changes[int(max(piece.left - left, 0) / _STEP)] += 1
            changes[min(int((piece.right - left) / _STEP) + 1, count)] -= 1
    best: tuple[int, int] = (0, 0)
    crossing = begin = 0
    for i in range(count):
        crossing += changes[i]
        if crossing > 0.25 * len(groups) or not 0.3 * count < i < 0.7 * count:
            begin = i + 1
        elif i + 1 - begin > best[1] - best[0]:
            best = (begin, i + 1)
    if (best[1] - best[0]) * _STEP < 0.6 * median(piece.size for group in groups for piece in group):
        return None
    return left + (best[0] + best[1]) / 2 * _STEP


def _is_prose(run: list[list[Piece]], gutter: float) -> bool:
    """Whether on both sides stand lines long enough for running text, most of them full."""
    for side in (False, True):
        found = [piece for group in run for piece in group if (piece.left > gutter) is side]
        if len(found) < _MIN_LINES or median(len(piece.text) for piece in found) < _MIN_CHARS:
            return False
        edge = sorted(piece.right for piece in found)[int(0.9 * (len(found) - 1))]
        if sum(edge - piece.right < 2 * piece.size for piece in found) < 0.4 * len(found):
            return False
    both = sum(len({piece.left > gutter for piece in group}) == 2 for group in run)
    return both >= 0.3 * len(run)
