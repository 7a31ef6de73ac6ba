"""A document's facts in, what it is filtered by out: kind, year, since when, until when, repealed by which."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.document import Document, Split
from index.references import Link
from index.structure.fact_dates import effective_date, first, iso_date
from index.structure.numerals import parse_numeral

_YEARS = re.compile(r"有效期(?:为|限)?[ \u3000]?([0-9一二三四五六七八九十]{1,3})年")
_YEAR_IN_NUMBER = re.compile(r"(?:19|20)[0-9]{2}")
MAX_EDITIONS = 50
"""More documents of one title and issuer are no editions but forms, or daily notices."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a document is and when it holds; see `index.catalogue.Listing`."""

    kind: str
    year: int
    effective: str
    expires: str
    repealed: str
    in_force: str


def standing_of(document: Document, repealed_by_another: str) -> Standing:
    """`repealed_by_another`: since when, where another document of the collection says so, else ""."""
    facts = document.facts
    effective = effective_date(facts)
    year = document.published[:4] or "".join(_YEAR_IN_NUMBER.findall(document.number)[:1])
    return Standing(
        kind=first(facts, "kind"),
        year=int(year or 0),
        effective=effective,
        expires=_expiry(first(facts, "expires"), effective or document.published),
        repealed=first(facts, "repealed") or repealed_by_another,
        in_force=first(facts, "in_force"),
    )


def repeals_of(splits: Sequence[Split], links: Sequence[Link]) -> Mapping[str, str]:
    """Documents of the collection that a later one repeals (《…》同时废止), and the ISO date or "yes"."""
    rows = [split for split in splits for _ in split.clauses]
    documents = {split.document.id: split.document for split in splits}
    repealing = {split.document.id: _repealing_spans(split.document) for split in splits}
    found: dict[str, str] = {}
    for link in links:
        later = rows[link.source].document
        if not link.target or link.target != link.document_id or link.document_id == later.id:
            continue
        spans = repealing[later.id]
        at = bisect_right(spans, (link.start, len(later.text))) - 1
        older = documents[link.document_id].published <= later.published
        if at >= 0 and link.end <= spans[at][1] and older:
            found[link.document_id] = effective_date(later.facts) or later.published or "yes"
    for editions in _editions(documents.values()):
        for later in editions:
            if any(f"《{later.title}》" in fact.value for fact in later.facts if fact.name == "repeals"):
                since = effective_date(later.facts) or later.published
                found |= {
                    one.id: since for one in editions if one.published and one.published < later.published
                }
    return found


def _editions(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents of one title by one issuer, where there are several: a new edition repeals the old by its own name."""
    grouped: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        grouped.setdefault((document.title, document.issuer), []).append(document)
    return (editions for editions in grouped.values() if 1 < len(editions) <= MAX_EDITIONS)


def _repealing_spans(document: Document) -> list[tuple[int, int]]:
    return sorted(
        (fact.start, fact.end) for fact in document.facts if fact.name == "repeals" and fact.start >= 0
    )


def _expiry(stated: str, since: str) -> str:
    """The last day: stated in full, or so many years after the day of effect."""
    if day := iso_date(stated) or (stated if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stated) else ""):
        return day
    years = _YEARS.match(stated)
    if not years or not since:
        return ""
    return f"{int(since[:4]) + (parse_numeral(years[1]) or 0):04d}{since[4:]}"
