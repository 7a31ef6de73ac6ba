"""A `Live` index → the web application: API, page, one error shape for everything."""

from copy import deepcopy
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match

from index.errors import TiaowenError
from retriever.generate.generator import Generator
from service.api.admin_routes import admin_routes
from service.api.ask import ask_routes
from service.api.ask_stream import ask_stream_routes
from service.api.batch import batch_routes
from service.api.describing import LICENSE, SERVERS, TAGS, described
from service.api.facets_routes import facets_routes
from service.api.feedback_routes import feedback_page_routes, feedback_routes
from service.api.job_routes import job_routes
from service.api.original_routes import original_routes
from service.api.parameters import refuse_ignored
from service.api.routes import api_routes
from service.api.snapshots_routes import snapshots_routes
from service.api.verify import verify_page_routes, verify_routes
from service.api.words_routes import words_routes
from service.live import Live
from service.middleware.compressed import Compressed
from service.middleware.edge import Edge, request_id_of
from service.middleware.guard import Guard
from service.middleware.metrics import metrics_route
from service.middleware.traffic import Traffic
from service.operations import Operations
from service.page.admin_page import admin_page_routes
from service.page.assets import Assets
from service.page.login import login_routes
from service.page.pages import WEB, Pages, page_routes, wants_page
from service.page.reader import reader_routes
from service.page.words_page import words_page_routes
from service.problems import Refused, from_error

DESCRIPTION = """
Answers questions on policy documents with the exact clause that says so.

Every clause has a stable **address** (`国科发区〔2020〕187号#五/（十五）`) and a **citation** as people write it.
`text[start:end]` of a document is the clause, verbatim, in code points. A number that was lost in the text and
follows from its neighbours is marked `inferred` (推定), never passed off as printed.

**Errors.** Every error has the shape of `ErrorResponse`, also those that no path lists: 404 for an unknown path, 405
for a wrong method. Decide by `code`, show `message`. A field or parameter that does not exist is refused, not ignored.
After 429 and 503 ask again once the seconds of `Retry-After` are over. Send `X-Request-Id` to find a request in the
log; one is made up otherwise.

**Keys.** Where the service is reached from other machines a key is needed: `Authorization: Bearer KEY`, or `X-API-Key`.
A key has the scope read (questions), write (also documents and jobs) or admin (everything); each route says which it
needs.

**Snapshots.** Documents can be replaced at any time: every answer names the snapshot that gave it, and comes from that
snapshot alone.

**Versions.** All paths also exist without `/v1`, for people; programs name the version. Within `/v1` routes, fields of
answers, optional fields of requests and codes are only added: ignore what you do not know. What is to go is marked
`deprecated` here and named in the changelog, stays for at least one minor version, and goes for good with `/v2` only.
"""


def create_app(live: Live, operations: Operations | None = None) -> FastAPI:
    """Wire the application; opens nothing by itself: `live` opens its snapshot at `start` or at the first request."""
    operations = operations or Operations()
    app = _Described(
        title="Tiaowen",
        summary="条文：问政策，答到条。 Ask a policy, get the clause.",
        version=app_version(),
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,  # both load scripts from a CDN; ours is service/page/reference.py
        redoc_url=None,
        redirect_slashes=False,
        servers=SERVERS,
        openapi_tags=TAGS,
        license_info=LICENSE,
        generate_unique_id_function=lambda route: route.name,  # what clients made of the document call it
    )
    api, pages = api_routes(live), Pages(worded=operations.endpoint is not None)
    api.include_router(original_routes(live))
    api.include_router(batch_routes(live))
    api.include_router(ask_routes(live))
    api.include_router(verify_routes(live))
    api.include_router(ask_stream_routes(live, Generator(operations.endpoint), operations.health.model))
    api.include_router(facets_routes(live))
    api.include_router(feedback_routes(live))
    api.include_router(job_routes(live, operations))
    api.include_router(admin_routes(live, operations.health, operations.load))
    api.include_router(snapshots_routes(live))
    api.include_router(words_routes(live, operations))
    app.include_router(api, prefix="/v1", dependencies=[Depends(refuse_ignored)])
    app.include_router(api, include_in_schema=False, dependencies=[Depends(refuse_ignored)])
    app.include_router(page_routes(live, pages), include_in_schema=False)
    app.include_router(reader_routes(live, pages), include_in_schema=False)
    if operations.metrics is not None:
        app.include_router(metrics_route(operations.metrics), include_in_schema=False)
    app.add_middleware(Traffic, limits=operations.limits, load=operations.load)
    app.include_router(verify_page_routes(live, pages), include_in_schema=False)
    app.include_router(feedback_page_routes(live, pages), include_in_schema=False)
    administration = admin_page_routes(live, pages, operations)
    app.include_router(administration, include_in_schema=False)
    app.include_router(words_page_routes(live, pages, operations), include_in_schema=False)
    if operations.keys is not None:
        app.include_router(login_routes(operations.keys, pages), include_in_schema=False)
    app.add_middleware(Compressed)
    app.add_middleware(Guard, keys=operations.keys, wants_page=wants_page, origins=operations.origins)
    app.mount("/static", Assets(WEB / "static"))

    def tell(request: Request, error: Exception) -> Response:
        problem = from_error(error)
        if problem.status == 405:
            problem = replace(problem, headers={"Allow": ", ".join(_methods(app, request))})
        request_id = request_id_of(request.scope)
        if wants_page(request):
            return pages.problem(request, problem)
        return Response(problem.body(request_id), problem.status, dict(problem.headers), "application/json")

    for kind in (TiaowenError, Refused, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, tell)
    app.add_middleware(
        Edge, tell=tell, max_upload_bytes=operations.max_upload_bytes, observers=operations.observers
    )
    if operations.origins:  # outermost: a page of another site may read errors too
        app.add_middleware(
            CORSMiddleware, allow_origins=operations.origins, allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-Id"],
            expose_headers=["X-Request-Id", "Retry-After", "Location"], max_age=600,
        )  # fmt: skip
    return app


class _Described(FastAPI):
    _contract: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        if self._contract is None:
            self._contract = described(
                deepcopy(super().openapi())
            )  # a thread beside this one may hold the other
        return self._contract


def _methods(app: FastAPI, request: Request) -> list[str]:
    """Methods of every route at the path; Starlette names those of the first one only."""
    found: set[str] = set()
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in app.routes):
            found |= {method, "HEAD"} if method == "GET" else {method}
    return sorted(found)


def app_version() -> str:
    try:
        return version("tiaowen")
    except PackageNotFoundError:
        return "0"
