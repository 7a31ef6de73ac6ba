"""`GET /facets`: what documents can be filtered by, with how many there are of each."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api import examples
from service.api.facets import FACETS, MAX_VALUES, filters_of
from service.api.facets_schema import DocumentChoice, FacetCount, FacetsQuery, FacetsResponse
from service.live import Live
from service.problems import Problem, known

_BAD_YEAR = Problem(422, "invalid_parameter", "year.0: input should be less than or equal to 9999", "year.0")


def facets_routes(live: Live) -> APIRouter:
    """Mounted under /v1 and, as an alias, without it."""
    api = APIRouter()

    @api.get(
        "/facets",
        summary="Count what filters leave",
        tags=["documents"],
        response_model=FacetsResponse,
        responses=examples.documented(
            examples.no_document("document"), _BAD_YEAR, examples.NOTHING_PUBLISHED
        ),
    )
    def count_facets(query: Annotated[FacetsQuery, Query()]) -> Response:
        """Tell documents, issuers, kinds, years and standings, each with its count under the other filters."""
        serving = live.serving()
        for document_id in query.document:
            known(serving.documents, document_id, "document")
        filters = filters_of(query)
        counts = serving.facets.counts(filters, query.document)
        told = FacetsResponse(
            total=serving.facets.total(filters, query.document),
            snapshot=serving.manifest.id,
            documents=[
                DocumentChoice(id=one.id, title=one.title, number=one.number, clauses=one.clauses)
                for one in serving.facets.listed(filters, query.document, query.title)[:MAX_VALUES]
            ],
            **{
                facet: [FacetCount(value=str(c.value), documents=c.documents) for c in counts[facet]]
                for facet in FACETS
            },
        )
        return Response(told.model_dump_json(), media_type="application/json")

    return api
