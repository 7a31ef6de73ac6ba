"""ASGI middleware: who asks, and whether that key may; without keys everybody may everything."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.middleware.keys import Key, KeyStore
from service.middleware.keys import Scope as KeyScope
from service.problems import Problem, Refused

COOKIE = "tiaowen_key"
OPEN = ("/healthz", "/v1/healthz", "/login", "/logout", "/favicon.ico")
READY = ("/readyz", "/v1/readyz")


class Guard:
    """Lets a request through with `state["key"]`, or raises Refused, or sends a browser to the login form."""

    def __init__(
        self,
        app: ASGIApp,
        keys: KeyStore | None,
        wants_page: Callable[[Request], bool],
        origins: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._keys = keys
        self._wants_page = wants_page
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path in OPEN or path.startswith("/static/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if self._keys is None:
            if changes(scope["method"], path):
                self._refuse_foreign(scope, headers)
            scope["state"]["may_administer"] = True
            await self._app(scope, receive, send)
            return
        token, from_cookie = token_of(headers)
        key = self._keys.check(token) if token else None
        if key is None and path not in READY:
            if not token and scope["method"] == "GET" and self._wants_page(Request(scope)):
                asked = asked_of(scope)
                language = "&lang=en" if b"lang=en" in scope["query_string"] else ""
                await RedirectResponse(f"/login?next={quote(asked, safe='')}{language}", 303)(
                    scope, receive, send
                )
                return
            raise Refused(key_unknown(given=bool(token)))
        if key is not None:
            needed = needed_scope(scope["method"], path)
            if key.scope < needed:
                raise Refused(not_allowed(key.scope, needed))
            if from_cookie and changes(scope["method"], path):
                self._refuse_foreign(scope, headers)
        scope["state"]["key"] = key
        scope["state"]["anonymous"] = key is None
        scope["state"]["may_administer"] = key is not None and key.scope >= KeyScope.ADMIN
        scope["state"]["logged_in"] = key is not None and from_cookie
        await self._app(scope, receive, send)

    def _refuse_foreign(self, scope: Scope, headers: Headers) -> None:
        """A change that another site's page sends, with a cookie or to a service without keys. Raises Refused."""
        if scope["method"] not in ("GET", "HEAD") and not _same_site(headers, self._origins):
            raise Refused(foreign_request())


def asked_of(scope: Scope) -> str:
    """Path and query as the browser sent them, percent-encoded: what leads back there."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    query = scope["query_string"].decode("latin-1")
    return str(raw.decode("latin-1").partition("?")[0]) + ("?" + query if query else "")


def token_of(headers: Headers) -> tuple[str, bool]:
    """The token a request brings, and whether a cookie brought it; header before cookie."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip(), False
    if given := headers.get("x-api-key", "").strip():
        return given, False
    return cookie_of(headers), True


def cookie_of(headers: Mapping[str, str]) -> str:
    if COOKIE not in headers.get("cookie", ""):
        return ""
    try:
        cookie = SimpleCookie(headers["cookie"]).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def needed_scope(method: str, path: str) -> KeyScope:
    """What a key must be good for."""
    first = path.removeprefix("/v1").lstrip("/").split("/")[0]
    if first == "admin":
        return KeyScope.ADMIN
    if first == "jobs" or (first == "documents" and method not in ("GET", "HEAD")):
        return KeyScope.WRITE
    return KeyScope.READ


def changes(method: str, path: str) -> bool:
    """True where something is written: whoever may read may give feedback, another site's page may not."""
    first = path.removeprefix("/v1").lstrip("/").split("/")[0]
    return first == "feedback" or needed_scope(method, path) > KeyScope.READ


def is_loopback(host: str) -> bool:
    """True if only this machine reaches a service that listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def key_of(scope: Scope) -> Key | None:
    """The key of a request that the guard let through."""
    key = scope.get("state", {}).get("key")
    return key if isinstance(key, Key) else None


def _same_site(headers: Headers, origins: Sequence[str]) -> bool:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin in origins:
        return True
    if site is not None:  # every browser of today sends it, to loopback addresses and over https
        return site in ("same-origin", "none")
    # Programs send no origin. Our own forms send "null", since our pages send no referrer, and so do hostile ones.
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def key_unknown(*, given: bool) -> Problem:
    """No key was sent, or one that opens nothing."""
    message = ("the key is unknown, expired or revoked; ask an administrator for another" if given else
               "a key is needed; send it as `Authorization: Bearer KEY`")  # fmt: skip
    return Problem(
        401, "key_unknown" if given else "key_missing", message, None, {"WWW-Authenticate": "Bearer"}
    )


def not_allowed(scope: int, needed: int) -> Problem:
    """The key is good, but not for this."""
    return Problem(403, "not_allowed", f"this key has the scope {_name(scope)}, this needs {_name(needed)}; ask an "
                   "administrator for another key")  # fmt: skip


def foreign_request() -> Problem:
    """A page of another site sends what changes something."""
    return Problem(403, "foreign_request", "this change was asked for by another site's page; send a key in the "
                   "Authorization header, or name the site in TIAOWEN_CORS")  # fmt: skip


def _name(scope: int) -> str:
    return KeyScope(scope).name.lower()
