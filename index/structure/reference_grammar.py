"""How Chinese documents cite clauses: the patterns, and the levels a citation names as segments of addresses."""

import re

from index.structure.markers import number_of
from index.structure.numerals import CHINESE_CHARS, chinese_numeral, parse_numeral

MAX_RANGE = 60
"""`第五条至第二十条` names every article between; a longer range is taken for a misprint and only its ends count."""

Steps = dict[str, str]
"""Level → the segment that addresses use: article → 第五条, paragraph → 第二款; division → 第一编/第三章."""
LEVELS = ("division", "part", "article", "paragraph", "point", "detail")

_N = f"[{CHINESE_CHARS}0-9]{{1,10}}"
_SELF = (
    r"本(?:法|条例|办法|规定|细则|方案|意见|通知|决定|规则|章程|规划|解释"
    r"|规程|规范|准则|指引|制度|纲要|计划|标准|文|批复)"
)
NOUNS = "办法|规定|细则|意见|通知|决定|规则|章程|解释|规程|准则|批复"
"""What documents that are no laws call themselves."""
_OTHER_LAW = r"(?:宪法|刑法|民法典|(?:[\u4e00-\u9fff]{1,14}?)(?:法|条例))"
_STEPS = (
    rf"(?P<division>(?:总则|分则)?(?:第{_N}(?:分编|编)){{0,2}}(?:第{_N}章)?(?:第{_N}节)?)"
    rf"(?:第(?P<part>{_N})部分)?"
    rf"(?:第(?P<article>{_N})条(?:之(?P<branch>[一二三四五六七八九十]{{1,2}}))?|第[（(](?P<listed>{_N})[）)]条)?"
    rf"(?:第(?P<paragraph>{_N})款)?"
    rf"(?:第[（(]?(?P<point>{_N})[）)]?项)?"
    rf"(?:第[（(]?(?P<detail>{_N})[）)]?目)?"
)
# A title in 《》 may stand alone: then the document is meant as a whole.
ABSOLUTE = re.compile(
    r"(?:(?P<title>《[^《》\n]{2,60}》)(?:[（(](?P<note>[^（）()\n]{1,60})[）)])?"
    rf"|(?P<own>{_SELF})|(?P<law>{_OTHER_LAW})(?=第|总则第|分则第))?"
    rf"(?P<steps>(?(title)|(?(own)(?=[第总分])|(?(law)|(?=第{_N}(?:条|款|项|目|部分)|第[（(])))){_STEPS})"
)
_DIVISION = re.compile(rf"第({_N})(分编|编|章|节)")
NEXT = re.compile(rf"(?P<joint>、|和|或者|或|以及|及|与|，|至|到)(?P<steps>(?=第){_STEPS})")
# Not 基本条件, 本项目, 目前三项, 提前款项.
RELATIVE = re.compile(
    r"(?:(?<![基根原样版文资成标课])本(?P<this>条(?![例件目文理])|款(?!项)|项(?!目))"
    r"|(?<![目当以提之从生此先名])前(?P<count>[两二三四五六七八九十]?)(?P<unit>款(?!项)|项(?!目)|条(?![例件目文理])))"
    rf"(?P<steps>(?:第(?P<paragraph>{_N})款)?(?:第[（(]?(?P<point>{_N})[）)]?项)?)"
)
# Not inside 对外贸易法, 企业国有资产法, 反有组织犯罪法, 取水许可条例.
_VERBS = re.compile(
    r"^.*(?:依照|依据|根据|按照|参照|违反|适用|符合|执行|构成|比照|遵守|除|对(?!外)|与(?!健康)|和|以及|及|将|由|在|是|的"
    r"|有(?!资产|土地|组织|企业)|为|受|以|取(?!水)|于)(?=.)"
)
_FAMOUS = re.compile(r"(?:宪法|刑法|民法典)$")
_OWN_END = re.compile(_SELF + "$")
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,30}(?:[〔\[【﹝［][12][0-9]{3}[〕\]】﹞］]|[12][0-9]{3}年)?第?[0-9]{1,5}号"
)
_EDITION = re.compile(r"((?:19|20)[0-9]{2})年?(?:第[一二三四五六七八九十]次)?(?:修正|修订|修改)")
_ALIAS = re.compile(r"以下(?:统一?|均)?简?称为?[“\"「]?《?([^《》“”\"「」，。；]{1,30})")
_CHINESE_PART = re.compile(f"[{CHINESE_CHARS}]+")


def law_named(law: str) -> tuple[int, bool]:
    """Where the name of a law without 《》 begins, after the verb (依照刑法第…), and whether it is this document."""
    if itself := _OWN_END.search(law):
        return itself.start(), True
    if famous := _FAMOUS.search(law):  # 犯刑法第…: no other law's name ends so
        return famous.start(), False
    return len(law) - len(_VERBS.sub("", law)), False


def noted(note: str) -> tuple[str, str, str]:
    """What stands in （） after a title: 文号, year of the edition meant, and the short name given to it."""
    alias = _ALIAS.search(note)
    before = note[: alias.start()] if alias else note
    number, edition = _NUMBER.search(before), _EDITION.search(before)
    return number[0] if number else "", edition[1] if edition else "", alias[1] if alias else ""


def steps_of(found: re.Match[str]) -> Steps:
    """The levels a reference names, each as the segment that addresses use."""
    steps: Steps = {}
    if divisions := _DIVISION.findall(found["division"]):
        steps["division"] = "/".join(
            f"第{chinese_numeral(parse_numeral(n) or 0)}{kind}" for n, kind in divisions
        )
    if value := parse_numeral(found["part"] or ""):
        steps["part"] = chinese_numeral(value)
    if value := parse_numeral(found["article"] or ""):
        steps["article"] = number_of("条", value, parse_numeral(found["branch"] or "") or 0)
    elif value := parse_numeral(found["listed"] or ""):
        steps["article"] = number_of("（一）", value)
    if value := parse_numeral(found["detail"] or ""):
        steps["detail"] = str(value)
    return {**steps, **below_article(found)}


def below_article(found: re.Match[str]) -> Steps:
    """The 款 and 项 that a reference names."""
    steps: Steps = {}
    if value := parse_numeral(found["paragraph"] or ""):
        steps["paragraph"] = f"第{chinese_numeral(value)}款"
    if value := parse_numeral(found["point"] or ""):
        steps["point"] = number_of("（一）", value)
    return steps


def inherited(before: Steps, steps: Steps) -> Steps:
    """第五条第一款、第二款: what is not named again stays."""
    first = next((level for level in LEVELS if level in steps), "")
    above = LEVELS[: LEVELS.index(first)] if first else ()
    return {**{level: before[level] for level in above if level in before}, **steps}


def spread(first: Steps, last: Steps) -> list[Steps]:
    """Every step from the one after `first` to `last`."""
    level = next((level for level in reversed(LEVELS) if level in last), "")
    forms = {"article": "条", "paragraph": "款", "point": "（一）"}
    low, high = (parse_numeral(steps.get(level, "").strip("第条款（）")) for steps in (first, last))
    if level not in forms or low is None or high is None or not low < high <= low + MAX_RANGE:
        return [last]
    style = "（一）" if last[level].startswith("（") else forms[level]
    between = [
        f"第{chinese_numeral(n)}款" if style == "款" else number_of(style, n) for n in range(low + 1, high)
    ]
    return [*({**last, level: one} for one in between), last]


def path_of(steps: Steps) -> str:
    """The address that a law or plan gives to what is cited, as far as its grammar tells."""
    return "/".join(steps[level] for level in LEVELS if level in steps)


def steps_in(path: str) -> Steps:
    """The levels of `path_of` again."""
    steps: Steps = {}
    for segment in path.split("/") if path else ():
        if _DIVISION.fullmatch(segment):
            steps["division"] = f"{steps['division']}/{segment}" if "division" in steps else segment
            continue
        if segment.endswith("款"):
            level = "paragraph"
        elif segment.endswith("条") or "条之" in segment:
            level = "article"
        elif segment.startswith("（"):
            level = "point" if "article" in steps or "paragraph" in steps else "article"
        else:
            level = "part" if _CHINESE_PART.fullmatch(segment) else "detail"
        steps[level] = segment
    return steps
