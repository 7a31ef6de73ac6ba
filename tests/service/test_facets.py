"""Filters with counts, over the API and the page, against counting by hand."""

import html
import json
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.catalogue import Listing
from index.configuration import Parts
from index.document import Source
from index.errors import NotFoundError, TiaowenError
from index.structure.split import paragraphs_of
from retriever.open import open_searcher
from service.api.facets import Facets, Filters
from service.app import create_app
from service.commands.only import documents_left
from service.live import Live

BROWSER = {"Accept": "text/html"}


def listing(
    name: str, issuer: str = "", kind: str = "", year: int = 0, effective: str = "", repealed: str = ""
) -> Listing:
    return Listing(name, name, "", issuer, "", name, 1, kind, year, effective, "", repealed)


SHELF = {
    one.id: one
    for one in (
        listing("a", "甲局、乙局", "办法", 2020, "2020-01-01"),
        listing("b", "甲局", "通知", 2021, "2030-01-01"),
        listing("c", "乙局", "办法", 2021, "2020-01-01", "2022-01-01"),
        listing("d"),
    )
}
DAY = "2026-01-01"


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(), "abcd"),
        (Filters(issuers=("甲局",)), "ab"),
        (Filters(issuers=("甲局", "乙局")), "abc"),
        (Filters(issuers=("乙局",), years=(2021,)), "c"),
        (Filters(kinds=("办法",), in_force=("yes",)), "a"),
        (Filters(in_force=("no", "unknown")), "bcd"),
        (Filters(kinds=("法",)), ""),
    ],
)
def test_filters_leave_the_documents_that_have_every_fact(filters: Filters, left: str) -> None:
    assert Facets(SHELF).documents(filters, day=DAY) == list(left)


def test_filters_and_named_documents_both_count() -> None:
    assert Facets(SHELF).documents(Filters(issuers=("甲局",)), ["b", "c"], DAY) == ["b"]


def test_a_facet_is_counted_under_the_other_facets_but_not_under_itself() -> None:
    counts = Facets(SHELF).counts(Filters(kinds=("办法",)), day=DAY)
    told = {facet: [(c.value, c.documents) for c in counts[facet]] for facet in counts}
    assert told == {
        "issuers": [("乙局", 2), ("甲局", 1)],
        "kinds": [("办法", 2), ("通知", 1)],
        "years": [(2020, 1), (2021, 1)],
        "in_force": [("no", 1), ("yes", 1)],
    }


def test_a_chosen_value_that_no_document_has_left_is_told_with_nought() -> None:
    counts = Facets(SHELF).counts(Filters(kinds=("通知",), years=(2020,)), day=DAY)
    assert [(c.value, c.documents) for c in counts["kinds"]] == [("通知", 0), ("办法", 1)]


def test_standing_follows_the_day() -> None:
    facets = Facets(SHELF)
    assert facets.documents(Filters(in_force=("yes",)), day="2021-06-01") == ["a", "c"]
    assert facets.documents(Filters(in_force=("yes",)), day="2030-01-01") == ["a", "b"]


def text(title: str, day: str, issuer: str) -> str:
    return f"{title}\n\n第一条 为了规范档案管理，制定本规定。\n\n第二条 档案应当保存。\n\n{issuer}\n{day}\n"


@pytest.fixture
def shelf(parts: Parts) -> Iterator[TestClient]:
    texts = {
        "one.txt": text("档案管理办法", "2019年3月1日", "青山市档案局"),
        "two.txt": text("档案管理规定", "2021年3月1日", "白水市档案局"),
    }
    build([Source(name, "txt", body, paragraphs_of(body)) for name, body in texts.items()], parts)
    live = Live(parts)
    live.start()
    with TestClient(create_app(live)) as client:
        yield client


def titles(answer: dict[str, list[dict[str, dict[str, str]]]]) -> set[str]:
    return {result["citation"]["document_title"] for result in answer["results"]}


def test_a_search_keeps_to_the_filtered_documents(shelf: TestClient) -> None:
    both = shelf.post("/v1/search", json={"question": "档案保存"}).json()
    assert titles(both) == {"档案管理办法", "档案管理规定"}
    one = shelf.post("/v1/search", json={"question": "档案保存", "issuers": ["白水市档案局"]}).json()
    assert titles(one) == {"档案管理规定"}
    url = shelf.get("/v1/search", params={"q": "档案保存", "kind": "办法", "year": 2019}).json()
    assert titles(url) == {"档案管理办法"}
    batch = {"searches": [{"question": "档案保存", "years": [2021]}]}
    (answer,) = shelf.post("/v1/search/batch", json=batch).json()["answers"]
    assert titles(answer["response"]) == {"档案管理规定"}


def test_an_answer_keeps_to_the_filtered_documents_in_every_way_to_ask_for_one(shelf: TestClient) -> None:
    question, wanted = (
        "档案应当怎样",
        {"issuers": ["白水市档案局"], "years": [2021.0], "in_force": ["unknown"]},
    )
    free = shelf.post("/v1/ask", json={"question": question, "threshold": 0.0}).json()
    assert {one["citation"]["document_title"] for one in free["nearest"]} == {"档案管理办法", "档案管理规定"}
    body = {"question": question, "threshold": 0.0, **wanted}
    told = shelf.post("/v1/ask", json=body).json()
    url = shelf.get(
        "/v1/ask", params={"q": question, "threshold": 0, "issuer": "白水市档案局", "year": 2021}
    ).json()
    streamed = shelf.post("/v1/ask/stream", json=body).text
    done = json.loads(streamed.rpartition("event: done\ndata: ")[2])["response"]
    for answer in (told, url, done):
        assert answer["citations"]
        places = [one["document_title"] for one in answer["citations"]]
        places += [one["citation"]["document_title"] for one in answer["nearest"]]
        assert set(places) == {"档案管理规定"}
    assert "档案管理办法" not in streamed


def test_a_filter_that_cannot_be_met_is_never_ignored(shelf: TestClient) -> None:
    refused: list[tuple[dict[str, object], int, str]] = [
        ({"kinds": ["法"]}, 404, "no_document_matches"),
        ({"kind": ["法"]}, 422, "unknown_field"),
        ({"years": ["2021"]}, 422, "invalid_field"),
        ({"years": [True]}, 422, "invalid_field"),
        ({"in_force": ["maybe"]}, 422, "invalid_field"),
        ({"documents": ["国发〔1999〕1号"], "kinds": ["办法"]}, 404, "document_not_found"),
    ]
    for path in ("/v1/search", "/v1/ask", "/v1/ask/stream"):
        for filters, status, code in refused:
            response = shelf.post(path, json={"question": "档案", **filters})
            assert (response.status_code, response.json()["error"]["code"]) == (status, code), (path, filters)


def test_the_command_line_filters_as_the_api_does(parts: Parts, shelf: TestClient) -> None:
    searcher = open_searcher(parts)
    assert documents_left(searcher, None, None, None, None, None) == []
    one = shelf.get("/v1/documents", params={"q": "规定"}).json()["documents"][0]["id"]
    assert documents_left(searcher, None, ["白水市档案局"], None, [2021], ["unknown"]) == [one]
    with pytest.raises(NotFoundError):
        documents_left(searcher, ["x"], ["白水市档案局"], None, None, None)
    with pytest.raises(
        TiaowenError, match="there are issuers 白水市档案局, 青山市档案局; kinds 办法, 规定; years 2019, 2021"
    ):
        documents_left(searcher, None, ["白水市档案局"], None, [2019], None)
    with pytest.raises(TiaowenError, match="must be yes, no or unknown"):
        documents_left(searcher, None, None, None, None, ["maybe"])


def test_filters_that_no_document_meets_are_told_and_not_ignored(shelf: TestClient) -> None:
    response = shelf.get("/v1/search", params={"q": "档案", "kind": "办法", "year": 2021})
    assert (response.status_code, response.json()["error"]["code"]) == (404, "no_document_matches")
    page = shelf.get("/", params={"q": "档案", "kind": "办法", "year": 2021}, headers=BROWSER)
    assert page.status_code == 404
    assert '<a href="/?q=%E6%A1%A3%E6%A1%88">清除筛选</a>' in page.text


def test_the_facets_route_counts(shelf: TestClient) -> None:
    told = shelf.get("/v1/facets", params={"year": 2019}).json()
    assert told["total"] == 1
    assert told["kinds"] == [{"value": "办法", "documents": 1}]
    assert told["years"] == [{"value": "2019", "documents": 1}, {"value": "2021", "documents": 1}]


def test_the_list_of_documents_is_filtered_too(shelf: TestClient) -> None:
    page = shelf.get("/read", params={"issuer": "青山市档案局"}, headers=BROWSER).text
    assert "档案管理办法" in page
    assert "档案管理规定" not in page


def test_documents_are_a_facet_narrowed_by_the_others_and_by_title(shelf: TestClient) -> None:
    everything = shelf.get("/v1/facets").json()["documents"]
    assert [(one["title"], one["clauses"]) for one in everything] == [
        ("档案管理办法", 2),
        ("档案管理规定", 2),
    ]
    rules, regulation = (one["id"] for one in everything)

    def told(**asked: object) -> list[str]:
        return [one["id"] for one in shelf.get("/v1/facets", params=asked).json()["documents"]]

    assert told(title="规定") == [regulation]
    assert told(kind="办法") == [rules]
    assert told(document=regulation) == [regulation, rules], "not under itself, chosen ones first"
    assert told(document=regulation, title="办法") == [regulation, rules]
    assert told(title="预算") == []
    client_side = shelf.get("/v1/documents", params={"issuer": "青山市档案局"}).json()
    assert (client_side["total"], [one["id"] for one in client_side["documents"]]) == (1, [rules])
    assert shelf.get("/v1/documents", params={"kind": "法"}).json()["total"] == 0


def test_documents_found_are_offered_before_others_and_after_the_chosen() -> None:
    def offered(*arguments: object, **named: object) -> str:
        return "".join(one.id for one in Facets(SHELF).listed(*arguments, **named))  # type: ignore[arg-type]

    assert offered() == "abcd"
    assert offered(first=["c", "b", "c", "x"]) == "cbad"
    assert offered(Filters(kinds=("办法",)), ["d", "x"], "", ["c", "b"]) == "dca"
    assert offered(title="b") == "b"


@pytest.fixture
def many(parts: Parts) -> Iterator[TestClient]:
    """More documents than a panel shows."""
    texts = {f"{n}.txt": text(f"第{n}号馆藏规定", "2021年3月1日", "白水市档案局") for n in range(10, 50)}
    build([Source(name, "txt", body, paragraphs_of(body)) for name, body in texts.items()], parts)
    live = Live(parts)
    live.start()
    with TestClient(create_app(live)) as client:
        yield client


def test_among_many_documents_the_page_finds_one_to_search_in(many: TestClient) -> None:
    page = many.get("/", params={"q": "第33号馆藏规定的档案", "mode": "bm25"}, headers=BROWSER).text
    panel = page[page.index('id="filters"') : page.index("</details>")]
    assert panel.count('class="chip"') == 16, "an issuer, a kind, a year, a standing, twelve documents"
    assert "另有 28 份" in panel
    narrowed = many.get("/", params={"q": "档案", "title": "33号", "lang": "en"}, headers=BROWSER).text
    panel = narrowed[narrowed.index('id="filters" open') : narrowed.index("</details>")]
    (link,) = re.findall(r'href="(/\?[^"]*document=[^"]*)"', panel)
    assert "title=" not in link, "the choice made, all documents are offered again"
    assert '<input type="hidden" name="lang" value="en">' in panel
    chosen = many.get(html.unescape(link), headers=BROWSER).text
    assert set(re.findall(r'<span class="document">(.*?)</span>', chosen)) == {"第33号馆藏规定"}
    assert 'aria-current="true"' in chosen[chosen.index("facet-document") :]


def test_several_documents_stay_chosen_when_another_question_is_typed(shelf: TestClient) -> None:
    first, second = (one["id"] for one in shelf.get("/v1/facets").json()["documents"])
    page = shelf.get("/", params={"q": "档案", "document": [first, second]}, headers=BROWSER).text
    form = page[page.index('<form class="ask"') : page.index("</form>")]
    assert re.findall(r'type="hidden" name="document" value="(.*?)"', form) == [first, second]
    chips = page[page.index('class="chosen"') : page.index('id="filters"')]
    titles = {one["id"]: one["title"] for one in shelf.get("/v1/documents").json()["documents"]}
    assert all(titles[document] in chips for document in (first, second)), "named by their titles"
