"""A real service under load while its snapshots change → failures, answers a second and memory over time.

`python tests/service/soak.py --minutes 10 --clients 8`: no answer may fail, each must come from a published snapshot,
and after the first third memory and open files must stay flat. `--clients 0 --every 0` swaps as fast as builds allow.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
QUESTIONS = (
    "到2025年研发投入要占多少",
    "谁来评估方案的落实情况",
    "外国人才来深圳有什么措施",
    "本办法编号为3",
)
SLACK = 1.05
"""Memory at the end over memory after the first third."""
SLACK_FILES = 32
"""Open files at the end over those after the first third: threads that ask open the snapshot each for itself."""


class Soak:
    """A service of its own process over a new store."""

    def __init__(self, folder: Path) -> None:
        given = {**os.environ, "TIAOWEN_STORE": str(folder / "store"), "TIAOWEN_PORT": "0",
                 "TIAOWEN_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}  # fmt: skip
        command = [sys.executable, "-c", "from service.commands.cli import main; main()", "serve"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=given)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Tiaowen answers at"), line
        self.address = urlsplit(line.split()[3])
        self.answers: Counter[int] = Counter()
        self.asked_from: set[str] = set()
        self.published: set[str] = set()
        self.ended = threading.Event()

    def ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "",
    ) -> tuple[int, dict]:
        connection.request(method, path, body, {"Content-Type": kind or "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=60)

    def client(self, number: int) -> None:
        connection, turn = self.connected(), number
        while not self.ended.is_set():
            turn += 1
            text = f"{QUESTIONS[turn % len(QUESTIONS)]} {turn}"  # never the same, so that nothing is cached
            status, told = self.ask(connection, "POST", "/v1/search", json.dumps({"question": text}).encode())
            self.answers[status] += 1
            if status == 200:
                self.asked_from.add(told["snapshot"])
            else:
                time.sleep(1)

    def swapper(self, every_seconds: float) -> None:
        """Publish a snapshot again and again; the collection does not grow: document 1 to 5 are replaced in turn."""
        connection, number = self.connected(), 0
        while not self.ended.wait(every_seconds):
            number += 1
            name = f"第{number % 5}号管理办法"
            text = f"{name}\n\n第一条 本办法编号为{number}。\n\n第二条 本办法自发布之日起施行。\n"
            form = (f'--x\r\nContent-Disposition: form-data; name="file"; filename="{number % 5}.txt"\r\n\r\n'
                    f"{text}\r\n--x--\r\n").encode()  # fmt: skip
            status, job = self.ask(
                connection, "POST", "/v1/documents", form, "multipart/form-data; boundary=x"
            )
            while status in (200, 202) and job["state"] in ("queued", "running"):
                time.sleep(0.2)
                status, job = self.ask(connection, "GET", f"/v1/jobs/{job['id']}")
            assert job.get("state") == "done", job
            self.published.add(job["snapshot"])

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))


def soak(folder: Path, minutes: float, clients: int, every_seconds: float) -> bool:
    """True if nothing failed and memory stayed flat."""
    service = Soak(folder)
    try:
        connection = service.connected()
        service.published.add(service.ask(connection, "GET", "/v1/readyz")[1]["snapshot"])
        threads = [threading.Thread(target=service.client, args=(n,)) for n in range(clients)]
        threads.append(threading.Thread(target=service.swapper, args=(every_seconds,)))
        for thread in threads:
            thread.start()
        began, seen, memory, files = time.monotonic(), 0, [], []
        while time.monotonic() - began < minutes * 60:
            time.sleep(min(10.0, minutes * 6))
            answered, passed = sum(service.answers.values()), time.monotonic() - began
            memory.append(service.resident_mb())
            files.append(service.open_files())
            print(f"{passed:6.0f} s  {memory[-1]:7.1f} MiB  {files[-1]:3} files  {service.threads():3} threads  "
                  f"{answered - seen:6} answers  {len(service.published):3} snapshots", flush=True)  # fmt: skip
            seen = answered
        service.ended.set()
        for thread in threads:
            thread.join(60)
    finally:
        service.ended.set()
        service.process.send_signal(signal.SIGTERM)
        service.process.communicate(timeout=60)
    third = len(memory) // 3 + 1
    early, late = max(memory[:third]), max(memory[-3:])
    opened, left = max(files[:third]), max(files[-3:])
    strange = service.asked_from - service.published
    print(f"answers by status {dict(service.answers)}; {len(service.published)} snapshots published, "
          f"{len(service.asked_from)} answered from, {len(strange)} of them unknown; memory {early:.0f} MiB at most in "
          f"the first third, {late:.0f} MiB at the end; open files {opened} and {left}; "
          f"exit status {service.process.returncode}")  # fmt: skip
    return (
        set(service.answers) <= {200}
        and len(service.published) > 1
        and not strange
        and late <= early * SLACK
        and left <= opened + SLACK_FILES
        and not service.process.returncode
    )


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--minutes", type=float, default=10)
    told.add_argument("--clients", type=int, default=8)
    told.add_argument("--every", type=float, default=3, help="seconds between two changes of the collection")
    given = told.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(0 if soak(Path(scratch), given.minutes, given.clients, given.every) else 1)
