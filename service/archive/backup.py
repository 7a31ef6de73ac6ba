"""A store, whoever is using it → one tar file that holds it as it was at one moment, and its checksums."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from index.catalogue import Catalogue
from index.document import Original
from index.errors import NothingPublishedError, StoreError
from index.snapshot import Store
from retriever.answers.kept import FILE as KEPT_PIECES
from service.jobs import uploads

FORMAT = 1
CHECKSUMS = "checksums.json"
"""The last member: format, snapshot and the sha256 of every other member; without it an archive is cut off."""
_PATIENCE_S = 60.0
"""A snapshot published while the journal is copied, or a job that ends meanwhile, begins the copy anew."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Archive:
    """What was written, or is about to be put back."""

    snapshot: str
    """Id of the published snapshot, "" where there is none."""
    snapshots: int
    jobs: int
    """Accepted changes that are not done yet, with their files."""
    files: int
    size_bytes: int


class _Moved(Exception):
    """The store went on while it was copied."""


def back_up(store: Path, file: Path, report: Report = lambda message: None) -> Archive:
    """Write the store into `file`, gzipped where its name ends in gz; it appears whole or not at all.

    Neither a service nor a build is held up. Raises StoreError: nothing to back up, the published snapshot is
    damaged, no room.
    """
    if not holdings(store):
        raise StoreError(
            f"there is nothing to back up in {store}; name the store with --store or TIAOWEN_STORE"
        )
    aside = file.with_name(f".{file.name}.part-{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(prefix=".tiaowen-backup-", dir=file.absolute().parent) as scratch:
            handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds digests of keys
            with os.fdopen(handle, "wb") as raw:
                with tarfile.open(fileobj=raw, mode="w:gz" if file.suffix in (".gz", ".tgz") else "w") as tar:
                    written = _write(store, _Members(tar), Path(scratch), report)
                raw.flush()
                os.fsync(raw.fileno())
        aside.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"cannot back up {store} to {file}: {error}; nothing was written. See that the folder exists, "
                         "can be written to and has room") from error  # fmt: skip
    finally:
        aside.unlink(missing_ok=True)
    return Archive(*written, file.stat().st_size)


def holdings(store: Path) -> list[Path]:
    """What of a store is worth keeping: no locks, nothing half-written, no parts of a database beside it."""

    def kept(path: Path) -> bool:
        return not (path.name.startswith(".") or path.name == "lost+found"
                    or path.name.endswith((".lock", ".new", ".damaged", "-wal", "-shm", "-journal")))  # fmt: skip

    found = sorted(filter(kept, store.iterdir())) if store.is_dir() else []
    return [p for p in found if p.is_file() or (p.is_dir() and any(p.iterdir()))]


class _Members:
    """The files of an archive, each with its sha256."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.digests: dict[str, str] = {}
        self.originals: set[Original] = set()
        """Those that were put in, or reported as lost."""

    def add(self, name: str, content: IO[bytes]) -> None:
        stat = os.fstat(content.fileno())
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = stat.st_size, stat.st_mtime, stat.st_mode & 0o777
        reader = _Digesting(content)
        self._tar.addfile(member, reader)
        self.digests[name] = reader.sha256.hexdigest()

    def finish(self, snapshot: str) -> None:
        told = {"format": FORMAT, "snapshot": snapshot, "made": int(time.time()), "files": self.digests}
        content = json.dumps(told, ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(CHECKSUMS)
        member.size = len(content)
        self._tar.addfile(member, io.BytesIO(content))


class _Digesting:
    """Bytes on their way into the archive."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        read = self._content.read(size)
        self.sha256.update(read)
        return read


def _write(store: Path, members: _Members, scratch: Path, report: Report) -> tuple[str, int, int, int]:
    for path in holdings(store):
        if path.is_dir() or path.name in ("CURRENT", "jobs.sqlite"):
            continue
        try:
            with _steady(path, scratch) as content:
                members.add(path.name, content)
        except sqlite3.DatabaseError as error:
            if path.name not in (Store(store).vectors.name, KEPT_PIECES):
                raise
            report(f"left out vectors, which are made anew: {path.name}: {error}")
    patience_ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < patience_ends:
        try:
            _add_originals(Store(store), _named(Store(store)), members, report)
            with ExitStack() as opened:
                snapshot, snapshots, jobs = _moment(store, members, scratch, opened, report)
                members.finish(snapshot)
                return snapshot, snapshots, jobs, len(members.digests)
        except _Moved:
            time.sleep(0.05)
    raise StoreError(
        f"the store {store} changed all the time while it was copied; try again when less is uploaded"
    )


def _moment(
    store: Path, members: _Members, scratch: Path, opened: ExitStack, report: Report
) -> tuple[str, int, int]:
    """Jobs, the files they still need, and snapshots, all of one moment.

    A deletion that the snapshot has and the journal has not would be done twice, perhaps to another document that
    took the id since. So the journal is copied between two looks at CURRENT that agree. From there on nothing can
    change under us: open files outlive their deletion, and a job whose files are gone is done.
    """
    snapshot = _current(Store(store))
    journal: IO[bytes] | None = None
    unfinished: list[tuple[str, list[str]]] = []
    if (store / "jobs.sqlite").exists():
        journal = opened.enter_context(_steady(store / "jobs.sqlite", scratch))
        unfinished = _unfinished(Path(journal.name))
    kept = _opened_snapshots(Store(store), snapshot, opened, report)
    named = _named(Store(store))
    if _current(Store(store)) != snapshot or not named <= members.originals:
        raise _Moved
    for job_id, names in unfinished:
        paths = uploads.paths(store, job_id, names)
        if paths and f"uploads/{job_id}/0/{names[0]}" in members.digests:
            continue  # an earlier try put them in
        with ExitStack() as files:
            try:
                contents = [files.enter_context(path.open("rb")) for path in paths]
            except FileNotFoundError:
                raise _Moved from None
            for path, upload in zip(paths, contents, strict=True):
                members.add(path.relative_to(store).as_posix(), upload)
    for name, content in kept:
        members.add(name, content)
    if journal is not None:
        members.add("jobs.sqlite", journal)
    if snapshot:
        (scratch / "CURRENT").write_text(snapshot + "\n", encoding="ascii")
        members.add("CURRENT", opened.enter_context((scratch / "CURRENT").open("rb")))
    return snapshot, sum(name.endswith("/manifest.json") for name, _ in kept), len(unfinished)


def _named(store: Store) -> set[Original]:
    """The files that documents of kept snapshots were read from."""
    named: set[Original] = set()
    for snapshot in store.snapshots():
        with suppress(
            sqlite3.Error
        ):  # a damaged snapshot is left out; one that a build removed is not there any more
            catalogue = Catalogue(store.path / "snapshots" / snapshot / "catalogue.sqlite")
            named |= set(catalogue.originals().values())
    return named


def _add_originals(store: Store, named: set[Original], members: _Members, report: Report) -> None:
    """One after the other, since there may be more than can be open at once; they never change under their name."""
    for original in sorted(named - members.originals, key=lambda one: one.sha256):
        name = f"originals/{original.sha256}"
        if name not in members.digests:
            try:
                file = store.originals.opened(original)
            except StoreError as error:
                if original not in _named(store):
                    continue  # a build removed it, and the snapshots that named it
                report(f"left out: {error}")
            else:
                with file:
                    members.add(name, file)
        members.originals.add(original)


def _opened_snapshots(
    store: Store, published: str, opened: ExitStack, report: Report
) -> list[tuple[str, IO[bytes]]]:
    """Every file of every whole snapshot, open, so that it stays readable when a build removes it.

    Raises StoreError where the published one is damaged.
    """
    kept: list[tuple[str, IO[bytes]]] = []
    for snapshot in store.snapshots():
        folder = store.path / "snapshots" / snapshot
        try:
            paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
            files = [opened.enter_context(path.open("rb")) for path in paths]
            store.holding_sources(snapshot)
        except (OSError, StoreError) as error:
            if not folder.exists():
                continue
            if _current(store) != published:
                raise _Moved from error  # builds went on, and are just removing it
            if snapshot == published:
                raise
            report(f"left out: {error}")
            continue
        kept += [(path.relative_to(store.path).as_posix(), content)
                 for path, content in zip(paths, files, strict=True)]  # fmt: skip
    return kept


def _current(store: Store) -> str:
    try:
        return store.current()
    except NothingPublishedError:
        return ""


def _unfinished(journal: Path) -> list[tuple[str, list[str]]]:
    with closing(sqlite3.connect(journal)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").fetchone():
            return []  # another process is just making the journal
        rows = database.execute(
            "SELECT id, files FROM jobs WHERE state IN ('queued', 'running') ORDER BY place"
        )
        return [(job_id, json.loads(files)) for job_id, files in rows]


@contextmanager
def _steady(path: Path, scratch: Path) -> Iterator[IO[bytes]]:
    """A file as it is now; a database through SQLite's backup, so that what others write meanwhile is not torn."""
    if path.suffix != ".sqlite":
        with path.open("rb") as content:
            yield content
        return
    copy = scratch / path.name
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    shutil.copystat(path, copy)
    with copy.open("rb") as content:
        yield content
    copy.unlink()
