"""The JSON of every error."""

from pydantic import BaseModel

from service.api.schema.fields import told


class ErrorFacts(BaseModel):
    """What happened."""

    code: str = told("For programs; never changes its meaning.", "question_too_long")
    message: str = told("For people: what happened and what to do.",
                        "the question is longer than 2,000 characters; ask in fewer words")  # fmt: skip
    field: str | None = told("The field or parameter at fault, or null.", "question")
    request_id: str = told(
        "Also in the X-Request-Id header and in the service's log.", "b9f2d0c41e6f4a0f8d9f"
    )


class ErrorResponse(BaseModel):
    """The shape of every error."""

    error: ErrorFacts = told("What happened, and what to do.")
