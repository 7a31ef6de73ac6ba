"""Tables: rows in, header rows and group rows told from rows that say something."""

import re

from index.structure.draft import Draft

_CELLS = re.compile(r"\t|[ \u3000]?\|[ \u3000]?|[ \u3000\xa0]{2,16}")
CAPTION = re.compile(
    r"(?:[续附]?表[ \u3000]{0,2}[0-9０-９一二三四五六七八九十]{1,3}(?:[-—－.．][0-9]{1,2}){0,2}[ \u3000\t：:、.．]?"
    r"|[^，。；：]{2,40}(?:一览|情况|明细|汇总|统计|分工|对照|指标|安排|时间)表(?:[（(][^（）()]{1,20}[）)])?$)"
)
"""The title of a table, by its number or by what it calls itself."""
_RULE = re.compile(r"[:：\-—=+]+$")
"""The line under the header of a table drawn with bars."""
_FIGURE = re.compile(r"[0-9０-９.,，%％+\-—－]+$")
MAX_HEADER_CELL_CHARS = 40
"""Names of columns that several rows of the head make up together are long."""


def cells_of(row: str) -> list[str]:
    """Return the cells of a row as the readers print it, separated by tabs or bars."""
    drawn = row.strip(" \u3000")
    if drawn[:1] == "|":
        drawn = drawn[1:].removesuffix("|").strip(" \u3000")
    return [cell.strip() for cell in _CELLS.split(drawn)]


def name_rows(text: str, root: Draft) -> None:
    """Give header rows the kind "header", rows with a single filled cell the kind "group".

    The first row is a header where its cells are short and none is a mere figure; a second row without figures
    under a header that has fewer cells (merged cells split in two) belongs to the header too.
    """
    waiting = [root]
    while waiting:
        draft = waiting.pop()
        if draft.kind == "table":
            _name(text, draft)
        else:
            waiting.extend(draft.children)


def _name(text: str, table: Draft) -> None:
    printed = [row for row in table.children if row.kind == "row"]
    drawn = [[cell for cell in cells_of(text[row.start : row.own_end]) if cell] for row in printed]
    for row, cells in zip(printed, drawn, strict=True):
        if all(_RULE.match(cell) for cell in cells):
            row.kind = "rule"
    named = [row for row in printed if row.kind != "rule"]
    rows = [cells for row, cells in zip(printed, drawn, strict=True) if row.kind != "rule"]
    widths = max((len(cells) for cells in rows), default=0)
    head = 0
    while head < len(rows) - 1 and len(rows[head]) == 1 and widths > 1:
        named[head].kind = "group"
        head += 1
    if head < len(rows) - 1 and len(rows[head]) > 1 and _is_header(rows[head]):
        named[head].kind = "header"
        head += 1
    for row, cells in zip(named[head:], rows[head:], strict=True):
        if len(cells) <= 1 and widths > 1:
            row.kind = "group"


def _is_header(cells: list[str]) -> bool:
    return all(
        len(cell) <= MAX_HEADER_CELL_CHARS and not _FIGURE.match(cell) and cell[-1] not in "。；"
        for cell in cells
    )
