"""Nodes: the trees of a source's frames in, its nodes in pre-order out; attachments stand under what they belong to."""

from collections.abc import Mapping, Sequence

from index.document import Node
from index.structure.draft import Draft
from index.structure.frame import Frame
from index.structure.units import end_of


def nodes_of(
    frames: Sequence[Frame], roots: Sequence[Draft], address_of: Mapping[int, str]
) -> tuple[tuple[Node, ...], dict[int, int]]:
    """Return the nodes in pre-order, and id(draft) → place among them. `address_of`: id(draft) → address."""
    nodes: list[Node] = []
    place: dict[int, int] = {}
    ends: list[int] = [end_of(root) for root in roots]
    for position in range(len(frames) - 1, -1, -1):
        if frames[position].kind == "attachment" and frames[position].owner != position:
            owner = frames[position].owner
            ends[owner] = max(ends[owner], ends[position])
    for position, root in enumerate(roots):
        owner = frames[position].owner
        parent = (
            place[id(roots[owner])] if frames[position].kind == "attachment" and owner != position else -1
        )
        waiting = [(root, parent)]
        while waiting:
            draft, above = waiting.pop()
            place[id(draft)] = len(nodes)
            end = ends[position] if draft is root else end_of(draft)
            address = address_of.get(id(draft), "")
            nodes.append(
                Node(
                    draft.kind,
                    draft.start,
                    draft.own_end,
                    end,
                    above,
                    draft.number,
                    draft.origin,
                    address,
                    draft.page,
                )
            )
            here = len(nodes) - 1
            waiting.extend((child, here) for child in reversed(draft.children))
    return tuple(nodes), place
