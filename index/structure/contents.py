"""Tables of contents: lines in, the lines of a table of contents marked "toc" out."""

import re

from index.structure.lines import Line
from index.structure.markers import DIVISIONS

MAX_CONTENTS_LINES = 2000

_CONTENTS = re.compile(r"目[ \u3000]{0,8}[录次]$")
_BLANK = re.compile(r"[ \t\u3000\xa0]+")


def mark_contents(lines: list[Line]) -> None:
    """Give the lines of a table of contents the role "toc", the line 目录 included.

    A table of contents ends where its first entry is printed again as a heading; one with page numbers also
    ends where the page numbers stop.
    """
    for i, line in enumerate(lines):
        if line.role == "dotted":
            near = lines[max(0, i - 1) : i + 2]
            line.role = "toc" if sum(other.role in ("dotted", "toc") for other in near) > 1 else ""
        elif line.role == "" and len(line.text) <= 10 and _CONTENTS.match(line.text):
            _mark_entries(lines, i)
        elif (
            line.marker is not None
            and line.marker.value == 1
            and line.marker.style in DIVISIONS
            and not line.role
        ):
            _mark_unnamed(lines, i)


def _mark_entries(lines: list[Line], heading: int) -> None:
    if heading + 1 >= len(lines):
        return
    limit = min(len(lines), heading + MAX_CONTENTS_LINES)
    first = _entry(lines[heading + 1])
    repeat = next((j for j in range(heading + 2, limit) if _entry(lines[j]) == first), 0)
    stop = heading + 1
    if lines[stop].role in ("dotted", "toc"):
        while stop < limit and lines[stop].role in ("dotted", "toc"):
            stop += 1
    elif repeat:
        # 序言 or 引言 may stand between the table and the repeated first entry: entries are no sentences.
        sentence = next(
            (j for j in range(stop, repeat) if len(lines[j].text) > 80 or lines[j].text[-1] == "。"), 0
        )
        stop = sentence - (lines[sentence - 1].marker is None) if sentence else repeat
    if stop > heading + 1:
        for line in lines[heading:stop]:
            line.role, line.marker, line.level = "toc", None, 0


def _mark_unnamed(lines: list[Line], start: int) -> None:
    """A run of headings whose first one is printed again straight after it is a table of contents too."""
    first = _entry(lines[start])
    for j in range(start + 1, min(len(lines), start + MAX_CONTENTS_LINES)):
        line = lines[j]
        if (
            len(line.text) > 80
            or line.terminal
            or (line.marker is not None and line.marker.style not in DIVISIONS)
        ):
            return
        if _entry(line) == first:
            if j - start > 1:
                for entry in lines[start:j]:
                    entry.role, entry.marker, entry.level = "toc", None, 0
            return


def _entry(line: Line) -> str:
    return _BLANK.sub("", line.text.rstrip("0123456789-—.·…． \u3000\t（）()ⅠⅡⅢⅣⅤⅥIVX"))
