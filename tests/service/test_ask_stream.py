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

from retriever.generate.endpoint import Endpoint
from service.api.ask_schema import ASKED, AskResponse
from service.api.schema import ADDRESS
from service.api.stream_schema import EVENTS, EXAMPLE
from service.app import create_app
from service.live import Live
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

    app = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    with TestClient(create_app(plan_live, Operations(endpoint=Endpoint(url, "m", KEY, 5.0)))) as client:
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
