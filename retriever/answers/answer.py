"""A question → the words of the documents that answer it, quoted and cited, or the honest "they do not say"."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.document import Clause
from retriever.answers.choose import MAX_RUNS, Run, choose
from retriever.answers.cutter import Cutter
from retriever.answers.evidence import CANDIDATES, Evidence, gather
from retriever.answers.extend import all_extended
from retriever.answers.followup import Context, preferring, standing_alone
from retriever.answers.kept import KeptPieces
from retriever.answers.model import AnswerModel, load_model
from retriever.answers.typed import polarity_of, value_in
from retriever.answers.wanted import THRESHOLD, Kind, Wanted, wanted
from retriever.fusion import EXACT
from retriever.question import Question
from retriever.search import RankedClause, Results, Searcher

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and its place."""

    clause: Clause
    start: int
    end: int
    """`document.text[start:end] == quote`, in code points."""
    quote: str
    display: str
    """The citation as people write it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer a question; none where the documents do not say."""

    question: Question
    """As it was searched: a follow-up with what it left out."""
    citations: tuple[Citation, ...]
    """One to three, best first, or in the order of the documents where they enumerate; none when abstaining."""
    kind: str
    """figure, body, deadline, list, yes-no, definition or statement."""
    value: str
    """The figure, date or body asked for, as it stands in a quote, or ""."""
    polarity: str
    """yes or no, where the quote settles a yes-no question; else ""."""
    confidence: float
    """Chance, 0 to 1, that the quotes answer the question; fitted, so that it can be read as one."""
    abstained: bool
    nearest: tuple[RankedClause, ...]
    """The best clauses, also when abstaining."""
    snapshot: str
    milliseconds: dict[str, float]
    """Time of each step: those of the search, read (the pieces), total."""


class Answerer:
    """Answers from one snapshot; shared by threads."""

    def __init__(
        self, searcher: Searcher, threshold: float = THRESHOLD, model: AnswerModel | None = None,
        kept: KeptPieces | None = None,
    ) -> None:  # fmt: skip
        """`kept`: where the vectors of pieces are read from, and written to where they are not kept yet."""
        self.searcher = searcher
        self.threshold = threshold
        self._model = model or load_model()
        self._cutter = Cutter(searcher, kept)

    def answer(
        self,
        text: str,
        *,
        documents: Sequence[str] = (),
        context: Context | None = None,
        threshold: float | None = None,
    ) -> Answer:
        """Answer a question; `documents` limits it to these ids, `context` is what it follows.

        Raises QuestionError (blank or too long question) or NotFoundError (unknown document).
        """
        if context is None:
            return self.answer_from(
                self.searcher.search(text, top_k=CANDIDATES, documents=documents), threshold=threshold
            )
        self.searcher.ask(text)  # what was typed must be a question itself, not only what is made of it
        results = self.searcher.search(
            standing_alone(text, context), top_k=3 * CANDIDATES, documents=documents
        )
        results = replace(results, clauses=preferring(results.clauses, context))
        return self.answer_from(results, threshold=threshold)

    def answer_from(self, results: Results, *, threshold: float | None = None) -> Answer:
        """Answer from the first page of a search that was made already."""
        began = time.perf_counter()
        asked = wanted(results.question.text)
        named = _named(results)
        ranked = (named or results.clauses)[:CANDIDATES]
        evidence = gather(self.searcher, self._cutter, results.question, asked, ranked)
        chances = self._model.chances(evidence.table)
        chosen, expected = choose(evidence.pieces, evidence.owner, chances)
        runs = all_extended(evidence, chosen, asked)
        fingerprint = self.searcher.embedder.fingerprint
        confidence = self._model.confidence(evidence, chances, runs, expected, asked, fingerprint)
        citations = _citations(evidence, runs, asked)
        if (
            named and not results.understood.words
        ):  # it names a clause and asks no more: the clause is the answer
            confidence = min(1.0, MAX_RUNS / len(named))
            citations = tuple(_cited(r.clause, 0, len(r.clause.text)) for r in named[:MAX_RUNS])
        given = bool(citations) and confidence >= (self.threshold if threshold is None else threshold)
        citations = citations if given else ()
        read = (time.perf_counter() - began) * 1e3
        took = {**results.milliseconds, "read": read, "total": results.milliseconds["total"] + read}
        return Answer(
            question=results.question,
            citations=citations,
            kind=asked.kind.value,
            value=next(
                filter(None, (value_in(asked, c.quote, results.question.simplified) for c in citations)), ""
            ),
            polarity=polarity_of(asked, results.question.text, citations[0].quote) if citations else "",
            confidence=confidence,
            abstained=not given,
            nearest=results.clauses[:NEAREST],
            snapshot=results.snapshot,
            milliseconds=took,
        )


def _named(results: Results) -> tuple[RankedClause, ...]:
    """The clauses that the question names."""
    return tuple(one for one in results.clauses if any(s.side == EXACT and s.score == 1 for s in one.signals))


def _citations(evidence: Evidence, runs: Sequence[Run], asked: Wanted) -> tuple[Citation, ...]:
    found = [
        _cited(
            evidence.ranked[run.owner].clause, evidence.pieces[run.first].start, evidence.pieces[run.last].end
        )
        for run in runs
    ]
    if asked.kind is Kind.LIST:
        found.sort(key=lambda c: (c.clause.document_id, c.start))
    return tuple(found)


def _cited(clause: Clause, start: int, end: int) -> Citation:
    """`clause.text[start:end]`, with its place in the document."""
    return Citation(clause, clause.start + start, clause.start + end, clause.text[start:end], clause.citation)


__all__ = ["Answer", "Answerer", "Citation", "Context"]
