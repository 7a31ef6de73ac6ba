"""A faithful fake of an OpenAI-compatible endpoint that also misbehaves, for the tests of answers."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from retriever.generate.endpoint import Endpoint

KEY = "sk-very-secret-key-1234567890"


@dataclass
class Fake:
    """What the endpoint does next, and what it was asked."""

    url: str = ""
    mode: str = "say"
    say: str = ""
    asked: list[dict[str, object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def endpoint(self, timeout_seconds: float = 5.0) -> Endpoint:
        return Endpoint(self.url, "fake", KEY, timeout_seconds)

    def chunk(self, content: str | None, finish: str | None = None) -> bytes:
        delta = {} if content is None else {"content": content}
        told = {"id": "x", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta,
                "finish_reason": finish}]}  # fmt: skip
        return b"data: " + json.dumps(told).encode() + b"\n\n"

    async def stream(self) -> AsyncIterator[bytes]:
        if self.mode == "slow-start":
            await asyncio.sleep(30)
        yield b": keep-alive\n\n" + self.chunk("")
        if self.mode == "endless":
            while True:
                yield self.chunk("字" * 40 + "。[C1]")
                await asyncio.sleep(0.001)
        if self.mode == "comments-forever":
            while True:
                yield b": x\n\n"
                await asyncio.sleep(0.01)
        if self.mode == "huge-line":
            for _ in range(1000):
                yield b"a" * 10_000
                await asyncio.sleep(0.001)
        for i in range(0, len(self.say), 3):
            yield self.chunk(self.say[i : i + 3])
            if self.mode == "drip":
                await asyncio.sleep(0.5)
            if self.mode == "truncated" and i > len(self.say) * 2 // 3:
                return
        if self.mode == "invalid-json":
            yield b"data: {nonsense\n\n"
        if self.mode == "error-chunk":
            yield b'data: {"error": {"message": "' + KEY.encode() + b'"}}\n\n'
        yield self.chunk(None, "stop")
        yield b'data: {"choices": [], "usage": {"total_tokens": 3}}\n\n'
        yield b"data: [DONE]\n\n"

    async def answer(self, request: Request) -> Response:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        if self.mode.isdigit():
            return JSONResponse({"error": {"message": f"no, {KEY}"}}, int(self.mode))
        if self.mode == "short" and len(self.asked) == 1:
            return JSONResponse({"error": {"type": "exceed_context_size_error"}}, 400)
        if self.mode == "redirect":
            return RedirectResponse(f"{self.url}/elsewhere", 307)
        if self.mode == "not-streamed":
            return JSONResponse({"choices": [{"message": {"role": "assistant", "content": self.say}}]})
        return StreamingResponse(self.stream(), media_type="text/event-stream")


@pytest.fixture(scope="session")
def _served() -> Iterator[Fake]:
    fake = Fake()
    app = Starlette(routes=[Route("/v1/chat/completions", fake.answer, methods=["POST"])])
    listener = socket.create_server(("127.0.0.1", 0))
    fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield fake
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def fake(_served: Fake) -> Fake:
    _served.mode, _served.say = "say", ""
    _served.asked.clear()
    _served.keys.clear()
    return _served
