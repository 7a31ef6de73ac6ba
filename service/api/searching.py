"""A request and an open snapshot → what is found in the documents that the request's filters leave."""

from retriever.answers.answer import Answer, Context
from retriever.search import Results
from service.api.ask_schema import AskQuery, AskRequest
from service.api.facets import allowed_documents, filters_of
from service.api.schema import FilterBody, FilterQuery, SearchQuery, SearchRequest
from service.live import Serving


def documents_of(serving: Serving, asked: FilterBody | FilterQuery) -> list[str]:
    """The documents to search, [] for all. Raises Refused for an unknown one, or where none has the facts."""
    wanted, field = (
        (asked.documents, "documents") if isinstance(asked, FilterBody) else (asked.document, "document")
    )
    return allowed_documents(serving.facets, serving.documents, filters_of(asked), wanted, field)


def search_in(serving: Serving, asked: SearchRequest | SearchQuery) -> Results:
    """Raises Refused or TiaowenError."""
    question = asked.question if isinstance(asked, SearchRequest) else asked.q
    documents = documents_of(serving, asked)
    with serving.turns:
        return serving.searcher.search(
            question, top_k=asked.top_k, offset=asked.offset, mode=asked.mode, documents=documents
        )


def answer_in(serving: Serving, asked: AskRequest | AskQuery) -> Answer:
    """Raises Refused or TiaowenError."""
    question, context = (asked.question, asked.context) if isinstance(asked, AskRequest) else (asked.q, None)
    before = Context(context.question, tuple(context.addresses)) if context else None
    documents = documents_of(serving, asked)
    with serving.turns:
        return serving.answerer.answer(
            question, documents=documents, context=before, threshold=asked.threshold
        )
