"""Misspelt questions: what is proposed, what is left alone, and that nothing is searched unasked."""

import pytest

from index.build import build
from index.configuration import Parts
from index.embed import HashEmbedder
from index.plan import plan_source
from index.snapshot import Store
from index.text import Tokenizer
from retriever.open import open_searcher
from retriever.pinyin import loose, sound
from retriever.search import Searcher


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Searcher:
    parts = Parts(Store(tmp_path_factory.mktemp("store")), tokenizer, HashEmbedder())
    build([plan_source()], parts)
    return open_searcher(parts)


def _suggestion(searcher: Searcher, question: str) -> str:
    return searcher.search(question).understood.suggestion


def test_a_reading_has_no_tone() -> None:
    assert [sound(c) for c in "障绿女长a"] == ["zhang", "lv", "nv", "zhang", "a"]
    assert loose("zhang") == loose("zan") and loose("nan") == loose("lan") != loose("ran")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("社汇保障", "社会保障"),
        ("知实产权怎么质押", "知识产权怎么质押"),
        ("社会保章卡", "社会保障卡"),
        ("大弯区", "大湾区"),
        ("人工只能", "人工智能"),
        ("粤港奥大湾区", "粤港澳大湾区"),
        ("2025年的高新技数企业？", "2025年的高新技术企业？"),
        ("創業版上市", "创业板上市"),
    ],
)
def test_a_word_that_sounds_the_same_is_proposed(searcher: Searcher, written: str, meant: str) -> None:
    assert _suggestion(searcher, written) == meant


@pytest.mark.parametrize(
    "question",
    [
        "社会保障卡怎么用", "知识产权质押融资", "深圳是要建什么", "从零到一的研究", "医保卡报销比例",
        "北京怀柔建到哪一步了", "越全越好", "创业板上市", "what about patents", "第四条", "啊" * 300, "龘靐齉爩",
    ],
)  # fmt: skip
def test_a_sound_question_is_left_alone(searcher: Searcher, question: str) -> None:
    assert _suggestion(searcher, question) == ""


def test_a_suggestion_is_shown_and_not_searched(searcher: Searcher) -> None:
    found = searcher.search("知实产权证卷化")
    assert found.question.text == "知实产权证卷化"
    assert "知识产权" not in found.question.words
