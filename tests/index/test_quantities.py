"""Numbers in one form, however they are written, and what BM25 makes of them."""

import pytest

from index.quantities import quantities, same, terms
from index.text import Tokenizer, normalised


def _forms(text: str) -> list[str]:
    return [quantity.form for quantity in quantities(normalised(text)[0])]


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("4.8%", ["4.8%", "4.8％", "４.８％", "百分之四点八", "百分之4.8", "4.80%", "4.8 percent"]),
        ("25000件", ["2.5万件", "25000件", "25,000件", "两万五千件", "２５，０００件", "兩萬五千件"]),
        ("2025年", ["2025年", "二〇二五年", "二零二五年", "２０２５年", "by 2025"]),
        ("30日", ["30日", "三十日", "30天", "三十天"]),
        ("第15条", ["第15条", "第十五条", "第 15 条"]),
        ("1/3", ["1/3", "三分之一"]),
        ("50000000元", ["五千万元", "5000万元", "0.5亿元", "零点五亿元", "50,000,000元", "50 million yuan"]),
        ("350000000000元", ["三千五百亿元", "3500亿元"]),
        ("3‰", ["千分之三", "3‰"]),
        ("14岁", ["十四周岁", "14岁"]),
        ("12个月", ["十二个月", "12个月", "12 months"]),
        ("3年", ["三年", "3年"]),
    ],
)
def test_a_number_has_one_form(form: str, written: list[str]) -> None:
    for text in written:
        assert _forms(text) == [form], text


@pytest.mark.parametrize(
    "text",
    ["一个", "万一", "第三方", "第一时间", "一般", "3.14", "5g", "十四五", "千方百计", "三心二意", "a1b2"],
)
def test_other_words_with_numerals_are_none(text: str) -> None:
    assert _forms(text) == []


def test_a_large_number_is_also_a_term_without_its_unit() -> None:
    assert terms("2.5万件") == ["=25000件", "=25000"]
    assert terms("30日") == ["=30日"]
    assert same("25000件", "25000个") and not same("30日", "30元")


def test_clauses_and_questions_share_the_terms_of_numbers(tokenizer: Tokenizer) -> None:
    for one, other in (("超过2.5万件", "两万五千件"), ("达到4.8%", "百分之四点八"), ("三十日内", "30天之内")):
        shared = set(tokenizer.bag(one)[1]) & set(tokenizer.bag(other)[1])
        assert any(term.startswith("=") for term in shared)


@pytest.mark.parametrize(
    "text", ["9" * 100_000, "1," * 50_000, "一" * 100_000, "百分之" * 30_000, "1/" * 50_000, "点" * 99_999]
)
def test_hostile_numbers_take_linear_time(text: str) -> None:
    assert len(list(quantities(text))) <= len(text)
