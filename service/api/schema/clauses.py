"""The JSON of a clause: its text, its neighbours, and the references from it and to it."""

from pydantic import BaseModel

from index.citing import SHOWN
from service.api.schema.fields import ADDRESS, CLAUSE, DOCUMENT_ID, SNAPSHOT, TITLE, told
from service.api.schema.search import Citation


class Cites(BaseModel):
    """One thing that a clause cites; a reference to several clauses (第五条至第八条) gives one of these for each."""

    text: str = told("The reference as printed in the clause.", "本方案第（十五）条")
    start: int = told("Where it starts in the clause's text, in code points.", 14)
    end: int = told("Where it ends, end excluded.", 23)
    resolved: bool = told(
        "False where the document or the clause is not in the collection for certain.", True
    )
    newer: bool = told(
        "True where the cited document is of a later day than this one: its numbers may have moved since, and the "
        "clause at `address` need not be the one meant.",
        False,
    )
    title: str | None = told(
        "Title of the cited document as printed; null where the clause cites its own.", None
    )
    document_id: str | None = told(
        "Id of the cited document; null where it is not in the collection.", DOCUMENT_ID
    )
    address: str | None = told(
        "Address of what is cited, down to 款 and 项; the document's id where it is cited as a whole.",
        ADDRESS,
    )
    clause: str | None = told(
        "Address of the clause that holds it; null for a chapter or a whole document.", ADDRESS
    )
    display: str | None = told(
        "What is cited as people write it.", f"《{TITLE}》（{DOCUMENT_ID}）第五部分第（十五）条"
    )


class CitedBy(BaseModel):
    """A place in another clause that cites."""

    address: str = told("Address of the citing clause.", f"{DOCUMENT_ID}#六/第1段")
    display: str = told("The citing clause as people cite it.", f"《{TITLE}》（{DOCUMENT_ID}）第六部分第1段")
    text: str = told("The reference as printed there.", "本方案第（十五）条")
    start: int = told("Where it starts in the citing clause's text, in code points.", 14)
    end: int = told("Where it ends, end excluded.", 23)


class CitesPage(BaseModel):
    """What a clause cites."""

    total: int = told("How many there are.", 1)
    first: list[Cites] = told(f"The first {SHOWN}, in order of the text.")


class CitedByPage(BaseModel):
    """What cites a clause or a document."""

    total: int = told("How many places there are.", 1)
    first: list[CitedBy] = told(f"The first {SHOWN}.")


class ClauseResponse(BaseModel):
    """A clause, its neighbours, and the references from it and to it."""

    address: str = told("Its address.", ADDRESS)
    citation: Citation = told("How to cite it.")
    kind: str = told("article, item, paragraph, row…", "item")
    text: str = told(
        "The clause, verbatim.",
        CLAUSE,
    )
    lead_in: str = told('The sentence that introduces the list it stands in, or "".', "")
    previous: str | None = told(
        "Address of the clause before it in the document.", f"{DOCUMENT_ID}#五/（十四）"
    )
    next: str | None = told("Address of the clause after it.", f"{DOCUMENT_ID}#六/第1段")
    cites: CitesPage = told("References in its text to clauses and documents.")
    cited_by: CitedByPage = told("References in other clauses to it or to something in it.")
    snapshot: str = told("Id of the snapshot that answered.", SNAPSHOT)
