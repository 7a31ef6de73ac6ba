"""Cells with spans in, the rows of a table as text out: a head of several rows combined, merged cells repeated."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

_MAX_WIDTH, _MAX_HEIGHT, _MAX_SPANNED_COLUMNS = 200, 5000, 400
"""Longer spans, and spans further to the right, are mistakes or attacks."""
_MAX_HEAD_ROWS = 4
_LOOKED_AT = 12
"""Rows among which a head may begin and end; the rest of a table is never held in memory."""
_MAX_HEAD_CHARS = 40
_MAX_REPEATED_CHARS = 60
"""A longer merged cell is a text of its own, not the name of what stands beside it."""
_FIGURE = re.compile(r"[0-9０-９.,，%％+\-—－/\s]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell where it begins, with the columns and rows that it covers."""

    text: str
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row as one line, and the rows `first` to `last` of the table that it stands for."""

    text: str
    """Cells joined by tabs; columns that a merged cell covers to the right of its first are empty."""
    first: int
    last: int
    above: tuple[tuple[int, str], ...] = ()
    """(column, text) of the merged cells that reach down into this row from above, not yet in its text."""

    @property
    def filled(self) -> str:
        """The text with the merged cells from above in it: the row as it reads on its own."""
        return fill(self.text, self.above)


@dataclass(slots=True)
class _Slot:
    """A cell in its place."""

    text: str
    column: int
    row: int
    width: int
    height: int


def rows_of(table: Iterable[Iterable[Cell]]) -> Iterator[Row]:
    """Yield the rows that have text of their own, in order."""
    placed = _placed(table)
    top = list(islice(placed, _LOOKED_AT))
    head, depth = _head(top)
    for number, slots in enumerate(chain(top, placed)):
        if number == head and depth > 1:
            row = _combined(top, head, head + depth - 1)
        elif head < number < head + depth:
            continue
        else:
            row = _single(slots, number)
        if row.text:
            yield row


def fill(text: str, above: Sequence[tuple[int, str]]) -> str:
    """Put texts into the empty columns of a row."""
    cells = text.split("\t")
    for column, covering in above:
        cells += [""] * (column + 1 - len(cells))
        cells[column] = cells[column] or covering
    return "\t".join(cells)


def _placed(table: Iterable[Iterable[Cell]]) -> Iterator[dict[int, _Slot]]:
    """Yield column → cell for each row; a column that nothing covers is absent."""
    reaching: dict[int, _Slot] = {}
    for number, cells in enumerate(table):
        row = {column: slot for column, slot in reaching.items() if slot.row + slot.height > number}
        column = 0
        for cell in cells:
            while column in row:
                column += 1
            spans = column < _MAX_SPANNED_COLUMNS
            width = min(max(cell.width, 1), _MAX_WIDTH) if spans else 1
            height = min(max(cell.height, 1), _MAX_HEIGHT) if spans else 1
            slot = _Slot(cell.text, column, number, width, height)
            for covered in range(column, column + width):
                row.setdefault(covered, slot)
            column += 1
        yield row
        reaching = row


def _single(slots: dict[int, _Slot], number: int) -> Row:
    columns = max(slots, default=-1) + 1
    texts = [""] * columns
    above: list[tuple[int, str]] = []
    for column, slot in slots.items():
        if column != slot.column or not slot.text:
            continue
        if slot.row == number:
            texts[column] = slot.text
        elif len(slot.text) <= _MAX_REPEATED_CHARS:
            above.append((column, slot.text))
    return Row("\t".join(texts).rstrip("\t"), number, number, tuple(sorted(above)))


def _combined(grid: list[dict[int, _Slot]], first: int, last: int) -> Row:
    """Join what stands over each column, from the top: 任务 over 数量 is `任务 数量`."""
    columns = max((max(row, default=-1) for row in grid[first : last + 1]), default=-1) + 1
    texts: list[str] = []
    for column in range(columns):
        over = [row[column] for row in grid[first : last + 1] if column in row]
        distinct = {id(slot): slot.text for slot in over if slot.text}
        # A name that covers several columns down to the last row of the head stands over the first of them.
        covered = bool(over) and over[-1].column != column
        texts.append("" if covered else " ".join(distinct.values()))
    return Row("\t".join(texts).rstrip("\t"), first, last)


def _head(grid: list[dict[int, _Slot]]) -> tuple[int, int]:
    """Return where the head begins, below captions as wide as the table, and how many rows it has.

    A head goes on below a cell that covers several columns, where each of them gets a name of its own and every
    other column is merged down or empty; anything else may be a form, whose rows must not be joined.
    """
    columns = max((max(row, default=-1) for row in grid), default=-1) + 1
    begin = next((i for i, row in enumerate(grid) if len({id(slot) for slot in row.values()}) > 1), 0)
    end = begin + 1
    number = begin
    while number < min(end, len(grid)) and end - begin <= _MAX_HEAD_ROWS:
        starting = _starting(grid[number], number)
        if any(1 < slot.width < columns and slot.text for slot in starting):
            end = max([end, number + 2, *(number + slot.height for slot in starting)])
        number += 1
    depth = end - begin
    if not 1 < depth <= _MAX_HEAD_ROWS or end >= len(grid):
        return begin, 1
    for number in range(begin, end):
        for slot in _starting(grid[number], number):
            text = slot.text
            if len(text) > _MAX_HEAD_CHARS or text.endswith(("。", "；")) or _FIGURE.fullmatch(text):
                return begin, 1
            if number + slot.height > end or (text and not _is_named(grid, slot, number, end)):
                return begin, 1
    return begin, depth


def _is_named(grid: list[dict[int, _Slot]], slot: _Slot, number: int, end: int) -> bool:
    """Whether below a cell of the head stands what may: names of its columns if it has several, else nothing."""
    below = number + slot.height
    if below >= end:
        return True
    under = {
        id(found): found
        for column in range(slot.column, slot.column + slot.width)
        if (found := grid[below].get(column)) is not None and found.text
    }
    if slot.width == 1:
        return not under
    return len(under) > 1 and all(
        slot.column <= found.column and found.column + found.width <= slot.column + slot.width
        for found in under.values()
    )


def _starting(row: dict[int, _Slot], number: int) -> list[_Slot]:
    return [slot for column, slot in row.items() if slot.column == column and slot.row == number]
