"""A request and its answer → one record for metrics, logs and traces; what a route found out is noted on the way."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.types import Scope


@dataclass(slots=True)
class Notes:
    """What the code that answers a request writes down; worker threads see the same object."""

    question: str = ""
    stages: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by step of the search, in order, `total` last."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, answered."""

    request_id: str
    method: str
    route: str
    """The path of the route, without /v1 and with its parameters' names: nothing of what was asked."""
    status: int
    started: float
    """Seconds since 1970."""
    seconds: float
    notes: Notes
    traceparent: str
    """What the client sent to have its trace continued, or ""."""


Observer = Callable[[Exchange], None]

_NOTES: ContextVar[Notes | None] = ContextVar("notes", default=None)


def new_notes() -> Notes:
    """Notes for the request that is being answered from here on."""
    notes = Notes()
    _NOTES.set(notes)
    return notes


def note_search(question: str, stages: Mapping[str, float]) -> None:
    """Write down what was asked and how long each step took."""
    notes = _NOTES.get()
    if notes is not None:
        notes.question, notes.stages = question, stages


def route_of(scope: Scope) -> str:
    """`/documents/{document_id}`, /static or `other`: as few values as there are routes."""
    route = scope.get("route")
    if route is not None:
        return str(getattr(route, "path", "other")).replace(":path}", "}")
    return "/static" if scope["path"].startswith("/static/") else "other"
