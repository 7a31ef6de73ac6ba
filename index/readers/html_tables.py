"""A table element in, its rows as tab-separated text out, or the verdict that it only lays out the page."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from index.readers.table_grid import Cell, rows_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_NESTING = 12
_MIN_DRAWN_ROWS = 2
_MAX_DRAWN_CELL_CHARS = 200
"""A table that lays out a page has its text in one cell."""
_BLANKS = re.compile(r"\s+")
_BLOCK_END_NAMES = """
p div br li tr td th dt dd h1 h2 h3 h4 h5 h6
"""
_BLOCK_END = frozenset(_BLOCK_END_NAMES.split())


def is_layout(table: "HtmlElement", depth: int) -> bool:
    """Whether a table only lays out the page: one column, tables inside it, or one cell with nearly all text.

    `depth` counts the tables around it; beyond a dozen nobody tabulates anything.
    """
    if depth > _MAX_NESTING:
        return True
    if next(table.iterdescendants("table"), None) is not None:
        return not _is_drawn(table)
    sizes: list[int] = []
    filled_rows = columns = 0
    has_list = False
    for row in _rows_of(table):
        filled = 0
        for cell in _cells_of(row):
            size = sum(len("".join(str(text).split())) for text in cell.itertext())
            sizes.append(size)
            filled += size > 0
            has_list = has_list or _paragraph_count(cell) > 3
        filled_rows += filled > 0
        columns = max(columns, filled)
    if filled_rows < 1 or columns < 2:
        return True
    return has_list and max(sizes) > 0.7 * sum(sizes) and max(sizes) > 200


def _is_drawn(table: "HtmlElement") -> bool:
    """Whether a table with tables inside is one all the same: it has a frame or a head, and short cells."""
    framed = table.get("border", "0").strip() not in ("", "0")
    found = list(islice(_rows_of(table), _MIN_DRAWN_ROWS + 1))
    headed = any(cell.tag == "th" for row in found for cell in _cells_of(row))
    if not (framed or headed) or len(found) < _MIN_DRAWN_ROWS:
        return False
    sizes: list[int] = []
    for row in _rows_of(table):
        cells = list(_cells_of(row))
        sizes += [character_count("".join(map(str, cell.itertext()))) for cell in cells]
        if max(sizes, default=0) > _MAX_DRAWN_CELL_CHARS:
            return False
    return len(sizes) > len(found)


def rows(table: "HtmlElement") -> tuple[list[str], int]:
    """Return each row's cells joined by tabs, and how many characters the table's cells and caption hold."""
    captions = [_cell_text(child) for child in table if child.tag == "caption"]
    size = sum(map(character_count, captions))

    def cells() -> Iterator[list[Cell]]:
        nonlocal size
        for row in _rows_of(table):
            found = [
                Cell(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan"))
                for cell in _cells_of(row)
            ]
            size += sum(character_count(cell.text) for cell in found)
            yield found

    return [*captions, *(row.filled for row in rows_of(cells()))], size


def character_count(text: str) -> int:
    """Count all characters but blanks."""
    return len("".join(text.split()))


def _rows_of(table: "HtmlElement") -> Iterator["HtmlElement"]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _cells_of(row: "HtmlElement") -> Iterator["HtmlElement"]:
    return (cell for cell in row if cell.tag in ("td", "th"))


def _paragraph_count(cell: "HtmlElement") -> int:
    return sum(1 for _ in cell.iter("p", "br", "div", "li"))


def _span(cell: "HtmlElement", attribute: str) -> int:
    value = cell.get(attribute, "1").strip()
    return int(value) if value.isdecimal() and len(value) < 7 else 1


def _cell_text(cell: "HtmlElement") -> str:
    """Return a cell's text on one line; its paragraphs and a table inside it are parted by a space."""
    from lxml import etree

    parts: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end", "comment", "pi")):
        if event == "start":
            parts.append(" " if element.tag in _BLOCK_END else "")
            parts.append(element.text or "")
        else:
            parts.append(" " if element.tag in _BLOCK_END else "")
            if element is not cell:
                parts.append(element.tail or "")
    return _BLANKS.sub(" ", "".join(parts)).strip()
