"""Parts → the searcher that serves now: follows the store's CURRENT without dropping or mixing a request."""

import logging
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.adapters import Purpose
from index.catalogue import Listing
from index.configuration import Parts
from index.errors import NothingPublishedError, StoreError
from index.snapshot import Manifest
from retriever.answers.answer import Answerer
from retriever.answers.wanted import THRESHOLD
from retriever.open import answerer_over, open_or_build, open_searcher, parts_of
from retriever.search import Searcher
from retriever.verify.verifier import Verifier
from service.api.facets import Facets
from service.turns import Turns

if TYPE_CHECKING:  # it brings readers and splitter: a tenth of a second that a ready store does not need
    from index.build import Progress

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 1.0
"""CURRENT is looked at no more often than this."""
WARM = "预热"
PATIENCE_SECONDS = 0.5
"""The request that notices a new snapshot waits this long for it, so that a small store never answers from the
old one; opening a large one takes longer, and nobody waits for that."""


@dataclass(frozen=True, slots=True)
class Serving:
    """One opened snapshot. A request takes it once and uses nothing else to its end."""

    searcher: Searcher
    answerer: Answerer
    verifier: Verifier
    documents: Mapping[str, Listing]
    """By id, in the order of the collection."""
    facets: Facets
    turns: Turns
    """To be taken for a search or an answer."""

    @property
    def manifest(self) -> Manifest:
        return self.searcher.index.manifest


class Live:
    """Holds the current `Serving`; shared by threads."""

    swaps = 0
    """Snapshots opened, the first one included."""
    stopping = False
    """True once the service is being stopped: it answers on for a while but is not ready."""
    refused = 0
    """Snapshots that could not be opened."""

    def __init__(
        self, parts: Parts, follow_seconds: float = FOLLOW_SECONDS, patience_seconds: float = PATIENCE_SECONDS,
        answer_threshold: float = THRESHOLD,
    ) -> None:  # fmt: skip
        self.parts = parts
        self._answer_threshold = answer_threshold
        self._follow_seconds = follow_seconds
        self._patience_seconds = patience_seconds
        self._serving: Serving | None = None
        self._failure: StoreError | None = None
        """Why the snapshot that CURRENT names is not served."""
        self._seen: object = object()
        """State of CURRENT when a snapshot was last opened or refused."""
        self._looked = float("-inf")
        self._turns = Turns()
        self._looking = threading.Lock()
        self._opening = threading.Lock()

    @property
    def manifest(self) -> Manifest | None:
        """What is being served; opens nothing."""
        return self._serving.manifest if self._serving else None

    def holds(self, document_id: str) -> bool:
        """Whether what is being served has that document; opens nothing."""
        return self._serving is not None and document_id in self._serving.documents

    @property
    def opening(self) -> bool:
        """True while a snapshot is being opened, or built at the start."""
        return self._opening.locked()

    @property
    def warning(self) -> str:
        """Why a newer snapshot is not served, or ""."""
        return str(self._failure) if self._failure else ""

    def start(self, progress: "Progress" = lambda stage, done, total: None) -> Serving:
        """Open the published snapshot and warm everything up; build what is missing. Raises TiaowenError."""
        with self._opening:
            self._serving, self._failure = self._warmed(open_or_build(self.parts, progress)), None
            self.swaps += 1
            return self._serving

    def serving(self) -> Serving:
        """The snapshot to use for one request. Raises NothingPublishedError or StoreError while there is none."""
        if self._due():
            opener = threading.Thread(target=self.follow, name="tiaowen-follow", daemon=True)
            opener.start()
            opener.join(self._patience_seconds)
        serving = self._serving
        if serving is None:
            raise self._failure or NothingPublishedError("the index is being opened; ask again in a moment")
        return serving

    def follow(self) -> None:
        """Open what CURRENT names if it changed; refuse it, once, where it is damaged, stale or gone."""
        with self._opening:
            state = self._state()
            if state == self._seen:
                return
            try:
                snapshot = self.parts.store.current()
                if self._serving is None or snapshot != self._serving.manifest.id:
                    # Its own dictionary: a re-index after a change of words, or the way back, needs no restart.
                    parts = parts_of(self.parts, snapshot)
                    self._serving = self._warmed(open_searcher(parts, snapshot))
                    self.parts = parts
                    self.swaps += 1
                self._failure = None
            except Exception as error:  # whatever a damaged snapshot makes SQLite, FAISS or NumPy raise
                self._failure = error if isinstance(error, StoreError) else _unreadable(error)
                self.refused += 1
                old = self._serving.manifest.id if self._serving else "nothing"
                log.error("the published snapshot is refused, %s is served on: %s", old, self._failure)
            self._seen = state

    def _warmed(self, searcher: Searcher) -> Serving:
        """Ask once, so that dictionary, encoder and pages of the index are in memory before anybody waits for them."""
        searcher.search(WARM)
        threading.Thread(target=_get_ready, args=(searcher,), name="tiaowen-get-ready", daemon=True).start()
        answerer = answerer_over(searcher, self.parts, self._answer_threshold)
        documents = {d.id: d for d in searcher.index.catalogue.documents()}
        return Serving(searcher, answerer, Verifier(searcher), documents, Facets(documents), self._turns)

    def _due(self) -> bool:
        """True if CURRENT changed; looks at most every `follow_seconds`, and never while a snapshot is opened."""
        with self._looking:
            now = time.monotonic()
            if self._opening.locked() or now - self._looked < self._follow_seconds:
                return False
            self._looked = now
            return self._state() != self._seen

    def _state(self) -> object:
        try:
            stat = (self.parts.store.path / "CURRENT").stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size


def _get_ready(searcher: Searcher) -> None:
    """Beside the first questions: what answers are made with, and the addresses. Who needs them sooner waits."""
    with suppress(Exception):  # the question that needs them says what is wrong
        for purpose in (Purpose.ANSWER, Purpose.CONTEXT):
            searcher.embedder.embed_question(WARM, purpose)
        searcher.exact(searcher.ask("第一条"))


def _unreadable(error: Exception) -> StoreError:
    return StoreError(f"the published snapshot cannot be read ({type(error).__name__}: {error}); "
                      "run `tiaowen index` to publish it anew")  # fmt: skip
