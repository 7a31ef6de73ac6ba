"""The JSON of a streamed answer: the data of each kind of event."""

import json
from typing import Any

from pydantic import BaseModel

from service.api.ask_schema import ASKED, QUOTE, AnswerMessage, AskResponse
from service.api.schema import ADDRESS, CLAUSE, DOCUMENT_ID, TITLE, told

_CITATION = f"《{TITLE}》（{DOCUMENT_ID}）第五部分第（十五）条"


class StreamSource(BaseModel):
    """A clause that sentences may cite."""

    tag: str = told("Its name within this answer.", "C1")
    address: str = told("Address of the clause.", ADDRESS)
    display: str = told("The citation as people write it.", _CITATION)
    text: str | None = told("The clause, verbatim; in the event `retrieved` only.", CLAUSE, default=None)


class StreamRetrieved(BaseModel):
    """Data of `retrieved`, the first event: the clauses that the answer may rest on."""

    sources: list[StreamSource] = told("Best first; none where nothing is near the question.")


class StreamSentence(BaseModel):
    """Data of `sentence`: a sentence whose sources say it; others are not sent."""

    text: str = told("The sentence: a quote, or the words of the language model.", QUOTE)
    sources: list[StreamSource] = told("The clauses that say it.")
    verified: bool = told("Always true: the sentence was held to its sources.", True, default=True)


class StreamFallback(BaseModel):
    """Data of `fallback`: the language model failed; the sentences before it are to be taken back, quotes follow."""

    reason: str = told("timeout, unreachable, unsupported, busy, or another one.", "timeout")
    message: AnswerMessage = told("For people.")


class StreamDone(BaseModel):
    """Data of `done`, the last event: the whole answer, and what POST /v1/ask answers to the same question."""

    answer: str = told('The sentences that stand; "" when abstaining.', QUOTE)
    by_model: bool = told("True where the language model worded it.", False)
    dropped: int = told("Sentences of the model that no clause says; they were not sent.", 0)
    response: AskResponse = told("The quoted answer.")


EVENTS: dict[str, type[BaseModel]] = {
    "retrieved": StreamRetrieved,
    "sentence": StreamSentence,
    "fallback": StreamFallback,
    "done": StreamDone,
}
EVENT: dict[str, Any] = {
    "type": "object",
    "description": "One event; the stream is a sequence of them.",
    "properties": {
        "event": {"type": "string", "description": "What it tells.", "enum": list(EVENTS)},
        "data": {
            "type": "string",
            "description": "JSON on one line: "
            + ", ".join(f"{model.__name__} for `{event}`" for event, model in EVENTS.items()) + ".",
            "contentMediaType": "application/json",
            "contentSchema": {
                "anyOf": [{"$ref": f"#/components/schemas/{model.__name__}"} for model in EVENTS.values()]
            },
        },
    },
    "required": ["event", "data"],
}  # fmt: skip
_SOURCE = {"tag": "C1", "address": ADDRESS, "display": _CITATION}
EXAMPLE = "".join(
    f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
    for name, data in (
        ("retrieved", {"sources": [{**_SOURCE, "text": "（十五）…"}]}),
        ("sentence", {"text": QUOTE, "sources": [_SOURCE], "verified": True}),
        (
            "done",
            {"answer": QUOTE, "by_model": False, "dropped": 0, "response": {"question": ASKED, "…": "…"}},
        ),
    )
)
