"""What a client asks → the request to send, and its response → the typed answer or a `ServiceError`. No I/O."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote

from pydantic import BaseModel, ValidationError

from index.errors import TiaowenError
from retriever.search import Mode
from service.api import schema
from service.api.ask_schema import AskContext, AskResponse
from service.api.batch_schema import BatchResponse
from service.api.facets_schema import FacetsResponse
from service.api.verify_schema import VerifyResponse
from service.client.only import Only, fields

Answer = TypeVar("Answer", bound=BaseModel)

RETRIED = frozenset({429, 502, 503, 504})
"""The service is busy, loading or swapping; asking again later is right."""
LONGEST_WAIT_SECONDS = 30.0


class ServiceError(TiaowenError):
    """The service refused, could not be reached, or answered something else than it documents."""

    def __init__(
        self, message: str, *, code: str = "unreachable", status: int = 0, field: str | None = None,
        request_id: str = "", retry_after: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.code = code
        """For programs; see the API reference. `unreachable` and `unexpected` are the client's own."""
        self.status = status
        """HTTP status, 0 where there was no answer."""
        self.field = field
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds the service asks to wait, or None."""


class Original(BaseModel):
    """The file that a document was read from."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """One request and the type of its answer."""

    method: str
    path: str
    answer: type[Answer]
    json: Mapping[str, Any] | None = None
    params: Mapping[str, Any] | None = None


def search(question: str, top_k: int, offset: int, mode: str, only: Only) -> Call[schema.SearchResponse]:
    body = _search(question, top_k, offset, mode, only)
    return Call("POST", "/v1/search", schema.SearchResponse, body)


def search_batch(questions: Sequence[str], top_k: int, mode: str, only: Only) -> Call[BatchResponse]:
    body = {"searches": [_search(question, top_k, 0, mode, only) for question in questions]}
    return Call("POST", "/v1/search/batch", BatchResponse, body)


def ask(question: str, only: Only, threshold: float | None, context: AskContext | None) -> Call[AskResponse]:
    body: dict[str, Any] = {"question": question, **fields(only)}
    if threshold is not None:
        body["threshold"] = threshold
    if context is not None:
        body["context"] = context.model_dump()
    return Call("POST", "/v1/ask", AskResponse, body)


def verify(text: str) -> Call[VerifyResponse]:
    return Call("POST", "/v1/verify", VerifyResponse, {"text": text})


def clause(address: str) -> Call[schema.ClauseResponse]:
    return Call("GET", f"/v1/clauses/{encoded(address)}", schema.ClauseResponse)


def document(document_id: str, text: bool) -> Call[schema.DocumentResponse]:
    path = f"/v1/documents/{encoded(document_id)}"
    return Call("GET", path, schema.DocumentResponse, params={"text": "true"} if text else None)


def original(document_id: str) -> Call[Original]:
    return Call("GET", f"/v1/documents/{encoded(document_id)}/original", Original)


def documents(containing: str, limit: int, offset: int, only: Only) -> Call[schema.DocumentsResponse]:
    params = {"q": containing, "limit": limit, "offset": offset, **_parameters(only)}
    return Call("GET", "/v1/documents", schema.DocumentsResponse, params=params)


def facets(containing: str, only: Only) -> Call[FacetsResponse]:
    return Call("GET", "/v1/facets", FacetsResponse, params={"title": containing, **_parameters(only)})


def ready() -> Call[schema.Readiness]:
    return Call("GET", "/readyz", schema.Readiness)


def encoded(name: str) -> str:
    """An address or a document id as a part of a URL."""
    return quote(name.encode("utf-8", "replace"), safe="/")


def read(call: Call[Answer], status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """The typed answer. Raises ServiceError for any other status, and for a body that is not what is documented."""
    if status == 200:
        try:
            if issubclass(call.answer, Original):
                return call.answer.model_validate(_downloaded(headers, body))
            return call.answer.model_validate_json(body)
        except ValidationError as error:
            raise ServiceError(
                f"{call.method} {call.path} answered something that this client does not know "
                f"({error.error_count()} fields differ); use the client of the service's own version",
                code="unexpected", status=status,
            ) from error  # fmt: skip
    retry_after = headers.get("retry-after", "")
    seconds = float(retry_after) if retry_after.isdigit() else None
    try:
        told = schema.ErrorResponse.model_validate_json(body).error
    except ValidationError:
        raise ServiceError(
            f"{call.method} {call.path} answered {status} without the error shape of this service; "
            "is something else listening there?",
            code="unexpected", status=status, retry_after=seconds,
        ) from None  # fmt: skip
    raise ServiceError(told.message, code=told.code, status=status, field=told.field,
                       request_id=told.request_id, retry_after=seconds)  # fmt: skip


def _downloaded(headers: Mapping[str, str], body: bytes) -> dict[str, object]:
    """Of a file without the name that this service gives, too little is told, and validation fails."""
    name = headers.get("content-disposition", "").partition("filename*=UTF-8''")[2]
    told: dict[str, object] = {"media_type": headers.get("content-type", ""), "content": body}
    return {**told, "name": unquote(name)} if name else told


def wait_seconds(error: ServiceError, attempt: int) -> float:
    """How long to wait before another attempt (from 0): what the service asks, else 0.2, 0.4, 0.8 … with jitter."""
    asked = error.retry_after
    return min(asked if asked is not None else 0.2 * 2**attempt * (1 + random.random()), LONGEST_WAIT_SECONDS)


def worth_retrying(error: ServiceError) -> bool:
    return error.status in RETRIED or error.code == "unreachable"


def _parameters(only: Only) -> dict[str, Any]:
    """Filters as they stand in a URL, where each value stands alone."""
    singular = {"documents": "document", "issuers": "issuer", "kinds": "kind", "years": "year"}
    return {singular.get(name, name): values for name, values in fields(only).items()}


def _search(question: str, top_k: int, offset: int, mode: str, only: Only) -> dict[str, Any]:
    return {"question": question, "top_k": top_k, "offset": offset, "mode": Mode(mode).value, **fields(only)}
