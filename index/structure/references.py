"""References between clauses: a split in, every place that cites a clause, and the addresses it means, out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.document import Split
from index.structure.antecedents import Antecedents, before
from index.structure.cited import THIS, Cited
from index.structure.reference_book import Book
from index.structure.reference_grammar import (
    ABSOLUTE,
    NEXT,
    RELATIVE,
    Steps,
    below_article,
    inherited,
    law_named,
    path_of,
    spread,
    steps_in,
    steps_of,
)


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
    book = Book(split)
    found: list[Reference] = []
    for clause in split.clauses:
        found.extend(_in_stretch(book, clause.start, clause.end))
    return tuple(found)


def _in_stretch(book: Book, start: int, end: int) -> Iterator[Reference]:
    text = book.text
    position = start
    earlier = Antecedents(text)
    absolute = ABSOLUTE.search(text, start, end)
    relative = RELATIVE.search(text, start, end)
    while position < end:
        # Searched anew only where passed: a clause full of one kind must not be scanned again for the other.
        if absolute is not None and absolute.start() < position:
            absolute = ABSOLUTE.search(text, position, end)
        if relative is not None and relative.start() < position:
            relative = RELATIVE.search(text, position, end)
        if relative is not None and (absolute is None or relative.start() < absolute.start("steps")):
            series = list(_from_relative(book, relative, end, earlier))
            yield from series
            position = series[-1].end
        elif absolute is None:
            return
        elif absolute.start("steps") in book.numbered or absolute.end() == absolute.start():
            position = max(absolute.end(), absolute.start() + 1)
        else:
            position = absolute.end()
            for reference in _from_absolute(book, absolute, start, end, earlier):
                yield reference
                position = reference.end


def _from_absolute(
    book: Book, found: re.Match[str], begin: int, end: int, earlier: Antecedents
) -> Iterator[Reference]:
    start, own, cited = found.start(), bool(found["own"]), THIS
    steps = steps_of(found)
    if found["title"]:
        cited = book.titled(found)
        own = cited == THIS
        earlier.name(start, found.end("title"), cited)
    elif not own:
        named = _named_otherwise(book, found, begin, steps, earlier)
        if named is None:
            source = book.places.nodes[book.places.at(start)].address
            yield Reference(source, start, found.end(), THIS, ())
            return
        start, cited, steps, own = named
    if steps:
        yield from _series(book, start, found.end(), cited, steps, own, end, earlier)
    elif found["title"] and not own:
        source = book.places.nodes[book.places.at(start)].address
        yield Reference(source, start, found.end(), cited, ("",))


def _named_otherwise(
    book: Book, found: re.Match[str], begin: int, steps: Steps, earlier: Antecedents
) -> tuple[int, Cited, Steps, bool] | None:
    """Where a reference without 《》 and 本 begins, its document, its levels, and whether that is named to be this one.

    None where it points back to a 条 that is not certain.
    """
    at = found.start() if not found["law"] else found.end("law")
    divided = bool(steps.keys() & {"article", "division", "part"})
    words = before(book.text, begin, at, divided)
    if words is None and found["law"]:
        skipped, own = law_named(found["law"])
        start = found.start() + skipped
        cited = THIS if own else book.known(Cited(found["law"][skipped:]))
        earlier.name(start, at, cited)
        return start, cited, steps, own or cited == THIS
    if words is None:
        return found.start(), book.amended, steps, False
    if words.kind in ("条", "款"):
        meant = earlier.article(words.kind)
        return (words.start, meant[0], {**meant[1], **steps}, False) if meant is not None else None
    printed = book.text[words.start : at]
    known = earlier.law(words.kind) if words.points_back else book.aliases.get(words.kind)
    return words.start, known or Cited(printed), steps, known == THIS


def _series(
    book: Book,
    start: int,
    position: int,
    cited: Cited,
    steps: Steps,
    own: bool,
    end: int,
    earlier: Antecedents,
) -> Iterator[Reference]:
    """The reference and those that go on from it: 第五条、第六条第二款; 第二款至第四款."""
    here = book.places.at(start)
    source = book.places.nodes[here].address
    yield Reference(source, start, position, cited, _addresses(book, here, cited, [steps], own))
    earlier.cite(cited, steps, False)
    while (following := NEXT.match(book.text, position, end)) and following.end("steps") > following.start(
        "steps"
    ):
        before, steps = steps, inherited(steps, steps_of(following))
        targets = spread(before, steps) if following["joint"] in ("至", "到") else [steps]
        addresses = _addresses(book, here, cited, targets, own)
        yield Reference(source, following.start("steps"), following.end(), cited, addresses)
        earlier.cite(cited, steps, True)
        position = following.end()


def _from_relative(book: Book, found: re.Match[str], end: int, earlier: Antecedents) -> Iterator[Reference]:
    """前款, 前两项, 前条第一款, 本条第二款…: seen from the place they stand in."""
    here = book.places.at(found.start())
    meant = book.places.relative(here, found)
    steps = steps_in(meant[0].removeprefix(book.places.base(here))) if len(meant) == 1 else {}
    if not steps.get("article", "").startswith("第") or path_of(steps) not in meant[0]:
        source = book.places.nodes[here].address
        yield Reference(source, found.start(), found.end(), THIS, tuple(meant))
        return
    levels = {**steps, **below_article(found)}
    yield from _series(book, found.start(), found.end(), THIS, levels, False, end, earlier)


def _addresses(book: Book, here: int, cited: Cited, targets: list[Steps], own: bool) -> tuple[str, ...]:
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
