"""An open set and the name of a system → that system's run: a ranking and a time for every question."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.baseline import RankBm25
from eval.corpus import OpenSet
from eval.systems import BASELINE, Setup
from eval.variants import searcher_of
from index.bags import clause_bags
from index.errors import QuestionError
from retriever.search import Mode, Searcher

DEPTH = 100
"""Clauses kept of each ranking: what the deepest measure, R@100, looks at."""

Ranking = Sequence[tuple[str, float]]
"""(address, score) pairs, best first."""
Advance = Callable[[str, int, int], None]
"""`advance(system, done, total)`."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one system gave for each question."""

    name: str
    rankings: Mapping[str, Ranking]
    """Question id → its ranking; scores fall strictly, so that every reader sees the same order."""
    milliseconds: Mapping[str, float]
    """Question id → time from its text to its ranking."""
    refused: tuple[str, ...] = ()
    """Questions that the system would not take (blank, too long); their rankings are empty."""


def runs(
    opened: OpenSet,
    setups: Sequence[Setup],
    *,
    depth: int = DEPTH,
    advance: Advance = lambda system, done, total: None,
) -> Iterator[Run]:
    """Run the systems one after the other over all questions of the set."""
    addresses = opened.searcher.index.catalogue.addresses()
    for setup in setups:
        if setup.mode is None:
            rank = _baseline(opened, depth, advance)
        else:
            searcher = searcher_of(opened, setup.variant, setup.options, advance)
            rank = _served(searcher, setup.mode, depth)
        yield _run(setup.name, opened, addresses, rank, advance)


Rank = Callable[[str], list[tuple[int, float]]]
"""The text of a question → (row, score) pairs, best first."""


def _served(searcher: Searcher, mode: Mode, depth: int) -> Rank:
    def rank(text: str) -> list[tuple[int, float]]:
        hits = searcher.rank(searcher.ask(text), mode).hits
        return list(zip(hits.rows[:depth].tolist(), hits.scores[:depth].tolist(), strict=True))

    return rank


def _baseline(opened: OpenSet, depth: int, advance: Advance) -> Rank:
    index, tokenizer = opened.searcher.index, opened.parts.tokenizer
    total = index.manifest.clauses

    def counted() -> Iterator[list[str]]:
        for done, bag in enumerate(clause_bags(index, tokenizer), 1):
            if done % 500 == 0 or done == total:
                advance(f"{BASELINE} index", done, total)
            yield bag

    baseline = RankBm25(counted())

    def rank(text: str) -> list[tuple[int, float]]:
        words, bigrams = tokenizer.bag(text)
        return baseline.best(words + bigrams, depth)

    return rank


def _run(name: str, opened: OpenSet, addresses: list[str], rank: Rank, advance: Advance) -> Run:
    questions = opened.judged.questions
    rankings: dict[str, Ranking] = {}
    milliseconds: dict[str, float] = {}
    refused = []
    if questions:
        _try(rank, questions[0].text)  # the first question pays for loading; a server pays before it is ready
    for done, question in enumerate(questions, 1):
        start = time.perf_counter()
        found = _try(rank, question.text)
        milliseconds[question.id] = (time.perf_counter() - start) * 1e3
        if found is None:
            refused.append(question.id)
        rankings[question.id] = distinct([(addresses[row], score) for row, score in found or []])
        advance(name, done, len(questions))
    return Run(name, rankings, milliseconds, tuple(refused))


def _try(rank: Rank, text: str) -> list[tuple[int, float]] | None:
    try:
        return rank(text)
    except QuestionError:
        return None


def distinct(ranking: Ranking) -> Ranking:
    """The same order with scores that are float32 and fall strictly.

    trec_eval holds scores as float and breaks ties by clause id, which would undo the order that was served.
    """
    kept: list[tuple[str, float]] = []
    last = np.float32(np.inf)
    for address, score in ranking:
        last = min(np.float32(score), np.nextafter(last, np.float32(-np.inf)))
        kept.append((address, float(last)))
    return kept
