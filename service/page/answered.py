"""An answer → the box above the results: one quotation for each clause, with its place down to 款 and 项."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.catalogue import Catalogue
from index.document import Clause, Node
from retriever.answers.answer import Answer, Citation
from service.api.ask import about
from service.page.reading import Segments, segments

AROUND_CHARS = 60
"""Of the clause before and after what is quoted."""
LEFT_OUT = "……"


@dataclass(frozen=True, slots=True)
class Quoted:
    """What an answer quotes of one clause."""

    clause: Clause
    citation: str
    """As people write it, down to the 款 or 项 that holds all that is quoted."""
    spans: tuple[tuple[int, int], ...]
    """In code points from the start of the clause, in order."""
    pieces: Segments
    """The quotation, marked, in its surroundings."""
    quote: str


@dataclass(frozen=True, slots=True)
class Box:
    """What the page shows above the results."""

    answer: Answer
    quotes: tuple[Quoted, ...]
    nearest: tuple[tuple[Clause, str], ...]
    """Where the documents do not say: the nearest clauses and what they are about."""


def box(answer: Answer, catalogue: Catalogue) -> Box:
    """Quotations of one clause stand together, in the order of its text."""
    grouped: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        grouped.setdefault(citation.clause.address, []).append(citation)
    quotes = tuple(_quoted(sorted(of, key=lambda one: one.start), catalogue) for of in grouped.values())
    nearest = tuple((near.clause, about(near.clause)) for near in answer.nearest if answer.abstained)
    return Box(answer, quotes, nearest)


def _quoted(citations: Sequence[Citation], catalogue: Catalogue) -> Quoted:
    clause = citations[0].clause
    spans = tuple((one.start - clause.start, one.end - clause.start) for one in citations)
    text = clause.text
    first, last = max(0, spans[0][0] - AROUND_CHARS), min(len(text), spans[-1][1] + AROUND_CHARS)
    shown = segments(text[first:last], [(start - first, end - first) for start, end in spans])
    before, after = (("…", False),) if first else (), (("…", False),) if last < len(text) else ()
    return Quoted(
        clause,
        citations[0].display + _below(clause, spans[0][0], spans[-1][1], catalogue),
        spans,
        (*before, *shown, *after),
        LEFT_OUT.join(one.quote for one in citations),
    )


def _below(clause: Clause, start: int, end: int, catalogue: Catalogue) -> str:
    """第二款第（三）项 below the 条 where that holds the stretch, else ""."""
    if clause.kind != "article":
        return ""
    nodes = catalogue.nodes_within(clause.document_id, clause.start, clause.end)
    fragment = clause.address[len(clause.document_id) + 1 :] + "/"
    holding = [
        node
        for node in nodes
        if node.address.startswith(fragment)
        and node.start <= clause.start + start
        and clause.start + end <= node.end
    ]
    return written(holding[-1].address.removeprefix(fragment), nodes, fragment) if holding else ""


def written(below: str, nodes: Sequence[Node], fragment: str) -> str:
    """第二款/（三）/1 → 第二款第（三）项第1目; the only 款 of a 条 is not named."""
    names = iter(("项", "目", "点", "点"))
    said = ""
    for segment in below.split("/"):
        if segment.endswith("款"):
            alone = segment == "第一款" and not any(node.address == f"{fragment}第二款" for node in nodes)
            said += "" if alone else segment
        else:
            said += f"第{segment}{next(names, '点')}"
    return said
