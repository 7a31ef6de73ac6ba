"""The JSON of facets: values that documents can be filtered by, and their counts."""

from pydantic import BaseModel

from service.api.facets import MAX_VALUES
from service.api.schema import DOCUMENT_ID, SNAPSHOT, TITLE, DocumentId, FilterQuery, told


class FacetCount(BaseModel):
    """A value and how many documents have it."""

    value: str = told("The value, to be given as a filter.", "方案")
    documents: int = told("Documents that have it and that the other filters leave.", 1)


class DocumentChoice(BaseModel):
    """A document that questions can be limited to."""

    id: DocumentId
    title: str = told("Title of the document.", TITLE)
    number: str = told('文号 as printed, or "".', DOCUMENT_ID)
    clauses: int = told("How many clauses it has.", 25)


class FacetsQuery(FilterQuery):
    """Filters, and which documents to tell."""

    title: str = told(
        "Among `documents` tell those whose title or 文号 holds this.", "行动方案", default="", max_length=200
    )


class FacetsResponse(BaseModel):
    """What documents can be filtered by."""

    total: int = told("Documents that all filters leave.", 1)
    snapshot: str = told("Id of the snapshot that answered.", SNAPSHOT)
    documents: list[DocumentChoice] = told(
        f"The chosen ones, then those that the other filters and `title` leave; the first {MAX_VALUES}.",
        [{"id": DOCUMENT_ID, "title": TITLE, "number": DOCUMENT_ID, "clauses": 25}],
    )
    issuers: list[FacetCount] = told(
        f"Who issued them, each of several; the {MAX_VALUES} of most documents, as of every facet.",
        [{"value": "深圳市人民政府", "documents": 1}],
    )
    kinds: list[FacetCount] = told("办法, 通知, 法…", [{"value": "方案", "documents": 1}])
    years: list[FacetCount] = told("Of publication, else of the 文号.", [{"value": "2020", "documents": 1}])
    in_force: list[FacetCount] = told(
        "yes, no, or unknown: whether they hold today.", [{"value": "unknown", "documents": 1}]
    )
