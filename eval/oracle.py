"""An open set → where its search loses: what a perfect weight or a perfect order of its first clauses would score.

These are ceilings, made with the judgements in hand; no search can use them. They say which step is worth work: fusion
(`best weight`, `better side`), order (`reranked`), or finding (`missing`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from eval.corpus import OpenSet
from eval.environment import Environment, environment
from eval.measure import PRIMARY, Scores, groups, measured
from eval.report import configuration_facts, index_facts, set_facts
from eval.run import Advance, Run, distinct
from eval.systems import Setup
from index.configuration import Configuration
from index.errors import QuestionError
from retriever.preview import RememberingEmbedder
from retriever.search import Mode, Searcher

WEIGHTS = tuple(step / 20 for step in range(21))
"""Weights of BM25 that are tried."""
DEPTHS = (10, 20, 50, 100)
"""First clauses that a perfect reranker is given."""
DEEPEST = DEPTHS[-1]
SERVED = "served"
_KEPT = 10
"""Clauses of a fused ranking that nDCG@10 looks at."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What the search would score with one thing perfect."""

    name: str
    mean: float
    gain: float
    """Over what is served."""


@dataclass(frozen=True, slots=True)
class Losses:
    """The questions of one split, language or kind."""

    by: str
    value: str
    questions: int
    served: float
    reranked: float
    """With a perfect order of the first `DEEPEST`."""
    missing: int
    """Questions of which no relevant clause is among them."""
    incomplete: int
    """Questions of which some relevant clause is not."""


@dataclass(frozen=True, slots=True)
class OracleReport:
    """Everything that is printed, written as JSON and drawn."""

    set: Mapping[str, Any]
    index: Mapping[str, Any]
    configuration: Mapping[str, Any]
    ceilings: Sequence[Ceiling]
    weights: Sequence[Mapping[str, float]]
    """The mean for each weight of BM25, the same for all questions."""
    losses: Sequence[Losses]
    questions: Sequence[Mapping[str, Any]]
    """Every measured question with its ceilings; `first` is the rank of its first relevant clause, null where none."""
    environment: Environment


def oracle_report(opened: OpenSet, configuration: Configuration, advance: Advance) -> OracleReport:
    """Rank every question once and score what could have been made of its candidates."""
    judged = opened.judged
    searcher = opened.searcher.with_parts(embedder=RememberingEmbedder(opened.searcher.embedder))
    names = searcher.index.catalogue.addresses()
    by_weight_searchers = {
        weight: searcher.with_options(replace(searcher.options, bm25_weight=weight)) for weight in WEIGHTS
    }
    rankings: dict[str, list[str]] = {}
    sides: dict[Mode, dict[str, list[str]]] = {Mode.BM25: {}, Mode.DENSE: {}}
    fused: dict[float, dict[str, list[str]]] = {weight: {} for weight in WEIGHTS}
    for done, question in enumerate(judged.measured, 1):
        rankings[question.id] = _ranked(searcher, question.text, Mode.HYBRID, names, DEEPEST)
        for mode, of_side in sides.items():
            of_side[question.id] = _ranked(searcher, question.text, mode, names, _KEPT)
        for weight, other in by_weight_searchers.items():
            fused[weight][question.id] = _ranked(other, question.text, Mode.HYBRID, names, _KEPT)
        advance("oracle", done, len(judged.measured))

    def scored(name: str, of: Mapping[str, Sequence[str]]) -> Scores:
        return measured(_run(name, of), judged, [PRIMARY])

    def reranked(depth: int) -> dict[str, list[str]]:
        return {
            q: sorted(found[:depth], key=lambda address: -judged.qrels[q].get(address, 0))
            for q, found in rankings.items()
        }

    served = scored(SERVED, rankings)
    by_weight = {weight: np.array(scored(str(weight), fused[weight]).values[PRIMARY]) for weight in WEIGHTS}
    every = np.stack(list(by_weight.values()))
    better = np.maximum(*(np.array(scored(mode, of).values[PRIMARY]) for mode, of in sides.items()))
    ceilings = {
        SERVED: np.array(served.values[PRIMARY]),
        "best weight, one for all": max(by_weight.values(), key=lambda values: float(values.mean())),
        "better side": better,
        "best weight or side of each question": np.maximum(every.max(0), better),
        **{f"first {d} reranked": np.array(scored(str(d), reranked(d)).values[PRIMARY]) for d in DEPTHS},
    }
    first = {q: _first(found, set(judged.relevant(q))) for q, found in rankings.items()}
    whole = {q: set(judged.relevant(q)) <= set(found) for q, found in rankings.items()}
    base = float(ceilings[SERVED].mean()) if judged.measured else 0.0
    return OracleReport(
        set_facts(opened),
        index_facts(opened, configuration),
        configuration_facts(opened, [Setup(SERVED)], configuration),
        [Ceiling(name, float(v.mean()), float(v.mean()) - base) for name, v in ceilings.items()],
        [{"bm25_weight": weight, PRIMARY: float(values.mean())} for weight, values in by_weight.items()],
        _losses(opened, ceilings[SERVED], ceilings[f"first {DEEPEST} reranked"], first, whole),
        [
            {"id": q.id, "text": q.text, "kinds": q.kinds, "language": q.language, "split": q.split,
             "first": first[q.id], **{name: round(float(v[place]), 6) for name, v in ceilings.items()}}
            for place, q in enumerate(judged.measured)
        ],
        environment(),
    )  # fmt: skip


def _ranked(searcher: Searcher, text: str, mode: Mode, names: Sequence[str], depth: int) -> list[str]:
    try:
        rows = searcher.rank(searcher.ask(text), mode).hits.rows[:depth]
    except QuestionError:
        return []
    return [names[row] for row in rows.tolist()]


def _run(name: str, rankings: Mapping[str, Sequence[str]]) -> Run:
    return Run(name, {q: distinct([(a, -i) for i, a in enumerate(of)]) for q, of in rankings.items()}, {})


def _first(found: Sequence[str], relevant: set[str]) -> int | None:
    return next((rank for rank, address in enumerate(found, 1) if address in relevant), None)


def _losses(
    opened: OpenSet, served: Any, reranked: Any, first: Mapping[str, int | None], whole: Mapping[str, bool]
) -> list[Losses]:
    ids = [q.id for q in opened.judged.measured]
    parted = {"all": {"": frozenset(ids)}, **groups(opened.judged)}
    losses = []
    for by, values in parted.items():
        for value, members in values.items():
            places = [place for place, q in enumerate(ids) if q in members]
            missing = sum(first[ids[place]] is None for place in places)
            incomplete = sum(not whole[ids[place]] for place in places)
            means = [float(of[places].mean()) if places else 0.0 for of in (served, reranked)]
            losses.append(Losses(by, value, len(places), means[0], means[1], missing, incomplete))
    return losses
