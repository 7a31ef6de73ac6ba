"""The outermost layer: request ids, body limit, security headers, HEAD, and an answer whatever fails inside."""

import logging
import re
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.middleware.exchange import Exchange, Observer, new_notes, route_of
from service.problems import Refused

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 64 * 1024
MAX_DRAFT_BYTES = 2 * 2**20
"""Of a request that sends a text to check: 200,000 characters, nine bytes each in a form."""
MAX_WORDS_BYTES = 8 * 2**20
"""Of a request that sends a dictionary or synonyms, and perhaps questions, 2 MiB of text each."""
MAX_UPLOAD_BYTES = 100 * 2**20
"""Of a request that sends documents; a setting changes it."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_APART = SECURITY_HEADERS | {"Cross-Origin-Opener-Policy": "same-origin"}
"""For a page that another site may have opened. It costs a browser a new process, 30 ms before the first paint."""
_OPENED_BY_NO_OTHER = ("none", "same-origin")
"""What browsers send as Sec-Fetch-Site where an address was typed, or a link of ours followed."""


class Edge:
    """ASGI middleware; plain, since a `BaseHTTPMiddleware` costs more than the whole rest."""

    def __init__(
        self,
        app: ASGIApp,
        tell: Callable[[Request, Exception], Response],
        max_upload_bytes: int = MAX_UPLOAD_BYTES,
        observers: Sequence[Observer] = (),
    ) -> None:
        self._app = app
        self._tell = tell
        self._max_upload_bytes = max_upload_bytes
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        bodiless = scope["method"] == "HEAD"
        state = {**scope.get("state", {}), "request_id": request_id}
        scope = {**scope, "state": state, "method": "GET" if bodiless else scope["method"]}
        started, status = False, 500
        begun, clock = time.time(), time.perf_counter()
        notes = new_notes() if self._observers else None
        alone = headers.get("sec-fetch-site") in _OPENED_BY_NO_OTHER
        added = SECURITY_HEADERS if alone else _APART

        async def send_marked(message: Message) -> None:
            nonlocal started, status
            if message["type"] == "http.response.start":
                started, status = True, message["status"]
                out = MutableHeaders(scope=message)
                out["X-Request-Id"] = request_id
                for name, value in added.items():
                    out.setdefault(name, value)
            elif bodiless:
                message = {**message, "body": b""}
            await send(message)

        uploads = is_upload(scope["method"], scope["path"])
        limit = self._max_upload_bytes if uploads else most_bytes(scope["path"])
        try:
            declared = headers.get("content-length", "0")
            if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
                raise _too_large(limit, uploads)
            if len(scope["query_string"]) + len(scope["path"]) > MAX_BODY_BYTES:
                raise HTTPException(
                    414, f"the URL is longer than {MAX_BODY_BYTES:,} bytes; ask in fewer words"
                )
            await self._app(scope, _limited(receive, limit, uploads), send_marked)
        except Exception as error:
            if not isinstance(error, (HTTPException, Refused)):
                log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if started:  # nothing can be said any more: let the server cut the connection
                raise
            await self._tell(Request(scope), error)(scope, receive, send_marked)
        finally:
            if notes is not None:
                exchange = Exchange(request_id, "HEAD" if bodiless else scope["method"], route_of(scope), status, begun,
                                    time.perf_counter() - clock, notes, headers.get("traceparent", ""))  # fmt: skip
                for observe in self._observers:
                    observe(exchange)


def request_id_of(scope: Scope) -> str:
    state: dict[str, Any] = scope["state"]
    return str(state["request_id"])


def most_bytes(path: str) -> int:
    """The limit of a body that holds no document."""
    if path.removeprefix("/v1").startswith(("/admin/words", "/admin/edit")):
        return MAX_WORDS_BYTES
    return MAX_DRAFT_BYTES if path.removeprefix("/v1").startswith("/verify") else MAX_BODY_BYTES


def is_upload(method: str, path: str) -> bool:
    """True for the routes that take documents."""
    return method in ("POST", "PUT") and (
        path.removeprefix("/v1").startswith("/documents") or path == "/admin/upload"
    )


def _limited(receive: Receive, limit: int, uploads: bool) -> Receive:
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit, uploads)
        return message

    return receive_limited


def _too_large(limit: int, uploads: bool) -> HTTPException:
    short = "send a shorter question" if limit == MAX_BODY_BYTES else "send a shorter text"
    advice = "send fewer or smaller files" if uploads else short
    return HTTPException(413, f"the body is larger than {limit:,} bytes; {advice}", {"Connection": "close"})
