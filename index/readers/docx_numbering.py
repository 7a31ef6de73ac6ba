"""numbering.xml in; for paragraphs in order, the numbers that Word shows before them out.

Rules: ISO/IEC 29500-1, 17.9 (numbering) and 17.3.1.19 (numPr).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.readers.docx_names import W, child, integer, switch, value
from index.readers.docx_styles import Styles
from index.readers.numerals import numeral

if TYPE_CHECKING:
    from lxml.etree import _Element

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_MAX_LINKS = 20


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list."""

    start: int
    format: str
    text: str
    """`lvlText`: %1 to %9 stand for the numbers of the levels."""
    restart: int
    """The level restarts after a paragraph of any level below this one; 0 for never."""
    all_decimal: bool
    style: str
    hidden: bool


class Numbering:
    """The lists of one document and their running counts; ask for labels in document order."""

    def __init__(self, root: "_Element | None", styles: Styles) -> None:
        self._styles = styles
        self._nums: dict[int, _Element] = {}
        self._abstracts: dict[int, _Element] = {}
        for element in [] if root is None else root.iterfind(W + "num"):
            self._nums[int(element.get(W + "numId", "-1"))] = element
        for element in [] if root is None else root.iterfind(W + "abstractNum"):
            self._abstracts[int(element.get(W + "abstractNumId", "-1"))] = element
        self._levels: dict[int, dict[int, Level]] = {}
        self._lists: dict[int, int] = {}
        # Counts live with the abstract list: two w:num of one list continue each other.
        self._counts: dict[int, list[int | None]] = {}
        self._started: set[tuple[int, int]] = set()

    def label(self, properties: "_Element | None") -> str:
        """Count a paragraph, given its `w:pPr`, and return its number as Word shows it, "" if it has none."""
        place = self.place(properties)
        if place is None:
            return ""
        num_id, level_index = place
        levels = self._levels_of(num_id)
        counts = self._counts.setdefault(self._lists[num_id], [None] * LEVELS)
        self._count(num_id, level_index, levels, counts)
        level = levels.get(level_index)
        if level is None or level.hidden or level.format == "bullet":
            return ""

        def shown(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = levels.get(index)
            # Only levels above or at this one can be shown.
            if other is None or index > level_index:
                return ""
            number = counts[index]
            as_decimal = level.all_decimal and other.format != "none"
            return numeral(
                other.start if number is None else number, "decimal" if as_decimal else other.format
            )

        return _PLACE.sub(shown, level.text).strip()

    def place(self, properties: "_Element | None") -> tuple[int, int] | None:
        """Return (numId, level) of a paragraph from its own properties, else from its styles."""
        num_id = integer(properties, "numPr", "numId")
        level = integer(properties, "numPr", "ilvl")
        for style in self._styles.chain(value(properties, "pStyle")):
            if num_id is not None:
                break
            num_id = integer(style, "pPr", "numPr", "numId")
            if num_id is not None and level is None:
                level = self._level_of_style(num_id, style)
        # numId 0 takes numbering away that a style would give.
        if not num_id or num_id not in self._nums or not self._levels_of(num_id):
            return None
        return num_id, min(max(level or 0, 0), LEVELS - 1)

    def _level_of_style(self, num_id: int, style: "_Element") -> int | None:
        for index, level in self._levels_of(num_id).items() if num_id in self._nums else ():
            if level.style and level.style == style.get(W + "styleId"):
                return index
        return integer(style, "pPr", "numPr", "ilvl")

    def _count(self, num_id: int, index: int, levels: dict[int, Level], counts: list[int | None]) -> None:
        for upper in range(index):
            # A level that was skipped counts as if its first paragraph had stood here.
            if counts[upper] is None and upper in levels:
                counts[upper] = levels[upper].start
        override = self._start_override(num_id, index)
        level = levels.get(index)
        start = 1 if level is None else level.start
        number = counts[index]
        if override is not None and (num_id, index) not in self._started:
            counts[index] = override
        else:
            counts[index] = start if number is None else number + 1
        self._started.add((num_id, index))
        for lower in range(index + 1, LEVELS):
            below = levels.get(lower)
            if below is None or index < below.restart:
                counts[lower] = None

    def _start_override(self, num_id: int, index: int) -> int | None:
        for override in self._nums[num_id].iterfind(W + "lvlOverride"):
            if override.get(W + "ilvl") == str(index):
                return integer(override, "startOverride")
        return None

    def _levels_of(self, num_id: int) -> dict[int, Level]:
        """Return the levels of a w:num: those of its abstract list, with its own overrides."""
        if num_id not in self._levels:
            abstract_id, abstract = self._abstract_of(num_id)
            elements = {} if abstract is None else _by_level(abstract.iterfind(W + "lvl"))
            for override in self._nums[num_id].iterfind(W + "lvlOverride"):
                elements.update(_by_level(override.iterfind(W + "lvl")))
            self._levels[num_id] = {index: _level(index, element) for index, element in elements.items()}
            self._lists[num_id] = abstract_id
        return self._levels[num_id]

    def _abstract_of(self, num_id: int) -> "tuple[int, _Element | None]":
        """Follow `numStyleLink` to the abstract list that really defines the levels."""
        abstract_id, abstract = -1, None
        for _ in range(_MAX_LINKS):
            found = integer(self._nums.get(num_id), "abstractNumId")
            abstract_id = -1 if found is None else found
            abstract = self._abstracts.get(abstract_id)
            link = value(abstract, "numStyleLink")
            linked = self._styles.numbering_of(link) if link else None
            if linked is None or linked == num_id:
                break
            num_id = linked
        return abstract_id, abstract


def _by_level(elements: "Iterable[_Element]") -> "dict[int, _Element]":
    levels: dict[int, _Element] = {}
    for element in elements:
        index = element.get(W + "ilvl", "")
        if index.isdecimal() and int(index) < LEVELS:
            levels[int(index)] = element
    return levels


def _level(index: int, element: "_Element") -> Level:
    restart = integer(element, "lvlRestart")
    start = integer(element, "start")
    text = child(element, "lvlText")
    return Level(
        # A level without w:start begins at 0 (17.9.25).
        start=0 if start is None else start,
        format=_format(element),
        text="" if text is None else text.get(W + "val", ""),
        restart=index if restart is None or restart > index else restart,
        all_decimal=bool(switch(element, "isLgl")),
        style=value(element, "pStyle") or "",
        hidden=bool(switch(child(element, "rPr"), "vanish")),
    )


def _format(element: "_Element") -> str:
    # Newer formats stand in mc:AlternateContent, so not only among the children.
    for found in element.iter(W + "numFmt"):
        format = found.get(W + "val", "decimal")
        if format == "custom":
            # e.g. w:format="001, 002, 003, ...": zeros pad to the width of the first sample.
            sample = found.get(W + "format", "").split(",")[0].strip()
            return f"decimalZero{len(sample)}" if sample.isdecimal() else "decimal"
        return format
    return "decimal"
