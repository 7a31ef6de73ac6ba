"""A question that names a clause → that clause, by address; or that there is none. Nothing is guessed."""

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from index.catalogue import Catalogue
from index.document import Node
from index.local import Allowed
from retriever.addresses import Place, Step, places_in, steps_of
from retriever.documents import DocumentNames, Mention
from retriever.fit import FAR, descendant, distance_of

MAX_ROWS = 100
"""A part or a chapter gives at most so many of its clauses; 第三条 without a document at most so many candidates."""
MAX_ADDRESSES = 20
MAX_READ = 20
"""Documents whose nodes are read to find 款 and 项 below their clauses."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that the question names, and what it is in the collection."""

    text: str
    """As the question writes it."""
    document: str
    """The name of the document as the question writes it, or ""."""
    found: bool
    known: bool
    """False where the question names a document that the collection does not hold."""
    addresses: tuple[str, ...]
    """What it means, at most `MAX_ADDRESSES`, in order; with the 款 or 项 where one is named."""


@dataclass(frozen=True, slots=True)
class Exact:
    """The clauses that a question names."""

    places: tuple[NamedPlace, ...] = ()
    rows: tuple[int, ...] = ()
    """Rows in order: document by document, each in its own order."""
    neighbours: tuple[int, ...] = ()
    """The clauses before and after, where all named ones stand together in one document."""
    spans: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Row → span of the named 款 or 项 in the clause's text."""
    rest: str = ""
    """The question without the places and the documents that it names."""


NOTHING = Exact()
_FAR_RANK = 10_000
_Found = list[tuple[int, str, tuple[int, int] | None]]
"""(row, address, span of the named 款 or 项 in the clause's text)."""


class AddressBook:
    """The addresses of one snapshot, read when a question first names a place; shared by threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._names: DocumentNames | None = None

    def find(self, text: str, allowed: Allowed | None = None) -> Exact:
        """Return what the question names among the rows that may be returned; `NOTHING` if it names nothing."""
        places = places_in(text)
        if not places and not DocumentNames.may_name(text):
            return NOTHING
        self._open()
        assert self._names is not None
        mentions = self._names.mentions(text, [(p.start, p.end) for p in places])
        rest = _without(text, [(p.start, p.end) for p in places] + [(m.start, m.end) for m in mentions])
        alone = not any(map(str.isalnum, rest))
        if not places:
            return self._document(mentions, rest, allowed) if alone or mentions else NOTHING
        named: list[NamedPlace] = []
        rows: dict[int, tuple[int, int] | None] = {}
        for place in places:
            mention = _nearest(mentions, place)
            if not (place.strong or alone or (mention is not None and mention.beside(place))):
                continue
            found = self._resolve(place, mention, allowed)
            addresses = tuple(address for _, address, _ in found[:MAX_ADDRESSES])
            named.append(
                NamedPlace(text[place.start : place.end], mention.text if mention else "", bool(found),
                           mention is None or bool(mention.documents), addresses)
            )  # fmt: skip
            for row, _, span in found:
                rows.setdefault(row, span)
        if not named:
            return NOTHING
        kept = tuple(rows)[:MAX_ROWS]
        spans = {row: span for row in kept if (span := rows[row]) is not None}
        return Exact(tuple(named), kept, self._neighbours(kept, allowed), spans, rest)

    def by_document(self, rows: Sequence[int], ranking: Iterable[int]) -> tuple[int, ...]:
        """The rows grouped by document, the document whose row is ranked best first; their order within it stays."""
        ranks = {int(row): rank for rank, row in enumerate(ranking)}
        own: dict[str, int] = {}
        any_of: dict[str, int] = {}
        for row in rows:
            owner = self._owner[row]
            own[owner] = min(own.get(owner, _FAR_RANK), ranks.get(row, _FAR_RANK))
        for row, rank in ranks.items():
            any_of.setdefault(self._owner[row], rank)
        # Both count: its clause may say it in other words, while the whole document is about it.
        cost = {owner: rank + any_of.get(owner, _FAR_RANK) for owner, rank in own.items()}
        return tuple(sorted(rows, key=lambda row: cost[self._owner[row]]))

    def _document(self, mentions: Sequence[Mention], rest: str, allowed: Allowed | None) -> Exact:
        """A document named by its 文号 and nothing else asked: its clauses in order."""
        named, rows = [], []
        for mention in mentions:
            if not mention.by_number:
                continue
            found = [row for d in mention.documents for row in self._rows_of.get(d, ()) if _may(row, allowed)]
            named.append(NamedPlace(mention.text, mention.text, bool(found), bool(mention.documents),
                                    tuple(self._addresses[row] for row in found[:MAX_ADDRESSES])))  # fmt: skip
            rows += found if not any(map(str.isalnum, rest)) else []
        return Exact(tuple(named), tuple(dict.fromkeys(rows))[:MAX_ROWS], rest=rest) if named else NOTHING

    def _open(self) -> None:
        with self._lock:
            if self._names is not None:
                return
            self._addresses: list[str] = []
            self._chains: dict[tuple[Step, ...], list[int]] = {}
            self._by_number: dict[tuple[int, int], list[tuple[Step, ...]]] = {}
            self._rows_of: dict[str, range] = {}
            self._owner: list[str] = []
            divisions = cache(_divisions)
            tails = cache(steps_of)
            start = 0
            for row, (address, document_id, path, citation) in enumerate(self._catalogue.places()):
                chain = _merged(divisions(path), tails(_tail(citation)))
                self._chains.setdefault(chain, []).append(row)
                self._addresses.append(address)
                if self._owner and document_id != self._owner[-1]:
                    self._rows_of[self._owner[-1]] = range(start, row)
                    start = row
                self._owner.append(document_id)
            if self._owner:
                self._rows_of[self._owner[-1]] = range(start, len(self._owner))
            for chain in self._chains:
                for number in {(step.value, step.branch) for step in chain}:
                    self._by_number.setdefault(number, []).append(chain)
            self._names = DocumentNames(self._catalogue.documents())

    def _resolve(self, place: Place, mention: Mention | None, allowed: Allowed | None) -> _Found:
        """(row, address, span of the 款 or 项) of every clause that the place means."""
        if mention is not None and not mention.documents:
            return []
        if mention is not None and mention.fragment:
            return self._at_fragment(mention, allowed)
        found: _Found = []
        for steps in _each(place):
            found += self._rows(steps, mention, allowed)
        return found

    def _rows(self, steps: tuple[Step, ...], mention: Mention | None, allowed: Allowed | None) -> _Found:
        wanted = set(mention.documents) if mention is not None else None
        nearest, found = FAR, _Found()
        for depth in range(len(steps), 0, -1):
            head, rest = steps[:depth], steps[depth:]
            if rest and rest[0].level not in ("款", "项", "目", "点", "段"):
                break
            best: dict[str, tuple[int, list[int]]] = {}
            for chain in self._by_number.get((head[-1].value, head[-1].branch), ()):
                distance = distance_of(head, chain)
                if distance is None:
                    continue
                for row in self._chains[chain]:
                    owner = self._owner[row]
                    if (wanted is not None and owner not in wanted) or not _may(row, allowed):
                        continue
                    least, rows = best.get(owner, (distance, []))
                    if distance < least:
                        least, rows = distance, []
                    if distance == least:
                        rows.append(row)
                    best[owner] = (least, rows)
            closest = min((distance for distance, _ in best.values()), default=FAR)
            # Where some document prints 第三条, a point 3 elsewhere is not what was meant.
            if closest // 10 >= nearest // 10:
                continue
            kept = sorted((d, row) for d, rows in best.values() if d // 10 == closest // 10 for row in rows)
            rows = [row for _, row in kept]
            here: _Found = [(row, self._addresses[row], None) for row in rows]
            here = self._below(rows, rest) if rest else here
            if here:
                nearest, found = closest, here
        return found

    def _below(self, rows: Sequence[int], rest: tuple[Step, ...]) -> _Found:
        """The 款 or 项 below the clauses; clauses without it fall out."""
        found: _Found = []
        nodes: dict[str, list[Node]] = {}
        for row in rows:
            owner = self._owner[row]
            if owner not in nodes:
                if len(nodes) == MAX_READ:
                    break
                nodes[owner] = self._catalogue.nodes(owner)
            address = self._addresses[row]
            node = descendant(nodes[owner], address[len(owner) + 1 :], rest)
            if node is not None:
                clause = self._catalogue.clauses([row])[0]
                start, end = max(node.start, clause.start), min(node.end, clause.end)
                if start < end:
                    found.append((row, f"{owner}#{node.address}", (start - clause.start, end - clause.start)))
        return found

    def _at_fragment(self, mention: Mention, allowed: Allowed | None) -> _Found:
        """A full address: a clause, a 款 or 项 within one, or a heading with its clauses."""
        found: _Found = []
        for document_id in mention.documents:
            nodes = self._catalogue.nodes(document_id)
            node = next((n for n in nodes if n.address == mention.fragment), None)
            if node is None:
                continue
            rows = self._rows_of.get(document_id, range(0))
            for row, clause in zip(rows, self._catalogue.clauses_of(document_id), strict=True):
                if not _may(row, allowed):
                    continue
                if clause.start >= node.start and clause.end <= node.end:
                    found.append((row, clause.address, None))
                elif clause.start <= node.start and node.end <= clause.end:
                    span = (node.start - clause.start, node.end - clause.start)
                    found.append((row, f"{document_id}#{node.address}", span))
        return found

    def _neighbours(self, rows: Sequence[int], allowed: Allowed | None) -> tuple[int, ...]:
        if not rows or len({self._owner[row] for row in rows}) > 1:
            return ()
        here = self._rows_of[self._owner[rows[0]]]
        beside = (min(rows) - 1, max(rows) + 1)
        return tuple(row for row in beside if row in here and _may(row, allowed))


def _may(row: int, allowed: Allowed | None) -> bool:
    return allowed is None or bool(allowed[row])


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, at = "", 0
    for start, end in sorted(spans):
        kept += text[at:start] + " " if start > at else ""
        at = max(at, end)
    rest = _LEFT_OVER.sub(" ", kept + text[at:])
    return " ".join(rest.split()) if any(map(str.isalnum, rest)) else ""


# What stands around a place without asking anything.
_LEFT_OVER = re.compile(
    r"[（(](?:推定|inferred)?[）)]|(?<![a-z])(?:of|in|under|the|and)(?![a-z])|^的|《》", re.IGNORECASE
)


def _nearest(mentions: Sequence[Mention], place: Place) -> Mention | None:
    """The document a place is of: the one right beside it, else the last named before it, else the next one."""
    beside = [m for m in mentions if m.beside(place)]
    if beside:
        return min(beside, key=lambda m: (m.start > place.start, -m.end))
    before = [m for m in mentions if m.end <= place.start and not m.generic]
    after = [m for m in mentions if m.start >= place.end and not m.generic]
    return before[-1] if before else after[0] if after else None


def _each(place: Place) -> list[tuple[Step, ...]]:
    last = place.steps[-1]
    return [
        (*place.steps[:-1], Step(last.level, value, last.branch if value == last.value else 0, last.listed))
        for value in range(last.value, max(place.until, last.value) + 1)
    ]


def _tail(citation: str) -> str:
    """What follows the document: 第二部分第（四）条（推定）."""
    tail = citation[citation.find("》") + 1 :]
    if tail.startswith("（"):
        tail = tail[tail.find("）") + 1 :]
    return tail


def _divisions(path: str) -> tuple[Step, ...]:
    """The 编, 章 and 节 among the headings a clause stands under."""
    found = []
    for heading in json.loads(path):
        steps = steps_of(heading[:24])
        found += [step for step in steps[:1] if step.level in ("编", "篇", "分编", "章", "节", "部分")]
    return tuple(found)


def _merged(divisions: tuple[Step, ...], tail: tuple[Step, ...]) -> tuple[Step, ...]:
    return (*(step for step in divisions if step not in tail), *tail)
