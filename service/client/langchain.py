"""A client → a LangChain retriever: clauses as documents whose metadata carries the citation."""

from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from service.api.schema import SearchResponse, Standing
from service.client.http import AsyncClient, Client
from service.client.only import Only
from service.client.passages import metadata


class TiaowenRetriever(BaseRetriever):
    """Retrieves clauses; give `client`, `async_client` or both.

    Each document's `page_content` is the clause, verbatim; `metadata` holds address, citation, title, 文号, path, span,
    number_origin, page, rank and score.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    client: Client | None = None
    async_client: AsyncClient | None = None
    top_k: int = 10
    mode: str = "hybrid"
    documents: tuple[str, ...] = ()
    """Only these document ids; empty searches all, here and below."""
    issuers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    in_force: tuple[Standing, ...] = ()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        if self.client is None:
            raise ValueError("the retriever has no `client`; give one, or use `ainvoke` with `async_client`")
        return _documents(self.client.search(query, **self._options()))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        if self.async_client is None:
            return await super()._aget_relevant_documents(query, run_manager=run_manager)
        return _documents(await self.async_client.search(query, **self._options()))

    def _options(self) -> dict[str, Any]:
        asked = ("top_k", "mode", *Only.__optional_keys__)
        return {name: getattr(self, name) for name in asked}


def _documents(found: SearchResponse) -> list[Document]:
    return [Document(id=r.address, page_content=r.text, metadata=metadata(r, found)) for r in found.results]
