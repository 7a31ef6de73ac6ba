"""A table element in, its rows as tab-separated text out, or the verdict that it only lays out the page."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_SPAN = 200
_MAX_NESTING = 12
_BLANKS = re.compile(r"\s+")
_BLOCK_END_NAMES = """
p div br li tr td th dt dd h1 h2 h3 h4 h5 h6
"""
_BLOCK_END = frozenset(_BLOCK_END_NAMES.split())


def is_layout(table: "HtmlElement", depth: int) -> bool:
    """Whether a table only lays out the page: one column, or one cell with nearly all text.

    `depth` counts the tables around it; beyond a dozen nobody tabulates anything.
    """
    if depth > _MAX_NESTING:
        return True
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


def rows(table: "HtmlElement") -> Iterator[str]:
    """Yield each row's cells joined by tabs; a merged cell's text stands once, where the cell begins."""
    open_spans: dict[int, int] = {}
    for child in table:
        if child.tag == "caption":
            yield _cell_text(child)
    for row in _rows_of(table):
        texts: list[str] = []
        for cell in _cells_of(row):
            while open_spans.get(len(texts), 0) > 0:
                open_spans[len(texts)] -= 1
                texts.append("")
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for column in range(len(texts), len(texts) + width):
                open_spans[column] = height - 1
            texts += [_cell_text(cell)] + [""] * (width - 1)
        for column in range(len(texts), max(open_spans, default=0) + 1):
            open_spans[column] = max(open_spans.get(column, 0) - 1, 0)
        yield "\t".join(texts).rstrip("\t")


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
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() else 1


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
