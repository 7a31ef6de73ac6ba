"""BM25 and FAISS against oracles: rank-bm25's formula and plain numpy; no padding, no phantom hits."""

import math
import random
from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from index.centre import background
from index.dense import DenseIndex
from index.lexical import K1, B, LexicalIndex
from index.windows import windows

NO_CENTRE = np.zeros(16, np.float32)


def _bags(count: int) -> list[list[str]]:
    chance = random.Random(7)
    words = [f"w{i}" for i in range(60)]
    return [
        [words[min(59, int(chance.expovariate(0.1)))] for _ in range(chance.randint(3, 40))]
        for _ in range(count)
    ]


def test_bm25_scores_are_those_of_the_formula() -> None:
    bags = _bags(200)
    index = LexicalIndex.build(bags)
    average = sum(map(len, bags)) / len(bags)
    question = ["w0", "w3", "w3", "w17", "unknown"]
    for row, score in enumerate(index.scores(question)):
        expected = 0.0
        for term in question:
            frequency = bags[row].count(term)
            containing = sum(term in bag for bag in bags)
            idf = math.log(1 + (len(bags) - containing + 0.5) / (containing + 0.5))
            expected += idf * frequency / (frequency + K1 * (1 - B + B * len(bags[row]) / average))
        assert score == pytest.approx(expected, abs=1e-4)


def test_bm25_ranks_like_rank_bm25_where_its_idf_is_not_floored() -> None:
    bags = _bags(300)
    ours = LexicalIndex.build(bags)
    oracle = BM25Okapi(bags, k1=K1, b=B, epsilon=0)
    compared = 0
    for term in sorted({t for bag in bags for t in bag}):
        if sum(term in bag for bag in bags) >= len(bags) / 2:
            continue
        a, b = ours.scores([term]), oracle.get_scores([term])
        if b.max() > 0:
            assert np.array_equal(a > 0, b > 0)
            # One term: both are increasing functions of the same saturated frequency.
            assert np.allclose(a / a.max(), b / b.max(), atol=1e-4)
            compared += 1
    assert compared > 20


def test_unknown_words_score_nothing(tmp_path: Path) -> None:
    index = LexicalIndex.build([["a", "b"], ["c"]])
    assert not index.scores(["zzz"]).any()
    assert not index.scores([]).any()
    assert index.known(["zzz", "c", "c", "a"]) == ["c", "a"]


def test_a_saved_bm25_index_gives_the_same_scores(tmp_path: Path) -> None:
    bags = _bags(50)
    index = LexicalIndex.build(bags)
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", len(bags))
    assert np.array_equal(index.scores(["w1", "w2"]), loaded.scores(["w1", "w2"]))


def test_clauses_without_any_term_can_be_indexed() -> None:
    assert not LexicalIndex.build([[], []]).scores(["a"]).any()


def test_nearest_is_exhaustive_and_never_padded(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(40, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    DenseIndex.build(vectors, np.arange(40, dtype=np.int32), NO_CENTRE).save(tmp_path / "dense")
    index = DenseIndex.load(tmp_path / "dense")
    rows, scores = index.nearest(vectors[3], 1000, None)
    cosines = vectors @ vectors[3]
    assert sorted(rows) == list(range(40))
    assert rows[0] == 3
    assert np.allclose(scores, cosines[rows], atol=1e-3)


def test_a_clause_counts_once_with_its_nearest_vector() -> None:
    chance = np.random.default_rng(2)
    vectors = chance.normal(size=(300, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    owners = np.sort(chance.integers(0, 40, 300)).astype(np.int32)
    owners[:200] = 0  # one clause with very many windows must not crowd out the others
    question = vectors[5]
    best = {int(o): float((vectors[owners == o] @ question).max()) for o in set(owners.tolist())}
    expected = sorted(best, key=lambda o: (-best[o], o))
    for limit in (1, 3, 10, 1000):
        rows, scores = DenseIndex.build(vectors, owners, NO_CENTRE).nearest(question, limit, None)
        assert rows.tolist() == expected[:limit]
        assert np.allclose(scores, [best[int(r)] for r in rows], atol=1e-3)


def test_a_filter_is_applied_before_the_limit() -> None:
    vectors = np.eye(8, dtype=np.float32)
    index = DenseIndex.build(vectors, np.arange(8, dtype=np.int32), NO_CENTRE[:8])
    allowed = np.zeros(8, bool)
    allowed[[5, 6]] = True
    rows, _ = index.nearest(vectors[0], 4, allowed)
    assert sorted(rows) == [5, 6]
    rows, _ = index.nearest(vectors[0], 4, np.zeros(8, bool))
    assert len(rows) == 0


def test_vectors_are_compared_about_the_centre() -> None:
    chance = np.random.default_rng(3)
    centre = chance.normal(size=16).astype(np.float32)
    vectors = 3 * centre + chance.normal(size=(30, 16)).astype(
        np.float32
    )  # what they share outweighs the rest
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    centre = vectors.mean(axis=0)
    question = vectors[4]
    moved = (vectors - centre) / np.linalg.norm(vectors - centre, axis=1, keepdims=True)
    rows, scores = DenseIndex.build(vectors, np.arange(30, dtype=np.int32), centre).nearest(question, 5, None)
    assert rows.tolist() == np.argsort(-(moved @ moved[4]))[:5].tolist()
    assert scores[1] < 0.9 < (vectors @ question)[rows[1]]


def test_the_background_is_in_both_languages_and_not_about_the_plan() -> None:
    chinese, english = background()
    assert len(chinese) >= 30 and len(english) >= 5
    assert not any("深圳" in sentence or "创新" in sentence for sentence in chinese)


def test_windows_are_whole_sentences_that_together_are_the_text() -> None:
    sentence = "支持深圳建设国际科技信息中心，牵头大科学计划；"
    text = sentence * 20 + "没有句号的结尾"
    found = windows(text)
    assert "".join(found) == text
    assert all(len(w) <= 150 and w.endswith("；") for w in found[:-1])
    assert windows(sentence) == []
    assert windows("无标点" * 200) == []
