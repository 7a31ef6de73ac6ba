"""`GET /admin/snapshots` and `POST /admin/snapshots/{snapshot}/publish`: what is kept, and the way back."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from index.errors import NothingPublishedError
from index.fingerprints import check_current
from retriever.open import parts_of
from service.api import examples
from service.api.admin_routes import NoQuery, iso_time
from service.api.schema import SNAPSHOT
from service.api.snapshots_schema import KeptSnapshot, SnapshotsResponse
from service.live import Live
from service.problems import Problem, Refused

_UNKNOWN = Problem(
    422, "unknown_parameter", "there is no parameter 'verbose'; /docs lists those that exist", "verbose"
)


def _gone(snapshot: str) -> Problem:
    return Problem(404, "snapshot_not_found", f"no snapshot {snapshot!r} is kept; GET /v1/admin/snapshots lists them",
                   "snapshot")  # fmt: skip


def snapshots_routes(live: Live) -> APIRouter:
    """Where keys are needed these need one with the scope admin."""
    api = APIRouter()
    shared: dict[str, Any] = {"tags": ["admin"], "response_model": SnapshotsResponse}

    @api.get("/admin/snapshots", summary="List snapshots", responses=examples.documented(_UNKNOWN), **shared)
    def list_snapshots(query: Annotated[NoQuery, Query()]) -> Response:
        """Tell the snapshots that the store keeps."""
        return Response(
            SnapshotsResponse(snapshots=kept(live)).model_dump_json(), media_type="application/json"
        )

    @api.post("/admin/snapshots/{snapshot}/publish", summary="Go back to a snapshot",
              responses=examples.documented(_gone("none"), _UNKNOWN), **shared)  # fmt: skip
    def publish_snapshot(
        snapshot: Annotated[str, Path(description="Id of a kept snapshot.", examples=[SNAPSHOT])],
        query: Annotated[NoQuery, Query()],
    ) -> Response:
        """Publish a kept snapshot again, once every file of it was checked; documents added since are not in it."""
        go_back(live, snapshot)
        return Response(
            SnapshotsResponse(snapshots=kept(live)).model_dump_json(), media_type="application/json"
        )

    return api


def go_back(live: Live, snapshot: str) -> None:
    """Publish a kept snapshot again. Raises Refused or StoreError."""
    store = live.parts.store
    if snapshot not in store.snapshots():
        raise Refused(_gone(snapshot))
    manifest, _ = store.verified(snapshot)
    check_current(manifest, parts_of(live.parts, snapshot))
    with store.writing():
        store.point_to(snapshot)
    live.follow()


def kept(live: Live) -> list[KeptSnapshot]:
    """Newest first."""
    store, serving = live.parts.store, live.manifest
    try:
        current = store.current()
    except NothingPublishedError:
        current = ""
    told = []
    for snapshot in reversed(store.snapshots()):
        try:
            made = (store.path / "snapshots" / snapshot / "manifest.json").stat().st_mtime
        except OSError:  # cleared away meanwhile
            continue
        told.append(KeptSnapshot(id=snapshot, made=iso_time(made), published=snapshot == current,
                                 served=serving is not None and serving.id == snapshot))  # fmt: skip
    return told
