"""The sequences of one frame: accepted numbers in, the tree of their drafts out.

Which numbers are accepted is decided in accept.py, where unnumbered lines go in unnumbered.py.
"""

from collections.abc import Callable

from index.structure.ahead import Ahead
from index.structure.draft import Draft, Level, holder, succeeds
from index.structure.gaps import fill_gap
from index.structure.lines import Line
from index.structure.markers import DIVISIONS, RANKS, Marker
from index.structure.numbered import draft_of, first_paragraph
from index.structure.points import last_of_run
from index.structure.shapes import PARTS_OF_LAWS


class Sequences:
    """The sequences that are open, from the outermost in, and where those stopped that are closed."""

    def __init__(
        self, text: str, root: Draft, lines: list[Line], report: Callable[[int, str, str], None]
    ) -> None:
        self.text = text
        self.root = root
        self.lines = lines
        self.report = report
        self.stack: list[Level] = []
        self.closed: dict[str, tuple[int, int, bool]] = {}
        """style → last value, its branch, and whether unnumbered paragraphs followed its item."""
        self.ahead = Ahead(lines)
        self.ended = False
        """A signature, a date or a closing note was the last line."""
        self.previous: Line | None = None
        self.previous_draft: Draft | None = None
        self.box: Draft | None = None
        self.box_floor = 0
        self.nested: set[tuple[str, str]] = set()
        """(outer, inner) styles that this document has been seen to nest."""

    def here(self) -> Draft:
        """What a new child hangs under."""
        return holder(self.stack[-1].item) if len(self.stack) > self.box_floor else self.box or self.root

    def follows(self, marker: Marker, below: int | None = None) -> int:
        """Return the depth of the open sequence (of the first `below`) that the marker continues, else -1."""
        for depth in range((len(self.stack) if below is None else below) - 1, self.box_floor - 1, -1):
            level = self.stack[depth]
            if (
                level.style == marker.style
                and level.prefix == marker.prefix
                and succeeds(level.value, level.branch, marker)
            ):
                return depth
        return -1

    def take(self, depth: int, i: int, marker: Marker) -> None:
        """Continue the sequence at `depth`."""
        self.close(depth + 1)
        level = self.stack[depth]
        if level.item.children and level.item.children[-1].kind == "paragraph" and marker.style != "条":
            level.continued = True
        level.filled = level.filled or bool(level.item.children)
        draft = draft_of(self.text, self.lines[i], marker)
        if self.text[level.item.own_end - 1] in "；;" and self.text[draft.own_end - 1] == "。":
            # The last of a list of half-sentences is no heading, however short it is.
            draft.bare = draft.bare and draft.body >= draft.own_end
        level.value, level.branch, level.item = marker.value, marker.branch, draft
        level.taken += 1
        level.heading = self.lines[i].level
        level.parent.children.append(draft)
        self._opened(draft, self.lines[i])

    def begin(self, i: int, marker: Marker, nested: bool = False) -> None:
        """Start a sequence: under the levels that outrank it, or that go on after it."""
        line = self.lines[i]
        depth = len(self.stack)
        if not nested:
            depth = self.box_floor
            while depth < len(self.stack) and self._keeps(self.stack[depth], i, marker, line):
                depth += 1
        self.close(depth)
        parent = self.here()
        if (
            len(self.stack) > self.box_floor
            and self.stack[-1].item.style == marker.style
            and not nested
            and self.stack[-1].style != "heading"
        ):
            parent = self.stack[-1].parent
        self.nested.update((level.style, marker.style) for level in self.stack)
        draft = draft_of(self.text, line, marker)
        parent.children.append(draft)
        parent.numbered = True
        self.stack.append(
            Level(
                marker.style,
                RANKS[marker.style],
                marker.value,
                marker.branch,
                draft,
                parent,
                line.level,
                marker.prefix,
            )
        )
        last = last_of_run(line.text, marker)
        if last > marker.value:
            # （1）…；（2）…；（3）… on one line: the list is over where the line is.
            self.stack[-1].value, self.stack[-1].run = last, True
        self._opened(draft, line)

    def _keeps(self, level: Level, i: int, marker: Marker, line: Line) -> bool:
        """Does `level` stay open above a new sequence that begins with `marker`?"""
        if level.heading and line.level:
            return line.level > level.heading
        if level.style == "heading":
            return not level.prefix or (level.prefix in PARTS_OF_LAWS and marker.style not in DIVISIONS)
        if level.rank < RANKS[marker.style]:
            return True
        if level.rank == RANKS[marker.style]:
            return False
        if marker.style == "条" and level.style == "一、" and level.parent is self.root and level.item.bare:
            # 一、一般规定 above 第一条: judicial interpretations group their articles so.
            return level.item is self.previous_draft or ("一、", "条") in self.nested
        if marker.style in DIVISIONS or marker.style == "条":
            return False
        if (level.style, marker.style) in self.nested:
            return True
        if (marker.style, level.style) in self.nested:
            return False
        # A heading cannot be empty, and one document does not number its outermost headings in two styles.
        outermost = level.parent is self.root and marker.style != "一、"
        if level.item.bare and (level.item is self.previous_draft or outermost):
            return True
        return self.ahead.returns(i, level, marker.style)

    def close(self, depth: int) -> None:
        """Close the sequences from `depth` on, remembering where each stopped."""
        for level in self.stack[depth:]:
            if level.style == "heading" or level.prefix:
                continue
            trailing = bool(level.item.children) and level.item.children[-1].kind == "paragraph"
            tail = level.parent.children[-1] is not level.item
            # Under a 章 every paragraph is a 条, so 款 of the article before leave no doubt.
            unsure = level.style != "条" and (trailing or tail)
            self.closed[level.style] = (level.value, level.branch, unsure)
        del self.stack[depth:]

    def gap(self, marker: Marker, before: int, trailing: bool) -> None:
        level = next(level for level in reversed(self.stack) if level.style == marker.style)
        fill_gap(level, marker, before, trailing, level.parent is self.root, self.report)

    def _opened(self, draft: Draft, line: Line) -> None:
        self.previous_draft = draft
        if draft.kind == "article":
            for style in [style for style in self.closed if RANKS[style] > RANKS["条"]]:
                del self.closed[style]
            if not draft.bare:
                self.previous_draft = first_paragraph(self.text, draft, line) or draft
