"""Parts of a sentence that count themselves: a tree of drafts in, a draft for each 一是, 二是, 三是 added to it."""

import re

from index.document import NumberOrigin
from index.structure.draft import Draft
from index.structure.numerals import parse_numeral

_POINT = re.compile(r"(?<![^。；：！？，、;:,.\s）)”])([一二三四五六七八九十]{1,2})(是|要)(?![否])")


def add_points(text: str, root: Draft) -> None:
    """Give each part that is counted in running text (一是…；二是…) a node of its own, so that it can be cited.

    Only a run that begins at 一 and counts on is one; the clause they stand in stays whole.
    """
    waiting = [root]
    while waiting:
        draft = waiting.pop()
        waiting.extend(draft.children)
        if draft.kind in ("paragraph", "item", "article"):
            starts = _run(text, draft.body if draft.kind != "paragraph" else draft.start, draft.own_end)
            if len(starts) > 1:
                _part(text, draft, starts)


def _run(text: str, start: int, end: int) -> list[tuple[int, str]]:
    if text.find("二", start, end) < 0:
        return []
    run: list[tuple[int, str]] = []
    word = ""
    for found in _POINT.finditer(text, start, end):
        if not run and found[1] == "一":
            word = found[2]
            run.append((found.start(), found[0]))
        elif found[2] == word and parse_numeral(found[1]) == len(run) + 1:
            run.append((found.start(), found[0]))
        elif found[1] == "一" and len(run) == 1:
            word = found[2]
            run = [(found.start(), found[0])]
    return run


def _part(text: str, draft: Draft, starts: list[tuple[int, str]]) -> None:
    ends = [at for at, _ in starts[1:]] + [draft.own_end]
    points = []
    for (start, number), stop in zip(starts, ends, strict=True):
        end = start + len(text[start:stop].rstrip())
        points.append(
            Draft("point", start, end, start + len(number), draft.page, number, NumberOrigin.PRINTED)
        )
    first = starts[0][0]
    draft.own_end = max(draft.start, draft.start + len(text[draft.start : first].rstrip()))
    draft.children[:0] = points
