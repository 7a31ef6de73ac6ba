"""The outline of one frame: lines with candidate markers in, a tree of drafts out.

A candidate is accepted when it continues a sequence that is open, or closed earlier, or when it starts one at 1.
What breaks the sequence is judged by what follows: if the expected number is still to come, the candidate was a
reference. Every departure is reported. Unnumbered paragraphs are given to the level whose siblings have the like.
"""

import re
from collections.abc import Callable

from index.document import NumberOrigin
from index.structure.ahead import Ahead
from index.structure.draft import (
    KINDS,
    MAX_ARTICLE_HEADING_CHARS,
    Draft,
    Level,
    holder,
    is_heading,
    succeeds,
)
from index.structure.gaps import fill_gap
from index.structure.lines import Line
from index.structure.markers import DIVISIONS, RANKS, Marker, number_of
from index.structure.points import last_of_run
from index.structure.shapes import box_label

_PARTS_OF_LAWS = frozenset(("总则", "分则", "附则"))
_FRONT_MATTER = frozenset(("序言", "前言", "引言", "正文", "后记", "序", "导言"))
"""Headings that stand without number; front matter does not hold the numbered parts that follow it."""
_FIRSTLY = re.compile(r"[一二三四五六七八九十]{1,2}是[^否]")
_CLOSING = re.compile(
    r"以上(?:意见|请示|报告|规定|请)|上述政策|此外，|(?:出席|列席|请假|缺席|参会|记录|主持)[^，。；]{0,6}[：:]|各地区、各|各地、各|各地要|各有关部门要|请各|请结合|请认真|望各|特此|此[前复函令]"
    r"|本[\u4e00-\u9fff]{1,4}自.{1,20}(?:施行|执行|实施)|《[^《》]{2,60}》根据本"
)
"""How the last paragraph of an official document begins when it speaks of the whole document."""
_FINAL = re.compile(r"附则|其他|其它|施行|实施|生效|有效期|期限|解释")
"""Headings under which such a paragraph is at home."""


_ATTRIBUTION = re.compile(
    r"[（(][^（()）。：]{2,80}(?:[部委局院厅室行办署处科队站所]|政府|单位|公司|中心|负责|牵头|配合)[）)]$"
)
MAX_CHAPTER_CHARS = 16


class Outline:
    """Builds the tree of one frame, line by line."""

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
        self.table: Draft | None = None
        self.previous: Line | None = None
        self.previous_draft: Draft | None = None
        self.box: Draft | None = None
        self.box_floor = 0
        self.nested: set[tuple[str, str]] = set()
        """(outer, inner) styles that this document has been seen to nest."""
        self.outer_closed: dict[str, tuple[int, int, bool]] = {}

    def add(self, i: int) -> None:
        """Take the i-th line, whose role is body, row, box or footnote."""
        line = self.lines[i]
        if line.role == "row":
            self._row(line)
            return
        self.table = None
        if self.box is not None:
            self._leave_box(line)
        if line.role == "box":
            self._box(line)
        elif (line.marker is not None and self._accept(i, line.marker)) or self._lost_chapter(i):
            pass
        elif (line.level and line.role == "") or (
            line.marker is None
            and len(line.text) <= 8
            and "".join(line.text.split()) in _PARTS_OF_LAWS | _FRONT_MATTER
        ):
            self._unnumbered_heading(line)
        else:
            self._paragraph(i)
        self.previous = line

    def close(self) -> None:
        """End what is open: a signature, note or title stands between the body and what follows."""
        self.table = self.previous = self.previous_draft = None

    def _here(self) -> Draft:
        """What a new child hangs under."""
        return holder(self.stack[-1].item) if len(self.stack) > self.box_floor else self.box or self.root

    # Numbered lines

    def _accept(self, i: int, marker: Marker) -> bool:
        """Place the candidate, or return False where it is a reference or a stray number."""
        line = self.lines[i]
        cut = self.previous is not None and self._cut(self.previous)
        if marker.weak and not self._called_for(i, marker, cut):
            return False
        if marker.style == "①" and marker.value == 1 and self._noted(i, marker):
            return False
        if marker.reference and cut:
            self._refuse(line, marker)
            return False
        depth = self._follows(marker)
        if depth >= 0:
            if marker.reference and self.ahead.comes(i, marker, marker.value, self.stack):
                self._refuse(line, marker)
                return False
            self._take(depth, i, marker)
            return True
        depth = next(
            (
                k
                for k in range(len(self.stack) - 1, self.box_floor - 1, -1)
                if self.stack[k].style == marker.style
            ),
            -1,
        )
        if depth >= 0:
            return self._out_of_sequence(depth, i, marker, cut)
        if marker.value == 1:
            stray = cut and marker.style not in DIVISIONS and not self.ahead.goes_on(i, marker)
            cited = marker.reference and (
                self.ahead.comes(i, marker, 1, self.stack) or not self.ahead.goes_on(i, marker)
            )
            if stray or cited:
                self._refuse(line, marker)
                return False
            self._open(i, marker)
            return True
        before, branch, trailing = self.closed.get(marker.style, (0, 0, False))
        if succeeds(before, branch, marker):
            if marker.reference and self.ahead.comes(i, marker, marker.value, self.stack):
                self._refuse(line, marker)
                return False
            self._open(i, marker)
            return True
        if (
            marker.reference
            or cut
            or marker.style in ("a.", "1.1", "1.1.1", "1.1.1.1")
            or (not self._firm(line, marker) and self.ahead.comes(i, marker, before + 1, self.stack))
        ):
            self._refuse(line, marker)
            return False
        self._open(i, marker)
        self._gap(marker, before, trailing)
        return True

    def _called_for(self, i: int, marker: Marker, cut: bool) -> bool:
        """Does the sequence call for a bare numeral (`4 基本要求`, `3.1` alone on its line)?"""
        if cut:
            return False
        if self._follows(marker) >= 0:
            return True
        if marker.prefix:
            parent = marker.prefix.rpartition(".")[2]
            above = next(
                (level for level in reversed(self.stack) if level.item.number == marker.prefix), None
            )
            return above is not None and marker.value == 1 and str(above.value) == parent
        before, _, _ = self.closed.get(marker.style, (0, 0, False))
        return (
            marker.value == before + 1
            and (before > 0 or self.ahead.goes_on(i, marker))
            and not any(level.style == marker.style for level in self.stack)
        )

    def _noted(self, i: int, marker: Marker) -> bool:
        """A lone ① after a finished sentence is a note at the foot of the page, not a list of one."""
        if self.previous is None or self.previous.text[-1] not in "。”" or self.ahead.goes_on(i, marker):
            return False
        return not any(level.style == marker.style for level in self.stack)

    def _follows(self, marker: Marker, below: int | None = None) -> int:
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

    def _out_of_sequence(self, depth: int, i: int, marker: Marker, cut: bool) -> bool:
        line, level = self.lines[i], self.stack[depth]
        if marker.prefix != level.prefix and marker.value == 1:
            self._open(i, marker)
            return True
        if marker.reference or cut:
            self._refuse(line, marker)
            return False
        if marker.value == 1 and not marker.branch:
            if (
                level.item.own_end
                and self.text[level.item.own_end - 1] in "：:"
                and self.ahead.comes(i, marker, level.value + 1, self.stack)
            ):
                self._open(i, marker, nested=True)
                return True
            self._take(depth, i, marker)
            self.report(
                line.start,
                "repeat",
                f"{marker.number} restarts the sequence after {level.item.number or level.value}",
            )
            return True
        expected = level.value + 1
        if not self._firm(line, marker) and self.ahead.comes(i, marker, expected, self.stack):
            self._refuse(line, marker)
            return False
        last = level.value
        if marker.value > expected:
            trailing = level.continued and level.parent.children[-1] is level.item
            self._take(depth, i, marker)
            self._gap(marker, last, trailing)
        else:
            code = "repeat" if marker.value == last else "disorder"
            self._take(depth, i, marker)
            self.report(line.start, code, f"{marker.number} stands after {number_of(marker.style, last)}")
        return True

    def _firm(self, line: Line, marker: Marker) -> bool:
        """第三条 with a blank after it is printed as a heading is; in running text no blank follows."""
        ordinal = marker.style == "条" or marker.style in DIVISIONS
        return ordinal and (
            line.labelled or marker.end >= line.end or self.text[marker.end] in " \t\u3000\xa0"
        )

    def _refuse(self, line: Line, marker: Marker) -> None:
        self.report(
            line.start,
            "reference",
            f"{marker.number} at the start of the line is read as a reference, not as a heading",
        )

    def _take(self, depth: int, i: int, marker: Marker) -> None:
        """Continue the sequence at `depth`."""
        self._close(depth + 1)
        level = self.stack[depth]
        if level.item.children and level.item.children[-1].kind == "paragraph" and marker.style != "条":
            level.continued = True
        level.filled = level.filled or bool(level.item.children)
        draft = self._draft(self.lines[i], marker)
        level.value, level.branch, level.item = marker.value, marker.branch, draft
        level.taken += 1
        level.heading = self.lines[i].level
        level.parent.children.append(draft)
        self._opened(draft, self.lines[i])

    def _open(self, i: int, marker: Marker, nested: bool = False) -> None:
        """Start a sequence: under the levels that outrank it, or that go on after it."""
        line = self.lines[i]
        depth = len(self.stack)
        if not nested:
            depth = self.box_floor
            while depth < len(self.stack) and self._keeps(self.stack[depth], i, marker, line):
                depth += 1
        self._close(depth)
        parent = self._here()
        if (
            len(self.stack) > self.box_floor
            and self.stack[-1].item.style == marker.style
            and not nested
            and self.stack[-1].style != "heading"
        ):
            parent = self.stack[-1].parent
        self.nested.update((level.style, marker.style) for level in self.stack)
        draft = self._draft(line, marker)
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
            return not level.prefix or (level.prefix in _PARTS_OF_LAWS and marker.style not in DIVISIONS)
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

    def _close(self, depth: int) -> None:
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

    def _draft(self, line: Line, marker: Marker) -> Draft:
        kind = KINDS.get(marker.style, "item")
        body = marker.end
        while body < line.end and self.text[body] in " \t\u3000\xa0\u200b":
            body += 1
        draft = Draft(
            kind, line.start, line.end, body, line.page, marker.number, style=marker.style, value=marker.value
        )
        draft.origin = NumberOrigin.WORD_LIST if line.labelled else NumberOrigin.PRINTED
        draft.heading = line.level
        if kind == "article":
            draft.bare = body >= line.end or (
                line.end - body <= MAX_ARTICLE_HEADING_CHARS and not line.terminal
            )
        else:
            draft.bare = (
                marker.style in DIVISIONS or bool(line.level) or is_heading(self.text[body : line.end])
            )
        return draft

    def _opened(self, draft: Draft, line: Line) -> None:
        if draft.kind == "article":
            for style in [style for style in self.closed if RANKS[style] > RANKS["条"]]:
                del self.closed[style]
            if not draft.bare:
                split = draft.body
                if (
                    self.text[split] in "【["
                    and (shut := self.text.find("】" if self.text[split] == "【" else "]", split, line.end))
                    > 0
                ):
                    split = shut + 1
                if split < line.end:
                    first = Draft("paragraph", split, line.end, split, line.page)
                    while self.text[first.start] in " \t\u3000\xa0\u200b":
                        first.start += 1
                        first.body += 1
                    draft.own_end = split
                    while self.text[draft.own_end - 1] in " \t\u3000\xa0\u200b":
                        draft.own_end -= 1
                    draft.children.append(first)
                    self.previous_draft = first
                    return
        self.previous_draft = draft

    def _gap(self, marker: Marker, before: int, trailing: bool) -> None:
        level = next(level for level in reversed(self.stack) if level.style == marker.style)
        fill_gap(level, marker, before, trailing, level.parent is self.root, self.report)

    # Unnumbered lines

    def _unnumbered_heading(self, line: Line) -> None:
        depth = self.box_floor
        rank = line.level or 1
        while depth < len(self.stack) and 0 < self.stack[depth].heading < rank:
            depth += 1
        self._close(depth)
        parent = self._here()
        draft = Draft("heading", line.start, line.end, line.start, line.page, bare=True, heading=rank)
        parent.children.append(draft)
        lone = "" if line.level else "".join(line.text.split())
        self.stack.append(Level("heading", -1, 0, 0, draft, parent, rank, lone))
        self.previous_draft = draft

    def _lost_chapter(self, i: int) -> bool:
        """Take a heading without number, alone between a finished 条 and the next one, as the chapter it was.

        Its number is inferred where the chapters around it leave room for exactly one.
        """
        line = self.lines[i]
        if not line.short or len(line.text) > MAX_CHAPTER_CHARS or line.level or i + 1 >= len(self.lines):
            return False
        following = self.lines[i + 1].marker
        depth = next((k for k, one in enumerate(self.stack) if one.style == "章"), -1)
        article = next((one for one in self.stack if one.style == "条"), None)
        if depth < 0 or article is None or following is None or self.previous is None:
            return False
        if following.style != "条" or following.reference or self.previous.text[-1] not in "。；":
            return False
        if not succeeds(article.value, article.branch, following) or any(
            c in "，、（）()" for c in line.text
        ):
            return False
        self._close(depth + 1)
        level = self.stack[depth]
        draft = Draft("chapter", line.start, line.end, line.start, line.page, style="章", bare=True)
        if self.ahead.next_chapter(i) == level.value + 2:
            level.value += 1
            draft.value, draft.number = level.value, number_of("章", level.value)
            draft.origin = NumberOrigin.INFERRED
            self.report(
                line.start, "inferred", f"{draft.number} is not printed; it stands between its neighbours"
            )
        else:
            self.report(
                line.start, "heading", f"{line.text} is read as the heading of a chapter without number"
            )
        level.item, level.branch = draft, 0
        level.parent.children.append(draft)
        self.previous_draft = draft
        return True

    def _paragraph(self, i: int) -> None:
        line = self.lines[i]
        if self.previous is not None and self.previous_draft is not None and self._cut(self.previous) and (
            line.role == "" and self.previous.role == "" and self.previous.level == 0
        ):  # fmt: skip
            self.previous_draft.own_end = line.end
            return
        if (
            self.previous_draft is not None
            and not self.previous_draft.bare
            and self.previous is not None
            and self.previous.terminal
            and _ATTRIBUTION.match(line.text)
        ):
            # （市水务局牵头，各区配合） on a line of its own says who is in charge of what stands before.
            self.previous_draft.own_end = line.end
            return
        if (
            self.previous_draft is not None
            and line.text[0] == "答"
            and line.text[1:2] in ("：", ":")
            and self.text[self.previous_draft.start] == "问"
        ):
            # A question says nothing without its answer.
            self.previous_draft.own_end = line.end
            return
        if self.previous_draft is not None and not self.previous_draft.bare and _FIRSTLY.match(line.text):
            # 一是…；二是… on lines of their own are parts of the sentence before.
            self.previous_draft.own_end = line.end
            return
        noted = line.marker is not None and line.marker.style == "①" and self._noted(i, line.marker)
        draft = Draft(
            "footnote" if noted or line.role in ("footnote", "header") else "paragraph",
            line.start,
            line.end,
            line.start,
            line.page,
        )
        draft.bare = line.short
        draft.introduces = line.text[-1] in "：:"
        (self._beside_article() if noted else self._paragraph_parent(i, line)).children.append(draft)
        self.previous_draft = draft

    def _beside_article(self) -> Draft:
        """Where a note to the article before hangs: beside it, for it is no 款."""
        for level in self.stack[self.box_floor :]:
            if level.style == "条":
                return level.parent
        return self._here()

    def _paragraph_parent(self, i: int, line: Line) -> Draft:
        depth = len(self.stack) - 1
        while depth >= self.box_floor:
            level = self.stack[depth]
            if level.style in DIVISIONS or level.style in ("条", "heading"):
                self._close(depth + 1)
                return level.item
            if level.run:
                self._close(depth)
                depth -= 1
                continue
            following = self.ahead.next_of(i, level, self.stack)
            if following == level.value + 1:
                return level.item
            if following == 0 and self._belongs(level, line, depth):
                return level.item
            if following > 0 and level.item.bare and not level.item.children:
                return level.item
            self._close(depth)
            depth -= 1
        return self.box or self.root

    def _belongs(self, level: Level, line: Line, depth: int) -> bool:
        """Does an unnumbered paragraph after the last item of a sequence belong to that item?

        Inside a 条 it never does (款 belong to the 条). Elsewhere it does where the item is a mere heading, where
        earlier items have paragraphs of their own, or where the item has no siblings to compare it with.
        """
        if any(outer.style == "条" for outer in self.stack[:depth]):
            return False
        numbered = level.item.numbered
        if _CLOSING.match(line.text) and (
            numbered
            or not level.item.bare
            or self.text[level.item.own_end - 1] == "。"
            or (level.item.children and not _FINAL.search(self.text[level.item.body : level.item.own_end]))
        ):
            return False
        if level.item.bare and not numbered and self._labelled_before(level):
            return True
        if level.item.bare and not numbered:
            # Entries of a list look like headings; none of them has anything under it.
            return level.taken == 1 or level.filled
        return level.continued or (level.taken == 1 and not numbered)

    def _labelled_before(self, level: Level) -> bool:
        """Did the item before begin with a heading and have its body on the same line: （一）指导思想。以…？"""
        siblings = level.parent.children
        before = siblings[-2] if len(siblings) > 1 and siblings[-1] is level.item else None
        if before is None or before.style != level.style or before.bare:
            return False
        stop = self.text.find("。", before.body, before.own_end)
        return 0 < stop < before.own_end - 1 and is_heading(self.text[before.body : stop + 1])

    def _cut(self, line: Line) -> bool:
        """Was the line cut in the middle of a sentence, so that the next one goes on with it?"""
        if line.level or line.role or line.terminal or line.labelled or len(line.text) < 15:
            return False
        if (
            line.text[-1] in "）)"
            and line.text[max(line.text.rfind("（"), line.text.rfind("(")) - 1] in "。；！"
        ):
            return False
        return line.text[-1] in "，、" or "。" in line.text or "，" in line.text

    # Tables and boxes

    def _row(self, line: Line) -> None:
        if self.table is None or self.table.table != line.table:
            parent = self._here()
            self.table = Draft("table", line.start, line.start, line.start, line.page, table=line.table)
            parent.children.append(self.table)
        self.table.children.append(Draft("row", line.start, line.end, line.start, line.page))
        self.previous_draft = None

    def _box(self, line: Line) -> None:
        label, title_at = box_label(line.text)
        parent = self.stack[-1].item if self.stack else self.root
        draft = Draft("box", line.start, line.end, line.start + title_at, line.page, label=label, bare=True)
        parent.children.append(draft)
        self.box, self.box_floor = draft, len(self.stack)
        self.outer_closed, self.closed = self.closed, {}
        self.previous_draft = draft

    def _leave_box(self, line: Line) -> None:
        """A 专栏 counts for itself; it ends at the next box, at a heading, or where an outer sequence goes on."""
        ends = line.role == "box" or bool(line.level)
        if line.marker is not None and not ends:
            inner = self._follows(line.marker)
            floor, self.box_floor = self.box_floor, 0
            outer = self._follows(line.marker, floor)
            self.box_floor = floor
            ends = outer >= 0 and inner < 0
            if outer >= 0 and inner >= 0:
                # Both count on alike: the look of the line decides, a heading or a sentence.
                bare = is_heading(line.text[line.marker.end - line.start :].strip())
                ends = self.stack[outer].item.bare == bare != self.stack[inner].item.bare
        if ends:
            del self.stack[self.box_floor :]
            self.box, self.box_floor, self.closed = None, 0, self.outer_closed
