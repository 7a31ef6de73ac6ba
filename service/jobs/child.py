"""A function and its arguments → the same in a process of its own, which tells its parent JSON and dies with it."""

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

MAX_MESSAGE_BYTES = 1 << 20
EXIT_SECONDS = 60
"""A child that has told everything gets this long to end. Ten were too few on a starved machine: it was killed, and the
document that it had read was refused."""
_CONTEXT = multiprocessing.get_context("spawn")

Tell = Callable[[dict[str, Any]], None]
"""How a task reports: a small JSON object. No pickles, for the child may have read a hostile file."""


class SilentError(Exception):
    """The child was killed: it took longer than it may."""


class StoppedError(Exception):
    """The child was killed: the service ends."""


def run_in_child(
    task: Callable[..., None],
    *arguments: object,
    hear: Callable[[dict[str, Any]], None],
    silence_seconds: float | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Run `task(*arguments, tell=…)` in a new process, hand what it tells to `hear`, return its exit code.

    Raises SilentError if it tells nothing for `silence_seconds`, StoppedError once `stop` is set; it and all its own
    children are killed then.
    """
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_main, args=(task, arguments, sender), daemon=True)
    process.start()
    sender.close()
    heard = time.monotonic()
    try:
        while True:
            if stop is not None and stop.is_set():
                raise StoppedError
            if silence_seconds is not None and time.monotonic() - heard > silence_seconds:
                raise SilentError
            if not receiver.poll(0.1):
                continue
            try:
                message = json.loads(receiver.recv_bytes(MAX_MESSAGE_BYTES))
            except (EOFError, OSError, ValueError):
                break
            heard = time.monotonic()
            hear(message)
        process.join(EXIT_SECONDS)
    finally:
        receiver.close()
        if process.is_alive() and process.pid:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.join()
    return process.exitcode or 0


def _main(task: Callable[..., None], arguments: tuple[object, ...], sender: Connection) -> None:
    os.setsid()  # so that the whole group can be killed, a converter it started included
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    task(*arguments, tell=lambda message: sender.send_bytes(json.dumps(message).encode()))
    sender.close()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        with suppress(OSError):
            os.killpg(0, signal.SIGKILL)
