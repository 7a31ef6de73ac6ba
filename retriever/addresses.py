"""A text → the places that it names as people write them: 第三条第二款, 第二部分（四）, 附件2, article 5(2).

Only the grammar is here; which clauses a place means is decided by `retriever.exact`, which knows the collection. The
citations that the index prints are read by the same grammar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.structure.numerals import parse_numeral
from index.text import normalised
from retriever.levels import english_level, english_number, levels

MAX_RANGE = 60
"""第五条至第八条 means every 条 between; a longer range is taken for a slip and only its ends count."""
MAX_PLACES = 20

_N = r"[0-9零〇○一二两三四五六七八九十百千万廿卅](?:\s?[0-9零〇○一二两三四五六七八九十百千万廿卅]){0,11}"
_LEVEL = levels("部分", "分编", "编", "篇", "章", "节", "条", "款", "项", "目", "点", "段", "行")
_STEP = re.compile(
    rf"第\s?(?P<n>{_N})\s?(?P<level>{_LEVEL})(?:之(?P<branch>[0-9一二三四五六七八九十]{{1,3}})(?![0-9一二三四五六七八九十分]))?"
    rf"|第\s?\(\s?(?P<listed>{_N})\s?\)\s?(?P<of>部分|条|款|项|目|点)?"
    rf"|第(?P<symbol>[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{1,3}})(?P<dotted>条|项|目|点)"
    rf"|(?P<kept>附件|附表|附录|专栏|表|注)\s?(?P<k>{_N})?(?![0-9a-z万亿%])"
    rf"|(?P<intro>引言|结语)"
    rf"|§\s?(?P<sign>[0-9]{{1,4}})"
    rf"|(?<![0-9a-z.])(?P<bare>{_N})\s?(?P<unit>{levels('条', '款', '项')})"
    rf"|\((?P<point>{_N})\)[项目款]?"
    r"|(?<![a-z])(?P<word>articles?|art\.|sections?|sec\.|chapters?|ch\.|parts?|clauses?|paragraphs?|paras?\.?|items?|annex(?:es)?"
    r"|appendix|attachments?|box|table|points?)\s?(?:no\.\s?)?\(?(?!i\s[a-z])(?P<value>[0-9]{1,4}|[ivxl]{1,6}|one|two|three|four|five|six|seven"
    r"|eight|nine|ten)\)?(?![a-z0-9%])(?:\s?\((?P<inner>[0-9]{1,3})\))?"
)  # fmt: skip
# What may stand between two steps of one place, as our own citations print it.
_BETWEEN = re.compile(r"(?:\s|,|、(?=\()|的|之|/|\(推定\)|\(inferred\)|[“\"][^”\"\n]{1,60}[”\"]){0,6}")
_RANGE = re.compile(r"\s?(?:至|到|-|–|—|~|to)\s?")
_JOINT = re.compile(r"\s?(?:、|和|与|及|以及|或|或者|and|or|,)\s?")
_OF = re.compile(r",?\s?(?:of|in|under)\s(?:the\s)?")

_STRONG = frozenset(("部分", "分编", "编", "篇", "章", "条", "附件", "专栏"))
"""Levels that name a place on their own; the others do after a document or another step, or as the whole question."""
_ORDER = (
    "附件",
    "专栏",
    "表",
    "编",
    "篇",
    "分编",
    "部分",
    "章",
    "节",
    "条",
    "款",
    "项",
    "目",
    "点",
    "段",
    "行",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a place."""

    level: str
    """部分, 章, 条, 款, 项, 附件…; `点` for a number in brackets alone; 附录 and 附表 are 附件."""
    value: int
    """0 where a single attachment has no number."""
    branch: int = 0
    """1 for 第一百二十条之一."""
    listed: bool = False
    """The number stands in brackets: 第（四）条."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a text names."""

    steps: tuple[Step, ...]
    start: int
    end: int
    """Span in the text, code points."""
    strong: bool
    """It names a place wherever it stands; else only beside a document's name, or where nothing else is asked."""
    until: int = 0
    """Last value of the last step where a range is named (第五条至第八条), else 0."""


def places_in(text: str) -> list[Place]:
    """Every place that the text names, in order, at most `MAX_PLACES`."""
    folded, origins = normalised(text)
    found: list[Place] = []
    for place in _chains(folded):
        if len(found) == MAX_PLACES:
            break
        start, end = origins[place.start], origins[place.end - 1] + 1
        found.append(replace(place, start=start, end=end))
    return found


def steps_of(citation: str) -> tuple[Step, ...]:
    """The steps of the part of a citation that follows the document: 第二部分第（四）条（推定）, 附件1第三条."""
    folded = citation.translate(_WIDTH)
    chain = next(_chains(folded), None)
    return chain.steps if chain and chain.start == 0 else ()


_WIDTH = str.maketrans("（）０１２３４５６７８９", "()0123456789")


def _chains(folded: str) -> Iterator[Place]:
    """Neighbouring steps make one place; 第五条至第八条 and 第三条第一款、第二款 are read too."""
    waiting: Place | None = None
    for match in _STEP.finditer(folded):
        steps = _steps(match)
        if not steps:
            continue
        strong = _strong(match, steps[0])
        here = Place(steps, match.start(), match.end(), strong)
        if waiting is None:
            waiting = here
            continue
        between = folded[waiting.end : here.start]
        if _RANGE.fullmatch(between) and _same_level(waiting, here) and not waiting.until:
            last = here.steps[-1].value
            step = waiting.steps[-1]
            if step.value < last <= step.value + MAX_RANGE:
                waiting = replace(waiting, end=here.end, until=last)
                continue
        if _OF.fullmatch(between) and _deeper(here.steps[-1], waiting.steps[0]):
            # paragraph 2 of article 5
            waiting = replace(here, steps=here.steps + waiting.steps, start=waiting.start)
            continue
        if _BETWEEN.fullmatch(between) and not waiting.until and _deeper(waiting.steps[-1], here.steps[0]):
            strong = waiting.strong or here.strong
            waiting = replace(waiting, steps=waiting.steps + here.steps, end=here.end, strong=strong)
            continue
        if _JOINT.fullmatch(between) and waiting.strong and not here.strong:
            # 第三条第一款、第二款: the second begins where the first did.
            kept = tuple(s for s in waiting.steps if _deeper(s, here.steps[0]))
            if kept and here.steps[0].level == waiting.steps[-1].level:
                yield waiting
                waiting = replace(here, steps=kept + here.steps, strong=True)
                continue
        yield waiting
        waiting = here
    if waiting is not None:
        yield waiting


def _steps(match: re.Match[str]) -> tuple[Step, ...]:
    if match["word"]:
        return _english(match)
    level = (
        match["level"] or match["of"] or match["dotted"] or match["unit"] or match["kept"] or match["intro"]
    )
    number = match["n"] or match["listed"] or match["bare"] or match["point"] or match["sign"] or match["k"]
    if match["symbol"]:
        return tuple(Step("点", int(one)) for one in match["symbol"].split("."))
    if match["intro"]:
        return (Step(match["intro"], 0),)
    if match["sign"]:
        level = "条"
    value = parse_numeral(number) if number else 0
    if value is None or (number and not value):
        return ()
    if match["kept"]:
        return (Step("附件" if match["kept"].startswith("附") else match["kept"], value),)
    branch = parse_numeral(match["branch"]) if match["branch"] else 0
    return (Step(level or "点", value, branch or 0, bool(match["listed"] or match["point"])),)


def _english(match: re.Match[str]) -> tuple[Step, ...]:
    steps = (Step(english_level(match["word"]), english_number(match["value"]), listed=False),)
    return (*steps, Step("款", int(match["inner"]))) if match["inner"] else steps


def _strong(match: re.Match[str], step: Step) -> bool:
    if match["bare"] or match["point"] or match["intro"]:
        return False
    if match["kept"]:
        return step.value > 0 and step.level in _STRONG
    if match["word"]:
        return match["word"].rstrip("s") in ("article", "art.", "chapter", "annex", "appendix", "attachment",
                                             "section", "part", "box", "clause")  # fmt: skip
    return bool(match["listed"] or match["sign"]) or step.level in _STRONG


def _same_level(one: Place, other: Place) -> bool:
    return len(other.steps) == 1 and one.steps[-1].level == other.steps[0].level


def _deeper(above: Step, below: Step) -> bool:
    """True if the second may stand under the first."""
    if above.level in ("引言", "结语") or above.level not in _ORDER:
        return below.level in ("段", "点")
    if below.level in ("引言", "结语", "注"):
        return above.level in ("附件", "专栏")
    if above.level == "点" and below.level == "点":
        return True
    if below.level in ("专栏", "表") and above.level in _ORDER[3:-2]:
        # They count over the whole document; a citation names the part they stand in before them.
        return True
    return _ORDER.index(above.level) < _ORDER.index(below.level)
