"""Messages → the text a language model streams, from any endpoint that speaks OpenAI's chat API, within bounds."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from index.errors import TiaowenError

MAX_LINE_BYTES = 64 * 1024
MAX_STREAM_BYTES = 8 * 2**20
"""A token costs some 300 bytes of stream, and models that think aloud need thousands of them."""
MAX_ANSWER_CHARS = 6000
MAX_ERROR_BYTES = 4096
DEFAULT_TIMEOUT_SECONDS = 60.0
CONNECT_SECONDS = 5.0
"""A machine that is off must not cost the time of a whole answer."""
_TOO_LONG = (b"context_size", b"context_length", b"context length", b"context size", b"context window")
"""What llama.cpp, OpenAI, vLLM and others say where the question does not fit."""
_OPENED, _CLOSED = "<think>", "</think>"


class GenerationError(TiaowenError):
    """The endpoint gave no usable answer. The message names neither its key nor anything it sent."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        """For programs: timeout, unreachable, http_error, invalid_json, truncated, endless, context…"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked."""

    url: str
    """Base of the API, with or without /chat/completions."""
    model: str
    key: str = field(default="", repr=False)
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    """For one whole answer."""
    ca: str = ""
    """File of certificates (PEM) that vouch for the endpoint; "" trusts the public ones."""

    @property
    def base(self) -> str:
        return self.url.rstrip("/").removesuffix("/chat/completions")

    def headers(self, accept: str) -> dict[str, str]:
        told = {"Accept": accept, "Accept-Encoding": "identity"}
        return told | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def client(self) -> Any:
        """An httpx.AsyncClient. Raises GenerationError.

        No redirect is followed: the key goes where the setting says, and nowhere else. Proxies of the environment
        are not used: an endpoint in a closed network must not be asked through one.
        """
        httpx = _httpx()
        try:
            verify: Any = ssl.create_default_context(cafile=self.ca) if self.ca else True
        except (OSError, ValueError):
            raise GenerationError(
                "certificates", "the certificates of TIAOWEN_LLM_CA cannot be read"
            ) from None
        timeout = httpx.Timeout(self.timeout_seconds, connect=min(CONNECT_SECONDS, self.timeout_seconds))
        return httpx.AsyncClient(timeout=timeout, trust_env=False, follow_redirects=False, verify=verify)

    async def stream(self, messages: Sequence[dict[str, str]]) -> AsyncIterator[str]:
        """The pieces of the answer as they come. Raises GenerationError, also when the time is over."""
        httpx = _httpx()
        deadline = time.monotonic() + self.timeout_seconds
        body = {"model": self.model, "messages": list(messages), "stream": True, "temperature": 0}
        client = self.client()
        try:
            async with client:
                request = client.build_request(
                    "POST",
                    self.base + "/chat/completions",
                    json=body,
                    headers=self.headers("text/event-stream"),
                )
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    response = await client.send(request, stream=True)
                try:
                    if response.status_code != 200:
                        raise await _refusal(response)
                    if response.headers.get("content-encoding", "identity") != "identity":
                        raise GenerationError("invalid_json", "the endpoint compressed its answer unasked")
                    kind = response.headers.get("content-type", "").lower()
                    if "html" in kind:
                        raise GenerationError(
                            "wrong_type", "the endpoint answered with a page, not with an answer"
                        )
                    told = _whole(response, deadline) if "json" in kind else _pieces(response, deadline)
                    pieces = _without_thoughts(told)
                    length = 0
                    async for piece in pieces:
                        length += len(piece)
                        if length > MAX_ANSWER_CHARS:
                            raise GenerationError("endless", "the language model does not come to an end")
                        yield piece
                finally:
                    await response.aclose()
        except TimeoutError:
            raise GenerationError(
                "timeout", f"the language model took more than {self.timeout_seconds:g} s"
            ) from None
        except httpx.TimeoutException:
            raise GenerationError(
                "timeout", f"the language model took more than {self.timeout_seconds:g} s"
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            # Only the kind: the message of some of these repeats headers.
            raise unreachable(error) from None


def unreachable(error: Exception) -> GenerationError:
    """Tells the kind only: the messages of some errors repeat headers."""
    kind, cause = type(error).__name__, error.__cause__ or error.__context__
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLError):
        kind = f"TLS: {cause.reason or type(cause).__name__}"
    return GenerationError("unreachable", f"the language model's endpoint cannot be reached ({kind})")


async def _refusal(response: Any) -> GenerationError:
    """What a status other than 200 means; of what the endpoint says only whether the question is too long."""
    status = response.status_code
    if status in (400, 413, 422):
        said = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                async for chunk in response.aiter_raw():
                    said += chunk
                    if len(said) >= MAX_ERROR_BYTES:
                        break
        if any(words in said.lower() for words in _TOO_LONG):
            return GenerationError("context", "the clauses do not fit into the language model's context")
    return GenerationError("http_error", f"the language model's endpoint answered {status}")


async def _lines(response: Any, deadline: float) -> AsyncIterator[bytes]:
    """Lines of the body, none longer than `MAX_LINE_BYTES`, until the deadline."""
    chunks = response.aiter_raw()  # with a size it would hold a token back until so many bytes are there
    waiting, total = b"", 0
    while True:
        async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
            try:
                chunk = await anext(chunks)
            except StopAsyncIteration:
                break
        total += len(chunk)
        *whole, waiting = (waiting + chunk).split(b"\n")
        if total > MAX_STREAM_BYTES or len(waiting) > MAX_LINE_BYTES:
            raise GenerationError("endless", "the endpoint sends more than an answer can hold")
        for line in whole:
            yield line.rstrip(b"\r")
    if waiting:
        yield waiting


async def _pieces(response: Any, deadline: float) -> AsyncIterator[str]:
    """The pieces in a stream of server-sent events."""
    finished = False
    async for line in _lines(response, deadline):
        if not line.startswith(b"data:"):
            continue
        told = line[5:].strip()
        if told == b"[DONE]":
            return
        choice = _choice(told)
        if choice is None:
            continue
        delta = choice.get("delta")
        content = delta.get("content") if isinstance(delta, dict) else None
        if isinstance(content, str) and content:
            yield content
        finished = finished or bool(choice.get("finish_reason"))
    if not finished:
        raise GenerationError("truncated", "the endpoint's answer broke off")


async def _whole(response: Any, deadline: float) -> AsyncIterator[str]:
    """The answer of an endpoint that does not stream."""
    body = b"\n".join([line async for line in _lines(response, deadline)])
    choice = _choice(body)
    message = choice.get("message") if choice else None
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, str):
        raise GenerationError("invalid_json", "the endpoint's answer holds no text")
    yield content


async def _without_thoughts(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """The pieces after what a model thinks aloud before it answers, where its server leaves that in the answer."""
    waiting, thinks, answers = "", False, False
    async for piece in pieces:
        if answers:
            yield piece
            continue
        waiting = (waiting + piece).lstrip()
        if not thinks and waiting.startswith(_OPENED):
            thinks = True
        if thinks:
            _, closed, rest = waiting.partition(_CLOSED)
            answers, waiting = bool(closed), rest if closed else waiting[-len(_CLOSED) :]
        else:
            answers = not _OPENED.startswith(waiting)
        if answers and waiting:
            yield waiting
    if waiting and not thinks and not answers:
        yield waiting


def _choice(told: bytes) -> dict[str, Any] | None:
    """The first choice of a chunk, None where it has none (a chunk of usage figures)."""
    try:
        chunk = json.loads(told)
    except (ValueError, RecursionError):
        raise GenerationError("invalid_json", "the endpoint sent what is no JSON") from None
    if not isinstance(chunk, dict) or "error" in chunk:
        raise GenerationError("http_error", "the language model's endpoint reported an error")
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    if not isinstance(choices[0], dict):
        raise GenerationError("invalid_json", "the endpoint sent a chunk of another shape")
    return choices[0]


def _httpx() -> Any:
    try:
        import httpx
    except ModuleNotFoundError:
        raise GenerationError(
            "not_installed", "asking a language model needs httpx; install it with pip install 'tiaowen[llm]'"
        ) from None
    return httpx
