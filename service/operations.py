"""How the application is run: what surrounds questions and answers, wired in service/server.py."""

from collections.abc import Callable
from dataclasses import dataclass, field

from retriever.generate.endpoint import Endpoint
from service.api.admin_routes import Health
from service.middleware.edge import MAX_UPLOAD_BYTES
from service.middleware.exchange import Observer
from service.middleware.keys import KeyStore
from service.middleware.traffic import Limits, Load


@dataclass(frozen=True, slots=True)
class Operations:
    """The defaults suit tests and one user on one machine."""

    max_upload_bytes: int = MAX_UPLOAD_BYTES
    most_queued: int = 100
    """Changes of the collection that may wait."""
    job_queued: Callable[[], object] = lambda: None
    """Told of every new job."""
    keys: KeyStore | None = None
    """Whose keys are asked for; None lets everybody in."""
    limits: Limits = field(default_factory=Limits)
    load: Load = field(default_factory=Load)
    origins: tuple[str, ...] = ()
    """Other sites whose pages may use the API."""
    observers: tuple[Observer, ...] = ()
    """Told of every request that was answered."""
    metrics: Callable[[], bytes] | None = None
    """What GET /metrics answers; None does not serve it."""
    endpoint: Endpoint | None = None
    """The language model that words answers."""
    health: Health = field(default_factory=Health)
