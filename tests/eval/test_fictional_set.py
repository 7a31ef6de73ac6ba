"""The set on fictional documents: its shape, its spans, and that it opens like the plan's."""

import itertools
import json
import unicodedata
from importlib import resources

from eval.corpus import built_in_sources
from eval.judgements import FICTIONAL, PLAN, EvalQuestion, open_set
from index.structure.split import split

BLIND = "h"
"""First letter of the questions that nobody fits on and nobody who fits has read."""


def _bigrams(question: EvalQuestion) -> frozenset[str]:
    letters = "".join(c for c in unicodedata.normalize("NFKC", question.text).lower() if c.isalnum())
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def test_every_span_is_verbatim_in_a_relevant_clause_and_some_clause_answers_alone() -> None:
    judged = open_set(FICTIONAL)
    clauses = {c.address: c for source in built_in_sources(FICTIONAL) for c in split(source).clauses}
    assert len(clauses) == 938
    for question in judged.questions:
        assert question.answerable == bool(question.spans) == bool(judged.relevant(question.id))
        assert set(judged.qrels[question.id]) <= set(clauses), question.id
        for span in question.spans:
            assert clauses[span.address].text.count(span.text) == 1, (question.id, span.text)
            assert judged.qrels[question.id][span.address] >= 2
        if question.answerable:
            assert 3 in judged.qrels[question.id].values(), question.id


def test_three_documents_are_held_out_whole() -> None:
    judged = open_set(FICTIONAL)
    parts = {name: judged.only(name).questions for name in ("tune", "test")}
    assert {name: len(part) for name, part in parts.items()} == {"tune": 1702, "test": 219}
    documents = {
        name: {address.split("#")[0] for q in part for address in judged.qrels[q.id]}
        for name, part in parts.items()
    }
    assert len(documents["test"]) == 3
    assert documents["tune"].isdisjoint(documents["test"])
    assert {q.id[0] for q in parts["tune"]}.isdisjoint(BLIND)


def test_a_third_cannot_be_answered_in_every_language_and_split() -> None:
    judged = open_set(FICTIONAL)
    for name, language in itertools.product(("tune", "test"), ("zh-Hans", "zh-Hant", "en")):
        asked = [q for q in judged.only(name).questions if q.language == language]
        unanswerable = sum(not q.answerable for q in asked)
        assert len(asked) / 4 < unanswerable < len(asked) / 1.8, (name, language)


def test_no_question_of_a_test_half_is_a_near_duplicate_of_one_to_fit_on() -> None:
    questions = [q for name in (PLAN, FICTIONAL) for q in open_set(name).questions]
    grams = {
        split_name: [(q.id, _bigrams(q)) for q in questions if q.split == split_name]
        for split_name in ("tune", "test")
    }
    for (one, left), (other, right) in itertools.product(grams["tune"], grams["test"]):
        assert len(left & right) < 0.5 * len(left | right), (one, other)


def test_questions_have_the_fields_of_the_plan_without_persona() -> None:
    folder = resources.files("eval").joinpath("data")
    names = {
        name: set(json.loads(folder.joinpath(name, "questions.jsonl").read_text("utf-8").splitlines()[0]))
        for name in (PLAN, FICTIONAL)
    }
    assert names[FICTIONAL] == names[PLAN] - {"persona"}


def test_the_documents_come_with_the_package() -> None:
    names = {entry.name for entry in resources.files("eval").joinpath("data/fictional").iterdir()}
    assert {source.name for source in built_in_sources(FICTIONAL)} == {n for n in names if n.endswith(".txt")}
