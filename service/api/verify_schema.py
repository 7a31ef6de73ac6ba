"""The JSON of the citation check: a draft in, a check for each of its citations and quotations out."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from retriever.verify.check import Status
from retriever.verify.verifier import MAX_DRAFT_CHARS
from service.api.schema import ADDRESS, DOCUMENT_ID, SNAPSHOT, TITLE, told

DRAFT = "《行动方案》第（十五）条提出“综合应用大数据、云计算等技术”，到2030年完成。"


def _some_text(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError(
            "text_empty", "the text is empty; give the draft whose citations are to be checked"
        )
    return text


class VerifyRequest(BaseModel):
    """A text whose citations and quotations are to be checked."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[
        str,
        StringConstraints(max_length=MAX_DRAFT_CHARS),
        AfterValidator(_some_text),
        told("The draft: plain text or Markdown.", DRAFT, json_schema_extra={"minLength": 1}),
    ]


class CheckDifference(BaseModel):
    """A run of characters of a quotation laid beside its clause."""

    kind: str = told("equal, inserted (in the text only) or deleted (in the clause only).", "deleted")
    text: str = told("The characters, as that side has them.", "、人工智能")


class CheckNumber(BaseModel):
    """A number or date of the text that the clause does not state."""

    start: int = told("Where it stands in the text, in code points.", 32)
    end: int = told("Where it ends, end excluded.", 37)
    stated: str = told("As the text has it.", "2030年")
    source: str = told('The clause\'s number in its place, or "".', "")


class CheckMessage(BaseModel):
    """What a check found, for people."""

    zh: str = told("In Chinese.", "引文与条款原文有出入。")
    en: str = told("In English.", "The quotation differs from the clause.")


class CitationCheck(BaseModel):
    """One citation or quotation of the text, checked."""

    start: int = told("Where it stands in the text, in code points.", 14)
    end: int = told("Where it ends, end excluded.", 30)
    kind: str = told("quotation or citation.", "quotation")
    status: Status = told(
        "verified: word for word, in either script. quote_differs, number_differs: see differences and "
        "numbers. wrong_clause: the words stand at `address`. not_found. citation_only: the clause exists, "
        "nothing is quoted. not_indexed: the cited document is not in the collection.",
        "quote_differs",
    )
    text: str = told("`text[start:end]` of the request.", "“综合应用大数据、云计算等技术”")
    cited: str = told('Address that the text cites, "" where it cites none that exists.', ADDRESS)
    address: str = told('Where the words stand, or the cited clause; "" where nothing was found.', ADDRESS)
    citation: str = told("`address` as people write it.", f"《{TITLE}》（{DOCUMENT_ID}）第五部分第（十五）条")
    clause: str = told(
        "Address of the clause that `address` is, lies in or begins with: for GET /v1/clauses.", ADDRESS
    )
    document_id: str = told('Id of the document of `quote`, or "".', DOCUMENT_ID)
    quote: str = told("The document's own words, verbatim; of a long clause the beginning.",
                      "综合应用大数据、云计算、人工智能等技术")  # fmt: skip
    quote_start: int = told("Where `quote` stands in the document's text, in code points.", 2796)
    quote_end: int = told("Where it ends, end excluded.", 2815)
    differences: list[CheckDifference] = told("The quotation laid beside the clause; empty where they agree.")
    numbers: list[CheckNumber] = told("Numbers and dates that differ.")
    script_differs: bool = told(
        "True where the words agree and only the script differs: traditional here, simplified there.", False
    )
    message: CheckMessage = told("For people.")


class VerifyResponse(BaseModel):
    """Every check, in the order of the text."""

    checks: list[CitationCheck] = told("One for each citation and quotation.")
    complete: bool = told("False where the text holds more than are checked.", True)
    snapshot: str = told("Id of the snapshot that was compared with.", SNAPSHOT)
    took: float = told("Milliseconds.", 8.4)
