"""Questions of the split `tune` → the weights that answers are chosen and refused with.

`python -m eval.fit_answers OUT.json ADAPTERS STORES MODELS`: what chooses pieces, and what keeps silent, over the
built-in sets; the second learns from out-of-fold results of the first. ADAPTERS is the folder that
`eval.fit_questions` wrote: the evidence of a question is gathered with the adapters that were fitted without it. Prints
how questions are answered by what was fitted without their folds.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from eval.abstention import auroc
from eval.answering import COMPLETE
from eval.corpus import OpenSet, open_corpus
from eval.folds import FOLDS, elsewhere, fitted_without, folds
from eval.judgements import BUILT_IN, EvalError, EvalSet, built_in_set
from eval.spans import Span, best_f1, covered
from index.adapters import parsed
from index.configuration import Configuration, open_parts
from index.errors import TiaowenError
from index.model_folder import FINGERPRINT
from retriever.answers.choose import Run, choose
from retriever.answers.cutter import Cutter
from retriever.answers.evidence import CANDIDATES, FEATURES, Evidence, gather
from retriever.answers.extend import all_extended, said
from retriever.answers.model import Choice, Logistic, Silence, silence_of
from retriever.answers.signs import SIGNS, signs
from retriever.answers.wanted import THRESHOLD, Wanted, wanted
from retriever.search import Searcher

Floats = NDArray[np.float64]
Spans = Sequence[Span]

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
    silences: tuple[float, float]
    """How near a piece must be, as the fold's adapters say: by itself, and as it stands."""


PRIOR = {
    "year_absent": -3.0, "place_absent": -3.0, "year_missing": -2.0, "figure_missing": -2.5, "date_missing": -2.5,
    "body_missing": -1.5, "nothing_held": -1.5,
}  # fmt: skip
"""Where weights are drawn to instead of zero: the tune half has too few of each to learn what is plain."""


FAVOURABLE = frozenset((
    "expected", "best_chance", "cosine_clause", "cosine_piece", "cosine_z", "held_clause", "held_piece", "characters",
    "ahead", "context_piece",
))  # fmt: skip
"""Signs that speak for an answer, if anything."""


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


def examples(
    judged: EvalSet, searcher: Searcher, fold: int, silence: Silence, in_context: Silence
) -> list[Example]:
    """The tune questions of a fold, and each answerable one again without the clauses that have to do with it."""
    cutter = Cutter(searcher)
    found = []

    def add(
        id_: str, answerable: bool, weight: float, text: str, without: Iterable[str] = (), answer: Spans = ()
    ) -> None:
        results = searcher.search(text, top_k=min(100, 4 * CANDIDATES) if without else CANDIDATES)
        asked = wanted(results.question.text)
        ranked = [r for r in results.clauses if r.clause.address not in without][:CANDIDATES]
        evidence = gather(searcher, cutter, results.question, asked, ranked)
        near = (
            silence.nearness(evidence.vector, FINGERPRINT),
            in_context.nearness(evidence.in_context, FINGERPRINT),
        )
        found.append(Example(id_, fold, answerable, weight, asked, evidence, _gold(evidence, answer), near))

    tune = judged.only("tune").questions
    of = folds(judged.name, [q.id for q in tune])
    for question in tune:
        if of[question.id] == fold:
            add(question.id, question.answerable, 1.0, question.text, answer=question.spans)
            if question.answerable:
                add(question.id, False, WITHOUT_WEIGHT, question.text, judged.qrels[question.id])
    for text, own in folds("", elsewhere()).items():
        if own == fold:
            add(text, False, ELSEWHERE_WEIGHT, text)
    return found


def _gold(evidence: Evidence, answer: Spans) -> Floats:
    shares = []
    for place, piece in zip(evidence.owner, evidence.pieces, strict=True):
        clause = evidence.ranked[place].clause
        shares.append(covered(piece, clause.text, [s.text for s in answer if s.address == clause.address]))
    return np.array(shares, np.float64)


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


@dataclass(frozen=True, slots=True)
class Trial:
    """What was chosen for an example by what was fitted without its fold."""

    runs: Sequence[Run]
    row: Floats | None
    """Its signs; None where nothing was chosen."""


def trials(chosen: Sequence[Example]) -> list[Trial]:
    """One for each example."""
    pieces = [fit_pieces([e for e in chosen if e.fold != fold]) for fold in range(FOLDS)]
    found = []
    for example in chosen:
        chances, runs, expected = chosen_by(pieces[example.fold], example)
        row = (
            signs(example.evidence, chances, runs, expected, example.asked, example.silences)
            if runs
            else None
        )
        found.append(Trial(runs, row))
    return found


def fit_answers(tried: Sequence[tuple[Example, Trial]]) -> Logistic:
    """Learns from what was chosen out of fold; a wrong quote for an answerable question teaches nothing.

    A sign of FAVOURABLE that would count against an answer is left out, the worst first: half of the answerable
    questions were put in words that the answer has not, and near misses in words of the documents.
    """
    kept = [
        (example, trial.row)
        for example, trial in tried
        if trial.row is not None and (right(example, trial.runs) or not example.answerable)
    ]
    table = np.array([row for _, row in kept])
    labels = np.array([float(example.answerable) for example, _ in kept])
    weights = np.array([example.weight for example, _ in kept])
    names = list(SIGNS)
    while True:
        used = [SIGNS.index(name) for name in names]
        made = fit_logistic(table[:, used], labels, weights, names, ANSWER_PENALTY, PRIOR)
        moved = dict(zip(names, table[:, used].std(axis=0), strict=True))
        against = [name for name in names if name in FAVOURABLE and made.weights[name] < 0]
        if not against:
            return made
        names.remove(min(against, key=lambda name: made.weights[name] * moved[name]))


def out_of_fold(chosen: Sequence[Example], tried: Sequence[Trial], judged: EvalSet) -> str:
    """What the set's questions are answered by what was fitted without their folds."""
    answers = [
        fit_answers([(e, t) for e, t in zip(chosen, tried, strict=True) if e.fold != fold])
        for fold in range(FOLDS)
    ]
    asked = {q.id: q for q in judged.questions}
    sure: dict[bool, list[float]] = {True: [], False: []}
    clauses, f1 = [], []
    for example, trial in zip(chosen, tried, strict=True):
        if example.weight != 1 or example.id not in asked:
            continue
        chance = 0.0 if trial.row is None else float(answers[example.fold].chances(trial.row[None], SIGNS)[0])
        sure[example.answerable].append(chance)
        if example.answerable:
            quotes = [said(example.evidence, run) for run in trial.runs]
            cited = {example.evidence.ranked[run.owner].clause.address for run in trial.runs}
            complete = [a for a, grade in judged.qrels[example.id].items() if grade >= COMPLETE]
            clauses.append(bool(cited & set(judged.relevant(example.id))))
            f1.append(best_f1(quotes, asked[example.id].spans, complete))
    shares = {answerable: np.mean(np.array(of) >= THRESHOLD) for answerable, of in sure.items()}
    return (
        f"{judged.name}, out of fold: {len(sure[True])} answerable, {len(sure[False])} not; "
        f"AUROC {auroc(sure[True], sure[False]):.4f}; from {THRESHOLD} answered {shares[True]:.4f}, false answers "
        f"{shares[False]:.4f}; of all answerable right clause {np.mean(clauses):.4f}, F1 {np.mean(f1):.4f}"
    )


def gathered(folder: Path, opened: Sequence[OpenSet]) -> list[Example]:
    """Examples of all folds and sets."""
    found = []
    for fold in range(FOLDS):
        with fitted_without(folder, fold) as (embedder, stored):
            adapters = parsed(stored)
            if "context.direction" not in adapters:
                raise EvalError(
                    f"the adapters in {folder} compare no pieces in context; run eval.fit_context first"
                )
            silences = silence_of(adapters, "silence"), silence_of(adapters, "context")
            for corpus in opened:
                searcher = corpus.searcher.with_parts(embedder=embedder)
                found += examples(corpus.judged, searcher, fold, *silences)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    told = argparse.ArgumentParser(description=__doc__)
    for name in ("out", "adapters", "stores", "models"):
        told.add_argument(name, type=Path)
    given = told.parse_args(arguments)
    opened = [
        open_corpus(built_in_set(name), open_parts(Configuration(given.stores / name, given.models)))
        for name in BUILT_IN
    ]
    found = gathered(given.adapters, opened)
    tried = trials(found)
    piece, answer = fit_pieces(found), fit_answers(list(zip(found, tried, strict=True)))
    made = {
        "made_by": "python -m eval.fit_answers",
        "questions": f"{sum(e.weight == 1 for e in found)} of the split tune",
        "snapshots": {corpus.judged.name: corpus.searcher.index.manifest.id for corpus in opened},
        "piece": {"weights": {name: round(weight, 5) for name, weight in piece.weights.items()}},
        "answer": {"bias": round(answer.bias, 5), "weights": {k: round(w, 5) for k, w in answer.weights.items()}},
    }  # fmt: skip
    given.out.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for corpus in opened:
        print(out_of_fold(found, tried, corpus.judged))


if __name__ == "__main__":
    try:
        main()
    except TiaowenError as error:
        sys.exit(str(error))
