"""A key typed once → a cookie: the login form of the page."""

from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from service.middleware.guard import COOKIE
from service.middleware.keys import KeyStore
from service.page.pages import Pages
from service.page.state import state_of

DAYS = 30
_SENT = "%/?#&=+,;:@!$'()*[]~"
"""What stays as it is in a path with a query; 文 becomes %E6%96%87."""


def login_routes(keys: KeyStore, pages: Pages) -> APIRouter:
    """`/login` and `/logout`."""
    router = APIRouter()

    @router.get("/login")
    def form(request: Request) -> Response:
        target = _inner(request.query_params.get("next", "/"))
        return pages.render("login.html", state_of(request), next=target, wrong=False)

    @router.post("/login")
    async def login(request: Request) -> Response:
        sent = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        token, target = sent.get("key", [""])[0].strip(), _inner(sent.get("next", ["/"])[0])
        if not token or await run_in_threadpool(keys.check, token) is None:
            return pages.render("login.html", state_of(request), 401, next=target, wrong=True)
        answer = RedirectResponse(target, 303)
        answer.set_cookie(COOKIE, token, DAYS * 86_400, path="/", secure=request.url.scheme == "https", httponly=True,
                          samesite="strict")  # fmt: skip
        return answer

    @router.post("/logout")
    def logout() -> Response:
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    return router


def _inner(target: str) -> str:
    """A path of this service, so that a link to the form cannot lead elsewhere."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return quote(target, safe=_SENT) if safe else "/"
