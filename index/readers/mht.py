"""A web archive (MHT) in, the text of the page it holds out; also Word's "single file web page"."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.document import Source
from index.errors import ReadError
from index.readers.html import read_html

if TYPE_CHECKING:
    from email.message import EmailMessage

_MAX_BYTES = 128 * 2**20
"""Decoding an archive takes about four times its size in memory."""
_HEAD = re.compile(rb"\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_TYPE = re.compile(rb"^Content-Type:\s*(?:multipart/(?:related|alternative|mixed)|text/html)", re.I | re.M)


def is_mht(content: bytes, suffix: str) -> bool:
    """Whether content begins with the headers of a web archive, whatever program wrote it."""
    head = _HEAD.match(content[:8192])
    return head is not None and b"MIME-Version:" in head[0] and _TYPE.search(head[0]) is not None


def read_mht(name: str, content: bytes) -> Source:
    """Read the page of a web archive; raise ReadError where it holds none."""
    from email import message_from_bytes, policy

    if len(content) > _MAX_BYTES:
        raise ReadError(f"{name}: a web archive of more than {_MAX_BYTES // 2**20} MiB; save it as .html")
    page = _page(message_from_bytes(content.lstrip(), policy=policy.default))
    if not page:
        raise ReadError(f"{name}: the web archive holds no page; save it as .html or .docx")
    return replace(read_html(name, page), format="mht")


def _page(archive: "EmailMessage") -> bytes:
    """Return the page that is shown: the named start, else the first, unless that is only a frame set."""
    start = str(archive.get_param("start", "") or "")
    pages: list[tuple[bool, bytes]] = []
    for part in archive.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                pages.append((bool(start) and part.get("Content-ID", "") == start, payload))
    pages.sort(key=lambda page: not page[0])
    if len(pages) > 1 and b"<frameset" in pages[0][1].lower():
        return max((page for _, page in pages[1:]), key=len)
    return pages[0][1] if pages else b""
