"""Metrics, logs, slow requests and traces tell what happened, and nothing of what was asked unless that is wanted."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from index.errors import TiaowenError
from service.api.admin_routes import Health
from service.app import create_app
from service.jobs.journal import Journal
from service.live import Live
from service.middleware import logs
from service.middleware.exchange import Exchange, Notes
from service.middleware.logs import RequestLog, SlowLog, start_logging
from service.middleware.metrics import Metrics, Shared
from service.middleware.traffic import Load
from service.operations import Operations

SECRET = "研发投入占比秘密"


def samples(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (s.name, tuple(sorted(s.labels.items()))): s.value
        for family in text_string_to_metric_families(text.decode())
        for s in family.samples
    }


def test_metrics_count_requests_steps_and_what_is_served(plan_live: Live) -> None:
    load = Load()
    metrics = Metrics(plan_live, Journal(plan_live.parts.store.path), load)
    client = TestClient(
        create_app(plan_live, Operations(load=load, observers=(metrics.observe,), metrics=metrics.text))
    )
    for path in (
        "/v1/search?q=" + SECRET,
        "/search?q=a",
        "/v1/documents/nope",
        "/v1/clauses/x%23y",
        "/nope",
        "/read",
    ):
        client.get(path)
    client.head("/healthz")
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert SECRET not in response.text
    seen = samples(response.content)

    def count(method: str, route: str, status: int) -> float:
        labels = (("method", method), ("route", route), ("status", str(status)))
        return seen["tiaowen_requests_total", labels]

    assert count("GET", "/search", 200) == 2
    assert count("GET", "/documents/{document_id}", 404) == 1
    assert count("GET", "/clauses/{address}", 404) == 1
    assert count("GET", "other", 404) == 1
    assert count("GET", "/read", 200) == 1
    assert count("HEAD", "/healthz", 200) == 1
    assert seen["tiaowen_request_seconds_count", (("route", "/search"),)] == 2
    assert seen["tiaowen_stage_seconds_count", (("stage", "dense"),)] == 2
    manifest = plan_live.serving().manifest
    assert seen["tiaowen_snapshot", (("id", manifest.id),)] == 1
    assert seen["tiaowen_clauses", ()] == manifest.clauses
    assert seen["tiaowen_in_flight", ()] == 0
    assert seen["tiaowen_resident_bytes", ()] > 1 << 20
    assert seen["tiaowen_swaps_total", ()] >= 1


def test_the_figures_of_all_workers_are_told_by_whoever_is_asked(plan_live: Live, tmp_path: Path) -> None:
    exchange = Exchange("r", "GET", "/search", 200, 0.0, 0.01, Notes(), "")
    workers = []
    for worker, times in enumerate((1, 2)):
        metrics = Metrics(plan_live, Journal(tmp_path), Load())
        for _ in range(times):
            metrics.observe(exchange)
        workers.append(Shared(metrics, tmp_path, worker))
    workers[1].write()
    seen = samples(workers[0].text())
    for worker, times in (("0", 1), ("1", 2)):
        labels = (("method", "GET"), ("route", "/search"), ("status", "200"), ("worker", worker))
        assert seen["tiaowen_requests_total", labels] == times
    assert workers[0].text().count(b"# TYPE tiaowen_requests_total counter") == 1


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    kept = root.handlers[:], root.level, logs.requests.level
    start_logging("json", stream)
    yield stream
    root.handlers[:], root.level = kept[0], kept[1]
    logs.requests.setLevel(kept[2])


@pytest.mark.parametrize("wanted", [False, True])
def test_a_request_is_one_line_of_json_with_its_question_only_if_wanted(
    plan_live: Live, lines: io.StringIO, wanted: bool
) -> None:
    client = TestClient(create_app(plan_live, Operations(observers=(RequestLog(wanted).observe,))))
    client.get("/v1/search", params={"q": SECRET}, headers={"X-Request-Id": "find-me"})
    client.get("/?q=" + SECRET, headers={"Accept": "text/html"})
    chatty = logging.getLogger("some.library")
    chatty.setLevel(logging.DEBUG)
    chatty.debug("chatter")
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    told = next(line for line in found if line.get("request_id") == "find-me")
    assert (told["route"], told["status"], told["level"]) == ("/search", 200, "info")
    assert 0 < told["stages"]["total"] <= told["milliseconds"]
    assert "chatter" not in lines.getvalue()
    assert (SECRET in lines.getvalue()) == wanted
    assert told.get("question") == (SECRET if wanted else None)


def test_slow_requests_are_remembered_newest_first_without_their_question(plan_live: Live) -> None:
    slow = SlowLog(0.0, with_questions=False, most=2)
    client = TestClient(create_app(plan_live, Operations(observers=(slow.observe,), health=Health(slow))))
    for path in ("/v1/search?q=a", "/v1/documents", f"/v1/search?q={SECRET}"):
        client.get(path)
    told: dict[str, Any] = client.get("/v1/admin/health").json()
    assert [s["route"] for s in told["slow"]] == ["/search", "/documents"]
    assert (told["slow"][0]["question"], SECRET in json.dumps(told)) == (None, False)
    assert told["slow"][0]["stages"]["total"] > 0
    assert (told["in_flight"], told["snapshot"]) == (1, plan_live.serving().manifest.id)


def test_a_request_becomes_a_span_with_its_steps_in_the_clients_trace(plan_live: Live) -> None:
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from service.middleware.traces import Traces

    exporter = InMemorySpanExporter()
    traces = Traces("", exporter)
    client = TestClient(create_app(plan_live, Operations(observers=(traces.observe,))))
    trace = "0af7651916cd43dd8448eb211c80319c"
    client.get("/v1/search", params={"q": SECRET}, headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    traces.close()
    spans = {span.name: span for span in exporter.get_finished_spans()}
    request = spans["GET /search"]
    assert {"dense", "bm25"} < set(spans)
    assert {f"{span.context.trace_id:032x}" for span in spans.values()} == {trace}
    assert request.attributes["http.response.status_code"] == 200
    step = spans["dense"]
    assert request.start_time <= step.start_time <= step.end_time <= request.end_time
    assert SECRET not in str([span.to_json() for span in spans.values()])


def test_traces_without_their_package_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from service.middleware.traces import Traces

    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(TiaowenError, match=r"tiaowen\[otel\]"):
        Traces("http://127.0.0.1:1")


def test_slow_batches_and_answers_are_remembered_with_the_steps_of_all_their_searches(
    plan_live: Live,
) -> None:
    slow = SlowLog(0.0, with_questions=True)
    client = TestClient(create_app(plan_live, Operations(observers=(slow.observe,))))
    searches = [{"question": SECRET}, {"question": "人才"}, {"question": "人才", "kinds": ["法"]}]
    told = client.post("/v1/search/batch", json={"searches": searches}).json()["answers"]
    client.post("/v1/ask/stream", json={"question": "人才"})
    client.post("/v1/ask", json={"question": "人才"})
    ask, stream, batch = slow.newest()
    assert (batch.route, batch.question) == ("/search/batch", f"{SECRET}\n人才\n人才")
    took = [answer["response"]["took"]["total"] for answer in told if answer["response"]]
    assert (len(took), batch.stages["total"]) == (2, pytest.approx(sum(took), abs=0.02))
    assert (stream.question, ask.question) == ("人才", "人才")
    assert stream.stages["read"] > 0
