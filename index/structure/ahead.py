"""What comes next: the candidates of a frame in order, and how far their sequences go on."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.structure.draft import Level, succeeds
from index.structure.lines import Line
from index.structure.markers import RANKS, Marker

LOOK_AHEAD = 12
"""Candidates of interest read ahead to see how a sequence goes on; bounds the work per line."""


class Ahead:
    """The candidate numbers of a frame, read from any line on."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._candidates = [i for i, line in enumerate(lines) if line.marker is not None and line.role == ""]
        self._chapters = [
            i
            for i in self._candidates
            if (one := lines[i].marker) and one.style == "章" and not one.reference
        ]

    def next_chapter(self, i: int) -> int:
        """Return the number of the next 章 after the i-th line, 0 where none follows."""
        at = bisect_right(self._chapters, i)
        marker = self._lines[self._chapters[at]].marker if at < len(self._chapters) else None
        return marker.value if marker is not None else 0

    def after(self, i: int, limit: int) -> Iterator[Marker]:
        """Yield up to `limit` candidates that follow the i-th line."""
        at = bisect_right(self._candidates, i)
        for j in self._candidates[at : at + limit]:
            marker = self._lines[j].marker
            if marker is not None:
                yield marker

    def comes(self, i: int, marker: Marker, value: int, stack: Sequence[Level]) -> bool:
        """Is `value` of the same style still to come, not as a reference, before the sequence is over?"""
        seen = 0
        for other in self.after(i, 4 * LOOK_AHEAD):
            if other.style == marker.style and not other.reference and other.prefix == marker.prefix:
                if other.value == value and other.branch == 0:
                    return True
                seen += 1
                if other.value == 1 or other.value == marker.value + 1 or seen >= LOOK_AHEAD:
                    return False
            elif other.value > 1 and any(
                level.style == other.style
                and level.rank < RANKS[marker.style]
                and succeeds(level.value, level.branch, other)
                for level in stack
            ):
                return False
        return False

    def goes_on(self, i: int, marker: Marker) -> bool:
        """Does the next number of the same style follow?"""
        same = (other for other in self.after(i, LOOK_AHEAD) if other.style == marker.style)
        following = next(same, None)
        return following is not None and following.value == marker.value + 1

    def outlines(self, i: int, marker: Marker) -> bool:
        """Does a bare numeral head an outline: 1.1 comes straight after 1, or 2 before long?"""
        for place, other in enumerate(self.after(i, 4 * LOOK_AHEAD)):
            if other.style == marker.style:
                return other.value == marker.value + 1
            if place == 0 and other.prefix == marker.number:
                return True
        return False

    def returns(self, i: int, level: Level, style: str) -> bool:
        """Does the sequence of `level` go on after a list of `style`, before anything that outranks the list?"""
        for other in self.after(i, 4 * LOOK_AHEAD):
            if other.style == level.style:
                return other.value == level.value + 1
            if other.style != style and RANKS[other.style] < RANKS[style]:
                return False
        return False

    def next_of(self, i: int, level: Level, stack: Sequence[Level]) -> int:
        """Return the next number of the level's sequence, 0 where it is over."""
        for other in self.after(i, LOOK_AHEAD):
            if other.reference:
                continue
            if other.style == level.style and other.prefix == level.prefix:
                return other.value if other.value > level.value else 0
            if RANKS[other.style] < RANKS["一、"]:
                return 0
            if RANKS[other.style] < level.rank and any(
                outer.style == other.style
                and outer.prefix == other.prefix
                and succeeds(outer.value, outer.branch, other)
                for outer in stack
            ):
                return 0
        return 0
