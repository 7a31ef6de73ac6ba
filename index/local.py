"""A published snapshot, opened: BM25 scores, nearest vectors, clauses and documents."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.dense import DenseIndex
from index.errors import NotFoundError
from index.lexical import LexicalIndex
from index.snapshot import Manifest, Store
from index.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Hits:
    """Clauses by their rows in the snapshot, best first, and their scores (higher is better), both (n,)."""

    rows: NDArray[np.integer[Any]]
    scores: NDArray[np.floating[Any]]


Allowed = NDArray[np.bool_]
"""(clauses,) mask of the rows a search may return."""


class LocalIndex:
    """One immutable snapshot held in memory and by file maps; shared by threads."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        self.manifest = manifest
        self.catalogue = Catalogue(folder / "catalogue.sqlite")
        self._lexical = LexicalIndex.load(folder / "lexical", manifest.clauses)
        self._dense = DenseIndex.load(folder / "dense")
        ids, places = self.catalogue.document_places()
        self._place_of = {document_id: place for place, document_id in enumerate(ids)}
        self.places = np.asarray(places, np.int32)
        """(clauses,) place of each clause's document among the documents."""

    def with_sides(
        self, lexical: LexicalIndex | None = None, dense: DenseIndex | None = None
    ) -> "LocalIndex":
        """The same snapshot searched by other sides; evaluation sees so what each part of an index brings."""
        other = copy.copy(self)
        other._lexical = lexical or self._lexical
        other._dense = dense or self._dense
        return other

    def only(self, documents: Iterable[str]) -> Allowed:
        """Mask of the clauses of the named documents. Raises NotFoundError for an unknown id."""
        places = []
        for document_id in documents:
            if document_id not in self._place_of:
                raise NotFoundError(f"no document has the id {document_id!r}; GET /v1/documents lists them")
            places.append(self._place_of[document_id])
        return np.isin(self.places, places)

    def lexical(
        self,
        bag: Sequence[str],
        limit: int,
        allowed: Allowed | None = None,
        others: Sequence[Sequence[tuple[float, Sequence[str]]]] = (),
    ) -> Hits:
        """The best `limit` clauses by BM25 that share a term with `bag`, best first, ties by row.

        `others`: for each thing said in other words its bags with their weights; the best one counts for a clause.
        """
        scores = self._lexical.scores(bag)
        for bags in others:
            scores = scores + np.maximum.reduce([weight * self._lexical.scores(one) for weight, one in bags])
        if allowed is not None:
            scores = np.where(allowed, scores, 0.0)
        positive = np.flatnonzero(scores > 0)
        if len(positive) > limit:
            # Everything at or above the score of the last place, so that ties there are broken by row too.
            last = np.partition(scores[positive], len(positive) - limit)[len(positive) - limit]
            positive = positive[scores[positive] >= last]
        best = positive[np.argsort(-scores[positive], kind="stable")][:limit]
        return Hits(best, scores[best])

    def dense(self, vector: Vectors, limit: int, allowed: Allowed | None = None) -> Hits:
        """The best `limit` clauses by cosine with the (dimension,) unit vector, best first, ties by row."""
        rows, scores = self._dense.nearest(vector, limit, allowed)
        order = np.lexsort((rows, -scores))
        return Hits(rows[order], scores[order])

    def clauses_holding(self, terms: Sequence[str]) -> list[int]:
        """For each term of BM25 the number of clauses that hold it."""
        return self._lexical.clauses_holding(terms)

    def centred(self, vectors: Vectors) -> Vectors:
        """(n, dimension) unit rows of the embedder as the dense index compares them: about its centre."""
        return self._dense.centred(vectors)

    def vectors(self) -> tuple[Vectors, NDArray[np.int32], Vectors]:
        """(n, dimension) unit rows about the centre, the clause row of each, and the centre."""
        return self._dense.vectors()

    def vocabulary(self) -> Iterable[str]:
        """Every term of the BM25 vocabulary."""
        return self._lexical.vocabulary()

    def known(self, terms: Iterable[str]) -> list[str]:
        """Those of `terms` that the BM25 vocabulary holds."""
        return self._lexical.known(terms)


def open_snapshot(store: Store, snapshot: str | None = None) -> LocalIndex:
    """Verify and open a snapshot, by default the published one.

    Raises NothingPublishedError or StoreError; a damaged snapshot is never opened.
    """
    manifest, folder = store.verified(snapshot or store.current())
    return LocalIndex(manifest, folder)
