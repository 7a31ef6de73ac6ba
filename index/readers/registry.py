"""A path in, a `Source` out: the format is chosen by content, with the suffix as a hint."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.document import Source
from index.errors import ReadError, TiaowenError
from index.readers.docx import is_docx, read_docx
from index.readers.html import is_html, read_html
from index.readers.limits import MAX_FILE_BYTES
from index.readers.markdown import read_markdown
from index.readers.mht import is_mht, read_mht
from index.readers.ofd import is_ofd, read_ofd
from index.readers.office import is_office, read_office
from index.readers.pdf import is_pdf, read_pdf
from index.readers.refused import is_refused, refuse
from index.readers.text import read_text


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is recognised and read."""

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes, str], bool]
    """(content, lower-case suffix) → whether the content is of this format."""
    read: Callable[[str, bytes], Source]
    """(name, content) → source; raises ReadError."""


# Asked in this order; a new reader is one new file and one line here.
FORMATS = (
    Format("pdf", (".pdf",), is_pdf, read_pdf),
    Format("unreadable", (), is_refused, refuse),
    Format("mht", (".mht", ".mhtml"), is_mht, read_mht),
    Format("office", (".doc", ".wps", ".rtf", ".odt"), is_office, read_office),
    Format("ofd", (".ofd",), is_ofd, read_ofd),
    Format("docx", (".docx", ".docm", ".dotx"), is_docx, read_docx),
    Format("html", (".html", ".htm", ".xhtml", ".shtml"), is_html, read_html),
    Format("md", (".md", ".markdown"), lambda content, suffix: suffix in (".md", ".markdown"), read_markdown),
    Format("txt", (".txt", ".text"), lambda content, suffix: True, read_text),
)

SUFFIXES = tuple(suffix for format in FORMATS for suffix in format.suffixes)
"""Suffixes of files that `read_all` takes from folders and archives."""


def read(path: Path) -> Source:
    """Read one document of any supported format; raise ReadError naming the file and the next step."""
    return read_bytes(path.name, load(path))


def load(path: Path) -> bytes:
    """Return a file's content; raise ReadError for a missing, unreadable, empty or too large file."""
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise ReadError(f"{name}: it is a folder, not a document; index the folder instead")
        if not path.exists():
            raise ReadError(f"{path}: no such file; check the path")
        if not path.is_file():
            raise ReadError(f"{name}: it is not a regular file; copy the document to a file first")
        size = path.stat().st_size
        check_size(name, size)
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"{name}: it cannot be opened ({error.strerror}); check its permissions") from error


def check_size(name: str, size: int) -> None:
    """Raise ReadError for an empty or too large document."""
    if size == 0:
        raise ReadError(f"{name}: the file is empty; copy or download it again")
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 2**20
        raise ReadError(f"{name}: {size / 2**20:.0f} MiB is over the limit of {limit} MiB; split the file")


def read_bytes(name: str, content: bytes) -> Source:
    """Read a document from memory; `name` gives the suffix and appears in errors."""
    check_size(name, len(content))
    suffix = Path(name).suffix.lower()
    format = next(format for format in FORMATS if format.recognises(content, suffix))
    try:
        return format.read(name, content)
    except TiaowenError:
        raise
    except MemoryError as error:
        raise ReadError(f"{name}: there is not enough memory to read it; split the file") from error
    except Exception as error:
        # Whatever a parser throws at a damaged file, the batch goes on and the user gets a sentence.
        detail = f"{type(error).__name__}: {error}".strip()[:200]
        message = f"{name}: it is damaged and cannot be read as {format.name} ({detail}); save it again"
        raise ReadError(message) from error
