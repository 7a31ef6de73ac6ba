"""Numerals, and the markers printed with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.structure.marker_forms import read_marker
from index.structure.numerals import chinese_numeral, parse_numeral


@given(st.integers(1, 99_999_999))
def test_a_number_written_in_chinese_is_read_back(value: int) -> None:
    assert parse_numeral(chinese_numeral(value)) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("十", 10),
        ("二十", 20),
        ("一百零一", 101),
        ("一百〇一", 101),
        ("一百一十", 110),
        ("一千零一", 1001),
        ("一千二百六十", 1260),
        ("二〇二〇", 2020),
        ("三 十 二", 32),
        ("１２", 12),
        ("两百", 200),
        ("一万零三", 10003),
        ("廿三", 23),
    ],
)
def test_every_form_of_numeral_is_read(printed: str, value: int) -> None:
    assert parse_numeral(printed) == value


@pytest.mark.parametrize("printed", ["十十", "百", "", "一百百", "万", "一" * 60, "三x"])
def test_what_is_no_numeral_is_refused(printed: str) -> None:
    assert parse_numeral(printed) is None


@pytest.mark.parametrize(
    ("line", "style", "value", "number"),
    [
        ("第三条　正文", "条", 3, "第三条"),
        ("第 三 条 正文", "条", 3, "第三条"),
        ("第12条 正文", "条", 12, "第十二条"),
        ("第一千零一条 正文", "条", 1001, "第一千零一条"),
        ("第一百二十条之一 正文", "条", 120, "第一百二十条之一"),
        ("第一章　总则", "章", 1, "第一章"),
        ("第二分编 典型合同", "分编", 2, "第二分编"),
        ("二、正文", "一、", 2, "二"),
        ("十 一、正文", "一、", 11, "十一"),
        ("（四）正文", "（一）", 4, "（四）"),
        ("(四)正文", "（一）", 4, "（四）"),
        ("（ 四 ）正文", "（一）", 4, "（四）"),
        ("㈣正文", "（一）", 4, "（四）"),
        ("3.正文", "1.", 3, "3"),
        ("３．正文", "1.", 3, "3"),
        ("3、正文", "1.", 3, "3"),
        ("⒊正文", "1.", 3, "3"),
        ("（3）正文", "（1）", 3, "（3）"),
        ("⑶正文", "（1）", 3, "（3）"),
        ("3）正文", "1)", 3, "3）"),
        ("③正文", "①", 3, "③"),
        ("2.3 范围", "1.1", 3, "2.3"),
    ],
)
def test_every_form_of_number_is_read(line: str, style: str, value: int, number: str) -> None:
    marker = read_marker(line, 0, len(line))
    assert marker is not None
    assert (marker.style, marker.value, marker.number) == (style, value, number)


@pytest.mark.parametrize(
    "line",
    [
        "1.5亿元资金",
        "2019.1.1起",
        "4.8%以上",
        "第三届会议",
        "百货",
        "千方百计",
        "十分重要",
        "（略）",
        "（2020年）",
    ],
)
def test_figures_and_words_are_no_numbers(line: str) -> None:
    assert read_marker(line, 0, len(line)) is None


@pytest.mark.parametrize(
    "line",
    ["第五条规定的", "第五条第二款", "第五条、第六条", "（一）、（二）项", "（三）项所列", "一、二线城市"],
)
def test_what_reads_as_a_reference_is_marked_as_one(line: str) -> None:
    marker = read_marker(line, 0, len(line))
    assert marker is not None
    assert marker.reference
