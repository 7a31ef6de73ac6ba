"""Questions of the split `tune` → the weights that answers are chosen and refused with.

`python -m eval.fit_answers OUT.json STORES MODELS`: two logistic regressions over the built-in sets, the second over
out-of-fold results of the first.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.corpus import open_corpus
from eval.judgements import BUILT_IN, built_in_set
from index.configuration import Configuration, open_parts
from retriever.answers.choose import Run, choose
from retriever.answers.cutter import Cutter
from retriever.answers.evidence import CANDIDATES, FEATURES, Evidence, gather
from retriever.answers.extend import all_extended
from retriever.answers.model import AnswerModel, Form, Logistic
from retriever.answers.signs import SIGNS, signs
from retriever.answers.wanted import Wanted, wanted
from retriever.search import Searcher

Floats = NDArray[np.float64]

FOLDS = 8
EMBEDDER = "multilingual-e5-small"
"""The beginning of the default model's fingerprint: a direction holds for its vectors."""
PIECE_PENALTY = 3.0
ANSWER_PENALTY = 10.0
"""L2 on standardised features; the bias is free."""
FORM_PENALTY = 0.1
"""L2 on the direction of a question's vector, whose coordinates are as they are."""
WITHOUT_WEIGHT = 0.1
"""An answerable question whose answering clauses were taken away is unanswerable, and close to the topic: such made-up
near misses count this much of a real one."""

ELSEWHERE_WEIGHT = 0.2
"""What a question on something else altogether counts: they are easy, and many."""


@dataclass(frozen=True, slots=True)
class Example:
    """A tune question with its evidence and the spans that answer it."""

    id: str
    answerable: bool
    weight: float
    asked: Wanted
    evidence: Evidence
    gold: Floats
    """(pieces,) share of each piece that belongs to an answer."""


PRIOR = {
    "year_absent": -3.0, "place_absent": -3.0, "year_missing": -2.0, "figure_missing": -2.5, "date_missing": -2.5,
    "body_missing": -1.5, "nothing_held": -1.5,
}  # fmt: skip
"""Where weights are drawn to instead of zero: the tune half has too few of each to learn what is plain."""


def fit_logistic(
    table: Floats,
    labels: Floats,
    weights: Floats,
    names: Sequence[str],
    penalty: float,
    prior: Mapping[str, float] = MappingProxyType({}),
) -> Logistic:
    """One column a name; a column that never changes keeps its prior."""
    return fit_with_vectors(table, np.empty((len(table), 0)), labels, weights, names, penalty, prior)[0]


def fit_with_vectors(
    table: Floats,
    vectors: Floats,
    labels: Floats,
    weights: Floats,
    names: Sequence[str],
    penalty: float,
    prior: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Logistic, Form]:
    """Newton's method on standardised columns, and on vectors about their mean with a penalty of their own."""
    mean, scale = table.mean(axis=0), table.std(axis=0)
    moving = scale > 1e-9
    middle = vectors.mean(axis=0)
    standard = (table[:, moving] - mean[moving]) / scale[moving]
    columns = np.column_stack([np.ones(len(table)), standard, vectors - middle])
    drawn = np.array([prior.get(name, 0.0) for name in names])
    plain = np.zeros(vectors.shape[1])
    centre = np.concatenate([[0.0], (drawn * scale)[moving], plain])
    beta = centre.copy()
    ridge = np.concatenate([[1e-6], np.full(int(moving.sum()), penalty), plain + FORM_PENALTY])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-np.clip(columns @ beta, -30, 30)))
        gradient = columns.T @ (weights * (labels - chances)) - ridge * (beta - centre)
        curve = weights * chances * (1 - chances)
        step = np.linalg.solve((columns * curve[:, None]).T @ columns + np.diag(ridge), gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    found = drawn.copy()
    last = 1 + int(moving.sum())
    found[moving] = beta[1:last] / scale[moving]
    direction = beta[last:]
    logistic = Logistic(float(beta[0] - found @ mean), dict(zip(names, found.tolist(), strict=True)))
    return logistic, Form(EMBEDDER, float(direction @ middle), direction)


def examples(name: str, searcher: Searcher) -> list[Example]:
    """Every tune question of a set, and each answerable one again without the clauses that have to do with it."""
    cutter = Cutter(searcher)
    found = []
    for record in _tune(name):
        results = searcher.search(record["text"], top_k=min(100, 4 * CANDIDATES))
        asked = wanted(results.question.text)
        best = results.clauses[:CANDIDATES]
        evidence = gather(searcher, cutter, results.question, asked, best)
        gold = _gold(evidence, record["answer"])
        found.append(Example(record["id"], record["answerable"], 1.0, asked, evidence, gold))
        if record["answerable"]:
            rest = [r for r in results.clauses if r.clause.address not in record["judgements"]][:CANDIDATES]
            without = gather(searcher, cutter, results.question, asked, rest)
            found.append(
                Example(record["id"], False, WITHOUT_WEIGHT, asked, without, np.zeros(len(without.pieces)))
            )
    for text in _elsewhere():
        results = searcher.search(text, top_k=CANDIDATES)
        asked = wanted(text)
        evidence = gather(searcher, cutter, results.question, asked, results.clauses)
        empty = np.zeros(len(evidence.pieces))
        found.append(Example(text, False, ELSEWHERE_WEIGHT, asked, evidence, empty))
    return found


def _elsewhere() -> list[str]:
    text = resources.files("eval").joinpath("data/elsewhere.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _tune(name: str) -> list[dict[str, Any]]:
    text = resources.files("eval").joinpath(f"data/{name}/questions.jsonl").read_text(encoding="utf-8")
    return [record for record in map(json.loads, text.splitlines()) if record["split"] == "tune"]


def _gold(evidence: Evidence, answer: Sequence[Mapping[str, str]]) -> Floats:
    shares = np.zeros(len(evidence.pieces))
    for at, (place, piece) in enumerate(zip(evidence.owner, evidence.pieces, strict=True)):
        clause = evidence.ranked[place].clause
        for span in answer:
            start = clause.text.find(span["text"]) if span["address"] == clause.address else -1
            if start >= 0:
                shared = min(piece.end, start + len(span["text"])) - max(piece.start, start)
                shares[at] = max(shares[at], shared / (piece.end - piece.start))
    return shares


def fit_pieces(chosen: Sequence[Example]) -> Logistic:
    answerable = [e for e in chosen if e.answerable]
    table = np.concatenate([e.evidence.table for e in answerable])
    labels = np.concatenate([e.gold for e in answerable])
    weights = np.concatenate([np.full(len(e.gold), 1.0) for e in answerable])
    return fit_logistic(table, labels, weights, FEATURES, PIECE_PENALTY)


def chosen_by(piece: Logistic, example: Example) -> tuple[Floats, list[Run], float]:
    chances = piece.chances(example.evidence.table, FEATURES)
    runs, expected = choose(example.evidence.pieces, example.evidence.owner, chances)
    return chances, all_extended(example.evidence, runs, example.asked), expected


def right(example: Example, runs: Sequence[Run]) -> bool:
    """True if a quote touches an answer."""
    return any(example.gold[run.first : run.last + 1].max() > 0 for run in runs)


def fit_answers(
    chosen: Sequence[Example], rows: Mapping[int, Floats], hits: Mapping[int, bool]
) -> tuple[Logistic, Form]:
    """`rows`: signs of each example, by its place; a wrong quote for an answerable question teaches nothing."""
    kept = [i for i in range(len(chosen)) if i in rows and (hits[i] or not chosen[i].answerable)]
    table = np.array([rows[i] for i in kept])
    labels = np.array([float(chosen[i].answerable) for i in kept])
    weights = np.array([chosen[i].weight for i in kept])
    vectors = np.array([chosen[i].evidence.vector for i in kept], float)
    return fit_with_vectors(table, vectors, labels, weights, SIGNS, ANSWER_PENALTY, PRIOR)


def folds(chosen: Sequence[Example]) -> list[int]:
    """The fold of each example: a question and its copies share one."""
    ids = list(dict.fromkeys(e.id for e in chosen))
    return [ids.index(e.id) % FOLDS for e in chosen]


def signs_of(piece: Logistic, example: Example) -> tuple[Floats | None, bool]:
    chances, runs, expected = chosen_by(piece, example)
    if not runs:
        return None, False
    return signs(example.evidence, chances, runs, expected, example.asked), right(example, runs)


def fit(chosen: Sequence[Example]) -> AnswerModel:
    """All tune questions in; the second regression learns from what the first says of questions it has not seen."""
    places = folds(chosen)
    rows: dict[int, Floats] = {}
    hits: dict[int, bool] = {}
    for fold in range(FOLDS):
        piece = fit_pieces([e for e, f in zip(chosen, places, strict=True) if f != fold])
        for i, (example, place) in enumerate(zip(chosen, places, strict=True)):
            if place == fold:
                row, hit = signs_of(piece, example)
                if row is not None:
                    rows[i], hits[i] = row, hit
    return AnswerModel(fit_pieces(chosen), *fit_answers(chosen, rows, hits))


def main(out: Path, stores: Path, models: Path) -> None:
    found, snapshots = [], {}
    for name in BUILT_IN:
        opened = open_corpus(built_in_set(name), open_parts(Configuration(stores / name, models)))
        found += examples(name, opened.searcher)
        snapshots[name] = opened.searcher.index.manifest.id
    model = fit(found)
    form = model.form
    made = {
        "made_by": "python -m eval.fit_answers",
        "questions": f"{sum(e.weight == 1 for e in found)} of the split tune",
        "snapshots": snapshots,
        **{name: {"bias": round(one.bias, 5), "weights": {k: round(w, 5) for k, w in one.weights.items()}}
           for name, one in (("piece", model.piece), ("answer", model.answer))},
    }  # fmt: skip
    if form is not None:
        direction = [round(w, 4) for w in form.direction.tolist()]
        made["form"] = {
            "embedder": form.embedder,
            "offset": round(form.offset, 5),
            "direction": direction,
        }
    text = json.dumps(made, ensure_ascii=False, indent=1)
    text = re.sub(r"(?<=\d),\n\s+(?=-?\d)", ", ", text)  # one line for the direction
    out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
