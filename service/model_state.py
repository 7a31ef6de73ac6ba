"""A configured language model → whether it answers and what became of its answers, for whoever runs the service."""

import asyncio
import logging
import threading
from collections import Counter

from retriever.generate.checking import check
from retriever.generate.endpoint import Endpoint
from retriever.generate.generator import Done, Event, Fallback

log = logging.getLogger(__name__)

CHECK_EVERY_SECONDS = 60.0


class ModelState:
    """Shared by threads; a service without a language model has one, too, which says nothing."""

    def __init__(self, endpoint: Endpoint | None = None) -> None:
        self._endpoint = endpoint
        self.name = endpoint.model if endpoint else ""
        self.fault = ""
        """What is wrong by the last check, "" where nothing is known to be."""
        self.worded = 0
        """Answers that the model worded."""
        self.fell_back: Counter[str] = Counter()
        """Answers quoted instead, by reason."""

    def check(self) -> None:
        """Ask for the list of models; a change is logged once. Nothing depends on it: quotes need no model."""
        if self._endpoint is None:
            return
        error = asyncio.run(check(self._endpoint))
        fault = str(error) if error else ""
        if fault and fault != self.fault:
            log.warning("%s; answers are quoted where it fails", fault)
        elif self.fault and not fault:
            log.warning("the language model's endpoint is well again")
        self.fault = fault

    def watch(self, ended: threading.Event) -> None:
        """Check at once and every minute from a thread of its own, until told to end."""
        if self._endpoint is None:
            return

        def look() -> None:
            self.check()
            while not ended.wait(CHECK_EVERY_SECONDS):
                self.check()

        threading.Thread(target=look, name="tiaowen-model", daemon=True).start()

    def note(self, event: Event) -> None:
        """Count how an answer ended."""
        if isinstance(event, Fallback):
            self.fell_back[event.reason] += 1
        elif isinstance(event, Done) and event.by_model:
            self.worded += 1
