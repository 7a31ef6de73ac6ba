"""References joined over a collection: titles, 文号, editions; what is not certain stays unresolved."""

import time
from pathlib import Path

import pytest

from index import citing
from index.build import build
from index.catalogue import Catalogue
from index.catalogue_writer import write_catalogue
from index.configuration import Parts
from index.document import Source
from index.local import open_snapshot
from index.references import MAX_REFERENCES, links_of
from index.structure.split import paragraphs_of, split

CODE = """中华人民共和国犬只登记法
（2019年3月1日某某人民代表大会通过　2023年5月1日修正）
第一章　总则
第一条　养犬人应当登记。
登记不收费。
第二条　登记应当提交下列材料：
（一）身份证明；
（二）免疫证明。
第三条　有前条第（一）项规定的材料的，依照第一条第二款办理。
"""
RULES = """某某市养犬办法
第一条　根据《中华人民共和国犬只登记法》（以下简称《登记法》），制定本办法。
第二条　依照《登记法》第一条第二款、第二条第（二）项登记，参照犬只登记法第九条执行。
第三条　违反《某某市捕鱼办法》第一条的，依照本办法第二条处理；《某某晚报》刊登公告。
"""


def _source(name: str, text: str) -> Source:
    return Source(name, "txt", text, paragraphs_of(text))


def _links(*texts: str) -> list[tuple[str, str, str, str]]:
    """(quote, title, document, target) of every link of the last text."""
    splits = [split(_source(f"{i}.txt", text)) for i, text in enumerate(texts)]
    first = sum(len(one.clauses) for one in splits[:-1])
    return [
        (texts[-1][link.start : link.end], link.title, link.document_id, link.target)
        for link in links_of(splits)
        if link.source >= first
    ]


@pytest.fixture
def catalogue(parts: Parts) -> Catalogue:
    build([_source("code.txt", CODE), _source("rules.txt", RULES)], parts)
    return open_snapshot(parts.store).catalogue


def test_references_are_joined_in_both_directions(catalogue: Catalogue) -> None:
    page = citing.cites(catalogue, "某某市养犬办法#第二条")
    assert [(RULES[one.start : one.end], one.target, one.clause, one.display) for one in page.first] == [
        ("《登记法》第一条第二款", "犬只登记法#第一条/第二款", "犬只登记法#第一条",
         "《中华人民共和国犬只登记法》第一条第二款"),
        ("第二条第（二）项", "犬只登记法#第二条/（二）", "犬只登记法#第二条",
         "《中华人民共和国犬只登记法》第二条第（二）项"),
        ("犬只登记法第九条", "", "", ""),
    ]  # fmt: skip
    citing_places = citing.cited_by(catalogue, "犬只登记法#第二条")
    assert [(one.address, one.quote) for one in citing_places.first] == [
        ("某某市养犬办法#第二条", "第二条第（二）项"),
        ("犬只登记法#第三条", "前条第（一）项"),
    ]
    for one in citing_places.first:
        assert catalogue.clause(one.address).text[one.start : one.end] == one.quote
    assert citing.document_cited_by(catalogue, "犬只登记法").total == 1


def test_a_page_of_references_tells_how_many_there_are(catalogue: Catalogue) -> None:
    page = citing.cited_by(catalogue, "犬只登记法#第二条", limit=1)
    assert (page.total, len(page.first)) == (2, 1)
    by_clause = citing.clauses_cited_by(catalogue, "犬只登记法", 1)
    assert {address: (page.total, len(page.first)) for address, page in by_clause.items()} == {
        "犬只登记法#第一条": (2, 1), "犬只登记法#第二条": (2, 1),
    }  # fmt: skip


def test_what_is_not_in_the_collection_is_shown_unresolved(catalogue: Catalogue) -> None:
    found = citing.document_cites(catalogue, "某某市养犬办法")
    assert [(one.title, one.document_id) for one in found if not one.target] == [
        ("犬只登记法", "犬只登记法"),  # it has no 第九条
        ("某某市捕鱼办法", ""),
    ]
    assert all("晚报" not in one.title for one in found)


@pytest.mark.parametrize(
    ("cited", "target"),
    [
        ("《犬只登记法》第三条", "犬只登记法#第三条"),
        ("犬只登记法第三条", "犬只登记法#第三条"),
        ("《犬只登记法》（2023年修正）第三条", "犬只登记法#第三条"),
        ("《犬只登记法（2023年修正）》第三条", "犬只登记法#第三条"),
        ("《犬只登记法》（2019年修正）第三条", ""),
        ("《登记法》第三条", ""),
        ("大型犬只登记法第三条", ""),
        ("《犬只登记法（试行）》第三条", ""),
        ("《犬只登记法》第三条第二款", ""),
    ],
)
def test_a_title_means_a_document_only_where_that_is_certain(cited: str, target: str) -> None:
    found = _links(CODE, f"某某省细则\n第一条　依照{cited}办理。\n")
    assert [link[3] for link in found] == [target]


def test_a_number_in_brackets_decides_between_documents_of_one_title() -> None:
    notice = (
        "关于节水的通知\n某政发〔{year}〕{n}号\n各区人民政府：\n一、节约用水。\n二、循环用水。\n"
        "某某市人民政府\n{year}年3月1日\n"
    )
    old, new = notice.format(year=2018, n=7), notice.format(year=2021, n=9)
    cited = "某某区方案\n一、落实《关于节水的通知》（{}）第二条。\n二、其他。\n"
    assert _links(old, new, cited.format("某政发[2018]7号"))[0][3] == "某政发〔2018〕7号#二"
    assert _links(old, new, cited.format("某政发〔2016〕1号"))[0][3] == ""
    assert _links(old, new, cited.replace("（{}）", ""))[0][3] == "某政发〔2021〕9号#二"
    assert _links(old, old, cited.replace("（{}）", ""))[0][3] == ""


def test_documents_of_one_title_by_different_issuers_are_not_told_apart() -> None:
    notice = "关于节水的通知\n各区人民政府：\n一、节约用水。\n二、循环用水。\n{}\n{}年3月1日\n"
    one, other = notice.format("甲市水务局", 2018), notice.format("乙市水务局", 2021)
    assert _links(one, other, "某某区方案\n一、落实《关于节水的通知》第二条。\n二、其他。\n")[0][3] == ""


def test_a_document_that_repeals_its_own_older_edition_does_not_cite_itself() -> None:
    text = "养鱼办法\n第一条　养鱼。\n第二条　原《养鱼办法》（某府令〔2001〕3号）第一条、《养鱼办法》同时废止。\n"
    dated = text + "某某市人民政府\n2020年1月1日\n"
    assert _links(dated) == [("《养鱼办法》（某府令〔2001〕3号）第一条", "养鱼办法", "", "")]


def test_a_hostile_number_of_references_is_joined_in_bounded_time_and_size() -> None:
    articles = "".join(f"第{n}条　内容。\n" for n in range(1, 61))
    text = f"试验办法\n{articles}第61条　" + "依照第一条至第六十条、" * 6_000 + "\n"
    began = time.process_time()
    links = list(links_of([split(_source("试验.txt", text))]))
    assert MAX_REFERENCES <= len(links) <= MAX_REFERENCES + 60
    # About 2 s.
    assert time.process_time() - began < 20


def test_a_clause_cited_ten_thousand_times_is_answered_at_once(tmp_path: Path) -> None:
    text = "试验办法\n第一条　内容。\n" + "".join(f"第{n}条　依照第一条办理。\n" for n in range(2, 10_002))
    source = _source("试验.txt", text)
    write_catalogue(tmp_path / "catalogue.sqlite", [(source, split(source))])
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    began = time.process_time()
    page = citing.cited_by(catalogue, "试验办法#第一条")
    assert (page.total, len(page.first)) == (10_000, citing.SHOWN)
    assert time.process_time() - began < 0.5  # about 0.01 s
