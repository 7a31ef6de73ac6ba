"""The JSON of what was made of a question."""

from pydantic import BaseModel

from service.api.schema.fields import ADDRESS, DOCUMENT_ID, told


class NamedPlace(BaseModel):
    """A clause, a part or a document that the question names."""

    text: str = told("As the question writes it.", "第（十五）条")
    document: str = told('The document it is of, as the question writes it, or "".', DOCUMENT_ID)
    found: bool = told("False where no such place exists; then the question is searched as any other.", True)
    document_known: bool = told(
        "False where the question names a document that is not in the collection.", True
    )
    addresses: list[str] = told(
        "What it means, at most 20; with the 款 or 项 where one is named. Several where it is ambiguous.",
        [ADDRESS],
    )


class Number(BaseModel):
    """A number as the question writes it, and the form that is searched."""

    written: str = told("As the question writes it.", "百分之四点八")
    form: str = told("In the one form that all clauses are searched by.", "4.8%")


class Synonym(BaseModel):
    """A rule of the synonym files that the question set off."""

    written: str = told("What the question says.", "老板")
    meant: list[str] = told("What documents say.", ["用人单位"])


class Understood(BaseModel):
    """What was understood of the question."""

    simplified: str = told('The question in simplified characters, or "" where that changes nothing.', "")
    words: list[str] = told("Its words that say what is asked.", ["大数据", "社会", "治理", "社会治理"])
    unknown: list[str] = told("Those that no clause holds.", [])
    numbers: list[Number] = told("Numbers that it writes otherwise than they are searched.")
    synonyms: list[Synonym] = told("What it says in other words; they were searched too, with less weight.")
    places: list[NamedPlace] = told("The clauses, parts or documents that it names.")
    suggestion: str = told(
        'The question with what seem to be misspelt words put right, or ""; it was not searched.', ""
    )
