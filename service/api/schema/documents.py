"""The JSON of a document: as a list shows it, and whole with its outline and diagnosis."""

from pydantic import BaseModel

from index.document import FactOrigin, NumberOrigin
from service.api.schema.clauses import CitedByPage
from service.api.schema.fields import ADDRESS, CLAUSE, DOCUMENT_ID, SNAPSHOT, TITLE, DocumentId, told


class DocumentFacts(BaseModel):
    """A document as a list shows it."""

    id: DocumentId
    title: str = told("Title of the document.", TITLE)
    number: str = told('文号 as printed, or "".', DOCUMENT_ID)
    issuer: str = told('Who issued it, or "".', "科技部、深圳市人民政府")
    published: str = told('ISO date of signing or publication, or "".', "2020-07-04")
    source: str = told("Name of the file it was read from.", "plan.txt")
    clauses: int = told("How many clauses it has.", 25)
    kind: str = told('办法, 通知, 法…, or "".', "方案")
    year: int = told("Year of publication, else of the 文号; 0 if unknown.", 2020)
    effective: str = told('ISO date from which it holds, or "".', "2020-07-04")
    expires: str = told('ISO date of the last day it holds, or "".', "")
    repealed: str = told('ISO date of its repeal, "yes" where the day is unknown, or "".', "")
    in_force: bool | None = told(
        "Whether it holds today; null where neither its text nor a person says.", None
    )


class Fact(BaseModel):
    """Something known about a document, and who says so."""

    name: str = told(
        "title, number, kind, issuer, recipients, signed, published, adopted, amended, dated, effective, expires, "
        "repeals, amends, repealed or in_force; several may have one name.",
        "signed",
    )
    value: str = told("Dates as ISO dates where a full date is given.", "2020-07-04")
    origin: FactOrigin = told(
        "text: the document says so. container: its file does, or it follows from another fact. "
        "given: a person said so, in NAME.facts.json or with --fact.",
        "text",
    )
    start: int | None = told("Where the text says so, in code points; null if it does not.", 95)
    end: int | None = told("Where that ends, end excluded.", 104)


class DocumentsResponse(BaseModel):
    """One page of the collection, in its order."""

    total: int = told("Documents that were asked for, on all pages.", 1)
    snapshot: str = told("Id of the snapshot that answered.", SNAPSHOT)
    documents: list[DocumentFacts] = told("The documents of this page.")


class OutlineNode(BaseModel):
    """A span of the document with one role; in reading order."""

    kind: str = told(
        "title, number, recipients, part, chapter, article, item, paragraph, row, signature…", "item"
    )
    number: str = told('Number as people write it, or "".', "（十五）")
    number_origin: NumberOrigin = told("Where the number comes from; see Citation.", "printed")
    address: str | None = told("Address of the node; null where it cannot be cited.", ADDRESS)
    is_clause: bool = told("True if it is a unit of retrieval: GET /v1/clauses/{address} gives it.", True)
    depth: int = told("Levels above it.", 2)
    start: int = told("Start in the document's text, in code points.", 2792)
    own_end: int = told("End of its own text, without that of its descendants.", 2903)
    end: int = told("End with all its descendants.", 2903)
    text: str = told(
        "Its own text, shortened to the first characters.",
        CLAUSE,
    )


class Finding(BaseModel):
    """Something that a person should check in the source."""

    line: int = told("Line of the source text, from 1.", 32)
    code: str = told("gap, repeat, disorder, inferred, reference or no-title.", "inferred")
    message: str = told(
        "What was noticed.", "（一） is not printed; 4 unnumbered paragraphs stand before （四）…"
    )


class OriginalFile(BaseModel):
    """The file that a document was read from; GET /v1/documents/{id}/original gives it."""

    name: str = told("Its name.", "plan.txt")
    media_type: str = told("What it is.", "text/plain")
    size: int = told("Its bytes.", 9127)
    sha256: str = told(
        "Of its bytes; also the ETag of the download.",
        "e5c7d48e6d1346863053b090018b6fb17cdf70ef0428108d5005c064971dcbf8",
    )


class DocumentResponse(BaseModel):
    """A document with its outline and its diagnosis."""

    facts: DocumentFacts = told("What it is cited and filtered by.")
    original: OriginalFile | None = told("The file it was read from; null where it is not kept.")
    known: list[Fact] = told("Everything known about it, each fact with the place that states it.")
    snapshot: str = told("Id of the snapshot that answered.", SNAPSHOT)
    outline: list[OutlineNode] = told("Every node in reading order.")
    findings: list[Finding] = told("The diagnosis of its structure.")
    cited_by: CitedByPage = told("References in other documents to it as a whole.")
    text: str | None = told("The whole text, with `text=true`; else null.", None)
