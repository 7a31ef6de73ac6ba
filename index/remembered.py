"""The last things that were made, shared by threads: what is being made is waited for and not made twice."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """At most so many; what has not been asked for longest is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, Future[Made]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for the key, or what `make` returns. Raises what `make` raises, which is not remembered."""
        with self._lock:
            known = self._known.get(key)
            own: Future[Made] = Future()
            self._known[key] = known or own
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        if known:
            return known.result()
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                if self._known.get(key) is own:
                    del self._known[key]
            own.set_exception(error)
            raise
        own.set_result(made)
        return made
