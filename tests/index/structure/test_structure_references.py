"""References to clauses, resolved to addresses in the document or named with the document they mean."""

import time

import pytest

from index.document import Source
from index.structure.references import references_of
from index.structure.split import paragraphs_of, split

LAW = """某某市养犬管理条例
第一条　为了规范养犬行为，根据《中华人民共和国动物防疫法》第三十条第二款，制定本条例。
第二条　有下列行为之一的，处罚款：
（一）未登记的；
（二）未免疫的；
（三）有前两项以外其他行为的。
违反前款第一项、第三项规定的，从重处罚。
依照本条第一款第（二）项处罚的，应当公告。
第三条　前条第二款规定的处罚，依照本条例第二条、第四条执行。
第四条　第一条至第三条的规定，适用于本市，依照刑法第一百条追究责任的除外。
"""

PLAN = """某某市节水方案
一、总体要求
要认真落实，确保实效。
二、主要任务
（一）节约用水，由水务部门负责落实。
（二）循环用水，参照本方案第（一）条执行。
三、保障措施
要按照第二部分第（二）条的要求，落实责任。
"""


def found_in(text: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    result = split(Source("试验.txt", "txt", text, paragraphs_of(text)))
    return [
        (one.source, text[one.start : one.end], one.cited.title, one.addresses)
        for one in references_of(result)
    ]


def test_references_in_a_law_are_resolved() -> None:
    assert found_in(LAW) == [
        (
            "第一条",
            "《中华人民共和国动物防疫法》第三十条第二款",
            "中华人民共和国动物防疫法",
            ("第三十条/第二款",),
        ),
        ("第二条/第一款/（三）", "前两项", "", ("第二条/第一款/（一）", "第二条/第一款/（二）")),
        ("第二条/第二款", "前款第一项", "", ("第二条/第一款/（一）",)),
        ("第二条/第二款", "第三项", "", ("第二条/第一款/（三）",)),
        ("第二条/第三款", "本条第一款第（二）项", "", ("第二条/第一款/（二）",)),
        ("第三条", "前条第二款", "", ("第二条/第二款",)),
        ("第三条", "本条例第二条", "", ("第二条",)),
        ("第三条", "第四条", "", ("第四条",)),
        ("第四条", "第一条", "", ("第一条",)),
        ("第四条", "第三条", "", ("第二条", "第三条")),
        ("第四条", "刑法第一百条", "刑法", ("第一百条",)),
    ]


def test_references_in_an_official_document_are_resolved() -> None:
    assert found_in(PLAN) == [
        ("二/（二）", "本方案第（一）条", "", ("二/（一）",)),
        ("三/第1段", "第二部分第（二）条", "", ("二/（二）",)),
    ]


def test_parts_and_chapters_are_cited_alone_and_before_an_article() -> None:
    law = (
        "试验法\n第一编　总则\n第一章　规定\n第一条　甲。\n第二章　其他\n第二条　依照本法第一章、第二编第一章办理。\n"
        "第二编　分则\n第一章　罪名\n第一节　甲罪\n第三条　依照本法第一编第二章、本法第一节和《另法》分则第三章第九条、"
        "本法第二编第一章第三条处理。\n第四条　犯刑法分则第五章第八条规定之罪的，从其规定。\n"
    )
    assert [one[1:] for one in found_in(law)] == [
        ("本法第一章", "", ()),  # there are two
        ("第二编第一章", "", ("第二编/第一章",)),
        ("本法第一编第二章", "", ("第一编/第二章",)),
        ("本法第一节", "", ("第二编/第一章/第一节",)),
        ("《另法》分则第三章第九条", "另法", ("第三章/第九条",)),
        ("本法第二编第一章第三条", "", ("第三条",)),
        ("刑法分则第五章第八条", "刑法", ("第五章/第八条",)),
    ]


def test_what_a_decision_amends_is_the_law_it_names() -> None:
    decision = (
        "某某市人民政府关于修改《某某市养犬办法》的决定\n某某市人民政府决定对《某某市养犬办法》作如下修改：\n"
        "一、将第五条第二款修改为：登记不收费。\n二、删去第七条。\n"
    )
    assert [one[1:] for one in found_in(decision)][-2:] == [
        ("第五条第二款", "某某市养犬办法", ("第五条/第二款",)),
        ("第七条", "某某市养犬办法", ("第七条",)),
    ]


def test_a_reference_to_what_does_not_exist_has_no_address() -> None:
    assert found_in("试验办法\n第一条　依照本办法第九条执行。\n") == [("第一条", "本办法第九条", "", ())]


@pytest.mark.parametrize(
    "unit",
    ["第一编第一章第一节", "《甲乙丙法》（以下简称《甲法》）第一条、", "《甲", "以下简称", "第一", "本法第",
     "中华人民法", "依照和与对由在是的有为受以取于", "前款本条第一款", "人民共和国法第一条",
     "《甲法》和该法第一条", "第一条该条第一款", "《甲条例》该法第一条"],
)  # fmt: skip
def test_hostile_text_is_searched_in_linear_time(unit: str) -> None:
    text = "试验办法\n第一条　甲。\n第二条　" + unit * (30_000 // len(unit)) + "\n"
    result = split(Source("试验.txt", "txt", text, paragraphs_of(text)))
    began = time.process_time()
    references_of(result)
    # At most 0.2 s; what grows with the square of the length takes minutes.
    assert time.process_time() - began < 5


def test_a_clause_full_of_references_takes_no_more_than_its_length_in_time() -> None:
    text = "试验办法\n第一条　" + "前款" * 20_000 + "\n"
    result = split(Source("试验.txt", "txt", text, paragraphs_of(text)))
    began = time.process_time()
    assert len(references_of(result)) == 20_000
    # About 0.1 s; scanning the rest of the clause for every reference takes minutes.
    assert time.process_time() - began < 5


def within(clause: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """The references of the second 条 of a small 解释, which has three."""
    text = f"试验解释\n第一条　甲。\n第二条　{clause}\n第三条　有下列规定：\n（一）乙；\n（二）丙。\n"
    return [one[1:] for one in found_in(text)]


@pytest.mark.parametrize(
    ("clause", "meant"),
    [
        ("依照《甲法》第三条处理，该法第五条另有规定的除外。", ("该法第五条", "甲法", ("第五条",))),
        ("依照刑法第三条处理，同法第五条除外。", ("同法第五条", "刑法", ("第五条",))),
        (
            "依照《甲条例》处理，并依照该条例第五条第二款。",
            ("该条例第五条第二款", "甲条例", ("第五条/第二款",)),
        ),
        ("《甲法》与《乙条例》不一致的，依照该法第五条。", ("该法第五条", "甲法", ("第五条",))),
        ("依照《甲办法》处理，上述办法第五条除外。", ("上述办法第五条", "甲办法", ("第五条",))),
        ("依照《甲法》第三条处理，该条第二款除外。", ("该条第二款", "甲法", ("第三条/第二款",))),
        ("依照本解释第三条处理，同条第（二）项除外。", ("同条第（二）项", "", ("第三条/（二）",))),
        ("依照《甲法》第三条第二款处理，该款第一项除外。", ("该款第一项", "甲法", ("第三条/第二款/（一）",))),
        (
            "依照《实施甲法办法》（以下简称办法）处理，办法第五条除外。",
            ("办法第五条", "实施甲法办法", ("第五条",)),
        ),
    ],
)
def test_what_stands_for_a_law_or_article_named_in_the_same_clause_means_it(
    clause: str, meant: tuple[str, str, tuple[str, ...]]
) -> None:
    assert within(clause)[-1] == meant


@pytest.mark.parametrize(
    ("clause", "unresolved"),
    [
        ("依照该法第三条处理。", ("该法第三条", "该法", ("第三条",))),
        ("依照《甲条例》处理，该法第三条除外。", ("该法第三条", "该法", ("第三条",))),
        ("依照《甲法》第三条和《乙法》处理，该法第三条除外。", ("该法第三条", "该法", ("第三条",))),
        ("依照实施办法第三条处理。", ("办法第三条", "办法", ("第三条",))),
        ("对该条第一款处理。", ("第一款", "", ())),
        ("依照《甲法》第三条、第四条处理，该条第一款除外。", ("第一款", "", ())),
    ],
)  # fmt: skip
def test_what_stands_for_nothing_certain_leads_nowhere(
    clause: str, unresolved: tuple[str, str, tuple[str, ...]]
) -> None:
    assert within(clause)[-1] == unresolved


def test_words_that_only_look_like_pointing_back_point_nowhere() -> None:
    assert within("依照《甲法》处理，合同法第三条除外。")[-1] == ("合同法第三条", "合同法", ("第三条",))
    assert within("依照《甲法》第一条，并依照第三条第（二）项。")[-1] == (
        "第三条第（二）项",
        "",
        ("第三条/（二）",),
    )


def test_references_in_traditional_characters_are_resolved() -> None:
    law = (
        "試驗條例\n第一條　依照《甲法》第三條處理，該法第五條除外。\n"
        "第二條　本條例第一條適用於本市，關於實施的辦法另定。\n"
    )
    assert found_in(law) == [
        ("第一条", "《甲法》第三條", "甲法", ("第三条",)),
        ("第一条", "該法第五條", "甲法", ("第五条",)),
        ("第二条", "本條例第一條", "", ("第一条",)),
    ]
