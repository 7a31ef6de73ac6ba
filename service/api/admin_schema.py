"""The JSON of what an administrator sees: how the service fares, and its slow requests."""

from pydantic import BaseModel

from service.api.schema import QUESTION, SNAPSHOT, told


class SlowRequest(BaseModel):
    """A request that took longer than TIAOWEN_SLOW_MS."""

    time: str = told("When it came, ISO time in UTC.", "2026-01-05T08:30:00.120+00:00")
    request_id: str = told("Its id, as in the log.", "b9f2d0c41e6f4a0f8d9f")
    route: str = told("The route it asked.", "/search")
    milliseconds: float = told("How long it took.", 812.5)
    stages: dict[str, float] = told("Milliseconds by step of its search.", {"embed": 790.1, "total": 809.0})
    question: str | None = told("The question, if TIAOWEN_LOG_QUESTIONS is on; else null.", QUESTION)


class ModelHealth(BaseModel):
    """How the language model of this process fares; where it fails, answers are quoted."""

    name: str = told("The model of TIAOWEN_LLM_MODEL.", "qwen3-8b")
    fault: str | None = told(
        "What is wrong with its endpoint by the check of the last minute, or null.", None
    )
    worded: int = told("Answers that it worded.", 40)
    fell_back: dict[str, int] = told("Answers quoted instead, by reason.", {"timeout": 1})


class HealthResponse(BaseModel):
    """How this process of the service fares."""

    version: str = told("Version of Tiaowen.", "0.1.0")
    started: str = told("When this process started, ISO time in UTC.", "2026-01-05T08:00:00.000+00:00")
    worker: int = told("Which of the workers answered, from 0.", 0)
    snapshot: str | None = told("Id of the snapshot being served, or null.", SNAPSHOT)
    swapping: bool = told("True while a newer snapshot is being opened.", False)
    warning: str | None = told("Why a newer snapshot is refused, or null.", None)
    in_flight: int = told("Requests being answered.", 1)
    refused: dict[str, int] = told(
        "Requests refused for want of capacity, by reason.", {"rate": 0, "memory": 0}
    )
    jobs: dict[str, int] = told("Changes of the collection by state.", {"done": 12, "queued": 1})
    resident_bytes: int = told("Resident memory of the process.", 342_000_000)
    model: ModelHealth | None = told("The language model, or null where there is none.", None)
    slow: list[SlowRequest] = told("The newest slow requests of this process.", [])
