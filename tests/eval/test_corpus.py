"""A set's corpus becomes an index of exactly that corpus, and never replaces anything else."""

import pytest

from eval.corpus import BEIR_SPLITTER, BeirCorpus, clause_texts, open_corpus, split_entries
from eval.judgements import EvalError, beir_set, plan_set
from index.build import build
from index.configuration import Parts
from index.document import Paragraph, Source
from index.fingerprints import SPLITTER
from index.structure.check import check


@pytest.mark.parametrize("gz", [False, True])
def test_a_beir_corpus_is_indexed_by_the_ids_of_its_entries(beir, parts: Parts, gz: bool) -> None:
    opened = open_corpus(beir_set(beir(gz=gz)), parts)
    index = opened.searcher.index
    assert index.catalogue.addresses() == ["a", "b", "c", "e"]
    assert (opened.skipped, opened.built, index.manifest.splitter) == (1, True, BEIR_SPLITTER)
    assert index.catalogue.clause("e").text == "外国人才可以申请工作许可，任期不超过五年。"
    assert index.catalogue.clause("b").citation == "科技条例第二条"


def test_articles_of_one_law_are_clauses_of_one_document(beir, parts: Parts) -> None:
    catalogue = open_corpus(beir_set(beir()), parts).searcher.index.catalogue
    assert [(d.title, d.clauses) for d in catalogue.documents()] == [("科技条例", 3), ("", 1)]
    assert [clause.address for clause in catalogue.clauses_of("a")] == ["a", "b", "c"]


def test_a_second_opening_builds_nothing(beir, parts: Parts) -> None:
    judged = beir_set(beir())
    first = open_corpus(judged, parts)
    second = open_corpus(judged, parts)
    assert not second.built
    assert second.searcher.index.manifest.id == first.searcher.index.manifest.id


def test_the_split_of_entries_keeps_the_rules_of_clauses(beir) -> None:
    corpus = [{"_id": i, "title": f"条例第{i}条", "text": "第一条\n市政府设立专项资金。"} for i in "一二"]
    (source,) = BeirCorpus(beir(corpus=corpus))
    assert check(split_entries(source)) == []


def test_the_plan_set_is_asked_of_the_plan_alone(parts: Parts) -> None:
    opened = open_corpus(plan_set(), parts)
    assert opened.searcher.index.manifest.clauses == 25
    assert opened.searcher.index.manifest.splitter == SPLITTER
    assert not open_corpus(plan_set(), parts).built


def test_a_store_that_holds_other_documents_is_left_alone(beir, parts: Parts) -> None:
    text = "第一条 本条例自2024年1月1日起施行。"
    build([Source("own.txt", "text", text, (Paragraph(0, len(text)),))], parts)
    before = parts.store.current()
    for judged in (plan_set(), beir_set(beir())):
        with pytest.raises(EvalError, match="name another folder with --store"):
            open_corpus(judged, parts)
    assert parts.store.current() == before


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        (
            [{"_id": "a", "text": "甲"}, {"_id": "a", "text": "乙"}],
            "jsonl:2: the clause id 'a' was used before",
        ),
        ([{"_id": "a", "title": "甲"}], "jsonl:1: the line has no 'text'"),
        ([{"text": "甲"}], "jsonl:1: the line has no '_id'"),
    ],
)
def test_a_damaged_corpus_is_refused_with_its_line(beir, corpus, message: str) -> None:
    with pytest.raises(EvalError, match=message):
        list(BeirCorpus(beir(corpus=corpus)))


def test_a_folder_without_a_corpus_is_refused(beir) -> None:
    folder = beir()
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(EvalError, match=r"neither corpus\.jsonl nor corpus\.jsonl\.gz"):
        list(BeirCorpus(folder))


def test_a_missing_title_and_a_number_as_id_are_taken(beir) -> None:
    (source,) = BeirCorpus(beir(corpus=[{"_id": 7, "text": "甲"}]))
    clause = split_entries(source).clauses[0]
    assert (clause.address, clause.citation) == ("7", "7")


def test_texts_are_read_from_the_corpus_itself(beir) -> None:
    assert clause_texts(beir_set(beir()), {"b", "zz"}) == {
        "b": "科技条例第二条 企业研究开发费用可以按照规定加计扣除。"
    }
    address = "国科发区〔2020〕187号#二/（四）"
    assert clause_texts(plan_set(), {address})[address].startswith("（四）")
