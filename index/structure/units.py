"""Units of retrieval: a tree of drafts in, the spans to search and cite out (CLAUSES.md, rule 6)."""

from dataclasses import dataclass

from index.structure.address import CONTAINERS, STRUCTURE
from index.structure.draft import Draft

SHORT_CHARS = 30
"""Items of this average length say nothing without the sentence that introduces them: the list is one unit."""
SHORTEST_CHARS = 12
"""The same for items straight under a heading, which can do without."""
MERGED_CHARS = 800
"""…as long as the merged list stays readable as one quotation."""
WHOLE_CHARS = 1500
"""An item with several paragraphs is one unit up to this length; a longer one is cited by paragraph."""
LEAD_IN_CHARS = 30
"""`注：` or `具体分工如下：` before a list is context of its items, not a unit."""


@dataclass(slots=True)
class Unit:
    """A stretch to search: the draft it is cited by, where it ends, and what introduces it."""

    draft: Draft
    end: int
    lead_in: tuple[int, int] | None
    ancestors: tuple[Draft, ...]
    section: Draft | None = None
    """The group heading inside a table that a row stands under."""


def units_of(root: Draft) -> list[Unit]:
    """Return the units of one frame, in order; they never overlap."""
    units: list[Unit] = []
    _walk(root, (), units)
    return units


def end_of(draft: Draft) -> int:
    """Return where a draft and everything under it ends."""
    while draft.children:
        last = draft.children[-1]
        if last.own_end == last.start and not last.children:
            return last.start
        draft = last
    return draft.own_end


def _walk(parent: Draft, ancestors: tuple[Draft, ...], units: list[Unit]) -> None:
    inside = (*ancestors, parent)
    lead_in: tuple[int, int] | None = None
    listed: Draft | None = None
    """What introduces the paragraphs that stand here, each a half-sentence but the last."""
    if parent.kind == "item" and not parent.bare:
        lead_in = (parent.start, parent.own_end)
    for place, child in enumerate(parent.children):
        kind = child.kind
        if kind == "paragraph":
            follower = parent.children[place + 1] if place + 1 < len(parent.children) else None
            begins = follower is not None and (
                follower.kind == "item" or (follower.kind == "paragraph" and follower.half)
            )
            if not (begins and child.introduces and child.own_end - child.start <= LEAD_IN_CHARS):
                introduced = (listed.start, listed.own_end) if listed is not None else None
                units.append(Unit(child, end_of(child), introduced, inside))
            if child.introduces:
                listed = child if begins and follower is not None and follower.kind == "paragraph" else None
            elif not child.half:
                listed = None
            lead_in = (
                (child.start, child.own_end) if child.introduces or parent.kind not in CONTAINERS else None
            )
        elif kind == "article":
            units.append(Unit(child, end_of(child), None, inside))
            lead_in = None
        elif kind == "item":
            _item(child, inside, lead_in, units)
        elif kind == "table":
            _table(child, inside, units)
        elif kind in ("box", "footnote"):
            tabled = any(one.kind == "table" for one in child.children)
            short = end_of(child) - child.start <= WHOLE_CHARS and not tabled
            if kind == "footnote" or short or not child.children:
                units.append(Unit(child, end_of(child), None, inside))
            else:
                _walk(child, inside, units)
        elif kind in STRUCTURE:
            lead_in = None
            if child.children:
                _walk(child, inside, units)


def _item(
    draft: Draft, ancestors: tuple[Draft, ...], lead_in: tuple[int, int] | None, units: list[Unit]
) -> None:
    end = end_of(draft)
    top = ancestors[-1].kind in CONTAINERS or ancestors[-1].kind == "heading" or draft.style == "一、"
    numbered = [child for child in draft.children if child.kind != "paragraph"]
    if not draft.children:
        units.append(Unit(draft, end, lead_in, ancestors))
    elif not numbered:
        if _by_paragraph(draft, end, top=top):
            if not draft.bare:
                units.append(Unit(draft, draft.own_end, lead_in, ancestors))
            _walk_paragraphs(draft, draft.children, ancestors, units)
        else:
            units.append(Unit(draft, end, lead_in, ancestors))
    elif end - draft.start <= MERGED_CHARS and _short_list(
        numbered, SHORTEST_CHARS if top and draft.bare else SHORT_CHARS
    ):
        units.append(Unit(draft, end, lead_in, ancestors))
    else:
        if not draft.bare:
            _prefix(draft, ancestors, lead_in, units)
        else:
            _walk(draft, ancestors, units)


def _short_list(listed: list[Draft], average: int) -> bool:
    lengths = [child.own_end - child.start for child in listed]
    return (
        sum(lengths) <= average * len(lengths)
        and max(lengths) <= 2 * average
        and all(child.kind == "item" and not child.children for child in listed)
    )


def _prefix(
    draft: Draft, ancestors: tuple[Draft, ...], lead_in: tuple[int, int] | None, units: list[Unit]
) -> None:
    """An item with its own body and a list: the body with the paragraphs before the list, then the list."""
    count = 0
    while draft.children[count].kind == "paragraph":
        count += 1
    end = draft.children[count - 1].own_end if count else draft.own_end
    units.append(Unit(draft, end, lead_in, ancestors))
    rest = Draft(draft.kind, draft.start, draft.own_end, draft.body, bare=False)
    inside = (*ancestors, draft)
    listed: list[Unit] = []
    rest.children = draft.children[count:]
    _walk(rest, ancestors, listed)
    for unit in listed:
        unit.ancestors = tuple(draft if one is rest else one for one in unit.ancestors)
        if count and unit.ancestors == inside and unit.lead_in == (draft.start, draft.own_end):
            last = draft.children[count - 1]
            unit.lead_in = (last.start, last.own_end)
    units.extend(listed)


def _by_paragraph(draft: Draft, end: int, top: bool) -> bool:
    if not draft.bare:
        return end - draft.start > WHOLE_CHARS
    sentences = sum(not paragraph.bare for paragraph in draft.children)
    return (top and 2 * sentences >= len(draft.children)) or end - draft.start > WHOLE_CHARS


def _walk_paragraphs(
    draft: Draft, paragraphs: list[Draft], ancestors: tuple[Draft, ...], units: list[Unit]
) -> None:
    units.extend(Unit(paragraph, end_of(paragraph), None, (*ancestors, draft)) for paragraph in paragraphs)


def _table(table: Draft, ancestors: tuple[Draft, ...], units: list[Unit]) -> None:
    header: Draft | None = None
    section: Draft | None = None
    inside = (*ancestors, table)
    for row in table.children:
        if row.kind == "header":
            header = row
        elif row.kind == "group":
            section = row
        elif row.kind in ("rule", "caption"):
            continue
        else:
            lead_in = (header.start, header.own_end) if header else None
            units.append(Unit(row, row.own_end, lead_in, inside, section))
