"""Flat text of a draft → the levels that a citation names there: 第二部分第（四）条, 第五条第二款第一项, ③."""

import re

from retriever.levels import levels
from retriever.verify.folding import flat
from retriever.verify.places import RANKS, Step, number_values

MAX_STEPS = 8

_N = r"[0-9〇零一二三四五六七八九十百千万两]{1,10}"
_STEP = (
    rf"第\s?(?P<a>{_N}|[①-⑳]|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{1,4}}|{_N}[.、)])\s?"
    rf"(?P<au>{levels('分编', '部分', '编', '章', '节', '条', '款', '项', '目', '点', '自然段', '段', '行')})"
    r"(?:之\s?(?P<branch>[一二三四五六七八九十]{1,2})(?![款项条]))?"
    rf"|第\s?\(\s?(?P<b>{_N})\s?\)\s?(?P<bu>部分|条|款|项|目|点|部分)?"
    rf"|(?P<cu>附件|专栏|表|注)\s?(?P<c>[0-9]{{1,4}}(?![0-9])|{_N}(?=第|[^\u4e00-\u9fff]|$))"
    r"|(?P<alone>附件)(?=第|[^\u4e00-\u9fff0-9]|$)"
    r"|(?P<plain>引言|结语)(?=第)"
)
_BARE = rf"\(\s?(?P<d>{_N})\s?\)|(?P<e>[①-⑳])"
_BETWEEN = re.compile(
    r"(?:\(推定\)|\(inferred\)|[“\"「][^”\"」\n]{1,40}[”\"」](?=第|注)|\s|的|中的?|里的?|之(?=第)|/)*"
)
ONE = re.compile(_STEP)
_FURTHER = re.compile(f"{_STEP}|{_BARE}")
JOINT = re.compile(r"\s?(?:、|和|或者|或|以及|及|与|至|到|,\s?|-)\s?")
PRIMARY = frozenset(("条", "部分", "编", "分编", "章", "节", "自然段", ""))


def named_steps(text: str) -> list[str]:
    """Every 条, 部分, 章… that a text names, as it names them."""
    level = flat(text)
    return [text[m.start() : m.end()] for m in ONE.finditer(level) if not m["plain"]]


def steps_at(level: str, start: int) -> tuple[tuple[Step, ...], int]:
    """The contiguous steps from `start`, and where they end."""
    steps: list[Step] = []
    at = end = start
    while len(steps) < MAX_STEPS and (match := (_FURTHER if steps else ONE).match(level, at)):
        step = _step(match)
        if step is None and not match["plain"]:
            break
        if step is not None:
            steps.append(step)
        end = match.end()
        between = _BETWEEN.match(level, end)
        at = between.end() if between else end
    if marked := re.match(r"\s?\((?:推定|inferred)\)", level[end : end + 14]):
        end += marked.end()
    return tuple(steps), end


def _step(match: re.Match[str]) -> Step | None:
    if match["a"]:
        value = number_values(match["a"], match["branch"] or "")
        unit = "段" if match["au"] == "自然段" else match["au"]
        round_ = match["a"][0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
        return Step(unit, value, round_) if value else None
    if match["b"]:
        value = number_values(match["b"])
        return Step(match["bu"] or "", value, True) if value else None
    if match["cu"]:
        value = number_values(match["c"])
        return Step(match["cu"], value) if value else None
    if match["alone"]:
        return Step("附件", ())
    if match["plain"]:
        return None
    groups = match.groupdict()
    value = number_values(groups.get("d") or groups.get("e") or "")
    return Step("", value, True) if value else None


def inherited(before: tuple[Step, ...], steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """第五条第一款、第二款: the levels above the first that is named stay."""
    first = steps[0]
    same = [i for i, step in enumerate(before) if step.unit == first.unit]
    if same:
        return (*before[: same[-1]], *steps)
    rank = RANKS.index(first.unit)
    return (*(step for step in before if RANKS.index(step.unit) < rank), *steps)
