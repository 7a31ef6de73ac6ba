"""Settings → the parts that surround the application: keys, limits, metrics, logs, traces, jobs. Wired here only."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.configuration import Parts
from service.api.admin_routes import Health
from service.jobs.journal import Journal
from service.jobs.preparing import Preparer
from service.jobs.runner import Runner
from service.jobs.sandbox import ReadLimits
from service.live import Live
from service.middleware.exchange import Observer
from service.middleware.guard import is_loopback
from service.middleware.keys import KeyStore
from service.middleware.logs import RequestLog, SlowLog
from service.middleware.metrics import Metrics, Shared
from service.middleware.traffic import Limits, Load
from service.model_state import ModelState
from service.operations import Operations
from service.settings import Settings

SHARED_METRICS_SECONDS = 5.0
_METRICS = "tiaowen-metrics-"


@dataclass(frozen=True, slots=True)
class Place:
    """Which of how many workers a process is."""

    worker: int = 0
    workers: int = 1
    metrics: Path | None = None
    """Folder in which the workers tell each other their figures."""


@dataclass(frozen=True, slots=True)
class Wired:
    """What a process runs beside the web server."""

    operations: Operations
    runner: Runner
    preparer: Preparer
    close: Callable[[], None]


def wired(
    settings: Settings, live: Live, parts: Callable[[], Parts], version: str, place: Place = Place()
) -> Wired:
    """Make everything; runner and preparer are not started yet. `parts` opens the index's parts in a child process.

    Raises TiaowenError.
    """
    journal, load = Journal(settings.store), Load()
    slow = SlowLog(settings.slow_ms, settings.log_questions)
    observers: list[Observer] = [slow.observe, RequestLog(settings.log_questions).observe]
    text: Callable[[], bytes] | None = None
    ended = threading.Event()
    if settings.metrics:
        metrics = Metrics(live, journal, load)
        observers.append(metrics.observe)
        text = metrics.text
        if place.metrics is not None:
            shared = Shared(metrics, place.metrics, place.worker)
            text = shared.text
            threading.Thread(
                target=_write_often, args=(shared, ended), name="tiaowen-metrics", daemon=True
            ).start()
    close_traces: Callable[[], None] = lambda: None  # noqa: E731
    if settings.otel_endpoint:
        from service.middleware.traces import Traces

        traces = Traces(settings.otel_endpoint)
        observers.append(traces.observe)
        close_traces = traces.close
    model = ModelState(settings.endpoint())
    model.watch(ended)
    preparer = Preparer(live, parts)
    limits = ReadLimits(settings.read_mb << 20, settings.read_seconds)
    runner = Runner(journal, parts, limits, live.follow, keep_originals=settings.keep_originals)

    def close() -> None:
        ended.set()
        runner.stop()
        preparer.stop()
        close_traces()

    operations = Operations(
        max_upload_bytes=settings.upload_mb << 20,
        most_queued=settings.jobs_queued,
        job_queued=runner.wake,
        keys=KeyStore(settings.store) if keys_needed(settings) else None,
        limits=Limits(
            settings.in_flight, settings.client_in_flight, settings.rate / place.workers, settings.request_seconds,
            settings.min_free_mb << 20,
        ),
        load=load,
        origins=settings.cors,
        observers=tuple(observers),
        metrics=text,
        endpoint=settings.endpoint(),
        health=Health(slow, place.worker, version, model=model),
    )  # fmt: skip
    return Wired(operations, runner, preparer, close)


def keys_needed(settings: Settings) -> bool:
    """Off on loopback and on elsewhere, unless the setting says it."""
    return settings.keys == "on" or (settings.keys == "auto" and not is_loopback(settings.host))


def metrics_folder() -> "tempfile.TemporaryDirectory[str]":
    """Named by its process: what killed ones left is removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_METRICS}*-*"):
        owner = left.name.removeprefix(_METRICS).partition("-")[0]
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{_METRICS}{os.getpid()}-")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True


def _write_often(shared: Shared, ended: threading.Event) -> None:
    while not ended.wait(SHARED_METRICS_SECONDS):
        shared.write()
