"""A draft → the citations in it: which documents each means, and which of their places.

Styles: 《…》（文号）第二部分第（四）条, 民法典第一千零一条第二款, 国科发区[2020]187号第十五条, 该办法第三条,
our own addresses and links that hold them, `方案第五部分（十五）`, footnotes, Article 5 of the Company Law.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import unquote

from retriever.verify.english import NAME_AFTER, NAME_BEFORE, SERIES, english_steps
from retriever.verify.folding import flat
from retriever.verify.names import NUMBER, Names
from retriever.verify.places import RANKS, Step, number_values

MAX_CITATIONS = 1000
MAX_STEPS = 8
MAX_LOOK_BACK = 60

_N = r"[0-9〇零一二三四五六七八九十百千万两]{1,10}"
_STEP = (
    rf"第\s?(?P<a>{_N}|[①-⑳]|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{1,4}}|{_N}[.、)])\s?"
    r"(?P<au>分编|部分|编|章|节|条(?!例|件|款)|款(?!项)|项(?!目)|目(?!标|录|的)|点|自然段|段(?!时)|行(?!政|业|为))"
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
_FOLLOWS = re.compile(r"[\s(,的中:/]{0,3}(?:[“\"「][^“”\"「」\n]{1,40}[”\"」])?")
"""What stands between a document's name and the places of it: nothing, or a heading."""
_ONE = re.compile(_STEP)
_FURTHER = re.compile(f"{_STEP}|{_BARE}")
_JOINT = re.compile(r"\s?(?:、|和|或者|或|以及|及|与|至|到|,\s?|-)\s?")
_PRIMARY = frozenset(("条", "部分", "编", "分编", "章", "节", "自然段", ""))

_TITLE = re.compile(r"《(?P<title>[^《》\n]{1,90}(?:《[^《》\n]{1,60}》[^《》\n]{0,40}){0,2})》")
_AFTER_TITLE = re.compile(r"\s?(?:\((?P<aside>[^()\n]{1,60}(?:\([^()\n]{1,20}\)[^()\n]{0,30})?)\)\s?)")
_CALLED = re.compile(
    r"^(?:以下|下)?(?:统|合并)?简称(?:为)?:?\s*[《“\"「]?(?P<name>[^《》“”\"「」\n]{2,40}?)[》”\"」]?$"
)
_THAT = re.compile(r"(?:该|此|上述|前述|同|本)(?P<noun>法|条例|办法|规定|细则|方案|意见|通知|决定|规则|章程|规划|解释"
                   r"|规程|规范|准则|指引|制度|纲要|计划|标准|批复|公告|文件|文)$")  # fmt: skip
_UNKNOWN = re.compile(r"(?P<name>宪法|刑法|民法典|[\u4e00-\u9fff]{2,14}?(?:法|条例))$")
_VERBS = re.compile(
    r"^.*(?:依照|依据|根据|按照|参照|违反|适用|符合|执行|构成|比照|遵守|遵照"
    r"|即|如|见|除|对|与|和|以及|及|将|由|在|是|的|有|为|受|以|取|据|按)(?=.)"
)
_LINK = re.compile(r"\[(?P<shown>[^\[\]\n]{0,200})\]\((?P<url>[^()\s]{1,400}(?:\([^()\s]{0,80}\)[^()\s]{0,200}){0,4})\)"
                   r"|(?P<bare>https?://[^\s<>\"“”，。；、]{1,600})")  # fmt: skip
_NOTE = re.compile(r"^[ \t]*\[\^?(?P<label>[0-9A-Za-z]{1,6})\][::]?[ \t]*(?P<words>.*)$", re.MULTILINE)
_MARK = re.compile(r"\[\^?(?P<label>[0-9A-Za-z]{1,6})\](?!\()")
_ADDRESS_END = re.compile(r"[\s,;!?\"'“”「」《》<>|，；]")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the draft that names a document, or places of one."""

    start: int
    end: int
    documents: tuple[str, ...]
    """Ids it may mean; () where the document is not indexed or not named."""
    name: str
    """The document as the draft calls it, "" where it is understood."""
    steps: tuple[Step, ...] = ()
    address: str = ""
    """The part after # of an address of ours that it gives."""
    wrong_number: str = ""
    """文号 it gives, where the document of that title has another."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A document named in the draft."""

    start: int
    end: int
    documents: tuple[str, ...]
    name: str
    wrong_number: str = ""


def citations(text: str, names: Names, ids: Iterable[str]) -> list[Citation]:
    """Every citation in order, none inside another. `ids`: those of the indexed documents."""
    level = flat(text)
    found = _Draft(text, level, names).read()
    links = list(_addressed(text, ids))
    taken = [(c.start, c.end) for c in links]
    kept = [c for c in found if not _overlaps(c.start, c.end, taken)]
    return _with_footnotes(level, sorted([*links, *kept], key=lambda c: (c.start, c.end)))


def named_steps(text: str) -> list[str]:
    """Every 条, 部分, 章… that a text names, as it names them."""
    level = flat(text)
    return [text[m.start() : m.end()] for m in _ONE.finditer(level) if not m["plain"]]


class _Draft:
    """One draft being read from its start to its end; remembers which document was named last."""

    def __init__(self, text: str, level: str, names: Names) -> None:
        self.text, self.level, self.names = text, level, names
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.named = self._all_named()

    def read(self) -> list[Citation]:
        found: list[Citation] = []
        last: _Named | None = None
        waiting = iter([*self.named, None])
        following = next(waiting)
        done = 0
        for start, is_english in self._series():
            if start < done:
                continue
            while following is not None and following.end <= start:
                last = following
                following = next(waiting)
            if following is not None and following.start <= start < following.end:
                continue  # the 第三条 of a title
            series = list(self._english(start, last) if is_english else self._chinese(start, last))
            if series:
                found.extend(series)
                done = series[-1].end
                last = _Named(series[0].start, done, series[0].documents, series[0].name)
            if len(found) > MAX_CITATIONS:
                break
        starts = {c.start for c in found}
        whole = [Citation(n.start, n.end, n.documents, n.name, wrong_number=n.wrong_number)
                 for n in self.named if n.start not in starts]  # fmt: skip
        spans = [(c.start, c.end) for c in found]
        return sorted(
            [*found, *(c for c in whole if not _overlaps(c.start, c.end, spans))], key=lambda c: c.start
        )

    def _series(self) -> Iterator[tuple[int, bool]]:
        starts = [(m.start(), False) for m in _ONE.finditer(self.level)]
        starts += [(m.start(), True) for m in SERIES.finditer(self.level)]
        return iter(sorted(starts))

    def _all_named(self) -> list[_Named]:
        """Every title and 文号, a title together with the 文号 after it."""
        found: list[_Named] = []
        spans: list[tuple[int, int]] = []
        for match in islice(_TITLE.finditer(self.level), MAX_CITATIONS):
            named = self._titled(match)
            found.append(named)
            spans.append((named.start, named.end))
        for match in islice(NUMBER.finditer(self.level), MAX_CITATIONS):
            documents, start = self.names.numbered(match)
            if not _overlaps(start, match.end(), spans):
                found.append(_Named(start, match.end(), documents, self.text[start : match.end()]))
        return sorted(found, key=lambda n: n.start)

    def _titled(self, match: re.Match[str]) -> _Named:
        title = match["title"]
        documents = self.aliases.get(title) or self.names.titled(title)
        end, wrong = match.end(), ""
        while aside := _AFTER_TITLE.match(self.level, end):
            words = self.text[aside.start("aside") : aside.end("aside")]
            if called := _CALLED.match(aside["aside"]):
                self.aliases[called["name"]] = documents
                end = aside.end()
            elif number := NUMBER.search(aside["aside"]):
                numbered, _ = self.names.numbered(number)
                if numbered and set(numbered) & set(documents):
                    documents = tuple(i for i in documents if i in numbered)
                elif documents or numbered:
                    # Title and 文号 name different documents, or the 文号 none: one of the two is wrong.
                    wrong = words
                    documents = documents or numbered
                end = aside.end()
            elif re.search(r"修订|修正|试行|以下|草案|年", aside["aside"]):
                end = aside.end()
            else:
                break
        return _Named(match.start(), end, documents, self.text[match.start() : match.end()], wrong)

    def _chinese(self, start: int, last: _Named | None) -> Iterator[Citation]:
        steps, end = self._steps(start)
        if not steps:
            return
        named, begins = self._document(start, steps, last)
        primary = steps[0].unit in _PRIMARY
        if named is None or (not primary and begins == start):
            return
        yield _cited(named, begins, end, steps)
        while joint := _JOINT.match(self.level, end):
            further, further_end = self._steps(joint.end())
            if not further:
                return
            steps = _inherited(steps, further)
            yield _cited(named, joint.end(), further_end, steps)
            end = further_end

    def _steps(self, start: int) -> tuple[tuple[Step, ...], int]:
        """The contiguous steps from `start`, and where they end."""
        steps: list[Step] = []
        at = end = start
        while len(steps) < MAX_STEPS and (match := (_FURTHER if steps else _ONE).match(self.level, at)):
            step = _step(match)
            if step is None and not match["plain"]:
                break
            if step is not None:
                steps.append(step)
            end = match.end()
            between = _BETWEEN.match(self.level, end)
            at = between.end() if between else end
        if marked := re.match(r"\s?\((?:推定|inferred)\)", self.level[end : end + 14]):
            end += marked.end()
        return tuple(steps), end

    def _document(self, start: int, steps: Sequence[Step], last: _Named | None) -> tuple[_Named | None, int]:
        """The document a series of steps at `start` belongs to, and where the citation begins."""
        if last is not None and _FOLLOWS.fullmatch(self.level, last.end, start):
            return last, last.start
        line = self.level.rfind("\n", max(0, start - MAX_LOOK_BACK), start) + 1
        before = self.level[max(line, start - MAX_LOOK_BACK) : start].rstrip(" 的中(/")
        gap = start - len(before) - max(line, start - MAX_LOOK_BACK)
        end = start - gap
        for alias in sorted(self.aliases, key=len, reverse=True):
            if before.endswith(alias):
                return _Named(end - len(alias), end, self.aliases[alias], alias), end - len(alias)
        documents, length = self.names.ending(before)
        if documents:
            return _Named(end - length, end, documents, before[-length:]), end - length
        if that := _THAT.search(before):
            begins = end - len(that[0])
            known = self._meant(that["noun"], begins)
            return (replace(known, start=begins, end=end, wrong_number="") if known else None), begins
        if unknown := _UNKNOWN.search(before):
            name = _VERBS.sub("", unknown["name"])
            if len(name) >= 2 and (documents := self.names.titled(name)) is not None:
                return _Named(end - len(name), end, documents, name), end - len(name)
        if short := re.search(
            r"(?:[\u4e00-\u9fff]{0,12}?)(方案|办法|规定|意见|规划|纲要|计划|细则)$", before
        ):
            for cut in range(len(short[0]) - 1):
                if documents := self.names.titled(short[0][cut:]):
                    length = len(short[0]) - cut
                    return _Named(end - length, end, documents, short[0][cut:]), end - length
        if not before and len(steps) == 1 and not steps[0].round:
            return None, start  # 第三条 at the start of a line is the draft's own heading
        return self._understood(last), start

    def _meant(self, noun: str, before: int) -> _Named | None:
        """该办法: the last document named whose title ends so, else the only one indexed."""
        for named in reversed([n for n in self.named if n.end <= before]):
            title = (
                self.names.titles[named.documents[0]] if named.documents else flat(named.name).strip("《》")
            )
            ends = title.endswith((noun, "法典") if noun == "法" else noun)
            if noun in ("文件", "文") or ends:
                return named
        fits = [i for i, title in self.names.titles.items() if title.endswith(noun)]
        return _Named(before, before, (fits[0],), "") if len(fits) == 1 else None

    def _understood(self, last: _Named | None) -> _Named | None:
        if last is not None:
            return replace(last, wrong_number="")
        only = list(self.names.titles)
        return _Named(0, 0, (only[0],), "") if len(only) == 1 else None

    def _english(self, start: int, last: _Named | None) -> Iterator[Citation]:
        match = SERIES.match(self.level, start)
        steps = english_steps(match["steps"]) if match else ()
        if match is None or not steps:
            return
        named, begins, end = self._english_document(match, last)
        if named is not None:
            yield _cited(named, begins, end, steps)

    def _english_document(self, match: re.Match[str], last: _Named | None) -> tuple[_Named | None, int, int]:
        start, end = match.span()
        after = self.level[end : end + 40]
        joined = re.match(r"\s(?:of|in|under)\s(?:the\s)?", after)
        if joined:
            for named in self.named:
                if named.start == end + joined.end():
                    return named, start, named.end
        names = []
        if following := NAME_AFTER.match(self.level, end):
            names.append((following["name"], start, following.end()))
        if preceding := NAME_BEFORE.search(self.level[max(0, start - 90) : start]):
            names.append((preceding["name"], -1, end))
        for name, begins, stops in names:
            begins = self.level.rfind(name, 0, start) if begins < 0 else begins
            words = name.split()
            for length in range(len(words), 0, -1):
                # Only a name after the steps is cut at its end, one before them at its beginning.
                part = " ".join(words[:length] if begins == start else words[-length:])
                cut = len(name) - len(part)
                span = (begins, stops - cut) if begins == start else (begins + cut, stops)
                if documents := self.names.english(part):
                    return _Named(0, 0, documents, part), *span
                endings = self.names.english_endings(part) if len(part.split()) == 1 else ()
                if endings and (known := self._english_meant(endings, start, last)):
                    return known, *span
            if re.search(r"\b(?:Law|Code|Regulations?|Measures|Act|Rules|Constitution)\b", name):
                return _Named(0, 0, (), name), begins, stops
        known = self._understood(last)
        return (replace(known, wrong_number="") if known else None), start, end

    def _english_meant(self, endings: Sequence[str], before: int, last: _Named | None) -> _Named | None:
        for ending in endings:
            if ending and (known := self._meant(ending, before)):
                return known
        return self._understood(last)


def _cited(named: _Named, start: int, end: int, steps: tuple[Step, ...]) -> Citation:
    return Citation(start, end, named.documents, named.name, steps, wrong_number=named.wrong_number)


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


def _inherited(before: tuple[Step, ...], steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """第五条第一款、第二款: the levels above the first that is named stay."""
    first = steps[0]
    same = [i for i, step in enumerate(before) if step.unit == first.unit]
    if same:
        return (*before[: same[-1]], *steps)
    rank = RANKS.index(first.unit)
    return (*(step for step in before if RANKS.index(step.unit) < rank), *steps)


def _addressed(text: str, ids: Iterable[str]) -> Iterator[Citation]:
    """Our own addresses, bare or in links; the longest document id that stands before # counts."""
    known = sorted(ids, key=len, reverse=True)
    covered: list[tuple[int, int]] = []
    for match in _LINK.finditer(text):
        url = unquote(match["url"] or match["bare"])
        if "#" not in url and "clause=" not in url:
            continue
        url = url.partition("clause=")[2].partition("&")[0] or url
        for document_id in known if "#" in url else ():
            at = url.find(document_id + "#")
            if at >= 0:
                address = url[at + len(document_id) + 1 :].partition("#")[0].rstrip(".,)")
                address = address + ")" * (address.count("(") - address.count(")"))
                covered.append(match.span())
                yield Citation(*match.span(), (document_id,), document_id, address=address)
                break
    at = text.find("#")
    while at >= 0:
        if not _overlaps(at, at + 1, covered):
            for document_id in known:
                if text.endswith(document_id, 0, at):
                    stop = _ADDRESS_END.search(text, at + 1, at + 100)
                    address = text[at + 1 : stop.start() if stop else min(at + 100, len(text))]
                    yield Citation(at - len(document_id), at + 1 + len(address), (document_id,), document_id,
                                   address=address)  # fmt: skip
                    break
        at = text.find("#", at + 1)


def _with_footnotes(level: str, found: list[Citation]) -> list[Citation]:
    """A mark [1] cites what its note cites; the note itself is then not counted again."""
    notes: dict[str, tuple[tuple[int, int], list[Citation]]] = {}
    for match in _NOTE.finditer(level):
        inside = [c for c in found if match.start("words") <= c.start and c.end <= match.end()]
        if inside and match["label"] not in notes:
            notes[match["label"]] = (match.span(), inside)
    used: set[str] = set()
    marks: list[Citation] = []
    for match in _MARK.finditer(level) if notes else ():
        note = notes.get(match["label"])
        if note and not note[0][0] <= match.start() < note[0][1]:
            used.add(match["label"])
            marks.extend(replace(c, start=match.start(), end=match.end()) for c in note[1])
    spent = {(c.start, c.end) for label in used for c in notes[label][1]}
    return sorted([*(c for c in found if (c.start, c.end) not in spent), *marks], key=lambda c: c.start)


def _overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(s < end and start < e for s, e in spans)
