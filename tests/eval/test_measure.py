"""Measures against values worked out by hand and against trec_eval's own code (pytrec_eval)."""

import math
import random
from pathlib import Path

import pytest

from eval.compare import diff
from eval.judgements import EvalQuestion, EvalSet
from eval.measure import groups, measure_names, measured
from eval.run import Run, distinct
from eval.trec import read_run, write_run

QUESTIONS = (
    EvalQuestion("q1", "甲", ("list",), "zh-Hans", "tune"),
    EvalQuestion("q2", "乙", ("list", "english"), "en", "test"),
    EvalQuestion("q3", "丙", (), "en", "test", answerable=False),
    EvalQuestion("q4", "丁", (), "en", "test"),
)
QRELS = {"q1": {"a": 3, "b": 2, "c": 1}, "q2": {"d": 3}, "q3": {}, "q4": {"e": 1}}
JUDGED = EvalSet("hand", QUESTIONS, QRELS, relevant_from=2)


def _run(name: str, **rankings: str) -> Run:
    return Run(
        name, {q: [(a, 1.0 - rank / 10) for rank, a in enumerate(of)] for q, of in rankings.items()}, {}
    )


def test_values_are_those_worked_out_by_hand() -> None:
    scores = measured(_run("x", q1="xcab", q2="xyz"), JUDGED, ["nDCG@10", "RR@10", "R@1", "R@5"])
    # q1 finds c (1) at rank 2, a (3) at 3, b (2) at 4; ideal is 3, 2, 1. RR and R know only a and b.
    dcg = 1 / math.log2(3) + 3 / math.log2(4) + 2 / math.log2(5)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert scores.questions == ("q1", "q2")
    assert scores.values["nDCG@10"] == pytest.approx([dcg / ideal, 0])
    assert scores.values["RR@10"] == pytest.approx([1 / 3, 0])
    assert scores.values["R@1"] == [0, 0]
    assert scores.values["R@5"] == [1, 0]
    assert scores.mean("RR@10") == pytest.approx(1 / 6)
    assert scores.mean("RR@10", frozenset({"q1"})) == pytest.approx(1 / 3)
    assert math.isnan(scores.mean("RR@10", frozenset({"q9"})))


def test_only_questions_with_a_relevant_clause_are_measured() -> None:
    assert [q.id for q in JUDGED.measured] == ["q1", "q2"]  # q3 is unanswerable, q4 has only a grade of 1
    assert measured(_run("x"), JUDGED, ["nDCG@10"]).values["nDCG@10"] == [0, 0]


def test_a_set_without_a_measured_question_gives_no_values() -> None:
    empty = EvalSet("empty", QUESTIONS[2:], QRELS, 2)
    assert measured(_run("x", q3="a"), empty, ["nDCG@10"]).values == {"nDCG@10": []}


def test_a_run_from_a_trec_file_scores_in_trec_eval_what_we_report(tmp_path: Path) -> None:
    import pytrec_eval

    random.seed(7)
    clauses = [f"c{i:03}" for i in range(150)]
    questions = tuple(EvalQuestion(f"q{i}", "?") for i in range(30))
    qrels = {q.id: {c: random.randint(0, 3) for c in random.sample(clauses, 20)} for q in questions}
    judged = EvalSet("random", questions, qrels)
    # Many ties, whose order trec_eval would turn round if the scores did not part them.
    rankings = {q.id: distinct(sorted([(c, random.randint(0, 9) / 10) for c in clauses], key=lambda p: -p[1]))
                for q in questions}  # fmt: skip
    write_run(tmp_path / "x.run", Run("x", rankings, {}))
    names = ["nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10"]
    ours = measured(Run("x", rankings, {}), judged, names)
    assert measured(read_run(tmp_path / "x.run"), judged, names) == ours

    columns = [line.split() for line in (tmp_path / "x.run").read_text().splitlines()]
    found: dict[str, dict[str, float]] = {}
    for question, _, clause, _, score, _ in columns:
        found.setdefault(question, {})[clause] = float(score)
    trec = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10", "recall.1,5,10,100", "recip_rank"})
    expected = trec.evaluate(found)
    for name, theirs in [("nDCG@10", "ndcg_cut_10"), *((f"R@{k}", f"recall_{k}") for k in (1, 5, 10, 100))]:
        assert ours.values[name] == pytest.approx([expected[q][theirs] for q in ours.questions]), name
        assert sum(ours.values[name]) > 0
    cut = [r if (r := expected[q]["recip_rank"]) >= 0.1 else 0 for q in ours.questions]
    assert ours.values["RR@10"] == pytest.approx(cut)


def test_recall_at_100_is_measured_where_the_collection_is_big() -> None:
    assert "R@100" not in measure_names(25)
    assert measure_names(58_654)[-1] == "R@100"


def test_groups_hold_the_measured_questions_of_each_value() -> None:
    assert groups(JUDGED) == {
        "split": {"test": {"q2"}, "tune": {"q1"}},
        "language": {"en": {"q2"}, "zh-Hans": {"q1"}},
        "kind": {"english": {"q2"}, "list": {"q1", "q2"}},
    }


def test_a_diff_shows_the_greatest_change_first_with_ranks_and_wrong_firsts() -> None:
    before, after = _run("old", q1="acb", q2="xyz"), _run("new", q1="cab", q2="d")
    comparison, changed = diff(before, after, JUDGED)
    assert (comparison.won, comparison.lost, comparison.tied) == (1, 1, 0)
    assert [d.question.id for d in changed] == ["q2", "q1"]
    assert changed[0].change == 1.0
    assert changed[0].ranks == [("d", 3, None, 1)]
    assert (changed[0].before_first, changed[0].after_first) == ("x", "d")
    assert changed[1].ranks == [("a", 3, 1, 2), ("b", 2, 3, 3)]
