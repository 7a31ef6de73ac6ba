"""Clauses of a document full of good candidates rise; the oracle is the sum written out."""

import numpy as np
import pytest

from index.local import Hits
from retriever.fusion import Ranking, single
from retriever.support import PERSISTENCE, with_document_support


def ranking(rows: list[int], scores: list[float]) -> Ranking:
    return single("dense", Hits(np.array(rows), np.array(scores)))


def test_a_clause_among_good_neighbours_passes_a_lonely_one() -> None:
    documents = np.array([0, 1, 1, 1], np.int32)
    found = with_document_support(ranking([0, 1, 2, 3], [5.0, 4.9, 4.8, 4.7]), documents, 1.0)
    assert found.hits.rows.tolist() == [1, 2, 3, 0]
    fall = 1 - PERSISTENCE
    many = fall * (4.9 + 4.8 * PERSISTENCE + 4.7 * PERSISTENCE**2)
    assert found.hits.scores.tolist() == pytest.approx([4.9 + many, 4.8 + many, 4.7 + many, 5 + 5 * fall])


def test_the_support_of_a_document_is_told_beside_the_other_sides() -> None:
    found = with_document_support(ranking([0, 1, 2], [3.0, 2.0, 1.0]), np.array([0, 1, 1], np.int32), 0.5)
    by_side = {signal.side: signal for signal in found.signals(2)}
    support = (1 - PERSISTENCE) * (2.0 + 1.0 * PERSISTENCE)
    assert by_side["document"].score == pytest.approx(support)
    assert by_side["document"].contribution == pytest.approx(0.5 * support)
    assert by_side["dense"].rank == 3


def test_candidates_of_one_document_are_left_as_they_are() -> None:
    before = ranking([2, 0, 1], [3.0, 2.0, 1.0])
    assert with_document_support(before, np.zeros(3, np.int32), 0.5) is before
    assert len(with_document_support(ranking([], []), np.zeros(3, np.int32), 0.5)) == 0


def test_a_weight_of_zero_changes_nothing() -> None:
    before = ranking([0, 1, 2], [3.0, 2.0, 1.0])
    assert with_document_support(before, np.array([0, 1, 1], np.int32), 0.0) is before
