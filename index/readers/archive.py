"""A zip of documents in, its members' names and contents out, within bounds; nothing is written to disk."""

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from zlib import error as ZlibError

from index.errors import ReadError
from index.readers.limits import MAX_FILE_BYTES, MAX_RATIO, RATIO_MATTERS_FROM

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 4 * 2**30
# A zip with one of these is a document; a folder called word/ alone makes none.
_DOCUMENT_PARTS = frozenset(
    (
        "[Content_Types].xml",
        "word/document.xml",
        "xl/workbook.xml",
        "ppt/presentation.xml",
        "OFD.xml",
        "mimetype",
    )
)


def member_names(content: bytes) -> frozenset[str]:
    """Return the names in a zip's directory, none if content is no readable zip."""
    if not content.startswith(b"PK"):
        return frozenset()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return frozenset()


def is_archive(content: bytes, suffix: str) -> bool:
    """Whether content is a zip that is itself no document."""
    names = member_names(content)
    if not names:
        return suffix == ".zip" and content.startswith(b"PK")
    return not names & _DOCUMENT_PARTS


@dataclass(slots=True)
class Budget:
    """What an archive and all archives inside it may still unpack to."""

    bytes_left: int = field(default_factory=lambda: MAX_TOTAL_BYTES)


class Archive:
    """An open zip of documents; close it, or use it in a `with` statement."""

    def __init__(self, name: str, content: bytes, budget: Budget) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            message = f"{name}: the archive is cut off or damaged ({error}); copy or download it again"
            raise ReadError(message) from error
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        total = sum(info.file_size for info in infos)
        if len(infos) > MAX_MEMBERS or total > budget.bytes_left:
            size = f"{len(infos):,} files and {total / 2**20:,.0f} MiB when unpacked"
            raise ReadError(
                f"{name}: {size} are over the limit (a zip bomb?); unpack it and index the folder"
            )
        budget.bytes_left -= total
        self._members = sorted(((_decoded(info), info) for info in infos), key=lambda member: member[0])

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *unused: object) -> None:
        self._zip.close()

    def members(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Yield (path inside the archive, handle for `content`) in name order."""
        yield from self._members

    def content(self, path: str, info: zipfile.ZipInfo) -> bytes:
        """Unpack one member; raise ReadError if it is encrypted, too large, a bomb, damaged or ill-named."""
        name = f"{self._name}/{path}"
        if path.startswith("/") or ":" in path.split("/", 1)[0] or ".." in path.split("/"):
            raise ReadError(f"{name}: the path leads out of the archive; pack the file again")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ReadError(f"{name}: it is a link and not a document; pack the file itself")
        if info.flag_bits & 1:
            raise ReadError(f"{name}: it is encrypted; unpack the archive with its password first")
        if info.file_size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 2**20
            raise ReadError(f"{name}: it unpacks to more than {limit} MiB; split the document")
        if info.file_size > max(RATIO_MATTERS_FROM, MAX_RATIO * info.compress_size):
            ratio = info.file_size // max(info.compress_size, 1)
            raise ReadError(f"{name}: it unpacks to {ratio:,} times its size (a zip bomb?); check its origin")
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise ReadError(f"{name}: it is damaged inside the archive ({error}); pack it again") from error


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return a member's name; without the UTF-8 flag it is whatever its author's system used, here GBK."""
    name = info.filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
