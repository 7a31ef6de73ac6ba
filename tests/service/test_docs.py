"""The API reference at /docs, the copy of the OpenAPI document, and the examples that both show."""

import ast
import hashlib
import json
import re
import shlex
from dataclasses import asdict
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from retriever.preview import Preview
from service import problems
from service.api import (
    admin_schema,
    ask_schema,
    batch_schema,
    facets_schema,
    feedback_schema,
    job_schema,
    schema,
    snapshots_schema,
    verify_schema,
    words_schema,
)
from service.api.contract import contract
from service.api.schema.errors import CODES, ErrorFacts
from service.app import create_app
from service.live import Live
from service.middleware.edge import MAX_DRAFT_BYTES, MAX_UPLOAD_BYTES, MAX_WORDS_BYTES, SECURITY_HEADERS
from service.middleware.keys import KeyStore, Scope
from service.middleware.traffic import Limits, Load
from service.operations import Operations
from service.page.pages import Pages
from service.page.reference import Reference, Refusal, Route, prose, reference
from service.page.state import State
from service.page.wording import Wording
from service.words import WordStore

SERVICE = Path(__file__).parents[2] / "service"
COPY = SERVICE / "api" / "openapi.json"
JSON = {"Content-Type": "application/json"}
SCHEMAS = (
    schema,
    admin_schema,
    ask_schema,
    batch_schema,
    facets_schema,
    feedback_schema,
    job_schema,
    snapshots_schema,
    verify_schema,
    words_schema,
)
WORDS = "/v1/admin/words/synonyms"
IN_ANCHORS = str.maketrans({"/": "-", "_": "-", "{": "", "}": ""})
EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*191}}`<b>x</b>`**<i>y</i>**"


class Sections(HTMLParser):
    """The text of every element that has an id, with what stands inside it, and all tags."""

    VOID = frozenset(("meta", "link", "input", "br", "img"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(dict(attrs).get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for section in {"", *self._open}:
            self.text[section] = self.text.get(section, "") + data


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/openapi.json").json()
    return answer


@pytest.fixture(scope="module")
def described(document: dict[str, Any]) -> Reference:
    return reference(document, "http://testserver")


def test_the_copy_of_the_api_document_is_what_the_service_answers(document: dict[str, Any]) -> None:
    again = "it changed; if that was meant, run `python -m service.api.contract > service/api/openapi.json`"
    assert json.loads(COPY.read_text(encoding="utf-8")) == document, again
    assert COPY.read_text(encoding="utf-8") == contract(), again


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_route_parameter_field_and_error_of_the_api_document_is_on_the_page(
    client: TestClient, document: dict[str, Any], lang: str
) -> None:
    page = Sections(client.get("/docs", params={"lang": lang}).text)
    plain = {section: text.replace("`", "") for section, text in page.text.items()}
    count = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            section = plain[(method + path).translate(IN_ANCHORS)]
            assert f"{method.upper()} {path}" in section
            assert operation["summary"] in section
            for parameter in operation.get("parameters", ()):
                assert f"{parameter['name']} " in section
                assert parameter["description"].replace("`", "") in section
            for status, answer in operation["responses"].items():
                count += 1
                if not status.startswith("2"):
                    assert answer["description"] in section
                    example = answer["content"]["application/json"]["example"]
                    assert json.dumps(example, ensure_ascii=False, indent=1).replace("`", "") in section
    fields = [
        (f"field-{name}-{field}".lower().replace("_", "-"), field, told)
        for name, told_schema in document["components"]["schemas"].items()
        for field, told in told_schema.get("properties", {}).items()
    ]
    for section_id, field, told in fields:
        assert field in plain[section_id]
        assert told["description"].replace("`", "") in plain[section_id]
        for bound in ("minimum", "maximum", "maxLength", "maxItems"):
            if bound in told:
                assert f"{bound} {int(told[bound])} " in plain[section_id].replace("\n", " ") + " "
    assert (count > 20, len(fields) > 60) == (True, True)


def test_the_fields_of_nested_schemas_stand_under_the_answer_that_holds_them(described: Reference) -> None:
    search = next(route for route in described.routes if route.anchor == "post-v1-search")
    names = [field.name for field in search.answer]
    assert {"results", "results[].citation", "results[].citation.display", "results[].signals[].side"} < set(
        names
    )
    assert len(names) == len(set(names))
    assert search.body[0].name == "question", "what is required comes first"
    top_k = next(field for field in search.body if field.name == "top_k")
    assert (top_k.type, top_k.required) == ("integer", False)
    assert top_k.facts == (("default", "10"), ("minimum", "1"), ("maximum", "100"))


def test_every_link_within_the_page_leads_to_one_place(client: TestClient) -> None:
    tags = Sections(client.get("/docs").text).tags
    ids = [str(a["id"]) for _, a in tags if a.get("id")]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for tag, a in tags if tag == "a" and str(a["href"]).startswith("#")}
    assert len(targets) > 20
    assert targets <= set(ids)
    assert [a for tag, a in tags if tag == "a" and a.get("href") == "/openapi.json"]


def test_every_example_request_is_answered_in_the_shape_of_the_example_answer(
    client: TestClient, plan_live: Live, described: Reference
) -> None:
    published = client.get("/v1/readyz").json()["snapshot"]
    job_id = client.post("/v1/documents", files={"file": ("a.txt", b"a")}).json()["id"]
    words = WordStore(plan_live.parts.store.path)
    words.propose(job_id, "synonyms", "", "0")
    words.conclude(job_id, asdict(Preview({}, 0, None, None, 0, 0, 0, ())))
    for route in described.routes:
        response = run(
            client, route.curl.replace(job_schema.JOB_ID, job_id).replace(schema.SNAPSHOT, published)
        )
        assert response.status_code in (200, 202), (route.curl, response.text)
        assert (response.status_code == 202) == (route.answer_schema == "Job" and route.method != "GET")
        if route.path == "/v1/ask/stream":
            continue  # its events have a test of their own
        if route.path.endswith("/original"):
            told = schema.OriginalFile.model_validate(
                client.get(f"/v1/documents/{schema.DOCUMENT_ID}").json()["original"]
            )
            assert hashlib.sha256(response.content).hexdigest() == told.sha256
            continue  # no JSON
        example, answer = json.loads(route.example), response.json()
        assert list(example) == list(answer), route.anchor
        shape = next(getattr(m, route.answer_schema) for m in SCHEMAS if hasattr(m, route.answer_schema))
        shape.model_validate(example)
        shape.model_validate(answer)
        if route.answer_schema != "Job":
            assert answer.get("results", answer.get("documents", ["found"])), route.curl
    plan_live.parts.synonyms_file.unlink()  # the example saves one


def run(client: TestClient, curl: str) -> Any:
    """Do what the curl command would do."""
    command, options, url, *words = shlex.split(curl)
    method = "GET"
    if words[:1] and options == "-s" and url == "-X":
        method, url, *words = words
    assert (command, options) in (("curl", "-s"), ("curl", "-sG"))
    given = list(zip(words[::2], words[1::2], strict=True))
    if options == "-sG":
        assert {option for option, _ in given} == {"--data-urlencode"}
        return client.get(url + "?" + "&".join(quote(value, safe="=") for _, value in given))
    if given and {option for option, _ in given} == {"-F"}:
        files = [("file", (value.removeprefix("file=@"), b"a")) for _, value in given]
        return client.request("POST" if method == "GET" else method, url, files=files)
    if not given:
        return client.request(method, url)
    (header, kind), (data, body) = given
    assert (header, kind, data) == ("-H", "Content-Type: application/json", "-d")
    return client.request("POST" if method == "GET" else method, url, content=body, headers=JSON)


PROVOKED: dict[tuple[str, int], dict[str, Any]] = {
    ("post-v1-search", 400): {"content": '{"question":'},
    ("post-v1-search", 404): {"json": {"question": "a", "documents": ["国发〔1999〕1号"]}},
    ("post-v1-search", 413): {"json": {"question": "a" * 66_000}},
    ("post-v1-search", 422): {"json": {"question": "a" * 2001}},
    ("post-v1-search-batch", 400): {"content": '{"question":'},
    ("post-v1-search-batch", 413): {"json": {"searches": [{"question": "a" * 66_000}]}},
    ("post-v1-search-batch", 422): {"json": {"searches": [{"question": "a" * 2001}]}},
    ("get-v1-search", 404): {"params": {"q": "a", "document": "国发〔1999〕1号"}},
    ("get-v1-search", 422): {"params": {"q": "a" * 2001}},
    ("post-v1-ask", 400): {"content": '{"question":'},
    ("post-v1-ask", 404): {"json": {"question": "a", "documents": ["国发〔1999〕1号"]}},
    ("post-v1-ask", 413): {"json": {"question": "a" * 66_000}},
    ("post-v1-ask", 422): {"json": {"question": "a" * 2001}},
    ("get-v1-ask", 404): {"params": {"q": "a", "document": "国发〔1999〕1号"}},
    ("get-v1-ask", 422): {"params": {"q": "a" * 2001}},
    ("post-v1-ask-stream", 400): {"content": '{"question":'},
    ("post-v1-ask-stream", 404): {"json": {"question": "a", "documents": ["国发〔1999〕1号"]}},
    ("post-v1-ask-stream", 413): {"json": {"question": "a" * 66_000}},
    ("post-v1-ask-stream", 422): {"json": {"question": "a" * 2001}},
    ("post-v1-verify", 400): {"content": '{"question":'},
    ("post-v1-verify", 413): {"content": b"a" * (MAX_DRAFT_BYTES + 1)},
    ("post-v1-verify", 422): {"json": {"text": " "}},
    ("post-v1-feedback", 400): {"content": '{"question":'},
    ("post-v1-feedback", 404): {
        "json": {"question": "a", "verdict": "useful", "address": "国发〔1999〕1号#一"}
    },
    ("post-v1-feedback", 413): {"json": {"question": "a" * 66_000}},
    ("post-v1-feedback", 422): {"json": {"question": "a" * 2001, "verdict": "useful"}},
    ("get-v1-facets", 404): {"params": {"document": "国发〔1999〕1号"}},
    ("get-v1-facets", 422): {"params": {"year": 10_000}},
    ("get-v1-documents", 404): {"params": {"document": "国发〔1999〕1号"}},
    ("get-v1-documents", 422): {"params": {"limit": 1001}},
    ("get-v1-documents-document-id", 404): {"url": "/v1/documents/国发〔1999〕1号"},
    ("get-v1-documents-document-id", 422): {"url": "/v1/documents/x", "params": {"txt": "true"}},
    ("get-v1-documents-document-id-original", 404): {"url": "/v1/documents/国发〔1999〕1号/original"},
    ("get-v1-documents-document-id-original", 416): {
        "url": f"/v1/documents/{schema.DOCUMENT_ID}/original",
        "headers": {"Range": "bytes=10000-"},
    },
    ("get-v1-documents-document-id-original", 422): {
        "url": "/v1/documents/x/original",
        "params": {"txt": "true"},
    },
    ("post-v1-documents", 400): {"json": {}},
    ("post-v1-documents", 413): {"content": b"a" * (MAX_UPLOAD_BYTES + 1)},
    ("post-v1-documents", 422): {"files": {"facts": (None, "{}")}},
    ("post-v1-documents", 503): {"files": {"file": ("a.txt", b"a")}},
    ("put-v1-documents-document-id", 400): {"url": f"/v1/documents/{schema.DOCUMENT_ID}", "json": {}},
    ("put-v1-documents-document-id", 404): {"url": "/v1/documents/国发〔1999〕1号"},
    ("put-v1-documents-document-id", 413): {
        "url": "/v1/documents/x",
        "content": b"a" * (MAX_UPLOAD_BYTES + 1),
    },
    ("put-v1-documents-document-id", 422): {
        "url": f"/v1/documents/{schema.DOCUMENT_ID}",
        "files": {"facts": (None, "{}")},
    },
    ("delete-v1-documents-document-id", 404): {"url": "/v1/documents/国发〔1999〕1号"},
    ("delete-v1-documents-document-id", 422): {"url": "/v1/documents/x", "params": {"txt": "true"}},
    ("get-v1-admin-snapshots", 422): {"params": {"verbose": "1"}},
    ("post-v1-admin-snapshots-snapshot-publish", 404): {"url": "/v1/admin/snapshots/none/publish"},
    ("post-v1-admin-snapshots-snapshot-publish", 422): {
        "url": "/v1/admin/snapshots/none/publish",
        "params": {"verbose": "1"},
    },
    ("get-v1-admin-words-kind", 422): {"url": WORDS, "params": {"verbose": "1"}},
    ("put-v1-admin-words-kind", 400): {"url": WORDS, "content": b'{"question":'},
    ("put-v1-admin-words-kind", 409): {"url": WORDS, "json": {"text": "", "version": "0"}},
    ("put-v1-admin-words-kind", 413): {"url": WORDS, "content": b"a" * (MAX_WORDS_BYTES + 1)},
    ("put-v1-admin-words-kind", 422): {"url": WORDS, "json": {"text": "孤词", "version": "0"}},
    ("post-v1-admin-words-kind-preview", 400): {"url": WORDS + "/preview", "content": b'{"question":'},
    ("post-v1-admin-words-kind-preview", 413): {
        "url": WORDS + "/preview",
        "content": b"a" * (MAX_WORDS_BYTES + 1),
    },
    ("post-v1-admin-words-kind-preview", 422): {
        "url": WORDS + "/preview",
        "json": {"text": "孤词", "version": "0"},
    },
    ("post-v1-admin-words-kind-preview", 503): {
        "url": WORDS + "/preview",
        "json": {"text": "", "version": "0"},
    },
    ("get-v1-admin-previews-job-id", 404): {"url": f"/v1/admin/previews/{'0' * 32}"},
    ("get-v1-admin-previews-job-id", 422): {"url": "/v1/admin/previews/x", "params": {"verbose": "1"}},
    ("post-v1-admin-reindex", 409): {},
    ("post-v1-admin-reindex", 422): {"params": {"verbose": "1"}},
    ("post-v1-admin-reindex", 503): {},
    ("get-v1-admin-health", 422): {"params": {"verbose": "1"}},
    ("get-v1-jobs", 422): {"params": {"limit": 201}},
    ("get-v1-jobs-job-id", 404): {"url": f"/v1/jobs/{'0' * 32}"},
    ("get-v1-jobs-job-id", 422): {"url": "/v1/jobs/x", "params": {"txt": "true"}},
    ("get-v1-clauses-address", 404): {"url": "/v1/clauses/国科发区〔2020〕187号%23五/（九十九）"},
    ("get-v1-clauses-address", 422): {"url": "/v1/clauses/x", "params": {"txt": "true"}},
}


def answered_by_the_layers_around(
    route: Route, status: int, *, locked: TestClient, rated: TestClient, crowded: TestClient, reader: str
) -> Response | None:
    """What is refused before any route is asked, or None."""
    if status == 401:
        return locked.request(route.method, route.path)
    if status == 403 and route.scope == "read":  # from another site's page, with a cookie
        cookie = {"Cookie": f"tiaowen_key={reader}", "Sec-Fetch-Site": "cross-site"}
        return locked.request(route.method, route.path, headers=cookie)
    if status == 403:
        return locked.request(route.method, route.path, headers={"X-API-Key": reader})
    if status == 429:
        return next(
            r for _ in range(100) if (r := rated.request(route.method, route.path)).status_code == 429
        )
    response = crowded.request(route.method, route.path)
    return response if status == 503 and '"overloaded"' in refusal_of(route, 503) else None


def refusal_of(route: Route, status: int) -> str:
    return next(refusal.example for refusal in route.refusals if refusal.status == str(status))


def test_every_example_of_an_error_is_what_the_service_answers(
    client: TestClient, plan_live: Live, described: Reference, tmp_path: Path
) -> None:
    class Broken(Live):
        def __init__(self) -> None:
            pass

    unopened, broken = (TestClient(create_app(live)) for live in (Unopened(), Broken()))
    full = TestClient(create_app(plan_live, Operations(most_queued=0)))
    keys = KeyStore(tmp_path)
    reader = keys.create("reader", Scope.READ)
    load = Load()
    load.in_flight = 256
    around = {
        "locked": TestClient(create_app(plan_live, Operations(keys=keys))),
        "rated": TestClient(create_app(plan_live, Operations(limits=Limits(rate=10)))),
        "crowded": TestClient(create_app(plan_live, Operations(load=load))),
    }
    for route in described.routes:
        for refusal in route.refusals:
            status = int(refusal.status)
            path = route.path.replace("{kind}", "synonyms")
            request: dict[str, Any] = {"method": route.method, "url": path}
            if refused := answered_by_the_layers_around(route, status, **around, reader=reader):
                same_as_told(route, refusal, refused)
                continue
            if (route.anchor, status) in PROVOKED:
                asked = full if status == 503 else client
                request |= PROVOKED[route.anchor, status]
            elif status == 414:
                asked = (
                    client  # refused before any route is looked for; the client itself sends no longer parts
                )
                request |= {"url": "/v1/documents/" + "a" * 40_000, "params": {"q": "a" * 40_000}}
            elif status in (500, 503):
                asked = {500: broken, 503: unopened}[status]
                if route.path == "/v1/healthz":
                    continue  # nothing that it does can fail
                if route.anchor == "post-v1-documents":
                    request |= {"files": {"file": ("a.txt", b"a")}}
                elif route.anchor == "post-v1-feedback":
                    request |= {"json": {"question": "a", "verdict": "useless"}}
                elif route.anchor == "post-v1-verify":
                    request |= {"json": {"text": "a"}}
                elif path.startswith(WORDS):
                    request |= {"json": {"text": "", "version": "0"}}
                elif route.method == "POST":
                    question = {"question": "a"}
                    batch = route.anchor == "post-v1-search-batch"
                    request |= {"json": {"searches": [question]} if batch else question}
                request |= {"params": {"q": "a"}} if route.anchor in ("get-v1-search", "get-v1-ask") else {}
            else:
                raise AssertionError(f"nothing provokes {route.anchor} {status}")
            if status == 409:  # the first one is accepted, if it was not asked for before
                asked.request(**request)
            response = asked.request(**({"headers": JSON} if "content" in request else {}), **request)
            same_as_told(route, refusal, response)
    shown = {(route.anchor, int(r.status)) for route in described.routes for r in route.refusals}
    assert {key for key in PROVOKED if key[1] != 503} == {
        key for key in shown if key[1] not in (401, 403, 414, 429, 500, 503)
    }


def same_as_told(route: Route, refusal: Refusal, response: Response) -> None:
    """Status, body and headers."""
    told = json.loads(refusal.example)
    told["error"]["request_id"] = response.headers["X-Request-Id"]
    assert (response.status_code, response.json()) == (int(refusal.status), told), route.anchor
    for name, example in refusal.headers:
        given = response.headers[name]
        assert given == example or (name == "Retry-After" and int(given) > 0), (route.anchor, name)


def test_the_contract_asks_for_the_scope_that_the_service_asks_for(
    plan_live: Live, described: Reference, document: dict[str, Any], tmp_path: Path
) -> None:
    keys = KeyStore(tmp_path)
    tokens = {scope.name.lower(): keys.create(scope.name, scope) for scope in Scope}
    locked = TestClient(create_app(plan_live, Operations(keys=keys)))
    ways = {"bearer": lambda key: {"Authorization": f"Bearer {key}"}, "header": lambda key: {"X-API-Key": key},
            "cookie": lambda key: {"Cookie": f"tiaowen_key={key}"}}  # fmt: skip
    assert set(ways) == set(document["components"]["securitySchemes"])
    for route in described.routes:
        ask = partial(locked.request, route.method, route.path)
        wanted = document["paths"][route.path][route.method.lower()]["security"]
        if not route.scope:
            assert ask().status_code not in (401, 403), "no key is needed"
            assert wanted == [] or {} in wanted
            continue
        assert ask().status_code == 401
        assert wanted == [{way: [route.scope]} for way in ways]
        for scope in ("read", "write", "admin"):
            enough = Scope[scope.upper()] >= Scope[route.scope.upper()]
            for header in ways.values():
                assert (ask(headers=header(tokens[scope])).status_code != 403) == enough, (
                    route.anchor,
                    scope,
                )


def test_every_code_of_an_error_is_listed_and_none_that_does_not_exist() -> None:
    listed = {code: status for status, codes in CODES.items() for code in codes}
    given: set[tuple[int, str]] = {(422, f"{how}_{what}") for how in ("unknown", "missing", "invalid")
                                   for what in ("field", "parameter")}  # fmt: skip
    given |= {(status, code) for _, status, code in problems._TREE}
    for file in SERVICE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id
            if (
                isinstance(call, ast.Call)
                and named in ("Problem", "_busy")
                and isinstance(call.args[0], ast.Constant)
            ):
                codes = (
                    [call.args[1].body, call.args[1].orelse]
                    if isinstance(call.args[1], ast.IfExp)
                    else call.args[1:2]
                )
                given |= {(call.args[0].value, one.value) for one in codes if isinstance(one, ast.Constant)}  # type: ignore[misc]
    shared = {"question_empty", "page_out_of_range"}  # told by the words of a validation error
    assert {(listed[code], code) for code in listed if code not in shared} == given
    said = ErrorFacts.model_fields["code"].description or ""
    assert all(code in said for code in listed)


def test_routes_keep_their_names_for_clients_made_of_the_contract(document: dict[str, Any]) -> None:
    named = {(m, p): o["operationId"] for p, methods in document["paths"].items() for m, o in methods.items()}
    assert len(set(named.values())) == len(named)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in named.values())
    assert (named["post", "/v1/search"], named["get", "/v1/documents/{document_id}"]) == (
        "search",
        "read_document",
    )
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    assert {t for methods in document["paths"].values() for o in methods.values() for t in o["tags"]} == tags


def test_every_route_of_the_contract_is_named_in_the_changelog(document: dict[str, Any]) -> None:
    changes = (SERVICE.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    missing = [path for path in document["paths"] if path not in changes]
    assert not missing, "a changelog line is due when the contract changes"


class Unopened(Live):
    """Its snapshot is still being opened."""

    def __init__(self) -> None:
        self._serving, self._failure = None, None

    def _due(self) -> bool:
        return False


def test_markup_in_an_api_document_never_becomes_markup() -> None:
    field = {"type": "string", "description": EVIL, "examples": [EVIL], "default": EVIL, "enum": [EVIL]}
    shape = {"type": "object", "description": EVIL, "properties": {EVIL: field}}
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{EVIL.replace('/', '')}"}}}
    document = {
        "info": {"version": EVIL, "description": EVIL},
        "paths": {
            "/" + EVIL: {
                "post": {
                    "summary": EVIL, "description": EVIL, "tags": [EVIL],
                    "parameters": [{"name": EVIL, "in": EVIL, "description": EVIL, "schema": field}],
                    "requestBody": {"content": content},
                    "responses": {"200": {"content": content, "description": EVIL},
                                  EVIL: {"content": content, "description": EVIL}},
                }
            }
        },
        "components": {"schemas": {EVIL.replace("/", ""): shape}},
    }  # fmt: skip
    for lang in ("zh", "en"):
        page = Pages().render("docs.html", State(lang=lang), api=reference(document, EVIL))
        tags = Sections(bytes(page.body).decode()).tags
        assert [a["src"] for tag, a in tags if tag == "script"][1:] == []
        assert not [tag for tag, _ in tags if tag in ("img", "i", "style")]
        assert not [a for _, a in tags for name in a if name.startswith("on") or name == "style"]
        assert "1337" not in bytes(page.body).decode()


def test_a_hostile_host_header_becomes_no_markup_and_no_second_command(client: TestClient) -> None:
    for host in ('"><script>alert(1)</script>', "x; touch y", "x:abc"):
        response = client.get("/docs", headers={"Host": host})
        assert response.status_code in (200, 400)
        assert "<script>alert" not in response.text
        assert " touch y/v1" not in response.text.replace("&#39;http://x; touch y/v1", "")


def test_a_schema_that_holds_itself_is_laid_out_once() -> None:
    tree = {"type": "object", "required": ["label"], "properties": {
        "label": {"type": "string", "examples": ["a"]},
        "inner": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}  # fmt: skip
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
    (route,) = reference(
        {"info": {"version": "1"}, "components": {"schemas": {"Tree": tree}},
         "paths": {"/t": {"get": {"responses": {"200": {**answer, "description": ""}}}}}}, ""
    ).routes  # fmt: skip
    assert [field.name for field in route.answer] == ["label", "inner", "inner[].label", "inner[].inner"]
    assert json.loads(route.example) == {"label": "a", "inner": [None]}


def test_descriptions_keep_their_paragraphs_code_and_stress() -> None:
    assert prose("\nSend `#` as **%23**.\nNow.\n\n    %E5\n") == (
        ("p", (("Send ", ""), ("#", "code"), (" as ", ""), ("%23", "b"), (".\nNow.", ""))),
        ("pre", (("%E5", ""),)),
    )


def test_the_page_keeps_the_policy_of_every_other_page_and_needs_no_index(client: TestClient) -> None:
    response = TestClient(create_app(Unopened())).get("/docs")
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert '<a href="/docs">接口 API</a>' in client.get("/").text


def test_every_route_and_kind_of_finding_has_words_in_chinese(described: Reference) -> None:
    words = Wording("zh")
    assert all(words.route(route.method, route.path) for route in described.routes)
    codes = [key.removeprefix("finding_") for key in words if key.startswith("finding_")]
    codes = [code for code in codes if not code.startswith("says_")]
    assert {"gap", "repeat", "disorder", "inferred", "reference", "no-title"} == set(codes)
    assert all(words.finding_says(code) for code in codes)


def test_the_question_of_the_examples_is_answered_by_the_clause_of_the_examples(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"q": schema.QUESTION, "mode": "bm25"}).json()
    best = answer["results"][0]
    assert best["address"] == schema.ADDRESS
    assert best["text"].startswith(schema.CLAUSE.rstrip("…"))
    citation = schema.Citation.model_fields
    assert [best["citation"][key] for key in ("display", "start", "end")] == [
        citation[key].examples[0] for key in ("display", "start", "end") if citation[key].examples
    ]
    assert "大数据" in best["matched_terms"]
