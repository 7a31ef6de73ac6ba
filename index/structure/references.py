"""References between clauses: a split in, every place that cites a clause, and the addresses it means, out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.document import Split
from index.structure.reference_grammar import (
    ABSOLUTE,
    NEXT,
    RELATIVE,
    Steps,
    below_article,
    inherited,
    law_named,
    noted,
    path_of,
    spread,
    steps_in,
    steps_of,
)
from index.structure.reference_targets import Places
from index.structure.titles import squeeze


@dataclass(frozen=True, slots=True)
class Cited:
    """The document that a reference names."""

    title: str = ""
    """As printed, without 《》, a short name (以下简称) replaced by what it stands for; "" for this document."""
    number: str = ""
    """文号 in （） after the title, or ""."""
    edition: str = ""
    """Year of the edition in （） after the title (2018年修正), or ""."""


THIS = Cited()


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the text that cites clauses."""

    source: str
    """Address of the innermost node that it stands in."""
    start: int
    end: int
    cited: Cited
    addresses: tuple[str, ...]
    """In this document: addresses that exist. In another: the address the cited clause has there, "" for the whole
    document."""


def references_of(split: Split) -> tuple[Reference, ...]:
    """Return every reference in the clauses of a split, in order; one that cites nothing known has no address."""
    book = _Book(split)
    found: list[Reference] = []
    for clause in split.clauses:
        found.extend(_in_stretch(book, clause.start, clause.end))
    return tuple(found)


@dataclass(slots=True)
class _Book:
    """A split as its references are read."""

    split: Split
    text: str = ""
    places: Places = field(init=False)
    names: set[str] = field(init=False)
    """What this document is called."""
    numbered: set[int] = field(init=False)
    """Where a number of the document's own stands."""
    aliases: dict[str, Cited] = field(default_factory=dict)
    """Short names that the text has introduced so far."""
    amended: Cited = field(init=False)
    """The law that a decision amends: a bare 将第五条修改为 means its articles. Otherwise this document."""

    def __post_init__(self) -> None:
        self.text = self.split.document.text
        self.places = Places(self.split.nodes)
        title = squeeze(self.split.document.title)
        self.names = {title, title.replace("中华人民共和国", "")}
        amended = [fact.value for fact in self.split.document.facts if fact.name == "amends"]
        bare = len(amended) == 1 and not any(node.kind == "article" for node in self.split.nodes)
        self.amended = Cited(amended[0]) if bare else THIS
        self.numbered = {node.start for node in self.split.nodes if node.number}


def _in_stretch(book: _Book, start: int, end: int) -> Iterator[Reference]:
    text = book.text
    position = start
    absolute = ABSOLUTE.search(text, start, end)
    relative = RELATIVE.search(text, start, end)
    while position < end:
        # Searched anew only where passed: a clause full of one kind must not be scanned again for the other.
        if absolute is not None and absolute.start() < position:
            absolute = ABSOLUTE.search(text, position, end)
        if relative is not None and relative.start() < position:
            relative = RELATIVE.search(text, position, end)
        if relative is not None and (absolute is None or relative.start() < absolute.start("steps")):
            series = list(_from_relative(book, relative, end))
            yield from series
            position = series[-1].end
        elif absolute is None:
            return
        elif absolute.start("steps") in book.numbered or absolute.end() == absolute.start():
            position = max(absolute.end(), absolute.start() + 1)
        else:
            position = absolute.end()
            for reference in _from_absolute(book, absolute, end):
                yield reference
                position = reference.end


def _from_absolute(book: _Book, found: re.Match[str], end: int) -> Iterator[Reference]:
    start, own, cited = found.start(), bool(found["own"]), THIS
    if found["title"]:
        cited = _titled(book, found)
        own = cited == THIS
    elif found["law"]:
        begin, own = law_named(found["law"])
        start += begin
        cited = THIS if own else _known(book, Cited(found["law"][begin:]))
        own = cited == THIS
    elif not own:
        cited = book.amended
    steps = steps_of(found)
    if steps:
        yield from _series(book, start, found.end(), cited, steps, own, end)
    elif found["title"] and not own:
        source = book.places.nodes[book.places.at(start)].address
        yield Reference(source, start, found.end(), cited, ("",))


def _titled(book: _Book, found: re.Match[str]) -> Cited:
    title = found["title"][1:-1]
    number, edition, alias = noted(found["note"] or "")
    cited = _known(book, Cited(title, number, edition))
    if alias:
        book.aliases[squeeze(alias)] = cited
    return cited


def _known(book: _Book, cited: Cited) -> Cited:
    """What a short name stands for; this document where it names itself, and not an older one by its 文号."""
    title = squeeze(cited.title)
    if title in book.aliases and not cited.number:
        return book.aliases[title]
    own_number = squeeze(book.split.document.number)
    other = (cited.number and cited.number != own_number) or cited.edition
    return THIS if title in book.names and not other else cited


def _series(
    book: _Book, start: int, position: int, cited: Cited, steps: Steps, own: bool, end: int
) -> Iterator[Reference]:
    """The reference and those that go on from it: 第五条、第六条第二款; 第二款至第四款."""
    here = book.places.at(start)
    source = book.places.nodes[here].address
    yield Reference(source, start, position, cited, _addresses(book, here, cited, [steps], own))
    while (following := NEXT.match(book.text, position, end)) and following.end("steps") > following.start(
        "steps"
    ):
        before, steps = steps, inherited(steps, steps_of(following))
        targets = spread(before, steps) if following["joint"] in ("至", "到") else [steps]
        addresses = _addresses(book, here, cited, targets, own)
        yield Reference(source, following.start("steps"), following.end(), cited, addresses)
        position = following.end()


def _from_relative(book: _Book, found: re.Match[str], end: int) -> Iterator[Reference]:
    """前款, 前两项, 前条第一款, 本条第二款…: seen from the place they stand in."""
    here = book.places.at(found.start())
    meant = book.places.relative(here, found)
    steps = steps_in(meant[0].removeprefix(book.places.base(here))) if len(meant) == 1 else {}
    if not steps.get("article", "").startswith("第") or path_of(steps) not in meant[0]:
        source = book.places.nodes[here].address
        yield Reference(source, found.start(), found.end(), THIS, tuple(meant))
        return
    yield from _series(book, found.start(), found.end(), THIS, {**steps, **below_article(found)}, False, end)


def _addresses(book: _Book, here: int, cited: Cited, targets: list[Steps], own: bool) -> tuple[str, ...]:
    if cited != THIS:
        return tuple(dict.fromkeys(path_of(steps) for steps in targets))
    places = book.places
    prefix = places.base(here)
    found = (
        places.cited(prefix, steps, own)
        if steps.keys() & {"division", "part", "article"}
        else places.cited_here(here, steps)
        for steps in targets
    )  # fmt: skip
    return tuple(dict.fromkeys(address for address in found if address))


__all__ = ["THIS", "Cited", "Reference", "references_of"]
