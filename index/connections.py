"""How to open a SQLite file → a connection for each thread, closed with its thread or with what asks for it.

A connection of the module sqlite3 and its cache of statements hold each other: dropped without `close`, it keeps its
files open until Python looks for circles, and a service that swaps snapshots quickly would pile up file handles.
"""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress


class Held:
    """A connection that is closed as soon as nobody holds this; opened with `check_same_thread=False`."""

    __slots__ = ("connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        with suppress(sqlite3.Error):
            self.connection.close()


class ConnectionPerThread:
    """SQLite's connections are not shared by threads that ask at the same time."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        """`connect` opens with `check_same_thread=False`, since another thread may be the last to hold this."""
        self._connect = connect
        self._local = threading.local()

    def get(self) -> sqlite3.Connection:
        """The connection of this thread, opened at its first call. Raises what `connect` raises."""
        held: Held | None = getattr(self._local, "held", None)
        if held is None:
            held = self._local.held = Held(self._connect())
        return held.connection

    def close(self) -> None:
        """Close this thread's own; `get` opens another."""
        self._local.held = None
