"""Runs and judgements → what each question scores under each measure, and means over questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.judgements import EvalSet
from eval.run import Run

PRIMARY = "nDCG@10"
BIG = 1000
"""Clauses from which R@100 says something."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The values of one run, question by question."""

    run: str
    questions: tuple[str, ...]
    """Ids of the measured questions, in the set's order."""
    values: Mapping[str, Sequence[float]]
    """Measure → one value for each of `questions`."""

    def mean(self, measure: str, of: frozenset[str] | None = None) -> float:
        """Mean over the measured questions, or over those of them that are in `of`; NaN where there are none."""
        values = self.values[measure]
        if of is not None:
            values = [v for q, v in zip(self.questions, values, strict=True) if q in of]
        return float(np.mean(values)) if len(values) else float("nan")


def measure_names(clauses: int) -> list[str]:
    """The measures for a collection of that size."""
    return [PRIMARY, "RR@10", "R@1", "R@5", "R@10"] + (["R@100"] if clauses >= BIG else [])


def measured(run: Run, judged: EvalSet, names: Sequence[str]) -> Scores:
    """Measure a run with ir_measures.

    nDCG takes the grades as gains, as trec_eval does (Järvelin and Kekäläinen 2002, linear gains); the others
    count a clause as relevant from `judged.relevant_from`. A question without a ranking scores 0.
    """
    import ir_measures

    questions = tuple(q.id for q in judged.measured)
    measures = {_measure(name, judged.relevant_from): name for name in names}
    qrels = [ir_measures.Qrel(q, a, grade) for q in questions for a, grade in judged.qrels[q].items()]
    scored = [ir_measures.ScoredDoc(q, a, score) for q in questions for a, score in run.rankings.get(q, ())]
    found = {(m.query_id, measures[m.measure]): m.value
             for m in ir_measures.iter_calc(list(measures), qrels, scored)} if qrels else {}  # fmt: skip
    return Scores(
        run.name, questions, {name: [found.get((q, name), 0.0) for q in questions] for name in names}
    )


def _measure(name: str, relevant_from: int) -> Any:
    import ir_measures

    measure = ir_measures.parse_measure(name)
    return measure if name.startswith("nDCG") or relevant_from == 1 else measure(rel=relevant_from)


def groups(judged: EvalSet) -> dict[str, dict[str, frozenset[str]]]:
    """How the measured questions divide: by split, language and kind, each only where it has two values or more."""
    parted: dict[str, dict[str, set[str]]] = {"split": {}, "language": {}, "kind": {}}
    for question in judged.measured:
        for by, values in (
            ("split", [question.split]),
            ("language", [question.language]),
            ("kind", question.kinds),
        ):
            for value in filter(None, values):
                parted[by].setdefault(value, set()).add(question.id)
    return {
        by: {value: frozenset(ids) for value, ids in sorted(of.items())}
        for by, of in parted.items()
        if len(of) > 1
    }
