"""Too much is refused in time, and told when to come back."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from service.app import create_app
from service.live import Live, Serving
from service.middleware.traffic import Limits, Load, Traffic, free_bytes
from service.operations import Operations
from service.problems import Refused

NONE = Limits(0, 0, 0.0, 0.0, 0)


def scope_of(client: str = "10.0.0.1", path: str = "/v1/search") -> Scope:
    return {"type": "http", "method": "GET", "path": path, "client": (client, 1), "state": {}, "headers": []}


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


async def ignore(message: Any = None) -> Any:
    return None


def statuses(traffic: Traffic, *clients: str, path: str = "/v1/search") -> list[int]:
    async def ask() -> list[int]:
        found = []
        for client in clients:
            try:
                await traffic(scope_of(client, path), ignore, ignore)
                found.append(200)
            except Refused as refused:
                assert int(refused.problem.headers["Retry-After"]) >= 1
                found.append(refused.problem.status)
        return found

    return asyncio.run(ask())


def test_a_client_has_its_rate_and_twice_that_after_a_pause() -> None:
    now, load = [100.0], Load()
    traffic = Traffic(answer, Limits(0, 0, 2.0, 0.0, 0), load, lambda: now[0])
    assert statuses(traffic, *"aaaaaabb") == [200] * 4 + [429] * 2 + [200] * 2
    assert statuses(traffic, "a", path="/v1/healthz") == [200], "never refused"
    now[0] += 0.5
    assert statuses(traffic, *"aa") == [200, 429]
    now[0] += 1000
    assert statuses(traffic, *"aaaaa") == [200] * 4 + [429]
    assert load.refused["rate"] == 4
    assert load.in_flight == 0


def test_memory_that_runs_out_refuses_before_it_is_gone() -> None:
    now, free = [0.0], [200]
    traffic = Traffic(answer, Limits(0, 0, 0.0, 0.0, 100), Load(), lambda: now[0], lambda: free[0])
    assert statuses(traffic, "a") == [200]
    free[0] = 99
    now[0] += 1.0
    assert statuses(traffic, "a") == [503]
    assert statuses(traffic, "a", path="/readyz") == [200]
    free[0] = 100
    now[0] += 1.0
    assert statuses(traffic, "a") == [200]
    assert free_bytes() > 1 << 20


class Slow(Live):
    """Answers when it is let."""

    def __init__(self) -> None:
        self.gate, self.asked = threading.Event(), threading.Semaphore(0)

    def serving(self) -> Serving:
        self.asked.release()
        self.gate.wait(10)
        raise RuntimeError("never seen")


@contextmanager
def waiting(client: TestClient, live: Slow, number: int) -> Iterator[None]:
    """As many requests that are being answered."""
    threads = [threading.Thread(target=lambda: client.get("/v1/documents")) for _ in range(number)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert live.asked.acquire(timeout=10)
    yield
    live.gate.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("limits", "status", "code"),
    [(Limits(2, 0, 0.0, 0.0, 0), 503, "overloaded"), (Limits(0, 2, 0.0, 0.0, 0), 429, "too_many_at_once")],
)
def test_too_many_at_once_are_refused_at_once(limits: Limits, status: int, code: str) -> None:
    live, operations = Slow(), Operations(limits=limits)
    with (
        TestClient(create_app(live, operations), raise_server_exceptions=False) as client,
        waiting(client, live, 2),
    ):
        refused = client.get("/v1/documents")
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
        assert int(refused.headers["Retry-After"]) >= 1
        assert client.get("/healthz").status_code == 200
    assert operations.load.in_flight == 0


def test_a_request_that_takes_too_long_is_answered_and_still_counts_until_it_ends() -> None:
    live, operations = Slow(), Operations(limits=Limits(0, 0, 0.0, 0.1, 0))
    with TestClient(create_app(live, operations), raise_server_exceptions=False) as client:
        before = time.monotonic()
        late = client.get("/v1/documents")
        assert time.monotonic() - before < 5
        assert (late.status_code, late.json()["error"]["code"]) == (503, "took_too_long")
        assert operations.load.in_flight == 1
        live.gate.set()
        deadline = time.monotonic() + 5
        while operations.load.in_flight and time.monotonic() < deadline:
            time.sleep(0.01)
        assert operations.load.in_flight == 0


def test_a_page_of_another_site_may_ask_only_where_that_is_configured(plan_live: Live) -> None:
    origin = {"Origin": "https://a.example"}
    closed = TestClient(create_app(plan_live))
    assert "access-control-allow-origin" not in closed.get("/v1/documents", headers=origin).headers
    opened = TestClient(create_app(plan_live, Operations(origins=("https://a.example",))))
    allowed = opened.get("/v1/nope", headers=origin)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (404, "https://a.example")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert opened.options("/v1/search", headers={**origin, **asked}).status_code == 200
    other = opened.options("/v1/search", headers={"Origin": "https://b.example", **asked})
    assert "access-control-allow-origin" not in other.headers
