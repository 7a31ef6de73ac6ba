"""Clause texts → pieces: where they are cut, and that every one is verbatim."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retriever.answers.pieces import pieces


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("到2025年，投入达到4.8%，超过2.5万件。建成城市。", "",
         ["到2025年", "投入达到4.8%", "超过2.5万件", "建成城市"]),
        ("（四）创新机制，先行先试。", "（四）", ["创新机制", "先行先试"]),
        ("第三条　本法所称档案，是指记录。", "第三条", ["本法所称档案", "是指记录"]),
        ("有下列情形之一的，免职：\n（一）辞职；\n（二）患病。", "", ["有下列情形之一的", "免职", "辞职", "患病"]),
        ("采用“揭榜，挂帅”（见附件，第2页）方式，推进。", "", ["采用“揭榜，挂帅”（见附件，第2页）方式", "推进"]),
        ("罚款1,000元，于10:30前缴清", "", ["罚款1,000元", "于10:30前缴清"]),
        ("左括号（没有右括号，也要切开。", "", ["左括号（没有右括号", "也要切开"]),
        ("。，；", "", []),
        ("", "", []),
    ],
)  # fmt: skip
def test_a_clause_is_cut_at_commas_and_full_stops_but_not_in_brackets_or_numbers(
    text: str, number: str, expected: list[str]
) -> None:
    assert [text[p.start : p.end] for p in pieces(text, number)] == expected


def test_a_list_broken_by_semicolons_is_one_sentence_and_a_full_stop_ends_it() -> None:
    text = "应当提交：（一）申请；（二）证明。逾期不予受理。"
    found = pieces(text)
    assert [p.sentence for p in found] == [0, 0, 0, 1]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="甲乙丙，。；：（）“”《》、\n １1.,!? a一第条", max_size=60))
def test_pieces_are_in_order_apart_and_never_blank(text: str) -> None:
    found = pieces(text)
    assert all(a.end <= b.start and a.sentence <= b.sentence for a, b in pairwise(found))
    assert all(any(map(str.isalnum, text[p.start : p.end])) for p in found)
    assert all(text[p.start : p.end] == text[p.start : p.end].strip() for p in found)
