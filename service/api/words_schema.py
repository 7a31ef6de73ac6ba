"""The JSON of the user's dictionary and synonyms, and of what a change of them would do."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.api.job_schema import Job
from service.api.schema import ADDRESS, QUESTION, told

_DISPLAY = (
    "《中国特色社会主义先行示范区科技创新行动方案》（国科发区〔2020〕187号）第五部分第（十五）条（推定）"
)
VERSION = "e3b0c44298fc1c14"
TEXT = "老板, 用人单位\n老外 => 外国人\n"
MAX_CHARS = 2 * 2**20


class WordsProblem(BaseModel):
    """A line that means nothing."""

    line: int = told("Its number, from 1.", 3)
    text: str = told("What it says, at most 60 characters.", "孤词")
    message: str = told("Why it means nothing.", "write a, b, c or a, b => c")


class FormerWords(BaseModel):
    """A version that another one replaced."""

    id: int = told("Its id.", 4)
    replaced: str = told("When it was replaced, ISO time in UTC.", "2026-01-05T08:30:00.120+00:00")
    text: str = told("What it said.", TEXT)


class WordsResponse(BaseModel):
    """One of the user's files as it is on the disk now."""

    kind: Literal["dictionary", "synonyms"] = told("Which of the two.", "synonyms")
    file: str = told("Its path.", "/var/lib/tiaowen/synonyms.txt")
    configured: bool = told(
        "True for a file that a setting names; else it is the store's own, which need not exist.", False
    )
    text: str = told("What it says.", TEXT)
    version: str = told("Changes with every byte; to be sent back with a change.", VERSION)
    entries: int = told("Lines that say something.", 2)
    problems: list[WordsProblem] = told("Lines that mean nothing and are skipped.", [])
    unreadable: str | None = told("Why the file cannot be read, or null.", None)
    reindex_needed: bool = told(
        "True where the dictionary is not the one that the index being served was made with.", False
    )
    former: list[FormerWords] = told("Former versions, newest first.", [])


class WordsRequest(BaseModel):
    """A new text for the file."""

    model_config = ConfigDict(extra="forbid")

    text: str = told("The whole file: a word a line, or a rule a line.", TEXT, max_length=MAX_CHARS)
    version: str = told(
        "Version of the file that it is to replace; another one by now is not touched.",
        VERSION,
        max_length=64,
    )


class PreviewRequest(BaseModel):
    """A text to try before it is saved."""

    model_config = ConfigDict(extra="forbid")

    text: str = told("The whole file: a word a line, or a rule a line.", TEXT, max_length=MAX_CHARS)
    version: str = told("Version of the file that it is to replace.", VERSION, max_length=64)
    questions: str = told(
        "Questions to ask beside those that are known: a line each, as it is or as JSON with `text` and, if they were "
        "judged, `judgements` (address → grade); at most 2,000.",
        '{"text": "社会治理用什么技术", "judgements": {"国科发区〔2020〕187号#五/（十五）": 2}}',
        default="",
        max_length=MAX_CHARS,
    )


class SavedResponse(BaseModel):
    """The file as it was saved, and the job that makes it count."""

    words: WordsResponse = told("The file.")
    job: Job | None = told(
        "The re-index that a changed dictionary needs; null for synonyms, which count at once, and where too much "
        "waits already.",
        None,
    )


class MovedClause(BaseModel):
    """A clause that ends at another rank."""

    address: str = told("Its address.", ADDRESS)
    citation: str = told("As people cite it.", _DISPLAY)
    before: int | None = told("Rank with the present words, null beyond the first ten.", 4)
    after: int | None = told("Rank with the proposed words, null beyond the first ten.", 1)
    grade: int | None = told("How well it answers, higher is better; null where nobody judged it.", 2)


class ChangedQuestion(BaseModel):
    """A question whose first ten clauses change."""

    text: str = told("The question.", QUESTION)
    origin: str = told("plan (ships with the service), feedback (asked and judged here) or file.", "plan")
    before: float | None = told("nDCG@10 with the present words, null where nobody judged it.", 0.43)
    after: float | None = told("nDCG@10 with the proposed words, or null.", 1.0)
    moved: list[MovedClause] = told("Clauses at another rank, in their order after the change.")


class PreviewResponse(BaseModel):
    """What the proposed words would change."""

    kind: Literal["dictionary", "synonyms"] = told("Which file.", "synonyms")
    text: str = told("The proposed text.", TEXT)
    asked: dict[str, int] = told("Questions asked, by origin.", {"plan": 318, "feedback": 12})
    judged: int = told("Those for which a clause that answers is known.", 270)
    before: float | None = told("Mean nDCG@10 of these with the present words, or null.", 0.861)
    after: float | None = told("The same with the proposed words, or null.", 0.864)
    won: int = told("Judged questions that become better.", 4)
    lost: int = told("Judged questions that become worse.", 1)
    refused: int = told("Questions that cannot be asked: empty or too long.", 0)
    changed: list[ChangedQuestion] = told("Losses first, the greatest first; then gains; then the rest.")
