"""Feedback: kept as it was said, refused where it names nothing, exported as judgements that eval reads."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from eval.judgements import beir_set
from index.build import build
from index.configuration import Parts
from index.errors import TiaowenError
from index.local import open_snapshot
from index.plan import plan_source
from service.app import create_app
from service.feedback import FILE, Feedback, FeedbackStore, export, judgements
from service.live import Live

PLAN = "国科发区〔2020〕187号"
ADDRESS = f"{PLAN}#五/（十五）"
QUESTION = "怎样用大数据开展社会治理"


@pytest.fixture
def asked(parts: Parts) -> Iterator[TestClient]:
    build([plan_source()], parts)
    with TestClient(create_app(Live(parts, patience_seconds=10.0))) as client:
        yield client


def test_a_verdict_is_kept_with_the_wanted_clause_named_by_its_citation(
    asked: TestClient, parts: Parts
) -> None:
    said = {
        "question": QUESTION,
        "verdict": "useless",
        "address": ADDRESS,
        "wanted": f"{PLAN}第二部分第（四）条",
    }
    answer = asked.post("/v1/feedback", json=said).json()
    assert answer["wanted"] == f"{PLAN}#二/（四）"
    (kept,) = FeedbackStore(parts.store.path).all()
    assert (kept.question, kept.address, kept.verdict, kept.wanted) == (
        QUESTION,
        ADDRESS,
        "useless",
        answer["wanted"],
    )
    assert kept.snapshot == answer["snapshot"]
    assert stat.S_IMODE((parts.store.path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"address": f"{PLAN}#九十九"}, 404, "clause_not_found"),
        ({"address": ""}, 422, "invalid_field"),
        ({"wanted": "随便哪一条"}, 422, "wanted_not_clear"),
        ({"wanted": "。"}, 422, "wanted_not_clear"),
        ({"verdict": "great"}, 422, "invalid_field"),
        ({"question": "？"}, 422, "question_empty"),
    ],
)
def test_what_names_nothing_is_refused_and_not_kept(
    asked: TestClient, parts: Parts, changed: dict[str, str], status: int, code: str
) -> None:
    said = {"question": QUESTION, "verdict": "useful", "address": ADDRESS, **changed}
    response = asked.post("/v1/feedback", json=said)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert FeedbackStore(parts.store.path).all() == []


def test_the_form_of_the_page_is_kept_and_thanked_for(asked: TestClient, parts: Parts) -> None:
    page = asked.get("/", params={"q": QUESTION}, headers={"Accept": "text/html"}).text
    assert "您的问题和评价会保存在本服务中" in page
    fields = {"question": QUESTION, "address": ADDRESS, "verdict": "useful", "wanted": "", "lang": "en"}
    thanks = asked.post("/feedback/page", data=fields, headers={"Accept": "text/html"})
    assert (thanks.status_code, "Thank you" in thanks.text) == (200, True)
    assert [one.verdict for one in FeedbackStore(parts.store.path).all()] == ["useful"]
    wrong = asked.post("/feedback/page", data={**fields, "wanted": "随便"}, headers={"Accept": "text/html"})
    assert wrong.status_code == 422
    assert "text/html" in wrong.headers["Content-Type"]


def test_another_sites_page_gives_no_feedback(asked: TestClient, parts: Parts) -> None:
    said = {"question": QUESTION, "address": ADDRESS, "verdict": "useful"}
    for path in ("/feedback/page", "/v1/feedback", "/feedback"):
        response = asked.post(path, json=said, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403
    assert FeedbackStore(parts.store.path).all() == []


def said(question: str, address: str, verdict: str, wanted: str = "") -> Feedback:
    return Feedback(question, address, verdict, wanted, "s")


def test_the_last_word_on_a_clause_counts_and_the_wanted_one_is_the_best() -> None:
    heard = [
        said("甲", "a", "useful"),
        said("甲", "b", "useless", "c"),
        said(" 甲 ", "a", "useless"),
        said("乙", "", "useless"),
    ]
    assert judgements(heard) == {"甲": {"a": 0, "b": 0, "c": 3}, "乙": {}}


def test_the_export_is_a_set_that_eval_reads(asked: TestClient, parts: Parts, tmp_path: Path) -> None:
    heard = [
        said(QUESTION, ADDRESS, "useful"),
        said("别的问题", "", "useless"),
        said(QUESTION, "没有了#一", "useful"),
    ]
    catalogue = open_snapshot(parts.store).catalogue
    done = export(heard, catalogue, tmp_path / "set")
    assert (done.questions, done.judgements, done.without_clause, done.gone) == (1, 1, 1, 1)
    read = beir_set(tmp_path / "set")
    assert [question.text for question in read.questions] == [QUESTION]
    assert dict(read.qrels) == {"f1": {ADDRESS: 2}}
    assert len((tmp_path / "set" / "corpus.jsonl").read_text().splitlines()) == 25
    with pytest.raises(TiaowenError, match="not an empty folder"):
        export(heard, catalogue, tmp_path / "set")


def test_only_so_many_verdicts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.feedback.MOST_ROWS", 2)
    store = FeedbackStore(tmp_path)
    for name in "abc":
        store.add(said(name, "", "useless"))
    assert [one.question for one in store.all()] == ["b", "c"]
