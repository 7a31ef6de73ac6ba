"""Lost numbers: a number that jumps in, the numbers that its neighbours force out (CLAUSES.md, rule 3)."""

from collections.abc import Callable

from index.document import NumberOrigin
from index.structure.draft import KINDS, Draft, Level, number_range
from index.structure.markers import Marker, number_of


def fill_gap(
    level: Level,
    marker: Marker,
    before: int,
    trailing: bool,
    top: bool,
    report: Callable[[int, str, str], None],
) -> None:
    """Report the numbers missing before the last item of `level`, and restore those that are forced.

    They are forced where exactly as many unnumbered paragraphs stand in their place, or one more straight under a
    heading: that one introduces them. `before`: the last number of the style so far; `trailing`: paragraphs that
    may have lost a number follow it elsewhere; `top`: the sequence hangs under the document itself, whose
    preamble cannot be told from an item that lost its number.
    """
    siblings = level.parent.children
    added = siblings[-1]
    waiting = _waiting(siblings)
    first = len(waiting) == len(siblings) - 1
    readings = (
        _readings(level, marker, before, trailing, len(waiting), first)
        if waiting and not (top and first)
        else []
    )
    if len(readings) != 1 or (not first and (marker.style == "条" or level.continued)):
        missing = number_range(marker.style, before + 1, marker.value - 1)
        report(added.start, "gap", f"{missing} missing before {marker.number}")
        if not first and waiting and siblings[-2 - len(waiting)].kind == "item" and marker.style != "条":
            # They are further paragraphs of the item before them, then.
            del siblings[-1 - len(waiting) : -1]
            siblings[-2].children.extend(waiting)
            level.continued = True
        return
    start, skipped = readings[0]
    forced = number_range(marker.style, start + 1, marker.value - 1)
    lead = ", the first paragraph introduces them" if skipped else ""
    for value, draft in enumerate(waiting[skipped:], start + 1):
        draft.kind = KINDS.get(marker.style, "item")
        draft.style, draft.value, draft.number = marker.style, value, number_of(marker.style, value)
        draft.origin = NumberOrigin.INFERRED
        report(
            draft.start,
            "inferred",
            f"{draft.number} is not printed; {len(waiting)} unnumbered paragraphs stand before {marker.number}, "
            f"where {forced} must be{lead}",
        )


def _waiting(siblings: list[Draft]) -> list[Draft]:
    """The unnumbered paragraphs straight before the last sibling."""
    waiting: list[Draft] = []
    for place in range(len(siblings) - 2, -1, -1):
        if siblings[place].kind != "paragraph":
            break
        waiting.append(siblings[place])
    waiting.reverse()
    return waiting


def _readings(
    level: Level, marker: Marker, before: int, trailing: bool, waiting: int, first: bool
) -> list[tuple[int, int]]:
    """Ways to read the paragraphs as the missing numbers: (number before them, paragraphs that introduce them).

    Straight under a heading numbers may go on from the part before or begin at 1; elsewhere they go on.
    """
    readings = []
    for start in {before, 0} if first and before else {before}:
        missing = marker.value - start - 1
        if missing < 1 or (start and trailing):
            continue
        if waiting == missing:
            readings.append((start, 0))
        elif waiting == missing + 1 and first and level.parent.bare:
            readings.append((start, 1))
    return readings
