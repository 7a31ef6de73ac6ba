"""The baseline of every table: rank_bm25.BM25Okapi with its own defaults, computed over an inverted index.

rank-bm25 walks through every clause for every term of a question, 0.3 s at 58,654 clauses. The scores here are the
same (tests/eval/test_baseline.py holds them to 1e-6) and take a millisecond.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

K1 = 1.5
B = 0.75
EPSILON = 0.25
"""The defaults of rank_bm25 0.2.2."""


class RankBm25:
    """BM25Okapi over bags of terms; row i is the i-th bag."""

    def __init__(self, bags: Iterable[Sequence[str]]) -> None:
        vocabulary: dict[str, int] = {}
        terms: list[NDArray[np.int32]] = []
        counts: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        for bag in bags:
            frequencies = Counter(bag)
            lengths.append(len(bag))
            ids = (vocabulary.setdefault(term, len(vocabulary)) for term in frequencies)
            terms.append(np.fromiter(ids, np.int32, len(frequencies)))
            counts.append(np.fromiter(frequencies.values(), np.int32, len(frequencies)))
        self._vocabulary = vocabulary
        self._rows = len(lengths)
        of_term = np.concatenate(terms) if terms else np.empty(0, np.int32)
        order = np.argsort(of_term, kind="stable")  # stable: the rows of one term stay in order
        row = np.repeat(np.arange(self._rows, dtype=np.int32), [len(ids) for ids in terms])
        self._row = row[order]
        self._frequency = (np.concatenate(counts) if counts else np.empty(0, np.int32))[order]
        held_by = np.bincount(of_term, minlength=len(vocabulary))
        self._start = np.concatenate([[0], np.cumsum(held_by)])
        self._idf = _inverse_document_frequencies(held_by, self._rows)
        length = np.asarray(lengths, np.float64)
        self._norm = K1 * (1 - B + B * length / max(float(length.mean()) if lengths else 0.0, 1e-12))

    def scores(self, bag: Sequence[str]) -> NDArray[np.float64]:
        """(rows,) float64; a term that the question repeats counts as often."""
        scores = np.zeros(self._rows)
        for term, times in Counter(bag).items():
            place = self._vocabulary.get(term)
            if place is None:
                continue
            span = slice(self._start[place], self._start[place + 1])
            rows, frequency = self._row[span], self._frequency[span]
            scores[rows] += times * self._idf[place] * frequency * (K1 + 1) / (frequency + self._norm[rows])
        return scores

    def best(self, bag: Sequence[str], depth: int) -> list[tuple[int, float]]:
        """The best `depth` rows with a score above 0, best first, ties by row."""
        scores = self.scores(bag)
        positive = np.flatnonzero(scores > 0)
        order = positive[np.argsort(-scores[positive], kind="stable")][:depth]
        return [(int(row), float(scores[row])) for row in order]


def _inverse_document_frequencies(held_by: NDArray[np.int64], rows: int) -> NDArray[np.float64]:
    """Robertson's idf; where it is negative, `EPSILON` times the mean of all, negative ones included."""
    idf = np.array([math.log(rows - n + 0.5) - math.log(n + 0.5) for n in held_by.tolist()], np.float64)
    if len(idf):
        idf[idf < 0] = EPSILON * idf.mean()
    return idf
