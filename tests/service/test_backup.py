"""A store goes into a file and comes back, whoever works on it meanwhile; a damaged file changes nothing."""

import hashlib
import io
import json
import shutil
import sqlite3
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

import service.archive.backup
from index.build import build
from index.configuration import Parts
from index.document import Source
from index.errors import StoreBusyError, StoreError, TiaowenError
from index.snapshot import Store
from index.structure.split import paragraphs_of
from retriever.open import open_searcher
from service.archive.backup import CHECKSUMS, back_up
from service.archive.restore import restore
from service.commands.cli import app
from service.jobs import uploads
from service.jobs.journal import Journal, new_job_id
from service.jobs.runner import Runner
from service.middleware.keys import KeyStore, Scope

sys.path.insert(0, str(Path(__file__).parent))  # a spawned child inherits it

from functools import partial

from hashed import hashed_parts


def rules(number: int) -> Source:
    text = f"第{number}号管理办法\n\n第一条 本办法编号为{number}。\n\n第二条 本办法自发布之日起施行。\n"
    return Source(f"{number}.txt", "txt", text, paragraphs_of(text))


def titles(store: Path) -> set[str]:
    opened = Store(store)
    _, folder = opened.verified(opened.current())
    with sqlite3.connect(folder / "catalogue.sqlite") as catalogue:
        return {row[0] for row in catalogue.execute("SELECT id FROM documents")}


def fingerprint(store: Path) -> dict[str, str]:
    """Everything in a store but its locks."""
    return {
        str(p.relative_to(store)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(store.rglob("*"))
        if p.is_file() and p.suffix != ".lock"
    }


def queue(store: Path, number: int) -> str:
    job_id = new_job_id()
    text = rules(number).text.encode()
    names = uploads.keep(store, job_id, [(f"{number}.txt", io.BytesIO(text))])
    Journal(store).submit(job_id, "add", files=names)
    return job_id


@pytest.fixture
def full(parts: Parts) -> Path:
    """A store with two snapshots, a key, a finished job and one that waits."""
    store = parts.store.path
    build([rules(1)], parts)
    build([rules(2)], parts)
    KeyStore(store).create("reading room", Scope.READ)
    journal = Journal(store)
    journal.finish(queue(store, 2))
    queue(store, 3)
    with sqlite3.connect(store / "feedback.sqlite") as feedback:
        feedback.execute("CREATE TABLE said (question TEXT)")
        feedback.execute("INSERT INTO said VALUES ('研发')")
    feedback.close()
    return store


@pytest.mark.parametrize("name", ["store.tar", "store.tar.gz"])
def test_a_restored_store_is_the_one_that_was_backed_up(
    full: Path, tmp_path: Path, parts: Parts, name: str
) -> None:
    before = fingerprint(full)
    written = back_up(full, tmp_path / name)
    assert (tmp_path / name).stat().st_mode & 0o077 == 0, "it holds digests of keys"
    copy = tmp_path / "copy"
    restored = restore(tmp_path / name, copy)
    assert fingerprint(full) == before
    assert (restored.snapshot, restored.snapshots, restored.jobs) == (Store(full).current(), 2, 1)
    assert restored == written
    assert Store(copy).snapshots() == Store(full).snapshots(), "the order tells what is oldest"
    assert titles(copy) == {"第1号管理办法", "第2号管理办法"}
    assert KeyStore(copy).listed() == KeyStore(full).listed()
    assert (copy / "keys.json").stat().st_mode & 0o077 == 0
    assert Journal(copy).recent(9) == Journal(full).recent(9)
    assert sqlite3.connect(copy / "feedback.sqlite").execute("SELECT * FROM said").fetchall() == [("研发",)]
    again = Parts(Store(copy), parts.tokenizer, parts.embedder)
    assert build([rules(2)], again).changed is False
    assert build([rules(4)], again).embedded == 1, "the vectors came along; only one text is new"
    found = open_searcher(again, Store(copy).current()).search("编号为2").clauses
    assert found[0].clause.document_id == "第2号管理办法"
    assert not list(copy.glob(".*"))


def test_a_change_that_waited_is_made_in_the_restored_store(full: Path, tmp_path: Path) -> None:
    back_up(full, tmp_path / "b.tar")
    copy = tmp_path / "copy"
    restore(tmp_path / "b.tar", copy)
    runner = Runner(Journal(copy), partial(hashed_parts, copy))
    runner.start()
    for _ in range(600):
        if Journal(copy).recent(1)[0].state in ("done", "failed"):
            break
        threading.Event().wait(0.1)
    runner.stop()
    assert Journal(copy).recent(1)[0].state == "done"
    assert titles(copy) == {f"第{n}号管理办法" for n in (1, 2, 3)}


def test_a_backup_in_the_middle_of_a_build_holds_the_published_snapshot(parts: Parts, tmp_path: Path) -> None:
    build([rules(1)], parts)
    stages: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in stages:
            stages.append(stage)
            back_up(parts.store.path, tmp_path / f"{stage}.tar")

    build([rules(2)], parts, progress=progress)
    assert {"split", "embed", "publish"} <= set(stages)
    for stage in stages:
        restore(tmp_path / f"{stage}.tar", tmp_path / stage)
        assert titles(tmp_path / stage) == {"第1号管理办法"}


def test_a_snapshot_removed_while_it_is_copied_is_copied_whole(
    full: Path, tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As three builds would do meanwhile."""
    add, wanted = service.archive.backup._Members.add, titles(full)

    def removing(self: service.archive.backup._Members, name: str, content: io.BufferedReader) -> None:
        if name.startswith("snapshots/"):
            shutil.rmtree(full / "snapshots", ignore_errors=True)
        add(self, name, content)

    monkeypatch.setattr(service.archive.backup._Members, "add", removing)
    back_up(full, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "copy")
    assert titles(tmp_path / "copy") == wanted


@pytest.mark.parametrize("moment", ["before the snapshots are opened", "before its files are opened"])
def test_a_job_that_ends_while_it_is_copied_is_done_in_the_backup(
    full: Path, tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Else a deletion done twice could take a document that has the id now."""
    name = "_opened_snapshots" if moment.endswith("snapshots are opened") else "_unfinished"
    copy_on = getattr(service.archive.backup, name)
    job = Journal(full).recent(1)[0]

    def meanwhile(*args: object) -> object:
        told = copy_on(*args)
        if Journal(full).find(job.id).state != "done":  # type: ignore[union-attr]
            build([rules(3)], parts)
            Journal(full).finish(job.id)
            uploads.drop(full, job.id)
        return told

    monkeypatch.setattr(service.archive.backup, name, meanwhile)
    back_up(full, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "copy")
    assert Journal(tmp_path / "copy").counts() == {"done": 2}
    assert "第3号管理办法" in titles(tmp_path / "copy")


def test_a_snapshot_that_builds_are_just_removing_is_no_damage(
    full: Path, tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding = Store.holding_sources
    removed: list[str] = []

    def vanishing(store: Store, snapshot: str) -> Path:
        if not removed and snapshot == store.current():
            removed.append(snapshot)
            build([rules(7)], parts)
            (store.path / "snapshots" / snapshot / "manifest.json").unlink()
        return holding(store, snapshot)

    monkeypatch.setattr(Store, "holding_sources", vanishing)
    back_up(full, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "copy")
    assert "第7号管理办法" in titles(tmp_path / "copy")


def test_backups_beside_uploads_and_builds_lose_no_accepted_document(parts: Parts, tmp_path: Path) -> None:
    store = parts.store.path
    build([rules(0)], parts)
    journal, ended = Journal(store), threading.Event()
    accepted: list[int] = []

    def work() -> None:
        for number in range(1, 25):
            job = queue(store, number)
            accepted.append(number)
            build([rules(number)], parts)
            journal.finish(job)
            uploads.drop(store, job)
        ended.set()

    worker = threading.Thread(target=work)
    worker.start()
    count = 0
    while not ended.is_set():
        before = list(accepted)
        file, copy = tmp_path / "b.tar", tmp_path / f"copy-{count}"
        back_up(store, file)
        restore(file, copy)
        waiting = [j for j in Journal(copy).recent(99) if j.state == "queued"]
        assert all(p.is_file() for j in waiting for p in uploads.paths(copy, j.id, j.files))
        there = titles(copy) | {f"第{j.files[0].removesuffix('.txt')}号管理办法" for j in waiting}
        assert {f"第{n}号管理办法" for n in before} <= there
        shutil.rmtree(copy)
        count += 1
    worker.join()
    assert count >= 3


def broken(archive: bytes) -> dict[str, bytes]:
    """Ways in which a file suffers; a tar's padding is no content and left alone."""
    found: dict[str, bytes] = {"empty": b"", "text": "不是备份".encode()}
    for part in range(1, 8):
        found[f"cut at {part}/8"] = archive[: len(archive) * part // 8]
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            at = member.offset_data + member.size // 2
            found[f"changed {member.name}"] = archive[:at] + bytes([archive[at] ^ 1]) + archive[at + 1 :]
    return found


def test_a_damaged_archive_is_refused_and_changes_nothing(full: Path, tmp_path: Path, parts: Parts) -> None:
    file, bad = tmp_path / "b.tar", tmp_path / "bad.tar"
    back_up(full, file)
    build([rules(9)], parts)
    before = fingerprint(full)
    for way, content in broken(file.read_bytes()).items():
        bad.write_bytes(content)
        with pytest.raises(TiaowenError, match="nothing was changed"):
            restore(bad, full, replace=True)
        with pytest.raises(TiaowenError):
            restore(bad, tmp_path / "new")
        assert fingerprint(full) == before, way
        assert not (tmp_path / "new").exists(), way
    restore(file, full, replace=True)
    assert titles(full) == {"第1号管理办法", "第2号管理办法"}


@pytest.mark.parametrize(
    "name", ["../evil.json", "/tmp/evil.json", "snapshots/../../evil", ".staging-x", "a/b"]
)
def test_an_archive_that_leads_out_of_the_store_is_refused(tmp_path: Path, name: str) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    told = json.dumps({"format": 1, "snapshot": "", "files": {name: digest}}).encode()
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        for member_name, content in ((name, b"x"), (CHECKSUMS, told)):
            member = tarfile.TarInfo(member_name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    with pytest.raises(StoreError, match="no backup"):
        restore(tmp_path / "b.tar", tmp_path / "deep" / "store")
    assert not list(tmp_path.rglob("evil*"))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        member = tarfile.TarInfo("keys.json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(StoreError, match=r"holds 'keys\.json'"):
        restore(tmp_path / "b.tar", tmp_path / "store")


def test_a_store_that_holds_something_is_only_replaced_on_demand(
    full: Path, tmp_path: Path, parts: Parts
) -> None:
    back_up(full, tmp_path / "b.tar")
    other = tmp_path / "other"
    build([rules(7)], Parts(Store(other), parts.tokenizer, parts.embedder))
    KeyStore(other).create("old key", Scope.ADMIN)
    (other / "extra.sqlite").write_bytes(b"")
    (other / "jobs.sqlite-wal").write_bytes(b"of another database")
    before = fingerprint(other)
    with pytest.raises(StoreError, match="--replace"):
        restore(tmp_path / "b.tar", other)
    assert fingerprint(other) == before
    restore(tmp_path / "b.tar", other, replace=True)
    assert [k.name for k in KeyStore(other).listed()] == ["reading room"]
    assert titles(other) == titles(full)
    assert Store(other).snapshots() == Store(full).snapshots()
    assert Journal(other).counts() == {"done": 1, "queued": 1}
    assert not (other / "extra.sqlite").exists()


@pytest.mark.parametrize("lock", ["writer.lock", "jobs.lock"])
def test_a_store_in_use_is_not_restored(full: Path, tmp_path: Path, lock: str) -> None:
    back_up(full, tmp_path / "b.tar")
    before = fingerprint(full)
    with FileLock(full / lock), pytest.raises(StoreBusyError):
        restore(tmp_path / "b.tar", full, replace=True)
    assert fingerprint(full) == before


def test_a_damaged_store_is_not_taken_for_a_backup(full: Path, tmp_path: Path) -> None:
    folder = full / "snapshots" / Store(full).current()
    (folder / "catalogue.sqlite").write_bytes(b"tampered")
    with pytest.raises(StoreError, match="cannot be used"):
        back_up(full, tmp_path / "b.tar")
    with pytest.raises(StoreError, match="nothing to back up"):
        back_up(tmp_path / "none", tmp_path / "b.tar")
    with pytest.raises(StoreError, match="nothing was written"):
        back_up(full, tmp_path / "no such folder" / "b.tar")
    assert not list(tmp_path.glob("*b.tar*"))


def test_the_commands_say_what_was_written_and_restored(full: Path, tmp_path: Path) -> None:
    file, run = tmp_path / "b.tar.gz", CliRunner().invoke
    written = run(app, ["backup", str(file), "--store", str(full)])
    assert f"snapshot {Store(full).current()}, 2 kept, 1 waiting changes" in written.output
    assert written.exit_code == 0
    restored = run(app, ["restore", str(file), "--store", str(tmp_path / "copy")])
    assert restored.output.split(":", 1)[1] == written.output.split(":", 1)[1]
    assert titles(tmp_path / "copy") == titles(full)
