"""Steps asked and steps cited → how far apart they are; a node's descendants → the one that steps name."""

from collections.abc import Sequence
from functools import lru_cache

from index.document import Node
from retriever.addresses import Step, steps_of

# The distance between a level that is asked and the level that is cited: 0 the same; below 10 the same thing said in
# another way; from 10 on only where no document has it literally. What is not listed does not fit.
FAR = 1000
"""Farther than any distance."""
_LIKE = {
    ("项", "目"): 12, ("款", "条"): 14, ("款", "项"): 14, ("项", "条"): 12, ("点", "条"): 11, ("点", "项"): 1,
    ("点", "目"): 1, ("点", "部分"): 13, ("部分", "条"): 13, ("部分", "章"): 13, ("节", "部分"): 12, ("章", "部分"): 12,
    ("条", "项"): 15, ("条", "部分"): 16, ("段", "款"): 11, ("款", "段"): 11, ("编", "分编"): 3, ("条", "点"): 11,
    ("项", "点"): 11, ("目", "点"): 11, ("节", "条"): 17,
}  # fmt: skip


def distance_of(head: tuple[Step, ...], chain: tuple[Step, ...]) -> int | None:
    """How far the cited steps are from those asked, None if they do not hold them in order.

    A place inside an attachment that the question does not name is a little farther than the same in the body.
    """
    total, at = 0, 0
    for asked in head:
        while at < len(chain):
            cost = _cost(asked, chain[at])
            at += 1
            if cost is not None:
                total += cost
                break
        else:
            return None
    if any(s.level in ("附件", "专栏") for s in chain) and not any(s.level in ("附件", "专栏") for s in head):
        total += 5
    return total


def _cost(asked: Step, cited: Step) -> int | None:
    if asked.branch != cited.branch or asked.value != cited.value:
        return None
    listed = 1 if asked.listed and not cited.listed else 0
    if asked.level == cited.level:
        return listed
    like = _LIKE.get((asked.level, cited.level))
    if like is None:
        return None
    if asked.level == "点" and asked.listed and cited.listed:
        return 1
    return like + listed


def descendant(nodes: Sequence[Node], fragment: str, steps: tuple[Step, ...]) -> Node | None:
    """The first node below an address that the steps name."""
    own: Node | None = None
    for node in nodes:
        if node.address == fragment:
            own = node
        elif node.address.startswith(fragment + "/") and _named_by(node.address[len(fragment) + 1 :], steps):
            return node
    first = len(steps) == 1 and steps[0].level in ("款", "段") and steps[0].value == 1
    # The first 款 is the article's own text; it has no node of its own.
    if own is None or not first:
        return None
    return own if own.own_end == own.end else _own(own)


def _own(node: Node) -> Node:
    return Node(node.kind, node.start, node.own_end, node.own_end, node.parent, node.number, node.number_origin,
                node.address, node.page)  # fmt: skip


def _named_by(below: str, steps: tuple[Step, ...]) -> bool:
    """True if the last segment is the last step, and the others are met on the way."""
    chain = tuple(_segment(segment) for segment in below.split("/"))
    return _last_fits(steps[-1], chain[-1]) and _fits(steps, chain)


def _fits(steps: tuple[Step, ...], chain: tuple[Step, ...]) -> bool:
    at = 0
    for step in steps:
        while at < len(chain) and not _last_fits(step, chain[at]):
            at += 1
        if at == len(chain):
            return False
        at += 1
    return True


def _last_fits(asked: Step, cited: Step) -> bool:
    if asked.value != cited.value:
        return False
    if cited.level in ("款", "段"):
        return asked.level in ("款", "段")
    return asked.level in ("项", "目", "点")


@lru_cache(10_000)
def _segment(segment: str) -> Step:
    """（三）, 1, 第二款, 第1段 as a step."""
    steps = steps_of(segment) or steps_of(f"({segment.strip('（）').rstrip('.')})")
    return steps[0] if steps else Step("?", -1)
