"""The bytes of every file come back as they were, whatever dies, and go when no kept snapshot names them."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.configuration import Parts
from index.document import Fact, FactOrigin, Original, Source
from index.errors import StoreError, TiaowenError
from index.local import open_snapshot
from index.merge import text_digest
from index.originals import MAX_NAME_BYTES, Originals, described, file_name
from index.plan import plan_source
from index.readers import read_all
from retriever.open import open_or_build

RULES = "图书借阅规则\n\n第一条 读者凭证借阅。\n\n第二条 每人每次可借十册。\n"
PLAN = "国科发区〔2020〕187号"


def reading(parts: Parts, *paths: Path) -> Iterator[Source]:
    return read_all(paths, lambda name, error: pytest.fail(f"{name}: {error}"), parts.keep)


def kept(parts: Parts) -> dict[str, bytes]:
    """The file of every document of the published snapshot, each as a download gives it."""
    found = {}
    for document_id, original in open_snapshot(parts.store).catalogue.originals().items():
        with parts.store.originals.opened(original) as file:
            found[document_id] = file.read()
    return found


def files(parts: Parts) -> set[str]:
    return {path.name for path in parts.store.originals.folder.iterdir()}


def numbered(number: int) -> bytes:
    return f"第{number}号办法\n\n第一条 编号为{number}。\n".encode()


def test_every_file_comes_back_byte_for_byte_in_whatever_encoding(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_bytes(RULES.encode("gb18030"))
    with zipfile.ZipFile(tmp_path / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("内/一.txt", numbered(1))
    build(reading(parts, tmp_path / "rules.txt", tmp_path / "more.zip"), parts)
    assert kept(parts) == {"图书借阅规则": RULES.encode("gb18030"), "第1号办法": numbered(1)}
    catalogue = open_snapshot(parts.store).catalogue
    content = RULES.encode("gb18030")
    digest = hashlib.sha256(content).hexdigest()
    assert catalogue.original("图书借阅规则") == Original(digest, "rules.txt", "text/plain", len(content))
    assert catalogue.original("第1号办法").name == "一.txt", "the member's, not the archive's"  # type: ignore[union-attr]


def test_the_bundled_plan_is_kept_too(parts: Parts) -> None:
    open_or_build(parts)
    ((document_id, content),) = kept(parts).items()
    assert document_id == PLAN and content.decode("utf-8-sig").strip().endswith(
        plan_source().text[-20:].strip()
    )


def test_a_rebuild_of_the_published_documents_keeps_their_files(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    build(reading(parts, tmp_path / "rules.txt"), parts)
    (tmp_path / "rules.txt").unlink()
    assert build([], parts).changed is False
    build([], parts, splitter="another")
    assert kept(parts) == {"图书借阅规则": RULES.encode()}


def test_switched_off_nothing_is_kept_and_what_was_kept_stays(parts: Parts, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.txt").write_bytes(numbered(number))
    build(reading(parts, tmp_path / "1.txt"), parts)
    off = replace(parts, keep_originals=False)
    build(reading(off, tmp_path / "2.txt"), off)
    assert kept(off) == {"第1号办法": numbered(1)}


def test_a_snapshot_made_before_files_were_kept_is_served_and_takes_the_file_when_it_is_indexed_again(
    parts: Parts, tmp_path: Path
) -> None:
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    plain = list(read_all([tmp_path / "rules.txt"], lambda name, error: None))
    old = build(plain, parts).manifest.id
    assert open_snapshot(parts.store).catalogue.original("图书借阅规则") is None
    again = build(reading(parts, tmp_path / "rules.txt"), parts)
    assert again.changed and again.manifest.id != old and again.replaced == ()
    assert kept(parts) == {"图书借阅规则": RULES.encode()}


def test_other_bytes_of_the_same_text_are_another_snapshot(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_bytes(RULES.encode())
    build(reading(parts, tmp_path / "rules.txt"), parts)
    (tmp_path / "rules.txt").write_bytes(RULES.encode("utf-16"))
    assert build(reading(parts, tmp_path / "rules.txt"), parts).changed
    assert kept(parts) == {"图书借阅规则": RULES.encode("utf-16")}


def test_two_documents_of_the_same_bytes_share_a_file_that_goes_with_the_last_of_them(
    parts: Parts, tmp_path: Path
) -> None:
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    (source,) = reading(parts, tmp_path / "rules.txt")
    twins = [
        replace(
            source, name=f"{n}.txt", overrides=(Fact("number", f"图〔202{n}〕1号", origin=FactOrigin.GIVEN),)
        )
        for n in (1, 2)
    ]
    build(twins, parts)
    assert kept(parts) == dict.fromkeys(("图〔2021〕1号", "图〔2022〕1号"), RULES.encode())
    assert len(files(parts)) == 1
    build([], parts, remove={"图〔2021〕1号": text_digest(source.text)})
    assert kept(parts) == {"图〔2022〕1号": RULES.encode()}
    shared = hashlib.sha256(RULES.encode()).hexdigest()
    for number in range(3):
        assert shared in files(parts), "older snapshots, to which one can go back, name it"
        (tmp_path / "more.txt").write_bytes(numbered(number))
        build(reading(parts, tmp_path / "more.txt"), parts, keep=False)
    assert files(parts) == {hashlib.sha256(numbered(number)).hexdigest() for number in range(3)}


DYING = """
import os, signal, sys
from pathlib import Path
from index.build import build
from index.configuration import Parts
from index.embed import HashEmbedder
from index.readers import read_all
from index.snapshot import Store
from index.text import Tokenizer
import index.originals, index.snapshot
store, file, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def die(*unused):
    os.kill(os.getpid(), signal.SIGKILL)
parts = Parts(Store(store), Tokenizer(), HashEmbedder())
if moment == "half written":
    index.originals.os.fsync = die
elif moment == "before it has its name":
    index.originals.Originals._settle = die
elif moment == "before the snapshot":
    index.snapshot.Store.publish = die
elif moment == "before CURRENT":
    index.snapshot.Store.point_to = die
build(read_all([file], print, parts.keep), parts)
"""


@pytest.mark.parametrize(
    "moment", ["half written", "before it has its name", "before the snapshot", "before CURRENT"]
)
def test_a_death_at_any_moment_leaves_no_snapshot_that_names_a_missing_file(
    parts: Parts, tmp_path: Path, moment: str
) -> None:
    (tmp_path / "1.txt").write_bytes(numbered(1))
    (tmp_path / "2.txt").write_bytes(numbered(2))
    build(reading(parts, tmp_path / "1.txt"), parts)
    command = [sys.executable, "-c", DYING, str(parts.store.path), str(tmp_path / "2.txt"), moment]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    assert len(files(parts)) == 2, "the death left something behind"
    for snapshot in parts.store.snapshots():
        for original in open_snapshot(parts.store, snapshot).catalogue.originals().values():
            parts.store.originals.opened(original).close()
    assert kept(parts) == {"第1号办法": numbered(1)}
    build(reading(parts, tmp_path / "2.txt"), parts)
    assert kept(parts) == {"第1号办法": numbered(1), "第2号办法": numbered(2)}
    assert len(files(parts)) == 2 and not any("." in name for name in files(parts))


def test_nothing_is_removed_while_a_snapshot_cannot_say_what_it_names(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_bytes(numbered(1))
    first = build(reading(parts, tmp_path / "1.txt"), parts).manifest.id
    before = files(parts)
    (parts.store.path / "snapshots" / first / "catalogue.sqlite").write_bytes(b"no database, by far" * 99)
    build([plan_source(parts.keep)], parts, keep=False)
    assert before < files(parts)


@pytest.mark.parametrize("change", ["appended", "overwritten", "removed", "unreadable"])
def test_a_file_changed_on_the_disk_is_never_given_back_and_indexing_it_again_heals(
    parts: Parts, tmp_path: Path, change: str
) -> None:
    (tmp_path / "1.txt").write_bytes(numbered(1))
    build(reading(parts, tmp_path / "1.txt"), parts)
    assert kept(parts) == {"第1号办法": numbered(1)}, "it was opened, and found to be right, before"
    (original,) = open_snapshot(parts.store).catalogue.originals().values()
    path = parts.store.originals.path(original.sha256)
    content = path.read_bytes()
    path.unlink()
    if change == "unreadable":
        path.mkdir()
    elif change != "removed":
        path.write_bytes(content + b"x" if change == "appended" else b"x" + content[1:])
    with pytest.raises(StoreError, match=r"1\.txt.*cannot be given back .*tiaowen index FILE"):
        parts.store.originals.opened(original)
    if change == "unreadable":
        path.rmdir()
    build(reading(parts, tmp_path / "1.txt"), parts)
    assert kept(parts) == {"第1号办法": numbered(1)}


def test_a_change_that_keeps_size_and_time_is_noticed_once_it_is_looked_at_anew(
    parts: Parts, tmp_path: Path
) -> None:
    (tmp_path / "1.txt").write_bytes(numbered(1))
    build(reading(parts, tmp_path / "1.txt"), parts)
    (original,) = open_snapshot(parts.store).catalogue.originals().values()
    parts.store.originals.opened(original).close()
    path = parts.store.originals.path(original.sha256)
    stat = path.stat()
    path.write_bytes(b"x" * original.size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(StoreError, match="it was changed"):
        parts.store.originals.opened(original)


def test_a_store_without_links_is_given_a_copy(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Originals(tmp_path / "upload")
    source = upload.keep(plan_source(), b"bytes")
    assert source.original is not None

    def refuse(*unused: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    parts.store.originals.take(source.original, upload)
    assert parts.store.originals.path(source.original.sha256).read_bytes() == b"bytes"
    upload.path(source.original.sha256).write_bytes(b"other")
    parts.store.originals.remove_all_but(())
    with pytest.raises(TiaowenError, match="it was changed"):
        parts.store.originals.take(source.original, upload)
    assert not files(parts)


@pytest.mark.parametrize(
    ("name", "format", "given"),
    [
        ("办法.docx", "docx", "办法.docx"),
        ("附件.zip/内/办法.PDF", "pdf", "办法.PDF"),
        ("办法.exe", "txt", "办法.exe.txt"),
        ("办法", "pdf", "办法.pdf"),
        (".pdf", "pdf", "original.pdf"),
        ("..\\..\\etc\\办法.md", "md", "办法.md"),
        ("../..", "txt", "original.txt"),
        ("办\u202efdp.法\r\nSet-Cookie: a=b.txt", "txt", "办fdp.法Set-Cookie_ a=b.txt"),
        ('"a";b|c?.txt', "txt", "_a_;b_c_.txt"),
        ("CON.txt", "txt", "_CON.txt"),
        ("a. . .txt", "txt", "a.txt"),
        ("\udcff\udcfe.txt", "txt", "original.txt"),
        ("网页.doc", "mht", "网页.doc"),
        ("x.txt", "elsewhere", "x.txt"),
        ("x.run", "elsewhere", "x.run.bin"),
    ],
)
def test_a_download_has_a_name_that_every_system_takes_and_no_program_bears(
    name: str, format: str, given: str
) -> None:
    assert described(Source(name, format, "", ()), b"").name == given


def test_a_long_name_is_cut_between_characters_and_keeps_its_suffix() -> None:
    name = file_name("长" * 400 + ".docx", (".docx",))
    assert name.endswith("长.docx") and MAX_NAME_BYTES - 3 < len(name.encode()) <= MAX_NAME_BYTES


def test_a_catalogue_without_the_table_of_files_names_none(parts: Parts) -> None:
    build([plan_source(parts.keep)], parts)
    path = parts.store.path / "snapshots" / parts.store.current() / "catalogue.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE originals")
    database.close()
    catalogue = Catalogue(path)
    assert (catalogue.originals(), catalogue.original(PLAN)) == ({}, None)
    assert [source.original for source in catalogue.sources()] == [None]
