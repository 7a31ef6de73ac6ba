"""The body of a Word document in, its paragraphs and table rows in order out, with automatic numbers."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.readers.compose import Draft
from index.readers.docx_names import MC, W, alternatives, child, integer, is_placeholder, switch, value
from index.readers.docx_numbering import Numbering
from index.readers.docx_runs import Runs, runs_of
from index.readers.docx_styles import Styles
from index.readers.table_grid import Cell, rows_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_NESTING = 12
_MAX_FIELDS, _MAX_INSTRUCTION_CHARS = 50, 200
_CONTENTS_FIELD = re.compile(r"\s*TOC\b")
# A field whose end is missing must not make contents of all that follows.
_CONTENTS_LINE = re.compile(r"(?:\t|[.…·]{2,}|\s)\s*[-—]?\s*[0-9ivxlIVXL]{1,6}\s*[-—]?\s*$")
_Cell = tuple[list[Draft], int, bool]
_CONTAINERS = frozenset(W + name for name in ("sdtContent", "customXml", "smartTag", "ins", "moveTo"))


class Body:
    """Reads blocks in document order, because numbers are counted as they come."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._tables = 0
        self._fields: list[str] = []
        self.notes: list[tuple[str, str]] = []
        """Footnotes and endnotes in order of reference."""

    def drafts(self, blocks: "Iterable[_Element]", nesting: int = 0, in_toc: bool = False) -> Iterator[Draft]:
        """Yield the paragraphs and rows of a sequence of blocks."""
        carried = ""
        for block, toc in _flat(blocks, in_toc):
            if block.tag == W + "tbl":
                if carried:
                    yield Draft(carried)
                    carried = ""
                yield from self._table(block, nesting)
                continue
            runs = runs_of(block, self._styles)
            in_contents = self._follow_fields(block) and _CONTENTS_LINE.search(runs.text) is not None
            properties = child(block, "pPr")
            mark = child(properties, "rPr")
            if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
                # A deleted paragraph mark joins the rest to the next paragraph, whose properties hold.
                carried += runs.text
                self.notes += runs.notes
                continue
            runs.text = carried + runs.text
            carried = ""
            if not runs.text and not runs.boxes and switch(mark, "vanish"):
                continue
            yield from self._paragraph(runs, properties, nesting, toc or in_contents)
        if carried:
            yield Draft(carried)

    def _follow_fields(self, paragraph: "_Element") -> bool:
        """Whether a paragraph is part of a field that makes a table of contents; fields run over paragraphs."""
        found = False
        for element in paragraph.iter(W + "fldChar", W + "instrText"):
            kind = element.get(W + "fldCharType")
            if kind == "begin":
                self._fields.append("")
            elif kind == "end" and self._fields:
                self._fields.pop()
            elif kind is None and self._fields and len(self._fields[-1]) < _MAX_INSTRUCTION_CHARS:
                self._fields[-1] += element.text or ""
                found = found or _CONTENTS_FIELD.match(self._fields[-1]) is not None
        del self._fields[_MAX_FIELDS:]
        return found or any(_CONTENTS_FIELD.match(field) for field in self._fields)

    def _paragraph(
        self, runs: Runs, properties: "_Element | None", nesting: int, in_toc: bool
    ) -> Iterator[Draft]:
        style_id = value(properties, "pStyle")
        level = integer(properties, "outlineLvl")
        level = self._styles.outline_level(style_id) if level is None else (level + 1) % 10
        role = "toc" if in_toc else self._styles.role(style_id)
        label = self._numbering.label(properties)
        if label and not runs.text.strip():
            # Word numbers an empty paragraph too. Alone it is dropped; in a 序号 column it is the cell.
            yield Draft("", label)
        # Decision: a soft line break parts paragraphs. Authors type it where a clause ends more often than
        # inside a sentence, and what is printed on its own line can then be cited on its own.
        for line in runs.text.split("\n"):
            if line.strip():
                yield Draft(line, label, 0 if role else level, role)
                label = ""
        self.notes += runs.notes
        if nesting < _MAX_NESTING:
            for box in runs.boxes:
                yield from self.drafts(box, nesting + 1)

    def _table(self, table: "_Element", nesting: int) -> Iterator[Draft]:
        rows = [list(self._cells(row, nesting)) for row in _rows(table)]
        columns = max((sum(any(cell) for cell, *_ in row) for row in rows), default=0)
        sizes = [sum(len(draft.text) for draft in cell) for row in rows for cell, *_ in row]
        longest = max((len(cell) for row in rows for cell, *_ in row), default=0)
        # A table of one column is a frame or a box; one cell with nearly all text lays out the page.
        if columns < 2 or (longest > 3 and max(sizes) > 200 and max(sizes) > 0.7 * sum(sizes)):
            for row in rows:
                for cell, *_ in row:
                    yield from cell
            return
        self._tables += 1
        number = self._tables
        for made in rows_of(_with_heights(rows)):
            yield Draft(made.filled, style="row", table=number)

    def _cells(self, row: "_Element", nesting: int) -> Iterator[_Cell]:
        """Yield each cell's drafts, its width in columns, and whether it is merged into the one above."""
        before = integer(row, "trPr", "gridBefore") or 0
        if before > 0:
            yield [], min(before, 63), False
        for cell in _unwrapped(row, W + "tc"):
            width = integer(cell, "tcPr", "gridSpan") or 1
            merged = child(cell, "tcPr", "vMerge")
            covered = merged is not None and merged.get(W + "val", "continue") == "continue"
            deep = nesting >= _MAX_NESTING
            drafts = [] if covered or deep else list(self.drafts(cell, nesting + 1))
            yield drafts, min(max(width, 1), 63), covered


def _with_heights(rows: list[list[_Cell]]) -> list[list[Cell]]:
    """Count for each cell the rows that it covers: Word marks those below it as merged into the one above."""
    heights: dict[tuple[int, int], int] = {}
    owner: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows):
        column = 0
        for _, width, covered in row:
            if not (covered and column in owner):
                owner.update((under, (number, column)) for under in range(column, column + width))
            heights[owner[column]] = heights.get(owner[column], 0) + 1
            column += width
    cells: list[list[Cell]] = []
    for number, row in enumerate(rows):
        column = 0
        cells.append([])
        for drafts, width, _ in row:
            if (number, column) in heights:
                # In a row the automatic numbers (a 序号 column, say) go into the text as Word shows them.
                shown = " ".join(" ".join((draft.label + draft.text).split()) for draft in drafts)
                cells[-1].append(Cell(shown, width, heights[number, column]))
            column += width
    return cells


def _rows(table: "_Element") -> Iterator["_Element"]:
    for row in _unwrapped(table, W + "tr"):
        properties = child(row, "trPr")
        if child(properties, "del") is None:
            yield row


def _unwrapped(parent: "_Element", tag: str) -> Iterator["_Element"]:
    """Yield children of one kind, also those inside content controls and custom XML."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if element.tag == tag:
            yield element
        elif element.tag == W + "sdt" or element.tag in _CONTAINERS:
            stack += reversed(element)


def _flat(blocks: "Iterable[_Element]", in_toc: bool) -> "Iterator[tuple[_Element, bool]]":
    """Yield (paragraph or table, whether in a table of contents), content controls and markup opened."""
    stack = [(block, in_toc) for block in reversed(list(blocks))]
    while stack:
        block, toc = stack.pop()
        if block.tag in (W + "p", W + "tbl"):
            yield block, toc
        elif is_placeholder(block):
            continue
        elif block.tag == W + "sdt":
            gallery = value(block, "sdtPr", "docPartObj", "docPartGallery") or ""
            toc = toc or gallery.lower() == "table of contents"
            stack += [(inner, toc) for inner in reversed(block)]
        elif block.tag in _CONTAINERS:
            stack += [(inner, toc) for inner in reversed(block)]
        elif block.tag == MC + "AlternateContent":
            stack += [(inner, toc) for inner in reversed(list(alternatives(block)))]
