"""The box above the results: what is quoted of one clause stands together, cited down to 款 and 项."""

from collections.abc import Iterator

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.configuration import Parts
from index.document import Source
from index.structure.split import paragraphs_of
from retriever.answers.answer import Answer, Citation
from retriever.question import ask
from service.live import Live
from service.page.answered import Box, box

LAW = """渡口管理办法

第一条 为了渡口安全，制定本办法。

第二条 渡工应当持证上岗。

渡船有下列情形之一的，不得开航：

（一）遇有大雾的；

（二）超过核定人数的。

第三条 渡口不得载运下列物品：

（一）爆竹；

（二）汽油。
"""


@pytest.fixture
def catalogue(parts: Parts) -> Iterator[Catalogue]:
    build([Source("ferry.txt", "txt", LAW, paragraphs_of(LAW))], parts)
    live = Live(parts)
    yield live.start().searcher.index.catalogue


def shown(catalogue: Catalogue, parts: Parts, *quotes: str) -> Box:
    """The box of an answer that quotes these words, in this order."""
    (document,) = catalogue.documents()
    clauses = catalogue.clauses_of(document.id)
    citations = []
    for quote in quotes:
        start = LAW.index(quote)
        clause = next(c for c in clauses if c.start <= start < c.end)
        citations.append(Citation(clause, start, start + len(quote), quote, clause.citation))
    question = ask("什么", parts.tokenizer)
    return box(Answer(question, tuple(citations), "list", "", "", 0.9, False, (), "", {}), catalogue)


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("制定本办法", "第一条"),
        ("渡工应当持证上岗", "第二条第一款"),
        ("不得开航", "第二条第二款"),
        ("超过核定人数", "第二条第二款第（二）项"),
        ("遇有大雾的；\n\n（二）超过", "第二条第二款"),
        ("上岗。\n\n渡船有", "第二条"),
        ("汽油", "第三条第（二）项"),
    ],
)
def test_what_is_quoted_is_cited_by_the_smallest_part_that_holds_all_of_it(
    catalogue: Catalogue, parts: Parts, quote: str, place: str
) -> None:
    (quoted,) = shown(catalogue, parts, quote).quotes
    assert quoted.citation == f"《渡口管理办法》{place}"
    assert [text for text, mark in quoted.pieces if mark] == [quote]


def test_quotations_of_one_clause_stand_together_in_the_order_of_its_text(
    catalogue: Catalogue, parts: Parts
) -> None:
    first, second = shown(catalogue, parts, "超过核定人数的", "汽油", "渡船有下列情形之一的").quotes
    assert [text for text, mark in first.pieces if mark] == ["渡船有下列情形之一的", "超过核定人数的"]
    assert first.quote == "渡船有下列情形之一的……超过核定人数的"
    assert first.citation == "《渡口管理办法》第二条第二款"
    assert [first.clause.text[start:end] for start, end in first.spans] == [
        "渡船有下列情形之一的", "超过核定人数的"
    ]  # fmt: skip
    assert second.citation == "《渡口管理办法》第三条第（二）项"
