"""Files and folders in, sources in a stable order out; what cannot be read is reported and skipped."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.document import Source
from index.errors import ReadError
from index.readers.registry import SUFFIXES, load, read_bytes


def read_all(paths: Iterable[Path], on_error: Callable[[str, ReadError], None]) -> Iterator[Source]:
    """Yield the source of every document among files and folders, folders walked in name order.

    `on_error(name, error)` is told of each unreadable file, and the rest goes on.
    """
    for path in paths:
        for name, file in _documents(path):
            try:
                yield read_bytes(name, load(file))
            except ReadError as error:
                on_error(name, error)


def _documents(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield (name, file): the file itself, or a folder's documents named by their path within the folder."""
    if not path.is_dir():
        yield path.name, path
        return
    for file in sorted(path.rglob("*"), key=lambda file: file.relative_to(path).parts):
        parts = file.relative_to(path).parts
        if file.is_file() and file.suffix.lower() in SUFFIXES and not any(map(_is_hidden, parts)):
            yield "/".join(parts), file


def _is_hidden(part: str) -> bool:
    return part.startswith((".", "~$")) or part == "__MACOSX"
