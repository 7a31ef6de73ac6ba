"""Log records and answered requests → lines on standard error, as text or as JSON for programs."""

import json
import logging
import sys
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from service.middleware.exchange import Exchange

requests = logging.getLogger("tiaowen.requests")


def start_logging(format: str, stream: TextIO | None = None) -> None:
    """`text` tells warnings and errors; `json` tells every request too, one object a line."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        JsonLines() if format == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s")
    )
    handler.addFilter(_is_told)  # bm25s logs its progress at a level of its own making
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    requests.setLevel(logging.INFO if format == "json" else logging.WARNING)


def _is_told(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name == requests.name


class JsonLines(logging.Formatter):
    """One JSON object a record; fields given as `extra={"fields": …}` stand beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()


class RequestLog:
    """An observer that logs every request; the question only if that is wanted."""

    def __init__(self, with_questions: bool) -> None:
        self._with_questions = with_questions

    def observe(self, exchange: Exchange) -> None:
        if not requests.isEnabledFor(logging.INFO):
            return
        fields: dict[str, object] = {
            "request_id": exchange.request_id, "method": exchange.method, "route": exchange.route,
            "status": exchange.status, "milliseconds": round(exchange.seconds * 1e3, 2),
        }  # fmt: skip
        if exchange.notes.stages:
            fields["stages"] = {stage: round(ms, 2) for stage, ms in exchange.notes.stages.items()}
        if self._with_questions and exchange.notes.question:
            fields["question"] = exchange.notes.question
        requests.info("%s %s %d", exchange.method, exchange.route, exchange.status, extra={"fields": fields})


@dataclass(frozen=True, slots=True)
class Slow:
    """A request that took long."""

    time: float
    """Seconds since 1970."""
    request_id: str
    route: str
    milliseconds: float
    stages: dict[str, float]
    question: str
    """"" unless questions are logged."""


class SlowLog:
    """An observer that remembers the newest requests that took longer than a bound."""

    def __init__(self, milliseconds: float, with_questions: bool, most: int = 50) -> None:
        self._bound = milliseconds
        self._with_questions = with_questions
        self._slow: deque[Slow] = deque(maxlen=most)
        self._lock = threading.Lock()

    def observe(self, exchange: Exchange) -> None:
        milliseconds = exchange.seconds * 1e3
        if milliseconds >= self._bound:
            question = exchange.notes.question if self._with_questions else ""
            stages = {stage: round(ms, 2) for stage, ms in exchange.notes.stages.items()}
            with self._lock:
                self._slow.append(Slow(exchange.started, exchange.request_id, exchange.route,
                                       round(milliseconds, 2), stages, question))  # fmt: skip

    def newest(self) -> list[Slow]:
        """Newest first."""
        with self._lock:
            return list(reversed(self._slow))
