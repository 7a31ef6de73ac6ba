"""Trees of drafts: a frame with the roles of its lines in, the tree that holds every line once out."""

from collections.abc import Callable

from index.structure.draft import Draft
from index.structure.frame import Frame
from index.structure.lines import Line
from index.structure.outline import Outline
from index.structure.tables import name_rows

_MERGED_ROLES = frozenset(("title", "recipients", "history", "toc", "attachments"))
"""Roles whose consecutive lines make one node."""
_CONTENT_ROLES = frozenset(("", "row", "box", "footnote"))


def tree_of(text: str, frame: Frame, report: Callable[[int, str, str], None]) -> Draft:
    """Return the root of the tree of drafts that holds every line of a frame."""
    lines = frame.lines
    root = Draft(frame.kind, lines[0].start, lines[0].start, lines[0].start, lines[0].page, label=frame.label)
    outline = Outline(text, root, lines, report)
    before: Line | None = None
    between = 0
    for i, line in enumerate(lines):
        if line.role in _CONTENT_ROLES:
            count = len(root.children)
            outline.add(i)
            if between and len(root.children) == count:
                _reseat(root, between)
            between = 0
        elif before is not None and before.role == line.role and line.role in _MERGED_ROLES:
            root.children[-1].own_end = line.end
        else:
            outline.close(line.role)
            between += 1
            root.children.append(Draft(line.role, line.start, line.end, line.start, line.page))
        before = line
    _join_single_paragraphs(root)
    name_rows(text, root)
    return root


def _reseat(root: Draft, count: int) -> None:
    """Move the last `count` children of the root to where the text goes on after them: a date within an item.

    Nodes stand in the order of the text, and the item that goes on began before them.
    """
    moved = root.children[-count:]
    del root.children[-count:]
    parent = root
    while parent.children and parent.children[-1].start < moved[0].start:
        parent = parent.children[-1]
    place = len(parent.children) - bool(parent.children)
    parent.children[place:place] = moved


def _join_single_paragraphs(root: Draft) -> None:
    """A 条 with one 款 is cited without it (第三条第（二）项): its only 款 is joined to it."""
    waiting = [root]
    while waiting:
        draft = waiting.pop()
        if draft.kind == "article":
            own = [child for child in draft.children if child.kind == "paragraph"]
            if len(own) == 1 and draft.children[0] is own[0] and not draft.bare:
                draft.own_end = own[0].own_end
                draft.children[:1] = own[0].children
        waiting.extend(draft.children)
