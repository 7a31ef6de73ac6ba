"""Every error → one shape: what happened and what to do, with a code for programs and an id for the log."""

import dataclasses
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from index.catalogue import Listing
from index.errors import (
    ModelError,
    NotFoundError,
    NothingPublishedError,
    QuestionError,
    StaleSnapshotError,
    StoreError,
    TiaowenError,
)

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as the API and the page tell it."""

    status: int
    code: str
    """For programs; never changes its meaning."""
    message: str
    """For people: what happened and what to do."""
    field: str | None = None
    """The field or parameter at fault."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def told(self, request_id: str) -> dict[str, dict[str, str | None]]:
        """In the one shape of errors."""
        error = {"code": self.code, "message": self.message, "field": self.field, "request_id": request_id}
        return {"error": error}

    def body(self, request_id: str) -> bytes:
        """JSON; a character that UTF-8 cannot carry becomes "?", so that telling an error never fails."""
        return json.dumps(self.told(request_id), ensure_ascii=False).encode("utf-8", "replace")


class Refused(Exception):
    """A request that cannot be answered, with the problem to tell."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def known(documents: Mapping[str, Listing], document_id: str, field: str) -> Listing:
    """The listing of a document that a request names in `field`. Raises Refused."""
    listing = documents.get(document_id)
    if listing is None:
        raise Refused(Problem(404, "document_not_found", f"no document has the id {document_id!r}; "
                              "GET /v1/documents lists them", field))  # fmt: skip
    return listing


# The first class that fits counts: derived classes stand before their bases.
_TREE: tuple[tuple[type[Exception], int, str], ...] = (
    (QuestionError, 422, "question_invalid"),
    (NotFoundError, 404, "not_found"),
    (NothingPublishedError, 503, "nothing_published"),
    (StaleSnapshotError, 503, "snapshot_stale"),
    (StoreError, 503, "store_unavailable"),
    (ModelError, 503, "model_unavailable"),
)


def from_error(error: Exception, field: str | None = None) -> Problem:
    """The problem that an exception stands for; one that nobody foresaw is `internal_error` and tells no details."""
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, RequestValidationError):
        return _from_validation(error.errors())
    if isinstance(error, HTTPException):
        return _from_http(error)
    for kind, status, code in _TREE:
        if isinstance(error, kind):
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
            return Problem(status, code, str(error), "question" if status == 422 else field, headers)
    if isinstance(error, sqlite3.DatabaseError):
        return Problem(503, "store_unavailable", f"the snapshot being served cannot be read any more ({error}); "
                       "publish it anew with `tiaowen index`, or restart the service", None,
                       {"Retry-After": str(RETRY_AFTER_SECONDS)})  # fmt: skip
    if isinstance(error, TiaowenError):
        return Problem(500, "failed", str(error))
    return Problem(500, "internal_error", "the service failed to answer; this is a bug. Report it with the "
                   "request id, under which the service's log holds the details")  # fmt: skip


def _from_http(error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    if error.status_code == 404:
        return Problem(404, "no_such_path", "nothing is served at this path; the API lives under /v1 and is described "
                       "at /docs, the search page is /")  # fmt: skip
    if error.status_code == 405:
        return Problem(
            405,
            "method_not_allowed",
            "this path is not served for that method; the Allow header names those that are",
        )
    if error.status_code == 400:
        return _invalid_json("the body is not text in UTF-8, or nested too deeply")
    if error.status_code == 413:
        return Problem(413, "body_too_large", str(error.detail), None, headers)
    if error.status_code == 414:
        return Problem(414, "url_too_long", str(error.detail))
    phrase = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    return Problem(error.status_code, phrase, str(error.detail), None, headers)


def _invalid_json(fact: str) -> Problem:
    return Problem(400, "invalid_json", f"the body is not valid JSON ({fact}); /docs has an example for "
                   "each route")  # fmt: skip


def _from_validation(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The first error, unknown fields before others: a mistyped name explains the missing one."""
    error = min(errors, key=lambda e: e["type"] != "extra_forbidden")
    kind, where, context = str(error["type"]), tuple(error["loc"]), error.get("ctx") or {}
    if kind == "json_invalid":
        return _invalid_json(f"{context.get('error', 'syntax error')} at character {where[-1]}")
    if kind == "page_out_of_range":
        return Problem(422, kind, str(error["msg"]), "offset")
    names = [str(part) for part in where[1:]]
    name = ".".join(names) or None
    if name is None:
        return Problem(422, "body_invalid", "the body must be a JSON object sent with Content-Type: application/json; "
                       "/docs has an example for each route")  # fmt: skip
    what = "parameter" if where[0] in ("query", "path") else "field"
    if kind == "extra_forbidden":
        return Problem(422, f"unknown_{what}", f"there is no {what} {name!r}; /docs lists those that exist",
                       name)  # fmt: skip
    if kind == "missing":
        return Problem(422, f"missing_{what}", f"the {what} {name!r} is required", name)
    asked = names[-1] in ("question", "q")
    if asked and kind == "string_too_long":
        limit = context["max_length"]
        return Problem(422, "question_too_long", f"the question is longer than {limit:,} characters; "
                       "ask in fewer words", name)  # fmt: skip
    if kind == "question_empty":
        return Problem(422, kind, str(error["msg"]), name)
    if kind == "string_unicode":
        return Problem(422, "invalid_text", f"the {what} {name!r} holds half of a surrogate pair, which is no "
                       "character; send well-formed Unicode", name)  # fmt: skip
    return Problem(
        422, f"invalid_{what}", f"{name}: {str(error['msg'])[:1].lower()}{str(error['msg'])[1:]}", name
    )
