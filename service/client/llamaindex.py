"""A client → a LlamaIndex retriever: clauses as scored text nodes whose metadata carries the citation."""

from typing import Any, Unpack

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from service.api.schema import SearchResponse
from service.client.http import AsyncClient, Client
from service.client.only import Only, fields
from service.client.passages import metadata


class TiaowenRetriever(BaseRetriever):
    """Retrieves clauses; give `client`, `async_client` or both. Each node's id is the clause's address.

    Also takes the filters of `Only`: documents, issuers, kinds, years, in_force.
    """

    def __init__(
        self, client: Client | None = None, async_client: AsyncClient | None = None, *, top_k: int = 10,
        mode: str = "hybrid", **only: Unpack[Only],
    ) -> None:  # fmt: skip
        self._client = client
        self._async_client = async_client
        self._options: dict[str, Any] = {"top_k": top_k, "mode": mode, **fields(only)}
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self._client is None:
            raise ValueError(
                "the retriever has no `client`; give one, or use `aretrieve` with `async_client`"
            )
        return _nodes(self._client.search(query_bundle.query_str, **self._options))

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self._async_client is None:
            return self._retrieve(query_bundle)
        return _nodes(await self._async_client.search(query_bundle.query_str, **self._options))


def _nodes(found: SearchResponse) -> list[NodeWithScore]:
    return [
        NodeWithScore(node=TextNode(id_=r.address, text=r.text, metadata=metadata(r, found)), score=r.score)
        for r in found.results
    ]
