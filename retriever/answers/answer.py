"""A question → the words of the documents that answer it, quoted and cited, or the honest "they do not say"."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Clause
from retriever.answers.choose import Run, choose
from retriever.answers.cutter import Cutter
from retriever.answers.evidence import CANDIDATES, Evidence, gather
from retriever.answers.extend import extended
from retriever.answers.model import AnswerModel, load_model
from retriever.answers.typed import polarity_of, value_in
from retriever.answers.wanted import THRESHOLD, Kind, Wanted, wanted
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
class Context:
    """What a follow-up follows: the question before it and the clauses that answered that."""

    question: str
    addresses: tuple[str, ...] = ()


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
        self, searcher: Searcher, threshold: float = THRESHOLD, model: AnswerModel | None = None
    ) -> None:
        self.searcher = searcher
        self.threshold = threshold
        self._model = model or load_model()
        self._cutter = Cutter(searcher)

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
        results = self.searcher.search(text, top_k=CANDIDATES, documents=documents)
        return self.answer_from(results, threshold=threshold)

    def answer_from(self, results: Results, *, threshold: float | None = None) -> Answer:
        """Answer from the first page of a search that was made already."""
        began = time.perf_counter()
        asked = wanted(results.question.text)
        ranked = results.clauses[:CANDIDATES]
        evidence = gather(self.searcher, self._cutter, results.question, asked, ranked)
        chances = self._model.chances(evidence.table)
        chosen, expected = choose(evidence.pieces, evidence.owner, chances)
        runs = [extended(evidence, run, asked) for run in chosen]
        confidence = self._model.confidence(evidence, chances, runs, expected, asked)
        given = bool(runs) and confidence >= (self.threshold if threshold is None else threshold)
        citations = _citations(evidence, runs, asked) if given else ()
        read = (time.perf_counter() - began) * 1e3
        took = {**results.milliseconds, "read": read, "total": results.milliseconds["total"] + read}
        return Answer(
            question=results.question,
            citations=citations,
            kind=asked.kind.value,
            value=next(filter(None, (value_in(asked, c.quote) for c in citations)), ""),
            polarity=polarity_of(asked, results.question.text, citations[0].quote) if citations else "",
            confidence=confidence,
            abstained=not given,
            nearest=results.clauses[:NEAREST],
            snapshot=results.snapshot,
            milliseconds=took,
        )


def _citations(evidence: Evidence, runs: Sequence[Run], asked: Wanted) -> tuple[Citation, ...]:
    found = []
    for run in runs:
        clause = evidence.ranked[run.owner].clause
        start, end = evidence.pieces[run.first].start, evidence.pieces[run.last].end
        found.append(Citation(clause, clause.start + start, clause.start + end, clause.text[start:end],
                              clause.citation))  # fmt: skip
    if asked.kind is Kind.LIST:
        found.sort(key=lambda c: (c.clause.document_id, c.start))
    return tuple(found)
