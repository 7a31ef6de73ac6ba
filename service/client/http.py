"""A service's URL → its answers as typed objects, sync (`Client`) and async (`AsyncClient`)."""

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from service.api import schema
from service.api.ask_schema import AskContext, AskResponse
from service.api.batch_schema import BatchResponse
from service.api.facets_schema import FacetsResponse
from service.api.verify_schema import VerifyResponse
from service.client import calls
from service.client.calls import Answer, Call, Original, ServiceError
from service.client.only import Only

if TYPE_CHECKING:
    import httpx

DEFAULT_URL = "http://127.0.0.1:8187"
TIMEOUT_SECONDS = 30.0
RETRIES = 3


class Client:
    """A connection to one service; share it between threads, close it or use `with`.

    Every method raises ServiceError. What asks a question takes the filters of `Only`: documents, issuers, kinds,
    years, in_force. A busy or unreachable service is asked again up to `retries` times.
    """

    def __init__(
        self, url: str = DEFAULT_URL, *, key: str = "", timeout_seconds: float = TIMEOUT_SECONDS,
        retries: int = RETRIES, transport: "httpx.BaseTransport | None" = None,
    ) -> None:  # fmt: skip
        self._retries = retries
        self._http = _httpx().Client(**_options(url, key, timeout_seconds), transport=transport)

    def search(
        self, question: str, *, top_k: int = 10, offset: int = 0, mode: str = "hybrid",
        **only: Unpack[Only],
    ) -> schema.SearchResponse:  # fmt: skip
        """Ranked clauses with their citations."""
        return self._send(calls.search(question, top_k, offset, mode, only))

    def search_batch(
        self, questions: Sequence[str], *, top_k: int = 10, mode: str = "hybrid",
        **only: Unpack[Only],
    ) -> BatchResponse:  # fmt: skip
        """Several questions in one request; each has its own results or its own error."""
        return self._send(calls.search_batch(questions, top_k, mode, only))

    def ask(
        self, question: str, *, threshold: float | None = None, context: AskContext | None = None,
        **only: Unpack[Only],
    ) -> AskResponse:  # fmt: skip
        """The words of the documents that answer, or that they do not say."""
        return self._send(calls.ask(question, only, threshold, context))

    def verify(self, text: str) -> VerifyResponse:
        """A check of every citation and quotation of a draft."""
        return self._send(calls.verify(text))

    def clause(self, address: str) -> schema.ClauseResponse:
        """A clause by its address, with its neighbours."""
        return self._send(calls.clause(address))

    def document(self, document_id: str, *, text: bool = False) -> schema.DocumentResponse:
        """A document's facts, outline and diagnosis."""
        return self._send(calls.document(document_id, text))

    def original(self, document_id: str) -> Original:
        """The file that a document was read from; where it is not kept, an error with the code `original_not_kept`."""
        return self._send(calls.original(document_id))

    def documents(
        self, containing: str = "", *, limit: int = 100, offset: int = 0, **only: Unpack[Only]
    ) -> schema.DocumentsResponse:
        """A page of the collection, or of what filters leave of it."""
        return self._send(calls.documents(containing, limit, offset, only))

    def facets(self, containing: str = "", **only: Unpack[Only]) -> FacetsResponse:
        """What documents can be filtered by, with counts; documents whose title or 文号 holds `containing`."""
        return self._send(calls.facets(containing, only))

    def ready(self) -> schema.Readiness:
        """What is being served."""
        return self._send(calls.ready())

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, call: Call[Answer]) -> Answer:
        for attempt in range(self._retries + 1):
            try:
                return self._once(call)
            except ServiceError as error:
                if attempt == self._retries or not calls.worth_retrying(error):
                    raise
                time.sleep(calls.wait_seconds(error, attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(self, call: Call[Answer]) -> Answer:
        try:
            response = self._http.request(call.method, call.path, json=call.json, params=call.params)
        except _httpx().HTTPError as error:
            raise _unreachable(self._http.base_url, error) from error
        return calls.read(call, response.status_code, response.headers, response.content)


class AsyncClient:
    """The same for asyncio; close it with `aclose` or use `async with`."""

    def __init__(
        self, url: str = DEFAULT_URL, *, key: str = "", timeout_seconds: float = TIMEOUT_SECONDS,
        retries: int = RETRIES, transport: "httpx.AsyncBaseTransport | None" = None,
    ) -> None:  # fmt: skip
        self._retries = retries
        self._http = _httpx().AsyncClient(**_options(url, key, timeout_seconds), transport=transport)

    async def search(
        self, question: str, *, top_k: int = 10, offset: int = 0, mode: str = "hybrid",
        **only: Unpack[Only],
    ) -> schema.SearchResponse:  # fmt: skip
        """Ranked clauses with their citations."""
        return await self._send(calls.search(question, top_k, offset, mode, only))

    async def search_batch(
        self, questions: Sequence[str], *, top_k: int = 10, mode: str = "hybrid",
        **only: Unpack[Only],
    ) -> BatchResponse:  # fmt: skip
        """Several questions in one request; each has its own results or its own error."""
        return await self._send(calls.search_batch(questions, top_k, mode, only))

    async def ask(
        self, question: str, *, threshold: float | None = None, context: AskContext | None = None,
        **only: Unpack[Only],
    ) -> AskResponse:  # fmt: skip
        """The words of the documents that answer, or that they do not say."""
        return await self._send(calls.ask(question, only, threshold, context))

    async def verify(self, text: str) -> VerifyResponse:
        """A check of every citation and quotation of a draft."""
        return await self._send(calls.verify(text))

    async def clause(self, address: str) -> schema.ClauseResponse:
        """A clause by its address, with its neighbours."""
        return await self._send(calls.clause(address))

    async def document(self, document_id: str, *, text: bool = False) -> schema.DocumentResponse:
        """A document's facts, outline and diagnosis."""
        return await self._send(calls.document(document_id, text))

    async def original(self, document_id: str) -> Original:
        """The file that a document was read from; where it is not kept, an error with the code `original_not_kept`."""
        return await self._send(calls.original(document_id))

    async def documents(
        self, containing: str = "", *, limit: int = 100, offset: int = 0, **only: Unpack[Only]
    ) -> schema.DocumentsResponse:
        """A page of the collection, or of what filters leave of it."""
        return await self._send(calls.documents(containing, limit, offset, only))

    async def facets(self, containing: str = "", **only: Unpack[Only]) -> FacetsResponse:
        """What documents can be filtered by, with counts; documents whose title or 文号 holds `containing`."""
        return await self._send(calls.facets(containing, only))

    async def ready(self) -> schema.Readiness:
        """What is being served."""
        return await self._send(calls.ready())

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _send(self, call: Call[Answer]) -> Answer:
        for attempt in range(self._retries + 1):
            try:
                return await self._once(call)
            except ServiceError as error:
                if attempt == self._retries or not calls.worth_retrying(error):
                    raise
                await asyncio.sleep(calls.wait_seconds(error, attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _once(self, call: Call[Answer]) -> Answer:
        try:
            response = await self._http.request(call.method, call.path, json=call.json, params=call.params)
        except _httpx().HTTPError as error:
            raise _unreachable(self._http.base_url, error) from error
        return calls.read(call, response.status_code, response.headers, response.content)


def _httpx() -> Any:
    try:
        import httpx
    except ImportError as error:
        raise ServiceError(
            "the client needs httpx; install it with `pip install 'tiaowen[client]'`", code="missing"
        ) from error
    return httpx


def _options(url: str, key: str, timeout_seconds: float) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return {"base_url": url, "timeout": timeout_seconds, "headers": headers}


def _unreachable(url: object, error: Exception) -> ServiceError:
    told = str(error) or type(error).__name__
    return ServiceError(f"no answer from {url} ({told}); is `tiaowen serve` running there?")
