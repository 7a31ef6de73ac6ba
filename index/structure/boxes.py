"""专栏 boxes: the lines of a box one by one in, whether the next unnumbered one still belongs to it out.

A plain text prints no frame. A box is over where its layout or the form of its paragraphs is: after a blank line
where it has none, at another indent, after its table, after its list, or where its labels or bullets stop.
"""

import re
from dataclasses import dataclass

from index.structure.draft import Draft
from index.structure.lines import Line

MIN_LISTED = 2
_BULLET = re.compile(r"[●○■□◆◇★☆▲▶►•·－—▪※✓√-]{1,2}")
_LABEL = re.compile(r"[^，。；：！？“”]{2,20}[。：:](?=.{6})")
_INDENT = re.compile(r"[ \t\u3000\xa0]*$")


@dataclass(slots=True)
class Box:
    """The form of an open box. Mutable: every line taken adds to it."""

    draft: Draft
    heading: Line
    outside: str
    """Indent of the line before the box."""
    inside: str | None = None
    """Indent of its lines, None before the first and where they differ."""
    close_set: bool = True
    """No blank line stands between its lines."""
    bullet: str = ""
    labelled: bool = False
    rows: bool = False
    """Its last line is a row of a table."""
    lines: int = 0
    """Lines of text below its heading; rows and notes are none."""
    doubted: bool = False
    """It has been reported that nothing tells where it ends."""

    def take(self, text: str, before: Line, line: Line) -> None:
        """Note the form of a line that belongs to the box."""
        self.close_set = self.close_set and not _blank_line(text, before, line)
        self.rows = line.role == "row"
        if line.role:
            return
        indent = indent_of(text, line)
        if not self.lines:
            self.inside = indent
            found = _BULLET.match(line.text)
            self.bullet = found[0] if found else ""
            self.labelled = line.marker is None and bool(_LABEL.match(line.text))
        elif indent != self.inside:
            self.inside = None
        self.lines += 1

    def ends(self, text: str, before: Line, line: Line) -> bool:
        """Is the box over before `line`, which has no number and follows `before`?"""
        if before is self.heading or before.cut or before.text[-1] in "：:，、":
            return False
        if self.rows or (self.close_set and _blank_line(text, before, line)):
            return True
        indent = indent_of(text, line)
        if self.inside is not None and indent != self.inside and indent == self.outside:
            return True
        if self.bullet:
            return not line.text.startswith(self.bullet)
        if self.labelled:
            return not _LABEL.match(line.text)
        return self._listed()

    def doubtful(self, before: Line) -> bool:
        """Return True once: at the first paragraph after which nothing tells whether the box goes on."""
        shaped = self.bullet or self.labelled or self.draft.numbered or before is self.heading
        if shaped or self.doubted or not self.close_set or before.cut or before.text[-1] in "：:，、":
            return False
        self.doubted = True
        return True

    def _listed(self) -> bool:
        """Did it count its paragraphs, and has the last of them what the others have?"""
        listed = [child for child in self.draft.children if child.kind == "item"]
        if len(listed) < MIN_LISTED or self.draft.children[-1] is not listed[-1]:
            return False
        most = max(len(one.children) for one in listed[:-1])
        return len(listed[-1].children) >= most


def indent_of(text: str, line: Line) -> str:
    """Return the blanks before a line."""
    found = _INDENT.search(text, max(0, line.start - 12), line.start)
    return found[0] if found else ""


def _blank_line(text: str, before: Line, line: Line) -> bool:
    return text.count("\n", before.end, line.start) > 1
