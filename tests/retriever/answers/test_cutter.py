"""A clause is looked into where the question leads, however long it is, and in bounded time."""

import time
from itertools import pairwise

import pytest

from index.build import build
from index.configuration import Parts
from index.document import Clause, Source
from index.embed import HashEmbedder
from index.snapshot import Store
from index.structure.split import paragraphs_of
from index.text import Tokenizer
from retriever.answers.answer import Answerer
from retriever.answers.pieces import MAX_PIECES, Piece, pieces, stretches
from retriever.open import open_answerer

LONG_CHARS = 100_000
SOUGHT = "琥珀展厅每周三闭馆检修"


def _long_text() -> str:
    """One paragraph of 100,000 characters that says one thing of its own, three quarters down."""
    sentences = [
        f"第{i}号库房存放卷宗{i * 7}册，由保管组逐册清点，并登记入簿。" for i in range(LONG_CHARS // 28)
    ]
    sentences.insert(len(sentences) * 3 // 4, SOUGHT + "，遇节假日顺延。")
    return "青山县库房说明\n\n" + "".join(sentences)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Answerer:
    parts = Parts(Store(tmp_path_factory.mktemp("store")), tokenizer, HashEmbedder())
    text = _long_text()
    build([Source("long.txt", "txt", text, paragraphs_of(text))], parts)
    return open_answerer(parts, threshold=0.0)


def test_stretches_are_all_pieces_in_order_in_whole_sentences() -> None:
    found = pieces("甲，乙，丙。" * 30 + "丁，" * 100 + "戊。")
    runs = stretches(found)
    assert [piece for run in runs for piece in run] == found
    assert all(0 < len(run) <= MAX_PIECES for run in runs)
    for run, following in pairwise(runs):
        # A sentence goes on in the next stretch only where this one is full.
        assert run[-1].sentence != following[0].sentence or len(run) == MAX_PIECES
    assert stretches([]) == [()]
    assert stretches([Piece(0, 1, 0)]) == [(Piece(0, 1, 0),)]


def test_a_clause_of_100_000_characters_is_quoted_from_where_it_answers(long: Answerer) -> None:
    assert max(len(c.text) for c in _clauses(long)) > LONG_CHARS * 0.9
    answer = long.answer("琥珀展厅什么时候闭馆检修")
    assert SOUGHT in "".join(citation.quote for citation in answer.citations)


def test_a_question_of_2_000_characters_on_such_a_clause_takes_bounded_time(long: Answerer) -> None:
    long.answer("琥珀展厅什么时候闭馆")
    question = ("琥珀展厅每周几闭馆检修，库房的卷宗由谁清点登记，保管组如何存放？" * 80)[:2000]
    began = time.process_time()
    answer = long.answer(question)
    assert time.process_time() - began < 2.0  # 0.2 s on an idle core
    assert answer.citations


def _clauses(answerer: Answerer) -> list[Clause]:
    index = answerer.searcher.index
    return index.catalogue.clauses(list(range(index.manifest.clauses)))


def test_a_year_that_a_document_of_any_length_nowhere_names_is_looked_for_once(long: Answerer) -> None:
    said = long._cutter.said
    document_id = _clauses(long)[0].document_id
    first = said(document_id)
    assert SOUGHT in first.text
    assert said(document_id) is first
    assert said._chars == len(first.text)


def test_what_is_remembered_of_long_clauses_is_bounded(long: Answerer) -> None:
    for topic in ("琥珀展厅闭馆", "第3号库房", "第900号库房", "第2000号库房"):
        long.answer(topic)
    cutter = long._cutter
    held = [one.size for one in cutter._known.values()]
    assert cutter._held == sum(held)
    assert sum(held[:-1]) <= 20_000
