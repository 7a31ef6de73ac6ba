"""Requests, searches, jobs and the process → Prometheus text at /metrics, over all workers of a service."""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from starlette.responses import Response

from service.jobs.journal import Journal
from service.middleware.exchange import Exchange
from service.middleware.traffic import Load

if TYPE_CHECKING:
    from service.live import Live

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.0)
OF_STORE = frozenset(("tiaowen_jobs",))
"""What all workers share; told once."""
STALE_SECONDS = 15.0
"""What a worker wrote down longer ago is that of a dead one."""


class Metrics:
    """The figures of one process. Its own registry: nothing is shared by accident."""

    def __init__(self, live: "Live", journal: Journal, load: Load) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "tiaowen_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self._latency = Histogram(
            "tiaowen_request_seconds", "Time to the end of the answer.", ["route"], buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._stages = Histogram(
            "tiaowen_stage_seconds", "Time of each step of a search.", ["stage"], buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.registry.register(_State(live, journal, load))

    def observe(self, exchange: Exchange) -> None:
        self._requests.labels(exchange.method, exchange.route, str(exchange.status)).inc()
        self._latency.labels(exchange.route).observe(exchange.seconds)
        for stage, milliseconds in exchange.notes.stages.items():
            self._stages.labels(stage).observe(milliseconds / 1e3)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _State(Collector):
    """What is read when somebody asks."""

    def __init__(self, live: "Live", journal: Journal, load: Load) -> None:
        self._live, self._journal, self._load = live, journal, load

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        manifest = self._live.manifest
        yield _gauge("tiaowen_ready", "1 if questions are answered.", float(manifest is not None))
        if manifest is not None:
            snapshot = GaugeMetricFamily("tiaowen_snapshot", "The snapshot being served.", labels=["id"])
            snapshot.add_metric([manifest.id], 1)
            yield snapshot
            yield _gauge("tiaowen_documents", "Documents in it.", manifest.documents)
            yield _gauge("tiaowen_clauses", "Clauses in it.", manifest.clauses)
        yield _counter("tiaowen_swaps", "Snapshots opened.", self._live.swaps)
        yield _counter("tiaowen_refused_snapshots", "Snapshots that could not be opened.", self._live.refused)
        yield _gauge("tiaowen_in_flight", "Requests being answered.", self._load.in_flight)
        refused = CounterMetricFamily(
            "tiaowen_refused", "Requests refused for want of capacity.", labels=["reason"]
        )
        for reason, number in self._load.refused.items():
            refused.add_metric([reason], number)
        yield refused
        with suppress(Exception):  # figures of the process matter most when the store is broken
            counts = self._journal.counts()
            jobs = GaugeMetricFamily("tiaowen_jobs", "Changes of the collection by state.", labels=["state"])
            for state in ("queued", "running", "done", "failed"):
                jobs.add_metric([state], counts.get(state, 0))
            yield jobs
        yield _gauge("tiaowen_resident_bytes", "Resident memory of the process.", resident_bytes())


def metrics_route(text: Callable[[], bytes]) -> APIRouter:
    """GET /metrics."""
    router = APIRouter()

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(text(), media_type=CONTENT_TYPE)

    return router


class Shared:
    """The figures of several workers as one: each writes its own down, whoever is asked adds the others'.

    Samples get the label `worker`, but for those of the store.
    """

    def __init__(self, metrics: Metrics, folder: Path, worker: int) -> None:
        self._metrics, self._folder, self._worker = metrics, folder, worker

    def write(self) -> None:
        """Write this worker's figures down for the others."""
        aside = self._folder / f".{self._worker}.new"
        aside.write_bytes(self._metrics.text())
        aside.replace(self._folder / f"{self._worker}.prom")

    def text(self) -> bytes:
        """Those of every worker that lives."""
        self.write()
        families: dict[str, Metric] = {}
        for path in sorted(self._folder.glob("*.prom")):
            with suppress(OSError, ValueError):
                if time.time() - path.stat().st_mtime > STALE_SECONDS:
                    continue
                own = path.stem == str(self._worker)
                for family in text_string_to_metric_families(path.read_text(encoding="utf-8")):
                    of_store = family.name in OF_STORE
                    if of_store and not own:
                        continue
                    merged = families.setdefault(
                        family.name, Metric(family.name, family.documentation, family.type)
                    )
                    for sample in family.samples:
                        labels = sample.labels if of_store else {**sample.labels, "worker": path.stem}
                        merged.add_sample(sample.name, labels, sample.value)
        registry = CollectorRegistry()
        registry.register(_Given(list(families.values())))
        return generate_latest(registry)


class _Given(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        return self._families


def resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value)


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value)
