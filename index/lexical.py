"""Bags of terms → BM25 scores for every clause, on disk and in memory, over bm25s."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
METHOD = "lucene"
"""BM25 as in Lucene (Kamphuis et al. 2020, "Which BM25 do you mean?"): idf = ln(1 + (N - n + 0.5) / (n + 0.5))."""
PARAMETERS = f"bm25s-{METHOD}-{K1}-{B}"
"""Names the formula in a snapshot's recipe."""


class LexicalIndex:
    """A BM25 index whose rows are the clauses in their order; read-only, shared by threads."""

    def __init__(self, retriever: Any, rows: int) -> None:
        self._retriever = retriever
        self._rows = rows

    @classmethod
    def build(cls, bags: Sequence[list[str]]) -> "LexicalIndex":
        import bm25s

        retriever = bm25s.BM25(method=METHOD, k1=K1, b=B)
        # bm25s refuses a corpus without any term or text; a word that no tokenizer gives stands in.
        retriever.index(list(bags) if any(bags) else [["\0"]] * max(len(bags), 1), show_progress=False)
        return cls(retriever, len(bags))

    def save(self, folder: Path) -> None:
        self._retriever.save(str(folder), corpus=None, show_progress=False)

    @classmethod
    def load(cls, folder: Path, rows: int) -> "LexicalIndex":
        """`rows`: number of clauses the index was built over. Arrays are mapped, not read."""
        import bm25s

        return cls(bm25s.BM25.load(str(folder), load_corpus=False, mmap=True), rows)

    def known(self, terms: Iterable[str]) -> list[str]:
        """Those of `terms` that some clause contains, in the given order, each once."""
        vocabulary = self._retriever.vocab_dict
        return [term for term in dict.fromkeys(terms) if term in vocabulary]

    def vocabulary(self) -> Iterable[str]:
        """Every term that some clause holds."""
        vocabulary: Iterable[str] = self._retriever.vocab_dict
        return vocabulary

    def clauses_holding(self, terms: Sequence[str]) -> list[int]:
        """For each term the number of clauses that hold it; 0 for an unknown one."""
        vocabulary, places = self._retriever.vocab_dict, self._retriever.scores["indptr"]
        ids = [vocabulary.get(term, -1) for term in terms]
        return [int(places[i + 1] - places[i]) if i >= 0 else 0 for i in ids]

    def scores(self, bag: Sequence[str]) -> NDArray[np.float32]:
        """(rows,) float32 BM25 scores; 0 where no term matches, also for unknown terms."""
        ids = [token for token in self._retriever.get_tokens_ids(list(bag)) if token is not None]
        if not ids:
            return np.zeros(self._rows, np.float32)
        scores: NDArray[np.float32] = self._retriever.get_scores_from_ids(np.asarray(ids))
        return scores
