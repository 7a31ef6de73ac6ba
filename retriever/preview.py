"""Two searchers and questions → which questions find other clauses first, what goes up and down, better or worse."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index.adapters import Purpose
from index.embed import Embedder
from index.errors import QuestionError
from index.passage import Passage
from index.vectors import Vectors
from retriever.search import Mode, Searcher

FIRST = 10
"""Clauses of a ranking that are compared: what people look at."""
Rankings = Sequence[tuple[str, ...]]
"""For each question the addresses of its first clauses."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to compare, and the grades of clauses where somebody judged them."""

    text: str
    origin: str
    """Where it comes from: plan, feedback or file."""
    grades: Mapping[str, int] = field(default_factory=dict)
    """Address → grade, higher is better."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A clause that is among the first before or after, at another rank."""

    address: str
    citation: str
    before: int | None
    """Its rank, None beyond the first."""
    after: int | None
    grade: int | None
    """None where nobody judged it for the question."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A question whose first clauses change."""

    text: str
    origin: str
    before: float | None
    """nDCG@10, None for a question that nobody judged."""
    after: float | None
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of words would do."""

    asked: Mapping[str, int]
    """Questions by origin."""
    judged: int
    """Those for which a clause that answers is known."""
    before: float | None
    """Mean nDCG@10 over the judged questions."""
    after: float | None
    won: int
    """Judged questions that the change makes better."""
    lost: int
    refused: int
    """Questions that cannot be asked: empty or too long."""
    changed: tuple[Changed, ...]
    """Greatest loss first, then greatest gain, then those that nobody judged."""


class Previewer(Protocol):
    """What a package above offers under the entry-point group `tiaowen.previews`."""

    def __call__(
        self, before: Searcher, after: Searcher, asked: Sequence[Asked], progress: Callable[[int, int], None]
    ) -> Preview:
        """Ask both; adds the questions it knows for the collection."""
        ...


class RememberingEmbedder:
    """An embedder that embeds each question once, however many searchers ask it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[tuple[str, Purpose], Vectors] = {}

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_question(self, text: str, purpose: Purpose = Purpose.SEARCH) -> Vectors:
        asked = (text, purpose)
        if asked not in self._known:
            # Both are asked one after the other, so that the last one is enough.
            self._known = {asked: self._embedder.embed_question(text, purpose)}
        return self._known[asked]

    @property
    def pieces_fingerprint(self) -> str:
        return self._embedder.pieces_fingerprint

    def embed_in_context(self, passages: Sequence[Passage]) -> list[Vectors] | None:
        return self._embedder.embed_in_context(passages)

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        return self._embedder.embed_clauses(texts)


def firsts(
    before: Searcher, after: Searcher, texts: Sequence[str], progress: Callable[[int, int], None]
) -> tuple[Rankings, Rankings, int]:
    """The first clauses that either finds for each question, and how many questions cannot be asked."""
    embedder = RememberingEmbedder(before.embedder)
    both = [searcher.with_parts(embedder=embedder) for searcher in (before, after)]
    addresses = before.index.catalogue.addresses()
    rankings: tuple[list[tuple[str, ...]], list[tuple[str, ...]]] = ([], [])
    refused = 0
    for done, text in enumerate(texts, 1):
        try:
            found = [_first(searcher, text) for searcher in both]
        except QuestionError:
            found, refused = [[], []], refused + 1
        for kept, rows in zip(rankings, found, strict=True):
            kept.append(tuple(addresses[row] for row in rows))
        progress(done, len(texts))
    return *rankings, refused


def _first(searcher: Searcher, text: str) -> list[int]:
    rows: list[int] = searcher.rank(searcher.ask(text), Mode.HYBRID).hits.rows[:FIRST].tolist()
    return rows


def moves(
    searcher: Searcher, before: Sequence[str], after: Sequence[str], grades: Mapping[str, int]
) -> tuple[Moved, ...]:
    """The clauses whose rank is another one: in their order after, then those that are gone."""
    was = {address: rank for rank, address in enumerate(before, 1)}
    now = {address: rank for rank, address in enumerate(after, 1)}
    places = {address: (was.get(address), now.get(address)) for address in [*after, *before]}
    catalogue = searcher.index.catalogue
    return tuple(
        Moved(address, catalogue.clause(address).citation, old, new, grades.get(address))
        for address, (old, new) in places.items()
        if old != new
    )
