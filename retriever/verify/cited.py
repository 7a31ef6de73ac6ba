"""A citation → whether what it names exists, and whether the numbers beside it are the clause's."""

from retriever.verify import say
from retriever.verify.check import Check, NumberDifference, Status
from retriever.verify.citation import Citation
from retriever.verify.draft import Draft
from retriever.verify.outcome import outcome
from retriever.verify.passages import Passages
from retriever.verify.places import written
from retriever.verify.quantities import Quantity, quantities, unsupported
from retriever.verify.targets import Cited, address_of, said_at, shown


def check_citation(draft: Draft, passages: Passages, cited: Cited) -> Check:
    """What the citation names is there, is not, or says other numbers than the sentence."""
    citation = cited.citation
    if not citation.documents:
        return outcome(draft, passages, citation, Status.NOT_INDEXED, say.not_indexed(citation.name))
    if citation.wrong_number:
        known = [passages.names.number_of[i] for i in citation.documents]
        return outcome(
            draft,
            passages,
            citation,
            Status.NUMBER_DIFFERS,
            say.wrong_number(citation.wrong_number, next(filter(None, known), "")),
            shown(passages, cited.targets[0]) if cited.targets else None,
        )
    if not cited.targets:
        what = written(citation.steps) or citation.address
        return outcome(draft, passages, citation, Status.NOT_FOUND, say.no_place(what))
    target = cited.targets[0]
    low, high = draft.sentence_of(citation)
    numbers, stated = _unsupported(draft, passages, citation, low, high)
    if numbers:
        return outcome(
            draft,
            passages,
            citation,
            Status.NUMBER_DIFFERS,
            say.numbers(numbers),
            shown(passages, target),
            cited=address_of(passages, target),
            numbers=numbers,
        )
    return outcome(
        draft,
        passages,
        citation,
        Status.CITATION_ONLY,
        say.citation_only(stated, len(cited.targets)),
        shown(passages, target),
        cited=address_of(passages, target),
    )


def _unsupported(
    draft: Draft, passages: Passages, citation: Citation, low: int, high: int
) -> tuple[tuple[NumberDifference, ...], bool]:
    """Numbers of a sentence, outside its quotations and citations, that no clause cited in it states."""
    inside = [c for c in draft.cited if low <= c.citation.start < high or c.citation is citation]
    if any(not c.targets for c in inside):
        return (), False
    masked = list(draft.text[low:high])
    for start, end in [(c.citation.start, c.citation.end) for c in inside] + draft.quoted.between(low, high):
        for i in range(max(start, low) - low, min(end, high) - low):
            masked[i] = "\n" if masked[i] == "\n" else " "
    stated = quantities("".join(masked))
    if not stated:
        return (), False
    source: list[tuple[Quantity, str]] = []
    for one in inside:
        for target in one.targets:
            text = said_at(passages, target)
            source.extend((q, text[q.start : q.end]) for q in quantities(text))
    printed = {id(q): words for q, words in source}
    return tuple(
        NumberDifference(
            low + one.start,
            low + one.end,
            draft.text[low + one.start : low + one.end],
            printed[id(other)] if other else "",
        )
        for one, other in unsupported(stated, [q for q, _ in source])
    ), True
