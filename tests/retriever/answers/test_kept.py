"""Pieces are embedded once: prepared after a build, kept on disk, found by what they say."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.embed import HashEmbedder
from index.passage import Passage
from index.structure.split import paragraphs_of
from index.vectors import Vectors
from retriever.answers.answer import Answer
from retriever.answers.kept import FILE, KeptPieces, kept_in, rounded
from retriever.answers.prepare import preparing
from retriever.open import open_answerer, prepare_published

RULES = """青山县档案查阅办法

第一条 县档案局主管查阅工作，接受监督。

第二条 申请查阅的，应当提交申请书，并说明用途。
"""


def _passage(*pieces: str) -> Passage:
    """These pieces, with a comma behind each."""
    ends = list(accumulate(len(piece) + 1 for piece in pieces))
    spans = tuple((end - 1 - len(piece), end - 1) for piece, end in zip(pieces, ends, strict=True))
    return Passage("".join(f"{piece}，" for piece in pieces), spans)


class CountingEmbedder(HashEmbedder):
    """Remembers every text that it was given to embed as a clause or a piece of one."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        self.seen += texts
        yield from super().embed_clauses(texts)


@pytest.fixture
def counted(parts: Parts) -> Parts:
    counted = replace(parts, embedder=CountingEmbedder())
    build([Source("rules.txt", "txt", RULES, paragraphs_of(RULES))], counted)
    return counted


def _seen(parts: Parts) -> list[str]:
    assert isinstance(parts.embedder, CountingEmbedder)
    seen, parts.embedder.seen = parts.embedder.seen, []
    return seen


def _asked(parts: Parts) -> Answer:
    """A question to a process that has just opened the store."""
    return open_answerer(parts, threshold=0.0).answer("谁主管查阅工作")


def test_after_preparing_the_first_question_embeds_no_piece_and_gets_the_same_answer(counted: Parts) -> None:
    unprepared = open_answerer(counted)
    unprepared._cutter._kept = None
    expected = unprepared.answer("谁主管查阅工作", threshold=0.0)
    _seen(counted)
    assert prepare_published(counted) == 2
    assert set(_seen(counted)) >= {"县档案局主管查阅工作", "接受监督", "应当提交申请书", "并说明用途"}
    answer = _asked(counted)
    assert _seen(counted) == []
    assert answer.citations == expected.citations != ()
    assert answer.confidence == pytest.approx(expected.confidence, abs=1e-4)


def test_a_piece_that_a_question_had_to_embed_is_kept_for_other_processes(counted: Parts) -> None:
    _seen(counted)
    first = _asked(counted)
    assert "县档案局主管查阅工作" in _seen(counted)
    assert _asked(counted).citations == first.citations
    assert _seen(counted) == []


def test_only_clauses_that_are_new_are_prepared_anew(counted: Parts) -> None:
    prepare_published(counted)
    _seen(counted)
    text = RULES.replace("青山县", "绿水县").replace("接受监督", "接受审计")
    build([Source("other.txt", "txt", text, paragraphs_of(text))], counted)
    _seen(counted)
    assert prepare_published(counted) == 1
    assert sorted(_seen(counted)) == ["县档案局主管查阅工作", "接受审计"]
    assert prepare_published(counted) == 0


def test_rows_of_clauses_that_are_gone_are_dropped_once_they_are_too_many(tmp_path: Path) -> None:
    kept = KeptPieces(tmp_path / FILE, "some")
    stretches = [_passage(f"第{i}句") for i in range(1200)]
    assert kept.keep(stretches, [np.ones((1, 4), np.float32)] * 1200)
    left = kept.keys(stretches[:50])
    kept.finish("abc", set(left))
    assert kept.prepared("abc")
    assert kept.lacking(kept.keys(stretches)) == set(kept.keys(stretches[50:]))


def test_vectors_of_another_embedder_or_of_other_words_are_never_found(tmp_path: Path) -> None:
    kept = KeptPieces(tmp_path / FILE, "one")
    kept.keep([_passage("甲", "乙")], [np.eye(2, dtype=np.float32)])
    assert KeptPieces(tmp_path / FILE, "other").vectors([_passage("甲", "乙")]) == [None]
    assert kept.vectors([_passage("甲"), _passage("甲乙")]) == [None, None]
    (found,) = kept.vectors([_passage("甲", "乙")])
    np.testing.assert_allclose(found, np.eye(2), atol=1e-6)


def test_eight_bits_hardly_move_a_cosine_and_are_read_again_as_they_were_kept(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(40, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    again = rounded(rows)
    assert np.abs((again @ rows.T) - (rows @ rows.T)).max() < 0.004
    kept = KeptPieces(tmp_path / FILE, "one")
    kept.keep([_passage(*["句"] * 40)], [again])
    (found,) = kept.vectors([_passage(*["句"] * 40)])
    np.testing.assert_allclose(found, again, atol=1e-6)


def test_a_damaged_file_is_set_aside_and_questions_are_answered(counted: Parts) -> None:
    prepare_published(counted)
    expected = _asked(counted)
    path = counted.store.path / FILE
    for beside in counted.store.path.glob(f"{FILE}-*"):
        beside.unlink()
    path.write_bytes(b"no database at all, " * 200)
    assert _asked(counted).citations == expected.citations
    assert path.with_suffix(".damaged").exists()
    assert _asked(counted).citations == expected.citations


def test_a_file_that_another_process_locks_delays_a_question_little(counted: Parts) -> None:
    expected = _asked(counted)
    with sqlite3.connect(counted.store.path / FILE, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert not kept_in(counted.store.path, "x").keep([_passage("句")], [np.ones((1, 4), np.float32)])
        assert _asked(counted).citations == expected.citations


def test_two_processes_never_prepare_one_store_at_once(counted: Parts) -> None:
    with preparing(counted.store.path):
        assert prepare_published(counted) == 0
    assert prepare_published(counted) == 2


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_fails(tmp_path: Path) -> None:
    kept = KeptPieces(tmp_path / "no such folder" / FILE, "one")
    assert kept.vectors([_passage("甲")]) == [None]
    assert not kept.keep([_passage("甲")], [np.ones((1, 4), np.float32)])
    assert kept.lacking([1, 2]) == {1, 2}
    kept.finish("abc", set())
    assert not kept.prepared("abc")
