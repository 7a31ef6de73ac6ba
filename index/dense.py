"""Unit vectors → the nearest clauses by inner product, exact, over FAISS."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors


class DenseIndex:
    """A flat FAISS index whose rows are the clauses in their order; read-only, shared by threads."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        """`vectors`: (n, dimension) float32 unit rows."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        import faiss

        return cls(faiss.read_index(str(path)))

    def nearest(
        self, vector: Vectors, limit: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and cosines of the best `limit` clauses, best first; `allowed` is a (rows,) mask or None."""
        parameters = None
        if allowed is not None:
            selected = np.flatnonzero(allowed)
            if len(selected) == 0:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            parameters = _selecting(selected)
        scores, rows = self._index.search(vector[None], min(limit, self._index.ntotal), params=parameters)
        real = rows[0] >= 0  # FAISS pads with -1
        return rows[0][real], scores[0][real]


def _selecting(rows: NDArray[np.int64]) -> Any:
    import faiss

    parameters: Any = faiss.SearchParameters  # its stub lacks the keyword
    return parameters(sel=faiss.IDSelectorBatch(rows))
