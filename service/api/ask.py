"""The API's answers: a question → quotes with their places, or the honest word that the documents do not say."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Response

from index.document import Clause
from retriever.answers.answer import Answer, Citation
from retriever.answers.wanted import Kind
from service.api import examples, present
from service.api.ask_schema import (
    AnswerCitation,
    AnswerMessage,
    AskQuery,
    AskRequest,
    AskResponse,
)
from service.api.searching import answer_in
from service.api.understanding import EMPTY
from service.live import Live, Serving
from service.middleware.exchange import note_search

ABOUT_CHARS = 60
NEAR_CHARS = 40
_SENTENCE_END = re.compile(r"[。；：\n]")


def ask_routes(live: Live) -> APIRouter:
    """`POST /ask` and `GET /ask`; mounted under /v1 and, as aliases, without it."""
    api = APIRouter()

    @api.post(
        "/ask",
        summary="Ask for an answer",
        tags=["answers"],
        response_model=AskResponse,
        responses=examples.documented(
            examples.INVALID_JSON,
            examples.no_document("documents"),
            examples.BODY_TOO_LARGE,
            examples.question_too_long("question"),
            examples.NOTHING_PUBLISHED,
        ),
    )
    def ask(body: AskRequest) -> Response:
        """Quote the words that answer a question, each with its place, or say that the documents do not tell.

        Nothing is written by a model: every answer is a verbatim part of a clause. For a follow-up such as
        那到2035年呢？ give the question before it and its addresses in `context`.
        """
        return _ask(live, body)

    @api.get(
        "/ask",
        summary="Ask for an answer in a URL",
        tags=["answers"],
        response_model=AskResponse,
        responses=examples.documented(
            examples.no_document("document"), examples.question_too_long("q"), examples.NOTHING_PUBLISHED
        ),
    )
    def ask_by_url(query: Annotated[AskQuery, Query()]) -> Response:
        """The same as POST /v1/ask, for links and simple clients."""
        return _ask(live, query)

    return api


def _ask(live: Live, asked: AskRequest | AskQuery) -> Response:
    serving = live.serving()
    answer = answer_in(serving, asked)
    note_search(answer.question.text, answer.milliseconds)
    told = ask_response(answer, serving, asked.threshold)
    return Response(told.model_dump_json(), media_type="application/json")


def ask_response(answer: Answer, serving: Serving, threshold: float | None) -> AskResponse:
    """`threshold` as the request gives it; None stands for the service's own."""
    zh, en = said_of_silence(answer) if answer.abstained else _said_of_quotes(answer)
    if not serving.documents:
        zh, en = EMPTY
    return AskResponse(
        question=answer.question.text,
        answer="\n".join(citation.quote for citation in answer.citations),
        kind=Kind(answer.kind),
        value=answer.value,
        polarity=answer.polarity,
        confidence=round(answer.confidence, 4),
        threshold=serving.answerer.threshold if threshold is None else threshold,
        abstained=answer.abstained,
        message=AnswerMessage(zh=zh, en=en),
        citations=[_citation(citation, serving) for citation in answer.citations],
        nearest=[present.result(ranked, serving) for ranked in answer.nearest],
        snapshot=answer.snapshot,
        took={step: round(milliseconds, 3) for step, milliseconds in answer.milliseconds.items()},
    )


def _citation(citation: Citation, serving: Serving) -> AnswerCitation:
    clause = citation.clause
    return AnswerCitation(
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        span=(citation.start - clause.start, citation.end - clause.start),
        address=clause.address,
        display=citation.display,
        document_id=clause.document_id,
        document_title=serving.documents[clause.document_id].title,
        number=clause.number,
        number_origin=clause.number_origin,
        page=clause.page or None,
    )


def _said_of_quotes(answer: Answer) -> tuple[str, str]:
    places = len(answer.citations)
    return f"找到 {places} 处原文。", f"Found in {places} {'place' if places == 1 else 'places'}."


def said_of_silence(answer: Answer) -> tuple[str, str]:
    """In Chinese and English: that the documents do not say, and what the nearest clauses are about."""
    zh, en = said_of_nearest(answer)
    return f"文件没有写明。{zh}", f"The documents do not say. {en}"


def said_of_nearest(answer: Answer) -> tuple[str, str]:
    """In Chinese and English: what the nearest clauses are about, in their own first words."""
    if not answer.nearest:
        return "没有相近的条款。", "No clause is near the question."
    told = [(about(near.clause), near.clause.citation) for near in answer.nearest]
    zh = "；".join(f"“{about}”（{citation}）" for about, citation in told)
    en = "; ".join(f"“{about}” ({citation})" for about, citation in told)
    return f"最接近的条款讲的是：{zh}。", f"The nearest clauses are about: {en}."


def about(clause: Clause) -> str:
    """The first words of a clause, up to where a sentence or a list begins."""
    text = clause.text.removeprefix(clause.number).strip(" \t\n　、.．")
    return present.shortened(_SENTENCE_END.split(text, maxsplit=1)[0], NEAR_CHARS)
