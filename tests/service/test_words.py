"""The user's dictionary and synonyms: checked, previewed, saved and brought back; the index rebuilt when asked."""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Configuration, Parts
from index.document import Source
from index.structure.split import paragraphs_of
from retriever.open import open_searcher
from retriever.preview import Preview
from retriever.search import Mode, Searcher
from service.app import create_app
from service.archive.backup import holdings
from service.feedback import Feedback, FeedbackStore
from service.jobs.journal import Journal
from service.jobs.previewing import preview_in_child
from service.jobs.runner import Runner
from service.jobs.sandbox import ReadLimits
from service.live import Live
from service.operations import Operations
from service.words import KEPT_FORMER, WordStore, bad_lines, questions_of, save, word_file

sys.path.insert(0, str(Path(__file__).parent))  # a spawned child inherits it

from hashed import evaluating_previewer, worded_parts

RULES = """某市营商环境办法

第一条 本办法所称经营主体，包括个体工商户。

第二条 主管部门应当及时答复经营主体的咨询。

第三条 乙类事项由街道办理。

第四条 本办法自发布之日起施行。
"""
BROWSER = {"Accept": "text/html"}


class Service:
    """A live index over one small document, a runner, and a client."""

    def __init__(self, parts: Parts) -> None:
        self.store = parts.store.path
        self.live = Live(parts, follow_seconds=0.0, patience_seconds=10.0)
        self.runner = Runner(
            Journal(self.store), partial(worded_parts, self.store), ReadLimits(2 << 30, 20), self.live.follow,
            evaluating_previewer,
        )  # fmt: skip
        self.client = TestClient(create_app(self.live, Operations(job_queued=self.runner.wake)))

    def words(self, kind: str) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get(f"/v1/admin/words/{kind}").json()
        return told

    def save(self, kind: str, text: str) -> Any:
        version = self.words(kind)["version"]
        return self.client.put(f"/v1/admin/words/{kind}", json={"text": text, "version": version})

    def finished(self, job_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.client.get(f"/v1/jobs/{job_id}").json()
            if job["state"] in ("done", "failed"):
                return job
            time.sleep(0.02)
        raise AssertionError(job)

    def matched(self, question: str) -> list[str]:
        answer = self.client.post("/v1/search", json={"question": question, "mode": "bm25"}).json()
        return [result["address"].rpartition("#")[2] for result in answer["results"]]


@pytest.fixture
def service(parts: Parts) -> Iterator[Service]:
    build([Source("a.txt", "txt", RULES, paragraphs_of(RULES))], parts)
    service = Service(parts)
    service.live.start()
    yield service
    service.runner.stop()


def test_a_bad_line_is_named_by_its_number_and_nothing_is_lost(service: Service) -> None:
    assert service.save("synonyms", "老板 => 经营主体\n").status_code == 200
    refused = service.save("synonyms", "老板 => 经营主体\n\n孤词\n=> 空\n")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "words_invalid")
    assert "line 3 '孤词'" in refused.json()["error"]["message"]
    assert "line 4 '=> 空'" in refused.json()["error"]["message"]
    assert service.words("synonyms")["text"] == "老板 => 经营主体\n"
    lines = "# 注释\n营商环境 100 n\n营商 环境 好 吗\n，，\n" + "长" * 41 + "\n词 -1\n词 n\n"
    assert [(b.number, b.code) for b in bad_lines("dictionary", lines)] == [
        (3, "fields"), (4, "word"), (5, "long"), (6, "frequency"),
    ]  # fmt: skip


def test_saved_synonyms_count_from_the_next_question_on(service: Service) -> None:
    assert service.matched("老板") == []
    answer = service.save("synonyms", "老板 => 经营主体\r\n").json()
    assert (answer["job"], answer["words"]["entries"]) == (None, 1)
    assert sorted(service.matched("老板")) == ["第一条", "第二条"]
    assert (service.store / "synonyms.txt").read_bytes() == "老板 => 经营主体\n".encode()


def test_former_versions_are_kept_and_a_change_of_somebody_else_is_not_overwritten(service: Service) -> None:
    version = service.words("synonyms")["version"]
    for number in range(KEPT_FORMER + 3):
        service.save("synonyms", f"甲, 乙{number}\n")
    late = service.client.put("/v1/admin/words/synonyms", json={"text": "丙, 丁", "version": version})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "words_changed")
    told = service.words("synonyms")
    assert told["text"] == f"甲, 乙{KEPT_FORMER + 2}\n"
    assert {"synonyms.txt", "words.sqlite"} <= {path.name for path in holdings(service.store)}, "backed up"
    former = [one["text"] for one in told["former"]]
    assert former == [f"甲, 乙{number}\n" for number in reversed(range(2, KEPT_FORMER + 2))]
    page = service.client.get(f"/admin/edit/synonyms?former={told['former'][0]['id']}", headers=BROWSER).text
    assert f">\n甲, 乙{KEPT_FORMER + 1}\n</textarea>" in page


def test_a_dictionary_counts_once_the_index_is_rebuilt_and_not_before(service: Service) -> None:
    assert "乙类事项由" not in service.live.serving().searcher.tokenizer.bag("乙类事项由")[0]
    answer = service.save("dictionary", "乙类事项由\n").json()
    assert (answer["job"]["kind"], answer["words"]["reindex_needed"]) == ("reindex", True)
    assert "需要重建索引" in service.client.get("/admin", headers=BROWSER).text
    before = service.live.serving().manifest.id
    service.runner.start()
    assert service.finished(answer["job"]["id"])["state"] == "done"
    serving = service.live.serving()
    assert serving.manifest.id != before
    assert "乙类事项由" in serving.searcher.tokenizer.bag("乙类事项由")[0]
    assert not service.words("dictionary")["reindex_needed"]
    # The way back leads to an index that is asked with the words it was made with.
    assert service.client.post(f"/v1/admin/snapshots/{before}/publish").status_code == 200
    assert service.live.serving().manifest.id == before
    assert "乙类事项由" not in service.live.serving().searcher.tokenizer.bag("乙类事项由")[0]
    assert service.words("dictionary")["reindex_needed"]
    assert service.matched("街道办理") == ["第三条"]


def test_a_dictionary_changed_by_hand_is_noticed_and_nothing_is_rebuilt_unasked(service: Service) -> None:
    (service.store / "dictionary.txt").write_text("主管部门应当\n", encoding="utf-8")
    assert service.words("dictionary")["reindex_needed"]
    assert "需要重建索引" in service.client.get("/admin", headers=BROWSER).text
    assert service.client.get("/v1/jobs").json()["jobs"] == []
    (service.store / "dictionary.txt").write_bytes("主管部门".encode("gb18030"))
    told = service.words("dictionary")
    assert "not text in UTF-8" in told["unreadable"]
    assert service.client.get("/admin", headers=BROWSER).status_code == 200
    assert service.save("dictionary", "").status_code == 200, "and it can be mended on the page"


def test_a_second_rebuild_is_refused_while_one_waits(service: Service) -> None:
    first = service.client.post("/v1/admin/reindex")
    assert (first.status_code, first.json()["kind"]) == (202, "reindex")
    second = service.client.post("/v1/admin/reindex")
    assert (second.status_code, second.json()["error"]["code"]) == (409, "reindex_under_way")
    page = service.client.post("/admin/rebuild", headers=BROWSER, follow_redirects=False)
    assert page.headers["location"] == f"/admin?job={first.json()['id']}", "the page shows the one under way"
    saved = service.save("dictionary", "经营主体\n").json()
    assert saved["job"]["id"] == first.json()["id"], "one that waits will read the new words"


def test_a_preview_tells_what_a_search_with_the_proposed_words_finds(
    service: Service, tmp_path: Path
) -> None:
    question, other = "老板在哪里办事", "街道"
    FeedbackStore(service.store).add(Feedback(question, "某市营商环境办法#第一条", "useful", "", "x"))
    service.runner.start()
    proposal = {
        "text": "老板 => 个体工商户\n",
        "version": service.words("synonyms")["version"],
        "questions": other,
    }
    accepted = service.client.post("/v1/admin/words/synonyms/preview", json=proposal)
    assert (accepted.status_code, accepted.json()["kind"]) == (202, "preview")
    assert service.finished(accepted.json()["id"])["state"] == "done"
    told = service.client.get(f"/v1/admin/previews/{accepted.json()['id']}").json()
    assert told["asked"] == {"file": 1, "feedback": 1}
    assert service.words("synonyms")["text"] == "", "nothing is saved"

    searcher = open_searcher(service.live.parts)
    before = [r.clause.address for r in searcher.search(question).clauses]
    save(service.live.parts, "synonyms", proposal["text"], proposal["version"])
    after = [r.clause.address for r in searcher.search(question).clauses]
    assert before != after
    (changed,) = told["changed"]
    assert changed["text"] == question
    assert {m["address"]: (m["before"], m["after"]) for m in changed["moved"]} == {
        address: (before.index(address) + 1, after.index(address) + 1)
        for address in before
        if before.index(address) != after.index(address)
    }
    assert (told["judged"], told["won"], told["lost"]) == (1, 1, 0)
    worth = [1 / math.log2(2 + ranking.index("某市营商环境办法#第一条")) for ranking in (before, after)]
    assert [told["before"], told["after"]] == pytest.approx(worth)
    assert [changed["before"], changed["after"]] == pytest.approx(worth)


def test_a_dictionary_is_previewed_as_the_index_rebuilt_with_it(parts: Parts) -> None:
    """In one process: the previewer is handed the searchers themselves, which are compared with a real build."""
    build([Source("a.txt", "txt", RULES, paragraphs_of(RULES))], parts)
    given: list[Searcher] = []

    def previewer(before: Searcher, after: Searcher, asked: object, progress: object) -> Preview:
        given.extend([before, after])
        return Preview({}, 0, None, None, 0, 0, 0, ())

    def ranked(searcher: Searcher) -> list[tuple[str, float]]:
        found = searcher.search("乙类事项由谁办理", mode=Mode.BM25).clauses
        return [(one.clause.address, one.score) for one in found]

    WordStore(parts.store.path).propose("1", "dictionary", "乙类事项 99\n", "0")
    told: list[dict[str, Any]] = []
    preview_in_child(lambda: parts, lambda: previewer, "1", told.append)
    assert told[-1] == {"done": True}
    present, proposed = map(ranked, given)
    assert ranked(open_searcher(parts)) == present
    (parts.store.path / "dictionary.txt").write_text("乙类事项 99\n", encoding="utf-8")
    changed = replace(parts, tokenizer=parts.tokenizer_now())
    assert build([], changed).changed
    assert ranked(open_searcher(changed)) == proposed != present


def test_questions_are_read_as_text_or_as_json_and_a_wrong_line_is_named(service: Service) -> None:
    asked = questions_of('谁来办\n\n{"text": "何时施行", "judgements": {"a#b": 2}}\n')
    assert [(one.text, dict(one.grades)) for one in asked] == [("谁来办", {}), ("何时施行", {"a#b": 2})]
    for wrong in ('好\n{"text"', '好\n{"judgements": {}}', '好\n{"text": "a", "judgements": {"b": "c"}}'):
        proposal = {"text": "", "version": "0", "questions": wrong}
        answer = service.client.post("/v1/admin/words/synonyms/preview", json=proposal)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "questions_invalid")
        assert "line 2" in answer.json()["error"]["message"]


def test_the_form_keeps_what_was_typed_when_it_is_refused_and_an_uploaded_file_counts(
    service: Service,
) -> None:
    version = service.words("synonyms")["version"]
    sent = {"text": "<孤词>", "version": version, "asked": ""}
    refused = service.client.post(
        "/admin/edit/synonyms", data=sent, files={"file": ("", b"")}, headers=BROWSER
    )
    assert refused.status_code == 422
    assert "<b>第 1 行</b> <code>&lt;孤词&gt;</code>" in refused.text
    assert ">\n&lt;孤词&gt;</textarea>" in refused.text
    upload = {
        "file": ("own.txt", "\ufeff老板 => 经营主体".encode()),
        "questions": ("q.txt", "谁来办".encode()),
    }
    accepted = service.client.post("/admin/edit/synonyms", data=sent, files=upload, follow_redirects=False)
    job = accepted.headers["location"].partition("preview=")[2]
    proposed = WordStore(service.store).proposed(job)
    assert proposed is not None
    assert (proposed.text, proposed.questions[0].text) == ("老板 => 经营主体", "谁来办")
    saved = service.client.post("/admin/edit/synonyms/save", data={"preview": job}, follow_redirects=False)
    assert saved.headers["location"] == "/admin/edit/synonyms?saved=1"
    assert service.client.get("/admin/edit/synonyms/file").text == "老板 => 经营主体\n"
    again = service.client.post("/admin/edit/synonyms/save", data={"preview": "0"}, headers=BROWSER)
    assert again.status_code == 404
    binary = {"file": ("own.txt", b"\xff\xfe\x00")}
    assert (
        service.client.post("/admin/edit/synonyms", data=sent, files=binary, headers=BROWSER).status_code
        == 422
    )


def test_a_configured_file_is_the_one_that_is_edited(tmp_path: Path, parts: Parts) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("甲, 乙\n", encoding="utf-8")
    mine.chmod(0o640)
    configured = Parts(parts.store, parts.tokenizer, parts.embedder, synonyms=mine, dictionary=mine)
    file = word_file(configured, "synonyms")
    assert (file.path, file.configured, file.text) == (mine, True, "甲, 乙\n")
    save(configured, "synonyms", "甲, 丙", file.version)
    assert (mine.read_text(encoding="utf-8"), mine.stat().st_mode & 0o777) == ("甲, 丙\n", 0o640)
    assert not (parts.store.path / "synonyms.txt").exists()
    own = Configuration(parts.store.path, tmp_path)
    assert own.own_files() == own
    (parts.store.path / "dictionary.txt").write_text("词\n", encoding="utf-8")
    assert own.own_files().user_dictionary == parts.store.path / "dictionary.txt"


def test_every_form_of_the_page_works_without_javascript(service: Service) -> None:
    upload = {"file": ("新办法.txt", "新办法\n\n第一条 试行。".encode())}
    answers = [
        service.client.post("/admin/upload", files=upload, headers=BROWSER, follow_redirects=False),
        service.client.post("/admin/delete", data={"document": "某市营商环境办法"}, follow_redirects=False),
        service.client.post("/admin/rebuild?lang=en", follow_redirects=False),
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert answers[2].headers["location"].startswith("/admin?lang=en&job=")
    jobs = [answer.headers["location"].rpartition("job=")[2] for answer in answers]
    told = [service.client.get(f"/v1/jobs/{job}").json() for job in jobs]
    assert [job["kind"] for job in told] == ["add", "delete", "reindex"]
    page = service.client.get(answers[0].headers["location"], headers=BROWSER).text
    assert f'data-follow="{jobs[0]}">排队中' in page
    snapshot = service.live.serving().manifest.id
    back = service.client.post("/admin/publish", data={"snapshot": snapshot}, follow_redirects=False)
    assert back.headers["location"] == "/admin#admin-snapshots"
    gone = service.client.post("/admin/publish", data={"snapshot": "nope"}, headers=BROWSER)
    assert (gone.status_code, gone.headers["Content-Type"][:9]) == (404, "text/html")
    foreign = service.client.post("/admin/rebuild", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
