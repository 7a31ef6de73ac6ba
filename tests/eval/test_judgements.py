"""Built-in set and BEIR folders: what is read, what is refused."""

import gzip
from pathlib import Path

import pytest

from eval.judgements import EvalError, beir_set, open_set, plan_set, unknown_clauses
from index.plan import plan_source
from index.structure.split import split


def test_the_plan_set_names_only_clauses_of_the_plan() -> None:
    addresses = {clause.address for clause in split(plan_source()).clauses}
    judged = plan_set()
    assert unknown_clauses(judged, addresses) == 0
    assert unknown_clauses(judged, set()) == sum(len(grades) for grades in judged.qrels.values())


def test_the_measured_questions_of_the_plan_are_the_answerable_ones() -> None:
    judged = open_set("plan")
    assert {q.id for q in judged.measured} == {q.id for q in judged.questions if q.answerable}


def test_splits_part_the_plan_set_and_an_unknown_one_is_refused() -> None:
    judged = plan_set()
    tune, test = judged.only("tune"), judged.only("test")
    assert len(tune.questions) + len(test.questions) == len(judged.questions)
    assert {q.split for q in tune.questions} == {"tune"}
    assert len(judged.only("test", limit=5).questions) == 5
    with pytest.raises(EvalError, match="it has test, tune and all"):
        judged.only("dev")


def test_relevant_clauses_come_best_grade_first() -> None:
    judged = plan_set()
    question = next(q for q in judged.measured if len(judged.relevant(q.id)) > 2)
    grades = [judged.qrels[question.id][address] for address in judged.relevant(question.id)]
    assert grades == sorted(grades, reverse=True) and min(grades) >= 2


def test_a_beir_folder_gives_its_judged_questions(beir) -> None:
    judged = beir_set(beir())
    assert (judged.name, judged.split) == ("beir", "test")
    assert [q.id for q in judged.questions] == ["1", "2"]
    assert judged.qrels == {"1": {"b": 2, "a": 1}, "2": {"e": 1}}


def test_the_only_qrels_file_is_taken_then_test_then_the_one_named(beir) -> None:
    folder = beir(qrels={"dev": [("1", "a", 1)]})
    assert beir_set(folder).split == "dev"
    (folder / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\n2\te\t1\n")
    assert beir_set(folder, "train").split == "train"
    with pytest.raises(EvalError, match=r"no test\.tsv; it has dev, train, choose with --qrels"):
        beir_set(folder)


def test_judgements_of_unknown_questions_are_counted_and_left_out(beir) -> None:
    judged = beir_set(beir(qrels={"test": [("1", "b", 1), ("99", "b", 1), ("99", "c", 1), ("2", "zz", 1)]}))
    assert judged.unknown_questions == 1
    assert unknown_clauses(judged, {"a", "b", "c", "e"}) == 1


def test_a_question_judged_only_0_is_not_measured(beir) -> None:
    judged = beir_set(beir(qrels={"test": [("1", "b", 1), ("2", "e", 0)]}))
    assert len(judged.questions) == 2
    assert [q.id for q in judged.measured] == ["1"]


def test_a_qrels_file_without_a_header_loses_no_line(beir) -> None:
    folder = beir()
    (folder / "qrels" / "test.tsv").write_text("1\tb\t1\n\n2\te\t1\n")
    assert set(beir_set(folder).qrels) == {"1", "2"}


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("queries.jsonl", '{"_id": "1", "text": "甲"}\n{"_id": "1", "text": "乙"}\n', r"jsonl:2: the question id '1'"),
        ("queries.jsonl", '{"_id": "1"}\n', r"jsonl:1: the line has no 'text'"),
        ("queries.jsonl", '{"_id": "1", "text": "甲"}\n{oops\n', r"jsonl:2: .*one JSON object a line"),
        ("queries.jsonl", '["1"]\n', r"jsonl:1: the line has no '_id'"),
        ("queries.jsonl", '{"_id": "77", "text": "甲"}\n', r"judges no question of queries.jsonl"),
        ("qrels/test.tsv", "h\th\th\n1\tb\n", r"test.tsv:2: expected question id, clause id and a whole grade"),
        ("qrels/test.tsv", "h\th\th\n1\tb\t1\n1\tb\t2\n", r"test.tsv:3: 1 b was judged before"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_with_its_line(beir, file: str, content: str, message: str) -> None:
    folder = beir()
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(EvalError, match=message):
        beir_set(folder)


def test_missing_files_are_named(beir, tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="is no folder; give `plan` or a folder"):
        beir_set(tmp_path / "absent")
    folder = beir()
    (folder / "queries.jsonl").unlink()
    with pytest.raises(EvalError, match=r"cannot open .*queries\.jsonl"):
        beir_set(folder)
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(EvalError, match=r"holds no \.tsv file"):
        beir_set(folder)


def test_a_file_that_is_not_utf_8_or_is_cut_off_is_refused(beir) -> None:
    from eval.corpus import BeirCorpus

    folder = beir(gz=True)
    (folder / "queries.jsonl").write_bytes('{"_id": "1", "text": "甲"}'.encode("gb18030"))
    with pytest.raises(EvalError, match="in UTF-8"):
        beir_set(folder)
    whole = gzip.compress(b'{"_id": "1", "text": "' + bytes(range(97, 122)) * 400 + b'"}')
    (folder / "corpus.jsonl.gz").write_bytes(whole[:-20])
    with pytest.raises(EvalError, match="it may be cut off"):
        list(BeirCorpus(folder))


BENCHMARK = Path(__file__).resolve().parents[3] / "shared" / "benchmarks" / "stard-tune"


@pytest.mark.skipif(not BENCHMARK.is_dir(), reason="the public benchmark is not beside this checkout")
def test_a_real_benchmark_is_read_whole() -> None:
    from eval.corpus import BeirCorpus, split_entries

    judged, corpus = beir_set(BENCHMARK), BeirCorpus(BENCHMARK)
    addresses = {clause.address for source in corpus for clause in split_entries(source).clauses}
    assert (len(judged.questions), len(addresses), corpus.skipped) == (772, 58_654, 0)
    assert judged.unknown_questions == unknown_clauses(judged, addresses) == 0
