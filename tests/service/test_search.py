"""POST /search and GET /search: what an answer holds, and every way of asking wrongly."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from service.live import Live

PLAN = "国科发区〔2020〕187号"
JSON = {"Content-Type": "application/json"}


def ask(client: TestClient, question: str, **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/search", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def refusal(response: Any, status: int) -> tuple[str, str | None]:
    """The code and the field of an error, after checking its shape."""
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(response.json()) == {"error"}
    assert set(error) == {"code", "message", "field", "request_id"}
    assert error["message"]
    assert error["request_id"] == response.headers["X-Request-Id"]
    return error["code"], error["field"]


def test_the_best_clause_is_cited_verbatim_with_its_reasons(client: TestClient, plan_live: Live) -> None:
    answer = ask(client, "PCT专利申请量要超过多少万件", mode="bm25")
    best = answer["results"][0]
    assert best["address"] == f"{PLAN}#一/第1段"
    citation = best["citation"]
    document = plan_live.serving().searcher.index.catalogue.document(PLAN)
    assert document.text[citation["start"] : citation["end"]] == best["text"]
    assert citation["display"] == f"《{document.title}》（{PLAN}）第一部分“总体要求”第1段"
    assert (citation["document_id"], citation["document_number"]) == (PLAN, PLAN)
    assert citation["path"] == ["一、总体要求"]
    assert (citation["number"], citation["number_origin"], citation["page"]) == ("", "none", None)
    assert [s["side"] for s in best["signals"]] == ["bm25"]
    assert best["signals"][0]["rank"] == 1
    marked = [best["text"][start:end] for start, end in best["highlights"]]
    assert any("PCT专利" in words for words in marked)
    assert {"pct", "万件"} <= set(best["matched_terms"])


def test_the_answer_names_question_mode_snapshot_and_the_time_of_each_step(
    client: TestClient, plan_live: Live
) -> None:
    answer = ask(client, "  深港合作  ")
    assert (answer["question"], answer["mode"]) == ("深港合作", "hybrid")
    assert answer["snapshot"] == plan_live.serving().manifest.id
    assert {"analyse", "bm25", "embed", "dense", "fetch", "total"} == set(answer["took"])
    assert sum(v for k, v in answer["took"].items() if k != "total") <= answer["took"]["total"] + 0.01


def test_an_inferred_number_is_told_as_inferred(client: TestClient) -> None:
    results = ask(client, "国际科技信息中心 大湾区综合性国家科学中心", top_k=28)["results"]
    by_address = {r["address"]: r["citation"] for r in results}
    inferred, printed = by_address[f"{PLAN}#二/（一）"], by_address[f"{PLAN}#二/（四）"]
    assert (inferred["number_origin"], printed["number_origin"]) == ("inferred", "printed")
    assert "推定" in inferred["display"]
    assert "推定" not in printed["display"]


def test_both_versions_of_the_path_and_both_methods_give_the_same_answer(client: TestClient) -> None:
    body = {"question": "绿色技术", "top_k": 3, "mode": "dense", "documents": [PLAN], "offset": 1}
    query = {"q": "绿色技术", "top_k": 3, "mode": "dense", "document": [PLAN], "offset": 1}
    answers = [
        client.post("/v1/search", json=body).json(),
        client.post("/search", json=body).json(),
        client.get("/v1/search", params=query).json(),
        client.get("/search", params=query).json(),
    ]
    assert len(answers[0]["results"]) == 3
    for answer in answers:
        answer.pop("took")
    assert all(answer == answers[0] for answer in answers)


def test_pages_fit_together(client: TestClient) -> None:
    whole = [r["address"] for r in ask(client, "科技创新", top_k=20)["results"]]
    pages = [
        r["address"] for i in range(4) for r in ask(client, "科技创新", top_k=5, offset=5 * i)["results"]
    ]
    assert pages == whole
    assert len(set(whole)) == 20


def test_a_filter_keeps_only_the_named_documents(client: TestClient) -> None:
    everything = ask(client, "档案 科技创新", top_k=100)
    only_plan = ask(client, "档案 科技创新", top_k=100, documents=[PLAN])
    assert {r["citation"]["document_id"] for r in only_plan["results"]} == {PLAN}
    assert len({r["citation"]["document_id"] for r in everything["results"]}) == 2


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"question": ""}, "question_empty", "question"),
        ({"question": " \n\u3000\t"}, "question_empty", "question"),
        ({"question": "？！……"}, "question_empty", "question"),
        ({"question": "\u0000\u0000"}, "question_empty", "question"),
        ({}, "missing_field", "question"),
        ({"question": None}, "invalid_field", "question"),
        ({"question": "研" * 2001}, "question_too_long", "question"),
        ({"question": "a", "top_k": 0}, "invalid_field", "top_k"),
        ({"question": "a", "top_k": 10_000}, "invalid_field", "top_k"),
        ({"question": "a", "top_k": "many"}, "invalid_field", "top_k"),
        ({"question": "a", "offset": -1}, "invalid_field", "offset"),
        ({"question": "a", "offset": 950, "top_k": 100}, "page_out_of_range", "offset"),
        ({"question": "a", "mode": "magic"}, "invalid_field", "mode"),
        ({"question": "a", "documents": "x"}, "invalid_field", "documents"),
        ({"question": "a", "documents": [1]}, "invalid_field", "documents.0"),
        ({"question": "a", "documents": ["x"] * 101}, "invalid_field", "documents"),
        ({"question": "a", "topk": 3}, "unknown_field", "topk"),
        ({"frage": "a"}, "unknown_field", "frage"),
    ],
)
def test_a_wrong_field_is_named(client: TestClient, fields: dict[str, Any], code: str, field: str) -> None:
    assert refusal(client.post("/v1/search", json=fields), 422) == (code, field)


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("", "missing_parameter", "q"),
        ("q=", "question_empty", "q"),
        ("q=%20%20", "question_empty", "q"),
        ("q=a&top_k=0", "invalid_parameter", "top_k"),
        ("q=a&top_k=10000", "invalid_parameter", "top_k"),
        ("q=a&top_k=", "invalid_parameter", "top_k"),
        ("q=a&page=2", "unknown_parameter", "page"),
        ("q=" + "a" * 2001, "question_too_long", "q"),
    ],
)
def test_a_wrong_parameter_is_named(client: TestClient, query: str, code: str, field: str) -> None:
    assert refusal(client.get(f"/v1/search?{query}"), 422) == (code, field)


def test_an_unknown_document_in_the_filter_is_named(client: TestClient) -> None:
    response = client.post("/v1/search", json={"question": "a", "documents": [PLAN, "no such"]})
    assert refusal(response, 404) == ("document_not_found", "documents")
    assert "'no such'" in response.json()["error"]["message"]
    assert refusal(client.get("/search?q=a&document=nope"), 404) == ("document_not_found", "document")


@pytest.mark.parametrize(
    "body", [b"{", b"", b"nonsense", b"\xff\xfe\xfd", b"[" * 60_000, b'{"question": 1' + b"0" * 5000]
)
def test_a_body_that_is_not_json_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/search", content=body, headers=JSON)
    assert response.status_code in (400, 422)
    assert refusal(response, response.status_code)[0] in ("invalid_json", "body_invalid")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b"true"])
def test_json_that_is_no_object_is_refused(client: TestClient, body: bytes) -> None:
    assert refusal(client.post("/v1/search", content=body, headers=JSON), 422) == ("body_invalid", None)


def test_a_body_without_its_content_type_is_told_what_to_send(client: TestClient) -> None:
    response = client.post("/v1/search", content=b'{"question": "a"}', headers={"Content-Type": "text/plain"})
    assert refusal(response, 422) == ("body_invalid", None)
    assert "Content-Type: application/json" in response.json()["error"]["message"]


def test_a_question_of_100_000_characters_is_refused_before_it_is_read(client: TestClient) -> None:
    response = client.post("/v1/search", json={"question": "a" * 100_000})
    assert refusal(response, 413) == ("body_too_large", None)


def test_a_body_without_a_length_is_cut_off_at_the_limit(client: TestClient) -> None:
    def chunks() -> Any:
        yield b'{"question": "'
        for _ in range(100):
            yield b"a" * 1000

    response = client.post("/v1/search", content=chunks(), headers=JSON)
    assert "content-length" not in response.request.headers
    assert refusal(response, 413)[0] == "body_too_large"


@pytest.mark.parametrize("text", [r"\ud800", r"\udc00\ud800", r"a\udfffb"])
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(client: TestClient, text: str) -> None:
    body = b'{"question": "%s"}' % text.encode()
    assert refusal(client.post("/v1/search", content=body, headers=JSON), 422) == ("invalid_text", "question")
    body = b'{"question": "a", "documents": ["%s"]}' % text.encode()
    assert refusal(client.post("/v1/search", content=body, headers=JSON), 422)[1] == "documents.0"
    body = b'{"question": "a", "mode": "%s"}' % text.encode()
    assert refusal(client.post("/v1/search", content=body, headers=JSON), 422)[1] == "mode"
    body = b'{"question": "a", "%s": 1}' % text.encode()
    refusal(client.post("/v1/search", content=body, headers=JSON), 422)


@pytest.mark.parametrize(
    "question",
    [
        "a\u0000b",
        "\U0001f600研发",
        "研发\u202e投入",
        "<script>",
        "' OR 1=1 --",
        "\ufeff研发",
        "ﬁ㈠⑴",
        "e\u0301" * 500,
        "研" * 2000,
    ],
)
def test_a_strange_question_is_answered_and_echoed_as_it_was(client: TestClient, question: str) -> None:
    response = client.post("/v1/search", content=json.dumps({"question": question}), headers=JSON)
    assert response.status_code == 200
    assert response.json()["question"] == question.strip()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("question", "top_k", "mode", "documents", "offset", "other"), JSON_VALUES),
    )
)
def test_no_json_whatsoever_makes_the_service_fail(client: TestClient, body: dict[str, Any]) -> None:
    response = client.post("/v1/search", content=json.dumps(body), headers=JSON)
    if response.status_code != 200:
        assert response.status_code in (404, 422)
        refusal(response, response.status_code)


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["/v1/documents/", "/v1/clauses/", "/read/", "/v1/search?q=", "/?q=", "/"]),
)
def test_no_url_whatsoever_makes_the_service_fail(client: TestClient, text: str, prefix: str) -> None:
    response = client.get(prefix + quote(text, safe="/", errors="replace"), headers={"Accept": "text/html"})
    assert response.status_code in (200, 404, 422)


def test_a_url_that_is_too_long_is_refused_in_the_same_shape(client: TestClient) -> None:
    assert refusal(client.get("/v1/search?q=" + "a" * 65_000), 422)[0] == "question_too_long"
