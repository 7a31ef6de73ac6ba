"""The splits of a collection in, every reference between their clauses joined to what it cites out."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from index.document import Document, Split
from index.structure.citations import Citations
from index.structure.reference_grammar import steps_in
from index.structure.reference_targets import Places
from index.structure.references import THIS, Cited, Reference, references_of
from index.title_keys import STATE, number_key, printed_titles, title_key

MAX_REFERENCES = 200_000
"""Targets stored for one document; what a hostile text cites beyond that is not joined."""

_INNER = str.maketrans("《》", "〈〉")
_TERM = re.compile(r"第[一二三四五六七八九十百]{1,4}届")
_YEAR = re.compile(r"[〔(（\[]?((?:19|20)[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that one place in the text cites; a place that cites several has several links."""

    source: int
    """Row of the clause it stands in; rows count over the collection."""
    start: int
    end: int
    """Its span in the text of its document, code points."""
    title: str
    """Title of the other document as printed, "" where it cites its own."""
    document_id: str
    """Id of the cited document, "" where none of the collection is meant for certain."""
    target: str
    """Address of what is cited, the id of a document cited as a whole, or "" where it is unresolved."""
    clause: int
    """Row of the clause that holds the beginning of what is cited, -1 where none does."""
    display: str
    """What is cited as people write it, "" where it is unresolved."""


def links_of(splits: Sequence[Split]) -> Iterator[Link]:
    """Join every reference of every split, in order of the rows it stands in.

    A title is looked up without 《》, 中华人民共和国 and （2018年修正）; among several editions the newest is meant,
    unless the reference says another year. What fits no document or several stays unresolved. Whole documents
    that are not in the collection are left out: most are reports, forms and newspapers.
    """
    collection = _Collection(splits)
    for place, split in enumerate(splits):
        stored = 0
        starts = [clause.start for clause in split.clauses]
        for reference in references_of(split):
            row = collection.first_rows[place] + bisect_right(starts, reference.start) - 1
            for link in _links(collection, place, row, reference):
                stored += 1
                yield link
            if stored >= MAX_REFERENCES:
                break


def _links(collection: "_Collection", place: int, row: int, reference: Reference) -> Iterator[Link]:
    cited, start, end = reference.cited, reference.start, reference.end
    if cited == THIS:
        for address in reference.addresses:
            yield Link(row, start, end, "", *collection.target(place, address))
        if not reference.addresses:
            yield Link(row, start, end, "", collection.splits[place].document.id, "", -1, "")
        return
    found = collection.meant(cited)
    if reference.addresses == ("",):
        if found is not None and found.place != place:
            document = collection.splits[found.place].document
            yield Link(row, start, end, cited.title, document.id, document.id, -1, _named(document))
    elif found is None:
        yield Link(row, start, end, cited.title, "", "", -1, "")
    else:
        places = collection.places(found.place)
        for path in reference.addresses:
            address = places.cited(found.prefix, steps_in(path))
            yield Link(row, start, end, cited.title, *collection.target(found.place, address))


@dataclass(frozen=True, slots=True)
class _Titled:
    """A document under one of its titles."""

    place: int
    prefix: str
    """Prefix of the addresses under this title: 通知/ for a covering notice."""
    edition: str


@dataclass(slots=True)
class _Collection:
    """The documents by title and 文号, and their places by address."""

    splits: Sequence[Split]
    first_rows: list[int] = field(init=False)
    _titles: dict[str, list[_Titled]] = field(default_factory=dict)
    _numbers: dict[str, list[int]] = field(default_factory=dict)
    _places: dict[int, Places] = field(default_factory=dict)
    _starts: dict[int, list[int]] = field(default_factory=dict)
    _citations: dict[int, Citations] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.first_rows = [0, *accumulate(len(split.clauses) for split in self.splits)]
        for place, split in enumerate(self.splits):
            document = split.document
            if document.number:
                self._numbers.setdefault(number_key(document.number), []).append(place)
            prefixes = dict(printed_titles(split))
            prefixes.setdefault(title_key(document.title)[0], "")
            edition = title_key(document.title)[1]
            for key, prefix in prefixes.items():
                self._titles.setdefault(key, []).append(_Titled(place, prefix, edition))

    def places(self, place: int) -> Places:
        if place not in self._places:
            self._places[place] = Places(self.splits[place].nodes)
        return self._places[place]

    def target(self, place: int, address: str) -> tuple[str, str, int, str]:
        """The last four fields of a link to a node, "" for one that does not exist."""
        split = self.splits[place]
        document_id = split.document.id
        if not address:
            return document_id, "", -1, ""
        if place not in self._citations:
            self._citations[place] = Citations(split.document, split.nodes)
            self._starts[place] = [clause.start for clause in split.clauses]
        node = self.places(place).known[address]
        start = split.nodes[node].start
        at = bisect_right(self._starts[place], start) - 1
        row = self.first_rows[place] + at if at >= 0 and start < split.clauses[at].end else -1
        return document_id, f"{document_id}#{address}", row, self._citations[place](node)

    def meant(self, cited: Cited) -> _Titled | None:
        """The document that a reference names, or None where that is not certain."""
        key, edition = title_key(cited.title)
        found = self._titles.get(key, [])
        if cited.number:
            numbered = self._numbers.get(number_key(cited.number), [])
            if numbered:
                if len(numbered) > 1:
                    return None
                return next((one for one in found if one.place in numbered), _Titled(numbered[0], "", ""))
            found = [one for one in found if _may_be(self.splits[one.place].document, cited.number)]
        if wanted := cited.edition or edition:
            found = [one for one in found if wanted in (one.edition, self._document(one).published[:4])]
        if len(found) > 1:
            return self._newest(found)
        return found[0] if found else None

    def _document(self, one: _Titled) -> Document:
        return self.splits[one.place].document

    def _newest(self, found: list[_Titled]) -> _Titled | None:
        """The newest, if they are editions of one document: one issuer, and days that tell which is the newest."""
        documents = [self._document(one) for one in found]
        issuers = {_TERM.sub("", d.issuer.replace(STATE, "")) for d in documents if d.issuer}
        national = any(d.title.startswith(STATE) for d in documents)
        newest = max(d.published for d in documents)
        latest = [one for one in found if self._document(one).published == newest]
        return latest[0] if newest and len(latest) == 1 and (national or len(issuers) <= 1) else None


def _named(document: Document) -> str:
    number = f"（{document.number}）" if document.number else ""
    return f"《{document.title.translate(_INNER)}》{number}"


def _may_be(document: Document, number: str) -> bool:
    """Whether a document of the right title, whose 文号 is unknown, can be the one of that 文号."""
    year = _YEAR.search(number)
    return not document.number and (year is None or document.published[:4] in ("", year[1]))
