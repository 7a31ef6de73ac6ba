"""The load command against a small server made here: what it counts, and what it says when nothing answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eval.judgements import EvalError
from eval.load import put_load


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["question"])
            self.send_response(500 if asked[-1] == "bad" else 200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None: ...

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}", asked
    running.shutdown()
    running.server_close()


def test_every_question_is_asked_and_failures_are_counted(server: tuple[str, list[str]]) -> None:
    url, asked = server
    load = put_load(url, ["研发", "bad", "人才"], clients=3, questions=30)
    assert sorted(asked) == sorted(["研发", "bad", "人才"] * 10)
    assert (load.clients, load.questions, load.failed) == (3, 30, 10)
    assert 0 < load.p50_milliseconds <= load.p95_milliseconds <= load.p99_milliseconds
    assert load.per_second == pytest.approx(30 / load.seconds)


def test_a_service_that_does_not_answer_is_named(server: tuple[str, list[str]]) -> None:
    with pytest.raises(EvalError, match=r"nothing answers at http://127.0.0.1:9 .*tiaowen serve"):
        put_load("http://127.0.0.1:9", ["研发"], clients=1, questions=2)
    with pytest.raises(EvalError, match="no address of a service"):
        put_load("ftp://x", ["研发"], clients=1, questions=2)
