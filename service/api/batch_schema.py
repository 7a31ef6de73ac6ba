"""The JSON of a batch: several searches in one request, each with its own answer or its own error."""

from pydantic import BaseModel, ConfigDict

from service.api.schema import SNAPSHOT, ErrorFacts, SearchRequest, SearchResponse, told

MAX_BATCH = 50


class BatchRequest(BaseModel):
    """Searches to make, answered in their order."""

    model_config = ConfigDict(extra="forbid")

    searches: list[SearchRequest] = told(
        "The searches.",
        [{"question": "怎样用大数据开展社会治理", "top_k": 3}],
        min_length=1,
        max_length=MAX_BATCH,
    )


class BatchAnswer(BaseModel):
    """What one search of a batch gave."""

    response: SearchResponse | None = told("Its answer; null where it was refused.")
    error: ErrorFacts | None = told("Why it was refused, or null.", None)


class BatchResponse(BaseModel):
    """The answers of a batch, all from one snapshot."""

    snapshot: str = told("Id of the snapshot that answered all of them.", SNAPSHOT)
    answers: list[BatchAnswer] = told("One for each search, in order.")
