"""Questions → the kind of answer wanted; quotes → whether they hold one, its value, yes or no."""

import pytest

from retriever.answers.places import names, places_in, without_places
from retriever.answers.typed import holds, polarity_of, value_in
from retriever.answers.wanted import Kind, wanted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("试用期工资不得低于多少", Kind.FIGURE),
        ("罰款最多幾多錢？", Kind.FIGURE),
        ("How much is the fine?", Kind.FIGURE),
        ("档案保存多久", Kind.FIGURE),
        ("申请由谁受理", Kind.BODY),
        ("哪个部门主管档案工作", Kind.BODY),
        ("Who approves the plan?", Kind.BODY),
        ("本办法何时施行", Kind.DEADLINE),
        ("By what date must the report be filed?", Kind.DEADLINE),
        ("職工有哪些權利？", Kind.LIST),
        ("Which documents are needed?", Kind.LIST),
        ("什么是档案", Kind.DEFINITION),
        ("What is meant by archives?", Kind.DEFINITION),
        ("能不能提前退休", Kind.YES_NO),
        ("可以转让吗？", Kind.YES_NO),
        ("Is overtime allowed?", Kind.YES_NO),
        ("里面写了什么", Kind.STATEMENT),
        ("是所有人都要缴，还是先挑几家？", Kind.STATEMENT),
        ("十几年之后的样子", Kind.STATEMENT),
        ("一卡通", Kind.STATEMENT),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(question: str, kind: Kind) -> None:
    assert wanted(question).kind is kind


@pytest.mark.parametrize(
    ("question", "years", "places", "unit"),
    [
        ("二零三五年上海研發佔比是多少", ("2035",), ("上海",), "percent"),
        ("How large is the area in Hong Kong by 2030?", ("2030",), ("香港",), "area"),
        ("咨询电话号码是多少", (), (), "contact"),
        ("罚款多少钱", (), (), "money"),
        ("要办多少天", (), (), "duration"),
        ("第2025号文件多少页", ("2025",), (), ""),
    ],
)
def test_years_places_and_the_unit_are_read_from_the_question(
    question: str, years: tuple[str, ...], places: tuple[str, ...], unit: str
) -> None:
    found = wanted(question)
    assert (found.years, found.places, found.unit) == (years, places, unit)


@pytest.mark.parametrize(
    ("question", "quote", "value"),
    [
        ("占比要达到多少", "到2025年，占比达到4.8%，超过2.5万件", "4.8%"),
        ("罚款多少钱", "处以五万元以上五十万元以下罚款", "五万元以上五十万元以下"),
        ("罚款多少钱", "责令改正", ""),
        ("要达到多少", "到2025年", ""),
        ("占地面积是多少", "投资30亿元", None),
        ("何时施行", "自2024年1月1日起施行", "自2024年1月1日起施行"),
        ("什么时候提出", "自收到通知之日起十五日内提出", "自收到通知之日起十五日内"),
        ("由谁批准", "由国务院批准", "国务院"),
        ("有哪些条件", "年龄、学历", ""),
    ],
)
def test_the_value_is_a_verbatim_part_of_the_quote(question: str, quote: str, value: str | None) -> None:
    asked = wanted(question)
    found = value_in(asked, quote)
    assert found in quote
    if value is None:
        assert holds(asked, quote) is False
    else:
        assert value in found if asked.kind is Kind.BODY else found == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("押金提取多少", "百分之二"),
        ("押金累计多少以后不再提取", "百分之三十以上"),
        ("要准备多少车位", "四十个"),
    ],
)
def test_of_several_figures_the_value_is_the_one_beside_the_words_of_the_question(
    question: str, value: str
) -> None:
    quote = "应当提取租金的百分之二作为押金。押金累计达到年租金百分之三十以上的，可以不再提取；准备车位四十个"
    assert value_in(wanted(question), quote, question) == value


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("每平方米罚多少", "money"),
        ("补贴多久到账", "duration"),
        ("罚款占地面积多少平方米", "area"),
        ("电话费是多少元", "money"),
        ("审核要多少个工作日", "duration"),
        ("股东占多大比例", "percent"),
    ],
)
def test_the_unit_is_what_stands_nearest_to_the_question_word(question: str, unit: str) -> None:
    assert wanted(question).unit == unit


@pytest.mark.parametrize(
    ("question", "quote", "polarity"),
    [
        ("能不能转让", "不得转让", "no"),
        ("能不能转让", "可以依法转让", "yes"),
        ("是不是不得转让", "不得转让", "yes"),
        ("能不能转让", "转让的方式", ""),
        ("由谁转让", "可以转让", ""),
    ],
)
def test_yes_and_no_are_said_only_where_the_quote_says_so(question: str, quote: str, polarity: str) -> None:
    assert polarity_of(wanted(question), question, quote) == polarity


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("请问云溪市怎么规定", ("云溪",)),
        ("鹿鸣省的办法", ("鹿鸣",)),
        ("南山区和昆山市", ("南山", "昆山")),
        ("浦东新区", ("浦东",)),
        ("全市各县", ()),
        ("设区的市和直辖市", ()),
        ("先行示范区与高新区", ()),
        ("股票市场上市", ()),
        ("城市更新试点市", ()),
    ],
)
def test_a_place_is_known_by_its_form_where_no_list_has_it(text: str, places: tuple[str, ...]) -> None:
    assert places_in(text) == places


def test_a_document_may_name_a_place_by_its_short_form() -> None:
    assert names("香港", "深港合作区") and names("广东", "粤东") and names("杭州", "杭州市")
    assert not names("香港", "深圳的港口") and not names("杭州", "深圳")


def test_places_are_found_in_both_languages_and_taken_out() -> None:
    assert places_in("深圳和上海浦东") == ("深圳", "上海", "浦东")
    assert places_in("parks in hangzhou or hong kong") == ("杭州", "香港")
    assert without_places("深圳的产业") == "的产业"
    assert without_places("深圳") == "深圳"
