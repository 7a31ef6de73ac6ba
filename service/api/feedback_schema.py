"""The JSON of feedback: what a person says of a result, and that it was kept."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.api.schema import ADDRESS, DOCUMENT_ID, SNAPSHOT, QuestionText, told

MAX_ADDRESS_CHARS = 2000
Verdict = Literal["useful", "useless"]


class FeedbackRequest(BaseModel):
    """A verdict on a clause that was found, or on all of them."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    verdict: Verdict = told("Whether the clause answers the question.", "useful")
    address: str = told(
        'Address of the clause that is meant; with the verdict useless, "" means all results.',
        ADDRESS,
        max_length=MAX_ADDRESS_CHARS,
        default="",
    )
    wanted: str = told(
        "The clause that should have come: its address, or a citation that names one clause.",
        ADDRESS,
        max_length=MAX_ADDRESS_CHARS,
        default="",
    )


class FeedbackResponse(BaseModel):
    """What was kept."""

    id: int = told("Number of the verdict.", 1)
    address: str = told('The clause it is about, or "".', ADDRESS)
    wanted: str = told('Address of the clause that should have come, or "".', f"{DOCUMENT_ID}#五/（十四）")
    snapshot: str = told("Id of the snapshot it is about.", SNAPSHOT)
