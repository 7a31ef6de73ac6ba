"""Ruled lines and pieces of text on a page in, the rows of its tables out, and the pieces outside them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from index.readers.layout import Line, Piece, glue, split_piece
from index.readers.layout_lines import lines_of
from index.readers.table_grid import Cell, rows_of

_NEAR = 3.0
_MAX_RULES = 2000
_MAX_CELLS = 50_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin ruled line: horizontal if `top == bottom`, vertical if `left == right`."""

    left: float
    top: float
    right: float
    bottom: float


def rules_of_box(left: float, top: float, right: float, bottom: float, outlined: bool) -> list[Rule]:
    """Return the rules that a box stands for: itself if it is thin, else its four sides if they are drawn."""
    width, height = right - left, bottom - top
    if height <= _NEAR and width > 2 * _NEAR:
        return [Rule(left, (top + bottom) / 2, right, (top + bottom) / 2)]
    if width <= _NEAR and height > 2 * _NEAR:
        return [Rule((left + right) / 2, top, (left + right) / 2, bottom)]
    if outlined and width > 2 * _NEAR and height > 2 * _NEAR:
        return [
            Rule(left, top, right, top),
            Rule(left, bottom, right, bottom),
            Rule(left, top, left, bottom),
            Rule(right, top, right, bottom),
        ]
    return []


def take_tables(rules: list[Rule], pieces: list[Piece], page: int) -> tuple[list[Line], list[Piece]]:
    """Return the rows of all ruled tables and the pieces that stand in none."""
    rows: list[Line] = []
    if len(rules) > _MAX_RULES:
        return rows, pieces
    for group in _connected(rules):
        xs = _positions([rule.left for rule in group if rule.left == rule.right])
        ys = _positions([rule.top for rule in group if rule.top == rule.bottom])
        if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MAX_CELLS:
            continue
        inside = [piece for piece in pieces if _within(piece, xs, ys)]
        table = _Grid(group, xs, ys).rows(inside, page)
        if max((sum(bool(text) for text in line.text.split("\t")) for line in table), default=0) > 1:
            rows += table
            taken = {id(piece) for piece in inside}
            pieces = [piece for piece in pieces if id(piece) not in taken]
    return rows, pieces


class _Grid:
    """The cells between the rules of one table; cells without a rule between them are one."""

    def __init__(self, rules: list[Rule], xs: list[float], ys: list[float]) -> None:
        self._xs, self._ys = xs, ys
        self._down = _by_edge(
            xs, ((rule.left, rule.top, rule.bottom) for rule in rules if rule.left == rule.right)
        )
        self._across = _by_edge(
            ys, ((rule.top, rule.left, rule.right) for rule in rules if rule.top == rule.bottom)
        )

    def rows(self, pieces: list[Piece], page: int) -> list[Line]:
        origins = self._origins()
        inside: dict[tuple[int, int], list[Piece]] = {}
        for piece in pieces:
            for part in split_piece(piece, self._xs[1:-1]):
                column = _band(self._xs, (part.left + part.right) / 2)
                row = _band(self._ys, (part.top + part.bottom) / 2)
                inside.setdefault(origins[row, column], []).append(part)
        # Rows and columns are visited in order, so the last place seen is the lower right end of a cell.
        ends = {origin: place for place, origin in origins.items()}
        table: list[list[Cell]] = [[] for _ in self._ys[1:]]
        for (row, column), (bottom, right) in sorted(ends.items()):
            text = _text(inside.get((row, column), []), page)
            table[row].append(Cell(text, right - column + 1, bottom - row + 1))
        lines: list[Line] = []
        for made in rows_of(table):
            top, low = self._ys[made.first], self._ys[made.last + 1]
            columns, first = len(self._xs) - 1, not lines
            lines.append(
                Line(made.text, self._xs[0], self._xs[-1], top, low, page, columns, first, made.above)
            )
        return lines

    def _origins(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Return the upper left place of the cell that each place belongs to."""
        origins: dict[tuple[int, int], tuple[int, int]] = {}
        for row, (top, bottom) in enumerate(pairwise(self._ys)):
            for column, (left, right) in enumerate(pairwise(self._xs)):
                if column and not _runs_past(self._down[column], (top + bottom) / 2):
                    origins[row, column] = origins[row, column - 1]
                elif row and not _runs_past(self._across[row], (left + right) / 2):
                    origins[row, column] = origins[row - 1, column]
                else:
                    origins[row, column] = (row, column)
        return origins


def _by_edge(
    edges: list[float], rules: Iterable[tuple[float, float, float]]
) -> list[list[tuple[float, float]]]:
    """Sort rules (place, begin, end) to the edges that they run along; near ones were merged into one edge."""
    found: list[list[tuple[float, float]]] = [[] for _ in edges]
    for place, begin, end in rules:
        for near in range(bisect_left(edges, place - _NEAR), bisect_right(edges, place + _NEAR)):
            found[near].append((begin, end))
    return found


def _runs_past(rules: list[tuple[float, float]], middle: float) -> bool:
    return any(begin - _NEAR <= middle <= end + _NEAR for begin, end in rules)


def _text(pieces: list[Piece], page: int) -> str:
    text = ""
    for line in lines_of(pieces, page):
        text = glue(text, line.text)
    return text


def _within(piece: Piece, xs: list[float], ys: list[float]) -> bool:
    x, y = (piece.left + piece.right) / 2, (piece.top + piece.bottom) / 2
    return xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]


def _band(edges: list[float], position: float) -> int:
    return min(max(bisect_right(edges, position) - 1, 0), len(edges) - 2)


def _positions(values: list[float]) -> list[float]:
    """Merge positions that a reader would see as one."""
    merged: list[float] = []
    for position in sorted(values):
        if not merged or position - merged[-1] > _NEAR:
            merged.append(position)
    return merged


def _connected(rules: list[Rule]) -> list[list[Rule]]:
    """Group rules that touch each other; far apart groups are different tables."""
    groups: list[tuple[list[Rule], list[float]]] = []
    for rule in sorted(rules, key=lambda rule: (rule.top, rule.left)):
        box = [rule.left - _NEAR, rule.top - _NEAR, rule.right + _NEAR, rule.bottom + _NEAR]
        members = [rule]
        apart: list[tuple[list[Rule], list[float]]] = []
        for group, other in groups:
            if box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]:
                members = group + members
                box = [
                    min(box[0], other[0]),
                    min(box[1], other[1]),
                    max(box[2], other[2]),
                    max(box[3], other[3]),
                ]
            else:
                apart.append((group, other))
        groups = [*apart, (members, box)]
    return [members for members, _ in groups]
