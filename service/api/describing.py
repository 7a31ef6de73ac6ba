"""The OpenAPI document as FastAPI makes it → the contract: keys, headers, and the errors that any route may give."""

from typing import Any

from service.api import examples
from service.api.schema import ErrorFacts
from service.api.stream_schema import EVENTS
from service.middleware.guard import (
    COOKIE,
    OPEN,
    READY,
    foreign_request,
    key_unknown,
    needed_scope,
    not_allowed,
)
from service.middleware.keys import Scope
from service.middleware.traffic import EXEMPT, overloaded, too_many_requests
from service.problems import Problem

TAGS = [
    {"name": "search", "description": "Clauses that answer a question, ranked, with their citations."},
    {
        "name": "answers",
        "description": "The words that answer, quoted; and whether quotations and citations hold.",
    },
    {"name": "documents", "description": "The collection: what it holds, and changes of it as jobs."},
    {
        "name": "admin",
        "description": "Health, slow requests, snapshots, dictionary and synonyms; needs a key with the scope admin.",
    },
    {"name": "health", "description": "For probes and load balancers; needs no key."},
]
SERVERS = [{"url": "/", "description": "The service that gave this document."}]
LICENSE = {"name": "MIT", "identifier": "MIT"}

_KEYS = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key made by `tiaowen keys create`, with one of "
               "the scopes read, write (implies read) and admin (implies both). Off by default where the service is "
               "reached from its own machine only; then no key is asked for."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key, for clients that "
               "cannot set Authorization."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "The same key, as the page /login "
               "sets it. Changes sent with it by another site's page are refused."},
}  # fmt: skip
_HEADERS = {
    "RequestId": {
        "description": "Id of the request in the service's log: the X-Request-Id that was sent, if it is 1 to 64 "
        "letters, digits, dots, hyphens or underscores, else one made up.",
        "required": True, "schema": {"type": "string"}, "example": examples.REQUEST_ID,
    },
    "RetryAfter": {
        "description": "Seconds after which to ask again.", "required": True,
        "schema": {"type": "integer", "minimum": 1}, "example": 5,
    },
    "Authenticate": {
        "description": "How to send a key.", "required": True, "schema": {"type": "string"}, "example": "Bearer",
    },
    "Location": {
        "description": "Path of the job, to be asked until it is done or failed.", "required": True,
        "schema": {"type": "string"}, "example": "/v1/jobs/5f0c3a7e9b4d4f6c8a1e2b3c4d5e6f70",
    },
}  # fmt: skip
_BY_STATUS = {
    "202": {"Location": "Location"},
    "401": {"WWW-Authenticate": "Authenticate"},
    "429": {"Retry-After": "RetryAfter"},
    "503": {"Retry-After": "RetryAfter"},
}


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Add to every route what the layers around it do."""
    components = document.setdefault("components", {})
    components["securitySchemes"], components["headers"] = _KEYS, _HEADERS
    components["schemas"] = dict(sorted((_events() | components["schemas"]).items()))
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["security"] = security(method.upper(), path)
            answers = operation["responses"]
            for problem in _around(method.upper(), path, bool(operation.get("parameters"))):
                answers.setdefault(str(problem.status), examples.told(problem))
            operation["responses"] = dict(sorted(answers.items()))
            for status, answer in answers.items():
                if status.startswith("2"):
                    answer["description"] = _said_of(answer, components["schemas"])
                _shaped(status, answer)
                named = {"X-Request-Id": "RequestId", **_BY_STATUS.get(status, {})}
                answer["headers"] = {
                    name: {"$ref": f"#/components/headers/{of}"} for name, of in named.items()
                }
    return document


def _events() -> dict[str, Any]:
    """Schemas of what a stream sends: FastAPI knows of bodies only."""
    found: dict[str, Any] = {}
    for model in EVENTS.values():
        schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {}) | {model.__name__: schema}
    return found


def security(method: str, path: str) -> list[dict[str, list[str]]]:
    """Any of these; the scope is told as a role. An empty one: no key is needed, but one may be sent."""
    if path in OPEN:
        return []
    scope = Scope(needed_scope(method, path)).name.lower()
    return [*([{}] if path in READY else []), *({scheme: [scope]} for scheme in _KEYS)]


def _around(method: str, path: str, has_parameters: bool) -> list[Problem]:
    """What may be answered before a route is asked."""
    told = []
    if path not in OPEN + READY:
        told.append(key_unknown(given=False))
        scope = needed_scope(method, path)
        if scope > Scope.READ:
            told.append(not_allowed(Scope.READ, scope))
        elif path == "/v1/feedback":
            told.append(foreign_request())
    if has_parameters:
        told.append(examples.URL_TOO_LONG)
    if path.removeprefix("/v1") not in EXEMPT:
        told += [too_many_requests(10, 1), overloaded()]
    return told


def _said_of(answer: dict[str, Any], schemas: dict[str, Any]) -> str:
    """What a good answer is, in the words of its schema."""
    (content,) = answer["content"].values()
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    said: str = (schemas[name] if name else content["schema"])["description"]
    return said.split("\n\n")[0]


def _shaped(status: str, answer: dict[str, Any]) -> None:
    """An error is JSON, and its example has all keys: FastAPI leaves out those that are null."""
    if status.startswith("2"):
        return
    parts = answer["content"].values()  # FastAPI puts the schema under the media type of a route's success
    answer["content"] = {"application/json": {k: v for part in parts for k, v in part.items()}}
    content = answer["content"]["application/json"]
    if "example" in content:
        error = content["example"]["error"]
        content["example"] = {"error": {key: error.get(key) for key in ErrorFacts.model_fields}}
