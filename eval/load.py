"""Questions to a running service, by clients at once → throughput and latency as a client sees them."""

import http.client
import itertools
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np

from eval.judgements import EvalError

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of clients saw, each with one connection and one question at a time."""

    clients: int
    questions: int
    failed: int
    """Answers that were not 200."""
    seconds: float
    per_second: float
    p50_milliseconds: float
    p95_milliseconds: float
    p99_milliseconds: float


def put_load(url: str, texts: Sequence[str], clients: int, questions: int) -> Load:
    """Ask `questions` questions (cycling through `texts`) of `POST {url}/v1/search`.

    Raises EvalError if nothing answers there.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise EvalError(f"{url!r} is no address of a service; give one such as http://127.0.0.1:8187")
    host, port = parts.hostname, parts.port or 80
    bodies = [json.dumps({"question": text}).encode() for text in texts]
    numbers = itertools.count()
    milliseconds: list[float] = []
    failed: list[int | str] = []

    def client() -> None:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        while (number := next(numbers)) < questions:
            start = time.perf_counter()
            try:
                connection.request(
                    "POST", "/v1/search", bodies[number % len(bodies)], {"content-type": "application/json"}
                )
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException) as error:
                failed.append(str(error))
                connection.close()
                continue
            milliseconds.append((time.perf_counter() - start) * 1e3)
            if response.status != 200:
                failed.append(response.status)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if not milliseconds:
        raise EvalError(f"nothing answers at {url} ({failed[0]}); start it with `tiaowen serve`")
    p50, p95, p99 = np.percentile(milliseconds, [50, 95, 99]).tolist()
    return Load(clients, questions, len(failed), seconds, len(milliseconds) / seconds, p50, p95, p99)
