"""Synonym files: Solr's format, the longest match, hot reloading, broken lines, and what they do to a ranking."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.build import build
from index.configuration import Parts
from index.plan import plan_source
from index.text import Tokenizer, normalised
from retriever.open import open_searcher
from retriever.search import Mode
from retriever.synonyms import Rules, SynonymFile, parsed, shipped
from retriever.translated import readable_share

PLAN = "国科发区〔2020〕187号"


def _fired(rules: Rules, text: str, tokenizer: Tokenizer) -> dict[str, tuple[str, ...]]:
    return {one.written: one.meant for one in rules.fired(normalised(text)[0], tokenizer)}


def test_both_kinds_of_rules_comments_and_escapes_are_read() -> None:
    rules, problems = parsed("# ours\n老板, 東家 => 用人单位\n\na\\,b, cd, ef\n", "x")
    assert dict(rules) == {
        "老板": ("用人单位",), "东家": ("用人单位",), "a,b": ("cd", "ef"), "cd": ("a,b", "ef"), "ef": ("a,b", "cd"),
    }  # fmt: skip
    assert problems == []


def test_a_broken_line_is_named_by_its_number_and_skipped() -> None:
    rules, problems = parsed("一物 => 他物\n孤词\n=> 空\na => b => c\n甲 => \n", "own.txt")
    assert rules == [("一物", ("他物",))]
    assert [problem.split(":")[0] for problem in problems] == [f"own.txt line {n}" for n in (2, 3, 4, 5)]


def test_the_longest_rule_wins_and_none_overlap(tokenizer: Tokenizer) -> None:
    rules = Rules([("社会", ("A",)), ("社会保障卡", ("B",)), ("big data", ("大数据",)), ("data", ("数据",))])
    assert _fired(rules, "社會保障卡", tokenizer) == {"社会保障卡": ("B",)}
    assert _fired(rules, "Is BIG  data used? Data too", tokenizer) == {
        "big  data": ("大数据",),
        "data": ("数据",),
    }


def test_a_short_word_counts_only_where_words_begin_and_end(tokenizer: Tokenizer) -> None:
    rules = Rules([("深", ("深圳",)), ("patent", ("专利",))])
    assert _fired(rules, "深化改革", tokenizer) == {}
    assert _fired(rules, "patented", tokenizer) == {}
    assert _fired(rules, "How many patents?", tokenizer) == {"patents": ("专利",)}


def test_what_the_question_says_already_is_not_added(tokenizer: Tokenizer) -> None:
    assert _fired(Rules([("研发", ("研究",))]), "研发和研究", tokenizer) == {}


def test_a_changed_file_counts_from_the_next_question_on(parts: Parts, tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("蓝卡 => 社会保障卡\n坏行\n", encoding="utf-8")
    build([plan_source()], parts)
    searcher = open_searcher(replace(parts, synonyms=file))
    found = searcher.search("蓝卡", mode=Mode.BM25)
    assert found.clauses[0].clause.address == f"{PLAN}#五/（十五）"
    assert found.clauses[0].rules == ("蓝卡 → 社会保障卡",)
    assert [rule.written for rule in found.understood.synonyms] == ["蓝卡"]
    marked = [found.clauses[0].clause.text[a:b] for a, b in found.clauses[0].highlights]
    assert "社会保障卡" in marked
    assert len(searcher.synonyms.problems) == 1 and "line 2" in searcher.synonyms.problems[0]
    file.write_text("蓝卡 => 创业板\n", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert searcher.search("蓝卡", mode=Mode.BM25).clauses[0].clause.address == f"{PLAN}#五/（十二）"
    assert searcher.synonyms.problems == ()
    file.unlink()
    assert searcher.search("蓝卡", mode=Mode.BM25).clauses == ()


def test_another_word_weighs_less_than_the_questions_own(parts: Parts, tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("蓝卡 => 创业板\n", encoding="utf-8")
    build([plan_source()], parts)
    searcher = open_searcher(replace(parts, synonyms=file))
    own = searcher.index.lexical(searcher.ask("创业板").terms, 100)
    other = searcher.rank(searcher.ask("蓝卡"), Mode.BM25).hits
    assert other.rows.tolist() == own.rows.tolist()
    np.testing.assert_allclose(other.scores, own.scores * searcher.options.synonym_weight, rtol=1e-5)


def test_the_users_rule_comes_before_the_shipped_one(tokenizer: Tokenizer, tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("老板 => 董事长\n", encoding="utf-8")
    assert _fired(SynonymFile(file).rules(), "老板欠薪", tokenizer)["老板"] == ("董事长",)
    assert _fired(SynonymFile().rules(), "老板欠薪", tokenizer)["老板"] == ("用人单位",)


def test_the_shipped_rules_are_whole_and_without_doubles() -> None:
    rules = shipped()
    assert len(rules) > 5000
    words = [written for written, _ in rules]
    assert len(words) == len(set(words))
    assert all(meant for _, meant in rules)


def test_an_english_question_counts_by_what_the_glossary_reads(parts: Parts) -> None:
    build([plan_source()], parts)
    searcher = open_searcher(parts)
    assert readable_share(searcher.ask("怎样用大数据开展治理"), searcher.index) == 1.0
    little = readable_share(searcher.ask("weather forecasts for sailors in Shenzhen"), searcher.index)
    much = readable_share(searcher.ask("big data for social governance"), searcher.index)
    assert 0 < little < 0.2 < 0.8 < much <= 1
    assert searcher.search("big data for social governance", mode=Mode.BM25).clauses[0].clause.address == (
        f"{PLAN}#五/（十五）"
    )


@pytest.mark.parametrize("text", ["a" * 2000, "社" * 2000, "data " * 399, ", => ," * 200])
def test_long_questions_are_bounded(text: str, tokenizer: Tokenizer) -> None:
    assert len(SynonymFile().rules().fired(normalised(text)[0], tokenizer)) <= 50


def test_a_number_written_otherwise_is_found_marked_and_explained(parts: Parts) -> None:
    build([plan_source()], parts)
    searcher = open_searcher(parts)
    for question, rule in (("25,000件", "25,000件 = 2.5万件"), ("百分之四点八", "百分之四点八 = 4.8%")):
        found = searcher.search(question, mode=Mode.BM25)
        best = found.clauses[0]
        assert best.clause.address == f"{PLAN}#一/第1段"
        assert rule in best.rules
        assert rule.split(" = ")[1] in [best.clause.text[a:b] for a, b in best.highlights]
        assert found.understood.numbers[0][0] == question
