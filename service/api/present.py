"""Core types → the JSON of the API."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from urllib.parse import quote

from index import citing
from index.catalogue import Listing
from index.document import Clause, Fact, Node, Original
from retriever.search import RankedClause, Results
from service.api import schema, understanding
from service.live import Serving

OUTLINE_TEXT_CHARS = 80


def encoded(address: str) -> str:
    """An address or id as it stands in a URL's path: # as %23, / as it is, everything else as UTF-8 bytes."""
    return quote(address, safe="/")


def search_response(results: Results, serving: Serving) -> schema.SearchResponse:
    return schema.SearchResponse(
        question=results.question.text,
        mode=results.mode,
        total=results.total,
        snapshot=results.snapshot,
        took={step: round(milliseconds, 3) for step, milliseconds in results.milliseconds.items()},
        understood=understanding.as_schema(results.understood),
        results=[result(ranked, serving) for ranked in results.clauses],
    )


def result(ranked: RankedClause, serving: Serving) -> schema.Result:
    clause = ranked.clause
    return schema.Result(
        rank=ranked.rank,
        score=ranked.score,
        address=clause.address,
        citation=citation(clause, serving),
        kind=clause.kind,
        text=clause.text,
        lead_in=clause.lead_in,
        highlights=list(ranked.highlights),
        matched_terms=list(ranked.matched_terms),
        rules=list(ranked.rules),
        signals=[
            schema.Signal(side=s.side, rank=s.rank, score=s.score, contribution=s.contribution)
            for s in ranked.signals
        ],
    )


def citation(clause: Clause, serving: Serving) -> schema.Citation:
    document = serving.documents[clause.document_id]
    return schema.Citation(
        document_id=clause.document_id,
        document_title=document.title,
        document_number=document.number,
        path=list(clause.path),
        display=clause.citation,
        start=clause.start,
        end=clause.end,
        number=clause.number,
        number_origin=clause.number_origin,
        page=clause.page or None,
    )


def facts(listing: Listing) -> schema.DocumentFacts:
    return schema.DocumentFacts(**{**asdict(listing), "in_force": listing.holds_on(date.today().isoformat())})


def known(facts: Sequence[Fact]) -> list[schema.Fact]:
    return [
        schema.Fact(
            name=fact.name,
            value=fact.value,
            origin=fact.origin,
            start=fact.start if fact.start >= 0 else None,
            end=fact.end if fact.start >= 0 else None,
        )
        for fact in facts
    ]


def depths(nodes: Sequence[Node]) -> list[int]:
    """Levels above each node; parents stand before their children."""
    found: list[int] = []
    for node in nodes:
        found.append(0 if node.parent < 0 else found[node.parent] + 1)
    return found


def outline(
    document_id: str, text: str, nodes: Sequence[Node], clauses: Sequence[Clause]
) -> list[schema.OutlineNode]:
    addresses = {clause.address for clause in clauses}
    return [
        schema.OutlineNode(
            kind=node.kind,
            number=node.number,
            number_origin=node.number_origin,
            address=(address := f"{document_id}#{node.address}" if node.address else None),
            is_clause=address in addresses,
            depth=depth,
            start=node.start,
            own_end=node.own_end,
            end=node.end,
            text=shortened(text[node.start : node.own_end], OUTLINE_TEXT_CHARS),
        )
        for node, depth in zip(nodes, depths(nodes), strict=True)
    ]


def shortened(text: str, limit: int) -> str:
    """On one line, at most `limit` characters, … where something is left out."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit and len(text) <= limit * 4 else line[: limit - 1] + "…"


def clause_response(clause: Clause, siblings: Sequence[Clause], serving: Serving) -> schema.ClauseResponse:
    """`siblings`: the clauses of its document in order."""
    catalogue = serving.searcher.index.catalogue
    addresses = [c.address for c in siblings]
    at = addresses.index(clause.address)
    return schema.ClauseResponse(
        address=clause.address,
        citation=citation(clause, serving),
        kind=clause.kind,
        text=clause.text,
        lead_in=clause.lead_in,
        previous=addresses[at - 1] if at else None,
        next=addresses[at + 1] if at + 1 < len(addresses) else None,
        cites=_cites(clause, citing.cites(catalogue, clause.address), serving),
        cited_by=cited_by(citing.cited_by(catalogue, clause.address)),
        snapshot=serving.manifest.id,
    )


def original(kept: Original | None) -> schema.OriginalFile | None:
    return schema.OriginalFile(**asdict(kept)) if kept else None


def is_newer(cited: str, citing: str, documents: Mapping[str, Listing]) -> bool:
    """Whether the cited document is of a later day, so that the numbers cited may be those of an older edition."""
    if cited not in documents or not documents[citing].published:
        return False
    return documents[cited].published > documents[citing].published


def _cites(clause: Clause, page: citing.Page[citing.Cites], serving: Serving) -> schema.CitesPage:
    return schema.CitesPage(
        total=page.total,
        first=[
            schema.Cites(
                text=clause.text[one.start - clause.start : one.end - clause.start],
                start=one.start - clause.start,
                end=one.end - clause.start,
                resolved=bool(one.target),
                newer=bool(one.target) and is_newer(one.document_id, clause.document_id, serving.documents),
                title=one.title or None,
                document_id=one.document_id or None,
                address=one.target or None,
                clause=one.clause or None,
                display=one.display or None,
            )
            for one in page.first
        ],
    )


def cited_by(page: citing.Page[citing.CitedBy]) -> schema.CitedByPage:
    return schema.CitedByPage(
        total=page.total,
        first=[
            schema.CitedBy(
                address=one.address, display=one.citation, text=one.quote, start=one.start, end=one.end
            )
            for one in page.first
        ],
    )
