"""Facts a document is cited and filtered by: frames and text in, facts with their spans out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.document import Fact, FactOrigin
from index.structure.fact_dates import dates_of, provisions_of
from index.structure.frame import Frame
from index.structure.lines import Line
from index.structure.numerals import narrow
from index.structure.shapes import SIGNED_DATE
from index.structure.titles import TITLE_NOUN, squeeze, title_text

_KIND = re.compile(
    r"(法|条例|规定|办法|细则|决定|决议|命令|令|通知|通告|公告|公报|意见|批复|复函|函|报告|请示|方案|规划|纲要|计划|准则|规则|标准|解释|指引|指南|章程|答复|清单|目录|措施|要点|通报|制度|规范|规程|导则|政策|预案)"
    r"(?:[（(].{1,24}[）)])?$"
)
_ISSUER_IN_TITLE = re.compile(r"^(.{2,60}?)(?:关于|转发|印发|批转|对|令|公告|通告)")
_ISSUED_BY = re.compile(
    r"日[ \u3000]{0,4}(?:第[〇零一二三四五六七八九十百]{1,5}届)?((?![在第])[\u4e00-\u9fff]{2,24}?)"
    r"(?:第[〇零一二三四五六七八九十百]{1,5}届((?:全国)?人民代表大会(?:常务委员会)?)|令|第|发布|公布|批准|通过|审判|关于)"
)
_BRACKETS = str.maketrans({**dict.fromkeys("[（(【﹝［", "〔"), **dict.fromkeys("]）)】﹞］", "〕")})
_PARTY = re.compile(r"[（(](?:签[字章名]|盖章|公章)|(?:代表|经办|负责|代理|委托)人[：:]|[甲乙丙丁]方")
_PERSON = re.compile(
    r"(?:总理|主席|委员长|省长|市长|州长|区长|县长|部长|主任|局长|署长|行长|院长|检察长|会长)[ \u3000：:]{0,8}"
)
_YEARLY = re.compile(r"[令告].{0,2}(?:19|20)[0-9]{2}年?第[0-9]{1,4}号")
_STATE = "中华人民共和国"


def facts_of(text: str, frames: Sequence[Frame], given: Mapping[str, str], name: str) -> tuple[Fact, ...]:
    """Return what the text and the container say; the text is preferred, the container fills what is missing."""
    lines = [line for frame in frames for line in frame.lines]
    facts = [_title(text, frames, given, name)]
    number = next((line for line in lines if line.role == "number"), None)
    if number is not None:
        frame = next(frame for frame in frames if number in frame.lines)
        printed = frame.number if frame.number.endswith(number.text) else number.text
        facts.append(Fact("number", printed.strip("（()）"), number.start, number.end))
    elif given.get("number"):
        facts.append(Fact("number", given["number"]))
    facts.extend(_issuer(frames, lines, given))
    facts.extend(
        Fact("recipients", line.text.rstrip("：:"), line.start, line.end)
        for line in lines
        if line.role == "recipients"
    )
    facts.extend(dates_of(frames, lines, given, name))
    facts.extend(provisions_of(lines, facts[0].value))
    facts.extend(_kind(facts[0].value))
    return tuple(fact if fact.start >= 0 else replace(fact, origin=FactOrigin.CONTAINER) for fact in facts)


def overridden(facts: Sequence[Fact], overrides: Sequence[Fact]) -> tuple[Fact, ...]:
    """Put what a person said in place of every fact of the same name."""
    if not overrides:
        return tuple(facts)
    names = {fact.name for fact in overrides}
    said = [fact for fact in overrides if fact.value]
    if "title" in names and "kind" not in names:
        names.add("kind")
        said.extend(kind for fact in said if fact.name == "title" for kind in _kind(fact.value))
    return (*said, *(fact for fact in facts if fact.name not in names))


def _kind(title: str) -> list[Fact]:
    """What sort of document a title names: 办法, 通知, 法…"""
    found = _KIND.search(title)
    return [Fact("kind", found[1], origin=FactOrigin.CONTAINER)] if found else []


def document_id(title: str, number: str) -> str:
    """Return the part of an address before `#`: the 文号 with 〔〕 and no blanks, else the short title.

    A 文号 without a year (第706号) repeats from one authority to the next, so it does not identify.
    """
    canonical = canonical_number(number)
    if canonical and (canonical[0] == "〔" or canonical[-1] == "期"):
        # The issue of a series (〔2023〕第8期) names nothing without the name of the series.
        return (title + canonical).replace("#", "＃")
    if (
        "〔" in canonical
        or _YEARLY.search(canonical)
        or (canonical and not canonical.startswith("第") and not title)
    ):
        return canonical.replace("#", "＃")
    return title.replace(_STATE, "").replace("#", "＃") or canonical


def canonical_number(number: str) -> str:
    """Return a 文号 without blanks and with 〔〕, however its brackets are printed."""
    return narrow(squeeze(number)).translate(_BRACKETS)


def _title(text: str, frames: Sequence[Frame], given: Mapping[str, str], name: str) -> Fact:
    main = _main(frames)
    if main is not None and main.title:
        titles = [line for line in main.lines if line.role == "title"]
        if titles:
            return Fact("title", main.title, titles[0].start, titles[-1].end)
        return Fact("title", main.title)
    if given.get("title"):
        return Fact("title", title_text(given["title"]))
    return Fact("title", title_text(name.rpartition("/")[2].rpartition(".")[0] or name))


def _main(frames: Sequence[Frame]) -> Frame | None:
    documents = [frame for frame in frames if frame.kind == "document"]
    if len(documents) == 1:
        return documents[0]
    return frames[0] if frames else None


def _issuer(frames: Sequence[Frame], lines: Sequence[Line], given: Mapping[str, str]) -> list[Fact]:
    signed = [
        line for line in frames[0].lines if line.role == "signature"
        and not _PERSON.search(line.text)
        and not _PARTY.search(line.text)
    ] if frames else []  # fmt: skip
    if signed:
        return [
            Fact("issuer", issuer, line.start, line.start + len(name))
            for line, name in ((line, _without_day(line.text)) for line in signed)
            for issuer in title_text(name).split(" ")
        ]
    if given.get("issuer"):
        return [Fact("issuer", given["issuer"])]
    named = [line for line in lines if line.role == "issuer"]
    if named:
        return [Fact("issuer", squeeze(line.text), line.start, line.end) for line in named]
    for line in lines:
        found = _ISSUED_BY.search(line.text) if line.role == "history" else None
        if found:
            # 某某市第三届人民代表大会常务委员会: the term of office is not part of the name.
            end = found.end(2) if found[2] else found.end(1)
            return [
                Fact("issuer", found[1] + (found[2] or ""), line.start + found.start(1), line.start + end)
            ]
    found = _ISSUER_IN_TITLE.match(frames[0].title) if frames else None
    if found and TITLE_NOUN.search(frames[0].title) and found[1][-1] in "部委局院府厅会室行办署":
        return [Fact("issuer", issuer) for issuer in found[1].split(" ")]
    return []


def _without_day(signature: str) -> str:
    """某某市人民政府　2025年3月18日: the name alone."""
    found = SIGNED_DATE.match(signature)
    return found[1] if found else signature
