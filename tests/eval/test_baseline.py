"""The baseline gives rank-bm25's own scores."""

import random

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from eval.baseline import RankBm25
from eval.corpus import open_corpus
from eval.judgements import plan_set
from index.bags import clause_bags
from index.configuration import Parts


def test_the_scores_are_those_of_rank_bm25_on_the_plan(parts: Parts) -> None:
    judged = plan_set()
    index = open_corpus(judged, parts).searcher.index
    bags = list(clause_bags(index, parts.tokenizer))
    oracle, baseline = BM25Okapi(bags), RankBm25(bags)
    for question in judged.questions:
        words, bigrams = parts.tokenizer.bag(question.text)
        expected = oracle.get_scores(words + bigrams)
        np.testing.assert_allclose(baseline.scores(words + bigrams), expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("seed", range(5))
def test_the_scores_are_those_of_rank_bm25_where_terms_are_common_repeated_or_unknown(seed: int) -> None:
    random.seed(seed)
    terms = [f"t{i}" for i in range(40)]
    # Zipf-like: the first terms stand in most bags, where idf is negative and floored.
    bags = [
        [terms[min(39, int(random.expovariate(0.15)))] for _ in range(random.randint(1, 60))]
        for _ in range(80)
    ]
    oracle, baseline = BM25Okapi(bags), RankBm25(bags)
    assert any(idf == oracle.epsilon * oracle.average_idf for idf in oracle.idf.values())
    for _ in range(20):
        question = [*random.choices(terms, k=6), terms[0], "unknown"]
        expected = oracle.get_scores(question)
        assert np.abs(expected).max() > 0
        np.testing.assert_allclose(baseline.scores(question), expected, atol=1e-6, rtol=0)


def test_the_best_are_in_order_without_those_that_share_no_term() -> None:
    baseline = RankBm25([["a"], ["b", "c"], ["b", "c"], ["d"], ["e"], ["f"]])
    best = baseline.best(["b"], 10)
    assert [row for row, _ in best] == [1, 2]
    assert baseline.best(["b"], 1) == best[:1]
    assert baseline.best(["unknown"], 10) == []
