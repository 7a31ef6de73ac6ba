"""A quotation and the citations it belongs to → whether the words stand there, elsewhere, or otherwise."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retriever.verify import say
from retriever.verify.check import Check, NumberDifference, Status
from retriever.verify.compare import compare
from retriever.verify.draft import Draft
from retriever.verify.folding import Folded, core, fold
from retriever.verify.outcome import outcome
from retriever.verify.passages import Near, Passages, Place, find_whole, pieces
from retriever.verify.quantities import Quantity, quantities, unsupported
from retriever.verify.quotations import Quotation
from retriever.verify.targets import Cited, Target, address_of, cited_as, span_of

MIN_UNCITED_CHARS = 8
"""Shorter words in quotation marks without a citation are taken for a term or for irony."""
SHORT_CHARS = 12
LIKE_CITED = 0.6
"""Words this like the cited clause's are a quotation of it that differs."""
LIKE_ELSEWHERE = 0.75
"""Words this like another clause's are a quotation of that one."""

_NUMERAL = re.compile(r"[0-9０-９]|^[〇零一二两三四五六七八九十百千万亿]+$")


def check_quotation(
    draft: Draft, passages: Passages, quotation: Quotation, cited: Sequence[Cited]
) -> Check | None:
    """None for words in quotation marks that are no quotation."""
    folded = _without_emphasis(fold(quotation.words))
    span = core(folded.text)
    words = folded.text[slice(*span)]
    if not any(map(str.isalnum, words)):
        return None
    targets = [target for one in cited for target in one.targets]
    if cited and not any(one.citation.documents for one in cited):
        name = cited[0].citation.name
        return outcome(draft, passages, quotation, Status.NOT_INDEXED, say.not_indexed(name))
    if not cited and len(words) < MIN_UNCITED_CHARS:
        return None
    aim = address_of(passages, targets[0]) if targets else ""
    for target in targets:
        place = _stands(passages, words, target)
        if place is not None:
            check = outcome(
                draft,
                passages,
                quotation,
                Status.VERIFIED,
                say.verified(),
                place,
                cited=address_of(passages, target),
            )
            if not check.script_differs:
                return check
            zh, en = say.other_script()
            return replace(check, message_zh=zh, message_en=en)
    nears = [n for t in targets if (n := _near(passages, words, t)) is not None]
    near = max(nears, key=lambda n: n.likeness, default=None)
    if near is not None and near.likeness >= LIKE_CITED and len(words) < SHORT_CHARS:
        return _differs(draft, passages, quotation, folded, span, near, aim, moved=False)
    ids = list(dict.fromkeys(i for one in cited for i in one.citation.documents))
    place = _elsewhere(passages, words, ids)
    if place is not None:
        if not cited:
            return outcome(
                draft, passages, quotation, Status.VERIFIED, say.uncited(cited_as(passages, place)), place
            )
        return outcome(
            draft,
            passages,
            quotation,
            Status.WRONG_CLAUSE,
            say.wrong_clause(cited_as(passages, place)),
            place,
            cited=aim,
        )
    if near is not None and near.likeness >= LIKE_CITED:
        return _differs(draft, passages, quotation, folded, span, near, aim, moved=False)
    other = (passages.near(words, ids) if ids else None) or None
    if other is None or other.likeness < LIKE_ELSEWHERE:
        other = passages.near(words)
    if other is not None and other.likeness >= LIKE_ELSEWHERE:
        return _differs(draft, passages, quotation, folded, span, other, aim, moved=bool(cited))
    message = say.words_not_found() if cited else say.uncited_not_found()
    return outcome(draft, passages, quotation, Status.NOT_FOUND, message, cited=aim)


def _stands(passages: Passages, words: str, target: Target) -> Place | None:
    """Where the words stand in the cited place, also where the quotation leaves something out with ……."""
    document_id = target[0]
    layout = passages.layout(document_id)
    start, end = span_of(passages, target)
    low, high = layout.folded.within(start, end)
    text = layout.folded.text
    at = find_whole(text, words, low, high)
    if at >= 0:
        return Place(document_id, *layout.folded.span(at, at + len(words)))
    first = -1
    parts = list(pieces(words))
    for part in parts if len(parts) > 1 else ():
        at = find_whole(text, part, low, high)
        if at < 0:
            return None
        first, low = at if first < 0 else first, at + len(part)
    return Place(document_id, *layout.folded.span(first, low)) if first >= 0 else None


def _elsewhere(passages: Passages, words: str, ids: Sequence[str]) -> Place | None:
    for places in ([ids] if ids else []) + [[]]:
        place = passages.exact(words, places)
        if place is not None:
            return place
    return None


def _near(passages: Passages, words: str, target: Target) -> Near | None:
    start, end = span_of(passages, target)
    if end - start > 4 * len(words) + 4000:
        found = passages.near(words, [target[0]])
        return found if found is not None and start <= found.place.start < end else None
    return passages.near_within(words, target[0], start, end)


def _differs(
    draft: Draft,
    passages: Passages,
    quotation: Quotation,
    folded: Folded,
    span: tuple[int, int],
    near: Near,
    aim: str,
    *,
    moved: bool,
) -> Check:
    layout = passages.layout(near.place.document_id)
    text = layout.document.text
    compared = compare(quotation.words, folded, span, text, layout.folded, (near.place.start, near.place.end))
    place = Place(near.place.document_id, compared.start, compared.end)
    theirs = text[place.start : place.end]
    numbers = tuple(_numbers(draft, quotation, quantities(quotation.words), quantities(theirs), theirs))
    digits = any(d.kind == "inserted" and _NUMERAL.search(d.text) for d in compared.differences)
    if moved:
        status, message = Status.WRONG_CLAUSE, say.wrong_clause(cited_as(passages, place), differs=True)
    elif numbers or digits:
        status, message = Status.NUMBER_DIFFERS, say.numbers(numbers)
    else:
        status, message = Status.QUOTE_DIFFERS, say.quote_differs()
    return outcome(
        draft,
        passages,
        quotation,
        status,
        message,
        place,
        cited=aim,
        differences=compared.differences,
        numbers=numbers,
    )


def _numbers(
    draft: Draft, quotation: Quotation, stated: Sequence[Quantity], source: Sequence[Quantity], theirs: str
) -> Iterator[NumberDifference]:
    shift = draft.text.find(quotation.words, quotation.start, quotation.end)
    for one, other in unsupported(stated, source):
        start, end = (one.start + shift, one.end + shift) if shift >= 0 else (0, 0)
        yield NumberDifference(
            start, end, quotation.words[one.start : one.end], theirs[other.start : other.end] if other else ""
        )


def _without_emphasis(folded: Folded) -> Folded:
    """Without the ** of Markdown, which is the draft's and not the clause's."""
    if "**" not in folded.text:
        return folded
    kept = [i for i, c in enumerate(folded.text) if c != "*"]
    return Folded("".join(folded.text[i] for i in kept), folded.places[kept])
