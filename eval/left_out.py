"""Adapters of every fold → what the search finds of questions that its adapters were fitted without.

`python -m eval.left_out ADAPTERS STORE MODELS SET`: SET is plan, fictional (their tune halves) or the BEIR folder
that the adapters learned from; ADAPTERS what `eval.fit_questions` wrote; STORE holds the set's index, made if need be.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from eval.corpus import OpenSet, open_corpus
from eval.folds import FOLDS, fitted_without, folds
from eval.judgements import EvalSet, open_set
from eval.measure import measured
from eval.run import runs
from eval.significance import interval
from eval.systems import Setup
from eval.variants import Variant
from index.configuration import Configuration, open_parts
from index.errors import TiaowenError
from retriever.search import Mode

MEASURES = ["nDCG@10", "R@10", "R@100"]


def of_fold(judged: EvalSet, fold: int) -> EvalSet:
    """The questions of one fold, in the order that `eval.taught` gives them."""
    asked = judged.questions if judged.folder is None else judged.measured
    own = folds(judged.name, [q.id for q in asked])
    return replace(judged, questions=tuple(q for q in asked if own[q.id] == fold))


def main(adapters: Path, store: Path, models: Path, name: str) -> None:
    judged = open_set(name)
    judged = judged if judged.folder else judged.only("tune")
    opened = open_corpus(judged, open_parts(Configuration(store, models)))
    setups = [
        Setup(f"{mode} {told}", mode, variant=Variant(adapters=told == "adapted"))
        for mode in (Mode.DENSE, Mode.HYBRID)
        for told in ("plain", "adapted")
    ]
    values: dict[tuple[str, str], list[float]] = {}
    for fold in range(FOLDS):
        with fitted_without(adapters, fold) as (embedder, _):
            asked = OpenSet(
                of_fold(judged, fold), opened.searcher.with_parts(embedder=embedder),
                replace(opened.parts, embedder=embedder), opened.skipped, False, 0.0,
            )  # fmt: skip
            for run in runs(asked, setups):
                scores = measured(run, asked.judged, MEASURES)
                for measure in MEASURES:
                    values.setdefault((run.name, measure), []).extend(scores.values[measure])
    for (system, measure), found in values.items():
        told = interval(found)
        print(f"{system:16} {measure:8} {told.mean:.4f}  {told.low:.3f} to {told.high:.3f}  of {len(found)}")


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__)
    for name in ("adapters", "store", "models"):
        told.add_argument(name, type=Path)
    told.add_argument("set")
    given = told.parse_args()
    try:
        main(given.adapters, given.store, given.models, given.set)
    except TiaowenError as error:
        sys.exit(str(error))
