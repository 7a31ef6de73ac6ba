"""Files, folders and zip archives in, sources in a stable order out; what cannot be read is reported."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.document import Source
from index.errors import ReadError
from index.readers import refused
from index.readers.archive import Archive, is_archive
from index.readers.registry import SUFFIXES, load, read_bytes

_MAX_NESTING = 3
OnError = Callable[[str, ReadError], None]


def read_all(paths: Iterable[Path], on_error: OnError) -> Iterator[Source]:
    """Yield the source of every document among files, folders and zips, each walked in name order.

    A source is named by its path within the folder, and within an archive as `archive.zip/path`.
    `on_error(name, error)` is told of each unreadable file, and the rest goes on.
    """
    for path in paths:
        for name, file in _files(path):
            try:
                content = load(file)
            except ReadError as error:
                on_error(name, error)
                continue
            yield from _read(name, content, on_error, 0)


def _read(name: str, content: bytes, on_error: OnError, nesting: int) -> Iterator[Source]:
    try:
        if not is_archive(content, Path(name).suffix.lower()):
            yield read_bytes(name, content)
            return
        if nesting == _MAX_NESTING:
            raise ReadError(f"{name}: archives nested more than {_MAX_NESTING} deep; unpack the inner one")
        archive = Archive(name, content)
    except ReadError as error:
        on_error(name, error)
        return
    with archive:
        for path, info in archive.members():
            if _is_wanted(tuple(path.split("/"))):
                try:
                    member = archive.content(path, info)
                except ReadError as error:
                    on_error(f"{name}/{path}", error)
                    continue
                yield from _read(f"{name}/{path}", member, on_error, nesting + 1)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield (name, file): the file itself, or a folder's documents named by their path within the folder."""
    if not path.is_dir():
        yield path.name, path
        return
    found = ((file.relative_to(path).parts, file) for file in path.rglob("*"))
    for parts, file in sorted(pair for pair in found if _is_wanted(pair[0])):
        if not file.is_dir():
            yield "/".join(parts), file


def _is_wanted(parts: tuple[str, ...]) -> bool:
    """Whether a path in a folder or archive may be a document: known by suffix, neither hidden nor a lock."""
    if any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts[:-1] if part != ".."):
        return False
    suffix = Path(parts[-1]).suffix.lower()
    known = suffix in SUFFIXES or suffix in refused.SUFFIXES or suffix == ".zip"
    return known and not parts[-1].startswith((".", "~$"))
