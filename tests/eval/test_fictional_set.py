"""The set on fictional documents: its shape, its spans, and that it opens like the plan's."""

from importlib import resources

from eval.corpus import built_in_sources
from eval.judgements import FICTIONAL, open_set
from index.structure.split import split


def test_every_span_is_verbatim_in_the_one_clause_that_answers() -> None:
    judged = open_set(FICTIONAL)
    clauses = {c.address: c for source in built_in_sources(FICTIONAL) for c in split(source).clauses}
    assert len(clauses) == 65
    for question in judged.questions:
        assert question.answerable == bool(question.spans) == bool(judged.relevant(question.id))
        for span in question.spans:
            assert clauses[span.address].text.count(span.text) == 1, (question.id, span.text)
            assert judged.qrels[question.id][span.address] == 3


def test_half_of_the_questions_cannot_be_answered_and_one_document_is_held_out() -> None:
    judged = open_set(FICTIONAL)
    assert len(judged.questions) == 120
    for split_name, count in (("tune", 80), ("test", 40)):
        part = judged.only(split_name).questions
        assert len(part) == count == 2 * sum(q.answerable for q in part)
    held_out = {a for q in judged.only("test").questions for a in judged.qrels[q.id]}
    assert {address.split("#")[0] for address in held_out} == {"临政发〔2030〕7号"}


def test_the_documents_come_with_the_package() -> None:
    names = {entry.name for entry in resources.files("eval").joinpath("data/fictional").iterdir()}
    assert {source.name for source in built_in_sources(FICTIONAL)} == {n for n in names if n.endswith(".txt")}
