"""Spans, abstention and the report on answers against values worked out by hand."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from eval.abstention import auroc, calibration, operating
from eval.answer_report import answer_report
from eval.answering import answered
from eval.corpus import OpenSet, open_corpus
from eval.files import as_json, write_gate
from eval.gate import against, dropped
from eval.html import write_html
from eval.judgements import EvalError, EvalQuestion, EvalSet, plan_set
from eval.spans import Span, best_f1, exact, statements, token_f1, tokens, whole_f1
from index.configuration import Configuration, Parts
from index.errors import QuestionError
from retriever.answers.answer import Answerer


def test_han_characters_are_tokens_and_other_words_and_numbers_are_whole() -> None:
    assert tokens("达到4.8%，PCT专利 25,000件") == ["达", "到", "4.8%", "pct", "专", "利", "25,000", "件"]
    assert tokens("ＰＣＴ（２０２５年）") == ["pct", "2025", "年"]
    assert tokens("，。 ") == []


def test_token_f1_is_that_of_the_bags() -> None:
    assert token_f1(tokens("甲乙丙丁"), tokens("乙丙")) == pytest.approx(2 * 2 / 6)
    assert token_f1(tokens("甲甲"), tokens("甲")) == pytest.approx(2 / 3)
    assert token_f1([], ["甲"]) == 0.0
    assert token_f1(["乙"], ["甲"]) == 0.0


COPIES = (Span("a", "到2025年研发投入占比达到4.8%"), Span("b", "到2025年，研发投入占比达到4.8%"))
TWO = (Span("a", "开展证券化"), Span("b", "设立引导基金"))


def test_copies_of_a_statement_are_alternatives_and_not_both_wanted() -> None:
    assert [len(copies) for copies in statements([*COPIES, *TWO])] == [2, 1, 1]
    one = [COPIES[1].text]
    assert best_f1(one, COPIES, []) == whole_f1(one, COPIES) == 1.0
    assert exact([COPIES[0].text, COPIES[1].text], COPIES, []), "quoting both copies says one thing"


def test_a_span_answers_alone_only_where_its_clause_does() -> None:
    assert best_f1(["开展证券化"], TWO, complete=["a"]) == 1.0
    assert (
        best_f1(["开展证券化"], TWO, complete=[])
        == whole_f1(["开展证券化"], TWO)
        == pytest.approx(2 * 5 / 16)
    )
    assert best_f1(["开展证券化", "设立引导基金"], TWO, complete=["a"]) == 1.0
    assert exact(["开展证券化。"], TWO, ["a"]) and not exact(["开展证券化"], TWO, [])


def test_auroc_counts_pairs_and_halves_ties() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert math.isnan(auroc([], [0.1]))


def test_false_answers_are_told_where_a_share_is_answered() -> None:
    point = operating([0.9, 0.8, 0.7, 0.2], [0.95, 0.75, 0.6, 0.1, 0.0], 0.75)
    assert (point.threshold, point.answered, point.false_answers) == (0.7, 0.75, 0.4)
    assert operating([0.9, 0.8, 0.7, 0.2], [0.3, 0.1], 0.92).threshold == 0.2
    assert operating([0.5, 0.5], [0.5], 0.5).answered == 1.0, "like confidences cannot be parted"


def test_calibration_weighs_bins_by_their_questions() -> None:
    made = calibration([0.05, 0.95, 0.95, 1.0], [False, True, False, True])
    assert [(b.questions, b.right) for b in made.bins] == [(1, 0.0), (3, pytest.approx(2 / 3))]
    assert made.ece == pytest.approx((0.05 + 3 * abs(2.9 / 3 - 2 / 3)) / 4)
    assert made.brier == pytest.approx((0.05**2 + 0.05**2 + 0.95**2 + 0) / 4)


@dataclass
class Scripted:
    """Answers as told: text → (confidence, [(address, quote)])."""

    told: dict[str, tuple[float, list[tuple[str, str]]]]
    threshold: float = 0.5
    asked: list[float | None] = field(default_factory=list)

    def answer(self, text: str, *, threshold: float | None = None) -> Any:
        self.asked.append(threshold)
        if text not in self.told:
            raise QuestionError("blank")
        confidence, quotes = self.told[text]
        citations = [SimpleNamespace(quote=q, clause=SimpleNamespace(address=a)) for a, q in quotes]
        return SimpleNamespace(citations=citations, confidence=confidence)


QUESTIONS = (
    EvalQuestion("1", "对", ("list",), "zh-Hans", "tune", True, (Span("a", "设立引导基金"),)),
    EvalQuestion("2", "错", ("list",), "zh-Hans", "tune", True, (Span("b", "开展证券化"),)),
    EvalQuestion("3", "沉默", (), "en", "tune", True, (Span("b", "开展证券化"),)),
    EvalQuestion("4", "无", ("near-miss-year",), "zh-Hans", "tune", False),
    EvalQuestion("5", "假", ("near-miss-city",), "zh-Hans", "tune", False),
    EvalQuestion("6", "？", ("off-topic",), "zh-Hans", "tune", False),
)
QRELS = {"1": {"a": 3, "c": 1}, "2": {"b": 3}, "3": {"b": 3}}
JUDGED = EvalSet("own", QUESTIONS, QRELS, relevant_from=2)
TOLD = {
    "对": (0.9, [("a", "设立引导基金"), ("c", "其他")]),
    "错": (0.8, [("c", "其他")]),
    "沉默": (0.3, [("b", "开展证券化")]),
    "无": (0.1, [("a", "设立引导基金")]),
    "假": (0.6, [("a", "设立引导基金")]),
}


def test_each_question_is_scored_as_it_would_be_served() -> None:
    answerer = Scripted(TOLD)
    right, wrong, silent, kept, false, refused = answered(JUDGED, answerer)
    assert set(answerer.asked) == {0.0}, "quotes are wanted also where the threshold holds them back"
    assert (right.answered, right.right, right.precision, right.recall) == (True, True, 0.5, 1.0)
    assert right.f1 == pytest.approx(2 * 6 / 14)
    assert (wrong.answered, wrong.right, wrong.f1) == (True, False, 0.0)
    assert (silent.answered, silent.right, silent.f1) == (False, False, 1.0)
    assert [s.right for s in (kept, false, refused)] == [True, False, True]


@pytest.fixture
def opened(parts: Parts) -> OpenSet:
    return open_corpus(plan_set().only(limit=20), parts)


def test_the_report_sums_up_what_was_scored(opened: OpenSet, tmp_path: Path) -> None:
    scored = answered(JUDGED, Scripted(TOLD))
    made = answer_report(opened, scored, 0.5, Configuration(opened.parts.store.path, tmp_path))
    means = {name: value.mean for name, value in made.measures.items()}
    assert means == {
        "coverage": pytest.approx(2 / 3), "false answers": pytest.approx(1 / 3), "right clause": 0.5,
        "F1": pytest.approx(3 / 7), "F1 of all statements": pytest.approx(3 / 7), "exact": 0.0,
        "citation precision": 0.25, "citation recall": 0.5, "F1, silence 0": pytest.approx(2 / 7), "served": 0.5,
    }  # fmt: skip
    assert made.auroc == pytest.approx(8 / 9)
    groups = {group.value: group for group in made.groups}
    assert groups["near-miss-city"].false_answers == 1.0 and groups["near-miss-year"].false_answers == 0.0
    assert groups["near-miss-city"].auroc == pytest.approx(2 / 3) and math.isnan(
        groups["near-miss-city"].coverage
    )
    values = as_json(made)
    write_html(tmp_path / "answers.html", values)
    page = (tmp_path / "answers.html").read_text(encoding="utf-8")
    assert "near-miss-city" in page and f"{made.auroc:.4f}" in page and "<circle" in page


def test_the_gate_fails_where_answers_become_significantly_worse(opened: OpenSet, tmp_path: Path) -> None:
    many = EvalSet("own", tuple(
        EvalQuestion(f"{q.id}{i}", q.text, q.kinds, q.language, q.split, q.answerable, q.spans)
        for i in range(12) for q in QUESTIONS
    ), {f"{q}{i}": grades for i in range(12) for q, grades in QRELS.items()}, relevant_from=2)  # fmt: skip
    configuration = Configuration(opened.parts.store.path, tmp_path)
    silenced = {**TOLD, "对": (0.4, TOLD["对"][1])}
    before, same, after = (
        as_json(answer_report(opened, answered(many, Scripted(told)), 0.5, configuration))
        for told in (TOLD, TOLD, silenced)
    )
    write_gate(tmp_path / "gate.json", before)
    earlier = json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))
    assert dropped(against(same, earlier)) == []
    worse = dropped(against(after, earlier))
    assert {c.measure for c in worse} == {"F1", "right"} and all(c.lost == 12 for c in worse)


def test_the_served_answerer_is_measured_as_it_answers(opened: OpenSet) -> None:
    answerer = Answerer(opened.searcher)
    for s in answered(opened.judged, answerer)[:10]:
        served = answerer.answer(s.question.text)
        assert served.abstained is not s.answered
        assert served.confidence == pytest.approx(s.confidence)
        if s.answered:
            assert tuple(c.quote for c in served.citations) == s.quotes


def test_a_set_without_marked_answers_is_refused() -> None:
    with pytest.raises(EvalError, match="marks no words that answer"):
        answered(EvalSet("x", (EvalQuestion("1", "甲"),), {}), Scripted(TOLD))
