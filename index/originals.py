"""The bytes that documents were read from → files of a folder, each named by its sha256, and back, checked."""

import hashlib
import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.document import Original, Source
from index.durable import sha256_of, sync
from index.errors import StoreError

Keep = Callable[[Source, bytes], Source]
"""A source and the bytes it was read from → the source with its original, or as it was."""

MAX_NAME_BYTES = 180
_ASIDE = ".part"
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)))
)
"""Names that Windows keeps for devices, whatever suffix follows."""
# The reader's name of a format → suffixes that a file of it may have, the usual one first, and its media type.
_FORMATS = {
    "pdf": ((".pdf",), "application/pdf"),
    "mht": ((".mht", ".mhtml", ".doc"), "multipart/related"),
    "doc": ((".doc", ".wps"), "application/msword"),
    "wps": ((".wps", ".doc"), "application/vnd.ms-works"),
    "rtf": ((".rtf", ".doc"), "application/rtf"),
    "odt": ((".odt",), "application/vnd.oasis.opendocument.text"),
    "ofd": ((".ofd",), "application/ofd"),
    "docx": (
        (".docx", ".docm", ".dotx"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "html": ((".html", ".htm", ".xhtml", ".shtml"), "text/html"),
    "md": ((".md", ".markdown"), "text/markdown"),
    "txt": ((".txt", ".text"), "text/plain"),
}
_UNKNOWN = ((".bin",), "application/octet-stream")


def leave(source: Source, content: bytes) -> Source:
    """Keep nothing."""
    return source


class Originals:
    """A folder of files that never change; whoever writes to the one of a store holds its writer lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._checked: dict[str, tuple[int, ...]] = {}
        """sha256 → what the file system said of the file when its content was last found to be right."""

    def path(self, sha256: str) -> Path:
        return self.folder / sha256

    def keep(self, source: Source, content: bytes) -> Source:
        """Write the bytes down, on the disk when this returns; the source with its original."""
        original = described(source, content)
        if not self._holds(original.sha256):
            aside = self._aside(original.sha256)
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._settle(aside, original.sha256)
        return replace(source, original=original)

    def take(self, original: Original, kept: "Originals") -> None:
        """Make what another folder keeps part of this one, by a second link to it where the disk allows.

        Raises StoreError if it is gone or changed.
        """
        if self._holds(original.sha256):
            return
        aside = self._aside(original.sha256)
        with kept.opened(original) as file:
            try:
                os.link(kept.path(original.sha256), aside)
            except OSError:  # another disk, or one without links
                with aside.open("wb") as copy:
                    shutil.copyfileobj(file, copy, 1 << 20)
        sync(aside)
        self._settle(aside, original.sha256)

    def opened(self, original: Original) -> BinaryIO:
        """The file, open at its beginning. Raises StoreError if it is gone, or not what was kept any more."""
        try:
            file = self.path(original.sha256).open("rb")
        except OSError as error:
            raise _lost(original, str(error.strerror)) from error
        try:
            state = _state(file)
            if self._checked.get(original.sha256) != state:
                if hashlib.file_digest(file, "sha256").hexdigest() != original.sha256:
                    raise _lost(original, "it was changed")
                self._checked[original.sha256] = state
                file.seek(0)
        except OSError as error:
            file.close()
            raise _lost(original, str(error.strerror)) from error
        except BaseException:
            file.close()
            raise
        return file

    def remove_all_but(self, named: Collection[str]) -> None:
        """Remove every file that is not named, what a death left half-written included."""
        with suppress(FileNotFoundError):
            for path in list(self.folder.iterdir()):
                if path.name not in named:
                    self._checked.pop(path.name, None)
                    with suppress(OSError):
                        path.unlink()

    def _holds(self, sha256: str) -> bool:
        try:
            return sha256_of(self.path(sha256)) == sha256
        except OSError:
            return False

    def _aside(self, sha256: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / (sha256 + _ASIDE)
        aside.unlink(missing_ok=True)
        return aside

    def _settle(self, aside: Path, sha256: str) -> None:
        aside.replace(self.path(sha256))
        for folder in (self.folder, self.folder.parent):
            sync(folder)


def described(source: Source, content: bytes) -> Original:
    """What is known of the bytes that a source was read from."""
    suffixes, media_type = _FORMATS.get(source.format, _UNKNOWN)
    digest = hashlib.sha256(content).hexdigest()
    return Original(digest, file_name(source.name, suffixes), media_type, len(content))


def file_name(name: str, suffixes: tuple[str, ...]) -> str:
    """The last part of a source's name as every system takes it, with a suffix that says what the file is.

    A text that came as 办法.exe is given back as 办法.exe.txt: whoever downloads it must not start a program.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    last = "".join("_" if c in _NOT_IN_NAMES else c for c in last if c.isprintable())
    last = last.encode("utf-8", "replace").decode().rstrip(". ")
    stem, dot, suffix = last.rpartition(".")
    if dot + suffix.lower() not in _SUFFIXES:
        stem, suffix = last, suffixes[0][1:]
    stem = stem.strip(". ")
    if stem.partition(".")[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    room = MAX_NAME_BYTES - len(suffix) - 1
    return (stem.encode()[:room].decode("utf-8", "ignore").strip(". ") or "original") + "." + suffix


_SUFFIXES = frozenset(suffix for suffixes, _ in _FORMATS.values() for suffix in suffixes)


def _state(file: BinaryIO) -> tuple[int, ...]:
    stat = os.fstat(file.fileno())
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _lost(original: Original, fact: str) -> StoreError:
    return StoreError(f"the original file {original.name!r} cannot be given back ({fact}); put it into the store "
                      "again with `tiaowen index FILE`")  # fmt: skip
