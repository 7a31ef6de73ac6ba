"""Files, folders and zip archives in, sources in a stable order out; what cannot be read is reported."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from zipfile import ZipInfo

from index.document import Source
from index.errors import ReadError
from index.originals import Keep, leave
from index.overrides import SIDECAR, read_sidecar
from index.readers import refused
from index.readers.archive import Archive, Budget, is_archive
from index.readers.registry import SUFFIXES, load, read_bytes

_MAX_NESTING = 3
OnError = Callable[[str, ReadError], None]
Sidecar = Callable[[], bytes | None]
"""Loads the file that states facts of a document, if there is one. Raises ReadError."""


def read_all(paths: Iterable[Path], on_error: OnError, keep: Keep = leave) -> Iterator[Source]:
    """Yield the source of every document among files, folders and zips, each walked in name order.

    A source is named by its path within the folder, and within an archive as `archive.zip/path`; `NAME.facts.json`
    beside it states facts of it. `on_error(name, error)` is told of each unreadable file, and the rest goes on.
    `keep` is given each source with the bytes it was read from, those of the member where it came in an archive.
    """
    for path in paths:
        for name, file in _files(path, on_error):
            try:
                content = load(file)
            except ReadError as error:
                on_error(name, error)
                continue
            yield from _read(name, content, _beside(file), on_error, keep, Budget(), 0)


def _read(
    name: str, content: bytes, sidecar: Sidecar, on_error: OnError, keep: Keep, budget: Budget, nesting: int
) -> Iterator[Source]:
    try:
        if not is_archive(content, Path(name).suffix.lower()):
            yield keep(_with_facts(read_bytes(name, content), sidecar, on_error), content)
            return
        if nesting == _MAX_NESTING:
            raise ReadError(f"{name}: archives nested more than {_MAX_NESTING} deep; unpack the inner one")
        archive = Archive(name, content, budget)
    except ReadError as error:
        on_error(name, error)
        return
    with archive:
        members = dict(archive.members())
        _report_orphans(members, f"{name}/", on_error)
        for path, info in archive.members():
            if _is_wanted(tuple(path.split("/"))):
                try:
                    member = archive.content(path, info)
                except ReadError as error:
                    on_error(f"{name}/{path}", error)
                    continue
                beside = _member(archive, members, path)
                yield from _read(f"{name}/{path}", member, beside, on_error, keep, budget, nesting + 1)


def _with_facts(source: Source, sidecar: Sidecar, on_error: OnError) -> Source:
    """The source with what its sidecar says; without it, and reported, where the sidecar is wrong."""
    name = source.name + SIDECAR
    try:
        content = sidecar()
        return source if content is None else replace(source, overrides=read_sidecar(name, content))
    except ReadError as error:
        on_error(name, error)
        return source


def _beside(file: Path) -> Sidecar:
    path = file.with_name(file.name + SIDECAR)
    return lambda: load(path) if path.is_file() else None


def _member(archive: Archive, members: Mapping[str, ZipInfo], path: str) -> Sidecar:
    info = members.get(path + SIDECAR)
    return lambda: archive.content(path + SIDECAR, info) if info else None


def _report_orphans(names: Collection[str], folder: str, on_error: OnError) -> None:
    """A sidecar whose document is not there was most probably misnamed."""
    for name in names:
        owner = name.removesuffix(SIDECAR)
        if owner != name and owner not in names:
            error = ReadError(f"{folder}{name}: there is no {owner} beside it; name it after its document")
            on_error(folder + name, error)


def _files(path: Path, on_error: OnError) -> Iterator[tuple[str, Path]]:
    """Yield (name, file): the file itself, or a folder's documents named by their path within the folder."""
    if not path.is_dir():
        if not path.name.endswith(SIDECAR):
            yield path.name, path
        elif not path.with_name(path.name.removesuffix(SIDECAR)).exists():
            _report_orphans([path.name], "", on_error)
        return  # a sidecar is read with its document
    found = sorted((file.relative_to(path).parts, file) for file in path.rglob("*"))
    _report_orphans(dict.fromkeys("/".join(parts) for parts, _ in found), "", on_error)
    for parts, file in found:
        if _is_wanted(parts) and not file.is_dir():
            yield "/".join(parts), file


def _is_wanted(parts: tuple[str, ...]) -> bool:
    """Whether a path in a folder or archive may be a document: known by suffix, neither hidden nor a lock."""
    if any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts[:-1] if part != ".."):
        return False
    suffix = Path(parts[-1]).suffix.lower()
    known = suffix in SUFFIXES or suffix in refused.SUFFIXES or suffix == ".zip"
    return known and not parts[-1].startswith((".", "~$"))
