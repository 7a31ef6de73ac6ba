"""What makes a snapshot, by name; and whether the configured parts are still the ones that made it."""

from index import dense, lexical
from index.centre import background_digest
from index.configuration import Parts
from index.errors import StaleSnapshotError
from index.snapshot import Manifest
from index.windows import WINDOWS

CONTEXT = "bm25:title+headings+open-lead-in dense:open-lead-in"
"""What each side sees of a clause besides its text (`index.clause_texts`)."""

SPLITTER = "structure-6"
"""Raise when the structure pass gives other clauses, facts or references, so that older snapshots are rebuilt."""


def fingerprints(parts: Parts, splitter: str) -> dict[str, str]:
    """The fields of a manifest that say what made it."""
    return {
        "splitter": splitter,
        "tokenizer": parts.tokenizer.fingerprint,
        "recipe": f"{lexical.PARAMETERS} {dense.PARAMETERS} {CONTEXT} {WINDOWS} background-{background_digest()}",
        "embedder": parts.embedder.fingerprint,
    }


def check_current(manifest: Manifest, parts: Parts, splitter: str = SPLITTER) -> None:
    """Raise StaleSnapshotError if the snapshot was built by other parts than the configured ones."""
    for part, fingerprint in fingerprints(parts, splitter).items():
        if getattr(manifest, part) != fingerprint:
            raise StaleSnapshotError(
                f"snapshot {manifest.id} was built with the {part} {getattr(manifest, part)!r}, "
                f"now configured is {fingerprint!r}; run `tiaowen index` to rebuild it from its own documents"
            )
