"""Proof of a split: a split in, every violation of the rules it must keep out."""

from index.document import Split
from index.structure.markers import BLANKS

_BLANK = frozenset(BLANKS)


def check(split: Split) -> list[str]:
    """Return one sentence per violation; an empty list proves the split lossless, verbatim and unambiguous.

    Lossless (CLAUSES.md, rule 1): the own spans of the nodes are disjoint and hold every non-blank character.
    Verbatim (rule 2): the text of every clause is the text of its span. Also: nodes are nested and in pre-order,
    clauses do not overlap, and addresses are unique (rule 7).
    """
    return [*_spans(split), *_nesting(split), *_clauses(split)]


def _spans(split: Split) -> list[str]:
    text, violations, position = split.document.text, [], 0
    for node in split.nodes:
        if not 0 <= node.start <= node.own_end <= len(text):
            violations.append(f"node {node.kind} {node.start}:{node.own_end} lies outside the text")
            continue
        if node.own_end == node.start:
            continue
        if node.start < position:
            violations.append(f"{node.kind} at {node.start} repeats text up to {position}")
        elif not _blank(text[position : node.start]):
            violations.append(
                f"text {position}:{node.start} belongs to no node: {text[position : node.start].strip()[:40]!r}"
            )
        position = max(position, node.own_end)
    if not _blank(text[position:]):
        violations.append(f"text from {position} belongs to no node: {text[position:].strip()[:40]!r}")
    return violations


def _blank(stretch: str) -> bool:
    return not stretch.strip(BLANKS) or all(c in _BLANK for c in stretch)


def _nesting(split: Split) -> list[str]:
    violations = []
    addresses: set[str] = set()
    for i, node in enumerate(split.nodes):
        if node.parent >= i:
            violations.append(f"{node.kind} at {node.start} comes before its parent")
        elif node.parent >= 0:
            parent = split.nodes[node.parent]
            if not parent.start <= node.start <= node.end <= parent.end:
                violations.append(
                    f"{node.kind} {node.start}:{node.end} leaves {parent.kind} {parent.start}:{parent.end}"
                )
        if not node.own_end <= node.end:
            violations.append(f"{node.kind} at {node.start} ends at {node.end}, before its own text does")
        if node.address:
            if node.address in addresses:
                violations.append(f"address {node.address} is given twice")
            addresses.add(node.address)
    return violations


def _clauses(split: Split) -> list[str]:
    text, violations, position = split.document.text, [], 0
    citable = {node.address: node for node in split.nodes if node.address}
    seen: set[str] = set()
    for place, clause in enumerate(split.clauses):
        if clause.text != text[clause.start : clause.end]:
            violations.append(f"{clause.address} is not the text of its span")
        if not clause.text.strip(BLANKS):
            violations.append(f"{clause.address} is blank")
        if clause.start < position:
            violations.append(f"{clause.address} overlaps the clause before it")
        position = max(position, clause.end)
        if clause.address in seen:
            violations.append(f"address {clause.address} is given to two clauses")
        seen.add(clause.address)
        if clause.position != place:
            violations.append(f"{clause.address} has position {clause.position}, not {place}")
        node = citable.get(clause.address.removeprefix(split.document.id + "#"))
        if node is None or node.start != clause.start:
            violations.append(f"{clause.address} is the address of no node that begins there")
        if not clause.citation:
            violations.append(f"{clause.address} has no citation")
    return violations
