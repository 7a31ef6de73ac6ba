"""What was found of a citation or a quotation → its check, with the document's own words and their place."""

from retriever.verify.check import Check, Difference, NumberDifference, Status
from retriever.verify.citation import Citation
from retriever.verify.draft import Draft
from retriever.verify.folding import script_differs
from retriever.verify.passages import Passages, Place
from retriever.verify.quotations import Quotation


def outcome(
    draft: Draft,
    passages: Passages,
    span: Quotation | Citation,
    status: Status,
    message: tuple[str, str],
    place: Place | None = None,
    *,
    cited: str = "",
    differences: tuple[Difference, ...] = (),
    numbers: tuple[NumberDifference, ...] = (),
) -> Check:
    """`place`: where the words stand, or the cited place; `cited`: address that the draft cites."""
    kind = "quotation" if isinstance(span, Quotation) else "citation"
    address = citation = clause = quote = document_id = ""
    start = end = 0
    if place is not None:
        layout = passages.layout(place.document_id)
        document_id, start, end = place.document_id, place.start, place.end
        quote = layout.document.text[start:end]
        holding = layout.clause_at(start)
        clause = holding.address if holding else ""
        if kind == "citation" and cited:
            node = layout.places.by_address.get(cited.partition("#")[2], -1)
        else:
            node = layout.node_at(start, end)
        address = layout.address(node) if node >= 0 else document_id
        citation = layout.citation(node) if node >= 0 else f"《{layout.document.title or document_id}》"
    verbatim = place is not None and kind == "quotation" and not differences
    script = verbatim and script_differs(draft.text[span.start : span.end], quote)
    return Check(span.start, span.end, kind, status, draft.text[span.start : span.end], cited, address, citation,
                 clause, document_id, quote, start, end, differences, numbers, *message, script)  # fmt: skip
