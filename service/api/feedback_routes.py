"""`POST /feedback`, and `/feedback/page`, where the page's form goes without JavaScript."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import HTMLResponse

from index.errors import NotFoundError
from service.api import examples
from service.api.feedback_schema import FeedbackRequest, FeedbackResponse
from service.api.verify import form_fields
from service.feedback import Feedback, FeedbackStore
from service.live import Live, Serving
from service.page.pages import Pages
from service.page.state import state_of, with_language
from service.problems import Problem, Refused, from_error

_NO_CLAUSE = Problem(
    404,
    "clause_not_found",
    "no clause has the address '国发〔1999〕1号#一'; take it from a result",
    "address",
)


def feedback_routes(live: Live) -> APIRouter:
    """Mounted under /v1 and, as an alias, without it."""
    api = APIRouter()

    @api.post(
        "/feedback",
        summary="Say whether a result was useful",
        tags=["search"],
        response_model=FeedbackResponse,
        responses=examples.documented(
            examples.INVALID_JSON, _NO_CLAUSE, examples.BODY_TOO_LARGE, examples.question_too_long("question"),
            examples.NOTHING_PUBLISHED,
        ),
    )  # fmt: skip
    def give_feedback(body: FeedbackRequest) -> Response:
        """Keep the question and the verdict in the store, for `tiaowen feedback --export`."""
        return Response(keep(live, body).model_dump_json(), media_type="application/json")

    return api


def feedback_page_routes(live: Live, pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.post("/feedback/page")
    def page(request: Request, fields: Annotated[dict[str, str], Depends(form_fields)]) -> HTMLResponse:
        lang = fields.pop("lang", "")
        state = with_language(replace(state_of(request), q=fields.get("question", "")), lang)
        try:
            try:
                keep(live, FeedbackRequest.model_validate(fields))
            except ValidationError as error:
                raise RequestValidationError(
                    [{**e, "loc": ("body", *e["loc"])} for e in error.errors()]
                ) from None
        except (Refused, RequestValidationError) as error:
            return pages.problem(request, from_error(error), state)
        return pages.render("thanks.html", state)

    @router.get("/feedback/page")
    def again(request: Request) -> HTMLResponse:
        return pages.render("thanks.html", state_of(request))

    return router


def keep(live: Live, said: FeedbackRequest) -> FeedbackResponse:
    """Raises Refused for a clause that is not there, StoreError where the store cannot be written."""
    serving = live.serving()
    address, wanted = said.address.strip(), said.wanted.strip()
    if address:
        _clause(serving, address)
    elif said.verdict == "useful":
        raise Refused(Problem(422, "invalid_field", "address: say which clause was useful", "address"))
    wanted = _wanted(serving, wanted) if wanted else ""
    row = FeedbackStore(live.parts.store.path).add(
        Feedback(said.question, address, said.verdict, wanted, serving.manifest.id)
    )
    return FeedbackResponse(id=row, address=address, wanted=wanted, snapshot=serving.manifest.id)


def _clause(serving: Serving, address: str) -> None:
    try:
        serving.searcher.index.catalogue.clause(address)
    except NotFoundError:
        raise Refused(Problem(404, "clause_not_found", f"no clause has the address {address!r}; take it from a result",
                              "address")) from None  # fmt: skip


def _wanted(serving: Serving, wanted: str) -> str:
    """The address of the clause that an address or a citation names."""
    catalogue, searcher = serving.searcher.index.catalogue, serving.searcher
    try:
        return catalogue.clause(wanted).address
    except NotFoundError:
        rows = list(searcher.exact(searcher.ask(wanted)).rows) if any(map(str.isalnum, wanted)) else []
    if len(rows) != 1:
        raise Refused(Problem(422, "wanted_not_clear", f"wanted: {wanted!r} names {len(rows) or 'no'} clauses; give "
                              "the address or the whole citation of one", "wanted"))  # fmt: skip
    return catalogue.clauses(rows)[0].address
