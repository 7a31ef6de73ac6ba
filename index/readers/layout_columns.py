"""The lines of a page in, the columns of running text that it is set in out; columns of short cells are a table."""

from bisect import bisect_right
from dataclasses import dataclass
from statistics import median

from index.readers.layout import Line, Piece

_MIN_LINES = 6
"""Fewer lines side by side are no columns of text."""
_MIN_CHARS = 9
_MAX_WIDTH = 5000.0
"""Points; A0 is 3,370 high. A page may claim any size."""
_STEP = 2.0
"""Points; how finely a free strip is looked for."""
_UNEVEN = 0.15
"""Columns of one page differ by less than this share of the text's width."""
_CROSSED = 0.25
"""Share of the lines (titles, tables) that may stand across all columns."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of text: where they are parted, and the bands of the page where they stand."""

    gutters: tuple[float, ...]
    bands: tuple[tuple[float, float], ...] = ()
    """(top, bottom)."""

    @property
    def count(self) -> int:
        return len(self.gutters) + 1

    def column(self, one: Piece | Line) -> int:
        """Return the column that a piece or line begins in."""
        return bisect_right(self.gutters, one.left)

    def crossed(self, one: Piece | Line) -> bool:
        """Does it stand across a gutter?"""
        return any(one.left < gutter < one.right for gutter in self.gutters)

    def side(self, piece: Piece) -> int:
        """Return the column of a piece, -1 outside the bands."""
        middle = (piece.top + piece.bottom) / 2
        return self.column(piece) if any(top <= middle <= bottom for top, bottom in self.bands) else -1


def columns_of(groups: list[list[Piece]]) -> Columns | None:
    """Find two or three columns of running text; `groups` are the pieces of each line, top down."""
    if len(groups) < _MIN_LINES:
        return None
    left = min(piece.left for group in groups for piece in group)
    right = max(piece.right for group in groups for piece in group)
    if not right - left < _MAX_WIDTH:
        return None
    free = _free_strips(groups, left, right)
    for count in (3, 2):
        gutters = _gutters(free, left, right, count)
        bands = _bands(groups, Columns(gutters)) if gutters else ()
        if bands:
            return Columns(gutters, bands)
    return None


def _bands(groups: list[list[Piece]], columns: Columns) -> tuple[tuple[float, float], ...]:
    bands: list[tuple[float, float]] = []
    run: list[list[Piece]] = []
    for group in [*groups, None]:
        if group is not None and not any(columns.crossed(piece) for piece in group):
            run.append(group)
            continue
        run = _without_centred(run, columns)
        if run and _is_prose(run, columns):
            bands.append((min(piece.top for piece in run[0]), max(piece.bottom for piece in run[-1])))
        run = []
    return tuple(bands)


def _without_centred(run: list[list[Piece]], columns: Columns) -> list[list[Piece]]:
    """Leave out a title above and a page number below that fit into the middle one of three columns."""
    begin, end = 0, len(run)
    while begin < end and _is_centred(run[begin], columns):
        begin += 1
    while end > begin and _is_centred(run[end - 1], columns):
        end -= 1
    return run[begin:end]


def _is_centred(group: list[Piece], columns: Columns) -> bool:
    return columns.count == 3 and all(columns.column(piece) == 1 for piece in group)


def _free_strips(groups: list[list[Piece]], left: float, right: float) -> list[tuple[float, float]]:
    """Return the strips (left, right) that hardly any line crosses and that are as wide as a gutter."""
    count = int((right - left) / _STEP) + 1
    changes = [0] * (count + 1)
    for group in groups:
        # Blanks inside a line count as the line.
        for piece in group:
            changes[int(max(piece.left - left, 0) / _STEP)] += 1
            changes[min(int((piece.right - left) / _STEP) + 1, count)] -= 1
    narrowest = 0.6 * median(piece.size for group in groups for piece in group)
    strips: list[tuple[float, float]] = []
    crossing = begin = 0
    for i in range(count + 1):
        crossing += changes[i]
        if i == count or crossing > _CROSSED * len(groups):
            if (i - begin) * _STEP >= narrowest:
                strips.append((left + begin * _STEP, left + i * _STEP))
            begin = i + 1
    return strips


def _gutters(strips: list[tuple[float, float]], left: float, right: float, count: int) -> tuple[float, ...]:
    """Return the middles of the widest strips near where `count` columns of one width are parted, () if one lacks."""
    gutters: list[float] = []
    for part in range(1, count):
        share = 0.2 if count == 2 else _UNEVEN
        middle, slack = left + (right - left) * part / count, (right - left) * share
        near = [(max(a, middle - slack), min(b, middle + slack)) for a, b in strips]
        begin, end = max(near, key=lambda strip: strip[1] - strip[0], default=(0.0, 0.0))
        if end <= begin:
            return ()
        gutters.append((begin + end) / 2)
    return tuple(gutters)


def _is_prose(run: list[list[Piece]], columns: Columns) -> bool:
    """Whether in all columns stand lines long enough for running text, most of them full."""
    for side in range(columns.count):
        found = [piece for group in run for piece in group if columns.column(piece) == side]
        if len(found) < _MIN_LINES or median(len(piece.text) for piece in found) < _MIN_CHARS:
            return False
        edge = sorted(piece.right for piece in found)[int(0.9 * (len(found) - 1))]
        if sum(edge - piece.right < 2 * piece.size for piece in found) < 0.4 * len(found):
            return False
    beside = sum(len({columns.column(piece) for piece in group}) > 1 for group in run)
    return beside >= 0.3 * len(run)
