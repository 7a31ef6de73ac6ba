"""Facts a document is cited and filtered by: frames and text in, facts with their spans out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.structure.frame import TITLE_NOUN, Frame, squeeze, title_text
from index.structure.lines import Line
from index.structure.numerals import parse_numeral

_DATE = re.compile(
    r"((?:19|20)[0-9]{2}|[一二][〇○零OＯ九一二三四五六七八]{3})[ \u3000]{0,2}年[ \u3000]{0,2}"
    r"([0-9一二三四五六七八九十]{1,2})[ \u3000]{0,2}月[ \u3000]{0,2}([0-9一二三四五六七八九十]{1,3})[ \u3000]{0,2}日"
)
_EFFECT = re.compile(
    r"自(?P<day>(?:[^。；，\n]{1,16}日)|公布之日|发布之日|印发之日|颁布之日|下发之日|通过之日|公布后[^。，]{0,12})"
    r"起?(?:[^。；，\n]{0,12}?)(?:施行|实施|生效|执行|起执行)"
)
_EFFECT_NOTE = re.compile(r"(?P<day>(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日)[ \u3000]{0,4}(?:起)?施行")
_EXPIRY = re.compile(r"有效期(?:为|至|限)?[^。；\n]{1,24}")
_REPEAL = re.compile(r"(?:《[^《》\n]{2,60}》[^。；\n]{0,60}?)同时废止|(?:予以|即行|自行)废止")
_TYPE = re.compile(
    r"(法|条例|规定|办法|细则|决定|决议|命令|令|通知|通告|公告|公报|意见|批复|复函|函|报告|请示|方案|规划|纲要|计划|准则|规则|标准|解释|指引|指南|章程|答复|清单|目录|措施|要点|通报|制度|规范|规程|导则|政策|预案)"
    r"(?:[（(].{1,24}[）)])?$"
)
_ISSUER_IN_TITLE = re.compile(r"^(.{2,60}?)(?:关于|转发|印发|批转|对|令|公告|通告)")
_ISSUED_BY = re.compile(r"日[ \u3000]{0,4}([\u4e00-\u9fff]{2,24}?)(?:令|第|发布|公布|批准|通过|审判|关于)")
_BRACKETS = str.maketrans({**dict.fromkeys("[（(【﹝［", "〔"), **dict.fromkeys("]）)】﹞］", "〕")})
_PERSON = re.compile(
    r"(?:总理|主席|委员长|省长|市长|州长|区长|县长|部长|主任|局长|署长|行长|院长|检察长|会长)[ \u3000：:]{0,8}"
)
_FILE_DATE = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")
_YEARLY = re.compile(r"[令告].{0,2}(?:19|20)[0-9]{2}年?第[0-9]{1,4}号")
_STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, with the span of the text that states it; (-1, -1) where the container or the file name does."""

    name: str
    """title, number, issuer, recipients, signed, published, adopted, dated (by the file name), effective, expires,
    repeals, type."""
    value: str
    """Dates in ISO form where the text gives a full date."""
    start: int = -1
    end: int = -1


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
    facts.extend(_dates(frames, lines, given, name))
    facts.extend(_provisions(lines))
    kind = _TYPE.search(facts[0].value)
    if kind:
        facts.append(Fact("type", kind[1]))
    return tuple(facts)


def first(facts: Sequence[Fact], name: str) -> str:
    """Return the first fact of that name, or ""."""
    return next((fact.value for fact in facts if fact.name == name), "")


def document_id(title: str, number: str) -> str:
    """Return the part of an address before `#`: the 文号 with 〔〕 and no blanks, else the short title.

    A 文号 without a year (第706号) repeats from one authority to the next, so it does not identify.
    """
    canonical = canonical_number(number)
    if (
        "〔" in canonical
        or _YEARLY.search(canonical)
        or (canonical and not canonical.startswith("第") and not title)
    ):
        return canonical.replace("#", "＃")
    return title.replace(_STATE, "").replace("#", "＃") or canonical


def canonical_number(number: str) -> str:
    """Return a 文号 without blanks and with 〔〕, however its brackets are printed."""
    return squeeze(number).translate(_BRACKETS)


def iso_date(text: str) -> str:
    """Return the first full date in the text as YYYY-MM-DD, or ""."""
    found = _DATE.search(text)
    if not found:
        return ""
    year, month, day = (parse_numeral(part) or 0 for part in found.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _title(text: str, frames: Sequence[Frame], given: Mapping[str, str], name: str) -> Fact:
    main = _main(frames)
    if main is not None and main.title:
        titles = [line for line in main.lines if line.role == "title"]
        if titles:
            return Fact("title", main.title, titles[0].start, titles[-1].end)
        return Fact("title", main.title)
    if given.get("title"):
        return Fact("title", squeeze(given["title"]))
    return Fact("title", squeeze(name.rpartition("/")[2].rpartition(".")[0] or name))


def _main(frames: Sequence[Frame]) -> Frame | None:
    documents = [frame for frame in frames if frame.kind == "document"]
    if len(documents) == 1:
        return documents[0]
    return frames[0] if frames else None


def _issuer(frames: Sequence[Frame], lines: Sequence[Line], given: Mapping[str, str]) -> list[Fact]:
    signed = [
        line for line in frames[0].lines if line.role == "signature" and not _PERSON.search(line.text)
    ] if frames else []  # fmt: skip
    if signed:
        return [
            Fact("issuer", issuer, line.start, line.end)
            for line in signed
            for issuer in title_text(line.text).split(" ")
        ]
    if given.get("issuer"):
        return [Fact("issuer", given["issuer"])]
    named = [line for line in lines if line.role == "issuer"]
    if named:
        return [Fact("issuer", squeeze(line.text), line.start, line.end) for line in named]
    for line in lines:
        found = _ISSUED_BY.search(line.text) if line.role == "history" else None
        if found:
            return [Fact("issuer", found[1], line.start + found.start(1), line.start + found.end(1))]
    found = _ISSUER_IN_TITLE.match(frames[0].title) if frames else None
    if found and TITLE_NOUN.search(frames[0].title) and found[1][-1] in "部委局院府厅会室行办署":
        return [Fact("issuer", found[1])]
    return []


def _dates(frames: Sequence[Frame], lines: Sequence[Line], given: Mapping[str, str], name: str) -> list[Fact]:
    facts = []
    for line in frames[0].lines if frames else ():
        if line.role in ("date", "signature") and iso_date(line.text):
            facts.append(Fact("signed", iso_date(line.text), line.start, line.end))
            break
    named = _FILE_DATE.search(name)
    if named and not facts and not given.get("published"):
        facts.append(Fact("dated", named[0]))
    if given.get("published"):
        facts.append(Fact("published", given["published"]))
    for line in lines:
        if line.role == "history":
            note = _EFFECT_NOTE.search(line.text)
            if note:
                facts.append(Fact("effective", iso_date(note["day"]), line.start, line.end))
            days = [found for found in _DATE.finditer(line.text) if not note or found.start() != note.start()]
            facts.extend(
                Fact("adopted", iso_date(day[0]), line.start, line.end) for day in days if iso_date(day[0])
            )
    return facts


def _provisions(lines: Sequence[Line]) -> list[Fact]:
    """Effect, expiry and repeal, as the closing provisions state them."""
    facts = []
    for line in lines:
        if line.role:
            continue
        if "自" in line.text and "行" in line.text and len(line.text) < 600:
            for found in _EFFECT.finditer(line.text):
                if "本" in line.text[: found.start()][-40:] or found.start() < 12:
                    start = line.start + found.start()
                    value = iso_date(found["day"]) or found["day"]
                    facts.append(Fact("effective", value, start, line.start + found.end()))
        if "废止" in line.text:
            facts.extend(
                Fact("repeals", found[0], line.start + found.start(), line.start + found.end())
                for found in _REPEAL.finditer(line.text)
            )
        if "有效期" in line.text:
            facts.extend(
                Fact("expires", found[0], line.start + found.start(), line.start + found.end())
                for found in _EXPIRY.finditer(line.text)
                if any(c in "本自" for c in line.text[: found.start()])
            )
    return facts


def published_date(facts: Sequence[Fact]) -> str:
    """Return the ISO date a document is sorted by: signing, else publication, else the last adoption note."""
    adopted = [fact.value for fact in facts if fact.name == "adopted"]
    return (
        first(facts, "signed")
        or first(facts, "published")
        or (max(adopted) if adopted else first(facts, "dated"))
    )
