"""The JSON of the snapshots that a store keeps."""

from pydantic import BaseModel

from service.api.schema import SNAPSHOT, told


class KeptSnapshot(BaseModel):
    """A snapshot in the store."""

    id: str = told("Its id.", SNAPSHOT)
    made: str = told("When it was made, ISO time in UTC.", "2026-01-05T08:30:00.120+00:00")
    published: bool = told("True for the one that CURRENT names.", True)
    served: bool = told("True for the one that answers now.", True)


class SnapshotsResponse(BaseModel):
    """The snapshots kept, newest first."""

    snapshots: list[KeptSnapshot] = told("Newest first.")
