"""A zip container (docx, ofd) in, its parts and parsed XML out, safe against bombs and entities."""

import posixpath
import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from zlib import error as ZlibError

from index.errors import ReadError
from index.readers.limits import MAX_RATIO, MAX_TAGS, RATIO_MATTERS_FROM

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_PART_BYTES = 128 * 2**20
"""A parsed part takes up to eight times its size in memory."""
MAX_PARTS = 100_000
MAX_TOTAL_BYTES = 1024 * 2**20

_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Package:
    """An open container; close it, or use it in a `with` statement."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            message = f"{name}: the file is cut off or damaged ({error}); copy or download it again"
            raise ReadError(message) from error
        if len(infos) > MAX_PARTS:
            raise ReadError(f"{name}: {len(infos):,} parts inside is no document; check where it comes from")
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in infos}
        self._lower = {path.lower(): path for path in self._infos}
        self._left = MAX_TOTAL_BYTES

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *unused: object) -> None:
        self._zip.close()

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of all parts, in the order of the container."""
        return tuple(self._infos)

    def part(self, path: str) -> bytes | None:
        """Return a part's content, None if it is absent; raise ReadError if it is a bomb or damaged."""
        path = posixpath.normpath(path.replace("\\", "/")).lstrip("/")
        info = self._infos.get(path) or self._infos.get(self._lower.get(path.lower(), ""))
        if info is None:
            return None
        if info.flag_bits & 1:
            raise ReadError(f"{self.name}: it is encrypted; remove the password and save it again")
        bomb = info.file_size > max(RATIO_MATTERS_FROM, MAX_RATIO * info.compress_size)
        if bomb or info.file_size > min(MAX_PART_BYTES, self._left):
            size = info.file_size / 2**20
            message = f"{self.name}: {path} unpacks to {size:,.0f} MiB (a zip bomb?); check its origin"
            raise ReadError(message)
        self._left -= info.file_size
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, ValueError) as error:
            message = f"{self.name}: {path} inside is damaged ({error}); copy or download the file again"
            raise ReadError(message) from error

    def xml(self, path: str) -> "_Element | None":
        """Return the root element of an XML part, None if absent; raise ReadError if malformed."""
        content = self.part(path)
        return None if content is None else parse_xml(self.name, path, content)


def parse_xml(name: str, path: str, content: bytes) -> "_Element":
    """Parse one XML part without entities, DTDs or network."""
    from lxml import etree

    # Neither OOXML nor OFD allows a DTD, so one is an attack and is refused before any parsing.
    if _DOCTYPE.search(content[:65536].replace(b"\x00", b"")):
        raise ReadError(f"{name}: {path} inside declares entities (an XML bomb?); check where it comes from")
    if content.count(b"<") > MAX_TAGS:
        raise ReadError(f"{name}: {path} inside has more than {MAX_TAGS:,} tags; split the document")
    for strict, transitional in _STRICT:
        content = content.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message = f"{name}: {path} inside is damaged XML ({error.msg}); save or download the file again"
        raise ReadError(message) from error
