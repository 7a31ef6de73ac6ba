"""Runs hold the very ranking that is served; TREC files give it back."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from eval.corpus import open_corpus
from eval.judgements import EvalError, beir_set, plan_set
from eval.run import Run, distinct, runs
from eval.systems import SYSTEMS, Setup, setup_named, systems_named
from eval.trec import read_qrels, read_run, write_qrels, write_run
from index.configuration import Parts
from retriever.search import Mode


def test_a_run_holds_what_a_search_returns(parts: Parts) -> None:
    opened = open_corpus(plan_set().only(limit=12), parts)
    for run in runs(opened, [setup_named(mode.value) for mode in Mode]):
        for question in opened.judged.questions:
            served = opened.searcher.search(question.text, top_k=25, mode=Mode(run.name)).clauses
            assert [a for a, _ in run.rankings[question.id]] == [r.clause.address for r in served]
            scores = [score for _, score in run.rankings[question.id]]
            assert scores == pytest.approx([r.score for r in served], rel=1e-5)
            assert run.milliseconds[question.id] > 0


def test_every_system_answers_every_question(beir, parts: Parts) -> None:
    opened = open_corpus(beir_set(beir()), parts)
    seen = []
    done = list(runs(opened, systems_named(",".join(SYSTEMS)), advance=lambda *call: seen.append(call)))
    assert [run.name for run in done] == list(SYSTEMS)
    assert all(set(run.rankings) == {"1", "2"} for run in done)
    assert ("hybrid", 2, 2) in seen


def _names(setups: list[Setup]) -> list[str]:
    return [setup.name for setup in setups]


def test_systems_are_named_once_with_the_baseline_first_and_unknown_ones_refused() -> None:
    assert _names(systems_named("hybrid, dense,hybrid")) == ["rank-bm25", "hybrid", "dense"]
    assert _names(systems_named("hybrid,rank-bm25", baseline=False)) == ["hybrid"]
    with pytest.raises(EvalError, match="unknown system 'colbert'; the systems are rank-bm25, hybrid"):
        systems_named("colbert")
    with pytest.raises(EvalError, match="no system to run; name some of hybrid"):
        systems_named(" ", baseline=False)


def test_a_question_that_search_refuses_scores_nothing_and_is_named(beir, parts: Parts) -> None:
    queries = [{"_id": "1", "text": "？？"}, {"_id": "2", "text": "工作许可"}]
    opened = open_corpus(beir_set(beir(queries=queries)), parts)
    (run,) = runs(opened, [setup_named("hybrid")])
    assert run.refused == ("1",)
    assert run.rankings["1"] == [] and run.rankings["2"]


def test_depth_cuts_the_ranking(parts: Parts) -> None:
    opened = open_corpus(plan_set().only(limit=1), parts)
    (run,) = runs(opened, [setup_named("dense")], depth=3)
    assert len(run.rankings["p001"]) == 3


def test_tied_scores_are_parted_in_the_order_that_was_served() -> None:
    ranking = distinct([("b", 0.5), ("c", 0.5), ("a", 0.5), ("d", 0.1)])
    assert [address for address, _ in ranking] == ["b", "c", "a", "d"]
    assert all(left > right for (_, left), (_, right) in pairwise(ranking))
    assert all(np.float32(score) == score for _, score in ranking)
    assert ranking[2][1] == pytest.approx(0.5)


def test_a_run_survives_a_trec_file_to_the_last_bit(tmp_path: Path) -> None:
    run = Run("hybrid", {"q1": distinct([("文〔2020〕1号#二/（四）", 1 / 3), ("b", 1 / 3), ("a", 0.1)]),
                         "q2": distinct([("a", -0.25)])}, {})  # fmt: skip
    write_run(tmp_path / "hybrid.run", run)
    again = read_run(tmp_path / "hybrid.run")
    assert again == run
    assert (tmp_path / "hybrid.run").read_text(encoding="utf-8").splitlines()[0] == (
        "q1 Q0 文〔2020〕1号#二/（四） 1 0.333333343 hybrid"
    )


def test_the_score_of_a_foreign_run_gives_the_order_as_in_trec_eval(tmp_path: Path) -> None:
    (tmp_path / "x.run").write_text("q Q0 a 1 0.5 x\nq Q0 b 2 0.9 x\nq Q0 c 3 0.5 x\n")
    assert [address for address, _ in read_run(tmp_path / "x.run").rankings["q"]] == ["b", "c", "a"]


def test_qrels_survive_a_trec_file(tmp_path: Path) -> None:
    qrels = plan_set().qrels
    write_qrels(tmp_path / "qrels.txt", qrels)
    assert read_qrels(tmp_path / "qrels.txt") == {q: grades for q, grades in qrels.items() if grades}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q Q0 a 1 0.5\n", "run:1: expected 6 columns, found 5"),
        ("q Q0 a 1 high x\n", "run:1: the score 'high'"),
    ],
)
def test_a_damaged_run_is_refused_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "x.run").write_text(line)
    with pytest.raises(EvalError, match=message):
        read_run(tmp_path / "x.run")


def test_a_missing_run_and_an_address_with_a_blank_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="cannot open"):
        read_run(tmp_path / "absent.run")
    with pytest.raises(EvalError, match="holds a blank"):
        write_run(tmp_path / "x.run", Run("x", {"q": [("a b", 1.0)]}, {}))
