"""The JSON of a search: what a question may say, and the ranked clauses that answer it."""

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic_core import PydanticCustomError

from index.document import NumberOrigin
from retriever.search import DEPTH, MAX_TOP_K, Mode
from service.api.schema.fields import (
    ADDRESS,
    CLAUSE,
    DOCUMENT_ID,
    LEAD_IN,
    QUESTION,
    SNAPSHOT,
    TITLE,
    Asked,
    DocumentId,
    QuestionText,
    Span,
    told,
)
from service.api.schema.filters import FilterBody, FilterQuery, whole
from service.api.schema.understood import Understood


class _Page(Asked):
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


class SearchRequest(FilterBody, _Page):
    """A question as a JSON body."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: QuestionText

    @field_validator("top_k", "offset", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        return whole(value)


class SearchQuery(FilterQuery, _Page):
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
