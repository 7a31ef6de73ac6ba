"""Spans of a text in order → the one that holds or meets another."""

from bisect import bisect_right
from collections.abc import Sequence


class Spans:
    """Spans in order that do not overlap."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def holding(self, offset: int) -> tuple[int, int] | None:
        at = bisect_right(self._starts, offset) - 1
        return self._spans[at] if at >= 0 and offset < self._spans[at][1] else None

    def overlapping(self, start: int, end: int) -> tuple[int, int] | None:
        at = bisect_right(self._starts, end - 1) - 1
        return self._spans[at] if at >= 0 and start < self._spans[at][1] else None

    def between(self, low: int, high: int) -> list[tuple[int, int]]:
        return [span for span in self._spans if span[0] < high and low < span[1]]


def overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """True if any of the spans, in whatever order, meets the one from `start` to `end`."""
    return any(s < end and start < e for s, e in spans)
