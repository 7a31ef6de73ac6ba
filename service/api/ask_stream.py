"""A question → a stream of events: clauses, sentences that they say, and the whole answer, worded or quoted."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from index.document import Clause
from retriever.answers.answer import Answer
from retriever.generate.generator import Done, Event, Fallback, Generator, Retrieved, Sentence
from retriever.generate.prompt import MAX_CLAUSES, Sourced
from service.api import examples
from service.api.ask import ask_response
from service.api.ask_schema import AnswerMessage, AskRequest
from service.api.searching import answer_in, documents_of
from service.api.stream_schema import (
    EVENT,
    EXAMPLE,
    StreamDone,
    StreamFallback,
    StreamRetrieved,
    StreamSentence,
    StreamSource,
)
from service.live import Live, Serving
from service.middleware.exchange import note_search
from service.model_state import ModelState

HEADERS = {"X-Accel-Buffering": "no"}
"""A proxy must not collect the events."""

_SAID = {
    "timeout": (
        "大模型没有在时限内答完，改为给出原文。",
        "The language model took too long; here is the text itself.",
    ),
    "unreachable": (
        "大模型无法连接，改为给出原文。",
        "The language model cannot be reached; here is the text itself.",
    ),
    "unsupported": (
        "大模型的回答在条款中找不到依据，改为给出原文。",
        "What the language model said does not stand in the clauses; here is the text itself.",
    ),
    "busy": ("大模型正忙，改为给出原文。", "The language model is busy; here is the text itself."),
}
_FAILED = (
    "大模型没有给出可用的回答，改为给出原文。",
    "The language model gave no usable answer; here is the text itself.",
)


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


def ask_stream_routes(live: Live, generator: Generator, model: ModelState) -> APIRouter:
    """`POST /ask/stream`; mounted under /v1 and, as an alias, without it."""
    api = APIRouter()

    @api.post(
        "/ask/stream",
        summary="Stream an answer",
        tags=["answers"],
        response_class=EventStream,
        responses={
            200: {"content": {"text/event-stream": {"example": EXAMPLE, "schema": EVENT}}},
            **examples.documented(
                examples.INVALID_JSON,
                examples.no_document("documents"),
                examples.BODY_TOO_LARGE,
                examples.question_too_long("question"),
                examples.NOTHING_PUBLISHED,
            ),
        },
    )
    async def ask_stream(body: AskRequest) -> EventStream:
        """The same as POST /v1/ask, as server-sent events with JSON data.

        `retrieved`: the clauses that the answer may rest on. `sentence`: a sentence with its sources, each checked
        against them. `fallback`: the language model failed; take back the sentences shown so far. `done`: the whole
        answer, how many sentences of the model were dropped, and the quoted answer as /v1/ask gives it.

        Without a language model (`TIAOWEN_LLM_URL`) the sentences are quotes. Where the documents do not say, no
        sentence comes and `done.response.abstained` is true.
        """
        serving, answer, clauses = await run_in_threadpool(_answered, live, body)
        return EventStream(
            _lines(generator, model, serving, answer, clauses, body.threshold), headers=HEADERS
        )

    return api


def _answered(live: Live, body: AskRequest) -> tuple[Serving, Answer, list[Clause]]:
    serving = live.serving()
    answer = answer_in(serving, body)
    note_search(answer.question.text, answer.milliseconds)
    documents = documents_of(serving, body)
    with serving.turns:
        found = serving.searcher.search(answer.question.text, top_k=MAX_CLAUSES, documents=documents)
    return serving, answer, [ranked.clause for ranked in found.clauses]


async def _lines(
    generator: Generator,
    model: ModelState,
    serving: Serving,
    answer: Answer,
    clauses: list[Clause],
    threshold: float | None,
) -> AsyncIterator[str]:
    async for event in generator.events(answer, clauses):
        model.note(event)
        name, told = _told(event, serving, answer, threshold)
        yield f"event: {name}\ndata: {told}\n\n"


def _told(event: Event, serving: Serving, answer: Answer, threshold: float | None) -> tuple[str, str]:
    """The event's name and its JSON, on one line."""
    if isinstance(event, Retrieved):
        sources = [_source(source, source.text) for source in event.sources]
        return "retrieved", StreamRetrieved(sources=sources).model_dump_json()
    if isinstance(event, Sentence):
        said = StreamSentence(text=event.text, sources=[_source(source) for source in event.sources])
        return "sentence", said.model_dump_json(exclude_none=True)
    if isinstance(event, Fallback):
        zh, en = _SAID.get(event.reason, _FAILED)
        return "fallback", StreamFallback(
            reason=event.reason, message=AnswerMessage(zh=zh, en=en)
        ).model_dump_json()
    assert isinstance(event, Done)
    response = ask_response(answer, serving, threshold)
    done = StreamDone(answer=event.text, by_model=event.by_model, dropped=event.dropped, response=response)
    return "done", done.model_dump_json()


def _source(source: Sourced, text: str | None = None) -> StreamSource:
    return StreamSource(
        tag=source.tag, address=source.clause.address, display=source.clause.citation, text=text
    )
