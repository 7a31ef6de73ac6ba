"""Questions to the plan: fusion against a hand computation, modes, pages, filters, highlights, bad questions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.build import build
from index.configuration import Parts
from index.embed import HashEmbedder, open_embedder
from index.errors import NotFoundError, QuestionError
from index.local import Hits
from index.plan import plan_source
from index.readers import read
from index.snapshot import Store
from index.text import Tokenizer
from retriever.fusion import reciprocal_rank_fusion, score_fusion
from retriever.highlight import highlights
from retriever.open import open_searcher
from retriever.search import DEPTH, Mode, Searcher

PLAN = "国科发区〔2020〕187号"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Searcher:
    parts = Parts(Store(tmp_path_factory.mktemp("store")), tokenizer, HashEmbedder())
    build([plan_source()], parts)
    return open_searcher(parts)


def _hits(*pairs: tuple[int, float]) -> Hits:
    return Hits(np.array([row for row, _ in pairs]), np.array([score for _, score in pairs]))


def test_score_fusion_adds_each_sides_distance_from_its_least_candidate() -> None:
    sides = {"bm25": _hits((7, 9.0), (3, 5.0), (4, 1.0)), "dense": _hits((3, 0.9), (8, 0.5), (7, 0.1))}
    ranking = score_fusion(sides, {"bm25": 0.4, "dense": 0.6})
    bm25, dense = np.std([9.0, 5.0, 1.0]), np.std([0.9, 0.5, 0.1])
    expected = {
        3: 0.4 * 4 / bm25 + 0.6 * 0.8 / dense,
        7: 0.4 * 8 / bm25,
        8: 0.6 * 0.4 / dense,
        4: 0.0,
    }
    assert dict(zip(ranking.hits.rows.tolist(), ranking.hits.scores.tolist(), strict=True)) == pytest.approx(
        expected
    )
    assert ranking.hits.rows.tolist() == sorted(expected, key=lambda row: (-expected[row], row))
    assert sum(s.contribution for s in ranking.signals(3)) == pytest.approx(expected[3])


def test_score_fusion_takes_sides_that_are_empty_or_all_alike() -> None:
    sides = {"bm25": _hits((5, 2.0)), "dense": _hits((1, 0.9), (5, 0.8))}
    assert score_fusion(sides, {"bm25": 0.4, "dense": 0.6}).hits.rows.tolist() == [1, 5]
    nothing = Hits(np.empty(0, np.int64), np.empty(0))
    assert (
        score_fusion(
            {"bm25": nothing, "dense": _hits((1, 0.9), (5, 0.8))}, {"bm25": 0.4, "dense": 0.6}
        ).hits.rows[0]
        == 1
    )
    assert len(score_fusion({"bm25": nothing, "dense": nothing}, {"bm25": 0.4, "dense": 0.6})) == 0


def test_fusion_is_the_weighted_sum_of_reciprocal_ranks() -> None:
    sides = {"bm25": _hits((7, 9.0), (3, 5.0)), "dense": _hits((3, 0.9), (8, 0.8), (7, 0.1))}
    ranking = reciprocal_rank_fusion(sides, {"bm25": 0.4, "dense": 0.6}, 20)
    assert ranking.hits.rows.tolist() == [3, 7, 8] and len(ranking) == 3
    assert ranking.hits.scores == pytest.approx([0.4 / 22 + 0.6 / 21, 0.4 / 21 + 0.6 / 23, 0.6 / 22])
    assert [(s.side, s.rank, s.score) for s in ranking.signals(7)] == [("bm25", 1, 9.0), ("dense", 3, 0.1)]
    assert sum(s.contribution for s in ranking.signals(3)) == pytest.approx(ranking.hits.scores[0])
    assert [s.side for s in ranking.signals(8)] == ["dense"]


def test_equal_scores_are_ordered_by_row() -> None:
    sides = {"bm25": _hits((9, 1.0)), "dense": _hits((2, 1.0))}
    assert reciprocal_rank_fusion(sides, {"bm25": 0.5, "dense": 0.5}, 20).hits.rows.tolist() == [2, 9]


def test_the_real_model_answers_questions_that_share_no_words_with_the_clause(
    models: Path, tmp_path: Path
) -> None:
    parts = Parts(Store(tmp_path), Tokenizer(), open_embedder("default", models))
    build([plan_source()], parts)
    found = open_searcher(parts).search("Is there support for marine universities?", top_k=3)
    assert f"{PLAN}#二/（三）" in [r.clause.address for r in found.clauses]
    first = open_searcher(parts).search("研发经费要占GDP多少", top_k=1).clauses[0]
    assert first.clause.address == f"{PLAN}#一/第1段"
    assert first.clause.citation.startswith(
        "《中国特色社会主义先行示范区科技创新行动方案》（国科发区〔2020〕187号）"
    )


def test_each_mode_reports_its_own_signals(searcher: Searcher) -> None:
    for mode, sides in ((Mode.BM25, {"bm25"}), (Mode.DENSE, {"dense"}), (Mode.HYBRID, {"bm25", "dense"})):
        results = searcher.search("知识产权证券化试点", mode=mode)
        assert {s.side for s in results.clauses[0].signals} == sides
        assert results.clauses[0].clause.address == f"{PLAN}#五/（十三）"
        assert [r.rank for r in results.clauses] == list(range(1, len(results.clauses) + 1))
        scores = [r.score for r in results.clauses]
        assert scores == sorted(scores, reverse=True)


def test_bm25_returns_nothing_for_words_no_clause_has(searcher: Searcher) -> None:
    results = searcher.search("zzzz qqqq", mode=Mode.BM25)
    assert results.total == 0 and results.clauses == ()


def test_pages_fit_together(searcher: Searcher) -> None:
    whole = searcher.search("支持深圳建设", top_k=25).clauses
    pages = [
        r
        for offset in range(0, 25, 7)
        for r in searcher.search("支持深圳建设", top_k=7, offset=offset).clauses
    ]
    assert [r.clause.address for r in pages] == [r.clause.address for r in whole]
    assert [r.rank for r in pages] == list(range(1, 26))
    assert searcher.search("支持深圳建设", offset=500).clauses == ()


def test_a_document_filter_keeps_only_its_clauses(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text(
        "图书借阅规则\n\n第一条 支持读者建设书房。\n\n第二条 每人十册。\n", encoding="utf-8"
    )
    build([plan_source(), read(tmp_path / "rules.txt")], parts)
    both = open_searcher(parts)
    found = both.search("支持深圳建设", documents=["图书借阅规则"])
    assert {r.clause.document_id for r in found.clauses} == {"图书借阅规则"} and found.total == 2
    with pytest.raises(NotFoundError, match="no document has the id '没有'"):
        both.search("支持", documents=["没有"])


def test_highlights_are_the_questions_words_in_the_clause(searcher: Searcher) -> None:
    best = searcher.search("社会保障卡怎么用？").clauses[0]
    assert best.clause.address == f"{PLAN}#五/（十五）"
    marked = [best.clause.text[start:end] for start, end in best.highlights]
    assert "社会保障卡" in marked and "社会保障卡" in best.matched_terms
    assert not set(marked) & {"怎么", "？"}


def test_a_traditional_question_finds_and_marks_simplified_text(searcher: Searcher) -> None:
    best = searcher.search("知識產權證券化試點").clauses[0]
    assert best.clause.address == f"{PLAN}#五/（十三）"
    assert "知识产权证券化试点" in [best.clause.text[start:end] for start, end in best.highlights]


def test_highlight_spans_point_into_the_text_as_written() -> None:
    text = "㈠ＧＤＰ比重达到４.８％，GDPX不算，到2025年"
    spans, matched = highlights(text, ["gdp", "4.8", "20", "2025"])
    assert [text[a:b] for a, b in spans] == ["ＧＤＰ", "４.８", "2025"]
    assert matched == ["gdp", "4.8", "2025"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t　", "？！。…"])
def test_a_blank_question_says_what_to_type(searcher: Searcher, text: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        searcher.search(text)


def test_an_overlong_question_is_refused_before_any_work(searcher: Searcher) -> None:
    with pytest.raises(QuestionError, match=r"100,000 characters.*2,000"):
        searcher.search("长" * 100_000)
    assert searcher.search("深圳" * 1000).total == 25


@pytest.mark.parametrize(("top_k", "offset"), [(0, 0), (-1, 0), (10_000, 0), (10, -1), (100, DEPTH)])
def test_an_impossible_page_is_refused(searcher: Searcher, top_k: int, offset: int) -> None:
    with pytest.raises(QuestionError, match="ask for 1 to 100 clauses"):
        searcher.search("深圳", top_k=top_k, offset=offset)


def test_hostile_text_is_only_text(searcher: Searcher) -> None:
    for text in (
        "'; DROP TABLE clauses;--",
        "</s><s> ignore",
        "深圳\x00\ud800",
        "☃" * 50 + "研发",
        "%s {0} \\u0000",
    ):
        assert searcher.search(text).total > 0


def test_the_answer_carries_snapshot_and_timing(searcher: Searcher) -> None:
    results = searcher.search("研发投入")
    assert results.snapshot == searcher.index.manifest.id
    assert {"analyse", "bm25", "embed", "dense", "fetch", "total"} == set(results.milliseconds)


def test_a_searcher_outlives_the_publication_of_another_snapshot(parts: Parts, tmp_path: Path) -> None:
    build([plan_source()], parts)
    old = open_searcher(parts)
    for number in range(4):  # the old snapshot's folder is gone after these
        (tmp_path / "rules.txt").write_text(f"图书借阅规则\n\n第一条 每人{number}册。\n", encoding="utf-8")
        build([read(tmp_path / "rules.txt")], replace(parts), keep=False)
    assert old.index.manifest.id not in parts.store.snapshots()
    assert old.search("知识产权证券化").clauses[0].clause.address == f"{PLAN}#五/（十三）"
