"""Lines of a page in; tables that are set by blanks alone become rows, the other lines stay as they are."""

from bisect import bisect_right

from index.readers.layout import Line, Piece, glue, line_of

_MIN_ROWS = 3
_MIN_COLUMNS = 3
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
            i = end
        else:
            lines.append(line_of(groups[i], page))
            i += 1
    return lines


def _table(groups: list[list[Piece]], begin: int) -> tuple[int, list[float]]:
    """Return where a table that begins at a line ends, and the left edges of its columns; none if it is none."""
    if len(groups[begin]) < _MIN_COLUMNS:
        return begin, []
    end, found = begin + 1, 1
    edges = _edges(groups[begin:end])
    while end < len(groups):
        group = groups[end]
        wider = _edges([*groups[begin:end], group])
        if len(group) >= _MIN_COLUMNS:
            if len(wider) < max(len(edges), _MIN_COLUMNS):
                break
            found += 1
        elif not _goes_on(groups[end - 1], group, edges, wider):
            break
        edges = wider
        end += 1
    return (end, edges) if found >= _MIN_ROWS else (begin, [])


def _edges(groups: list[list[Piece]]) -> list[float]:
    """Return the left edges of the columns: the places that no piece of any line crosses part them."""
    edges: list[float] = []
    right = float("-inf")
    for piece in sorted((piece for group in groups for piece in group), key=lambda piece: piece.left):
        if piece.left > right:
            edges.append(piece.left)
        right = max(right, piece.right)
    return edges


def _goes_on(above: list[Piece], group: list[Piece], edges: list[float], wider: list[float]) -> bool:
    """Whether a line holds only what did not fit into the cells of the line above it, the first one excepted."""
    close = min(piece.top for piece in group) - max(piece.bottom for piece in above)
    inside = len(wider) == len(edges) and all(_column(edges, piece) > 0 for piece in group)
    return inside and close < _MAX_LINE_GAP * group[0].size


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
