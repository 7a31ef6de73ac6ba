"""Days and provisions of a document: frames and lines in; signing, history, effect, repeal as facts out."""

import re
from collections.abc import Iterator, Mapping, Sequence

from index.document import Fact, FactOrigin
from index.structure.frame import Frame
from index.structure.lines import Line
from index.structure.numerals import narrow, parse_numeral
from index.structure.titles import squeeze

_DATE = re.compile(
    r"((?:19|20)[0-9]{2}|[一二][〇○零OＯ九一二三四五六七八]{3})[ \u3000]{0,2}年[ \u3000]{0,2}"
    r"([0-9一二三四五六七八九十]{1,2})[ \u3000]{0,2}月[ \u3000]{0,2}([0-9一二三四五六七八九十]{1,3})[ \u3000]{0,2}日"
)
_EFFECT = re.compile(
    r"自(?P<day>[0-9一二三四五六七八九十〇○零OＯ年月 \u3000]{4,18}日"
    r"|(?:公布|发布|印发|颁布|下发|通过)之日|公布后[^。，]{0,12})"
    r"起?(?:[^。；，\n]{0,12}?)(?:施行|实施|生效|执行|起执行)"
)
_EFFECT_NOTE = re.compile(r"(?P<day>(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日)[ \u3000]{0,4}(?:起)?施行")
_EXPIRY = re.compile(r"有效期(?:为|至|限)?[^。；\n]{1,24}")
_REPEAL = re.compile(r"(?:《[^《》\n]{2,60}》[^。；\n]{0,60}?)同时废止|(?:予以|即行|自行)废止")
_FILE_DATE = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")
_ISO = "(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
_STANDARD_DAYS = re.compile(
    rf"({_ISO})[ \u3000]{{0,4}}(?:发布|批准)(?:[ \u3000，,]{{0,40}}({_ISO})[ \u3000]{{0,4}}实施)?"
)
"""The cover of a standard (GB/T 1.1) says: 2025-03-01发布 2025-06-01实施."""
_ISSUE = re.compile("(?:公布|发布|印发|颁布|下发)之日")
_REVISED = re.compile("修正|修订|修改")
_PROCLAIMED = re.compile("公布|发布|颁布")
_TITLES = re.compile("[《〈]([^《》〈〉\\n]{2,60})[》〉]")
_AMENDING = re.compile(
    r"关于(?P<what>修改|修订|修正|废止)(?P<of>.{2,300}?)(?:和(?:修改|废止).{2,300})?的(?:决定|决议|公告|令|通知)$"
)
MAX_TITLE_CHARS = 300
_VOID = re.compile(r"[（(](?:已)?(?:废止|失效|被废止)[）)]$")


def iso_date(text: str) -> str:
    """Return the first full date in the text as YYYY-MM-DD, or ""."""
    found = _DATE.search(narrow(text))
    if not found:
        return ""
    year, month, day = (parse_numeral(part) or 0 for part in found.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def first(facts: Sequence[Fact], name: str) -> str:
    """Return the first fact of that name, or ""."""
    return next((fact.value for fact in facts if fact.name == name), "")


def dates_of(
    frames: Sequence[Frame], lines: Sequence[Line], given: Mapping[str, str], name: str
) -> list[Fact]:
    """Signing, publication, and the history that a law prints below its title."""
    facts = []
    for line in frames[0].lines if frames else ():
        found = _DATE.search(narrow(line.text)) if line.role in ("date", "signature") else None
        if found and iso_date(found[0]):
            facts.append(_fact("signed", iso_date(found[0]), line, found))
            break
    named = _FILE_DATE.search(name)
    if named and not facts and not given.get("published"):
        facts.append(Fact("dated", named[0]))
    if given.get("published"):
        facts.append(Fact("published", given["published"]))
    for line in lines:
        if line.role == "history":
            facts.extend(_history(line))
    return facts


def _history(line: Line) -> Iterator[Fact]:
    """Adoption, publication, amendments and effect; what a day stands for follows it."""
    if standard := _STANDARD_DAYS.match(line.text):
        yield Fact("published", standard[1], line.start, line.start + standard.end(1))
        if standard[2]:
            yield Fact("effective", standard[2], line.start + standard.start(2), line.start + standard.end(2))
    note = _EFFECT_NOTE.search(line.text)
    if note:
        yield _fact("effective", iso_date(note["day"]), line, note)
    days = [found for found in _DATE.finditer(line.text) if not note or found.start() != note.start()]
    for place, day in enumerate(days, 1):
        said = line.text[day.end() : days[place].start() if place < len(days) else len(line.text)]
        name = "amended" if _REVISED.search(said) else "published" if _PROCLAIMED.search(said) else "adopted"
        if iso_date(day[0]):
            yield _fact(name, iso_date(day[0]), line, day)


def provisions_of(lines: Sequence[Line], title: str) -> list[Fact]:
    """Effect, expiry and repeal, as the closing provisions state them; what the title says is amended or void."""
    facts: list[Fact] = []
    for line in lines:
        if line.role:
            continue
        if "自" in line.text and "行" in line.text and len(line.text) < 600:
            facts.extend(
                _fact("effective", iso_date(found["day"]) or squeeze(found["day"]), line, found)
                for found in _EFFECT.finditer(narrow(line.text))
                if "本" in line.text[: found.start()][-40:] or found.start() < 12
            )
        if "废止" in line.text:
            facts.extend(_fact("repeals", found[0], line, found) for found in _REPEAL.finditer(line.text))
        if "有效期" in line.text:
            facts.extend(
                _fact("expires", found[0], line, found)
                for found in _EXPIRY.finditer(line.text)
                if any(c in "本自" for c in line.text[: found.start()])
            )
    amending = _AMENDING.search(title) if len(title) <= MAX_TITLE_CHARS else None
    if amending:
        name = "repeals" if amending["what"] == "废止" else "amends"
        of = _TITLES.findall(amending["of"]) or [amending["of"]]
        facts.extend(Fact(name, one) for one in of)
    if _VOID.search(title):
        facts.append(Fact("repealed", "yes"))
    return facts


def _fact(name: str, value: str, line: Line, found: re.Match[str]) -> Fact:
    return Fact(name, value, line.start + found.start(), line.start + found.end())


def published_date(facts: Sequence[Fact]) -> str:
    """Return the ISO date a document is sorted by: signing, else publication, else the last day of its history."""
    given = [fact for fact in facts if fact.origin is FactOrigin.GIVEN]
    stated = [fact for fact in facts if fact.start < 0]
    history = [
        fact.value for fact in facts if fact.name in ("adopted", "amended", "published") and fact.start >= 0
    ]
    return (
        first(given, "published")
        or first(facts, "signed")
        or first(stated, "published")
        or (max(history) if history else first(facts, "dated"))
    )


def effective_date(facts: Sequence[Fact]) -> str:
    """Return the ISO date of effect: as stated, or the day of issue where it says 自公布之日起; "" if unknown."""
    stated = first(facts, "effective")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stated):
        return stated
    amended = any(fact.name == "amended" for fact in facts)
    # The 公布之日 of an amended law is that of its first edition, which its history may not tell apart.
    return published_date(facts) if _ISSUE.search(stated) and not amended else ""
