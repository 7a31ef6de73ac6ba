"""A question → the events of an answer that a language model words and the clauses vouch for, or a fallback."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from index.document import Clause
from retriever.answers.answer import Answer
from retriever.generate.endpoint import Endpoint, GenerationError
from retriever.generate.prompt import Sourced, messages, sourced
from retriever.generate.sentences import sentences
from retriever.generate.support import Judged, judge

log = logging.getLogger(__name__)

MAX_SENTENCES = 20
MAX_AT_ONCE = 8
"""Answers under way at one endpoint; more fall back at once instead of waiting."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What the answer may rest on."""

    sources: tuple[Sourced, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence whose sources say it."""

    text: str
    sources: tuple[Sourced, ...]


@dataclass(frozen=True, slots=True)
class Fallback:
    """The model gave no answer that can be shown; what was shown of it is to be taken back."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer."""

    text: str
    by_model: bool
    dropped: int
    """Sentences of the model that its sources do not say."""


Event = Retrieved | Sentence | Fallback | Done


class Generator:
    """Words answers through one endpoint, None for none: then quotes are the answer."""

    def __init__(self, endpoint: Endpoint | None) -> None:
        self._endpoint = endpoint
        self._free = MAX_AT_ONCE

    async def events(self, answer: Answer, clauses: Sequence[Clause]) -> AsyncIterator[Event]:
        """The events of one answer; `answer` is the quoted one, which counts where the model fails.

        `clauses`: those retrieved for the question, best first; the model sees these and the quoted ones only.

        Where the documents do not say, the model is not asked: it could only make something up.
        """
        known = {clause.address: clause for clause in [*(c.clause for c in answer.citations), *clauses]}
        sources = sourced(list(known.values()))
        yield Retrieved(sources)
        dropped = 0
        if self._endpoint is not None and not answer.abstained:
            shown: list[str] = []
            try:
                async for judged in self._fitting(self._endpoint, answer.question.text, sources):
                    if judged.verified:
                        shown.append(judged.text)
                        yield Sentence(judged.text, judged.sources)
                    else:
                        dropped += 1
                        log.info("a sentence of the language model was dropped: %s", judged.reason)
                if not shown:
                    raise GenerationError(
                        "unsupported", "nothing the language model said stands in the clauses"
                    )
                yield Done(_joined(shown), True, dropped)
                return
            except GenerationError as error:
                log.warning("the quoted answer is given instead of the language model's: %s", error)
                yield Fallback(error.reason, str(error))
        tagged = {source.clause.address: source for source in sources}
        for citation in answer.citations:
            yield Sentence(citation.quote, (tagged[citation.clause.address],))
        yield Done("\n".join(citation.quote for citation in answer.citations), False, dropped)

    async def _fitting(
        self, endpoint: Endpoint, question: str, sources: Sequence[Sourced]
    ) -> AsyncIterator[Judged]:
        """As `_judged`; where its context is too short for all clauses, the model is given the first ones only."""
        while True:
            try:
                async for judged in self._judged(endpoint, question, sources):
                    yield judged
                return
            except GenerationError as error:
                if error.reason != "context" or len(sources) < 2:
                    raise
                sources = sources[: len(sources) // 2]
                log.info(
                    "the language model is asked again with %d clauses: its context is short", len(sources)
                )

    async def _judged(
        self, endpoint: Endpoint, question: str, sources: Sequence[Sourced]
    ) -> AsyncIterator[Judged]:
        if self._free <= 0:
            raise GenerationError("busy", f"{MAX_AT_ONCE} answers are under way at the language model")
        self._free -= 1
        pieces = endpoint.stream(messages(question, sources))
        try:
            count = 0
            async for sentence in sentences(pieces):
                count += 1
                if count > MAX_SENTENCES:
                    raise GenerationError("endless", "the language model does not come to an end")
                yield judge(sentence, sources)
                await asyncio.sleep(0)
        finally:
            self._free += 1
            await pieces.aclose()  # type: ignore[attr-defined]


def _joined(texts: Sequence[str]) -> str:
    """Sentences in a row; with a blank between those in letters."""
    joined = ""
    for text in texts:
        joined += (" " if joined and joined[-1].isascii() else "") + text
    return joined
