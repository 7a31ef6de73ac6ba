"""Unit vectors → the nearest clauses by inner product, exhaustively, over FAISS; a clause may have several vectors."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.centre import centred
from index.vectors import Vectors

PARAMETERS = "faiss-fp16-centred"
"""Names the comparison in a snapshot's recipe."""


class DenseIndex:
    """An exhaustive FAISS index over vectors that belong to clause rows; read-only, shared by threads."""

    def __init__(self, index: Any, owners: NDArray[np.int32], centre: Vectors) -> None:
        self._index = index
        self._owners = owners
        self._centre = centre

    @classmethod
    def build(cls, vectors: Vectors, owners: NDArray[np.int32], centre: Vectors) -> "DenseIndex":
        """`vectors`: (n, dimension) float32 unit rows; `owners`: (n,) clause row of each; `centre`: (dimension,)."""
        import faiss

        # Every vector is compared, in half precision: at 71,644 vectors 2.6 ms a question against 11 ms with
        # IndexFlatIP, 99.93 of the first 100 the same, half the memory.
        index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        index.add(centred(vectors, centre))
        return cls(index, owners, centre)

    def save(self, folder: Path) -> None:
        import faiss

        folder.mkdir()
        faiss.write_index(self._index, str(folder / "vectors.faiss"))
        np.save(folder / "owners.npy", self._owners)
        np.save(folder / "centre.npy", self._centre)

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        import faiss

        index = faiss.read_index(str(folder / "vectors.faiss"))
        return cls(index, np.load(folder / "owners.npy"), np.load(folder / "centre.npy"))

    def centred(self, vectors: Vectors) -> Vectors:
        """The same rows about the centre of this index."""
        return centred(vectors, self._centre)

    def vectors(self) -> tuple[Vectors, NDArray[np.int32], Vectors]:
        """What is compared: (n, dimension) unit rows about the centre, the clause row of each, the centre."""
        return self._index.reconstruct_n(0, self._index.ntotal), self._owners, self._centre

    def nearest(
        self, vector: Vectors, limit: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The best `limit` clause rows, each by its nearest vector, and their cosines about the centre, best first.

        `allowed` is a (clauses,) mask or None.
        """
        question = centred(vector[None], self._centre)
        parameters = None
        reachable = self._index.ntotal
        if allowed is not None:
            selected = np.flatnonzero(allowed[self._owners])
            parameters, reachable = _selecting(selected), len(selected)
        wanted = limit
        while True:
            wanted = min(2 * wanted, reachable)
            if wanted == 0:
                return np.empty(0, np.int32), np.empty(0, np.float32)
            scores, found = self._index.search(question, wanted, params=parameters)
            real = found[0] >= 0  # FAISS pads with -1
            owners = self._owners[found[0][real]]
            _, first = np.unique(owners, return_index=True)  # a clause's first vector is its nearest
            first.sort()
            if len(first) >= limit or wanted == reachable:
                first = first[:limit]
                return owners[first], scores[0][real][first]


def _selecting(rows: NDArray[np.int64]) -> Any:
    import faiss

    parameters: Any = faiss.SearchParameters  # its stub lacks the keyword
    return parameters(sel=faiss.IDSelectorBatch(rows))
