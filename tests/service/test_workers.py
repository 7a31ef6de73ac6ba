"""Several processes over one port and one store."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

HERE = Path(__file__).parent
RULES = "某市数据管理办法\n\n第一条 为了管理数据，制定本办法。\n"
UPLOAD = f'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n{RULES}\r\n--x--\r\n'.encode()


class Workers:
    """A service of two workers."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, str(HERE / "killed_service.py"), str(folder), "0", "2"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[1])
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.address = urlsplit(self.line.split()[3])

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=30)
        connection.request(method, path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        return answer.status, told

    def told(self, path: str) -> Any:
        status, answer = self.ask("GET", path)
        assert status == 200, answer
        return json.loads(answer)

    def worker(self) -> int:
        return int(self.told("/v1/admin/health")["worker"])


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    service = Workers(tmp_path)
    yield service
    service.process.terminate()
    service.process.communicate(timeout=30)


def eventually(check: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.05)
    return False


def test_two_workers_share_port_store_jobs_and_metrics_and_one_that_dies_comes_back(workers: Workers) -> None:
    assert "2 workers" in workers.line
    assert eventually(lambda: {workers.worker() for _ in range(20)} == {0, 1})

    status, answer = workers.ask("POST", "/v1/documents", UPLOAD, "multipart/form-data; boundary=x")
    job = json.loads(answer)
    assert status == 202
    assert eventually(lambda: workers.told(f"/v1/jobs/{job['id']}")["state"] == "done")
    snapshot = workers.told(f"/v1/jobs/{job['id']}")["snapshot"]
    assert eventually(lambda: {workers.told("/v1/readyz")["snapshot"] for _ in range(20)} == {snapshot})

    def by_worker() -> dict[str, float]:
        families = text_string_to_metric_families(workers.ask("GET", "/metrics")[1].decode())
        return {
            s.labels["worker"]: s.value for f in families for s in f.samples if s.name == "tiaowen_documents"
        }

    assert eventually(lambda: by_worker() == {"0": 2.0, "1": 2.0}), by_worker()

    children = Path(f"/proc/{workers.process.pid}/task/{workers.process.pid}/children").read_text().split()
    serving = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(serving) == 2
    os.kill(int(serving[0]), signal.SIGKILL)
    assert eventually(lambda: workers.told("/v1/readyz")["snapshot"] == snapshot)
    assert eventually(lambda: {workers.worker() for _ in range(20)} == {0, 1})

    workers.process.terminate()
    workers.process.communicate(timeout=30)
    assert workers.process.returncode == 0
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in serving[1:]), 10)
