"""Uploaded files → folders in the store that outlive a crash: uploads/<job id>/<place>/<file name>."""

import os
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.durable import sync
from service.jobs.journal import Journal

MAX_NAME_BYTES = 180
ORPHAN_SECONDS = 3600
"""An upload folder without a job is one being written, or one whose writer died before it answered."""


def folder_of(store: Path, job_id: str) -> Path:
    return store / "uploads" / job_id


def clean_name(name: str, place: int) -> str:
    """A file name without folders and control characters, short enough for any file system; keeps its suffix."""
    name = PurePosixPath(name.replace("\\", "/")).name
    name = "".join(c for c in name if c.isprintable()).strip().lstrip(".")
    name = name.encode("utf-8", "replace").decode()
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        return (
            f"upload-{place + 1}{dot}{suffix}"[:MAX_NAME_BYTES]
            if suffix and dot
            else name or f"upload-{place + 1}"
        )
    suffix = suffix[:16]
    room = MAX_NAME_BYTES - len(suffix.encode()) - 1
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + suffix


def keep(store: Path, job_id: str, files: Iterable[tuple[str, BinaryIO]]) -> list[str]:
    """Write the files down and return their names; they are on the disk when this returns."""
    names = []
    folder = folder_of(store, job_id)
    for place, (given, content) in enumerate(files):
        name = clean_name(given, place)
        inner = folder / str(place)
        inner.mkdir(parents=True)
        with (inner / name).open("wb") as file:
            shutil.copyfileobj(content, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        sync(inner)
        names.append(name)
    for path in (folder, folder.parent, store):
        sync(path)
    return names


def paths(store: Path, job_id: str, names: Sequence[str]) -> list[Path]:
    """Where `keep` put them."""
    return [folder_of(store, job_id) / str(place) / name for place, name in enumerate(names)]


def drop(store: Path, job_id: str) -> None:
    shutil.rmtree(folder_of(store, job_id), ignore_errors=True)


def folders(store: Path) -> list[Path]:
    """Those of jobs, and of uploads that are no jobs yet or never will be."""
    uploads = store / "uploads"
    return list(uploads.iterdir()) if uploads.is_dir() else []


def sweep(store: Path, journal: Journal) -> None:
    """Remove what a crash left: folders of finished jobs, and old ones that never became a job."""
    for folder in folders(store):
        job = journal.find(folder.name)
        try:
            old = time.time() - folder.stat().st_mtime > ORPHAN_SECONDS
        except FileNotFoundError:  # it was refused just now
            continue
        if job.state in ("done", "failed") if job else old:
            drop(store, folder.name)
