"""Messages → the text a language model streams, from any endpoint that speaks OpenAI's chat API, within bounds."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.errors import TiaowenError

MAX_LINE_BYTES = 64 * 1024
MAX_STREAM_BYTES = 2 * 2**20
MAX_ANSWER_CHARS = 6000
DEFAULT_TIMEOUT_SECONDS = 60.0


class GenerationError(TiaowenError):
    """The endpoint gave no usable answer. The message names neither its key nor anything it sent."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        """For programs: timeout, unreachable, http_error, invalid_json, truncated, endless…"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked."""

    url: str
    """Base of the API, with or without /chat/completions."""
    model: str
    key: str = field(default="", repr=False)
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    """For one whole answer."""

    @property
    def completions(self) -> str:
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else base + "/chat/completions"

    async def stream(self, messages: Sequence[dict[str, str]]) -> AsyncIterator[str]:
        """The pieces of the answer as they come. Raises GenerationError, also when the time is over."""
        httpx = _httpx()
        deadline = time.monotonic() + self.timeout_seconds
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = {"model": self.model, "messages": list(messages), "stream": True, "temperature": 0}
        # No redirect is followed: the key goes where the setting says, and nowhere else. Proxies of the environment
        # are not used: an endpoint in a closed network must not be asked through one.
        client = httpx.AsyncClient(timeout=self.timeout_seconds, trust_env=False, follow_redirects=False)
        try:
            async with client:
                request = client.build_request("POST", self.completions, json=body, headers=headers)
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    response = await client.send(request, stream=True)
                try:
                    if response.status_code != 200:
                        raise GenerationError(
                            "http_error", f"the language model's endpoint answered {response.status_code}"
                        )
                    if response.headers.get("content-encoding", "identity") != "identity":
                        raise GenerationError("invalid_json", "the endpoint compressed its answer unasked")
                    plain = "json" in response.headers.get("content-type", "").lower()
                    pieces = _whole(response, deadline) if plain else _pieces(response, deadline)
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
            raise GenerationError(
                "unreachable", f"the language model's endpoint cannot be reached ({type(error).__name__})"
            ) from None


async def _lines(response: Any, deadline: float) -> AsyncIterator[bytes]:
    """Lines of the body, none longer than `MAX_LINE_BYTES`, until the deadline."""
    chunks = response.aiter_raw(4096)
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
