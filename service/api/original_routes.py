"""`GET /documents/{id}/original`: the file that a document was read from, as it was."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from service.api import examples, schema
from service.api.original_file import file_response, original_of
from service.live import Live
from service.problems import Problem

_FILE = {"type": "string", "format": "binary", "description": "The file, byte for byte."}
_PART = {"type": "string", "format": "binary", "description": "The part of the file that Range asked for."}
_NO_RANGE = Problem(416, "range_not_satisfiable", "the file has 9,127 bytes and none of that range; ask for less, or "
                    "without Range")  # fmt: skip


class OriginalQuery(BaseModel):
    """How to give the file."""

    model_config = ConfigDict(extra="forbid")

    inline: bool = schema.told(
        "Let a browser show it in place of saving it; only a PDF is ever shown.", False, default=False
    )


def original_routes(live: Live) -> APIRouter:
    """Mounted under /v1 and, as an alias, without it."""
    api = APIRouter()
    answers: dict[int | str, dict[str, Any]] = {
        200: {"content": {"*/*": {"schema": _FILE, "example": "(bytes)"}}},
        206: {"content": {"*/*": {"schema": _PART, "example": "(bytes)"}}},
    }

    @api.get(
        "/documents/{document_id:path}/original",
        summary="Download the file of a document",
        tags=["documents"],
        description="Return the file that the document was read from, byte for byte and checked against its sha256, "
        "which is the ETag. `If-None-Match` and one range (`Range`, `If-Range`) are understood. It is always a "
        "download and never runs as a page of this service. A document from a zip gives the member of the zip. Where "
        "it is not kept (`original` of the document is null), the error is 404 with the code `original_not_kept`.",
        response_class=Response,
        responses={
            **answers,
            **examples.documented(
                examples.no_document("document_id"),
                _NO_RANGE,
                examples.UNKNOWN_PARAMETER,
                examples.NOTHING_PUBLISHED,
            ),
        },
    )
    def download_original(
        document_id: Annotated[str, Path(description="Id of the document.", examples=[schema.DOCUMENT_ID])],
        query: Annotated[OriginalQuery, Query()],
        request: Request,
    ) -> Response:
        found = original_of(live.serving(), document_id, "document_id")
        file = live.parts.store.originals.opened(found)
        return file_response(found, file, request.headers, query.inline)

    return api
