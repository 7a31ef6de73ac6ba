"""An open set and the name of a system → that system's run: a ranking and a time for every question."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.baseline import RankBm25, clause_bags
from eval.corpus import OpenSet
from eval.judgements import EvalError
from index.errors import QuestionError
from index.text import Tokenizer
from retriever.question import ask
from retriever.search import Mode, Searcher

BASELINE = "rank-bm25"
RANK_FUSION = "rrf"
"""Hybrid with reciprocal rank fusion in place of the fusion that is served."""
SYSTEMS = (BASELINE, *(mode.value for mode in Mode), RANK_FUSION)
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


def systems_named(names: str, baseline: bool = True) -> list[str]:
    """Split `hybrid,dense` into names, each once, the baseline first. Raises EvalError for an unknown one."""
    given = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in given if name not in SYSTEMS]
    if unknown:
        raise EvalError(f"unknown system {unknown[0]!r}; the systems are {', '.join(SYSTEMS)}")
    others = [name for name in dict.fromkeys(given) if name != BASELINE]
    if not baseline and not others:
        raise EvalError(f"no system to run; name some of {', '.join(SYSTEMS[1:])}")
    return [BASELINE, *others] if baseline else others


def runs(
    opened: OpenSet,
    systems: Sequence[str] = SYSTEMS,
    *,
    tokenizer: Tokenizer,
    depth: int = DEPTH,
    advance: Advance = lambda system, done, total: None,
) -> Iterator[Run]:
    """Run the systems, by their names in `SYSTEMS`, one after the other over all questions of the set."""
    addresses = opened.searcher.index.catalogue.addresses()
    for name in systems:
        if name == BASELINE:
            rank = _baseline(opened, tokenizer, depth, advance)
        elif name == RANK_FUSION:
            fused = replace(opened.searcher.options, fusion=RANK_FUSION)
            rank = _served(opened.searcher.with_options(fused), tokenizer, Mode.HYBRID, depth)
        else:
            rank = _served(opened.searcher, tokenizer, Mode(name), depth)
        yield _run(name, opened, addresses, rank, advance)


Rank = Callable[[str], list[tuple[int, float]]]
"""The text of a question → (row, score) pairs, best first."""


def _served(searcher: Searcher, tokenizer: Tokenizer, mode: Mode, depth: int) -> Rank:
    def rank(text: str) -> list[tuple[int, float]]:
        hits = searcher.rank(ask(text, tokenizer), mode).hits
        return list(zip(hits.rows[:depth].tolist(), hits.scores[:depth].tolist(), strict=True))

    return rank


def _baseline(opened: OpenSet, tokenizer: Tokenizer, depth: int, advance: Advance) -> Rank:
    index = opened.searcher.index
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
