"""Lines of a page in; tables that are set by blanks alone become rows, the other lines stay as they are."""

import re
from bisect import bisect_right

from index.readers.layout import Line, Piece, glue
from index.readers.layout_lines import line_of

_CHAPTER = re.compile(r"第\s?[0-9一二三四五六七八九十百]{1,5}\s?[编章节]")
_LEADERS = re.compile(r"\.{4,}|…{2,}|·{4,}")
_MIN_ROWS = 3
_MIN_COLUMNS, _MAX_COLUMNS = 3, 40
"""Two columns without rules may be a list of names, a signature or a title as well as a table."""
_MAX_LINE_GAP = 1.2
"""In line heights; a cell goes on in the next line, a new row or paragraph stands further off."""


def take_aligned(groups: list[list[Piece]], page: int) -> list[Line]:
    """Return the lines of a page; `groups` are the pieces of each line, top down."""
    lines: list[Line] = []
    i = 0
    while i < len(groups):
        end, edges = _table(groups, i)
        if edges:
            lines += _rows(groups[i:end], edges, page)
        else:
            lines += [line_of(group, page) for group in groups[i:end]]
        i = end
    return lines


def _table(groups: list[list[Piece]], begin: int) -> tuple[int, list[float]]:
    """Return where a table that begins at a line ends and the left edges of its columns.

    Without edges the lines up to that end begin no table.
    """
    if len(groups[begin]) < _MIN_COLUMNS or _is_contents(groups[begin]):
        return begin + 1, []
    end, found = begin + 1, 1
    columns = _with_line([], groups[begin])
    while end < len(groups):
        group = groups[end]
        if _is_contents(group):
            break
        wider = _with_line(columns, group)
        if len(group) >= _MIN_COLUMNS:
            if len(wider) < max(len(columns), _MIN_COLUMNS):
                break
            found += 1
        elif len(wider) != len(columns) or not _goes_on(groups[end - 1], group, columns):
            break
        columns = wider
        end += 1
    if found < _MIN_ROWS:
        return begin + 1, []
    return end, [left for left, _ in columns] if len(columns) <= _MAX_COLUMNS else []


def _is_contents(group: list[Piece]) -> bool:
    """Whether a line is one of a table of contents, whose numbers of pages stand in a column of their own."""
    chapter = _CHAPTER.match(group[0].text) is not None and group[-1].text.strip().isdecimal()
    return chapter or any(_LEADERS.search(piece.text) for piece in group)


def _with_line(columns: list[tuple[float, float]], group: list[Piece]) -> list[tuple[float, float]]:
    """Widen columns (left, right) by the pieces of a line; those that overlap become one."""
    wider: list[tuple[float, float]] = []
    for left, right in sorted([*columns, *((piece.left, piece.right) for piece in group)]):
        if wider and left <= wider[-1][1]:
            wider[-1] = (wider[-1][0], max(wider[-1][1], right))
        else:
            wider.append((left, right))
    return wider


def _goes_on(above: list[Piece], group: list[Piece], columns: list[tuple[float, float]]) -> bool:
    """Whether a line holds only what did not fit into the cells of the line above it, the first one excepted."""
    close = min(piece.top for piece in group) - max(piece.bottom for piece in above)
    return close < _MAX_LINE_GAP * group[0].size and all(piece.left > columns[0][1] for piece in group)


def _column(edges: list[float], piece: Piece) -> int:
    return max(bisect_right(edges, piece.left + 0.1) - 1, 0)


def _rows(groups: list[list[Piece]], edges: list[float], page: int) -> list[Line]:
    lines: list[Line] = []
    cells: list[str] = []
    for group in groups:
        left, right = group[0].left, max(piece.right for piece in group)
        top, bottom = min(piece.top for piece in group), max(piece.bottom for piece in group)
        if len(group) >= _MIN_COLUMNS or not lines:
            cells = [""] * len(edges)
            first = not lines
            lines.append(Line("", left, right, top, bottom, page, len(edges), first))
        for piece in group:
            column = _column(edges, piece)
            cells[column] = glue(cells[column], piece.text.strip())
        lines[-1].text = "\t".join(cells).rstrip("\t")
        lines[-1].bottom = bottom
    return lines
