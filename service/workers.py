"""Several processes over one port and one store: starts them, restarts one that dies, ends them together."""

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from index.errors import TiaowenError
from service.wiring import Place, metrics_folder

_CONTEXT = multiprocessing.get_context("spawn")
RESTART_SECONDS = 1.0
"""Pause before a worker that died is started again."""

Serve = Callable[[socket.socket, Place, Callable[[str], None]], None]
"""Serves on a socket as one of the workers until SIGTERM, and tells when it is ready; picklable."""


def supervise(
    serve: Serve, listener: socket.socket, workers: int, ready: Callable[[str], None], grace_seconds: float
) -> None:
    """Run `workers` processes until SIGTERM or SIGINT; the first one alone until it is ready, as it may have to build.

    Raises TiaowenError if the first one cannot start.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with metrics_folder() as folder:
        running: dict[int, SpawnProcess] = {}

        def start(worker: int) -> Connection:
            receiver, sender = _CONTEXT.Pipe(duplex=False)
            place = Place(worker, workers, Path(folder))
            running[worker] = _CONTEXT.Process(target=_work, args=(serve, listener, place, sender))
            running[worker].start()
            sender.close()
            return receiver

        try:
            line = _told(start(0), stop)
            told = [start(worker) for worker in range(1, workers)]
            for receiver in told:
                _told(receiver, stop)
            if not stop.is_set():
                ready(f"{line} ({workers} workers)")
            while not stop.is_set():
                wait([p.sentinel for p in running.values()], timeout=0.2)
                for worker, process in list(running.items()):
                    if not process.is_alive() and not stop.wait(RESTART_SECONDS):
                        start(worker)
        finally:
            for process in running.values():
                process.terminate()
            deadline = time.monotonic() + grace_seconds
            for process in running.values():
                process.join(max(0.0, deadline - time.monotonic()))
                process.kill()


def _told(receiver: Connection, stop: threading.Event) -> str:
    """What a worker says when it is ready, "" if the service is to end. Raises TiaowenError with why it cannot."""
    while not stop.is_set():
        if not receiver.poll(0.1):
            continue
        try:
            kind, line = receiver.recv()
        except EOFError:
            raise TiaowenError("a worker died while it started; its message stands above") from None
        if kind == "failed":
            raise TiaowenError(line)
        return str(line)
    return ""


def _work(serve: Serve, listener: socket.socket, place: Place, sender: Connection) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C reaches the whole group; the supervisor ends it in order
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def tell(kind: str, line: str) -> None:
        with suppress(OSError):  # the supervisor listens once
            sender.send((kind, line))

    try:
        serve(listener, place, lambda line: tell("ready", line))
    except TiaowenError as error:
        tell("failed", str(error))
        raise SystemExit(1) from None


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
