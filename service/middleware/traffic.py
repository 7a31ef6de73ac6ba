"""ASGI middleware: how much is answered at once, how often a client may ask, how long an answer may take."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.middleware.edge import is_upload
from service.middleware.guard import key_of
from service.problems import Problem, Refused

EXEMPT = ("/healthz", "/readyz", "/metrics")
MEMORY_SECONDS = 0.5
"""Free memory is looked at no more often than this."""
UPLOAD_PATIENCE = 20
"""An upload may take this many times as long as a question: its sender may be slow."""
MAX_CLIENTS = 10_000
"""Clients remembered for their rate; those who have not asked for longest are forgotten."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process takes on; 0 is no limit."""

    in_flight: int = 256
    client_in_flight: int = 64
    rate: float = 0.0
    """Requests a second by one client; twice as many at once after a pause."""
    request_seconds: float = 30.0
    min_free_bytes: int = 128 << 20


class Load:
    """Requests under way, and what was refused; shown by /metrics."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.refused = {"rate": 0, "client": 0, "in_flight": 0, "memory": 0, "time": 0}


class Traffic:
    """Refuses with 429 what one client asks too much, with 503 what is too much in all; both say when to come back."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        load: Load,
        clock: Callable[[], float] = time.monotonic,
        free: "Callable[[], int] | None" = None,
    ) -> None:
        self._app = app
        self._limits = limits
        self._load = load
        self._clock = clock
        self._free = free or free_bytes
        self._looked, self._enough = float("-inf"), True
        self._of_client: dict[str, int] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path.removeprefix("/v1") in EXEMPT or path.startswith("/static/"):
            await self._app(scope, receive, send)
            return
        client = client_of(scope)
        self._admit(client)
        self._load.in_flight += 1
        self._of_client[client] = self._of_client.get(client, 0) + 1
        started = late = False

        async def send_in_time(message: Message) -> None:
            nonlocal started
            if not late:
                started = True
                await send(message)

        task = asyncio.ensure_future(self._app(scope, receive, send_in_time))
        task.add_done_callback(lambda _: self._leave(client))
        seconds = self._limits.request_seconds
        if is_upload(scope["method"], path):
            seconds *= UPLOAD_PATIENCE
        try:
            done, _ = await asyncio.wait({task}, timeout=seconds or None)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done or started:  # an answer that has begun, such as a stream, has bounds of its own
            await task
            return
        # A thread cannot be stopped: it counts as under way until it is done, but its client need not wait for it.
        late = True
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        self._refuse("time", _busy(503, "took_too_long", f"no answer was found within {seconds:g} seconds; ask again "
                                   "later or in fewer words", 5))  # fmt: skip

    def _admit(self, client: str) -> None:
        """Raises Refused."""
        limits = self._limits
        if limits.rate and (wait := self._wait(client)):
            self._refuse("rate", too_many_requests(limits.rate, wait))
        if limits.client_in_flight and self._of_client.get(client, 0) >= limits.client_in_flight:
            self._refuse("client", _busy(429, "too_many_at_once", f"{limits.client_in_flight} of your requests are "
                                         "being answered; wait for them", 1))  # fmt: skip
        if limits.in_flight and self._load.in_flight >= limits.in_flight:
            self._refuse("in_flight", overloaded())
        if limits.min_free_bytes:
            now = self._clock()
            if now - self._looked > MEMORY_SECONDS:
                self._looked, self._enough = now, self._free() >= limits.min_free_bytes
            if not self._enough:
                self._refuse("memory", _busy(503, "overloaded", "the machine's memory is nearly full; ask again "
                                             "later", 10))  # fmt: skip

    def _refuse(self, reason: str, problem: Problem) -> None:
        self._load.refused[reason] += 1
        raise Refused(problem)

    def _wait(self, client: str) -> int:
        """Seconds until the client's next request, 0 if it may come now: a bucket of 2 × rate, filled at the rate."""
        rate, now = self._limits.rate, self._clock()
        most = max(2 * rate, 1.0)
        tokens, at = self._buckets.pop(client, (most, now))
        tokens = min(most, tokens + (now - at) * rate)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now)  # at the end: dicts keep their order
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.pop(next(iter(self._buckets)))
        return 0 if allowed else math.ceil((1 - tokens) / rate)

    def _leave(self, client: str) -> None:
        self._load.in_flight -= 1
        left = self._of_client.pop(client) - 1
        if left:
            self._of_client[client] = left


def too_many_requests(rate: float, seconds: int) -> Problem:
    """One client asks too often."""
    return _busy(429, "too_many_requests", f"more than {rate:g} requests a second were sent; come back in {seconds} s",
                 seconds)  # fmt: skip


def overloaded() -> Problem:
    """All clients together ask too much."""
    return _busy(503, "overloaded", "too many requests are being answered; ask again in a moment", 1)


def _busy(status: int, code: str, message: str, seconds: int) -> Problem:
    return Problem(status, code, message, None, {"Retry-After": str(seconds)})


def client_of(scope: Scope) -> str:
    """The key's id, else the address."""
    key = key_of(scope)
    if key is not None:
        return f"key {key.id}"
    client = scope.get("client")
    return str(client[0]) if client else "?"


def free_bytes() -> int:
    """Memory that can still be had: the machine's, or what the container may take; much, where that is unknown."""
    free = 1 << 60
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as file:
            free = next(int(line.split()[1]) << 10 for line in file if line.startswith("MemAvailable:"))
        group = Path("/sys/fs/cgroup")
        most = (group / "memory.max").read_text().strip()
        if most != "max":
            used = int((group / "memory.current").read_text())
            cache = next(int(line.split()[1]) for line in (group / "memory.stat").read_text().splitlines()
                         if line.startswith("inactive_file "))  # fmt: skip
            free = min(free, int(most) - used + cache)
    except (OSError, ValueError, StopIteration, IndexError):
        pass
    return free
