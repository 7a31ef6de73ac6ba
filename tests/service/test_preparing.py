"""The service prepares the answers of what it serves, beside questions and only once."""

import sys
import time
from functools import partial
from pathlib import Path

from index.build import build
from index.configuration import Parts
from index.plan import plan_source
from retriever.answers.kept import kept_in
from service.jobs.preparing import Preparer
from service.live import Live

sys.path.insert(0, str(Path(__file__).parent))  # a spawned child inherits it

from hashed import hashed_parts


def test_a_served_snapshot_is_prepared_by_a_child_and_not_looked_at_again(parts: Parts) -> None:
    build([plan_source()], parts)
    live = Live(parts)
    snapshot = live.start().manifest.id
    kept = kept_in(parts.store.path, parts.embedder.pieces_fingerprint)
    preparer = Preparer(live, partial(hashed_parts, parts.store.path), poll_seconds=0.05)
    preparer.start()
    try:
        assert not kept.prepared(snapshot)
        deadline = time.monotonic() + 60
        while preparer.done != snapshot and time.monotonic() < deadline:
            time.sleep(0.05)
        assert kept.prepared(snapshot)
        assert preparer.done == snapshot
    finally:
        preparer.stop()


def test_stopping_while_a_child_prepares_ends_it_soon(parts: Parts) -> None:
    build([plan_source()], parts)
    live = Live(parts)
    live.start()
    preparer = Preparer(live, partial(hashed_parts, parts.store.path), poll_seconds=0.0)
    preparer.start()
    time.sleep(0.1)
    began = time.monotonic()
    preparer.stop()
    assert time.monotonic() - began < 20
    assert not preparer.running
