"""Settings → a running service: takes the port, opens or builds the index, serves until it is told to stop."""

import signal
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from index.configuration import Configuration, Parts, open_parts
from index.embed import Report
from index.errors import TiaowenError
from service.app import app_version, create_app
from service.live import Live
from service.memory import bound_arenas, return_memory
from service.middleware.keys import KeyStore
from service.middleware.logs import start_logging
from service.operations import Operations
from service.settings import Settings
from service.wiring import Place, keys_needed, wired
from service.workers import supervise

if TYPE_CHECKING:
    from index.build import Progress

BACKLOG = 2048
GRACE_SECONDS = 10
"""Requests under way when the service is told to stop get this long."""
MAX_HEAD_BYTES = 2 * 1024 * 1024
"""More than any limit of ours, so that a URL that is too long gets an answer in our shape and not uvicorn's."""


def _print(line: str) -> None:
    print(line, flush=True)  # at once, also into a pipe: scripts wait for this line


def serve(
    settings: Settings,
    *,
    echo: Callable[[str], None] = _print,
    progress: "Progress" = lambda stage, done, total: None,
    report: Report = lambda message: None,
) -> None:
    """Serve until SIGINT or SIGTERM; `echo` is told the URL once questions are answered.

    The port is taken first, so that a taken one is known before an index is built; until the index is open
    /readyz and questions are answered with 503. Raises TiaowenError: port taken, store damaged, model missing.
    """
    bound_arenas()
    start_logging(settings.log)
    with listening_socket(settings) as listener:
        if keys_needed(settings) and not KeyStore(settings.store).listed():
            echo("Every request needs a key and there is none yet; make one with `tiaowen keys create NAME`")
        if settings.workers == 1:
            parts = open_parts(settings.configuration(), report)
            _serve(settings, parts, child_parts(settings.configuration()), listener, Place(), echo, progress)
        else:
            listener.listen(BACKLOG)
            one = partial(_serve_as_worker, settings, child_parts(settings.configuration()))
            supervise(one, listener, settings.workers, echo, settings.drain_seconds + GRACE_SECONDS + 5)


def _serve_as_worker(
    settings: Settings,
    parts: Callable[[], Parts],
    listener: socket.socket,
    place: Place,
    ready: Callable[[str], None],
) -> None:
    """In a process of its own."""
    bound_arenas()
    start_logging(settings.log)
    _serve(settings, parts(), parts, listener, place, ready, lambda stage, done, total: None)


def _serve(
    settings: Settings,
    opened: Parts,
    parts: Callable[[], Parts],
    listener: socket.socket,
    place: Place,
    echo: Callable[[str], None],
    progress: "Progress",
) -> None:
    """Answer /healthz at once and questions as soon as the index is open."""
    live = Live(opened, answer_threshold=settings.answer_threshold)
    surroundings = wired(settings, live, parts, app_version(), place)
    server = _Server(
        uvicorn_config(live, surroundings.operations, settings.proxies), live, settings.drain_seconds
    )
    failures: list[Exception] = []

    def open_index() -> None:
        try:
            manifest = live.start(progress).manifest
        except Exception as error:
            failures.append(error)
            server.should_exit = True
            return
        return_memory()
        surroundings.preparer.start()
        surroundings.runner.start()  # not before: an upload must not take the place of the bundled plan
        if server.listening.wait(GRACE_SECONDS):
            host, port = listener.getsockname()[:2]
            echo(f"Tiaowen answers at {url(host, port)} ({_counted(manifest.documents, 'document')}, "
                 f"{_counted(manifest.clauses, 'clause')}, snapshot {manifest.id}); stop it with Ctrl+C")  # fmt: skip

    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=open_index, name="tiaowen-open", daemon=True).start()
    try:
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    finally:
        surroundings.close()
    if failures:
        raise failures[0]


def _interrupt(number: int, frame: object) -> None:
    """Uvicorn raises the signal again once all requests are answered; its default would end the process right there."""
    raise KeyboardInterrupt


def child_parts(configuration: Configuration) -> Callable[[], Parts]:
    """What opens the parts in a child process; picklable."""
    return partial(open_parts, configuration)


def uvicorn_config(
    live: Live, operations: Operations | None = None, proxies: Sequence[str] = ("127.0.0.1",)
) -> uvicorn.Config:
    """How the application is run; tests and benchmarks run it the same way."""
    return uvicorn.Config(
        create_app(live, operations),
        access_log=False,
        log_config=None,
        forwarded_allow_ips=list(proxies),
        backlog=BACKLOG,
        log_level="warning",
        lifespan="off",
        server_header=False,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def listening_socket(settings: Settings) -> socket.socket:
    """Take the port. Raises TiaowenError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise TiaowenError(f"the host {settings.host!r} is no address of this machine ({error.strerror}); set "
                           "TIAOWEN_HOST to 127.0.0.1, or to 0.0.0.0 to be reached from others") from error  # fmt: skip
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise TiaowenError(f"cannot listen on {settings.host} port {settings.port} ({error.strerror}); stop what uses "
                           "it, or choose another with TIAOWEN_PORT (0 takes a free one)") from error  # fmt: skip
    return listener


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def url(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, live: Live, drain_seconds: float) -> None:
        super().__init__(config)
        self.listening = threading.Event()
        self._live = live
        self._drain_seconds = drain_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except OSError as error:  # another process bound the same port and was first to listen
            raise TiaowenError(
                f"cannot listen: {error.strerror}; choose another port with TIAOWEN_PORT"
            ) from error
        if self.started:
            self.listening.set()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """At the first signal say "not ready" and answer on for a while, so that a load balancer turns away first."""
        if self._drain_seconds and not self._live.stopping:
            self._live.stopping = True
            timer = threading.Timer(self._drain_seconds, super().handle_exit, (sig, frame))
            timer.daemon = True
            timer.start()
        else:
            self._live.stopping = True
            super().handle_exit(sig, frame)
