"""The API's routes: questions, documents, clauses, health."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from index.citing import document_cited_by
from index.errors import NotFoundError, StoreError
from service.api import examples, present, schema
from service.api.document_path import document_route
from service.api.facets import filters_of
from service.api.searching import search_in
from service.live import Live
from service.middleware.exchange import note_search
from service.problems import Problem, Refused, known

ENCODING = ("In a URL's path `#` must be sent as `%23`, `?` as `%3F`, `%` as `%25`; `/` may stay, everything else is "
            "UTF-8, percent-encoded as your client does it. `国科发区〔2020〕187号#五/（十五）` is\n\n"
            f"    {present.encoded(schema.ADDRESS)}")  # fmt: skip


NOT_READY = Problem(503, "not_ready", "questions cannot be answered now; ask with a key for the reason", None,
                    {"Retry-After": "5"})  # fmt: skip


STOPPING = Problem(
    503, "stopping", "the service is being stopped; ask another one", None, {"Retry-After": "5"}
)


class DocumentsQuery(schema.FilterQuery):
    """Which documents, and which page of them."""

    q: str = schema.told(
        "Keep documents whose title or 文号 holds this.", "行动方案", default="", max_length=200
    )
    limit: int = schema.told("How many documents to return.", 100, default=100, ge=1, le=1000)
    offset: int = schema.told("How many to skip.", 0, default=0, ge=0)


class DocumentQuery(BaseModel):
    """What to return of a document."""

    model_config = ConfigDict(extra="forbid")

    text: bool = schema.told("Return the whole text too.", False, default=False)


def api_routes(live: Live) -> APIRouter:
    """Every route but the page; mounted under /v1 and, as aliases, without it."""
    api = APIRouter(route_class=document_route(live))

    @api.post(
        "/search",
        summary="Ask a question",
        tags=["search"],
        **_answers(
            schema.SearchResponse,
            examples.INVALID_JSON,
            examples.no_document("documents"),
            examples.BODY_TOO_LARGE,
            examples.question_too_long("question"),
            examples.NOTHING_PUBLISHED,
        ),
    )
    def search(body: schema.SearchRequest) -> Response:
        """Return the clauses that answer a question, best first, each with its citation and the reasons."""
        return _search(live, body)

    @api.get(
        "/search",
        summary="Ask a question in a URL",
        tags=["search"],
        **_answers(
            schema.SearchResponse,
            examples.no_document("document"),
            examples.question_too_long("q"),
            examples.NOTHING_PUBLISHED,
        ),
    )
    def search_by_url(query: Annotated[schema.SearchQuery, Query()]) -> Response:
        """The same as POST /v1/search, for links and simple clients."""
        return _search(live, query)

    @api.get(
        "/documents",
        summary="List documents",
        tags=["documents"],
        **_answers(
            schema.DocumentsResponse,
            examples.TOO_MANY,
            examples.no_document("document"),
            examples.NOTHING_PUBLISHED,
        ),
    )
    def list_documents(query: Annotated[DocumentsQuery, Query()]) -> Response:
        """Return a page of the collection, or of what filters leave of it."""
        serving = live.serving()
        for document_id in query.document:
            known(serving.documents, document_id, "document")
        left = map(serving.documents.__getitem__, serving.facets.documents(filters_of(query), query.document))
        found = [d for d in left if query.q in d.title or query.q in d.number]
        page = found[query.offset : query.offset + query.limit]
        return _json(schema.DocumentsResponse(
            total=len(found), snapshot=serving.manifest.id, documents=[present.facts(d) for d in page]
        ))  # fmt: skip

    @api.get(
        "/documents/{document_id:path}",
        summary="Read a document",
        tags=["documents"],
        description="Return its facts, its outline with addresses, and its diagnosis. " + ENCODING,
        **_answers(
            schema.DocumentResponse,
            examples.no_document("document_id"),
            examples.UNKNOWN_PARAMETER,
            examples.NOTHING_PUBLISHED,
        ),
    )
    def read_document(
        document_id: Annotated[str, Path(description="Id of the document.", examples=[schema.DOCUMENT_ID])],
        query: Annotated[DocumentQuery, Query()],
    ) -> Response:
        serving = live.serving()
        listing = known(serving.documents, document_id, "document_id")
        catalogue = serving.searcher.index.catalogue
        found = catalogue.document(document_id)
        text = found.text
        nodes, clauses = catalogue.nodes(document_id), catalogue.clauses_of(document_id)
        return _json(schema.DocumentResponse(
            facts=present.facts(listing),
            original=present.original(catalogue.original(document_id)),
            known=present.known(found.facts),
            snapshot=serving.manifest.id,
            outline=present.outline(document_id, text, nodes, clauses),
            findings=[schema.Finding(line=f.line, code=f.code, message=f.message)
                      for f in catalogue.findings(document_id)],
            cited_by=present.cited_by(document_cited_by(catalogue, document_id)),
            text=text if query.text else None,
        ))  # fmt: skip

    @api.get(
        "/clauses/{address:path}",
        summary="Read a clause",
        tags=["documents"],
        description="Return a clause by its address, its neighbours' addresses, what it cites and what cites it. "
        + ENCODING,
        **_answers(
            schema.ClauseResponse, examples.NO_CLAUSE, examples.UNKNOWN_PARAMETER, examples.NOTHING_PUBLISHED
        ),
    )
    def read_clause(
        address: Annotated[str, Path(description="Address of the clause.", examples=[schema.ADDRESS])],
    ) -> Response:
        serving = live.serving()
        catalogue = serving.searcher.index.catalogue
        try:
            found = catalogue.clause(address)
        except NotFoundError:
            hint = ("GET /v1/documents/{id} lists the addresses of a document" if "#" in address else
                    "an address holds a #, which must be sent as %23: /v1/clauses/"
                    + present.encoded(schema.ADDRESS))  # fmt: skip
            raise Refused(Problem(404, "clause_not_found", f"no clause has the address {address!r}; {hint}",
                                  "address")) from None  # fmt: skip
        return _json(present.clause_response(found, catalogue.clauses_of(found.document_id), serving))

    @api.get("/healthz", summary="Is the process alive", tags=["health"], **_answers(schema.Health))
    def is_alive() -> Response:
        """Answer as long as the process lives; see /v1/readyz for whether it can answer questions."""
        return _json(schema.Health(status="ok"))

    @api.get(
        "/readyz",
        summary="Are questions answered",
        tags=["health"],
        **_answers(schema.Readiness, examples.NOTHING_PUBLISHED),
    )
    def is_ready(request: Request) -> Response:
        """Say which snapshot is served; 503 with the reason until one is open. Without a key, only whether."""
        if live.stopping:
            raise Refused(STOPPING)
        try:
            manifest = live.serving().manifest
        except StoreError:
            if request.scope["state"].get("anonymous"):
                raise Refused(NOT_READY) from None
            raise
        if request.scope["state"].get("anonymous"):
            return Response('{"status":"ready"}', media_type="application/json")
        return _json(schema.Readiness(
            status="ready", snapshot=manifest.id, documents=manifest.documents, clauses=manifest.clauses,
            embedder=manifest.embedder, warning=live.warning or None, swapping=live.opening,
        ))  # fmt: skip

    return api


def _search(live: Live, asked: schema.SearchRequest | schema.SearchQuery) -> Response:
    serving = live.serving()
    results = search_in(serving, asked)
    note_search(results.question.text, results.milliseconds)
    return _json(present.search_response(results, serving))


def _json(answer: BaseModel) -> Response:
    """Serialised here: FastAPI would validate the same model a second time."""
    return Response(answer.model_dump_json(), media_type="application/json")


def _answers(model: type[BaseModel], *refusals: Problem) -> dict[str, Any]:
    """The response model of a route and its errors with an example of each, as FastAPI documents them."""
    return {"response_model": model, "responses": examples.documented(*refusals)}
