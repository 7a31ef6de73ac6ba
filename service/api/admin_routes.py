"""The API's routes for administrators: how the service fares."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from service.api import admin_schema, examples
from service.jobs.journal import Journal
from service.live import Live
from service.middleware.logs import SlowLog
from service.middleware.metrics import resident_bytes
from service.middleware.traffic import Load
from service.model_state import ModelState
from service.problems import Problem

_UNKNOWN = Problem(
    422, "unknown_parameter", "there is no parameter 'verbose'; /docs lists those that exist", "verbose"
)


@dataclass(frozen=True, slots=True)
class Health:
    """What the routes tell beside the index."""

    slow: SlowLog = field(default_factory=lambda: SlowLog(500, False))
    worker: int = 0
    version: str = "0"
    started: float = field(default_factory=time.time)
    model: ModelState = field(default_factory=ModelState)


class NoQuery(BaseModel):
    """No parameters."""

    model_config = ConfigDict(extra="forbid")


def admin_routes(live: Live, health: Health, load: Load) -> APIRouter:
    """Where keys are needed these need one with the scope admin."""
    api = APIRouter()
    answers: dict[str, Any] = {"responses": examples.documented(_UNKNOWN)}

    @api.get("/admin/health", summary="How the service fares", tags=["admin"],
             response_model=admin_schema.HealthResponse, **answers)  # fmt: skip
    def admin_health(query: Annotated[NoQuery, Query()]) -> Response:
        """Tell what is served, what is under way, what was refused, and the newest slow requests."""
        told = health_told(live, health, load)
        return Response(told.model_dump_json(), media_type="application/json")

    return api


def health_told(live: Live, health: Health, load: Load) -> admin_schema.HealthResponse:
    """How the service fares now."""
    manifest = live.manifest
    return admin_schema.HealthResponse(
        version=health.version, started=iso_time(health.started), worker=health.worker,
        snapshot=manifest.id if manifest else None, swapping=live.opening, warning=live.warning or None,
        in_flight=load.in_flight, refused=dict(load.refused), jobs=Journal(live.parts.store.path).counts(),
        resident_bytes=resident_bytes(), model=_model_told(health.model),
        slow=[admin_schema.SlowRequest(
            time=iso_time(s.time), request_id=s.request_id, route=s.route, milliseconds=s.milliseconds,
            stages=s.stages, question=s.question or None,
        ) for s in health.slow.newest()],
    )  # fmt: skip


def _model_told(model: ModelState) -> admin_schema.ModelHealth | None:
    if not model.name:
        return None
    return admin_schema.ModelHealth(
        name=model.name, fault=model.fault or None, worded=model.worded, fell_back=dict(model.fell_back)
    )


def iso_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
