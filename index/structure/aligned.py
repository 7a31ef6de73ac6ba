"""Tables drawn in plain text: lines in, the lines of a table marked as its rows out."""

import re

from index.structure.lines import Line

MIN_ROWS = 3
MAX_ROW_CHARS = 300
MAX_CELL_CHARS = 60

_GAP = re.compile(r"[ \u3000\xa0]{2,16}|\t")


def mark_aligned(lines: list[Line]) -> None:
    """Give the rows of tables drawn with bars, tabs or aligned blanks the role "row".

    A table is a run of three lines with the same number of columns; two columns must be parted by tabs (a name and
    an office side by side are no table), and two rows between bars are enough. Names above a date are signatures.
    """
    drawn = -1
    i = 0
    while i < len(lines):
        columns = _columns(lines[i])
        if not columns:
            i += 1
            continue
        stop = i + 1
        while stop < len(lines) and _fits(_columns(lines[stop]), columns):
            stop += 1
        if _is_table(lines, i, stop):
            for line in lines[i:stop]:
                line.role, line.marker, line.table = "row", None, drawn
            drawn -= 1
        i = stop


def _columns(line: Line) -> int:
    """Return how many columns the line would have as a row, 0 where it is none."""
    text = line.text
    if line.role or line.level or line.labelled or len(text) > MAX_ROW_CHARS:
        return 0
    if text[0] == "|" and text[-1] == "|" and len(text) > 2:
        return text.count("|") - 1
    if "  " not in text and "\t" not in text and "\u3000\u3000" not in text:
        return 0
    cells = _GAP.split(text)
    if any(len(cell) > MAX_CELL_CHARS for cell in cells) or text[-1] in "。；：，":
        return 0
    if line.marker is not None and not (line.marker.weak or (len(cells) > 2 and line.marker.style == "1.")):
        return 0
    return len(cells) if len(cells) > 2 or (len(cells) == 2 and "\t" in text) else 0


def _fits(columns: int, table: int) -> bool:
    return columns == table or (table > 3 and columns > 2 and abs(columns - table) <= 1)


def _is_table(lines: list[Line], start: int, stop: int) -> bool:
    if lines[start].text[0] == "|":
        return stop - start > 1
    if stop - start < MIN_ROWS:
        return False
    dated = stop < len(lines) and lines[stop].role == "date"
    return not dated or any(c.isdigit() for line in lines[start:stop] for c in line.text)
