"""A citation → the places of the documents that it means, with their spans, addresses and words."""

from collections.abc import Iterator
from dataclasses import dataclass

from retriever.verify.citation import Citation
from retriever.verify.passages import Passages, Place

MAX_SHOWN_CHARS = 400

Target = tuple[str, int]
"""(document, node); node -1 for the whole document."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with the places it means."""

    citation: Citation
    targets: tuple[Target, ...]


def targets_of(passages: Passages, citation: Citation) -> Iterator[Target]:
    """Every place that the citation may mean, in each document it may name."""
    for document_id in citation.documents:
        layout = passages.layout(document_id)
        if citation.address:
            known = layout.places.by_address
            address = next((citation.address[:end] for end in range(len(citation.address), 0, -1)
                            if citation.address[:end] in known), "")  # fmt: skip
            rest = citation.address[len(address) :]
            if address and not (rest and rest[0] in "/·0123456789第（("):
                yield document_id, known[address]
        elif not citation.steps:
            yield document_id, -1
        else:
            for node in layout.places.find(citation.steps):
                yield document_id, node


def span_of(passages: Passages, target: Target) -> tuple[int, int]:
    """Its span in its document's text."""
    layout = passages.layout(target[0])
    if target[1] < 0:
        return 0, len(layout.document.text)
    node = layout.nodes[target[1]]
    return node.start, node.end


def address_of(passages: Passages, target: Target) -> str:
    return passages.layout(target[0]).address(target[1]) if target[1] >= 0 else target[0]


def shown(passages: Passages, target: Target) -> Place:
    """What is shown of it: of a long place the beginning."""
    start, end = span_of(passages, target)
    return Place(target[0], start, min(end, start + MAX_SHOWN_CHARS))


def said_at(passages: Passages, target: Target) -> str:
    """Everything a citation of the place may rest on: the place, and the words that introduce it."""
    layout = passages.layout(target[0])
    start, end = span_of(passages, target)
    clause = layout.clause_at(start) if target[1] >= 0 else None
    return (clause.lead_in + "\n" if clause else "") + layout.document.text[start:end]


def cited_as(passages: Passages, place: Place) -> str:
    """The place as people write it."""
    layout = passages.layout(place.document_id)
    node = layout.node_at(place.start, place.end)
    return layout.citation(node) if node >= 0 else f"《{layout.document.title or layout.document.id}》"
