"""A kept original and what a request asks of it → the file as a download: whole, a part, or "you have it already"."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from index.document import Original
from service.live import Serving
from service.problems import Problem, Refused, known

CHUNK_BYTES = 1 << 18
SLOWEST_BYTES_A_SECOND = 1 << 16
PATIENCE_SECONDS = 60.0
PDF = "application/pdf"
POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Should a browser show the file all the same, it is of no origin, runs nothing and loads nothing."""


def original_of(serving: Serving, document_id: str, field: str) -> Original:
    """The original of a document that a request names in `field`. Raises Refused."""
    known(serving.documents, document_id, field)
    original = serving.searcher.index.catalogue.original(document_id)
    if original is None:
        raise Refused(not_kept(document_id, field))
    return original


def not_kept(document_id: str, field: str) -> Problem:
    return Problem(404, "original_not_kept", f"the file that {document_id!r} was read from is not kept; index it again "
                   "with TIAOWEN_KEEP_ORIGINALS=on to have it", field)  # fmt: skip


def file_response(
    original: Original, file: BinaryIO, headers: Mapping[str, str], inline: bool = False
) -> Response:
    """The file, which is closed once it is sent. A download, whatever it is; a PDF is shown if `inline` asks for it.

    `headers` are the request's: If-None-Match, and Range for one range, with If-Range. Raises Refused (416).
    """
    tag = f'"{original.sha256}"'
    disposition = "inline" if inline and original.media_type == PDF else "attachment"
    told = {
        "Content-Type": original.media_type,
        "Content-Disposition": disposition + named(original.name),
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "ETag": tag,
        "Accept-Ranges": "bytes",
    }
    if has_already(headers.get("if-none-match", ""), tag):
        file.close()
        return Response(status_code=304, headers=told)
    try:
        asked = headers.get("range", "") if headers.get("if-range", tag) == tag else ""
        part = part_of(asked, original.size)
    except ValueError:
        file.close()
        raise Refused(Problem(416, "range_not_satisfiable", f"the file has {original.size:,} bytes and none of that "
                              "range; ask for less, or without Range", None,
                              {"Content-Range": f"bytes */{original.size}"})) from None  # fmt: skip
    start, end = part or (0, original.size)
    told["Content-Length"] = str(end - start)
    if part:
        told["Content-Range"] = f"bytes {start}-{end - 1}/{original.size}"
    return Download(file, start, end, 206 if part else 200, told)


class Download(StreamingResponse):
    """A part of a file, sent in bounded time: who reads no faster than a byte now and then is cut off."""

    def __init__(self, file: BinaryIO, start: int, end: int, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(_sent(file, start, end), status, headers)
        self.seconds = PATIENCE_SECONDS + (end - start) / SLOWEST_BYTES_A_SECOND

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(TimeoutError):  # the server closes a connection whose answer is not complete
            async with asyncio.timeout(self.seconds):
                await super().__call__(scope, receive, send)


def named(name: str) -> str:
    """The file name for a Content-Disposition: as RFC 5987 has it, and for others (curl -OJ) as far as it is ASCII."""
    plain = "".join("_" if c in '"\\%' else c for c in name)
    if not (plain.isascii() and plain.isprintable()):
        suffix = name.rpartition(".")[2]
        plain = f"original.{suffix}" if suffix.isascii() and suffix.isalnum() else "original"
    return f"; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def has_already(told: str, tag: str) -> bool:
    """Whether an If-None-Match names the tag."""
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in told.split(","))


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """(start, end) of `bytes=0-99`, `bytes=100-` or `bytes=-100`; None for the whole file.

    What cannot be read as one range is no range (RFC 9110, 14.2). Raises ValueError for one without a byte of the file.
    """
    unit, _, span = asked.replace(" ", "").partition("=")
    first, dash, last = span.partition("-")
    digits = (first + last).isascii() and (first + last).isdecimal() and len(first + last) < 40
    if unit.lower() != "bytes" or not dash or not digits:
        return None
    start, end = (int(first), int(last) + 1 if last else size) if first else (max(0, size - int(last)), size)
    if first and last and end <= start:
        return None
    if start >= size:
        raise ValueError
    return start, min(end, size)


def _sent(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < end and (chunk := file.read(min(CHUNK_BYTES, end - start))):
            start += len(chunk)
            yield chunk
