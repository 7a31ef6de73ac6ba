"""One shape for every error, request ids, headers, and an API document that tells the truth."""

import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.errors import StoreError
from service.app import create_app
from service.live import Live, Serving

ERROR_KEYS = {"code", "message", "field", "request_id"}


@pytest.mark.parametrize(
    "path", ["/nope", "/v1", "/v1/", "/v2/search", "/search/", "/static/nope.css", "/static/", "/redoc"]
)
def test_an_unknown_path_is_told_where_the_api_is(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "no_such_path"
    assert set(response.json()["error"]) == ERROR_KEYS


def test_files_beside_the_static_ones_are_not_served(client: TestClient) -> None:
    for path in ("/static/../base.html", "/static/%2e%2e/base.html", "/static/..%2f..%2fapp.py"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/search"), ("DELETE", "/v1/documents"), ("PUT", "/v1/jobs"), ("POST", "/healthz")],
)
def test_a_wrong_method_is_told_the_right_ones(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method_not_allowed"
    assert "GET" in response.headers["Allow"].split(", ")
    assert ("POST" in response.headers["Allow"]) == (path in ("/search", "/v1/documents"))


def test_head_answers_like_get_without_a_body(client: TestClient) -> None:
    head, get = client.head("/v1/healthz"), client.get("/v1/healthz")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


def test_a_request_id_is_passed_through_or_made_up(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    made_up = [client.get("/healthz").headers["X-Request-Id"] for _ in range(2)]
    assert len(set(made_up)) == 2
    for hostile in ("<script>", "a b", "x" * 65, ""):
        assert client.get("/healthz", headers={"X-Request-Id": hostile}).headers["X-Request-Id"] != hostile


@pytest.mark.parametrize("path", ["/", "/healthz", "/nope", "/v1/search?q=a", "/static/page.css"])
def test_every_response_forbids_inline_scripts_and_other_sites(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")


def test_answers_are_not_kept_by_caches_and_files_are(client: TestClient) -> None:
    assert client.get("/v1/search?q=a").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    assert "max-age" in client.get("/static/page.css").headers["Cache-Control"]


class Broken(Live):
    """Fails as nobody foresaw."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def serving(self) -> Serving:
        raise self.error


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_bug_is_answered_without_details_and_logged_with_them(
    caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    client = TestClient(create_app(Broken(ZeroDivisionError("secret"))))
    with caplog.at_level(logging.ERROR):
        response = client.get("/v1/documents", headers={"X-Request-Id": "find-me", "Accept": accept})
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text
    assert "find-me" in caplog.text
    assert "secret" in caplog.text


def test_an_error_text_that_utf8_cannot_carry_is_still_answered() -> None:
    client = TestClient(create_app(Broken(StoreError("damaged: \udcff"))))
    response = client.get("/v1/search?q=a")
    assert response.status_code == 503
    assert response.json()["error"]["message"] == "damaged: ?"
    assert int(response.headers["Retry-After"]) > 0


def _schemas(document: dict[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = document["components"]["schemas"]
    assert len(schemas) > 10
    return schemas


def test_every_field_of_the_api_document_is_described_with_an_example(client: TestClient) -> None:
    for name, schema in _schemas(client.get("/openapi.json").json()).items():
        for field, told in schema.get("properties", {}).items():
            assert told.get("description"), f"{name}.{field}"
            reference = "$ref" in str(told)
            assert told.get("examples") or reference, f"{name}.{field}"


def test_every_parameter_and_every_error_of_the_api_document_is_described(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) >= {
        "/v1/search", "/v1/documents", "/v1/documents/{document_id}", "/v1/clauses/{address}",
        "/v1/ask", "/v1/healthz", "/v1/readyz", "/v1/jobs", "/v1/jobs/{job_id}", "/v1/admin/health",
    }  # fmt: skip
    assert all(path.startswith("/v1/") for path in document["paths"])
    assert "HTTPValidationError" not in _schemas(document)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["description"], path
            for parameter in operation.get("parameters", []):
                assert parameter.get("description") or parameter["schema"].get("description"), parameter
            for status, answer in operation["responses"].items():
                if status in ("200", "206") and answer["content"].keys() & {"text/event-stream", "*/*"}:
                    continue  # a stream of events, the file of a document
                reference = answer["content"]["application/json"]["schema"]["$ref"]
                assert reference.endswith("/ErrorResponse") == (not status.startswith("2"))


@pytest.mark.parametrize("prefix", ["/v1", ""])
def test_a_parameter_that_a_route_does_not_know_is_refused_on_every_route(
    client: TestClient, prefix: str
) -> None:
    bodies = {"/search": {"question": "a"}, "/ask": {"question": "a"}, "/verify": {"text": "a"},
              "/search/batch": {"searches": [{"question": "a"}]}, "/ask/stream": {"question": "a"},
              "/feedback": {"question": "a", "verdict": "useless"}}  # fmt: skip
    for path, body in bodies.items():
        told = client.post(f"{prefix}{path}", params={"top_k": 3}, json=body)
        assert (told.status_code, told.json()["error"]["code"]) == (422, "unknown_parameter"), path
        assert told.json()["error"]["field"] == "top_k"
    for path in (
        "/search?q=a",
        "/ask?q=a",
        "/documents",
        "/facets",
        "/jobs",
        "/documents/x",
        "/clauses/x%23y",
    ):
        told = client.get(f"{prefix}{path}{'&' if '?' in path else '?'}flavour=1")
        assert (told.status_code, told.json()["error"]["code"]) == (422, "unknown_parameter"), path
    assert client.get(f"{prefix}/healthz?probe=1").status_code == 200


def test_one_value_given_twice_is_refused_and_several_where_several_may_be_meant_are_not(
    client: TestClient,
) -> None:
    told = client.get("/v1/search?q=a&q=b")
    assert (told.status_code, told.json()["error"]["code"], told.json()["error"]["field"]) == (
        422, "invalid_parameter", "q",
    )  # fmt: skip
    for path in (
        "/v1/documents?limit=1&limit=2",
        "/v1/ask?q=a&threshold=0&threshold=1",
        "/v1/facets?title=a&title=b",
    ):
        assert client.get(path).status_code == 422
    assert (
        client.get("/v1/search?q=a&kind=办法&kind=方案&year=2020&year=2021&in_force=unknown").status_code
        == 200
    )
