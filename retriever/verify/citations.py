"""A draft → the citations in it: which documents each means, and which of their places.

Styles: 《…》（文号）第二部分第（四）条, 民法典第一千零一条第二款, 国科发区[2020]187号第十五条, 该办法第三条,
our own addresses and links that hold them, `方案第五部分（十五）`, footnotes, Article 5 of the Company Law.
"""

from collections.abc import Iterable, Iterator

from retriever.verify.citation import Citation
from retriever.verify.english import SERIES, in_english
from retriever.verify.folding import flat
from retriever.verify.links import addressed, with_footnotes
from retriever.verify.named import Named, NamedDocuments
from retriever.verify.names import Names
from retriever.verify.places import Step
from retriever.verify.spans import overlaps
from retriever.verify.steps import JOINT, ONE, PRIMARY, inherited, steps_at

MAX_CITATIONS = 1000


def citations(text: str, names: Names, ids: Iterable[str]) -> list[Citation]:
    """Every citation in order, none inside another. `ids`: those of the indexed documents."""
    level = flat(text)
    found = _read(level, NamedDocuments(text, level, names))
    links = list(addressed(text, ids))
    taken = [(c.start, c.end) for c in links]
    kept = [c for c in found if not overlaps(c.start, c.end, taken)]
    return with_footnotes(level, sorted([*links, *kept], key=lambda c: (c.start, c.end)))


def _read(level: str, documents: NamedDocuments) -> list[Citation]:
    """From start to end, remembering which document was named last."""
    found: list[Citation] = []
    last: Named | None = None
    waiting = iter([*documents.all, None])
    following = next(waiting)
    done = 0
    for start, is_english in _series(level):
        if start < done:
            continue
        while following is not None and following.end <= start:
            last = following
            following = next(waiting)
        if following is not None and following.start <= start < following.end:
            continue  # the 第三条 of a title
        read = in_english if is_english else _chinese
        series = list(read(level, start, documents, last))
        if series:
            found.extend(series)
            done = series[-1].end
            last = Named(series[0].start, done, series[0].documents, series[0].name)
        if len(found) > MAX_CITATIONS:
            break
    starts = {c.start for c in found}
    whole = [Citation(n.start, n.end, n.documents, n.name, wrong_number=n.wrong_number)
             for n in documents.all if n.start not in starts]  # fmt: skip
    spans = [(c.start, c.end) for c in found]
    return sorted([*found, *(c for c in whole if not overlaps(c.start, c.end, spans))], key=lambda c: c.start)


def _series(level: str) -> Iterator[tuple[int, bool]]:
    starts = [(m.start(), False) for m in ONE.finditer(level)]
    starts += [(m.start(), True) for m in SERIES.finditer(level)]
    return iter(sorted(starts))


def _chinese(level: str, start: int, documents: NamedDocuments, last: Named | None) -> Iterator[Citation]:
    steps, end = steps_at(level, start)
    if not steps:
        return
    named, begins = documents.of_steps(start, steps, last)
    primary = steps[0].unit in PRIMARY
    if named is None or (not primary and begins == start):
        return
    yield _cited(named, begins, end, steps)
    while joint := JOINT.match(level, end):
        further, further_end = steps_at(level, joint.end())
        if not further:
            return
        steps = inherited(steps, further)
        yield _cited(named, joint.end(), further_end, steps)
        end = further_end


def _cited(named: Named, start: int, end: int, steps: tuple[Step, ...]) -> Citation:
    return Citation(start, end, named.documents, named.name, steps, wrong_number=named.wrong_number)


__all__ = ["MAX_CITATIONS", "Citation", "citations"]
