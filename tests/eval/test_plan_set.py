"""The plan's question set: its shape, its counts, its spans and its second judging."""

import itertools
import json
import math
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index.readers.registry import read
from index.structure.split import split

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "index" / "data" / "plan.txt"
FOLDER = ROOT / "eval" / "data" / "plan"
DOCUMENT = "国科发区〔2020〕187号"

OPENINGS = {
    "通知/第1段": "为贯彻落实《中共中央 国务院关于支持深圳建设",
    "引言/第1段": "为贯彻落实《中共中央 国务院关于支持深圳建设",
    "一/第1段": "以习近平新时代",
    "二/第1段": "支持深圳对标",
    "二/（一）": "支持深圳强化产学研",
    "二/（二）": "支持深圳建设光明科学城",
    "二/（三）": "支持深圳建设全球海洋中心城市",
    "二/（四）": "（四）",
    "三/第1段": "统筹推进基础研究",
    "三/（五）": "支持深圳创新主体",
    "三/（六）": "支持深圳强化关键核心技术攻关",
    "三/（七）": "（七）",
    "四/第1段": "加快构建绿色技术",
    "四/（八）": "研究制定绿色技术",
    "四/（九）": "支持深圳高校",
    "四/（十）": "支持深圳在绿色技术领域",
    "四/（十一）": "（十一）",
    "五/第1段": "以系统推进全面创新改革",
    "五/（十二）": "支持深圳制定新型研发机构",
    "五/（十三）": "支持深圳开展知识产权证券化",
    "五/（十四）": "支持深圳建设知识产权和",
    "五/（十五）": "（十五）",
    "六/第1段": "建立部市会商",
    "六/第2段": "深圳市要充分发挥",
    "六/第3段": "科技部将会同",
}
"""Where each clause begins, read off the plan by a person; the order is the plan's."""

ANSWERABLE_KINDS = {
    "target-figure", "responsible-body", "paraphrase", "place-name", "english", "traditional", "multi-clause",
    "deadline", "definition", "list", "yes-no", "keyword", "typo", "abbreviation", "number-form",
}  # fmt: skip
UNANSWERABLE_KINDS = {"near-miss-year", "near-miss-city", "near-miss-thing", "off-topic"}
LANGUAGES = {"zh-Hans", "zh-Hant", "en"}
PERSONAS = {"clerk", "journalist", "hk-researcher", "investor", "civil-servant"}
FIELDS = {
    "id", "text", "kinds", "persona", "language", "split", "answerable", "judgements", "answer",
}  # fmt: skip

Record = dict[str, Any]


def _lines(name: str) -> list[Record]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def questions() -> list[Record]:
    return _lines("questions.jsonl")


@pytest.fixture(scope="module")
def second() -> list[Record]:
    return _lines("second-judging.jsonl")


@pytest.fixture(scope="module")
def clauses() -> dict[str, str]:
    """Address → text of its paragraph, found by the paragraph's opening words, in the plan's order."""
    paragraphs = iter(line.strip() for line in PLAN.read_text(encoding="utf-8").splitlines())
    return {
        f"{DOCUMENT}#{address}": next(line for line in paragraphs if line.startswith(opening))
        for address, opening in OPENINGS.items()
    }


def _bigrams(text: str) -> set[str]:
    letters = "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def test_every_question_has_the_same_fields_and_known_values(questions: list[Record]) -> None:
    for question in questions:
        assert set(question) == FIELDS, question["id"]
        assert question["text"] == question["text"].strip() != ""
        assert question["language"] in LANGUAGES
        assert question["persona"] in PERSONAS
        assert question["split"] in {"tune", "test"}
        assert len(question["kinds"]) == len(set(question["kinds"])) > 0
        assert ("english" in question["kinds"]) == (question["language"] == "en")
        assert ("traditional" in question["kinds"]) == (question["language"] == "zh-Hant")


def test_ids_are_unique_and_in_order(questions: list[Record]) -> None:
    # Those added for fitting come last: a limit takes the first questions, and most of the added ones have no answer.
    ids = [question["id"] for question in questions]
    assert ids == sorted(set(ids), key=lambda id_: (not id_.startswith("p"), id_))


def test_no_question_is_a_near_duplicate_of_another(questions: list[Record]) -> None:
    bigrams = [(question["id"], _bigrams(question["text"])) for question in questions]
    for (one, left), (other, right) in itertools.combinations(bigrams, 2):
        assert len(left & right) < 0.5 * len(left | right), (one, other)


def test_the_set_is_as_large_and_as_varied_as_promised(questions: list[Record]) -> None:
    count = Counter(kind for question in questions for kind in question["kinds"])
    answerable = [question for question in questions if question["answerable"]]
    assert len(questions) >= 240
    assert len(answerable) >= 195
    assert len(questions) - len(answerable) >= 45
    assert sum(count[kind] for kind in UNANSWERABLE_KINDS if kind.startswith("near-miss")) >= 25
    assert all(count[kind] >= 5 for kind in ANSWERABLE_KINDS | UNANSWERABLE_KINDS), count
    language = Counter(question["language"] for question in questions)
    assert language["zh-Hant"] >= 0.1 * len(questions)
    assert language["en"] >= 0.1 * len(questions)


def test_every_clause_answers_at_least_five_questions(
    questions: list[Record], clauses: dict[str, str]
) -> None:
    served = Counter(
        address for question in questions for address, grade in question["judgements"].items() if grade == 3
    )
    assert all(served[address] >= 5 for address in clauses), served


def test_the_splits_are_halves_of_the_whole_and_of_every_kind(questions: list[Record]) -> None:
    drawn = [question for question in questions if question["id"].startswith("p")]
    tune = [question for question in drawn if question["split"] == "tune"]
    assert abs(2 * len(tune) - len(drawn)) <= 0.05 * len(drawn)
    whole = Counter(kind for question in drawn for kind in question["kinds"])
    half = Counter(kind for question in tune for kind in question["kinds"])
    for kind, count in whole.items():
        assert abs(2 * half[kind] - count) <= max(3, 0.15 * count), kind


def test_questions_added_for_fitting_are_never_tested_on(questions: list[Record]) -> None:
    added = [question for question in questions if not question["id"].startswith("p")]
    assert len(added) >= 264
    assert {question["split"] for question in added} == {"tune"}


def test_judgements_are_grades_of_clauses_of_the_plan(
    questions: list[Record], second: list[Record], clauses: dict[str, str]
) -> None:
    for record in questions + second:
        assert set(record["judgements"]) <= set(clauses), record["id"]
        assert set(record["judgements"].values()) <= {1, 2, 3}, record["id"]


def test_an_answerable_question_has_a_clause_that_answers_and_a_span(questions: list[Record]) -> None:
    for question in questions:
        if question["answerable"]:
            assert 3 in question["judgements"].values(), question["id"]
            assert 1 <= len(question["answer"]) <= 3, question["id"]
            assert set(question["kinds"]) <= ANSWERABLE_KINDS, question["id"]


def test_an_unanswerable_question_has_no_judgement_and_no_span(questions: list[Record]) -> None:
    for question in questions:
        if not question["answerable"]:
            assert question["judgements"] == {}, question["id"]
            assert question["answer"] == [], question["id"]
            kinds = set(question["kinds"]) - {"english", "traditional"}
            assert "unanswerable" in kinds, question["id"]
            assert len(kinds & UNANSWERABLE_KINDS) == len(kinds) - 1 == 1, question["id"]


def test_every_span_is_verbatim_in_a_clause_that_answers(
    questions: list[Record], clauses: dict[str, str]
) -> None:
    order = list(clauses)
    for question in questions:
        spans = question["answer"]
        for span in spans:
            assert span["text"] in clauses[span["address"]], (question["id"], span["text"])
            assert span["text"][-1] not in "，。、；", (question["id"], span["text"])
            assert question["judgements"][span["address"]] >= 2, question["id"]
        places = [order.index(span["address"]) for span in spans]
        assert places == sorted(places), question["id"]


def test_a_multi_clause_question_is_one_with_several_answering_clauses(questions: list[Record]) -> None:
    notice, preamble = f"{DOCUMENT}#通知/第1段", f"{DOCUMENT}#引言/第1段"
    for question in questions:
        answering = {
            preamble if address == notice else address
            for address, grade in question["judgements"].items()
            if grade >= 2
        }
        assert (len(answering) > 1) == ("multi-clause" in question["kinds"]), question["id"]


def test_the_addresses_are_those_the_splitter_gives(clauses: dict[str, str]) -> None:
    found = split(read(PLAN)).clauses
    assert [clause.address for clause in found] == list(clauses)
    for clause in found:
        assert clause.text.strip() == clauses[clause.address]


def test_the_second_judging_is_of_known_questions_of_both_sorts(
    questions: list[Record], second: list[Record]
) -> None:
    answerable = {question["id"]: question["answerable"] for question in questions}
    ids = [record["id"] for record in second]
    assert len(ids) == len(set(ids)) >= 60
    assert set(ids) <= set(answerable)
    assert {answerable[id_] for id_ in ids} == {True, False}


def test_the_two_judgings_agree(
    questions: list[Record], second: list[Record], clauses: dict[str, str]
) -> None:
    first = {question["id"]: question["judgements"] for question in questions}
    pairs = [
        (first[record["id"]].get(address, 0), record["judgements"].get(address, 0))
        for record in second
        for address in clauses
    ]
    assert _linear_kappa(pairs) >= 0.9


def _linear_kappa(pairs: list[tuple[int, int]]) -> float:
    """Cohen's kappa with linear weights (Cohen 1968): 1 - observed over expected distance."""
    observed = math.fsum(abs(a - b) for a, b in pairs) / len(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = math.fsum(abs(a - b) * left[a] * right[b] for a in left for b in right) / len(pairs) ** 2
    return 1 - observed / expected


def test_the_kappa_in_the_test_is_cohens() -> None:
    # Hand-worked: 2 × 2 table 20, 5 / 10, 15 has observed agreement 0.7 and chance agreement 0.5.
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert _linear_kappa(pairs) == pytest.approx(0.4)
