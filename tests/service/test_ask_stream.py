"""Answers as a stream of events, with and without a language model."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from retriever.generate.endpoint import Endpoint
from service.api.admin_routes import Health
from service.api.ask_schema import ASKED, AskResponse
from service.api.schema import ADDRESS
from service.api.stream_schema import EVENTS, EXAMPLE
from service.app import create_app
from service.commands.cli import app
from service.live import Live
from service.model_state import ModelState
from service.operations import Operations

KEY = "sk-very-secret"


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.strip().split("\n\n"):
        name, told = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(told.removeprefix("data: "))))
    return found


def ask(client: TestClient, question: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    response = client.post("/v1/ask/stream", json={"question": question, "threshold": 0.0, **more})
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].startswith("text/event-stream")
    for name, told in events(response.text):
        EVENTS[name].model_validate(told)
        assert set(told) <= set(EVENTS[name].model_fields), "what the contract does not tell is not sent"
    return events(response.text)


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    return {"status": 200, "text": ""}


@pytest.fixture(scope="module")
def worded(plan_live: Live, said: dict[str, Any]) -> Iterator[TestClient]:
    """The service with a language model that says what the test tells it to."""

    async def answer(request: Request) -> Response:
        if said["status"] != 200:
            return JSONResponse({"error": KEY}, said["status"])
        return JSONResponse({"choices": [{"message": {"content": said["text"]}}]})

    model = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(model, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    endpoint = Endpoint(url, "m", KEY, 5.0)
    health = Health(model=ModelState(endpoint))
    with TestClient(create_app(plan_live, Operations(endpoint=endpoint, health=health))) as client:
        client.app.state.endpoint = endpoint  # type: ignore[attr-defined]
        yield client
    server.should_exit = True
    thread.join(5)


def test_without_a_model_the_events_are_the_quoted_answer(client: TestClient) -> None:
    found = ask(client, ASKED)
    quoted = client.post("/v1/ask", json={"question": ASKED, "threshold": 0.0}).json()
    assert [name for name, _ in found] == ["retrieved", *["sentence"] * len(quoted["citations"]), "done"]
    assert [told["text"] for name, told in found if name == "sentence"] == [
        c["quote"] for c in quoted["citations"]
    ]
    assert all(told["verified"] for name, told in found if name == "sentence")
    done = found[-1][1]
    assert (done["answer"], done["by_model"], done["dropped"]) == (quoted["answer"], False, 0)
    AskResponse.model_validate(done["response"])
    assert done["response"]["citations"] == quoted["citations"]


def test_the_example_of_the_documentation_has_the_shape_of_an_answer(client: TestClient) -> None:
    shapes = {name: set(told) for name, told in ask(client, ASKED)}
    assert {name: set(told) for name, told in events(EXAMPLE)} == shapes


def test_where_the_documents_do_not_say_no_sentence_comes(client: TestClient) -> None:
    found = ask(client, ASKED, threshold=1.0)
    assert [name for name, _ in found] == ["retrieved", "done"]
    assert found[-1][1]["response"]["abstained"] is True


def test_a_model_words_the_answer_and_what_it_makes_up_is_dropped(
    worded: TestClient, said: dict[str, Any]
) -> None:
    sources = ask(worded, ASKED)[0][1]["sources"]
    tag = next(source["tag"] for source in sources if source["address"] == ADDRESS)
    said["text"] = f"开展社会治理智能化试验示范。[{tag}]到2040年全部建成。[{tag}]密钥是{KEY}。[{tag}]"
    found = ask(worded, ASKED)
    assert [told["text"] for name, told in found if name == "sentence"] == ["开展社会治理智能化试验示范。"]
    assert found[1][1]["sources"][0]["address"] == ADDRESS
    assert (found[-1][1]["by_model"], found[-1][1]["dropped"]) == (True, 2)


@pytest.mark.parametrize("status", [401, 500])
def test_a_failing_model_is_told_and_the_quotes_come(
    worded: TestClient, said: dict[str, Any], status: int
) -> None:
    said["status"] = status
    found = ask(worded, ASKED)
    said["status"] = 200
    assert [name for name, _ in found][:2] == ["retrieved", "fallback"]
    assert found[1][1]["reason"] == "http_error"
    assert found[-1][1]["answer"] and not found[-1][1]["by_model"]
    assert KEY not in json.dumps(found)


def test_what_cannot_be_asked_is_an_ordinary_error(client: TestClient) -> None:
    for body, status in (({"question": " "}, 422), ({"question": "a", "documents": ["x"]}, 404), ({}, 422)):
        answer = client.post("/v1/ask/stream", json=body)
        assert (answer.status_code, "error" in answer.json()) == (status, True)


def test_how_the_model_fares_is_told_to_administrators_without_its_key(
    worded: TestClient, said: dict[str, Any]
) -> None:
    def told() -> dict[str, Any]:
        answer: dict[str, Any] = worded.get("/v1/admin/health").json()["model"]
        return answer

    before = told()
    assert (before["name"], before["fault"]) == ("m", None)
    said["status"], said["text"] = 500, ""
    ask(worded, ASKED)
    said["status"] = 200
    assert told()["fell_back"]["http_error"] == before["fell_back"].get("http_error", 0) + 1
    page = worded.get("/admin", headers={"Accept": "text/html"}).text
    assert "http_error" in page and KEY not in page + worded.get("/v1/admin/health").text


def test_a_wrong_endpoint_is_said_once_and_again_when_it_is_well(caplog: pytest.LogCaptureFixture) -> None:
    statuses = [401, 401, 200]

    async def models(request: Request) -> Response:
        return JSONResponse({"data": [{"id": "m"}]}, statuses.pop(0))

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=[Route("/v1/models", models)]), log_level="critical")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    state = ModelState(Endpoint(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", "m", KEY, 5.0))
    faults = []
    for _ in range(3):
        state.check()
        faults.append(state.fault)
    server.should_exit = True
    thread.join(5)
    assert "TIAOWEN_LLM_KEY" in faults[0] and faults[1] == faults[0] and faults[2] == ""
    mine = [r.getMessage() for r in caplog.records if r.name == "service.model_state"]
    assert len(mine) == 2 and "refuses the key" in mine[0] and "well again" in mine[1]
    assert KEY not in caplog.text


def test_a_service_without_a_model_tells_of_none(client: TestClient) -> None:
    assert client.get("/v1/admin/health").json()["model"] is None


def test_the_command_line_prints_the_worded_answer_below_the_quotes(
    plan_live: Live, worded: TestClient, said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = worded.app.state.endpoint  # type: ignore[attr-defined]
    parts = plan_live.parts
    monkeypatch.setattr("service.commands.cli._parts", lambda store: parts)
    tag = ask(worded, ASKED)[0][1]["sources"][0]["tag"]
    said["text"] = f"开展社会治理智能化试验示范。[{tag}]到2040年全部建成。[{tag}]"
    line = ["ask", ASKED, "--threshold", "0"]
    monkeypatch.setenv("TIAOWEN_LLM_URL", endpoint.url)
    monkeypatch.setenv("TIAOWEN_LLM_MODEL", "m")
    monkeypatch.setenv("TIAOWEN_LLM_KEY", KEY)
    out = CliRunner().invoke(app, line).output
    assert "confidence" in out.split("开展社会治理智能化试验示范。 《")[0]
    assert "略去 1 句" in out and "2040" not in out
    assert "开展社会治理智能化试验示范。 《" not in CliRunner().invoke(app, [*line, "--no-model"]).output
    said["status"] = 500
    failed = CliRunner().invoke(app, line)
    said["status"] = 200
    assert failed.exit_code == 0 and "没有改写，以原文为准" in failed.output and KEY not in failed.output
    monkeypatch.delenv("TIAOWEN_LLM_URL")
    monkeypatch.delenv("TIAOWEN_LLM_MODEL")
    assert "TIAOWEN_LLM_URL" in str(CliRunner().invoke(app, [*line, "--model"]).exception)
