"""The file a document was read from, as a download: byte for byte, in parts, never as a page of the service."""

import asyncio
import csv
import gc
import hashlib
import io
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.errors import StoreError
from index.local import open_snapshot
from index.plan import plan_source
from index.readers import read_all
from index.snapshot import Store
from index.structure.split import paragraphs_of
from service.api.original_file import Download, part_of
from service.app import create_app
from service.archive.backup import CHECKSUMS, back_up
from service.archive.restore import restore
from service.jobs.journal import Journal
from service.jobs.runner import Runner
from service.live import Live
from service.middleware.keys import KeyStore, Scope
from service.operations import Operations

sys.path.insert(0, str(Path(__file__).parent))  # a spawned child inherits it

from hashed import hashed_parts

PLAN = "国科发区〔2020〕187号"
BROWSER = {"Accept": "text/html"}
BYTES = plan_source(lambda source, content: Source(content.decode("latin-1"), "", "", ())).name.encode(
    "latin-1"
)
SCRIPT = (
    b"<html><head><title>x</title></head><body><script>alert(document.cookie)</script><p>%s</p></body></html>"
)
PAGE = SCRIPT % "某市网页办法</p><p>第一条 为了上网，制定本办法。</p><p>第二条 自发布之日起施行。".encode()


def rules(number: int) -> bytes:
    return f"第{number}号办法\n\n第一条 编号为{number}。\n".encode("gb18030")


def url(document_id: str, rest: str = "original") -> str:
    return f"/v1/documents/{quote(document_id)}/{rest}"


class Service:
    """A live index over a store with the plan, a runner, and a client."""

    def __init__(self, parts: Parts, keep_originals: bool = True) -> None:
        self.store = parts.store
        self.live = Live(parts, follow_seconds=0.0, patience_seconds=10.0)
        self.runner = Runner(Journal(self.store.path), partial(hashed_parts, self.store.path),
                             published=self.live.follow, keep_originals=keep_originals)  # fmt: skip
        self.client = TestClient(create_app(self.live, Operations(job_queued=self.runner.wake)))

    def done(self, response: Any) -> dict[str, Any]:
        assert response.status_code == 202, response.text
        for _ in range(3000):
            job: dict[str, Any] = self.client.get(response.headers["Location"]).json()
            if job["state"] in ("done", "failed"):
                assert job["state"] == "done", job
                return job
            time.sleep(0.02)
        raise AssertionError(job)

    def add(self, *files: tuple[str, bytes]) -> dict[str, Any]:
        return self.done(self.client.post("/v1/documents", files=[("file", file) for file in files]))

    def given(self, document_id: str) -> bytes:
        answer = self.client.get(url(document_id))
        assert answer.status_code == 200, answer.text
        return answer.content

    def files(self) -> set[str]:
        return {path.name for path in self.store.originals.folder.iterdir()}


@pytest.fixture
def service(parts: Parts) -> Iterator[Service]:
    build([plan_source(parts.keep)], parts)
    service = Service(parts)
    service.runner.start()
    yield service
    service.runner.stop()


def test_uploads_are_given_back_as_they_were_and_go_with_their_document(
    service: Service, parts: Parts, tmp_path: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("内/二.txt", rules(2))
        archive.writestr("内/空.txt", b" ")
    service.add(("办法.txt", rules(1)), ("全部.zip", packed.getvalue()), ("网页.html", PAGE))
    assert service.given("第1号办法") == rules(1)
    assert service.given("第2号办法") == rules(2), "the member's bytes, not the archive's"
    assert service.given("某市网页办法") == PAGE
    assert service.given(PLAN) == BYTES
    assert len(service.files()) == 4, "nothing of what could not be read"
    assert service.client.get("/v1/documents/第2号办法").json()["original"] == {
        "name": "二.txt", "media_type": "text/plain", "size": len(rules(2)),
        "sha256": hashlib.sha256(rules(2)).hexdigest(),
    }  # fmt: skip

    replaced = {"file": ("办法.txt", rules(3))}
    service.done(service.client.put("/v1/documents/第1号办法", files=replaced))
    assert service.given("第3号办法") == rules(3)
    service.done(service.client.delete("/v1/documents/第2号办法"))
    assert service.client.get(url("第2号办法")).status_code == 404
    assert {hashlib.sha256(rules(n)).hexdigest() for n in (1, 2, 3)} <= service.files(), "to go back to"
    for number in (4, 5):
        (tmp_path / f"{number}.txt").write_bytes(rules(number))
        build(read_all([tmp_path / f"{number}.txt"], lambda *_: None, parts.keep), parts)
    gone = {hashlib.sha256(rules(n)).hexdigest() for n in (1, 2)}
    assert not gone & service.files()
    assert service.given("第3号办法") == rules(3)
    assert not list((service.store.path / "uploads").iterdir())


def test_switched_off_an_upload_is_indexed_and_its_file_is_not_kept(parts: Parts) -> None:
    build([plan_source(parts.keep)], parts)
    service = Service(parts, keep_originals=False)
    service.runner.start()
    service.add(("办法.txt", rules(1)))
    service.runner.stop()
    answer = service.client.get(url("第1号办法"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "original_not_kept")
    assert "TIAOWEN_KEEP_ORIGINALS" in answer.json()["error"]["message"]
    assert service.client.get("/v1/documents/第1号办法").json()["original"] is None
    assert service.given(PLAN) == BYTES, "what was kept stays"
    page = service.client.get("/read/第1号办法", headers=BROWSER).text
    assert "/original/" not in page and "/text/" in page


def started(parts: Parts) -> TestClient:
    live = Live(parts)
    live.start()
    return TestClient(create_app(live))


@pytest.fixture
def several(parts: Parts, tmp_path: Path) -> TestClient:
    """Documents of hostile names and contents, each with its file."""
    for name, content in {"页.html": PAGE, "r\"un;x='y'.exe": rules(1), "文.txt": rules(2)}.items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in ("页.html", "r\"un;x='y'.exe", "文.txt")]
    plain = Source(
        "none.txt", "txt", "无原件办法\n\n第一条 无。\n", paragraphs_of("无原件办法\n\n第一条 无。\n")
    )
    build([plain, plan_source(parts.keep), *read_all(paths, lambda *_: None, parts.keep)], parts)
    return started(parts)


@pytest.mark.parametrize("inline", ["", "?inline=true"])
@pytest.mark.parametrize("path", ["/v1/documents/{}/original", "/documents/{}/original", "/original/{}"])
def test_a_file_never_runs_as_a_page_of_the_service(several: TestClient, path: str, inline: str) -> None:
    answer = several.get(path.format("某市网页办法") + inline, headers=BROWSER)
    assert (answer.status_code, answer.content) == (200, PAGE)
    told = answer.headers
    assert (
        told["Content-Disposition"]
        == "attachment; filename=\"original.html\"; filename*=UTF-8''%E9%A1%B5.html"
    )
    policy = told["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy and "default-src 'none'" in policy, (
        "no scripts, no origin, even if it were shown"
    )
    assert (told["X-Content-Type-Options"], told["Content-Type"]) == ("nosniff", "text/html")
    assert told["Cross-Origin-Resource-Policy"] == "same-origin"
    assert told.get_list("Content-Security-Policy") == [told["Content-Security-Policy"]]


def test_a_hostile_name_ends_no_header_and_starts_no_program(several: TestClient) -> None:
    told = several.get(url("第1号办法")).headers["Content-Disposition"]
    assert told.partition("; filename*=")[0] == "attachment; filename=\"r_un;x='y'.exe.txt\""
    assert unquote(told.partition("UTF-8''")[2]) == "r_un;x='y'.exe.txt"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=5-9", (5, 10)),
        ("bytes=5-", (5, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=90-500", (90, 100)),
        ("BYTES = 1-2", (1, 3)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("bytes=a-b", None),
        ("bytes=--5", None),
        ("bytes=٣-٤", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("lines=1-2", None),
    ],
)
def test_one_range_is_understood_and_all_else_is_the_whole_file(
    asked: str, part: tuple[int, int] | None
) -> None:
    assert part_of(asked, 100) == part


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_without_a_byte_of_the_file_is_refused(asked: str) -> None:
    with pytest.raises(ValueError):
        part_of(asked, 100)


def test_a_file_is_given_in_parts_and_not_again_to_those_who_have_it(client: TestClient) -> None:
    whole = client.get(url(PLAN))
    tag = whole.headers["ETag"]
    assert (whole.content, tag) == (BYTES, f'"{hashlib.sha256(BYTES).hexdigest()}"')
    assert whole.headers["Content-Length"] == str(len(BYTES))
    size = len(BYTES)
    half = client.get(url(PLAN), headers={"Range": "bytes=100-199", "If-Range": tag})
    assert (half.status_code, half.content) == (206, BYTES[100:200])
    assert half.headers["Content-Range"] == f"bytes 100-199/{size}"
    changed = client.get(url(PLAN), headers={"Range": "bytes=100-199", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, BYTES)
    beyond = client.get(url(PLAN), headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert beyond.json()["error"]["code"] == "range_not_satisfiable"
    for had in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = client.get(url(PLAN), headers={"If-None-Match": had})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(url(PLAN), headers={"If-None-Match": '"x"'}).status_code == 200
    head = client.head(url(PLAN))
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(size))


def test_who_does_not_read_on_is_cut_off_and_the_file_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.original_file.PATIENCE_SECONDS", 0.05)
    file, sent = io.BytesIO(b"x" * 1000), []

    async def send(message: Any) -> None:
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.sleep(60)

    async def receive() -> Any:
        await asyncio.sleep(60)

    async def answer() -> None:
        response = Download(file, 0, 1000, 200, {})
        await response({"type": "http", "method": "GET", "asgi": {"spec_version": "2.4"}}, receive, send)

    asyncio.run(asyncio.wait_for(answer(), 10))
    assert sent == ["http.response.start", "http.response.body"]
    gc.collect()
    assert file.closed


def test_a_document_whose_id_ends_like_the_path_of_a_file_is_read_downloaded_and_deleted(
    parts: Parts,
) -> None:
    text = "办法/original\n\n第一条 甲。\n"
    odd = parts.keep(Source("a.txt", "txt", text, paragraphs_of(text)), b"odd")
    build([plan_source(parts.keep), odd], parts)
    app = started(parts)
    assert app.get("/v1/documents/办法/original").json()["facts"]["id"] == "办法/original"
    assert app.get("/v1/documents/办法/original/original").content == b"odd"
    assert app.get(url(PLAN)).content == BYTES
    for method in ("PUT", "DELETE", "POST"):
        answer = app.request(method, url(PLAN))
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert app.delete("/v1/documents/办法/original").json()["target"] == "办法/original"


def test_whoever_may_read_may_download_and_nobody_else(plan_live: Live, tmp_path: Path) -> None:
    keys = KeyStore(tmp_path)
    locked = TestClient(create_app(plan_live, Operations(keys=keys)), follow_redirects=False)
    assert locked.get(url(PLAN)).status_code == 401
    assert locked.get(f"/original/{quote(PLAN)}", headers=BROWSER).status_code == 303, "to the login form"
    token = keys.create("reader", Scope.READ)
    answer = locked.get(url(PLAN), headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.content) == (200, BYTES)


@pytest.mark.parametrize("change", ["overwritten", "removed"])
def test_a_file_changed_on_the_disk_is_an_error_and_not_a_wrong_download(
    several: TestClient, parts: Parts, change: str
) -> None:
    assert several.get(url("第2号办法")).content == rules(2)
    path = parts.store.originals.path(hashlib.sha256(rules(2)).hexdigest())
    path.write_bytes(b"x" * len(rules(2))) if change == "overwritten" else path.unlink()
    answer = several.get(url("第2号办法"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
    assert "tiaowen index FILE" in answer.json()["error"]["message"]
    assert several.get(url("第1号办法")).content == rules(1), "one damaged file costs no other"
    assert several.get("/v1/documents/第2号办法").status_code == 200


def test_the_reader_offers_the_file_and_says_in_words_when_there_is_none(several: TestClient) -> None:
    page = several.get(f"/read/{quote('第2号办法')}", headers=BROWSER).text
    assert f'href="/original/{quote("第2号办法")}"' in page and "下载原文件（txt，" in page
    answer = several.get("/original/无原件办法", headers=BROWSER)
    assert answer.status_code == 404 and "没有保存" in answer.text
    assert "Nothing" not in answer.text
    english = several.get("/original/无原件办法?lang=en", headers=BROWSER)
    assert english.status_code == 404 and "is not kept" in english.text
    assert several.get("/original/没有的办法").status_code == 404


def test_a_page_mark_opens_the_pdf_at_that_page(parts: Parts) -> None:
    text = "分页办法\n\n第一条 第一页。\n\n第二条 第二页。\n"
    lines = tuple(replace(p, page=1 + (i > 1)) for i, p in enumerate(paragraphs_of(text)))
    build([parts.keep(Source("a.pdf", "pdf", text, lines), b"%PDF-1.7")], parts)
    shown = started(parts)
    page = shown.get("/read/分页办法", headers=BROWSER).text
    assert f'href="/original/{quote("分页办法")}?inline#page=2"' in page
    for path in ("/original/分页办法?inline", "/v1/documents/分页办法/original?inline=true"):
        answer = shown.get(path)
        assert answer.headers["Content-Disposition"].startswith('inline; filename="a.pdf"')
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert shown.get("/original/分页办法").headers["Content-Disposition"].startswith("attachment;")


def test_the_diagnosis_is_a_table_that_computes_nothing(parts: Parts) -> None:
    text = '=1+1|办法\n\n第一条 甲。\n\n第三条 =cmd|"乙",\n'
    build([Source("a.txt", "txt", text, paragraphs_of(text))], parts)
    app = started(parts)
    (document,) = app.get("/v1/documents").json()["documents"]
    findings = app.get(f"/v1/documents/{quote(document['id'])}").json()["findings"]
    answer = app.get(f"/findings/{quote(document['id'])}")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["Content-Disposition"].endswith(".csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["行", "问题", "说明", "依据（英文）", "原文该行"]
    assert [(int(row[0]), row[3]) for row in rows[1:]] == [(f["line"], f["message"]) for f in findings]
    assert len(rows) > 1 and rows[1][1] == "缺号"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert rows[1][4] == text.split("\n")[int(rows[1][0]) - 1].strip()
    english = app.get(f"/findings/{quote(document['id'])}?lang=en").content.decode("utf-8-sig")
    assert english.startswith("line,finding,meaning,message,text of the line")
    page = app.get(f"/read/{quote(document['id'])}", headers=BROWSER).text
    assert f'href="/findings/{quote(document["id"])}"' in page
    assert app.get("/findings/none").status_code == 404


def stored(parts: Parts, tmp_path: Path, *numbers: int) -> None:
    paths = []
    for number in numbers:
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_bytes(rules(number))
    build(read_all(paths, lambda *_: None, parts.keep), parts)


def originals(store: Path) -> dict[str, bytes]:
    opened = Store(store)
    found = {}
    for document_id, original in open_snapshot(opened).catalogue.originals().items():
        with opened.originals.opened(original) as file:
            found[document_id] = file.read()
    return found


@pytest.mark.parametrize("onto", ["nothing", "another store"])
def test_a_backup_holds_the_files_and_a_restore_puts_them_back(
    parts: Parts, tmp_path: Path, onto: str
) -> None:
    stored(parts, tmp_path, 1)
    stored(parts, tmp_path, 2)
    written = back_up(parts.store.path, tmp_path / "b.tar")
    copy = tmp_path / "copy"
    if onto == "another store":
        stored(Parts(Store(copy), parts.tokenizer, parts.embedder), tmp_path, 1, 9)
    assert restore(tmp_path / "b.tar", copy, replace=True) == written
    assert originals(copy) == originals(parts.store.path) == {f"第{n}号办法": rules(n) for n in (1, 2)}
    assert len(list((copy / "originals").iterdir())) == 2


def test_a_damaged_file_is_left_out_of_a_backup_and_said_so(parts: Parts, tmp_path: Path) -> None:
    stored(parts, tmp_path, 1, 2)
    parts.store.originals.path(hashlib.sha256(rules(1)).hexdigest()).write_bytes(b"x")
    said: list[str] = []
    back_up(parts.store.path, tmp_path / "b.tar", said.append)
    assert len(said) == 1 and "'1.txt'" in said[0] and said[0].startswith("left out: ")
    restore(tmp_path / "b.tar", tmp_path / "copy")
    assert [path.read_bytes() for path in (tmp_path / "copy" / "originals").iterdir()] == [rules(2)]


def test_an_archive_whose_file_is_another_than_its_name_says_is_refused(parts: Parts, tmp_path: Path) -> None:
    stored(parts, tmp_path, 1)
    back_up(parts.store.path, tmp_path / "b.tar")
    digest = hashlib.sha256(rules(1)).hexdigest()
    with tarfile.open(tmp_path / "b.tar") as read, tarfile.open(tmp_path / "c.tar", "w") as made:
        for member in read:
            content = read.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == f"originals/{digest}":
                content = b"other" + content[5:]
            elif member.name == CHECKSUMS:
                other = hashlib.sha256(b"other" + rules(1)[5:]).hexdigest().encode()
                content = content.replace(b': "' + digest.encode(), b': "' + other)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    with pytest.raises(StoreError, match=f"originals/{digest} is not the file of that name"):
        restore(tmp_path / "c.tar", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_build_that_removes_files_while_they_are_copied_leaves_a_whole_backup(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import service.archive.backup as module

    stored(parts, tmp_path, 1)
    look, builds = module._named, iter(range(2, 6))

    def meanwhile(store: Store) -> Any:
        named = look(store)
        for (
            number
        ) in builds:  # at the first look: the snapshots that were seen are gone before a file is opened
            (tmp_path / f"{number}.txt").write_bytes(rules(number))
            build(read_all([tmp_path / f"{number}.txt"], lambda *_: None, parts.keep), parts, keep=False)
        return named

    monkeypatch.setattr(module, "_named", meanwhile)
    said: list[str] = []
    back_up(parts.store.path, tmp_path / "b.tar", said.append)
    assert said == []
    restore(tmp_path / "b.tar", tmp_path / "copy")
    assert originals(tmp_path / "copy") == {"第5号办法": rules(5)}
