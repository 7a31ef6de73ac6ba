"""A snapshot that is served → its first questions prepared, by a child of least priority that nobody waits for."""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from filelock import Timeout

from index.configuration import Parts
from index.errors import TiaowenError
from retriever.answers.prepare import preparing
from retriever.open import is_prepared
from service.jobs.child import StoppedError, Tell, run_in_child
from service.live import Live

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
LOWEST_PRIORITY = 19


class Preparer:
    """A thread that sees to it that first questions are answered as fast as later ones."""

    done = ""
    """Id of the last snapshot that need not be looked at again."""

    def __init__(
        self, live: Live, open_parts: Callable[[], Parts], poll_seconds: float = POLL_SECONDS
    ) -> None:
        """`open_parts` is called in a child process, so it must be picklable."""
        self._live = live
        self._open_parts = open_parts
        self._stop = threading.Event()
        self._poll_seconds = poll_seconds
        self._thread = threading.Thread(target=self._run, name="tiaowen-prepare", daemon=True)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = 10) -> None:
        """End the work; what was embedded stays."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.wait(self._poll_seconds):
            manifest = self._live.manifest
            if manifest is None or manifest.id == self.done:
                continue
            try:
                self._prepare(manifest.id)
            except StoppedError:
                return
            except Exception:
                log.exception("answers cannot be prepared; first questions will take longer")
                self.done = manifest.id

    def _prepare(self, snapshot: str) -> None:
        parts = self._live.parts
        if not is_prepared(parts, snapshot):
            try:
                with preparing(parts.store.path):
                    pass
            except Timeout:
                return  # another process does it; looked at again
            told: dict[str, Any] = {}
            code = run_in_child(
                prepare_snapshot, self._open_parts, snapshot, hear=told.update, stop=self._stop
            )
            if "embedded" not in told:
                reason = told.get("failed") or f"the child ended with status {code}"
                log.warning("answers cannot be prepared, first questions will take longer: %s", reason)
            elif told["embedded"]:
                log.info("answers prepared: %d stretches of clauses embedded", told["embedded"])
        self.done = snapshot


def prepare_snapshot(open_parts: Callable[[], Parts], snapshot: str, tell: Tell) -> None:
    """In a child process, so that its engine's memory goes back."""
    from retriever.open import prepare_published

    with suppress(OSError):
        os.nice(LOWEST_PRIORITY)
    try:
        tell({"embedded": prepare_published(open_parts(), snapshot=snapshot)})
    except TiaowenError as error:
        tell({"failed": str(error)})
