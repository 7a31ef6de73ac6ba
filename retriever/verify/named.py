"""A draft → the documents it names, and the one that a series of levels (第三条第二款) belongs to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from retriever.verify.folding import flat
from retriever.verify.names import NUMBER, Names
from retriever.verify.places import Step
from retriever.verify.spans import overlaps

MAX_NAMED = 1000
MAX_LOOK_BACK = 60

_FOLLOWS = re.compile(r"[\s(,的中:/]{0,3}(?:[“\"「][^“”\"「」\n]{1,40}[”\"」])?")
"""What stands between a document's name and the places of it: nothing, or a heading."""
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


@dataclass(frozen=True, slots=True)
class Named:
    """A document named in the draft."""

    start: int
    end: int
    documents: tuple[str, ...]
    name: str
    wrong_number: str = ""


class NamedDocuments:
    """The documents that one draft names by title or 文号, and the short names it defines."""

    def __init__(self, text: str, level: str, names: Names) -> None:
        self.text, self.level, self.names = text, level, names
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.all = self._all_named()

    def of_steps(self, start: int, steps: Sequence[Step], last: Named | None) -> tuple[Named | None, int]:
        """The document a series of steps at `start` belongs to, and where the citation begins."""
        if last is not None and _FOLLOWS.fullmatch(self.level, last.end, start):
            return last, last.start
        line = self.level.rfind("\n", max(0, start - MAX_LOOK_BACK), start) + 1
        before = self.level[max(line, start - MAX_LOOK_BACK) : start].rstrip(" 的中(/")
        gap = start - len(before) - max(line, start - MAX_LOOK_BACK)
        end = start - gap
        for alias in sorted(self.aliases, key=len, reverse=True):
            if before.endswith(alias):
                return Named(end - len(alias), end, self.aliases[alias], alias), end - len(alias)
        documents, length = self.names.ending(before)
        if documents:
            return Named(end - length, end, documents, before[-length:]), end - length
        if that := _THAT.search(before):
            begins = end - len(that[0])
            known = self.meant(that["noun"], begins)
            return (replace(known, start=begins, end=end, wrong_number="") if known else None), begins
        if unknown := _UNKNOWN.search(before):
            name = _VERBS.sub("", unknown["name"])
            if len(name) >= 2 and (documents := self.names.titled(name)) is not None:
                return Named(end - len(name), end, documents, name), end - len(name)
        if short := re.search(
            r"(?:[\u4e00-\u9fff]{0,12}?)(方案|办法|规定|意见|规划|纲要|计划|细则)$", before
        ):
            for cut in range(len(short[0]) - 1):
                if documents := self.names.titled(short[0][cut:]):
                    length = len(short[0]) - cut
                    return Named(end - length, end, documents, short[0][cut:]), end - length
        if not before and len(steps) == 1 and not steps[0].round:
            return None, start  # 第三条 at the start of a line is the draft's own heading
        return self.understood(last), start

    def understood(self, last: Named | None) -> Named | None:
        if last is not None:
            return replace(last, wrong_number="")
        only = list(self.names.titles)
        return Named(0, 0, (only[0],), "") if len(only) == 1 else None

    def meant(self, noun: str, before: int) -> Named | None:
        """该办法: the last document named whose title ends so, else the only one indexed."""
        for named in reversed([n for n in self.all if n.end <= before]):
            title = (
                self.names.titles[named.documents[0]] if named.documents else flat(named.name).strip("《》")
            )
            ends = title.endswith((noun, "法典") if noun == "法" else noun)
            if noun in ("文件", "文") or ends:
                return named
        fits = [i for i, title in self.names.titles.items() if title.endswith(noun)]
        return Named(before, before, (fits[0],), "") if len(fits) == 1 else None

    def _all_named(self) -> list[Named]:
        """Every title and 文号, a title together with the 文号 after it."""
        found: list[Named] = []
        spans: list[tuple[int, int]] = []
        for match in islice(_TITLE.finditer(self.level), MAX_NAMED):
            named = self._titled(match)
            found.append(named)
            spans.append((named.start, named.end))
        for match in islice(NUMBER.finditer(self.level), MAX_NAMED):
            documents, start = self.names.numbered(match)
            if not overlaps(start, match.end(), spans):
                found.append(Named(start, match.end(), documents, self.text[start : match.end()]))
        return sorted(found, key=lambda n: n.start)

    def _titled(self, match: re.Match[str]) -> Named:
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
        return Named(match.start(), end, documents, self.text[match.start() : match.end()], wrong)
