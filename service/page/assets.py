"""Styles, modules and the icon → answers from memory, packed in advance: no thread, no disk, no waiting for a page."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_PLACE = re.compile(r"/static/(?:v-[0-9a-f]{8}/)?([^/]+)")
_KEPT = "public, max-age=604800"
"""Browsers may keep them: URLs carry a digest of all as a folder, since modules import each other."""


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes
    headers: Mapping[str, str]


class Assets:
    """The files of a folder, read once."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.name: _read(file) for file in sorted(folder.iterdir())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises HTTPException: 404, 405."""
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405)
        place = _PLACE.fullmatch(scope["path"])
        file = self._files.get(place[1]) if place else None
        if file is None:
            raise HTTPException(404)
        asked = Headers(scope=scope)
        if file.headers["ETag"] in asked.get("if-none-match", ""):
            answer = Response(None, 304, file.headers)
        elif accepts_packed(asked):
            answer = Response(file.packed, headers={**file.headers, "Content-Encoding": "gzip"})
        else:
            answer = Response(file.content, headers=file.headers)
        await answer(scope, receive, send)


def accepts_packed(asked: Headers) -> bool:
    return any(
        coding.strip().partition(";")[0] == "gzip" and not coding.replace(" ", "").endswith(("q=0", "q=0.0"))
        for coding in asked.get("accept-encoding", "").split(",")
    )


def _read(file: Path) -> _File:
    content = file.read_bytes()
    headers = {
        "Content-Type": f"{mimetypes.guess_type(file.name)[0]}; charset=utf-8",
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"',
        "Cache-Control": _KEPT,
        "Vary": "Accept-Encoding",
    }
    return _File(content, gzip.compress(content, 9, mtime=0), headers)
