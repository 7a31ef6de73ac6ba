"""References between clauses: a split in, every place that cites a clause, and the addresses it means, out."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.document import Split
from index.structure.frame import squeeze
from index.structure.markers import number_of
from index.structure.numerals import CHINESE_CHARS, chinese_numeral, parse_numeral

MAX_RANGE = 60
"""`第五条至第二十条` names every article between; a longer range is taken for a misprint and only its ends count."""

MAX_COUNTED_BACK = 10
"""前十款 is as far back as a relative reference counts."""

_N = f"[{CHINESE_CHARS}0-9]{{1,10}}"
_SELF = (
    r"本(?:法|条例|办法|规定|细则|方案|意见|通知|决定|规则|章程|规划|解释"
    r"|规程|规范|准则|指引|制度|纲要|计划|标准|文|批复)"
)
_OTHER_LAW = r"(?:宪法|刑法|民法典|(?:[\u4e00-\u9fff]{1,14}?)(?:法|条例))"
_STEPS = (
    rf"(?:第(?P<part>{_N})部分)?"
    rf"(?:第(?P<article>{_N})条(?:之(?P<branch>[一二三四五六七八九十]{{1,2}}))?|第[（(](?P<listed>{_N})[）)]条)?"
    rf"(?:第(?P<paragraph>{_N})款)?"
    rf"(?:第[（(]?(?P<point>{_N})[）)]?项)?"
    rf"(?:第[（(]?(?P<detail>{_N})[）)]?目)?"
)
_ABSOLUTE = re.compile(
    rf"(?:(?P<title>《[^《》\n]{{2,60}}》)(?:（[^（）\n]{{1,40}}）)?|(?P<own>{_SELF})|(?P<law>{_OTHER_LAW})(?=第))?"
    rf"(?P<steps>(?=第{_N}(?:条|款|项|目|部分)|第[（(]){_STEPS})"
)
_NEXT = re.compile(rf"(?P<joint>、|和|或者|或|以及|及|与|，|至|到)(?P<steps>(?=第){_STEPS})")
_RELATIVE = re.compile(
    r"(?:本(?P<this>[条款项])(?!例)|前(?P<count>[两二三四五六七八九十]?)(?P<unit>[款项条]))"
    rf"(?P<steps>(?:第(?P<paragraph>{_N})款)?(?:第[（(]?(?P<point>{_N})[）)]?项)?)"
)
_VERBS = re.compile(
    r"^.*(?:依照|依据|根据|按照|参照|违反|适用|符合|执行|构成|比照|遵守|除|对|与|和|以及|及|将|由|在|是|的|有|为|受|以|取)(?=.)"
)
_OWN_END = re.compile(_SELF + "$")


Steps = dict[str, str]
_LEVELS = ("part", "article", "paragraph", "point", "detail")


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the text that cites clauses."""

    source: str
    """Address of the innermost node that it stands in."""
    start: int
    end: int
    title: str
    """Title of the document it means as printed, without 《》; "" for this document."""
    addresses: tuple[str, ...]
    """In this document: addresses that exist. In another: the address the cited clause has there."""


def references_of(split: Split) -> tuple[Reference, ...]:
    """Return every reference in the clauses of a split, in order; one that cites nothing known has no address."""
    book = _Book(split)
    found: list[Reference] = []
    for clause in split.clauses:
        found.extend(_in_stretch(book, clause.start, clause.end))
    return tuple(found)


class _Book:
    """The addresses of a split, and where each character stands."""

    def __init__(self, split: Split) -> None:
        self.text = split.document.text
        self.nodes = split.nodes
        self.names = {
            squeeze(split.document.title),
            squeeze(split.document.title).replace("中华人民共和国", ""),
        }
        self.known = {node.address: i for i, node in enumerate(split.nodes) if node.address}
        self._order = [i for i, node in enumerate(split.nodes) if node.own_end > node.start]
        self._starts = [split.nodes[i].start for i in self._order]
        self.numbered = {node.start for node in split.nodes if node.number}
        self.listed: dict[str, list[str]] = {}
        self.families: dict[tuple[int, str], list[int]] = {}
        """(parent, kind) → nodes in order; 条 have -1 for parent."""
        for i, node in enumerate(split.nodes):
            family = -1 if node.kind == "article" else node.parent
            self.families.setdefault((family, node.kind), []).append(i)
            if node.kind == "item":
                self.listed.setdefault(node.number, []).append(node.address)

    def at(self, offset: int) -> int:
        """Return the innermost node whose own text holds the offset."""
        return self._order[max(bisect_right(self._starts, offset) - 1, 0)]

    def up(self, i: int, kinds: tuple[str, ...]) -> int:
        while i >= 0 and self.nodes[i].kind not in kinds:
            i = self.nodes[i].parent
        return i

    def base(self, i: int) -> str:
        """Return the prefix of addresses in the document, notice or attachment that holds a node."""
        holder = self.up(i, ("document", "notice", "attachment"))
        return self.nodes[holder].address + "/" if holder >= 0 and self.nodes[holder].address else ""

    def find(self, address: str, prefix: str) -> str:
        return next((one for one in (prefix + address, address) if one in self.known), "")


def _in_stretch(book: _Book, start: int, end: int) -> Iterator[Reference]:
    text = book.text
    position = start
    absolute = _ABSOLUTE.search(text, start, end)
    relative = _RELATIVE.search(text, start, end)
    while position < end:
        # Searched anew only where passed: a clause full of one kind must not be scanned again for the other.
        if absolute is not None and absolute.start() < position:
            absolute = _ABSOLUTE.search(text, position, end)
        if relative is not None and relative.start() < position:
            relative = _RELATIVE.search(text, position, end)
        if relative is not None and (absolute is None or relative.start() < absolute.start("steps")):
            series = list(_from_relative(book, relative, end))
            yield from series
            position = series[-1].end
        elif absolute is None:
            return
        elif absolute.start("steps") in book.numbered or absolute.end() == absolute.start("steps"):
            position = max(absolute.end(), absolute.start() + 1)
        else:
            series = list(_from_absolute(book, absolute, end))
            yield from series
            position = series[-1].end


def _from_absolute(book: _Book, found: re.Match[str], end: int) -> Iterator[Reference]:
    start, own = found.start(), bool(found["own"])
    title = found["title"][1:-1] if found["title"] else ""
    if found["law"]:
        # The name of a law without 《》 begins after the verb: 依照刑法第…
        law = found["law"]
        if itself := _OWN_END.search(law):
            start, own = start + itself.start(), True
        else:
            title = _VERBS.sub("", law)
            start += len(law) - len(title)
    if squeeze(title) in book.names:
        title, own = "", True
    yield from _series(book, start, found.end(), title, _steps(found), own, end)


def _series(
    book: _Book, start: int, position: int, title: str, steps: Steps, own: bool, end: int
) -> Iterator[Reference]:
    """The reference and those that go on from it: 第五条、第六条第二款; 第二款至第四款."""
    here = book.at(start)
    source = book.nodes[here].address
    yield Reference(source, start, position, title, tuple(_resolve(book, here, title, steps, own)))
    while (following := _NEXT.match(book.text, position, end)) and following.end("steps") > following.start(
        "steps"
    ):
        before, steps = steps, _inherit(steps, _steps(following))
        targets = _range(before, steps) if following["joint"] in ("至", "到") else [steps]
        addresses = dict.fromkeys(
            one for target in targets for one in _resolve(book, here, title, target, own)
        )
        yield Reference(source, following.start("steps"), following.end(), title, tuple(addresses))
        position = following.end()


def _from_relative(book: _Book, found: re.Match[str], end: int) -> Iterator[Reference]:
    """前款, 前两项, 前条第一款, 本条第二款…: seen from the place they stand in."""
    here = book.at(found.start())
    meant = _meant(book, here, found)
    if len(meant) != 1:
        yield Reference(book.nodes[here].address, found.start(), found.end(), "", tuple(meant))
        return
    segments = meant[0].removeprefix(book.base(here)).split("/")
    steps: Steps = {}
    for segment in segments:
        level = (
            "paragraph"
            if segment.endswith("款")
            else "article"
            if segment.endswith("条") or "之" in segment
            else "point"
        )
        steps["detail" if level == "point" and "point" in steps else level] = segment
    if "article" not in steps or len(steps) != len(segments):
        yield Reference(book.nodes[here].address, found.start(), found.end(), "", tuple(meant))
        return
    if value := parse_numeral(found["paragraph"] or ""):
        steps["paragraph"] = f"第{chinese_numeral(value)}款"
    if value := parse_numeral(found["point"] or ""):
        steps["point"] = number_of("（一）", value)
    yield from _series(book, found.start(), found.end(), "", steps, False, end)


def _steps(found: re.Match[str]) -> Steps:
    """The levels a reference names, each as the segment that addresses use."""
    steps: Steps = {}
    if value := parse_numeral(found["part"] or ""):
        steps["part"] = chinese_numeral(value)
    if value := parse_numeral(found["article"] or ""):
        steps["article"] = number_of("条", value, parse_numeral(found["branch"] or "") or 0)
    elif value := parse_numeral(found["listed"] or ""):
        steps["article"] = number_of("（一）", value)
    if value := parse_numeral(found["paragraph"] or ""):
        steps["paragraph"] = f"第{chinese_numeral(value)}款"
    if value := parse_numeral(found["point"] or ""):
        steps["point"] = number_of("（一）", value)
    if value := parse_numeral(found["detail"] or ""):
        steps["detail"] = str(value)
    return steps


def _inherit(before: Steps, steps: Steps) -> Steps:
    """第五条第一款、第二款: what is not named again stays."""
    first = next((level for level in _LEVELS if level in steps), "")
    kept = (
        {level: before[level] for level in _LEVELS[: _LEVELS.index(first)] if level in before}
        if first
        else {}
    )
    return {**kept, **steps}


def _range(first: Steps, last: Steps) -> list[Steps]:
    """Every step from the one after `first` to `last`."""
    level = next((level for level in reversed(_LEVELS) if level in last), "")
    forms = {"article": "条", "paragraph": "款", "point": "（一）"}
    low, high = (parse_numeral(steps.get(level, "").strip("第条款（）")) for steps in (first, last))
    if level not in forms or low is None or high is None or not low < high <= low + MAX_RANGE:
        return [last]
    style = "（一）" if last[level].startswith("（") else forms[level]
    between = [
        f"第{chinese_numeral(n)}款" if style == "款" else number_of(style, n) for n in range(low + 1, high)
    ]
    return [*({**last, level: one} for one in between), last]


def _resolve(book: _Book, here: int, title: str, steps: Steps, own: bool) -> Iterator[str]:
    if title:
        yield "/".join(steps[level] for level in _LEVELS if level in steps)
        return
    prefix = book.base(here)
    if "article" in steps:
        article = steps["article"]
        path = f"{steps['part']}/{article}" if "part" in steps else article
        address = book.find(path, prefix)
        if not address and article.startswith("（"):
            listed = [one for one in book.listed.get(article, []) if one.startswith(prefix)]
            address = listed[0] if len(listed) == 1 else ""
        if not address and own:
            address = book.find(article, "")
    elif "part" in steps:
        address = book.find(steps["part"], prefix)
    else:
        at = book.up(here, ("article",))
        address = book.nodes[at].address if at >= 0 else ""
        if address and "paragraph" not in steps:
            within = book.up(here, ("paragraph", "article"))
            nearer = f"{book.nodes[within].address}/{steps.get('point', '')}"
            if nearer in book.known:
                address = book.nodes[within].address
    if address:
        yield from _below(book, address, steps)


def _below(book: _Book, address: str, steps: Steps) -> Iterator[str]:
    """Go down from a 条 to the 款, 项 and 目 that are named; where a 款 is left out, the one that has the 项."""
    if "paragraph" in steps:
        deeper = f"{address}/{steps['paragraph']}"
        if deeper in book.known:
            address = deeper
        elif steps["paragraph"] != "第一款" or f"{address}/第二款" in book.known:
            return
    if "point" in steps:
        places = [
            f"{address}/{steps['point']}",
            *(f"{address}/第{chinese_numeral(n)}款/{steps['point']}" for n in range(1, 9)),
        ]
        address = next((place for place in places if place in book.known), "")
        if not address:
            return
    if "detail" in steps:
        address = f"{address}/{steps['detail']}"
    if address in book.known:
        yield address


def _meant(book: _Book, here: int, found: re.Match[str]) -> list[str]:
    """The addresses of the 款, 项 or 条 that a relative reference begins with."""
    unit = found["unit"] or found["this"]
    kinds = {"款": ("paragraph",), "项": ("item",), "条": ("article",)}[unit]
    article, at = book.up(here, ("article",)), book.up(here, kinds)
    if at < 0 and found["this"] == "款" and article >= 0:
        return [book.nodes[article].address]
    if at < 0 or (unit == "款" and article < 0):
        return []
    if found["this"]:
        return [book.nodes[at].address]
    count = parse_numeral(found["count"] or "一") or 1
    siblings = _siblings(book, at, kinds[0])
    place = len(siblings) - 1
    return [book.nodes[one].address for one in siblings[place - count : place]] if place >= count else []


def _siblings(book: _Book, at: int, kind: str) -> list[int]:
    """The nearest nodes of the same kind up to `at`, nearest last; 条 are counted over 章 and 节."""
    family = book.families[-1 if kind == "article" else book.nodes[at].parent, kind]
    stop = bisect_right(family, at)
    return family[max(0, stop - MAX_COUNTED_BACK - 1) : stop]


__all__ = ["Reference", "references_of"]
