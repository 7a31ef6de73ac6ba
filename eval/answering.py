"""An open set and an answerer → what each question was answered, against what a judge marked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.judgements import EvalError, EvalQuestion, EvalSet
from eval.run import Advance
from eval.spans import best_f1, exact, statements, whole_f1
from index.errors import QuestionError
from retriever.answers.answer import Answer

COMPLETE = 3
"""Grade of a clause that answers by itself."""


class Answers(Protocol):
    """What is measured: `retriever.answers.answer.Answerer`."""

    threshold: float

    def answer(self, text: str, *, threshold: float | None = None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """One question, what was answered with no threshold, and how good that is."""

    question: EvalQuestion
    quotes: tuple[str, ...]
    cited: tuple[str, ...]
    """Address of each quote's clause."""
    confidence: float
    answered: bool
    """Whether there are quotes and the confidence reaches the threshold that is served."""
    milliseconds: float
    f1: float
    """Of the quotes, also where the threshold holds them back; 0 for an unanswerable question."""
    whole_f1: float
    exact: bool
    precision: float
    """Share of the citations that name a relevant clause."""
    recall: float
    """Share of the marked statements of which some copy's clause is cited."""

    @property
    def right_clause(self) -> bool:
        """Whether a relevant clause is among the cited ones."""
        return self.precision > 0

    @property
    def right(self) -> bool:
        """Whether the asker was served: a relevant clause cited, or silence where no clause answers."""
        return self.answered and self.right_clause if self.question.answerable else not self.answered


def answered(
    judged: EvalSet, answerer: Answers, advance: Advance = lambda system, done, total: None
) -> list[Scored]:
    """Ask every question once. Raises EvalError if the set marks no answers."""
    if not any(q.spans for q in judged.questions):
        raise EvalError(
            f"the set {judged.name} marks no words that answer; `eval answers` takes the set plan"
        )
    scored = []
    if judged.questions:
        _ask(answerer, judged.questions[0].text)  # the first question pays for loading
    for done, question in enumerate(judged.questions, 1):
        began = time.perf_counter()
        answer = _ask(answerer, question.text)
        took = (time.perf_counter() - began) * 1e3
        scored.append(_scored(judged, question, answer, answerer.threshold, took))
        advance("answers", done, len(judged.questions))
    return scored


def _ask(answerer: Answers, text: str) -> Answer | None:
    try:
        return answerer.answer(text, threshold=0.0)
    except QuestionError:
        return None


def _scored(
    judged: EvalSet, question: EvalQuestion, answer: Answer | None, threshold: float, took: float
) -> Scored:
    citations = answer.citations if answer else ()
    quotes, cited = tuple(c.quote for c in citations), tuple(c.clause.address for c in citations)
    confidence = answer.confidence if answer else 0.0
    relevant = set(judged.relevant(question.id))
    complete = [a for a, grade in judged.qrels.get(question.id, {}).items() if grade >= COMPLETE]
    spans = question.spans
    return Scored(
        question=question,
        quotes=quotes,
        cited=cited,
        confidence=confidence,
        answered=bool(quotes) and confidence >= threshold,
        milliseconds=took,
        f1=best_f1(quotes, spans, complete) if spans else 0.0,
        whole_f1=whole_f1(quotes, spans) if spans else 0.0,
        exact=bool(spans) and exact(quotes, spans, complete),
        precision=sum(a in relevant for a in cited) / len(cited) if cited else 0.0,
        recall=_share([any(s.address in cited for s in copies) for copies in statements(spans)]),
    )


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held) if held else 0.0
