"""Several searches in one request → the answer or the refusal of each, all from one snapshot."""

from fastapi import APIRouter, Request, Response

from index.errors import TiaowenError
from service.api import examples, present
from service.api.batch_schema import BatchAnswer, BatchRequest, BatchResponse
from service.api.schema import ErrorFacts, SearchRequest
from service.api.searching import search_in
from service.live import Live, Serving
from service.middleware.edge import request_id_of
from service.middleware.exchange import note_search
from service.problems import Refused, from_error


def batch_routes(live: Live) -> APIRouter:
    """`POST /search/batch`; mounted under /v1 and, as an alias, without it."""
    api = APIRouter()

    @api.post(
        "/search/batch",
        summary="Ask several questions",
        tags=["search"],
        response_model=BatchResponse,
        responses=examples.documented(
            examples.INVALID_JSON,
            examples.BODY_TOO_LARGE,
            examples.question_too_long("searches.0.question"),
            examples.NOTHING_PUBLISHED,
        ),
    )
    def search_batch(body: BatchRequest, request: Request) -> Response:
        """Return the answers in the order of the searches; one that is refused does not stop the others.

        A field that is missing, unknown or out of range refuses the whole batch.
        """
        serving = live.serving()
        request_id = request_id_of(request.scope)
        answers = []
        took: dict[str, float] = {}
        for search in body.searches:
            answers.append(answer := _answer(search, serving, request_id))
            for step, milliseconds in (answer.response.took if answer.response else {}).items():
                took[step] = took.get(step, 0) + milliseconds
        note_search("\n".join(search.question for search in body.searches), took)
        told = BatchResponse(snapshot=serving.manifest.id, answers=answers)
        return Response(told.model_dump_json(), media_type="application/json")

    return api


def _answer(search: SearchRequest, serving: Serving, request_id: str) -> BatchAnswer:
    try:
        found = present.search_response(search_in(serving, search), serving)
    except (TiaowenError, Refused) as error:
        problem = from_error(error)
        facts = ErrorFacts(
            code=problem.code, message=problem.message, field=problem.field, request_id=request_id
        )
        return BatchAnswer(response=None, error=facts)
    return BatchAnswer(response=found, error=None)
