"""Filters with counts, over the API and the page, against counting by hand."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.catalogue import Listing
from index.configuration import Parts
from index.document import Source
from index.structure.split import paragraphs_of
from service.api.facets import Facets, Filters
from service.app import create_app
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
    with TestClient(create_app(Live(parts))) as client:
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
