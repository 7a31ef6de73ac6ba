"""A backup → the store it was made of; every file is checked before anything of the store is touched."""

import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from filelock import FileLock, Timeout

from index.durable import sync
from index.errors import StoreBusyError, StoreError
from index.snapshot import Store
from service.archive.backup import CHECKSUMS, FORMAT, Archive, holdings

_NAME = re.compile(
    r"[\w-][\w.-]*|snapshots/[0-9a-f]+/.+|originals/[0-9a-f]{64}|uploads/[0-9a-f]+/[0-9]+/[^/]+"
)
"""What a store may hold; an archive with anything else was not made by `tiaowen backup`."""
_LARGEST_LIST = 64 << 20


def restore(file: Path, store: Path, replace: bool = False) -> Archive:
    """Put a backup into an empty store; with `replace` in the place of what the store holds.

    What is restored is unpacked within the store, held to its checksums, and only then moved to its place, CURRENT
    last: a service that reads the store serves the old snapshot or the restored one. Raises StoreError, with nothing
    changed: the archive is damaged or foreign, the store is in use or not empty.
    """
    if holdings(store) and not replace:
        raise StoreError(f"the store {store} is not empty; restore into another with --store, or add --replace to "
                         "lose what it holds")  # fmt: skip
    made = not store.exists()
    try:
        with Store(store).writing(), _no_jobs(store):
            aside = Path(tempfile.mkdtemp(prefix=".staging-restore-", dir=store))
            try:
                archive = _unpacked(file, aside)
                _move(aside, store)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
    except BaseException:
        if made:
            shutil.rmtree(store, ignore_errors=True)
        raise
    return archive


@contextmanager
def _no_jobs(store: Path) -> Iterator[None]:
    try:
        with FileLock(store / "jobs.lock", timeout=0):
            yield
    except Timeout as error:
        raise StoreBusyError(f"a service works on changes of {store}; stop it, then restore again") from error


def _unpacked(file: Path, aside: Path) -> Archive:
    """The files of the archive under `aside`, each the same as when it was written."""
    digests: dict[str, str] = {}
    told: dict[str, Any] | None = None
    try:
        with tarfile.open(file) as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if told is not None or content is None:
                    raise _foreign(file, f"it holds {member.name!r}")
                if member.name == CHECKSUMS:
                    told = json.loads(content.read(_LARGEST_LIST))
                    continue
                path = PurePosixPath(member.name)
                if not _NAME.fullmatch(member.name) or ".." in path.parts or str(path) != member.name:
                    raise _foreign(file, f"it holds {member.name!r}")
                digests[member.name] = _written(content, aside / path, member)
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise _damaged(file, str(error) or type(error).__name__) from error
    except OSError as error:
        raise StoreError(f"cannot restore {file}: {error}; nothing was changed") from error
    if told is None:
        raise _damaged(file, "its end is missing")
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _foreign(file, f"this version reads the format {FORMAT}")
    if digests != told.get("files"):
        wrong = sorted(set(digests.items()) ^ set(dict(told.get("files", {})).items()))
        raise _damaged(file, f"{wrong[0][0]} differs from what was backed up")
    for name, digest in digests.items():
        if name.startswith("originals/") and name.removeprefix("originals/") != digest:
            raise _damaged(file, f"{name} is not the file of that name")
    unpacked = Store(aside)
    if "CURRENT" in digests:
        unpacked.holding_sources(unpacked.current())
    jobs = {name.split("/")[1] for name in digests if name.startswith("uploads/")}
    return Archive(
        str(told.get("snapshot", "")), len(unpacked.snapshots()), len(jobs), len(digests), file.stat().st_size
    )


def _written(content: IO[bytes], path: Path, member: tarfile.TarInfo) -> str:
    """Write a member down, on the disk when this returns; its sha256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), member.size
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, member.mode & 0o644 | 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
        if left:
            raise EOFError(f"{member.name} is cut off")
        file.flush()
        os.fsync(file.fileno())
    os.utime(path, (member.mtime, member.mtime))  # snapshots are ordered by it
    return digest.hexdigest()


def _move(aside: Path, store: Path) -> None:
    """Files to their places, CURRENT when its snapshot is there, and only then the old ones away."""
    restored = {path.name for path in aside.iterdir()}
    originals = {path.name for path in (aside / "originals").glob("*")}
    (store / "originals").mkdir(exist_ok=True)
    for path in (aside / "originals").glob("*"):
        path.replace(store / "originals" / path.name)
    snapshots = {path.name for path in (aside / "snapshots").glob("*")}
    for folder in (aside / "snapshots").glob("*"):
        try:
            Store(store).holding_sources(folder.name)  # the same one is here, and perhaps being served
        except StoreError:
            shutil.rmtree(store / "snapshots" / folder.name, ignore_errors=True)
            folder.rename(store / "snapshots" / folder.name)
    if (aside / "CURRENT").exists():
        (aside / "CURRENT").replace(store / "CURRENT")
    shutil.rmtree(store / "uploads", ignore_errors=True)
    for path in sorted(aside.iterdir()):
        if path.name in ("snapshots", "originals"):
            continue
        if (
            path.suffix == ".sqlite"
        ):  # what stands beside the old database must not be taken for the new one's
            for beside in ("-wal", "-shm", "-journal"):
                (store / (path.name + beside)).unlink(missing_ok=True)
        path.replace(store / path.name)
    for old in holdings(store):
        if old.name not in restored and old.is_file():
            for beside in ("", "-wal", "-shm", "-journal"):
                (store / (old.name + beside)).unlink(missing_ok=True)
    for folder in (store / "snapshots").glob("*"):
        if folder.name not in snapshots:
            shutil.rmtree(folder, ignore_errors=True)
    Store(store).originals.remove_all_but(originals)
    sync(store)


def _damaged(file: Path, fact: str) -> StoreError:
    return StoreError(f"the backup {file} is damaged ({fact}); nothing was changed. Take another copy of it")


def _foreign(file: Path, fact: str) -> StoreError:
    return StoreError(f"{file} is no backup that can be restored here ({fact}); nothing was changed. Give a file "
                      "that `tiaowen backup` wrote")  # fmt: skip
