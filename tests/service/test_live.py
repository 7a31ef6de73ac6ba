"""Snapshots come and go under a running service."""

import gc
import logging
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.embed import HashEmbedder
from index.plan import plan_source
from index.snapshot import Store
from index.structure.split import paragraphs_of
from service.app import create_app
from service.live import Live


def source(name: str, text: str) -> Source:
    return Source(name, "txt", text, paragraphs_of(text))


def live_over(parts: Parts) -> tuple[Live, TestClient]:
    live = Live(parts, follow_seconds=0.0, patience_seconds=10.0)
    return live, TestClient(create_app(live))


def snapshot_of(client: TestClient) -> str:
    response = client.get("/v1/search", params={"q": "科技创新"})
    assert response.status_code == 200, response.text
    return str(response.json()["snapshot"])


def damage(parts: Parts, snapshot: str) -> None:
    (parts.store.path / "snapshots" / snapshot / "dense" / "vectors.faiss").write_bytes(b"tampered")


def test_an_empty_store_is_not_ready_but_alive(parts: Parts) -> None:
    _, client = live_over(parts)
    for path in ("/v1/readyz", "/v1/search?q=a", "/v1/documents"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "nothing_published"
        assert "tiaowen index" in response.json()["error"]["message"]
    assert client.get("/healthz").status_code == 200


def test_a_service_started_before_anything_is_published_becomes_ready(parts: Parts) -> None:
    _, client = live_over(parts)
    assert client.get("/readyz").status_code == 503
    build([plan_source()], parts)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["documents"], answer.json()["clauses"]) == (1, 25)
    assert (answer.json()["embedder"], answer.json()["warning"]) == ("hash-64", None)


def test_start_indexes_the_bundled_plan_into_an_empty_store(parts: Parts) -> None:
    stages: list[str] = []
    live = Live(parts)
    assert live.start(lambda stage, done, total: stages.append(stage)).manifest.clauses == 25
    assert "embed" in stages


@pytest.mark.parametrize("spoil", ["delete", "tamper", "manifest"])
def test_a_damaged_store_is_503_with_the_next_step(parts: Parts, spoil: str) -> None:
    folder = parts.store.path / "snapshots" / build([plan_source()], parts).manifest.id
    if spoil == "delete":
        shutil.rmtree(folder / "lexical")
    else:
        (folder / {"tamper": "catalogue.sqlite", "manifest": "manifest.json"}[spoil]).write_bytes(b"{")
    _, client = live_over(parts)
    for path in ("/v1/readyz", "/v1/search?q=a"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "store_unavailable"
        assert "tiaowen index --replace" in response.json()["error"]["message"]


def test_a_newly_published_snapshot_answers_the_next_request(parts: Parts, hostile: Source) -> None:
    first = build([plan_source()], parts).manifest.id
    _, client = live_over(parts)
    assert snapshot_of(client) == first
    second = build([hostile], parts).manifest.id
    assert snapshot_of(client) == second != first
    assert client.get("/v1/documents").json()["total"] == 2


def test_a_damaged_new_snapshot_is_refused_once_and_the_old_one_served_on(
    parts: Parts, caplog: pytest.LogCaptureFixture, hostile: Source
) -> None:
    first = build([plan_source()], parts).manifest.id
    live, client = live_over(parts)
    live.start()
    second = build([hostile], parts).manifest.id
    damage(parts, second)
    with caplog.at_level(logging.ERROR, "service.live"):
        assert [snapshot_of(client) for _ in range(5)] == [first] * 5
    assert [r.name for r in caplog.records if r.levelno >= logging.ERROR] == ["service.live"]
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["snapshot"]) == (200, first)
    assert f"snapshot {second}" in ready.json()["warning"]

    third = build(
        [plan_source(), source("c.txt", "某办法\n\n第一条 数据安全。\n")], parts, keep=False
    ).manifest.id
    assert snapshot_of(client) == third
    assert client.get("/readyz").json()["warning"] is None


def test_a_snapshot_of_another_model_is_refused_and_the_old_one_served_on(parts: Parts) -> None:
    first = build([plan_source()], parts).manifest.id
    live, client = live_over(parts)
    live.start()
    build([], Parts(parts.store, parts.tokenizer, HashEmbedder(32)))
    assert snapshot_of(client) == first
    assert "hash-32" in client.get("/readyz").json()["warning"]


@pytest.mark.parametrize("content", [None, "", "nonsense", "../../etc"])
def test_a_lost_or_nonsensical_current_changes_nothing(parts: Parts, content: str | None) -> None:
    first = build([plan_source()], parts).manifest.id
    live, client = live_over(parts)
    live.start()
    assert snapshot_of(client) == first
    current = parts.store.path / "CURRENT"
    current.unlink() if content is None else current.write_text(content)
    assert snapshot_of(client) == first
    assert client.get("/readyz").json()["warning"]
    current.write_text(first)
    assert snapshot_of(client) == first
    assert client.get("/readyz").json()["warning"] is None


def test_nobody_waits_for_a_slow_snapshot_and_the_old_one_answers_meanwhile(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, hostile: Source
) -> None:
    first = build([plan_source()], parts).manifest.id
    live = Live(parts, follow_seconds=0.0, patience_seconds=0.05)
    live.start()
    client = TestClient(create_app(live))
    second = build([hostile], parts).manifest.id
    gate = threading.Event()
    verified = Store.verified
    monkeypatch.setattr(
        Store, "verified", lambda store, snapshot: (gate.wait(10), verified(store, snapshot))[1]
    )
    before = time.monotonic()
    assert snapshot_of(client) == first
    assert time.monotonic() - before < 5
    gate.set()
    assert _eventually(lambda: snapshot_of(client) == second)


def test_a_request_keeps_its_snapshot_while_another_is_published(parts: Parts, hostile: Source) -> None:
    build([plan_source()], parts)
    live, client = live_over(parts)
    live.start()
    held = live.serving()
    build([hostile], parts, keep=False)
    assert client.get("/v1/documents").json()["documents"][0]["source"] == "hostile.txt"
    assert [d.source for d in held.searcher.index.catalogue.documents()] == ["plan.txt"]
    assert held.searcher.search("科技创新").snapshot == held.manifest.id


def test_swaps_under_load_neither_drop_nor_mix_a_request(
    parts: Parts, hostile: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer is from one snapshot: its clauses and their documents are those of the snapshot it names."""
    plan, other = (
        plan_source(),
        source("b.txt", "某市数据条例\n\n第一条 科技创新。\n\n第二条 本条例自发布之日起施行。\n"),
    )
    manifests = [build([plan], parts).manifest]
    live, client = live_over(parts)
    live.start()
    seen: list[tuple[str, int, int]] = []
    failures: list[str] = []
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            question = {"question": "科技创新 施行", "top_k": 100, "mode": "dense"}
            response = client.post("/v1/search", json=question)
            if response.status_code != 200:
                failures.append(response.text)
                continue
            answer = response.json()
            documents = {r["citation"]["document_id"] for r in answer["results"]}
            seen.append((answer["snapshot"], len(answer["results"]), len(documents)))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for sources in ([other], [plan, hostile], [other], [plan]):
        manifests.append(build(sources, parts, keep=False).manifest)
        assert _eventually(lambda: bool(seen) and seen[-1][0] == manifests[-1].id)

    point_to = (
        Store.point_to
    )  # damaged before it is published: no request can be quick enough to open it whole
    monkeypatch.setattr(Store, "point_to", lambda store, name: (damage(parts, name), point_to(store, name)))
    damaged = build([hostile, other], parts, keep=False).manifest.id
    assert _eventually(lambda: damaged in live.warning)
    before = len(seen)
    assert _eventually(lambda: len(seen) > before + 20)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {snapshot for snapshot, _, _ in seen[before:]} == {manifests[-1].id}
    expected = {m.id: (m.clauses, m.documents) for m in manifests}
    assert len({snapshot for snapshot, _, _ in seen}) == 3
    for snapshot, clauses, documents in seen:
        assert (clauses, documents) == expected[snapshot]


def _eventually(check: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.01)
    return False


def test_current_is_not_looked_at_more_often_than_asked(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([plan_source()], parts)
    live = Live(parts, follow_seconds=60.0)
    live.start()
    live.serving()
    looked: list[Path] = []
    monkeypatch.setattr(live, "_state", lambda: looked.append(parts.store.path))
    for _ in range(100):
        live.serving()
    assert looked == []


def open_files(name: str) -> int:
    """Handles of this process on files of that name."""
    return sum(
        link.exists() and link.readlink().name.startswith(name) for link in Path("/proc/self/fd").iterdir()
    )


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files as Linux tells them")
def test_a_snapshot_that_was_swapped_out_is_closed_at_once_for_every_thread(parts: Parts) -> None:
    live, _ = live_over(parts)
    snapshots = [
        build([plan_source()], parts).manifest.id,
        build(
            [source("a.txt", "档案管理办法\n\n第一条 为了规范档案管理，制定本办法。\n")], parts
        ).manifest.id,
    ]

    def use(_: int) -> None:
        serving = live.serving()
        serving.answerer.answer("到2025年研发投入要占多少")
        serving.searcher.search("funding of innovation")

    gc.collect()
    gc.disable()  # what is only closed once Python looks for circles piles up between
    before = open_files("catalogue.sqlite"), open_files("pieces.sqlite")
    try:
        with ThreadPoolExecutor(4) as threads:
            for swap in range(8):
                parts.store.point_to(snapshots[swap % 2])
                assert live.serving().manifest.id == snapshots[swap % 2]
                list(threads.map(use, range(4)))
            held = open_files("catalogue.sqlite") - before[0], open_files("pieces.sqlite") - before[1]
    finally:
        gc.enable()
    assert 0 < held[0] <= 6  # four threads, this one, and the one that reads the addresses
    assert 0 < held[1] <= 3 * 6  # each with its journal and the memory that connections share
