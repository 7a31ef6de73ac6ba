"""Questions that are worked on at once: what the cores can do, the others in the order in which they came."""

import os
import threading
from collections import deque

AT_ONCE = os.cpu_count() or 1
"""Threads beyond that take the cores from each other (docs/FIGURES.md)."""


class Turns:
    """A semaphore for `with` that lets nobody overtake; shared by threads."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # released by the one whose turn it takes over

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
