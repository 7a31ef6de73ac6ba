"""Building and opening snapshots: no-ops, increments, deaths, tampering, stale parts, two writers."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from index.build import build
from index.centre import background
from index.clause_texts import embedding_text
from index.configuration import Parts
from index.document import Source
from index.embed import HashEmbedder
from index.errors import NotFoundError, NothingPublishedError, StaleSnapshotError, StoreError
from index.fingerprints import check_current
from index.local import open_snapshot
from index.plan import plan_source
from index.readers import read
from index.snapshot import FORMAT, KEPT
from index.text import Tokenizer
from index.vectors import Vectors
from retriever.open import open_or_build, open_searcher

RULES = "图书借阅规则\n\n第一条 读者凭证借阅。\n\n第二条 每人每次可借十册。\n\n第三条 逾期一日罚款一元。\n"


class CountingEmbedder(HashEmbedder):
    """Remembers what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        self.texts += texts
        return super().embed_clauses(texts)


@pytest.fixture
def counting(parts: Parts) -> tuple[Parts, CountingEmbedder]:
    embedder = CountingEmbedder()
    return replace(parts, embedder=embedder), embedder


def _source(folder: Path, name: str, text: str) -> Source:
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder / name)


def test_the_same_input_again_is_a_no_op(counting: tuple[Parts, CountingEmbedder]) -> None:
    parts, embedder = counting
    first = build([plan_source()], parts)
    assert first.changed and first.manifest.clauses == 25 and first.embedded > 25  # long clauses have windows
    asked = len(embedder.texts)
    assert asked == first.embedded + sum(map(len, background()))
    current = (parts.store.path / "CURRENT").stat().st_mtime_ns
    again = build([plan_source()], parts)
    assert not again.changed and again.manifest.id == first.manifest.id
    assert (parts.store.path / "CURRENT").stat().st_mtime_ns == current
    assert len(embedder.texts) == asked


def test_adding_a_file_embeds_only_what_is_new(
    counting: tuple[Parts, CountingEmbedder], tmp_path: Path
) -> None:
    parts, embedder = counting
    build([plan_source()], parts)
    embedder.texts.clear()
    added = build([_source(tmp_path, "rules.txt", RULES)], parts)
    assert added.manifest.documents == 2 and added.manifest.clauses == 28
    assert added.embedded == len(embedder.texts) == 3
    assert all(text.startswith("第") for text in embedder.texts)
    # The vectors of unchanged clauses are theirs, not their neighbours'.
    index = open_snapshot(parts.store)
    for row, clause in enumerate(index.catalogue.clauses(range(28))):
        best = index.dense(embedder.embed_question(embedding_text(clause)), 1)
        assert best.scores == pytest.approx([1], abs=1e-3)
        assert best.rows == [row]


def test_a_new_version_of_a_file_replaces_the_old_one(parts: Parts, tmp_path: Path) -> None:
    build([plan_source(), _source(tmp_path, "rules.txt", RULES)], parts)
    built = build([_source(tmp_path, "rules.txt", RULES.replace("十册", "二十册"))], parts)
    assert built.replaced == ("图书借阅规则",)
    texts = [c.text for c in open_snapshot(parts.store).catalogue.clauses_of("图书借阅规则")]
    assert any("二十册" in text for text in texts) and len(texts) == 3


def test_two_documents_of_one_title_are_both_kept(parts: Parts, tmp_path: Path) -> None:
    other = RULES.replace("十册", "五册")
    built = build([_source(tmp_path, "a.txt", RULES), _source(tmp_path, "b.txt", other)], parts)
    assert built.manifest.documents == 2 and built.manifest.clauses == 6
    catalogue = open_snapshot(parts.store).catalogue
    assert [d.id for d in catalogue.documents()] == ["图书借阅规则", "图书借阅规则~2"]
    assert all(c.address.startswith("图书借阅规则~2#") for c in catalogue.clauses_of("图书借阅规则~2"))
    assert len(set(catalogue.addresses())) == 6


def test_the_order_of_files_does_not_matter(parts: Parts, tmp_path: Path) -> None:
    sources = [plan_source(), _source(tmp_path, "rules.txt", RULES)]
    first = build(sources, parts, keep=False)
    assert build(sources[::-1], parts, keep=False).manifest.id == first.manifest.id


def test_every_clause_is_read_back_as_it_was_split(parts: Parts) -> None:
    from index.structure.split import split

    build([plan_source()], parts)
    catalogue = open_snapshot(parts.store).catalogue
    expected = split(plan_source())
    assert tuple(catalogue.clauses_of(expected.document.id)) == expected.clauses
    assert catalogue.document(expected.document.id) == expected.document
    assert tuple(catalogue.nodes(expected.document.id)) == expected.nodes
    assert tuple(catalogue.findings(expected.document.id)) == expected.findings
    assert list(catalogue.sources()) == [plan_source()]
    for clause in expected.clauses:
        assert catalogue.clause(clause.address).text == expected.document.text[clause.start : clause.end]
    with pytest.raises(NotFoundError, match="no clause has the address"):
        catalogue.clause("国科发区〔2020〕187号#九/（九）")


def test_an_empty_store_says_what_to_run(parts: Parts) -> None:
    with pytest.raises(NothingPublishedError, match=r"nothing published yet.*tiaowen index"):
        open_searcher(parts)


def test_the_first_opening_indexes_the_bundled_plan(parts: Parts) -> None:
    assert open_or_build(parts).index.manifest.clauses == 25


@pytest.mark.parametrize("name", ["catalogue.sqlite", "dense", "manifest.json", "lexical"])
def test_a_tampered_snapshot_is_refused_with_the_next_step(parts: Parts, name: str) -> None:
    snapshot = build([plan_source()], parts).manifest.id
    path = parts.store.path / "snapshots" / snapshot / name
    victim = max(path.iterdir(), key=lambda p: p.stat().st_size) if path.is_dir() else path
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.write_bytes(content)
    for attempt in (open_searcher, open_or_build):
        with pytest.raises(StoreError, match=r"cannot be used.*tiaowen index --replace"):
            attempt(parts)


def test_a_missing_file_is_refused(parts: Parts) -> None:
    snapshot = build([plan_source()], parts).manifest.id
    (parts.store.path / "snapshots" / snapshot / "dense" / "vectors.faiss").unlink()
    with pytest.raises(StoreError, match=r"vectors\.faiss"):
        open_searcher(parts)


def test_a_snapshot_of_another_format_is_refused(parts: Parts) -> None:
    snapshot = build([plan_source()], parts).manifest.id
    manifest = parts.store.path / "snapshots" / snapshot / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(StoreError, match="format is 99"):
        open_searcher(parts)


def _as_format_2(parts: Parts, snapshot: str) -> Path:
    """Make the published snapshot one of format 2, without references and facts, and sign it as that version did."""
    folder = parts.store.path / "snapshots" / snapshot
    with sqlite3.connect(folder / "catalogue.sqlite") as database:
        database.execute("DROP TABLE refs")
        for column in ("kind", "year", "effective", "expires", "repealed", "in_force", "facts"):
            database.execute(f"ALTER TABLE documents DROP COLUMN {column}")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["format"] = 2
    digest = hashlib.sha256((folder / "catalogue.sqlite").read_bytes()).hexdigest()
    manifest["files"]["catalogue.sqlite"] = digest
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_snapshot_of_an_older_format_is_rebuilt_from_its_own_documents(
    parts: Parts, tmp_path: Path
) -> None:
    old = build([plan_source(), _source(tmp_path, "rules.txt", RULES)], parts).manifest.id
    (tmp_path / "rules.txt").unlink()
    _as_format_2(parts, old)
    with pytest.raises(StaleSnapshotError, match=r"format 2 of an older version.*tiaowen index"):
        open_searcher(parts)
    rebuilt = open_or_build(parts).index
    assert rebuilt.manifest.format == FORMAT and rebuilt.manifest.clauses == 28
    assert parts.store.current() == rebuilt.manifest.id


def test_a_damaged_snapshot_of_an_older_format_is_refused(parts: Parts) -> None:
    folder = _as_format_2(parts, build([plan_source()], parts).manifest.id)
    with (folder / "catalogue.sqlite").open("ab") as file:
        file.write(b"x")
    for attempt in (open_searcher, open_or_build):
        with pytest.raises(StoreError, match=r"cannot be used.*catalogue.sqlite was changed") as caught:
            attempt(parts)
        assert not isinstance(caught.value, StaleSnapshotError)


def test_a_damaged_snapshot_can_be_replaced(parts: Parts) -> None:
    snapshot = build([plan_source()], parts).manifest.id
    (parts.store.path / "snapshots" / snapshot / "dense" / "vectors.faiss").write_bytes(b"")
    assert build([plan_source()], parts, keep=False).changed
    assert open_searcher(parts).index.manifest.id == snapshot


def test_a_damaged_snapshot_is_not_silently_dropped_when_a_file_is_added(
    parts: Parts, tmp_path: Path
) -> None:
    snapshot = build([plan_source()], parts).manifest.id
    (parts.store.path / "snapshots" / snapshot / "catalogue.sqlite").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be used"):
        build([_source(tmp_path, "rules.txt", RULES)], parts)


def test_changed_parts_are_noticed_and_rebuilt_from_the_snapshots_own_documents(
    parts: Parts, tmp_path: Path
) -> None:
    build([plan_source(), _source(tmp_path, "rules.txt", RULES)], parts)
    (tmp_path / "rules.txt").unlink()
    other_model = replace(parts, embedder=HashEmbedder(32))
    with pytest.raises(StaleSnapshotError, match=r"embedder 'hash-64'.*'hash-32'.*tiaowen index"):
        open_searcher(other_model)
    rebuilt = open_or_build(other_model).index
    assert rebuilt.manifest.dimension == 32 and rebuilt.manifest.clauses == 28
    words = tmp_path / "words.txt"
    words.write_text("逾期一日\n", encoding="utf-8")
    with pytest.raises(StaleSnapshotError, match="tokenizer"):
        check_current(rebuilt.manifest, replace(other_model, tokenizer=Tokenizer(words)))


def test_vectors_of_different_models_are_never_mixed(counting: tuple[Parts, CountingEmbedder]) -> None:
    parts, _ = counting
    build([plan_source()], parts)
    other = CountingEmbedder()
    other.fingerprint = "another"
    build([plan_source()], replace(parts, embedder=other))
    assert len(other.texts) > 25


def test_an_embedder_that_gives_no_numbers_publishes_nothing(parts: Parts) -> None:
    class Broken(HashEmbedder):
        def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
            yield [0], np.full((1, 64), np.nan, np.float32)

    with pytest.raises(StoreError, match="not numbers"):
        build([plan_source()], replace(parts, embedder=Broken()))
    with pytest.raises(NothingPublishedError):
        parts.store.current()


def test_a_damaged_vector_cache_is_set_aside(parts: Parts) -> None:
    parts.store.path.mkdir()
    parts.store.vectors.write_bytes(b"this is not a database" * 100)
    assert build([plan_source()], parts).embedded > 25
    assert open_searcher(parts).index.manifest.clauses == 25


def test_a_second_writer_is_told_to_wait(parts: Parts) -> None:
    parts.store.path.mkdir()
    with (
        FileLock(parts.store.path / "writer.lock"),
        pytest.raises(StoreError, match="another process is writing"),
    ):
        build([plan_source()], parts)


def test_old_snapshots_are_kept_for_a_while_and_then_removed(parts: Parts, tmp_path: Path) -> None:
    ids = [
        build([_source(tmp_path, "rules.txt", RULES.replace("十册", f"{n}册"))], parts).manifest.id
        for n in range(5)
    ]
    assert parts.store.snapshots() == ids[-3:]
    assert parts.store.current() == ids[-1]


def test_a_build_that_dies_leaves_readers_on_the_old_snapshot(parts: Parts, tmp_path: Path) -> None:
    old = build([plan_source()], parts).manifest.id
    script = (
        "import sys, time, pathlib; from index.configuration import Parts; from index.snapshot import Store; "
        "from index.text import Tokenizer; from index.embed import HashEmbedder; from index.build import build; "
        "from index.document import Paragraph, Source\n"
        "text = '\\n'.join(f'第{n}条 规则。' for n in range(1, 400))\n"
        "from index.structure.split import paragraphs_of\n"
        "sources = [Source('x.txt', 'txt', '某规定\\n' + text, paragraphs_of('某规定\\n' + text))]\n"
        f"parts = Parts(Store(pathlib.Path({str(parts.store.path)!r})), Tokenizer(), HashEmbedder())\n"
        "print('go', flush=True)\n"
        "build(sources, parts, progress=lambda stage, done, total: time.sleep(0.02))\n"
    )
    for delay in (0.05, 0.4, 1.2):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert open_searcher(parts).index.manifest.id == old
    build([_source(tmp_path, "rules.txt", RULES)], parts)  # the lock is free, leftovers are cleared
    assert not list(parts.store.path.glob(".staging-*"))
    assert open_searcher(parts).index.manifest.documents == 2


def test_halves_of_snapshots_and_of_what_names_one_are_cleared_by_the_next_writer(
    parts: Parts, tmp_path: Path
) -> None:
    build([_source(tmp_path, "rules.txt", RULES)], parts)
    half = parts.store.path / "snapshots" / "0123456789abcdef"
    (half / "dense").mkdir(parents=True)
    (half / "dense" / "vectors.faiss").write_bytes(b"what a removal that died left")
    (parts.store.path / ".staging-CURRENT").write_text("0123456789abcdef\n")
    with parts.store.writing():
        pass
    assert not half.exists()
    assert not list(parts.store.path.glob(".staging-*"))
    assert parts.store.snapshots() == [parts.store.current()]
    assert open_searcher(parts).index.manifest.documents == 1


def test_a_snapshot_is_removed_whole_or_not_at_all(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(KEPT):
        build([_source(tmp_path, f"{number}.txt", f"第{number}号规定\n\n第一条 第{number}条规则。\n")], parts)
    removed: list[Path] = []
    monkeypatch.setattr(shutil, "rmtree", lambda path, **named: removed.append(Path(path)))  # it dies before
    build([_source(tmp_path, "last.txt", RULES)], parts)
    monkeypatch.undo()
    assert len(removed) == 1
    assert removed[0].parent == parts.store.path  # out of the snapshots already
    for snapshot in parts.store.snapshots():
        parts.store.verified(snapshot)
    assert len(parts.store.snapshots()) == KEPT
