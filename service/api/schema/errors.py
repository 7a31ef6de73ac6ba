"""The JSON of every error."""

from pydantic import BaseModel

from service.api.schema.fields import told

CODES = {
    400: ("invalid_json", "invalid_form"),
    401: ("key_missing", "key_unknown"),
    403: ("not_allowed", "foreign_request"),
    404: ("document_not_found", "clause_not_found", "job_not_found", "snapshot_not_found", "no_document_matches",
          "preview_not_found", "original_not_kept", "not_found", "no_such_path"),
    405: ("method_not_allowed",),
    409: ("words_changed", "reindex_under_way"),
    413: ("body_too_large",),
    414: ("url_too_long",),
    416: ("range_not_satisfiable",),
    422: ("unknown_field", "unknown_parameter", "missing_field", "missing_parameter", "invalid_field",
          "invalid_parameter", "invalid_text", "body_invalid", "question_empty", "question_too_long",
          "question_invalid", "text_too_long", "page_out_of_range", "wanted_not_clear", "words_invalid",
          "questions_invalid"),
    429: ("too_many_requests", "too_many_at_once"),
    500: ("internal_error", "failed"),
    503: ("nothing_published", "not_ready", "stopping", "snapshot_stale", "store_unavailable", "model_unavailable",
          "queue_full", "overloaded", "took_too_long"),
}  # fmt: skip
"""Every code of an error; none ever changes its meaning."""


_LISTED = "; ".join(f"{status}: {', '.join(codes)}" for status, codes in CODES.items())


class ErrorFacts(BaseModel):
    """What happened."""

    code: str = told(
        f"For programs; never changes its meaning, and others may come. {_LISTED}.", "question_too_long"
    )
    message: str = told("For people: what happened and what to do.",
                        "the question is longer than 2,000 characters; ask in fewer words")  # fmt: skip
    field: str | None = told("The field or parameter at fault, or null.", "question")
    request_id: str = told(
        "Also in the X-Request-Id header and in the service's log.", "b9f2d0c41e6f4a0f8d9f"
    )


class ErrorResponse(BaseModel):
    """The shape of every error."""

    error: ErrorFacts = told("What happened, and what to do.")
