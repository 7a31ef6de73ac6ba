"""GET /documents and GET /clauses."""

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from service.live import Live

PLAN = "国科发区〔2020〕187号"


def test_documents_are_listed_with_what_they_are_cited_by(client: TestClient, plan_live: Live) -> None:
    answer = client.get("/v1/documents").json()
    assert (answer["total"], answer["snapshot"]) == (2, plan_live.serving().manifest.id)
    plan = next(d for d in answer["documents"] if d["id"] == PLAN)
    assert plan == {
        "id": PLAN, "title": "中国特色社会主义先行示范区科技创新行动方案", "number": PLAN,
        "issuer": "科技部、深圳市人民政府", "published": "2020-07-04", "source": "plan.txt", "clauses": 25,
        "kind": "方案", "year": 2020, "effective": "", "expires": "", "repealed": "", "in_force": None,
    }  # fmt: skip


def test_the_list_is_paged_and_searched(client: TestClient) -> None:
    pages = [client.get("/documents", params={"limit": 1, "offset": i}).json() for i in range(3)]
    assert [len(p["documents"]) for p in pages] == [1, 1, 0]
    assert {p["total"] for p in pages} == {2}
    found = client.get("/documents", params={"q": "187号"}).json()
    assert [d["id"] for d in found["documents"]] == [PLAN]
    assert client.get("/documents?limit=0").status_code == 422
    assert client.get("/documents?order=title").json()["error"]["code"] == "unknown_parameter"


def test_a_document_comes_with_its_outline_and_its_diagnosis(client: TestClient, plan_live: Live) -> None:
    answer = client.get(f"/v1/documents/{PLAN}", params={"text": True}).json()
    text = plan_live.serving().searcher.index.catalogue.document(PLAN).text
    assert answer["text"] == text
    assert answer["facts"]["clauses"] == sum(node["is_clause"] for node in answer["outline"]) == 25
    part = next(n for n in answer["outline"] if n["address"] == f"{PLAN}#四")
    assert (part["number"], part["depth"], part["text"]) == ("四", 1, "四、建设国际可持续发展先锋城市")
    assert text[part["start"] : part["own_end"]] == part["text"]
    assert len(answer["findings"]) == 11
    assert {f["code"] for f in answer["findings"]} == {"inferred"}
    assert client.get(f"/v1/documents/{PLAN}").json()["text"] is None


def test_a_document_comes_with_every_fact_and_the_place_that_states_it(client: TestClient) -> None:
    answer = client.get(f"/v1/documents/{PLAN}", params={"text": True}).json()
    stated = {fact["name"]: fact for fact in answer["known"]}
    assert {"title", "number", "issuer", "recipients", "signed", "kind"} == set(stated)
    assert stated["signed"]["value"] == "2020-07-04" and stated["signed"]["origin"] == "text"
    assert answer["text"][stated["signed"]["start"] : stated["signed"]["end"]] == "2020年7月4日"
    kind = stated["kind"]
    assert (kind["value"], kind["origin"], kind["start"], kind["end"]) == ("方案", "container", None, None)


@pytest.mark.parametrize("prefix", ["", "/v1"])
@pytest.mark.parametrize("safe", ["", "/"])
def test_every_address_of_the_collection_can_be_read(
    client: TestClient, plan_live: Live, prefix: str, safe: str
) -> None:
    catalogue = plan_live.serving().searcher.index.catalogue
    addresses = catalogue.addresses()
    assert len(addresses) > 25
    for address in addresses:
        answer = client.get(f"{prefix}/clauses/{quote(address, safe=safe)}").json()
        assert (answer["address"], answer["text"]) == (address, catalogue.clause(address).text)


def test_neighbours_lead_through_the_whole_document_and_back(client: TestClient, plan_live: Live) -> None:
    expected = [c.address for c in plan_live.serving().searcher.index.catalogue.clauses_of(PLAN)]
    walked, address = [], expected[0]
    while address:
        answer = client.get(f"/clauses/{quote(address)}").json()
        assert answer["previous"] == (walked[-1] if walked else None)
        walked.append(address)
        address = answer["next"]
    assert walked == expected


@pytest.mark.parametrize("path", ["/v1/documents/no such", "/documents/%00", "/documents/%FF", "/documents/"])
def test_an_unknown_document_is_404(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "document_not_found"
    assert "/v1/documents" in response.json()["error"]["message"]


def test_an_address_whose_hash_was_not_encoded_is_told_how(client: TestClient) -> None:
    error = client.get(f"/v1/clauses/{PLAN}#二/（四）").json()["error"]
    assert (error["code"], error["field"]) == ("clause_not_found", "address")
    assert "must be sent as %23" in error["message"]


def test_an_unknown_address_is_told_where_addresses_are_listed(client: TestClient) -> None:
    error = client.get(f"/v1/clauses/{PLAN}%23二/（九十九）").json()["error"]
    assert error["code"] == "clause_not_found"
    assert "/v1/documents/{id}" in error["message"]


def test_the_encoding_in_the_documentation_is_an_address_that_exists(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]["/v1/clauses/{address}"]["get"]["description"]
    assert client.get("/v1/clauses/" + described.split()[-1]).status_code == 200
