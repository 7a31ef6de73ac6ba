"""Unnumbered lines: a line without number in, the draft that it belongs to out.

They are given to the level whose siblings have the like.
"""

import re

from index.document import NumberOrigin
from index.structure.accept import noted
from index.structure.draft import Draft, Level, is_heading, succeeds
from index.structure.lines import Line
from index.structure.markers import DIVISIONS, number_of
from index.structure.sequences import Sequences

_FIRSTLY = re.compile(r"[一二三四五六七八九十]{1,2}是[^否]")
_CLOSING = re.compile(
    r"各位代表[，！]|以上(?:意见|请示|报告|规定|请)|上述政策|此外，|感谢您|衷心感谢|(?:出席|列席|请假|缺席|参会|记录|主持)[^，。；]{0,6}[：:]|各地区、各|各地、各|各地要|各有关部门要|请各|请结合|请认真|望各|特此|此[前复函令]"
    r"|本[\u4e00-\u9fff]{1,4}自.{1,20}(?:施行|执行|实施)|《[^《》]{2,60}》根据本"
)
"""How the last paragraph of an official document begins when it speaks of the whole document."""
_FINAL = re.compile(r"附则|其他|其它|施行|实施|生效|有效期|期限|解释")
"""Headings under which such a paragraph is at home."""
_ATTRIBUTION = re.compile(
    r"[（(][^（()）。：]{2,80}(?:[部委局院厅室行办署处科队站所]|政府|单位|公司|中心|负责|牵头|配合)[）)]$"
)
_FIGURE = re.compile(r"图[ \u3000]?[0-9０-９一二三四五六七八九十]{1,3}(?:[-—－.．][0-9]{1,2})?[ \u3000：:]")
_SOURCE = re.compile(r"(?:资料|数据|图片)?来源[：:]|注[：:]")
MAX_CHAPTER_CHARS = 16


def add_paragraph(sequences: Sequences, i: int) -> None:
    """Add the i-th line as a paragraph or a footnote, or to the draft that it goes on with."""
    line, before = sequences.lines[i], sequences.previous_draft
    if before is not None and _goes_on(sequences, before, line):
        before.own_end = line.end
        return
    note = line.marker is not None and line.marker.style == "①" and noted(sequences, i, line.marker)
    kind = "footnote" if note or line.role in ("footnote", "header") else "paragraph"
    draft = Draft(kind, line.start, line.end, line.start, line.page)
    draft.bare = line.short
    draft.introduces, draft.half = line.text[-1] in "：:", line.text[-1] in "；;"
    parent = _beside_article(sequences) if note else _parent_of(sequences, i, line)
    parent.children.append(draft)
    sequences.previous_draft = draft


def _goes_on(sequences: Sequences, before: Draft, line: Line) -> bool:
    """Is the line no paragraph of its own but the rest of the draft before it?"""
    previous = sequences.previous
    if previous is not None and previous.cut and line.role == previous.role == "" and previous.level == 0:
        return True
    if line.text[0] == "答" and line.text[1:2] in ("：", ":") and _asks(sequences.text, before):
        # A question says nothing without its answer.
        return True
    if before.bare:
        # 图1　…, 资料来源：…, 注：… say together what the picture shows.
        return bool(_FIGURE.match(sequences.text, before.start) and _SOURCE.match(line.text))
    # （市水务局牵头，各区配合） says who is in charge of what stands before; 一是…；二是… are parts of the sentence.
    attributed = previous is not None and previous.terminal and _ATTRIBUTION.match(line.text)
    return bool(attributed or _FIRSTLY.match(line.text))


def _asks(text: str, before: Draft) -> bool:
    """问：…, 1.问：…, 问题一：…"""
    return text[before.start] == "问" or text[before.body] == "问"


def take_lost_chapter(sequences: Sequences, i: int) -> bool:
    """Take a heading without number, alone between a finished 条 and the next one, as the chapter it was.

    Its number is inferred where the chapters around it leave room for exactly one.
    """
    line = sequences.lines[i]
    if not line.short or len(line.text) > MAX_CHAPTER_CHARS or line.level or i + 1 >= len(sequences.lines):
        return False
    following = sequences.lines[i + 1].marker
    depth = next((k for k, one in enumerate(sequences.stack) if one.style == "章"), -1)
    article = next((one for one in sequences.stack if one.style == "条"), None)
    if depth < 0 or article is None or following is None or sequences.previous is None:
        return False
    if following.style != "条" or following.reference or sequences.previous.text[-1] not in "。；":
        return False
    if not succeeds(article.value, article.branch, following) or any(c in "，、（）()" for c in line.text):
        return False
    sequences.close(depth + 1)
    level = sequences.stack[depth]
    draft = Draft("chapter", line.start, line.end, line.start, line.page, style="章", bare=True)
    if sequences.ahead.next_chapter(i) == level.value + 2:
        level.value += 1
        draft.value, draft.number = level.value, number_of("章", level.value)
        draft.origin = NumberOrigin.INFERRED
        sequences.report(
            line.start, "inferred", f"{draft.number} is not printed; it stands between its neighbours"
        )
    else:
        sequences.report(
            line.start, "heading", f"{line.text} is read as the heading of a chapter without number"
        )
    level.item, level.branch = draft, 0
    level.parent.children.append(draft)
    sequences.previous_draft = draft
    return True


def _beside_article(sequences: Sequences) -> Draft:
    """Where a note to the article before hangs: beside it, for it is no 款. The article ends with it."""
    for depth in range(sequences.box_floor, len(sequences.stack)):
        if sequences.stack[depth].style == "条":
            parent = sequences.stack[depth].parent
            sequences.close(depth)
            return parent
    return sequences.here()


def _parent_of(sequences: Sequences, i: int, line: Line) -> Draft:
    depth = len(sequences.stack) - 1
    while depth >= sequences.box_floor:
        level = sequences.stack[depth]
        if level.style in DIVISIONS or level.style in ("条", "heading"):
            sequences.close(depth + 1)
            return level.item
        if level.run:
            sequences.close(depth)
            depth -= 1
            continue
        following = sequences.ahead.next_of(i, level, sequences.stack)
        if following == level.value + 1:
            return level.item
        if following == 0 and _belongs(sequences, level, line, depth):
            return level.item
        if following > 0 and level.item.bare and not level.item.children:
            return level.item
        sequences.close(depth)
        depth -= 1
    return sequences.box or sequences.root


def _belongs(sequences: Sequences, level: Level, line: Line, depth: int) -> bool:
    """Does an unnumbered paragraph after the last item of a sequence belong to that item?

    Inside a 条 it never does (款 belong to the 条). Elsewhere it does where the item is a mere heading, where
    earlier items have paragraphs of their own, or where the item has no siblings to compare it with.
    """
    if any(outer.style == "条" for outer in sequences.stack[:depth]):
        return False
    numbered = level.item.numbered
    if sequences.text[level.item.own_end - 1] in "：:" and not numbered:
        # …应当符合下列要求： and the lines after it, up to the one that ends the sentence.
        last = level.item.children[-1] if level.item.children else level.item
        if sequences.text[last.own_end - 1] in "：:；;":
            return True
    if _CLOSING.match(line.text) and (
        numbered
        or not level.item.bare
        or sequences.text[level.item.own_end - 1] == "。"
        or (level.item.children and not _FINAL.search(sequences.text[level.item.body : level.item.own_end]))
    ):
        return False
    if level.item.bare and not numbered and _labelled_before(sequences, level):
        return True
    if level.item.bare and not numbered:
        # Entries of a list look like headings; none of them has anything under it.
        return level.taken == 1 or level.filled
    return level.continued or (level.taken == 1 and not numbered)


def _labelled_before(sequences: Sequences, level: Level) -> bool:
    """Did the item before begin with a heading and have its body on the same line: （一）指导思想。以…？"""
    siblings = level.parent.children
    before = siblings[-2] if len(siblings) > 1 and siblings[-1] is level.item else None
    if before is None or before.style != level.style or before.bare:
        return False
    stop = sequences.text.find("。", before.body, before.own_end)
    return 0 < stop < before.own_end - 1 and is_heading(sequences.text[before.body : stop + 1])
