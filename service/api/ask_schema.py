"""The JSON of the answers: what a question for an answer may say, and what the answer holds."""

from typing import Any

from pydantic import BaseModel, Field

from index.document import NumberOrigin
from retriever.answers.wanted import Kind
from service.api.schema import (
    ADDRESS,
    DOCUMENT_ID,
    SNAPSHOT,
    TITLE,
    Asked,
    DocumentId,
    FilterBody,
    FilterQuery,
    QuestionText,
    Result,
    Span,
    WantedId,
    told,
)

ASKED = "大数据与人工智能用来做什么示范"
QUOTE = "综合应用大数据、云计算、人工智能等技术，开展社会治理智能化试验示范"
MAX_CONTEXT_ADDRESSES = 10


class AskContext(Asked):
    """What a follow-up such as 那到2035年呢？ follows; nothing of it is kept by the service."""

    question: QuestionText
    addresses: list[WantedId] = told(
        "Addresses of the clauses that were cited for it, from `citations[].address`.", [ADDRESS],
        max_length=MAX_CONTEXT_ADDRESSES, default=[],
    )  # fmt: skip


def _threshold(strict: bool) -> Any:
    """In a body true is no number; in a URL everything is text."""
    return told("Confidence from which an answer is given; null takes the service's own.", 0.5,
                ge=0, le=1, default=None, strict=strict)  # fmt: skip


class AskRequest(FilterBody):
    """A question that wants an answer, as a JSON body."""

    threshold: float | None = _threshold(strict=True)
    question: QuestionText = Field(description="The question, Chinese or English.", examples=[ASKED])
    context: AskContext | None = told(
        "The question that this one follows, or null.", None, default=None, strict=False
    )


class AskQuery(FilterQuery):
    """The same as query parameters, without a context."""

    threshold: float | None = _threshold(strict=False)
    q: QuestionText = Field(description="The question, Chinese or English.", examples=[ASKED])


class AnswerCitation(BaseModel):
    """A verbatim quote and where it stands."""

    quote: str = told("The words that answer: `text[start:end]` of the document, verbatim.", QUOTE)
    start: int = told("Where the quote starts in the document's text, in code points.", 2796)
    end: int = told("Where it ends, end excluded.", 2829)
    span: Span = told("The quote within the text of its clause.", [4, 37])
    address: str = told("Address of the clause that holds it.", ADDRESS)
    display: str = told("The citation as people write it; says 推定 beside an inferred number.",
                        f"《{TITLE}》（{DOCUMENT_ID}）第五部分第（十五）条")  # fmt: skip
    document_id: DocumentId
    document_title: str = told("Title of the document.", TITLE)
    number: str = told('Number of the clause as people write it, or "".', "（十五）")
    number_origin: NumberOrigin = told("Where the number comes from; see Citation.", "printed")
    page: int | None = told("Page of the source file, from 1; null where the format has no pages.", None)


class AnswerMessage(BaseModel):
    """What a page may say above the quotes, or in their place."""

    zh: str = told("In Chinese.", "找到 1 处原文。")
    en: str = told("In English.", "Found in 1 place.")


class AskResponse(BaseModel):
    """The words of the documents that answer, or that they do not say."""

    question: str = told("The question as it was searched: a follow-up with what it left out.", ASKED)
    answer: str = told('The quotes, one a line; "" when abstaining.', QUOTE)
    kind: Kind = told("What the question asks for.", "statement")
    value: str = told('The figure, date or body asked for, as it stands in a quote, or "".', "")
    polarity: str = told('yes or no, where the quote settles a yes-no question, else "".', "")
    confidence: float = told("Chance that the quotes answer, 0 to 1.", 0.93)
    threshold: float = told("Confidence from which an answer is given.", 0.5)
    abstained: bool = told("True where the documents do not say.", False)
    message: AnswerMessage = told("For people.")
    citations: list[AnswerCitation] = told("One to three quotes; none when abstaining.")
    nearest: list[Result] = told("The best clauses, also when abstaining.")
    snapshot: str = told("Id of the snapshot that answered.", SNAPSHOT)
    took: dict[str, float] = told("Milliseconds by step.", {"embed": 8.9, "read": 31.2, "total": 42.5})
