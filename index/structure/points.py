"""Parts of a sentence that count themselves: a tree of drafts in, a draft for each 一是 or （一） within one added."""

import re

from index.document import NumberOrigin
from index.structure.draft import Draft
from index.structure.markers import Marker, number_of
from index.structure.numerals import parse_numeral

_POINT = re.compile(r"(?<![^。；：！？，、;:,.\s）)”])([一二三四五六七八九十]{1,2})(是|要)(?![否])")


_NUMBERED = re.compile(
    r"(?:(?<=[：:；;，,。])|(?<=[或和及]))[ \u3000]{0,4}"
    r"(?:[（(]([一二三四五六七八九十]{1,3}|[0-9]{1,2})[）)]|([①-⑳]))(?![、和或及至项款目）)])"
)


MIN_RUN_CHARS = 8
"""（1）a，（2）b is the shortest list on one line."""


def last_of_run(line: str, marker: Marker) -> int:
    """Return the last number of a list that goes on in the line its first number begins: （1）…；（2）…；（3）…"""
    last = marker.value
    if marker.style in ("（一）", "（1）", "①"):
        for found in _NUMBERED.finditer(line) if len(line) > MIN_RUN_CHARS else ():
            style, value = _read(found)
            if style == marker.style and value == last + 1:
                last = value
    return last


def _read(found: re.Match[str]) -> tuple[str, int]:
    if found[2]:
        return "①", ord(found[2]) - ord("①") + 1
    return ("（1）" if found[1].isascii() else "（一）"), parse_numeral(found[1]) or 0


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
                _part(text, draft, "point", starts)
            elif not any(child.kind == "item" for child in draft.children):
                starts = _numbered(text, draft.body, draft.own_end)
                if len(starts) > 1:
                    _part(text, draft, "item", starts)


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


def _numbered(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """The items of a list within a sentence: …下列情形：（一）…；（二）…"""
    if not any(text.find(second, start, end) > 0 for second in "二2②"):
        return []
    run: list[tuple[int, str]] = []
    counted = ""
    for found in _NUMBERED.finditer(text, start, end):
        style, value = _read(found)
        if value == 1 and len(run) < 2:
            run, counted = [], style
        if style == counted and value == len(run) + 1:
            run.append((found.start(1 if found[1] else 2) - bool(found[1]), number_of(style, value)))
    return run


def _part(text: str, draft: Draft, kind: str, starts: list[tuple[int, str]]) -> None:
    ends = [at for at, _ in starts[1:]] + [draft.own_end]
    points = []
    for (start, number), stop in zip(starts, ends, strict=True):
        end = start + len(text[start:stop].rstrip())
        points.append(Draft(kind, start, end, start + len(number), draft.page, number, NumberOrigin.PRINTED))
    first = starts[0][0]
    draft.own_end = max(draft.start, draft.start + len(text[draft.start : first].rstrip()))
    draft.children[:0] = points
