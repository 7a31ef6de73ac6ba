"""References between clauses as the API and the reader show them."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.embed import HashEmbedder
from index.snapshot import Store
from index.structure.split import paragraphs_of
from index.text import Tokenizer
from service.app import create_app
from service.live import Live
from service.page.links import Jump, linked

CODE = """中华人民共和国钓鱼法
（2019年1月2日某某人民代表大会通过）
第一条　钓鱼应当安静。
夜间不得钓鱼。
第二条　本法第一条的规定，适用于垂钓。
"""
RULES = """某某湖钓鱼办法
第一条　根据《中华人民共和国钓鱼法》，制定本办法。
第二条　依照钓鱼法第一条第二款处理；违反《捕鱼法》第三条的，另行处理。
第三条　本办法自公布之日起施行，有效期二年。
某某湖管理局
2010年4月5日
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Iterator[TestClient]:
    parts = Parts(Store(tmp_path_factory.mktemp("cited") / "store"), tokenizer, HashEmbedder())
    texts = {"code.txt": CODE, "rules.txt": RULES}
    build([Source(name, "txt", text, paragraphs_of(text)) for name, text in texts.items()], parts)
    live = Live(parts)
    live.start()
    with TestClient(create_app(live)) as client:
        yield client


def test_a_clause_says_what_it_cites_and_what_cites_it(client: TestClient) -> None:
    answer = client.get("/v1/clauses/" + quote("某某湖钓鱼办法#第二条")).json()
    assert answer["cites"]["total"] == 2
    resolved, unresolved = answer["cites"]["first"]
    assert resolved == {
        "text": "钓鱼法第一条第二款", "start": 6, "end": 15, "resolved": True, "newer": True, "title": "钓鱼法",
        "document_id": "钓鱼法", "address": "钓鱼法#第一条/第二款", "clause": "钓鱼法#第一条",
        "display": "《中华人民共和国钓鱼法》第一条第二款",
    }  # fmt: skip
    assert answer["text"][resolved["start"] : resolved["end"]] == resolved["text"]
    assert (unresolved["resolved"], unresolved["newer"], unresolved["title"]) == (False, False, "捕鱼法")
    assert {unresolved[key] for key in ("document_id", "address", "clause", "display")} == {None}

    cited = client.get("/v1/clauses/" + quote(resolved["clause"])).json()
    assert [(one["address"], one["text"]) for one in cited["cited_by"]["first"]] == [
        ("某某湖钓鱼办法#第二条", "钓鱼法第一条第二款"),
        ("钓鱼法#第二条", "本法第一条"),
    ]
    for one in cited["cited_by"]["first"]:
        text = client.get("/v1/clauses/" + quote(one["address"])).json()["text"]
        assert text[one["start"] : one["end"]] == one["text"]


def test_a_document_says_what_cites_it_as_a_whole(client: TestClient) -> None:
    cited_by = client.get("/v1/documents/" + quote("钓鱼法")).json()["cited_by"]
    assert cited_by["total"] == 1
    assert cited_by["first"][0]["address"] == "某某湖钓鱼办法#第一条"


def test_the_reader_links_references_both_ways(client: TestClient) -> None:
    page = client.get("/read/" + quote("某某湖钓鱼办法"), headers={"Accept": "text/html"}).text
    href = (
        "/read/"
        + quote("钓鱼法")
        + "?"
        + urlencode({"clause": "钓鱼法#第一条"})
        + "#"
        + quote("第一条/第二款")
    )
    title = "《中华人民共和国钓鱼法》第一条第二款（条号待核）"
    linked, _, rest = page.partition(
        f'依照<a class="cites" href="{href}" title="{title}">钓鱼法第一条第二款</a>'
    )
    assert linked != page and rest.startswith("<button") and "</button>处理；违反<span" in rest
    assert page.count('popovertarget="why-newer"') == 1, "the law cited as a whole has no number to check"
    assert page.count('id="why-newer"') == 1
    assert '<a class="cites" href="/read/' + quote("钓鱼法") + '" title' in page, "the law as a whole"
    assert page.count('class="cites unresolved"') == 1
    assert "2010-04-05 起施行" in page and "现已失效" in page

    target = client.get(href, headers={"Accept": "text/html"})
    assert target.status_code == 200 and 'id="第一条/第二款"' in target.text
    assert "被引用 2 处" in target.text and "被引用 1 处" in target.text
    back = "/read/" + quote("某某湖钓鱼办法") + "?" + urlencode({"clause": "某某湖钓鱼办法#第二条"})
    assert f'<a href="{back}#' in target.text
    english = client.get(href.replace("#", "&lang=en#"), headers={"Accept": "text/html"}).text
    assert "Cited by 2" in english


def test_links_are_cut_out_of_marked_text_without_losing_any() -> None:
    parts = [("依照第", False), ("三条", True), ("处理", False)]
    pieces = linked(parts, [Jump(102, 105, "/x", "第三条")], 100)
    assert [piece.parts for piece in pieces] == [
        (("依照", False),), (("第", False), ("三条", True)), (("处理", False),),
    ]  # fmt: skip
    assert [bool(piece.jump) for piece in pieces] == [False, True, False]
