"""Settings → a running service: takes the port, opens or builds the index, serves until it is told to stop."""

import ctypes
import gc
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from index.configuration import Configuration, Parts, open_parts
from index.embed import Report
from index.errors import TiaowenError
from service.app import create_app
from service.guard import is_loopback
from service.journal import Journal
from service.keys import KeyStore
from service.live import Live
from service.operations import PLAIN, Operations
from service.runner import Runner
from service.sandbox import ReadLimits
from service.settings import Settings

if TYPE_CHECKING:
    from index.build import Progress

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

    The port is taken first, so that a taken one is known before an index is built; connections are refused until
    the index is open. Raises TiaowenError: port taken, store damaged, model missing.
    """
    with listening_socket(settings) as listener:
        live = Live(open_parts(settings.configuration(), report), answer_threshold=settings.answer_threshold)
        manifest = live.start(progress).manifest
        _return_memory()
        host, port = listener.getsockname()[:2]
        ready = (f"Tiaowen answers at {url(host, port)} ({_counted(manifest.documents, 'document')}, "
                 f"{_counted(manifest.clauses, 'clause')}, snapshot {manifest.id}); stop it with Ctrl+C")  # fmt: skip
        runner = Runner(
            Journal(settings.store),
            child_parts(settings.configuration()),
            read_limits(settings),
            live.follow,
        )
        server = _Server(uvicorn_config(live, operations(settings, runner)), lambda: echo(ready))
        if keys_needed(settings) and not KeyStore(settings.store).listed():
            echo("Every request needs a key and there is none yet; make one with `tiaowen keys create NAME`")
        runner.start()
        try:
            with suppress(KeyboardInterrupt):
                server.run(sockets=[listener])
        finally:
            runner.stop()


def child_parts(configuration: Configuration) -> Callable[[], Parts]:
    """What opens the parts in a child process; picklable."""
    return partial(open_parts, configuration)


def keys_needed(settings: Settings) -> bool:
    """Off on loopback and on elsewhere, unless the setting says it."""
    return settings.keys == "on" or (settings.keys == "auto" and not is_loopback(settings.host))


def read_limits(settings: Settings) -> ReadLimits:
    return ReadLimits(settings.read_mb << 20, settings.read_seconds)


def operations(settings: Settings, runner: Runner) -> Operations:
    """How the application is run with these settings."""
    return Operations(
        keys=KeyStore(settings.store) if keys_needed(settings) else None,
        max_upload_bytes=settings.upload_mb << 20,
        most_queued=settings.jobs_queued,
        job_queued=runner.wake,
    )


def _return_memory() -> None:
    """Give back what a first start used to make the model and the index; the C library would keep it for ever."""
    gc.collect()
    with suppress(OSError, AttributeError):  # glibc only
        ctypes.CDLL(None).malloc_trim(0)


def uvicorn_config(live: Live, operations: Operations = PLAIN) -> uvicorn.Config:
    """How the application is run; tests and benchmarks run it the same way."""
    return uvicorn.Config(
        create_app(live, operations),
        access_log=False,
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
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except OSError as error:  # another process bound the same port and was first to listen
            raise TiaowenError(
                f"cannot listen: {error.strerror}; choose another port with TIAOWEN_PORT"
            ) from error
        if self.started:
            self._tell_started()
