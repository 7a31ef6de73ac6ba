"""A ranking and a reranker → the ranking whose first clauses the reranker has put in its own order. Optional."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.local import Hits, LocalIndex
from retriever.fusion import Ranking, summed

RERANKED = 50
"""Clauses that are read together with the question; on two cores a small cross-encoder reads some tens a second."""


class Reranker(Protocol):
    """Reads the question together with each clause; slower and surer than comparing vectors."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n,) float32, higher is better, comparable within one call only."""
        ...


class CrossEncoderReranker:
    """Any sentence-transformers CrossEncoder, by hub name or folder; loaded when first used."""

    def __init__(self, model: str) -> None:
        self._name = model
        self._loaded: Any = None

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Raises ModelError where the model cannot be loaded."""
        found = self._model().predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(found, np.float32).reshape(len(texts), -1)[:, -1]

    def _model(self) -> Any:
        if self._loaded is None:
            try:
                from sentence_transformers import CrossEncoder

                self._loaded = CrossEncoder(self._name)
            except Exception as error:  # the library raises OSError, ValueError, hub and torch errors
                raise ModelError(f"cannot load the reranker {self._name!r} ({error}); give the folder of a downloaded "
                                 "CrossEncoder, or leave the setting out") from error  # fmt: skip
        return self._loaded


def reranked(ranking: Ranking, reranker: Reranker, question: str, index: LocalIndex) -> Ranking:
    """The first `RERANKED` clauses in the reranker's order, ties by row; the others stay behind them as they were."""
    rows = ranking.hits.rows[:RERANKED]
    if len(rows) < 2:
        return ranking
    texts = [clause.text for clause in index.catalogue.clauses(rows.tolist())]
    scores = reranker.scores(question, texts).astype(np.float64)
    spread = float(np.ptp(scores))
    units = (scores - scores.min()) / spread if spread > 0 else np.ones(len(rows))
    # The share that lifts each of them to its place above everything that was not read.
    shares = float(ranking.hits.scores[0]) + units - ranking.hits.scores[: len(rows)]
    order = np.lexsort((rows, -scores))
    sides = {**ranking.sides, "reranker": Hits(rows[order], scores[order])}
    return summed(sides, {**ranking.contributions, "reranker": shares[order]})
