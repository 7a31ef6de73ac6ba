"""kill -9 at random moments of uploads, builds and swaps loses no document and serves no half snapshot.

`python tests/service/test_killed.py 50` does it fifty times.
"""

import http.client
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

ROUNDS = 5
SECONDS_OF_A_ROUND = 2.5
ROUNDS_TO_SETTLE = 10
"""Every so many rounds all work ends before the kill: a job that began MAX_ATTEMPTS times is given up by intent."""
PATIENCE = 60
"""Seconds after which work on one document that is not done hangs."""
HERE = Path(__file__).parent


def rules(number: int) -> str:
    return f"第{number}号管理办法\n\n第一条 本办法编号为{number}。\n\n第二条 本办法自发布之日起施行。\n"


def expected(number: int) -> str:
    return f"第{number}号管理办法"


class Killed:
    """A service that is started again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.accepted: dict[int, str] = {}
        """Documents answered with 202, and their jobs."""
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, str(HERE / "killed_service.py"), str(self.folder), "0", "1"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[1])
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Tiaowen answers at"), line
        self.address = urlsplit(line.split()[3])

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, dict]:
        status, answer = self.fetch(method, path, body, kind)
        return status, json.loads(answer)

    def fetch(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=30)
        connection.request(method, path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        return answer.status, told

    def upload(self, number: int) -> None:
        body = (
            '--x\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{number}.txt"\r\n\r\n{rules(number)}\r\n--x--\r\n'
        ).encode()
        status, job = self.ask("POST", "/v1/documents", body, "multipart/form-data; boundary=x")
        if status == 202:
            self.accepted[number] = job["id"]

    def whole(self) -> set[str]:
        """The ids served; every answer comes from one whole snapshot."""
        status, listed = self.ask("GET", "/v1/documents?limit=1000")
        assert status == 200, listed
        assert listed["total"] == len(listed["documents"])
        return {d["id"] for d in listed["documents"]}

    def settled(self, seconds: float) -> bool:
        """True once every job is finished."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            jobs = self.ask("GET", "/v1/jobs?limit=200")[1]["jobs"]
            if all(j["state"] in ("done", "failed") for j in jobs):
                return True
            time.sleep(0.1)
        return False


def ordeal(folder: Path, rounds: int, seed: int = 1) -> dict[str, int]:
    """Kill the service `rounds` times while documents are uploaded, then look whether all of them are there."""
    chance = random.Random(seed)
    service, number = Killed(folder), 0
    for turn in range(rounds):
        service.start()
        if turn % ROUNDS_TO_SETTLE == 0:
            number += 1
            service.upload(number)
            assert service.settled(PATIENCE + 3 * len(service.accepted))
        until = time.monotonic() + chance.uniform(0.0, SECONDS_OF_A_ROUND)
        before = service.whole()
        while time.monotonic() < until:
            if len(service.accepted) < 2 * rounds + 5:
                number += 1
                service.upload(number)
            time.sleep(chance.uniform(0.0, 0.3))
            served = service.whole()
            assert before <= served, before - served
            before = served
        service.kill()
    service.start()
    assert service.settled(PATIENCE + 3 * len(service.accepted))
    served = service.whole()
    missing = [n for n in service.accepted if expected(n) not in served]
    states = [service.ask("GET", f"/v1/jobs/{job}")[1]["state"] for job in service.accepted.values()]
    status, _ = service.ask("GET", "/v1/readyz")
    files = {
        n: service.fetch("GET", f"/v1/documents/{quote(expected(n))}/original") for n in service.accepted
    }
    deadline = time.monotonic() + 10
    while list((folder / "store" / "uploads").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)  # a job is done before its files are removed
    service.kill()
    assert missing == []
    assert status == 200
    assert files == {n: (200, rules(n).encode()) for n in service.accepted}
    assert set(states) <= {"done"}
    assert not list((folder / "store" / "uploads").iterdir())
    return {"rounds": rounds, "accepted": len(service.accepted), "sent": number, "served": len(served)}


def test_kill_9_at_random_moments_loses_no_document(tmp_path: Path) -> None:
    seen = ordeal(tmp_path, ROUNDS)
    assert seen["accepted"] >= 1
    assert seen["served"] >= seen["accepted"] + 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(ordeal(Path(scratch), int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(time.time())))
