"""Build stages → a progress bar on standard error, only when there is something to wait for."""

import sys
import time
from typing import Any

_LABELS = {
    "split": "切分条款 splitting",
    "terms": "分词 terms",
    "embed": "向量化 embedding",
    "publish": "发布 publishing",
    "answers": "准备作答 preparing answers",
}
_PLAIN_EVERY_SECONDS = 10


class ProgressBar:
    """Callable as `index.build.Progress`. A bar on a terminal, a line every ten seconds elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}
        self._printed = time.monotonic()

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self._draw(stage, done, total)
        elif time.monotonic() - self._printed > _PLAIN_EVERY_SECONDS:
            self._printed = time.monotonic()
            print(f"{_LABELS[stage]}: {done:,} / {total:,}", file=sys.stderr, flush=True)

    def _draw(self, stage: str, done: int, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        if self._bar is None:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._bar.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(_LABELS[stage], total=total)
        self._bar.update(self._tasks[stage], completed=done, total=total)
