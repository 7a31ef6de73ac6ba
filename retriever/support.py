"""A ranking and the document of each clause → the ranking in which clauses of a document full of good ones rise."""

import numpy as np
from numpy.typing import NDArray

from index.local import Hits
from retriever.fusion import Ranking, summed

PERSISTENCE = 0.9
"""The document's best clause counts 0.1, its second 0.09, its third 0.081, …: the weights of rank-biased precision
(Moffat and Zobel 2008). On half of STARD the fused ranking gains 0.011 nDCG@10 and 0.025 R@100 with it."""


def with_document_support(ranking: Ranking, documents: NDArray[np.int32], weight: float) -> Ranking:
    """Add `weight` times the support of its document to every clause's score; best first, ties by row.

    `documents`: (clauses of the snapshot,) place of each clause's document. A question is rarely met by one article of
    a law whose others have nothing to do with it. Where all candidates are of one document nothing changes.
    """
    rows = ranking.hits.rows.astype(np.int64)
    scores = ranking.hits.scores.astype(np.float64)
    own = documents[rows]
    if weight == 0 or len(rows) == 0 or (own == own[0]).all():
        return ranking
    grouped = np.argsort(own, kind="stable")  # the ranking's order stays within each document
    starts = np.flatnonzero(np.r_[True, np.diff(own[grouped]) != 0])
    sizes = np.diff(np.r_[starts, len(rows)])
    place_in_document = np.arange(len(rows)) - np.repeat(starts, sizes)
    gains = scores[grouped] * PERSISTENCE**place_in_document * (1 - PERSISTENCE)
    support = np.empty(len(rows))
    support[grouped] = np.repeat(np.add.reduceat(gains, starts), sizes)
    order = np.lexsort((rows, -support))
    side = Hits(rows[order], support[order])
    sides = {**ranking.sides, "document": side}
    return summed(sides, {**ranking.contributions, "document": weight * support[order]})
