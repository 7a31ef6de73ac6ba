"""What many schemas share: documented fields, the values of their examples, questions, ids, spans."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from retriever.question import MAX_QUESTION_CHARS

DOCUMENT_ID = "国科发区〔2020〕187号"
ADDRESS = f"{DOCUMENT_ID}#五/（十五）"
TITLE = "中国特色社会主义先行示范区科技创新行动方案"
CLAUSE = "（十五）综合应用大数据、云计算、人工智能等技术，开展社会治理智能化试验示范，…"
LEAD_IN = "以系统推进全面创新改革试验为统领，完善科技创新法律法规和政策，…"
QUESTION = "怎样用大数据开展社会治理"
SNAPSHOT = "4f1c2a9be07d3658"


def told(description: str, *examples: Any, **constraints: Any) -> Any:
    """A field with its documentation."""
    return Field(description=description, examples=list(examples) or None, **constraints)


def _some_words(text: str) -> str:
    if not any(map(str.isalnum, text)):
        raise PydanticCustomError(
            "question_empty",
            "the question is empty; type some words, for example 到2025年研发投入占比要达到多少",
        )
    return text


QuestionText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_QUESTION_CHARS),
    AfterValidator(_some_words),
    told("The question, in your own words: Chinese (simplified or traditional) or English.",
         QUESTION, json_schema_extra={"minLength": 1}),
]  # fmt: skip
DocumentId = Annotated[str, told("Id of a document: its 文号, else its title.", DOCUMENT_ID)]
WantedId = Annotated[str, told("Id of a document to search.", DOCUMENT_ID, max_length=MAX_QUESTION_CHARS)]
"""A length limit also makes Pydantic look at every character, and refuse half a surrogate pair."""
Span = Annotated[tuple[int, int], told("Start and end, end excluded, in code points.", [8, 11])]


class Asked(BaseModel):
    """What a request may say: a mistyped name is told, not ignored."""

    model_config = ConfigDict(extra="forbid")
