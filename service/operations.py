"""How the application is run: what surrounds questions and answers, wired in service/server.py."""

from collections.abc import Callable
from dataclasses import dataclass

from service.edge import MAX_UPLOAD_BYTES
from service.keys import KeyStore


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


PLAIN = Operations()
