"""The gate of every change: the search and its real model against the committed baseline on the plan's questions.

After a change that is meant:
`tiaowen eval run --systems hybrid --no-baseline --write-gate eval/data/plan/baseline.json`
`tiaowen eval answers --split tune --write-gate eval/data/plan/answers.json`
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.answer_report import answer_report
from eval.answering import answered
from eval.corpus import OpenSet, open_corpus
from eval.files import as_json, read_json
from eval.gate import against, dropped
from eval.judgements import plan_set
from eval.report import report
from eval.run import runs
from eval.systems import Setup, setup_named
from index.configuration import Configuration, open_parts
from retriever.answers.answer import Answerer
from retriever.options import RankingOptions
from retriever.search import Mode

PLAN = Path(__file__).resolve().parents[2] / "eval" / "data" / "plan"
BASELINE = PLAN / "baseline.json"
ANSWERS = PLAN / "answers.json"


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Configuration:
    return Configuration(tmp_path_factory.mktemp("gate") / "store", models)


@pytest.fixture(scope="module")
def opened(configuration: Configuration) -> OpenSet:
    return open_corpus(plan_set(), open_parts(configuration))


def _report(opened: OpenSet, configuration: Configuration, setup: Setup) -> dict[str, Any]:
    return as_json(report(opened, [setup], list(runs(opened, [setup])), configuration))


def test_the_search_is_not_significantly_worse_than_the_committed_baseline(
    opened: OpenSet, configuration: Configuration
) -> None:
    earlier = read_json(BASELINE)
    (comparison,) = against(_report(opened, configuration, setup_named("hybrid")), earlier)
    compared = comparison.won + comparison.lost + comparison.tied
    assert compared == len(earlier["questions"]) == earlier["set"]["measured"] >= 262
    assert not dropped([comparison]), (
        f"{comparison.difference:+.4f}, p {comparison.p:.4f}: see this file's head"
    )


@pytest.mark.parametrize(
    "worse",
    [Setup("hybrid", Mode.BM25), Setup("hybrid", options=RankingOptions(bm25_weight=0.8))],
    ids=["vectors-lost", "weights-off"],
)
def test_a_degraded_search_does_not_pass(opened: OpenSet, configuration: Configuration, worse: Setup) -> None:
    (comparison,) = dropped(against(_report(opened, configuration, worse), read_json(BASELINE)))
    assert comparison.difference < -0.02 and comparison.p_holm < 0.05


@pytest.mark.parametrize(("file", "measures"), [(BASELINE, {"nDCG@10"}), (ANSWERS, {"F1", "right"})])
def test_a_baseline_tells_nothing_of_the_machine_it_was_made_on(file: Path, measures: set[str]) -> None:
    made = read_json(file)
    assert set(made) == {"format", "report", "set", "snapshot", "commit", "systems", "questions"}
    assert {key for question in made["questions"] for key in question} == {"id", *measures}
    text = file.read_text(encoding="utf-8")
    assert "/" not in text and len(text) < 75 * len(made["questions"])


@pytest.fixture(scope="module")
def tuning(configuration: Configuration) -> OpenSet:
    return open_corpus(plan_set().only("tune"), open_parts(configuration))


def test_answers_are_not_significantly_worse_than_the_committed_baseline(
    tuning: OpenSet, configuration: Configuration
) -> None:
    answerer = Answerer(tuning.searcher)
    scored = answered(tuning.judged, answerer)
    earlier = read_json(ANSWERS)
    made = as_json(answer_report(tuning, scored, answerer.threshold, configuration))
    comparisons = against(made, earlier)
    assert {c.measure for c in comparisons} == {"F1", "right"}
    assert not dropped(comparisons), f"{comparisons}: see this file's head"

    silent = [replace(s, answered=s.answered and s.confidence >= 0.8) for s in scored]
    degraded = as_json(answer_report(tuning, silent, 0.8, configuration))
    assert dropped(against(degraded, earlier)), "an answerer that keeps silent too often does not pass"
