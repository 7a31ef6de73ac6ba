"""Documents over HTTP: uploads become jobs, jobs become snapshots, and a hostile file harms nobody else."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Parts
from index.document import Fact, FactOrigin, Paragraph, Source
from index.errors import StoreError
from index.plan import plan_source
from index.snapshot import Store
from retriever.open import open_or_build
from service.app import create_app
from service.jobs import runner as working
from service.jobs import sandbox, uploads
from service.jobs.journal import ATTEMPTS_TOGETHER, MAX_ATTEMPTS, Journal, QueueFullError, new_job_id
from service.jobs.runner import Runner
from service.jobs.sandbox import ReadLimits, dumped, loaded
from service.live import Live
from service.operations import Operations

sys.path.insert(0, str(Path(__file__).parent))  # a spawned child inherits it

from hashed import hashed_parts, killed_parts

PLAN = "国科发区〔2020〕187号"
RULES = "某市数据管理办法\n\n第一条 为了管理数据，制定本办法。\n\n第二条 本办法自发布之日起施行。\n"
FINISHED = ("done", "failed")


class Service:
    """A live index over a store with the plan, a runner, and a client."""

    def __init__(self, parts: Parts, opener: Callable[[Path], Parts] = hashed_parts) -> None:
        self.store = parts.store.path
        self.live = Live(parts, follow_seconds=0.0, patience_seconds=10.0)
        self.journal = Journal(self.store)
        self.runner = Runner(
            self.journal, partial(opener, self.store), ReadLimits(2 << 30, 20), self.live.follow
        )
        self.client = TestClient(create_app(self.live, Operations(job_queued=self.runner.wake)))

    def finished(self, response: Any) -> dict[str, Any]:
        assert response.status_code == 202, response.text
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.client.get(response.headers["Location"]).json()
            if job["state"] in FINISHED:
                return job
            time.sleep(0.02)
        raise AssertionError(job)

    def add(self, name: str, text: str | bytes, **form: str) -> dict[str, Any]:
        content = text.encode() if isinstance(text, str) else text
        return self.finished(self.client.post("/v1/documents", files={"file": (name, content)}, data=form))

    def ids(self) -> list[str]:
        return sorted(d["id"] for d in self.client.get("/v1/documents").json()["documents"])


@pytest.fixture
def service(parts: Parts) -> Iterator[Service]:
    build([plan_source()], parts)
    service = Service(parts)
    service.runner.start()
    yield service
    service.runner.stop()


def test_an_uploaded_document_is_found_replaced_and_deleted(service: Service) -> None:
    job = service.add("办法.txt", RULES)
    assert (job["state"], job["problems"], job["documents"]) == ("done", [], ["某市数据管理办法"])
    found = service.client.post("/v1/search", json={"question": "管理数据", "mode": "bm25"}).json()
    assert found["snapshot"] == job["snapshot"]
    assert found["results"][0]["citation"]["document_id"] == "某市数据管理办法"

    answer = service.client.put(
        "/v1/documents/某市数据管理办法", files={"file": ("新.txt", RULES.replace("数据", "档案").encode())}
    )
    job = service.finished(answer)
    assert (job["kind"], job["target"], job["documents"]) == (
        "replace",
        "某市数据管理办法",
        ["某市档案管理办法"],
    )
    assert service.ids() == [PLAN, "某市档案管理办法"]

    job = service.finished(service.client.delete("/v1/documents/某市档案管理办法"))
    assert (job["state"], service.ids()) == ("done", [PLAN])
    assert service.client.delete("/v1/documents/某市档案管理办法").status_code == 404
    assert not list((service.store / "uploads").iterdir())
    assert [j["kind"] for j in service.client.get("/v1/jobs").json()["jobs"]] == ["delete", "replace", "add"]


def test_files_that_cannot_be_read_are_named_and_the_others_indexed(service: Service) -> None:
    files = [
        ("file", ("好.txt", RULES.encode())), ("file", ("空.txt", b"")), ("file", ("坏.pdf", b"%PDF-1.4 broken")),
    ]  # fmt: skip
    job = service.finished(service.client.post("/v1/documents", files=files))
    assert (job["state"], job["documents"]) == ("done", ["某市数据管理办法"])
    assert [p["file"] for p in job["problems"]] == ["空.txt", "坏.pdf"]
    before = service.ids()
    job = service.add("空.txt", "")
    assert (job["state"], job["snapshot"]) == ("failed", None)
    assert "nothing was changed" in job["message"]
    assert service.ids() == before


def test_facts_given_with_a_file_become_those_of_the_document(service: Service) -> None:
    service.add("办法.txt", RULES, facts=json.dumps({"issuer": "某市人民政府", "published": "2024-05-01"}))
    facts = service.client.get("/v1/documents/某市数据管理办法").json()["facts"]
    assert (facts["issuer"], facts["published"]) == ("某市人民政府", "2024-05-01")
    assert {fact["name"] for fact in service.client.get("/v1/documents/某市数据管理办法").json()["known"]
            if fact["origin"] == "given"} == {"issuer", "published"}  # fmt: skip


def test_a_source_comes_out_of_the_child_as_it_went_in() -> None:
    given = (Fact("number", "某发〔2020〕1号", origin=FactOrigin.GIVEN),)
    source = Source(
        "a.txt", "txt", "某规定\n甲。\n", (Paragraph(0, 3), Paragraph(4, 6)), {"title": "甲"}, ("x",), given
    )
    for one in (source, replace(source, overrides=())):
        assert repr(loaded(dumped(one))) == repr(one)


@pytest.mark.parametrize(
    ("facts", "field"),
    [('{"published": "1. Mai"}', "facts.published"), ('{"colour": "red"}', "facts.colour"), ("[]", "facts"),
     ("nonsense", "facts")],
)  # fmt: skip
def test_facts_that_are_none_are_refused(service: Service, facts: str, field: str) -> None:
    response = service.client.post("/v1/documents", files={"file": ("a.txt", b"a")}, data={"facts": facts})
    assert response.status_code in (400, 422)
    if response.status_code == 422:
        assert response.json()["error"]["field"] == field
    assert service.journal.recent(1) == []


def test_the_last_document_can_be_deleted_and_the_empty_collection_says_so(
    service: Service, parts: Parts
) -> None:
    job = service.finished(service.client.delete(f"/v1/documents/{PLAN}"))
    assert (job["state"], service.ids()) == ("done", [])
    ask, browser = service.client, {"Accept": "text/html"}
    for mode in ("hybrid", "bm25", "dense"):
        found = ask.get("/v1/search", params={"q": "行动方案第一条的人才政策", "mode": mode})
        assert (found.status_code, found.json()["total"], found.json()["results"]) == (200, 0, [])
    answer = ask.post("/v1/ask", json={"question": "人才", "context": {"question": "资金"}}).json()
    assert (answer["abstained"], answer["nearest"]) == (True, [])
    assert answer["message"]["en"].startswith("No document is indexed yet.")
    assert '"abstained":true' in ask.post("/v1/ask/stream", json={"question": "人才"}).text
    (check,) = ask.post("/v1/verify", json={"text": "依据《行动方案》第三条。"}).json()["checks"]
    assert check["status"] == "not_indexed"
    assert ask.get("/v1/facets").json()["total"] == 0
    assert ask.get("/v1/search", params={"q": "人才", "kind": "方案"}).status_code == 404
    assert ask.get("/v1/readyz").json()["documents"] == 0
    for path in ("/", "/?q=人才", "/read"):
        assert "还没有收录任何文件" in ask.get(path, headers=browser).text
    assert ask.delete(f"/v1/documents/{PLAN}").status_code == 404

    assert open_or_build(parts).index.manifest.documents == 0, "a restart does not bring the plan back"
    assert not build([], parts).changed
    assert service.add("办法.txt", "某市档案管理办法\n\n第一条 档案应当保存。\n")["state"] == "done"
    assert service.ids() == ["某市档案管理办法"]
    assert "还没有收录任何文件" not in ask.get("/", headers=browser).text


def test_files_without_a_clause_do_not_empty_a_collection(parts: Parts) -> None:
    with pytest.raises(StoreError, match="none of the files"):
        build([], parts)
    build([plan_source()], parts)
    blank = Source("blank.txt", "txt", " ", ())
    with pytest.raises(StoreError, match="none of the files"):
        build([blank], parts, keep=False)
    assert open_or_build(parts).index.manifest.documents == 1


def test_a_file_that_kills_its_reader_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / f"{name}.txt" for name in ("a", "kill", "spin", "b")]
    for file in files:
        file.write_text(RULES if len(file.stem) == 1 else file.stem, encoding="utf-8")
    monkeypatch.setattr(sandbox, "_read", hostile_read())
    problems = sandbox.read_in_child(files, tmp_path / "out", {}, ReadLimits(2 << 30, 1))
    assert [p.file for p in problems] == ["kill.txt", "spin.txt"]
    assert "signal 9" in problems[0].message
    assert "more than 1 seconds of processor time" in problems[1].message
    assert [loaded(f.read_text()).name for f in sorted((tmp_path / "out").iterdir())] == ["a.txt", "b.txt"]


def hostile_read() -> Callable[..., None]:
    from hostile_reader import read

    return read


def test_a_file_that_needs_more_memory_than_allowed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    file.write_text("第一条 " + "数" * 60_000_000, encoding="utf-8")
    (problem,) = sandbox.read_in_child([file], tmp_path / "out", {}, ReadLimits(400 << 20, 20))
    assert "memory" in problem.message


def test_a_build_that_is_killed_fails_its_job_and_not_the_service(parts: Parts) -> None:
    build([plan_source()], parts)
    service = Service(parts, killed_parts)
    service.runner.start()
    job = service.add("办法.txt", RULES)
    service.runner.stop()
    assert (job["state"], service.ids()) == ("failed", [PLAN])
    assert "the build died (status -9)" in job["message"]


def test_a_job_waits_for_another_writer(service: Service) -> None:
    with Store(service.store).writing():
        answer = service.client.post("/v1/documents", files={"file": ("办法.txt", RULES.encode())})
        deadline = time.monotonic() + 20
        while service.journal.recent(1)[0].stage != "waiting" and time.monotonic() < deadline:
            time.sleep(0.02)
        assert service.client.get(answer.headers["Location"]).json()["state"] == "running"
    assert service.finished(answer)["state"] == "done"


def test_an_interrupted_job_is_taken_up_by_the_next_runner(parts: Parts) -> None:
    build([plan_source()], parts)
    service = Service(parts)
    answer = service.client.post("/v1/documents", files={"file": ("办法.txt", RULES.encode())})
    (taken,) = service.journal.take()
    assert (taken.state, taken.attempts) == ("running", 1)
    service.runner.start()
    assert service.finished(answer)["documents"] == ["某市数据管理办法"]
    service.runner.stop()


def test_uploads_that_wait_together_become_one_snapshot_and_each_knows_its_documents(parts: Parts) -> None:
    build([plan_source()], parts)
    service = Service(parts)
    texts = [RULES.replace("数据", name) for name in ("甲", "乙")] + ["", RULES.replace("数据", "丙")]
    answers = [
        service.client.post("/v1/documents", files={"file": (f"{place}.txt", text.encode())})
        for place, text in enumerate(texts)
    ]
    service.runner.start()
    jobs = [service.finished(answer) for answer in answers]
    service.runner.stop()
    assert [job["state"] for job in jobs] == ["done", "done", "failed", "done"]
    assert [job["documents"] for job in jobs] == [
        ["某市甲管理办法"],
        ["某市乙管理办法"],
        [],
        ["某市丙管理办法"],
    ]
    assert len({job["snapshot"] for job in jobs if job["state"] == "done"}) == 1


def test_a_deletion_done_twice_takes_out_no_other_document(parts: Parts) -> None:
    """Once the first of two of one title is gone, the second takes its id; a repeated deletion must spare it."""
    build([plan_source()], parts)
    service = Service(parts)
    service.runner.start()
    service.add("甲.txt", RULES)
    service.add("乙.txt", RULES.replace("第二条", "第二条 数据应当准确。\n\n第三条"))
    assert service.ids() == [PLAN, "某市数据管理办法", "某市数据管理办法~2"]
    job = service.finished(service.client.delete("/v1/documents/某市数据管理办法"))
    service.runner.stop()
    again = Service(parts)
    again.journal._set(job["id"], state="running")  # it died before it could write down that it was done
    again.runner.start()
    deadline = time.monotonic() + 20
    while again.journal.find(job["id"]).state == "running" and time.monotonic() < deadline:  # type: ignore[union-attr]
        time.sleep(0.02)
    again.runner.stop()
    assert again.ids() == [PLAN, "某市数据管理办法"]
    answer = again.client.get("/v1/documents/某市数据管理办法").json()
    assert answer["facts"]["source"] == "乙.txt"


def test_a_job_that_is_interrupted_for_ever_fails_and_lets_the_next_one_run(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    first, second = (journal.submit(new_job_id(), "add", files=["a.txt"]) for _ in range(2))
    for attempt in range(MAX_ATTEMPTS):
        taken = [job.id for job in journal.take()]
        assert taken == ([first.id, second.id] if attempt <= ATTEMPTS_TOGETHER else [first.id])
    assert [job.id for job in journal.take()] == [second.id]
    ended = journal.find(first.id)
    assert ended is not None
    assert (ended.state, str(MAX_ATTEMPTS) in ended.message) == ("failed", True)


def test_a_full_queue_refuses_and_keeps_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.submit(new_job_id(), "add", most_queued=1)
    with pytest.raises(QueueFullError):
        journal.submit(new_job_id(), "add", most_queued=1)
    assert journal.counts() == {"queued": 1}


def test_names_of_uploads_cannot_leave_their_folder(tmp_path: Path) -> None:
    names = {
        "../../etc/passwd": "passwd", "C:\\文件\\办法.docx": "办法.docx", "/": "upload-1", "": "upload-1",
        "..": "upload-1", ".txt": "txt", "a\x00\nb.pdf": "ab.pdf", "长" * 300 + ".docx": "长" * 58 + ".docx",
    }  # fmt: skip
    assert {name: uploads.clean_name(name, 0) for name in names} == names


def test_a_source_comes_back_from_its_child_as_it_was() -> None:
    source = plan_source()
    assert loaded(dumped(source)) == source


def part(disposition: str, content: str = "x") -> bytes:
    return f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n--b--\r\n".encode()


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=b", b"", 422),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense", 422),
        ("multipart/form-data; boundary=b", b"\x00\xff" * 100, 400),
        ("multipart/form-data; boundary=" + "b" * 9999, b"--", 400),
        ("application/json", b"{}", 400),
        ("text/plain", b"x", 400),
        ("multipart/form-data; boundary=b", part('name="file"'), 422),
        ("multipart/form-data; boundary=b", part('name="fiel"; filename="a.txt"'), 422),
        ("multipart/form-data; boundary=b", part('name="facts"; filename="a.txt"'), 422),
        ("multipart/form-data; boundary=b", part('filename="a.txt"'), 400),
        ("multipart/form-data; boundary=b", part('name="file"; filename="../../\x01.txt"'), 202),
        ("multipart/form-data; boundary=b", part('name="file"; filename=""'), 202),
    ],
)
def test_a_body_that_is_no_form_is_told_so(parts: Parts, kind: str, body: bytes, status: int) -> None:
    service = Service(parts)
    client = TestClient(service.client.app, raise_server_exceptions=False)
    response = client.post("/v1/documents", content=body, headers={"Content-Type": kind})
    assert response.status_code == status, response.text
    kept = [p for p in (service.store / "uploads").rglob("*") if p.is_file()]
    assert len(kept) == (status == 202)
    if status != 202:
        assert set(response.json()["error"]) == {"code", "message", "field", "request_id"}


def test_an_upload_that_never_became_a_job_is_removed_once_it_is_old(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = parts.store.path
    young, old = uploads.folder_of(store, "1" * 32), uploads.folder_of(store, "2" * 32)
    for folder in (young, old):
        (folder / "0").mkdir(parents=True)
        (folder / "0" / "a.txt").write_text("half")
    hour_ago = time.time() - uploads.ORPHAN_SECONDS - 1
    os.utime(old, (hour_ago, hour_ago))
    monkeypatch.setattr(working, "SWEEP_SECONDS", 0.1)
    runner = Runner(Journal(store), partial(hashed_parts, store))
    runner.start()  # there is no journal yet: its first upload was cut off
    try:
        _wait_until_gone(old)
        assert young.exists()
        os.utime(young, (hour_ago, hour_ago))
        _wait_until_gone(young)  # also by a runner that has long been at work
    finally:
        runner.stop()


def _wait_until_gone(folder: Path) -> None:
    deadline = time.monotonic() + 20
    while folder.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
