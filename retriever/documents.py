"""A question → the documents that it names: by 文号, title, short title, a general word (本办法), or in English."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.catalogue import Listing
from index.text import normalised, simplified
from retriever.addresses import Place
from retriever.laws import ENGLISH_LAWS

_NUMBER = re.compile(
    r"(?:[〔\[(【]\s?(?P<year>(?:19|20)[0-9]{2})\s?[〕\])】]|(?P<plain>(?:19|20)[0-9]{2})年)\s?第?\s?(?P<n>[0-9]{1,5})\s?号"
)
_QUOTED = re.compile(r"《([^《》\n]{2,80})》")
_KINDS = (
    "实施方案", "行动方案", "行动计划", "实施办法", "管理办法", "暂行办法", "暂行规定", "实施意见", "指导意见",
    "实施细则", "方案", "办法", "规定", "意见", "通知", "条例", "细则", "规划", "计划", "决定", "解释", "指引", "标准",
    "章程", "批复", "公告", "规则", "准则", "纲要", "法典", "法",
)  # fmt: skip
_GENERIC = re.compile(rf"(?:[该本此这]|这[个份部]|上述)?(?P<kind>{'|'.join(_KINDS)})(?:的|中|里|第|\s|,)*$")
_LAW = re.compile(r"(?P<name>[\u4e00-\u9fff]{1,16}(?:法|条例))(?:的|中|里|\s|,)*$")
_NO_LAW = frozenset((
    "方法", "办法", "违法", "合法", "依法", "执法", "司法", "立法", "守法", "说法", "看法", "做法", "想法", "无法",
    "非法", "用法", "法",
))  # fmt: skip
_VERBS = re.compile(
    r"^.*(?:根据|依据|依照|按照|参照|违反|适用|符合|请问|想问|查询|查找|请查|查|看|关于|对照|以及|和|与|或|及|在|是|的|按|问)(?=.)"
)
_ENGLISH_KINDS = {
    "plan": ("方案", "规划", "计划"), "law": ("法",), "measures": ("办法",), "regulations": ("条例", "规定"),
    "regulation": ("条例", "规定"), "rules": ("规则", "细则"), "opinions": ("意见",), "notice": ("通知",),
    "provisions": ("规定",), "decision": ("决定",), "interpretation": ("解释",),
}  # fmt: skip
_ENGLISH_KIND = re.compile(
    rf"\s?(?:of|in|under)\s(?:the|this)\s(?P<kind>{'|'.join(_ENGLISH_KINDS)})(?![a-z])"
)
_EDITION = re.compile(r"\((?:[0-9]{4}年?)?(?:修订|修正|试行|暂行|征求意见稿|修改)[^()]*\)$")
_DERIVED = re.compile(r"实施条例|实施细则|实施办法|实施规定|修正案|的?司法解释|若干问题的?(?:规定|解释)")
_COUNTRY = "中华人民共和国"
_ADDRESS = re.compile(r"#(?P<fragment>[^\s#?？。;；,，]{1,120})")
MAX_NAME_CHARS = 120


class _Add(Protocol):
    """Notes a mention; `start` and `end` in the folded text."""

    def __call__(
        self, start: int, end: int, documents: Sequence[str], by_number: bool = False, generic: bool = False
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Mention:
    """A document that a text names."""

    text: str
    start: int
    end: int
    documents: tuple[str, ...]
    """Ids; empty where the collection has no such document."""
    by_number: bool = False
    generic: bool = False
    """本办法, the plan: a word that fits every document of that kind."""
    fragment: str = ""
    """What follows # in a full address."""

    def beside(self, place: Place) -> bool:
        """True if it stands right before or after the place."""
        return self.fragment != "" or 0 <= place.start - self.end <= 4 or 0 <= self.start - place.end <= 10


class DocumentNames:
    """The names of the documents of one snapshot."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._by_name: dict[str, list[str]] = {}
        self._by_number: dict[tuple[str, int], list[tuple[str, str]]] = {}
        self._by_order: dict[tuple[str, str], list[str]] = {}
        self._titles: list[tuple[str, str]] = []
        self._ids: dict[str, str] = {}
        self._opened = list(listings)
        for listing, title in zip(
            self._opened, _all_folded([one.title for one in self._opened]), strict=True
        ):
            self._ids[compact(listing.id)] = listing.id
            for name in _names(title):
                self._by_name.setdefault(name, []).append(listing.id)
            self._titles.append((_EDITION.sub("", title), listing.id))
            number = normalised(listing.number)[0] if listing.number else ""
            if found := _NUMBER.search(number):
                key = (found["year"] or found["plain"], int(found["n"]))
                self._by_number.setdefault(key, []).append((compact(number[: found.start()]), listing.id))
            elif number:
                self._by_name.setdefault(compact(number), []).append(listing.id)
        known: dict[str, list[str]] = {law: [] for law in ENGLISH_LAWS.values()}
        self._whole: Mapping[str, Sequence[str]] = known | self._by_name
        self._lengths = sorted({len(name) for name in self._whole}, reverse=True)

    @staticmethod
    def may_name(text: str) -> bool:
        """False for a text that can name no document by 文号 or address: nothing need be opened for it."""
        return "号" in text or "號" in text or "#" in text

    def mentions(self, text: str, places: Sequence[tuple[int, int]]) -> list[Mention]:
        """Every document that the text names outside the places, in order."""
        folded, origins = normalised(text)
        taken = [False] * len(text)
        for start, end in places:
            taken[start:end] = [True] * (end - start)
        found: list[Mention] = []

        def add(
            start: int, end: int, documents: Sequence[str], by_number: bool = False, generic: bool = False
        ) -> None:
            first, last = origins[start], origins[end - 1] + 1
            if any(taken[first:last]):
                return
            taken[first:last] = [True] * (last - first)
            found.append(Mention(text[first:last], first, last, tuple(dict.fromkeys(documents)), by_number,
                                 generic))  # fmt: skip

        if "#" in text and (address := self._address(text)):
            return [address]
        self._numbers(folded, add)
        self._quoted(folded, add)
        self._titled(folded, add)
        for name in (
            sorted(ENGLISH_LAWS, key=len, reverse=True) if folded.isascii() or "law" in folded else ()
        ):
            for at in re.finditer(rf"(?<![a-z]){name}(?![a-z])", folded):
                add(at.start(), at.end(), self._by_name.get(ENGLISH_LAWS[name], ()))
        for start, end in places:
            self._general(folded, _at(origins, start), _at(origins, end - 1) + 1, add, found, text)
        return sorted(found, key=lambda m: m.start)

    def _address(self, text: str) -> Mention | None:
        """国科发区〔2020〕187号#二/（四）: the id before #, the longest that is one."""
        for hit in _ADDRESS.finditer(text):
            before = text[max(0, hit.start() - MAX_NAME_CHARS) : hit.start()]
            for at in range(len(before)):
                if document_id := self._ids.get(compact(before[at:])):
                    start = hit.start() - len(before) + at
                    return Mention(text[start : hit.end()], start, hit.end(), (document_id,),
                                   fragment=_fragment(hit["fragment"]))  # fmt: skip
        return None

    def _numbers(self, folded: str, add: "_Add") -> None:
        for hit in _NUMBER.finditer(folded):
            known = self._by_number.get((hit["year"] or hit["plain"], int(hit["n"])), [])
            before = folded[: hit.start()]
            issuer = re.search(r"[\u4e00-\u9fff]{0,12}$", before)
            head = issuer[0] if issuer else ""
            fitting = [(len(own), document) for own, document in known if own and head.endswith(own)]
            if fitting:
                longest = max(length for length, _ in fitting)
                add(hit.start() - longest, hit.end(), [d for n, d in fitting if n == longest], by_number=True)
            elif not head or _VERBS.sub("", head) == "":
                add(hit.start(), hit.end(), [document for _, document in known], by_number=True)
            elif hit["year"]:
                own = _VERBS.sub("", head)
                add(hit.start() - len(own), hit.end(), (), by_number=True)

    def _quoted(self, folded: str, add: "_Add") -> None:
        for hit in _QUOTED.finditer(folded):
            name = _EDITION.sub("", compact(hit[1]))
            documents = self._by_name.get(name) or self._by_name.get(name.removeprefix(_COUNTRY)) or ()
            if not documents and len(name) >= 4:
                documents = [
                    d for title, d in self._titles if title.endswith(name) and not name.endswith("法")
                ]
            add(hit.start(), hit.end(), documents)

    def _titled(self, folded: str, add: "_Add") -> None:
        """Whole titles and short titles anywhere in the text, the longest at each place."""
        at = 0
        while at < len(folded):
            for length in self._lengths:
                name = folded[at : at + length]
                if len(name) == length and name in self._whole:
                    # 公司法实施条例 is another document than 公司法.
                    longer = _DERIVED.match(folded, at + length)
                    stop = longer.end() if longer else at + length
                    known = self._by_name.get(folded[at:stop]) or () if longer else self._whole[name]
                    by_number = name.endswith("号")
                    add(at, stop, known or ([] if longer else self._volumes(name)), by_number)
                    at = stop - 1
                    break
            at += 1

    def _volumes(self, name: str) -> list[str]:
        """民法典 where the collection holds it as 民法典合同编 and so on."""
        return [
            d
            for title, d in self._titles
            if title.endswith("编") and title.removeprefix(_COUNTRY).startswith(name)
        ]

    def _general(
        self, folded: str, start: int, end: int, add: "_Add", found: Sequence[Mention], text: str
    ) -> None:
        """What stands right before a place (本办法第三条, 图书馆法第三条) or after it (of the plan)."""
        after = _ENGLISH_KIND.match(folded, end)
        if after:
            endings = _ENGLISH_KINDS[after["kind"]]
            add(after.start("kind"), after.end("kind"), self._ending(endings), generic=True)
            return
        before = folded[max(0, start - 60) : start]
        if before[-1:] in ("》", ")", "〕") or any(0 <= start - m.end <= 2 for m in found):
            return
        law = _LAW.search(before)
        if law:
            name = _VERBS.sub("", law["name"])
            if name not in _NO_LAW and len(name) > 1 and not name.startswith(("本", "该", "此", "这")):
                offset = start - len(before) + law.end("name")
                add(offset - len(name), offset, self._by_name.get(name, ()))
                return
        kind = _GENERIC.search(before)
        if kind:
            offset = start - len(before)
            stop = offset + kind.end("kind")
            own = self._suffixed(folded[max(0, stop - 60) : stop])
            if own:
                add(stop - own[0], stop, own[1])
            else:
                add(offset + kind.start(), stop, self._ending((kind["kind"],)), generic=True)

    def _suffixed(self, before: str) -> tuple[int, list[str]] | None:
        """The end of a title that is more than its kind: 科技创新行动方案. Its length, and the documents."""
        least = 4 + next((len(kind) for kind in _KINDS if before.endswith(kind)), 0) // 2
        best, documents = 0, list[str]()
        for title, document_id in self._titles:
            length = least - 1
            while length < min(len(title), len(before)) and title[-length - 1 :] == before[-length - 1 :]:
                length += 1
            if length < least or title[-length:] != before[-length:]:
                continue
            if length > best:
                best, documents = length, []
            if length == best:
                documents.append(document_id)
        return (best, documents) if documents else None

    def _ending(self, endings: tuple[str, ...]) -> list[str]:
        return [document_id for title, document_id in self._titles if title.endswith(endings)]


def compact(text: str) -> str:
    """Letters, digits and Han characters only, as questions are compared."""
    return "".join(c for c in normalised(text)[0] if c.isalnum())


def _names(title: str) -> set[str]:
    bare = _EDITION.sub("", title)
    return {name for name in (title, bare, bare.removeprefix(_COUNTRY)) if len(name) > 1}


def _all_folded(titles: Sequence[str]) -> list[str]:
    """Titles as questions are compared, converted all at once: OpenCC costs 10 µs a call."""
    if not titles:
        return []
    joined = simplified("\n".join(" ".join(title.split()) for title in titles)).split("\n")
    return ["".join(title.split()).replace("（", "(").replace("）", ")").lower() for title in joined]


def _fragment(text: str) -> str:
    """Brackets of an address as they are printed, whatever was typed."""
    return text.rstrip("。.").replace("(", "（").replace(")", "）")


def _at(origins: Sequence[int], place: int) -> int:
    """Where a place of the text stands in the folded text."""
    return min(bisect_left(origins, place), len(origins) - 1)
