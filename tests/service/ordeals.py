"""kill -9 in one window again and again: of `tiaowen index`, of a service that swaps, of one that receives a file.

`python tests/service/ordeals.py index|model|swap|upload 50` ("model" is "index" with the real one) prints what it saw.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

import pytest
from test_killed import PATIENCE, Killed, expected, rules

from index.catalogue import Catalogue
from index.snapshot import KEPT, Store
from service.jobs.journal import Journal

HERE = Path(__file__).parent
Seen = dict[str, float]
KEPT_FILES = {"CURRENT", "snapshots", "originals", "vectors.sqlite", "pieces.sqlite", "writer.lock", "pieces.lock",
              "jobs.sqlite", "jobs.lock", "uploads"}  # fmt: skip
"""What a store may hold once nothing is under way; SQLite's journals beside its files are no leftovers."""


def served(store: Path) -> set[str]:
    """Documents of the published snapshot. Every kept one must be whole: this raises otherwise."""
    folders = {s: Store(store).verified(s)[1] for s in Store(store).snapshots()}
    assert {f.name for f in (store / "snapshots").iterdir()} <= folders.keys()
    return set(Catalogue(folders[Store(store).current()] / "catalogue.sqlite").document_ids())


def tidy(store: Path) -> None:
    """Nothing is left over: no half build, no file that no document names, no upload; `tiaowen snapshots` agrees."""
    names = {p.name.removesuffix("-wal").removesuffix("-shm") for p in store.iterdir()}
    assert names <= KEPT_FILES, names - KEPT_FILES
    assert not (store / "uploads").exists() or not list((store / "uploads").iterdir())
    snapshots = Store(store).snapshots()
    assert 1 <= len(snapshots) <= KEPT
    catalogues = [Catalogue(store / "snapshots" / s / "catalogue.sqlite") for s in snapshots]
    named = {original.sha256 for c in catalogues for original in c.originals().values()}
    assert {p.name for p in (store / "originals").iterdir()} == named
    command = [
        sys.executable,
        "-c",
        "from service.commands.cli import main; main()",
        "snapshots",
        "--store",
        str(store),
    ]
    told = subprocess.run(
        command, capture_output=True, text=True, cwd=HERE.parents[1], check=True
    ).stdout.split("\n")
    assert [line[2:] for line in told if line] == snapshots
    assert sum(line.startswith("* ") for line in told) == 1


def indexing(folder: Path, rounds: int, seed: int = 1, model: bool = False) -> Seen:
    """Kill `tiaowen index` at random moments from its start to beyond its end; each round adds a document."""
    chance, store = random.Random(seed), folder / "store"
    entry = ["-c", "from service.commands.cli import main; main()", "index", "--store", str(store)]
    command = [sys.executable, *(entry if model else [str(HERE / "killed_index.py"), str(store)])]
    clauses = "".join(f"第{n}条 第{n}项工作由有关部门按照职责分工负责。\n\n" for n in range(3, 60))

    def started(numbers: list[int]) -> "subprocess.Popen[bytes]":
        for number in numbers:
            (folder / f"{number}.txt").write_text(rules(number) + clauses, encoding="utf-8")
        files = [str(folder / f"{number}.txt") for number in numbers]
        return subprocess.Popen([*command, *files], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                cwd=HERE.parents[1])  # fmt: skip

    began = time.monotonic()
    first = started([0])
    _, told = first.communicate()
    assert first.returncode == 0, told.decode()
    seconds, ended, published = time.monotonic() - began, 0, 0
    before = served(store)
    for number in range(1, rounds + 1):
        process = started([number])
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.0, 1.1 * seconds))
        finished = process.poll()
        process.kill()
        _, told = process.communicate()
        assert finished in (None, 0), told.decode()
        now = served(store)
        assert before <= now <= before | {expected(number)}, (before, now)
        assert finished is None or expected(number) in now
        ended += finished == 0
        published += finished is None and expected(number) in now
        before = now
    last = started(list(range(rounds + 1)))  # the usual command is all the repair there is
    _, told = last.communicate()
    assert last.returncode == 0, told.decode()
    assert served(store) == {expected(number) for number in range(rounds + 1)}
    tidy(store)
    return {"rounds": rounds, "seconds of one": round(seconds, 2), "ended before": ended,
            "killed after publishing": published}  # fmt: skip


class Struck(Killed):
    """A service whose children are killed with it in every other round, as by a loss of power."""

    def start(self) -> None:
        (self.folder / "tmp").mkdir(exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:  # for the service alone: browsers want a short path
            patch.setenv("TMPDIR", str(self.folder / "tmp"))
            super().start()

    def struck(self, children: bool) -> None:
        assert self.process is not None
        mine = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        own = mine.read_text().split() if children and mine.exists() else []
        self.process.send_signal(signal.SIGKILL)
        for child in own:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self.process.communicate()

    def finish(self) -> set[str]:
        """What is served once every job is done and nothing is left over."""
        self.start()
        assert self.settled(PATIENCE + 3 * len(self.accepted))
        whole = self.whole()
        assert self.ask("GET", "/v1/readyz")[0] == 200
        states = [self.ask("GET", f"/v1/jobs/{job}")[1]["state"] for job in self.accepted.values()]
        assert set(states) <= {"done"}
        assert [n for n in self.accepted if expected(n) not in whole] == []
        deadline = time.monotonic() + 30
        while list((self.folder / "store" / "uploads").iterdir()) and time.monotonic() < deadline:
            time.sleep(0.2)  # what never became a job is removed once it is old; here, after two seconds
        self.kill()
        # A build that outlived a killed service published as usual; the next one clears the rest away.
        with Store(self.folder / "store").writing():
            pass
        tidy(self.folder / "store")
        assert not list((self.folder / "tmp").iterdir())
        return whole


def swapping(folder: Path, rounds: int, seed: int = 1) -> Seen:
    """Kill a service between the moment its build begins to publish and the moment it serves the new snapshot."""
    chance, service, window, swapped = random.Random(seed), Struck(folder), 0.0, 0
    for number in range(rounds + 1):
        if number != 1:  # the service of the first round, which measures how long the window is, runs on
            service.start()
        before = service.whole()
        service.upload(number)
        journal, job = Journal(folder / "store"), service.accepted[number]
        deadline = time.monotonic() + PATIENCE
        while (
            (found := journal.find(job)) and found.stage != "publish" and found.state in ("queued", "running")
        ):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        began = time.monotonic()
        until = began + (chance.uniform(0.0, 1.2 * window) if number else PATIENCE)
        while time.monotonic() < until:
            now = service.whole()
            assert before <= now <= before | {expected(n) for n in service.accepted}, (before, now)
            if not number and expected(0) in now and service.settled(0.1):
                break
        if number == 0:
            window = time.monotonic() - began
            continue
        swapped += expected(number) in service.whole()
        service.struck(children=number % 2 == 0)
        held = served(folder / "store")
        assert before <= held <= before | {expected(n) for n in service.accepted}
    whole = service.finish()
    return {
        "rounds": rounds,
        "window in seconds": round(window, 2),
        "swapped before": swapped,
        "served": len(whole),
    }


def receiving(folder: Path, rounds: int, seed: int = 1) -> Seen:
    """Kill a service while the body of an upload arrives, and up to its answer."""
    chance, service = random.Random(seed), Struck(folder)
    noise = chance.randbytes(
        3 << 20
    )  # more than is held in memory; no document, which only its own file suffers for
    answered, seconds = 0, 0.0
    for number in range(rounds + 1):
        if number != 1:  # the service of the first round, which measures how long an upload takes, runs on
            service.start()
        # Work that is interrupted in every one of its first moments is given up by intent (MAX_ATTEMPTS).
        assert service.settled(PATIENCE)
        before = service.whole()
        body = (
            b"".join(
                f'--x-y\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
                + content
                + b"\r\n"
                for name, content in (("noise.bin", noise), (f"{number}.txt", rules(number).encode()))
            )
            + b"--x-y--\r\n"
        )
        head = ("POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x-y\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()  # fmt: skip
        began = time.monotonic()
        killer = threading.Timer(chance.uniform(0.0, 1.3 * seconds), service.struck, (number % 2 == 0,))
        if number:
            killer.start()
        answer = _sent(service, head, body, 0.3 / (len(body) >> 16))
        if answer.startswith(b"HTTP/1.1 202"):
            service.accepted[number] = answer.partition(b'"id":"')[2].partition(b'"')[0].decode()
        if not number:
            seconds = time.monotonic() - began
            continue
        killer.join()
        answered += number in service.accepted
        held = served(folder / "store")
        assert before <= held, before - held
    whole = service.finish()
    return {
        "rounds": rounds,
        "seconds of one": round(seconds, 2),
        "answered before": answered,
        "served": len(whole),
    }


def _sent(service: Killed, head: bytes, body: bytes, pause: float) -> bytes:
    """Send a body in pieces of 64 KiB; what came back before the connection broke."""
    answer = b""
    with suppress(OSError), socket.create_connection(
        (service.address.hostname or "", service.address.port or 0), timeout=30
    ) as connection:  # fmt: skip
        connection.sendall(head)
        for at in range(0, len(body), 1 << 16):
            connection.sendall(body[at : at + (1 << 16)])
            time.sleep(pause)
        while received := connection.recv(1 << 16):
            answer += received
    return answer


ORDEALS: dict[str, Callable[[Path, int, int], Seen]] = {
    "index": indexing,
    "model": lambda folder, rounds, seed: indexing(folder, rounds, seed, model=True),
    "swap": swapping,
    "upload": receiving,
}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "run").mkdir()
        print(ORDEALS[sys.argv[1]](Path(scratch, "run"), int(sys.argv[2]), int(time.time())))
