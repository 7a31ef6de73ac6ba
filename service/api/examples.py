"""One error of every status of every route, as the API document shows it; a test provokes each of them."""

from typing import Any

from service.api.schema import ErrorResponse
from service.problems import Problem

REQUEST_ID = "b9f2d0c41e6f4a0f8d9f"

INVALID_JSON = Problem(
    400,
    "invalid_json",
    "the body is not valid JSON (Expecting value at character 12); /docs has an example for each route",
)
BODY_TOO_LARGE = Problem(
    413, "body_too_large", "the body is larger than 65,536 bytes; send a shorter question"
)
NO_CLAUSE = Problem(
    404,
    "clause_not_found",
    "no clause has the address '国科发区〔2020〕187号#五/（九十九）'; GET /v1/documents/{id} lists the addresses of a "
    "document",
    "address",
)
TOO_MANY = Problem(422, "invalid_parameter", "limit: input should be less than or equal to 1000", "limit")
UNKNOWN_PARAMETER = Problem(
    422, "unknown_parameter", "there is no parameter 'txt'; /docs lists those that exist", "txt"
)
NOTHING_PUBLISHED = Problem(503, "nothing_published", "the index is being opened; ask again in a moment")
URL_TOO_LONG = Problem(414, "url_too_long", "the URL is longer than 65,536 bytes; ask in fewer words")
BUG = Problem(
    500,
    "internal_error",
    "the service failed to answer; this is a bug. Report it with the request id, under which the service's log "
    "holds the details",
)

DESCRIPTIONS = {
    400: "The body is not JSON, or not a form.",
    401: "No key was sent, or one that is unknown, expired or revoked; told where keys are needed.",
    403: "The key's scope does not suffice, or another site's page asks for a change.",
    404: "What the URL or the body names does not exist.",
    409: "Something else was done meanwhile, or is being done.",
    413: "The body is too large.",
    414: "The URL is too long.",
    416: "The range has no byte of the file.",
    422: "A field or parameter is missing, unknown or out of range.",
    429: "You ask too often, or too much at once; Retry-After says when to come back.",
    500: "A bug; the log has the details under the request id.",
    503: "No usable snapshot, or too much to do; the message says why, Retry-After when to come back.",
}


def no_document(field: str) -> Problem:
    """An unknown id in that field."""
    return Problem(
        404,
        "document_not_found",
        "no document has the id '国发〔1999〕1号'; GET /v1/documents lists them",
        field,
    )


def question_too_long(field: str) -> Problem:
    """More characters than are read, in that field."""
    return Problem(
        422, "question_too_long", "the question is longer than 2,000 characters; ask in fewer words", field
    )


def told(problem: Problem) -> dict[str, Any]:
    """A response of the finished document."""
    content = {
        "schema": {"$ref": f"#/components/schemas/{ErrorResponse.__name__}"},
        "example": problem.told(REQUEST_ID),
    }
    return {"description": DESCRIPTIONS[problem.status], "content": {"application/json": content}}


def documented(*problems: Problem) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that refuses in these ways, and as every route does for a bug."""
    return {
        problem.status: {
            "model": ErrorResponse,
            "description": DESCRIPTIONS[problem.status],
            "content": {"application/json": {"example": problem.told(REQUEST_ID)}},
        }
        for problem in sorted((*problems, BUG), key=lambda problem: problem.status)
    }
