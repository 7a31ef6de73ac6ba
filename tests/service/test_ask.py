"""Answers over HTTP, on the page and on the command line."""

from html import unescape

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from index.plan import plan_source
from service.commands.cli import app
from service.live import Live
from service.page.wording import LANGUAGES

PLAN = "国科发区〔2020〕187号"


@pytest.mark.parametrize("path", ["/v1/ask", "/ask"])
def test_an_answer_quotes_the_document_and_says_where(client: TestClient, path: str) -> None:
    asked = {"question": "国科发区〔2020〕187号第五部分第十五条"}
    told = client.post(path, json=asked).json()
    (citation,) = told["citations"]
    text = plan_source().text
    assert text[citation["start"] : citation["end"]] == citation["quote"] == told["answer"]
    clause = client.get("/v1/clauses/" + citation["address"].replace("#", "%23")).json()
    start, end = citation["span"]
    assert clause["text"][start:end] == citation["quote"]
    assert citation["address"] == f"{PLAN}#五/（十五）"
    assert citation["number_origin"] == "printed"
    assert told["abstained"] is False
    assert told["nearest"][0]["address"] == citation["address"]
    assert told["message"]["zh"] == "找到 1 处原文。"
    assert client.get(path, params={"q": asked["question"]}).json()["citations"] == told["citations"]


def test_silence_is_told_in_both_languages_with_the_nearest_clause(client: TestClient) -> None:
    told = client.post("/v1/ask", json={"question": "研发投入占比", "threshold": 1}).json()
    assert (told["abstained"], told["answer"], told["citations"]) == (True, "", [])
    assert told["threshold"] == 1
    zh, en = told["message"]["zh"], told["message"]["en"]
    assert zh.startswith("文件没有写明。最接近的条款讲的是：“")
    assert en.startswith("The documents do not say. The nearest clauses are about: “")
    for near in told["nearest"]:
        assert near["citation"]["display"] in zh and near["citation"]["display"] in en
        assert near["text"].replace("\n", " ")[4:14] in zh


def test_a_follow_up_is_answered_without_a_session(client: TestClient) -> None:
    context = {"question": "到2025年研发投入占比要达到多少", "addresses": [f"{PLAN}#一/第1段"]}
    told = client.post("/v1/ask", json={"question": "那到2035年呢？", "context": context}).json()
    assert told["question"] == "到2035年研发投入占比要达到多少"
    assert told["nearest"][0]["address"] == f"{PLAN}#一/第1段"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"question": ""}, 422, "question_empty", "question"),
        ({"question": "？！"}, 422, "question_empty", "question"),
        ({"question": "问" * 2001}, 422, "question_too_long", "question"),
        ({"question": "研发", "documents": ["国发〔1999〕1号"]}, 404, "document_not_found", "documents"),
        ({"question": "研发", "threshold": 2}, 422, "invalid_field", "threshold"),
        ({"question": "研发", "treshold": 0.5}, 422, "unknown_field", "treshold"),
        ({"question": "研发", "context": {"question": ""}}, 422, "question_empty", "context.question"),
        ({"question": "研发", "context": {"addresses": []}}, 422, "missing_field", "context.question"),
    ],
)
def test_bad_requests_are_refused_as_those_of_a_search(
    client: TestClient, body: dict[str, object], status: int, code: str, field: str
) -> None:
    response = client.post("/v1/ask", json=body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["field"]) == (status, code, field)


def test_a_question_of_two_thousand_characters_and_markup_are_answered(client: TestClient) -> None:
    for question in ("研" * 2000, "<script>alert(1)</script> 研发"):
        told = client.post("/v1/ask", json={"question": question, "threshold": 0}).json()
        text = plan_source().text
        for citation in told["citations"]:
            if citation["document_id"] == PLAN:
                assert text[citation["start"] : citation["end"]] == citation["quote"]


def _box(page: str) -> str:
    start = page.index('<section class="answer')
    return page[start : page.index("</section>", start)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_the_answer_above_the_results(client: TestClient, lang: str) -> None:
    page = client.get("/", params={"q": f"{PLAN}第五部分第十五条", "lang": lang}).text
    box = unescape(_box(page))
    assert "综合应用大数据、云计算、人工智能等技术" in box
    assert "第五部分第（十五）条" in box
    assert page.index('<section class="answer') < page.index('<ol class="results"')


def test_the_page_says_honestly_that_the_documents_do_not_say(client: TestClient, plan_live: Live) -> None:
    answerer = plan_live.serving().answerer
    before, answerer.threshold = answerer.threshold, 1.0
    try:
        page = client.get("/", params={"q": "研发投入占比"}).text
    finally:
        answerer.threshold = before
    box = _box(page)
    assert box.count("文件没有写明") == 1, "the heading says it; the sentence says what is near"
    assert "最接近的条款讲的是：" in box


def test_markup_of_a_document_stays_text_in_the_answer_box(client: TestClient) -> None:
    page = client.get("/", params={"q": "<script>alert(1)</script>管理办法第二条"}).text
    box = _box(page)
    assert "<b>保存" not in box
    assert "<script" not in box


def test_the_command_line_answers_with_quotes(plan_live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.commands.cli._parts", lambda store: plan_live.parts)
    said = CliRunner().invoke(app, ["ask", f"{PLAN}第五部分第十五条"]).output
    assert "综合应用大数据" in said
    assert "第五部分第（十五）条" in said
    silent = CliRunner().invoke(app, ["ask", "研发投入占比", "--threshold", "1"]).output
    assert "文件没有写明" in silent
    assert "The documents do not say" in silent
