"""Questions of the split `tune` → the weights that answers are chosen and refused with.

`python -m eval.fit_answers OUT.json ADAPTERS STORES MODELS`: what chooses pieces, and what keeps silent, over the
built-in sets; the second learns from out-of-fold results of the first. ADAPTERS is the folder that
`eval.fit_questions` wrote: the evidence of a question is gathered with the adapters that were fitted without it.
"""

import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.corpus import open_corpus
from eval.folds import FOLDS, elsewhere, folds
from eval.judgements import BUILT_IN, built_in_set
from index.adapters import parsed
from index.configuration import Configuration, open_parts
from index.embed import BundledEmbedder
from index.model_folder import FINGERPRINT, default_model_folder
from retriever.answers.choose import Run, choose
from retriever.answers.cutter import Cutter
from retriever.answers.evidence import CANDIDATES, FEATURES, Evidence, gather
from retriever.answers.extend import all_extended
from retriever.answers.model import Choice, Logistic, Silence
from retriever.answers.signs import SIGNS, signs
from retriever.answers.wanted import Wanted, wanted
from retriever.search import Searcher

Floats = NDArray[np.float64]
Spans = Sequence[Mapping[str, str]]

PIECE_PENALTY = 12.0
ANSWER_PENALTY = 10.0
"""L2 on standardised features; the bias is free."""
WITHOUT_WEIGHT = 0.1
"""An answerable question whose answering clauses were taken away is unanswerable, and close to the topic: such made-up
near misses count this much of a real one."""

ELSEWHERE_WEIGHT = 0.2
"""What a question on something else altogether counts: they are easy, and many."""


@dataclass(frozen=True, slots=True)
class Example:
    """A tune question with its evidence and the spans that answer it."""

    id: str
    fold: int
    answerable: bool
    weight: float
    asked: Wanted
    evidence: Evidence
    gold: Floats
    """(pieces,) share of each piece that belongs to an answer."""
    silence: float
    """How near a piece must be, as the fold's adapters say."""


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
    """Newton's method on standardised columns, one a name; a column that never changes keeps its prior."""
    mean, scale = table.mean(axis=0), table.std(axis=0)
    moving = scale > 1e-9
    columns = np.column_stack([np.ones(len(table)), (table[:, moving] - mean[moving]) / scale[moving]])
    drawn = np.array([prior.get(name, 0.0) for name in names])
    centre = np.concatenate([[0.0], (drawn * scale)[moving]])
    beta = centre.copy()
    ridge = np.concatenate([[1e-6], np.full(int(moving.sum()), penalty)])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-np.clip(columns @ beta, -30, 30)))
        gradient = columns.T @ (weights * (labels - chances)) - ridge * (beta - centre)
        curve = weights * chances * (1 - chances)
        step = np.linalg.solve((columns * curve[:, None]).T @ columns + np.diag(ridge), gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    found = drawn.copy()
    found[moving] = beta[1:] / scale[moving]
    return Logistic(float(beta[0] - found @ mean), dict(zip(names, found.tolist(), strict=True)))


def silence_of(adapters: bytes) -> Silence:
    """The plane that was fitted with the adapters."""
    stored = parsed(adapters)
    direction = stored["silence.direction"].astype(np.float64)
    return Silence(FINGERPRINT, float(stored["silence.offset"][0]), direction)


def examples(name: str, searcher: Searcher, fold: int, silence: Silence) -> list[Example]:
    """The tune questions of a fold, and each answerable one again without the clauses that have to do with it."""
    cutter = Cutter(searcher)
    found = []

    def add(
        id_: str, answerable: bool, weight: float, text: str, without: Mapping[str, int], answer: Spans
    ) -> None:
        results = searcher.search(text, top_k=min(100, 4 * CANDIDATES) if without else CANDIDATES)
        asked = wanted(results.question.text)
        ranked = [r for r in results.clauses if r.clause.address not in without][:CANDIDATES]
        evidence = gather(searcher, cutter, results.question, asked, ranked)
        near = silence.nearness(evidence.vector, FINGERPRINT)
        gold = _gold(evidence, answer)
        found.append(Example(id_, fold, answerable, weight, asked, evidence, gold, near))

    tune = _tune(name)
    of = folds(name, [record["id"] for record in tune])
    for record in tune:
        if of[record["id"]] == fold:
            add(record["id"], record["answerable"], 1.0, record["text"], {}, record["answer"])
            if record["answerable"]:
                add(record["id"], False, WITHOUT_WEIGHT, record["text"], record["judgements"], [])
    for text, own in folds("", elsewhere()).items():
        if own == fold:
            add(text, False, ELSEWHERE_WEIGHT, text, {}, [])
    return found


def _tune(name: str) -> list[dict[str, Any]]:
    text = resources.files("eval").joinpath(f"data/{name}/questions.jsonl").read_text(encoding="utf-8")
    return [record for record in map(json.loads, text.splitlines()) if record["split"] == "tune"]


def _gold(evidence: Evidence, answer: Spans) -> Floats:
    shares = np.zeros(len(evidence.pieces))
    for at, (place, piece) in enumerate(zip(evidence.owner, evidence.pieces, strict=True)):
        clause = evidence.ranked[place].clause
        for span in answer:
            start = clause.text.find(span["text"]) if span["address"] == clause.address else -1
            if start >= 0:
                shared = min(piece.end, start + len(span["text"])) - max(piece.start, start)
                shares[at] = max(shares[at], shared / (piece.end - piece.start))
    return shares


def fit_pieces(chosen: Sequence[Example]) -> Choice:
    """Newton's method on the cross entropy between what answers and the choice among a question's pieces."""
    answerable = [e for e in chosen if e.answerable and e.gold.any()]
    every = np.concatenate([e.evidence.table for e in answerable])
    mean, scale = every.mean(axis=0), every.std(axis=0)
    scale[scale < 1e-9] = 1.0
    tables = [(e.evidence.table - mean) / scale for e in answerable]
    wanted = [e.gold / e.gold.sum() for e in answerable]
    weights = np.zeros(len(FEATURES))
    cost, gradient, curve = _choosing(tables, wanted, weights)
    for _ in range(50):
        step = np.linalg.solve(curve, gradient)
        while True:  # a full step may go too far
            tried = _choosing(tables, wanted, weights - step)
            if tried[0] <= cost or np.abs(step).max() < 1e-8:
                break
            step /= 2
        weights = weights - step
        cost, gradient, curve = tried
        if np.abs(step).max() < 1e-6:
            break
    return Choice(dict(zip(FEATURES, (weights / scale).tolist(), strict=True)))


def _choosing(
    tables: Sequence[Floats], wanted: Sequence[Floats], weights: Floats
) -> tuple[float, Floats, Floats]:
    """Penalised cross entropy, its gradient and its second derivatives."""
    cost = PIECE_PENALTY / 2 * float(weights @ weights)
    gradient, curve = PIECE_PENALTY * weights, PIECE_PENALTY * np.eye(len(weights))
    for table, target in zip(tables, wanted, strict=True):
        odds = table @ weights
        shares = np.exp(odds - odds.max())
        total = shares.sum()
        cost -= float(target @ (odds - odds.max() - np.log(total)))
        shares /= total
        seen = shares @ table
        gradient = gradient + (shares - target) @ table
        curve = curve + (table * shares[:, None]).T @ table - np.outer(seen, seen)
    return cost, gradient, curve


def chosen_by(piece: Choice, example: Example) -> tuple[Floats, list[Run], float]:
    chances = piece.chances(example.evidence.table, FEATURES)
    runs, expected = choose(example.evidence.pieces, example.evidence.owner, chances)
    return chances, all_extended(example.evidence, runs, example.asked), expected


def right(example: Example, runs: Sequence[Run]) -> bool:
    """True if a quote touches an answer."""
    return any(example.gold[run.first : run.last + 1].max() > 0 for run in runs)


def fit_answers(chosen: Sequence[Example], rows: Mapping[int, Floats], hits: Mapping[int, bool]) -> Logistic:
    """`rows`: signs of each example, by its place; a wrong quote for an answerable question teaches nothing."""
    kept = [i for i in range(len(chosen)) if i in rows and (hits[i] or not chosen[i].answerable)]
    table = np.array([rows[i] for i in kept])
    labels = np.array([float(chosen[i].answerable) for i in kept])
    weights = np.array([chosen[i].weight for i in kept])
    return fit_logistic(table, labels, weights, SIGNS, ANSWER_PENALTY, PRIOR)


def signs_of(piece: Choice, example: Example) -> tuple[Floats | None, bool]:
    chances, runs, expected = chosen_by(piece, example)
    if not runs:
        return None, False
    row = signs(example.evidence, chances, runs, expected, example.asked, example.silence)
    return row, right(example, runs)


def fit(chosen: Sequence[Example]) -> tuple[Choice, Logistic]:
    """All tune questions in; the second regression learns from what the first says of questions it has not seen."""
    rows: dict[int, Floats] = {}
    hits: dict[int, bool] = {}
    for fold in range(FOLDS):
        piece = fit_pieces([e for e in chosen if e.fold != fold])
        for i, example in enumerate(chosen):
            if example.fold == fold:
                row, hit = signs_of(piece, example)
                if row is not None:
                    rows[i], hits[i] = row, hit
    return fit_pieces(chosen), fit_answers(chosen, rows, hits)


def gathered(adapters: Path, stores: Path, models: Path) -> tuple[list[Example], dict[str, str]]:
    """Examples of all folds, and the snapshots they come from."""
    found, snapshots = [], {}
    opened = {
        name: open_corpus(built_in_set(name), open_parts(Configuration(stores / name, models)))
        for name in BUILT_IN
    }
    for fold in range(FOLDS):
        stored = (adapters / f"without-{fold}.safetensors").read_bytes()
        with tempfile.TemporaryDirectory() as scratch:
            embedder = BundledEmbedder(default_model_folder(Path(scratch), adapters=stored))
            for name, corpus in opened.items():
                searcher = corpus.searcher.with_parts(embedder=embedder)
                found += examples(name, searcher, fold, silence_of(stored))
                snapshots[name] = searcher.index.manifest.id
    return found, snapshots


def main(out: Path, adapters: Path, stores: Path, models: Path) -> None:
    found, snapshots = gathered(adapters, stores, models)
    piece, answer = fit(found)
    silence = silence_of((adapters / "adapters.safetensors").read_bytes())
    made = {
        "made_by": "python -m eval.fit_answers",
        "questions": f"{sum(e.weight == 1 for e in found)} of the split tune",
        "snapshots": snapshots,
        "piece": {"weights": {name: round(weight, 5) for name, weight in piece.weights.items()}},
        "answer": {"bias": round(answer.bias, 5), "weights": {k: round(w, 5) for k, w in answer.weights.items()}},
        "silence": {
            "embedder": silence.embedder,
            "offset": round(silence.offset, 5),
            "direction": [round(w, 4) for w in silence.direction.tolist()],
        },
    }  # fmt: skip
    text = json.dumps(made, ensure_ascii=False, indent=1)
    text = re.sub(r"(?<=\d),\n\s+(?=-?\d)", ", ", text)  # one line for the direction
    out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
