"""The outline of one frame: lines with candidate markers in, a tree of drafts out."""

from collections.abc import Callable

from index.structure.accept import accept
from index.structure.boxes import Box, indent_of
from index.structure.draft import Draft, Level, is_heading
from index.structure.lines import Line
from index.structure.sequences import Sequences
from index.structure.shapes import FRONT_MATTER, PARTS_OF_LAWS, box_label
from index.structure.tables import CAPTION
from index.structure.unnumbered import add_paragraph, take_lost_chapter


class Outline:
    """Builds the tree of one frame, line by line."""

    def __init__(
        self, text: str, root: Draft, lines: list[Line], report: Callable[[int, str, str], None]
    ) -> None:
        self.lines = lines
        self.sequences = Sequences(text, root, lines, report)
        self.text = text
        self.table: Draft | None = None
        self.box: Box | None = None
        self.outer_closed: dict[str, tuple[int, int, bool]] = {}
        """What was closed when the box opened."""

    def add(self, i: int) -> None:
        """Take the i-th line, whose role is body, row, box or footnote."""
        line, sequences = self.lines[i], self.sequences
        if line.role == "row":
            self._row(line)
            if self.box is not None:
                self._in_box(i)
            return
        self.table = None
        if sequences.ended and line.marker is None and line.role == "":
            # What stands below the signature belongs to the document, not to its last item.
            sequences.close(0)
            sequences.box, sequences.box_floor = None, 0
        sequences.ended = False
        if sequences.box is not None:
            self._leave_box(i)
        if line.role == "box":
            self._box(i)
        elif (line.marker is not None and accept(sequences, i, line.marker)) or take_lost_chapter(
            sequences, i
        ):
            pass
        elif (line.level and line.role == "") or (
            line.marker is None
            and len(line.text) <= 8
            and "".join(line.text.split()) in PARTS_OF_LAWS | FRONT_MATTER
        ):
            self._unnumbered_heading(line)
        else:
            add_paragraph(sequences, i)
        if self.box is not None and line.role != "box":
            self._in_box(i)
        sequences.previous = line

    def close(self, role: str) -> None:
        """End what is open: a signature, note or title stands between the body and what follows."""
        self.table = self.sequences.previous = self.sequences.previous_draft = None
        self.sequences.ended = role in ("signature", "date", "note", "colophon")

    def _unnumbered_heading(self, line: Line) -> None:
        sequences = self.sequences
        depth = sequences.box_floor
        rank = line.level or 1
        while depth < len(sequences.stack) and 0 < sequences.stack[depth].heading < rank:
            depth += 1
        sequences.close(depth)
        parent = sequences.here()
        draft = Draft("heading", line.start, line.end, line.start, line.page, bare=True, heading=rank)
        parent.children.append(draft)
        lone = "" if line.level else "".join(line.text.split())
        sequences.stack.append(Level("heading", -1, 0, 0, draft, parent, rank, lone))
        sequences.previous_draft = draft

    def _row(self, line: Line) -> None:
        if self.table is None or self.table.table != line.table:
            caption = self._caption()
            parent = self.sequences.here()
            start = caption.start if caption is not None else line.start
            self.table = Draft("table", start, start, start, line.page, table=line.table)
            parent.children.append(self.table)
            if caption is not None:
                self.table.children.append(caption)
        self.table.children.append(Draft("row", line.start, line.end, line.start, line.page))
        self.sequences.previous_draft = None

    def _caption(self) -> Draft | None:
        """Take the title straight above a table (表1　主要指标) from the paragraphs that it was read with."""
        sequences = self.sequences
        before = sequences.previous_draft
        if before is None or before.kind != "paragraph" or not before.bare or before.children:
            return None
        if not CAPTION.match(self.text, before.start, before.own_end):
            return None
        inside = len(sequences.stack) > sequences.box_floor
        holder = sequences.stack[-1].item if inside else sequences.box or sequences.root
        if not holder.children or holder.children[-1] is not before:
            return None
        holder.children.pop()
        before.kind = "caption"
        return before

    def _in_box(self, i: int) -> None:
        if self.box is not None and self.sequences.box is self.box.draft:
            self.box.take(self.text, self.lines[i - 1], self.lines[i])
        else:
            self.box = None

    def _box(self, i: int) -> None:
        line, sequences = self.lines[i], self.sequences
        label, title_at = box_label(line.text)
        parent = sequences.stack[-1].item if sequences.stack else sequences.root
        draft = Draft("box", line.start, line.end, line.start + title_at, line.page, label=label, bare=True)
        parent.children.append(draft)
        self.box = Box(draft, line, indent_of(self.text, self.lines[i - 1]) if i else "")
        sequences.box, sequences.box_floor = draft, len(sequences.stack)
        self.outer_closed, sequences.closed = sequences.closed, {}
        sequences.previous_draft = draft

    def _leave_box(self, i: int) -> None:
        """A 专栏 counts for itself; it ends at the next box, at a heading, or where an outer sequence goes on.

        Where unnumbered text follows it, the form of the box tells (boxes.py).
        """
        line, sequences = self.lines[i], self.sequences
        ends = line.role == "box" or bool(line.level)
        if line.marker is not None and not ends:
            inner = sequences.follows(line.marker)
            floor, sequences.box_floor = sequences.box_floor, 0
            outer = sequences.follows(line.marker, floor)
            sequences.box_floor = floor
            ends = outer >= 0 and inner < 0
            if outer >= 0 and inner >= 0:
                # Both count on alike: the look of the line decides, a heading or a sentence.
                bare = is_heading(line.text[line.marker.end - line.start :].strip())
                ends = sequences.stack[outer].item.bare == bare != sequences.stack[inner].item.bare
        elif not ends and not line.role and self.box is not None:
            level = sequences.stack[-1] if len(sequences.stack) > sequences.box_floor else None
            goes_on = level is not None and sequences.ahead.next_of(i, level, sequences.stack) > 0
            ends = not goes_on and self.box.ends(self.text, self.lines[i - 1], line)
            if not ends and not goes_on and self.box.doubtful(self.lines[i - 1]):
                sequences.report(
                    line.start, "box", "nothing tells where the 专栏 ends; it is read up to the next heading"
                )
        if ends:
            del sequences.stack[sequences.box_floor :]
            sequences.box, sequences.box_floor, sequences.closed = None, 0, self.outer_closed
