"""What spans lines or surrounds clauses: wrapped files, quotations, contents, facts, and hostile input."""

import time

import pytest

from index.document import Source, Split
from index.structure.check import check
from index.structure.fact_dates import iso_date
from index.structure.facts import document_id, facts_of
from index.structure.framing import frames_of
from index.structure.lines import lines_of
from index.structure.split import paragraphs_of, split


def source(text: str) -> Source:
    return Source("试验.txt", "txt", text, paragraphs_of(text))


def read(text: str) -> Split:
    result = split(source(text))
    assert check(result) == []
    return result


def addresses(result: Split) -> list[str]:
    return [clause.address.partition("#")[2] for clause in result.clauses]


def test_a_hard_wrapped_file_is_read_by_paragraphs() -> None:
    result = read(
        "　　关于做好春季农业生产的通知\n各乡镇人民政府：\n　　现就有关事项通知如\n下，请认真执行。\n"
        "　　一、抓好春耕备耕。各\n地要组织农资供应，做到\n（一）种子充足，（二）化\n肥充足，确保不误农时。\n"
        "　　二、抓好病虫防治。要按照《条例》\n第五条规定的职责分工，落实\n责任。\n"
        "　　　　某某县农业农村局\n　　　　2021年3月1日\n"
    )
    assert addresses(result) == ["引言/第1段", "一", "二"]
    assert result.clauses[2].text.endswith("落实\n责任。")


def test_numbers_inside_a_quotation_of_several_lines_count_for_nothing() -> None:
    result = read(
        "关于修改《某某办法》的决定\n一、将第五条修改为：“第五条　甲应当如此。\n"
        "第六条　乙应当如此。”\n二、删去第八条，其后各条依次前移。\n"
    )
    assert addresses(result) == ["一", "二"]


def test_a_quotation_that_never_closes_mutes_nothing() -> None:
    result = read("试验意见\n一、坚持“稳中求进，做好各项工作。\n二、坚持改革，做好各项工作。\n")
    assert addresses(result) == ["一", "二"]


def test_contents_with_page_numbers_end_before_the_preface() -> None:
    result = read(
        "某某规划\n目    录\n第一章  发展环境 ............ 1\n第二章  重点任务 ............ 5\n"
        "附件：工程表 ............ 9\n"
        "前  言\n本规划依据国家规划编制。\n第一章  发展环境\n当前形势逼人。\n第二章  重点任务\n要完成任务。\n"
    )
    assert addresses(result) == ["前言/第1段", "第一章/第1段", "第二章/第1段"]


def test_lines_that_begin_with_firstly_and_secondly_stay_in_their_paragraph() -> None:
    result = read(
        "某某条例\n第一条　政府应当做到：\n一是加强领导；\n二是增加投入。\n第二条　本条例自公布之日起施行。\n"
    )
    assert addresses(result) == ["第一条", "第二条"]
    assert [node.address for node in result.nodes if node.address] == [
        "第一条",
        "第一条/一是",
        "第一条/二是",
        "第二条",
    ]


def test_articles_that_begin_anew_in_every_chapter_are_cited_with_it() -> None:
    result = read("某某章程\n第一章 总则\n第一条 甲。\n第二条 乙。\n第二章 会员\n第一条 丙。\n第二条 丁。\n")
    assert addresses(result) == ["第一章/第一条", "第一章/第二条", "第二章/第一条", "第二章/第二条"]
    assert result.clauses[2].citation == "《某某章程》第二章第一条"


FACTS = """某某部关于印发某某管理办法的通知
某发[2021]12号
各单位：
现将《某某管理办法》印发给你们。
某 某 部
二〇二一年五月八日
某某管理办法
第一条　为了管理，制定本办法。
第二条　本办法自2021年7月1日起施行，有效期五年。《某某暂行办法》同时废止。
"""


def test_facts_are_stated_with_the_place_that_states_them() -> None:
    frames = frames_of(lines_of(source(FACTS)))
    facts = {fact.name: fact for fact in facts_of(FACTS, frames, {}, "试验.txt")}
    assert {name: fact.value for name, fact in facts.items()} == {
        "title": "某某管理办法",
        "number": "某发[2021]12号",
        "issuer": "某某部",
        "recipients": "各单位",
        "signed": "2021-05-08",
        "effective": "2021-07-01",
        "expires": "有效期五年",
        "repeals": "《某某暂行办法》同时废止",
        "kind": "办法",
    }
    assert FACTS[facts["effective"].start : facts["effective"].end] == "自2021年7月1日起施行"
    assert FACTS[facts["issuer"].start : facts["issuer"].end] == "某 某 部"


@pytest.mark.parametrize(
    ("title", "number", "identifier"),
    [
        ("某某办法", "某发[2021]12号", "某发〔2021〕12号"),
        ("某某办法", "某发（2021）12号", "某发〔2021〕12号"),
        ("中华人民共和国公司法", "", "公司法"),
        ("专利代理条例", "第706号", "专利代理条例"),
        ("某某公告", "财政部公告2021年第12号", "财政部公告2021年第12号"),
    ],
)
def test_a_document_is_identified_by_its_number_else_by_its_short_title(
    title: str, number: str, identifier: str
) -> None:
    assert document_id(title, number) == identifier


@pytest.mark.parametrize(
    ("printed", "iso"),
    [("2021年5月8日", "2021-05-08"), ("二○二一年十二月三十一日", "2021-12-31"), ("2021年13月1日", "")],
)
def test_dates_are_read_in_digits_and_in_chinese(printed: str, iso: str) -> None:
    assert iso_date(printed) == iso


def test_an_attachment_that_the_notice_issues_is_the_document_itself() -> None:
    result = read(
        "某某市人民政府办公室文件\n某政办发〔2022〕8号\n某某市人民政府办公室\n关于印发某某市促消费措施的通知\n"
        "各区人民政府：\n《某某市促消费措施》现印发给你们，请认真贯彻落实。\n附件：某某市促消费措施\n"
        "某某市人民政府办公室\n2022年3月8日\n附件\n某某市促消费措施\n"
        "一、发放消费券。由商务局牵头，财政局配合。\n二、支持汽车消费。给予购车补贴，鼓励换新。\n"
    )
    assert addresses(result) == ["通知/第1段", "一", "二"]
    assert result.clauses[1].citation == "《某某市促消费措施》（某政办发〔2022〕8号）第一条"
    assert result.document.issuer == "某某市人民政府办公室"


def test_a_title_with_its_number_begins_a_document_without_any_signature_before() -> None:
    one = (
        "关于印发《某某{0}办法》的通知\n某发〔2022〕{1}号\n各单位：\n"
        "现印发给你们，请遵照执行。\n某某市水务局\n2022年3月8日\n"
    )
    one += "某某{0}办法\n第一条　为了管理，制定本办法。\n第二条　本办法自发布之日起施行。\n"
    result = read(one.format("节水", 1) + one.format("用水", 2))
    assert addresses(result)[1:3] == ["某某节水办法/第一条", "某某节水办法/第二条"]
    assert result.clauses[3].citation == "《关于印发〈某某用水办法〉的通知》（某发〔2022〕2号）第1段"
    assert result.clauses[4].citation == "《某某用水办法》（某发〔2022〕2号）第一条"


def test_parts_are_numbered_as_printed() -> None:
    result = read("某某纲要\n第一篇　开启新征程\n要开好局，起好步。\n第二篇　重大任务\n要抓重点，补短板。\n")
    assert addresses(result) == ["第一篇/第1段", "第二篇/第1段"]


HOSTILE = {
    "brackets": "（" * 60_000,
    "ones": "一" * 60_000,
    "blanks": " " * 60_000,
    "ordinals": "第" * 60_000,
    "ordinals and blanks": "第 " * 30_000,
    "dots": "." * 60_000,
    "digits and dots": "1.1." * 15_000,
    "book marks": "《" * 60_000,
    "attachments": "附件\n" * 6_000,
    "short lines": "部\n" * 60_000,
    "lines a little longer": "甲乙丙丁\n" * 6_000,
    "runs of scraps that are too short": ("部\n" * 24 + "甲乙丙丁戊己庚辛壬癸子丑寅\n") * 240,
    "sentences over pages": "甲有乙，丙有丁\n— 1 —\n" * 3_000,
    "boxes": "专栏1　甲乙\n1. 甲。乙。\n正文，如此。\n" * 2_000,
    "letters and roman numerals": "I. 甲乙\nA. 丙丁\n(i) 戊己\n" * 2_000,
    "traditional": "第一條　依照《甲法》第三條，該法第五條。\n" * 3_000,
    "number one": "1.\n" * 6_000,
    "repeated contents": "目录\n第一章 总则\n" * 3_000,
    "open quotations": "一、“甲\n" * 6_000,
    "signatures": "部局\n" * 6_000 + "2020年1月1日\n",
    "paragraphs under one item": "（一）甲\n" + "乙丙丁。\n" * 6_000,
    "gaps": "".join(f"第{2 * i + 1}条 甲。\n乙。\n" for i in range(3_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_takes_no_more_than_its_length_in_time(name: str) -> None:
    began = time.process_time()
    result = split(source(HOSTILE[name]))
    # About 0.3 s on the slowest of these; what grows with the square of the length takes minutes.
    assert time.process_time() - began < 5
    assert check(result) == []
