"""Questions and clauses → what of the question the clause does not say."""

import pytest

from index.text import Tokenizer
from retriever.answers.unsaid import asked_words, unsaid, unsaid_by_each
from retriever.question import ask
from retriever.synonyms import Rules

CLAUSE = "高等学校每年向档案馆移交毕业生的档案"


def _unsaid(
    question: str, clause: str, tokenizer: Tokenizer, rules: Rules | None = None
) -> tuple[float, float]:
    return unsaid(asked_words(ask(question, tokenizer, rules), tokenizer), clause)


def test_nothing_is_unsaid_where_the_clause_holds_every_word(tokenizer: Tokenizer) -> None:
    assert _unsaid("毕业生的档案怎么移交？", CLAUSE, tokenizer) == (0.0, 0.0)


def test_a_thing_that_the_clause_does_not_name_is_unsaid(tokenizer: Tokenizer) -> None:
    most, share = _unsaid("毕业生的津贴怎么移交？", CLAUSE, tokenizer)
    assert most > 0.5
    assert 0.3 < share < 0.7


def test_a_rare_word_weighs_more_than_a_common_one(tokenizer: Tokenizer) -> None:
    assert _unsaid("档案的津贴", CLAUSE, tokenizer)[0] > _unsaid("档案的地方", CLAUSE, tokenizer)[0] > 0


def test_words_that_only_ask_are_never_unsaid(tokenizer: Tokenizer) -> None:
    assert asked_words(ask("请问是否有多少什么？", tokenizer), tokenizer) == ()
    assert _unsaid("What is it?", CLAUSE, tokenizer) == (0.0, 0.0)


def test_an_abbreviation_and_a_synonym_are_said(tokenizer: Tokenizer) -> None:
    assert _unsaid("高校", CLAUSE, tokenizer)[0] == 0
    rules = Rules([("卷宗", ("档案",))])
    assert _unsaid("卷宗", CLAUSE, tokenizer)[0] > 0.5
    assert _unsaid("卷宗", CLAUSE, tokenizer, rules)[0] == 0


def test_traditional_characters_are_compared_as_simplified_ones(tokenizer: Tokenizer) -> None:
    rows = unsaid_by_each(ask("畢業生檔案", tokenizer), tokenizer, [CLAUSE, "畢業生的檔案", "湿地"])
    assert rows[0].tolist() == rows[1].tolist() == [0.0, 0.0]
    assert rows[2].tolist() == [pytest.approx(rows[2, 0]), 1.0]
