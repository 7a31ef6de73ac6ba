"""A search result → the flat metadata that retrieval frameworks keep beside a text."""

from typing import Any

from service.api.schema import Result, SearchResponse


def metadata(result: Result, found: SearchResponse) -> dict[str, Any]:
    """Everything that is needed to cite the clause and to check the citation; JSON values only."""
    citation = result.citation
    return {
        "address": result.address,
        "citation": citation.display,
        "document_id": citation.document_id,
        "title": citation.document_title,
        "document_number": citation.document_number,
        "path": list(citation.path),
        "lead_in": result.lead_in,
        "start": citation.start,
        "end": citation.end,
        "number_origin": citation.number_origin.value,
        "page": citation.page,
        "rank": result.rank,
        "score": result.score,
        "snapshot": found.snapshot,
    }
