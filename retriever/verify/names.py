"""The documents of a snapshot and how people call them: a written name or 文号 in, the documents meant out."""

import re
from collections import defaultdict
from collections.abc import Iterable

from index.catalogue import Listing
from retriever.verify.folding import fold

MAX_MEANT = 5
"""A name that fits more documents than this means none of them."""

NUMBER = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]{1,16})\s?[\[(]\s?(?P<year>[12][0-9]{3})\s?[\])]\s?第?\s?(?P<serial>[0-9]{1,6})\s?号"
    r"|(?P<office>[\u4e00-\u9fff]{2,20}令)\s?第?\s?(?P<order>[0-9〇零一二三四五六七八九十百]{1,6})\s?号"
)
"""A 文号 in flat text; what stands before its agency sign may be caught too (`根据国科发区`)."""

_STATE = "中华人民共和国"
_VERSION = re.compile(r"\((?:[^()]{0,20}(?:修订|修正|年|稿|试行|暂行)[^()]{0,10})\)$")
_ENGLISH = {
    "constitution": "宪法", "civil code": "民法典", "criminal law": "刑法", "company law": "公司法",
    "labor law": "劳动法", "labour law": "劳动法", "labor contract law": "劳动合同法",
    "labour contract law": "劳动合同法",
    "civil procedure law": "民事诉讼法", "criminal procedure law": "刑事诉讼法",
    "administrative procedure law": "行政诉讼法", "administrative litigation law": "行政诉讼法",
    "administrative penalty law": "行政处罚法", "administrative licensing law": "行政许可法",
    "administrative reconsideration law": "行政复议法", "legislation law": "立法法",
    "foreign investment law": "外商投资法", "securities law": "证券法", "patent law": "专利法",
    "trademark law": "商标法", "copyright law": "著作权法", "anti-monopoly law": "反垄断法",
    "anti-unfair competition law": "反不正当竞争法", "cybersecurity law": "网络安全法",
    "data security law": "数据安全法", "personal information protection law": "个人信息保护法",
    "food safety law": "食品安全法", "environmental protection law": "环境保护法",
    "enterprise bankruptcy law": "企业破产法", "arbitration law": "仲裁法", "insurance law": "保险法",
    "social insurance law": "社会保险法", "tendering and bidding law": "招标投标法", "bidding law": "招标投标法",
    "government procurement law": "政府采购法", "consumer protection law": "消费者权益保护法",
    "e-commerce law": "电子商务法", "export control law": "出口管制法", "customs law": "海关法",
    "road traffic safety law": "道路交通安全法", "work safety law": "安全生产法", "charity law": "慈善法",
    "scientific and technological progress law": "科学技术进步法",
}  # fmt: skip
_ENGLISH_NOUNS = {
    "plan": ("方案", "规划", "计划"), "program": ("方案", "计划"), "law": ("法", "法典"), "code": ("法典",),
    "act": ("法",),
    "measures": ("办法",), "regulations": ("条例", "规定"), "regulation": ("条例", "规定"), "rules": ("规则", "细则"),
    "provisions": ("规定",), "opinions": ("意见",), "notice": ("通知",), "guidelines": ("指引", "指南"),
    "outline": ("纲要",), "standard": ("标准",), "document": ("",),
}  # fmt: skip


class Names:
    """Titles and 文号 of the documents, as they are compared."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self.titles: dict[str, str] = {}
        """Document id → its title as compared."""
        self._called: dict[str, list[str]] = defaultdict(list)
        self._numbered: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        """(year, serial), or ("", serial) of an order → the agency sign and the document."""
        self.number_of: dict[str, str] = {}
        for listing in listings:
            title = _name(listing.title)
            self.titles[listing.id] = title
            self.number_of[listing.id] = listing.number
            for name in {title, title.removeprefix(_STATE), _VERSION.sub("", title).removeprefix(_STATE)} - {
                ""
            }:
                self._called[name].append(listing.id)
            match = NUMBER.search(fold(listing.number).text)
            if match:
                key = (match["year"] or "", match["serial"] or _plain(match["order"]))
                self._numbered[key].append((match["prefix"] or match["office"], listing.id))

        self._tails = {name[-2:] for name in self._called}

    def titled(self, written: str) -> tuple[str, ...]:
        """The documents that a title, a short title or a title with something around it means."""
        name = _name(written)
        if not name:
            return ()
        for one in dict.fromkeys(
            (name, name.removeprefix(_STATE), _VERSION.sub("", name).removeprefix(_STATE))
        ):
            if one in self._called:
                return _few(self._called[one])
        short = name.removeprefix(_STATE)
        if len(short) < 2:
            return ()
        ending = [i for i, title in self.titles.items() if title.endswith(short)]
        if ending:
            # 办法 alone is a name only where one document can be meant.
            return _few(ending) if len(short) > 2 or len(ending) == 1 else ()
        if len(short) >= 4:
            inside = [i for i, title in self.titles.items() if len(title) >= 4 and title in short]
            if inside:
                longest = max(len(self.titles[i]) for i in inside)
                return _few([i for i in inside if len(self.titles[i]) == longest])
            return _few([
                i for i, title in self.titles.items() if title[-2:] == short[-2:] and _shortened(short, title)
            ])  # fmt: skip
        return ()

    def numbered(self, match: re.Match[str]) -> tuple[tuple[str, ...], int]:
        """The documents of a 文号 found by `NUMBER`, and where it begins (after 根据 and the like)."""
        key = (match["year"] or "", match["serial"] or _plain(match["order"]))
        before = match["prefix"] or match["office"]
        start = match.start("prefix") if match["prefix"] else match.start("office")
        fits = [
            (sign, i)
            for sign, i in self._numbered.get(key, ())
            if before.endswith(sign) or sign.endswith(before)
        ]
        if not fits:
            known = max((s for signs in self._numbered.values() for s, _ in signs if before.endswith(s)),
                        key=len, default="")  # fmt: skip
            return (), start + (len(before) - len(known) if known else 0)
        longest = max(len(sign) for sign, _ in fits)
        return _few([i for sign, i in fits if len(sign) == longest]), start + max(0, len(before) - longest)

    def ending(self, before: str) -> tuple[tuple[str, ...], int]:
        """The documents whose name ends a run of characters (`依照公司法`), and the length of that name."""
        tail = "".join(before.split()).lower()
        if tail[-2:] in self._tails:
            for start in range(max(0, len(tail) - 60), len(tail) - 1):
                if found := self._called.get(tail[start:]):
                    length, left = 0, len(tail) - start
                    while left:
                        length += 1
                        left -= not before[-length].isspace()
                    return _few(found), length
        return (), 0

    def english(self, written: str) -> tuple[str, ...]:
        """The documents that an English name means: the Company Law of the People's Republic of China."""
        name = re.sub(
            r"\b(?:of )?the people's republic of china\b|\b(?:prc|china|chinese)(?:'s)?\b",
            "",
            written.lower(),
        )
        name = " ".join(name.split()).removeprefix("the ").strip()
        if name in _ENGLISH:
            return self.titled(_ENGLISH[name])
        return self._called_few(_name(written))

    def english_endings(self, noun: str) -> tuple[str, ...]:
        """What a document that English calls `the Plan` may end with in Chinese."""
        return _ENGLISH_NOUNS.get(noun.lower(), ())

    def _called_few(self, name: str) -> tuple[str, ...]:
        return _few(self._called.get(name, []))


def _name(written: str) -> str:
    return fold(written).text.strip("《》\"'").lower()


def _plain(numeral: str) -> str:
    from index.structure.numerals import parse_numeral

    return str(parse_numeral(numeral) or 0)


def _few(ids: list[str]) -> tuple[str, ...]:
    return tuple(ids) if len(ids) <= MAX_MEANT else ()


def _shortened(short: str, title: str) -> bool:
    """True if the title holds every character of the short form in order."""
    rest = iter(title)
    return all(c in rest for c in short)
