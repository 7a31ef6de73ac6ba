"""The process: its port, its readiness, its end, and what it must not load."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from index.errors import TiaowenError
from service.server import listening_socket, url
from service.settings import Settings

SCRIPT = """
import sys
from pathlib import Path
import service.server as server
from index.configuration import Parts
from index.embed import HashEmbedder
from index.snapshot import Store
from index.text import Tokenizer
from service.settings import Settings
server.open_parts = lambda c, report: Parts(Store(c.store), Tokenizer(), HashEmbedder())
folder = Path(sys.argv[1])
stages = []
def progress(stage, done, total):
    stages.append(stage)
    if stage == "publish" and done == 0 and len(sys.argv) > 4:
        input()
try:
    settings = Settings(folder / "store", folder, port=int(sys.argv[2]), drain_seconds=float(sys.argv[3]))
    server.serve(settings, progress=progress)
except server.TiaowenError as error:
    print(f"refused: {error}")
print("stages:", sorted(set(stages)))
print("loaded:", sorted({"torch", "sentence_transformers", "transformers"} & sys.modules.keys()))
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the service with hashed vectors in a process of its own, killed at the end of the test."""
    started: list[subprocess.Popen[str]] = []
    root = Path(__file__).parents[2]

    def run(port: int = 0, drain: float = 0.0, *more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(port), str(drain), *more]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def address_of(process: subprocess.Popen[str]) -> tuple[str, int, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Tiaowen answers at http://127.0.0.1:"), line
    parts = urlsplit(line.split()[3])
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port, line


def test_it_says_where_it_answers_when_it_answers_and_stops_in_order(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    process = start()
    host, port, line = address_of(process)
    assert "1 document, 25 clauses" in line
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", "/v1/readyz")
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["clauses"]) == (200, 25)
    assert answer.headers["Server"] is None
    connection.request("GET", "/v1/search?q=" + "a" * 100_000)
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["error"]["code"]) == (414, "url_too_long")
    connection.close()
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "stages: ['embed', 'publish', 'split', 'terms']" in output
    assert "loaded: []" in output, "torch would cost seconds and hundreds of megabytes"


def test_the_second_start_builds_nothing_and_sigterm_ends_it(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    for _ in range(2):
        process = start()
        address_of(process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode in (0, -signal.SIGTERM)
    process = start()
    address_of(process)
    process.send_signal(signal.SIGINT)
    assert "stages: []" in process.communicate(timeout=20)[0]


def asked(host: str, port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    told = json.load(answer)
    connection.close()
    return answer.status, told.get("error", {}).get("code", "")


def test_it_lives_while_its_index_is_built_and_is_ready_only_then(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = start(port, 0.0, "wait before publishing")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            assert asked("127.0.0.1", port, "/healthz")[0] == 200
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    assert asked("127.0.0.1", port, "/readyz") == (503, "nothing_published")
    assert asked("127.0.0.1", port, "/v1/search?q=a") == (503, "nothing_published")
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    address_of(process)
    assert asked("127.0.0.1", port, "/readyz")[0] == 200


def test_told_to_stop_it_answers_on_but_is_not_ready(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start(0, 1.5)
    host, port, _ = address_of(process)
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 10
    while asked(host, port, "/readyz")[0] == 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert asked(host, port, "/readyz") == (503, "stopping")
    assert asked(host, port, "/v1/search?q=a")[0] == 200
    assert "stages:" in process.communicate(timeout=20)[0], "it ends in order"
    assert process.returncode == 0


def test_a_taken_port_is_refused_before_anything_is_built(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        output, _ = start(port).communicate(timeout=20)
    assert f"refused: cannot listen on 127.0.0.1 port {port}" in output
    assert "TIAOWEN_PORT" in output
    assert not (tmp_path / "store").exists()


def test_a_host_that_is_no_address_here_is_refused(tmp_path: Path) -> None:
    for host in ("no-such-host.invalid", "192.0.2.1"):
        with pytest.raises(TiaowenError, match=host):
            listening_socket(Settings(tmp_path, tmp_path, host=host, port=0))


def test_the_url_is_one_that_a_browser_opens() -> None:
    assert url("0.0.0.0", 80) == url("127.0.0.1", 80) == "http://127.0.0.1:80/"
    assert url("::", 1) == "http://[::1]:1/"
    assert url("example.org", 1) == "http://example.org:1/"
