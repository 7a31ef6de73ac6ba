"""LangChain, LlamaIndex and MCP against the real packages and the real application."""

import asyncio
from typing import Any

import httpx
import pytest

from service.app import create_app
from service.client import AsyncClient, Client, ServiceError
from service.client.mcp import mcp_server
from service.live import Live

QUESTION = "怎样用大数据开展社会治理"
PLAN = "国科发区〔2020〕187号"


@pytest.fixture
def live_client(plan_live: Live) -> AsyncClient:
    return AsyncClient("http://service", transport=httpx.ASGITransport(app=create_app(plan_live)))


def test_langchain_gets_clauses_with_their_citations(live_client: AsyncClient) -> None:
    from service.client.langchain import TiaowenRetriever

    retriever = TiaowenRetriever(async_client=live_client, top_k=3, documents=(PLAN,))
    found = asyncio.run(retriever.ainvoke(QUESTION))
    assert len(found) == 3
    assert [d.id for d in found] == [d.metadata["address"] for d in found]
    assert found[0].metadata["citation"].startswith("《中国特色社会主义先行示范区科技创新行动方案》")
    assert found[0].metadata["end"] - found[0].metadata["start"] == len(found[0].page_content)
    with pytest.raises(ValueError, match="no `client`"):
        retriever.invoke(QUESTION)


def test_llamaindex_gets_nodes_with_addresses_and_scores(live_client: AsyncClient) -> None:
    from service.client.llamaindex import TiaowenRetriever

    found = asyncio.run(TiaowenRetriever(async_client=live_client, top_k=3).aretrieve(QUESTION))
    assert [n.node.node_id for n in found] == [n.node.metadata["address"] for n in found]
    scores = [n.score or 0.0 for n in found]
    assert scores == sorted(scores, reverse=True)


def test_frameworks_without_asyncio_use_the_plain_client(asked: Client) -> None:
    from llama_index.core.schema import QueryBundle

    from service.client import langchain, llamaindex

    chained = langchain.TiaowenRetriever(client=asked, top_k=2).invoke(QUESTION)
    indexed = llamaindex.TiaowenRetriever(asked, top_k=2).retrieve(QueryBundle(QUESTION))
    assert [d.id for d in chained] == [n.node.node_id for n in indexed]


def test_frameworks_keep_to_the_filtered_documents_and_refuse_misspelt_options(asked: Client) -> None:
    from llama_index.core.schema import QueryBundle
    from pydantic import ValidationError

    from service.client import langchain, llamaindex

    chained = langchain.TiaowenRetriever(client=asked, kinds=("方案",), years=(2020,), in_force=("unknown",))
    assert {d.metadata["document_id"] for d in chained.invoke("档案")} == {PLAN}
    indexed = llamaindex.TiaowenRetriever(asked, kinds=["办法"])
    found = {n.node.metadata["document_id"] for n in indexed.retrieve(QueryBundle("档案"))}
    assert found
    assert PLAN not in found
    with pytest.raises(ValidationError, match="kind"):
        langchain.TiaowenRetriever(client=asked, kind=("方案",))  # type: ignore[call-arg]
    with pytest.raises(ServiceError, match="no field 'kind'"):
        llamaindex.TiaowenRetriever(asked, kind=["办法"]).retrieve(QueryBundle("档案"))  # type: ignore[call-arg]


def called(live_client: AsyncClient, tool: str, **arguments: Any) -> Any:
    from mcp import Client as McpClient

    async def call() -> Any:
        async with McpClient(mcp_server(live_client)) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(call())


def test_an_agent_finds_the_tools_by_mcp(live_client: AsyncClient) -> None:
    from mcp import Client as McpClient

    async def names() -> list[str]:
        async with McpClient(mcp_server(live_client)) as client:
            tools = (await client.list_tools()).tools
            assert all(tool.description for tool in tools)
            return [tool.name for tool in tools]

    assert asyncio.run(names()) == [
        "search",
        "ask",
        "read_clause",
        "verify",
        "list_documents",
        "list_filters",
    ]


def test_an_agent_searches_asks_reads_and_verifies_by_mcp(live_client: AsyncClient) -> None:
    found = called(live_client, "search", question=QUESTION, top_k=2).structured_content
    assert len(found["results"]) == 2
    address = found["results"][0]["address"]
    clause = called(live_client, "read_clause", address=address).structured_content
    assert clause["text"] == found["results"][0]["text"]
    answer = called(live_client, "ask", question="由谁负责？", previous_question="社会治理智能化试验示范")
    assert len(answer.structured_content["nearest"]) > 1
    draft = f"《行动方案》{PLAN}第五部分第（十五）条要求“综合应用大数据、云计算等技术”。"
    (check, *_) = called(live_client, "verify", text=draft).structured_content["checks"]
    assert check["status"] == "quote_differs"
    listed = called(live_client, "list_documents").structured_content
    assert PLAN in [d["id"] for d in listed["documents"]]


def test_an_agent_limits_its_questions_by_mcp(live_client: AsyncClient) -> None:
    told = called(live_client, "list_filters").structured_content
    kinds = {count["value"] for count in told["kinds"]}
    assert {"方案", "办法"} <= kinds
    for tool, field in (("search", "results"), ("ask", "nearest")):
        found = called(live_client, tool, question="档案", kinds=["方案"], years=[2020]).structured_content
        assert {one["citation"]["document_id"] for one in found[field]} == {PLAN}
        assert called(live_client, tool, question="档案", years=[1066]).is_error


def test_an_error_reaches_the_agent_as_words_not_as_a_trace(live_client: AsyncClient) -> None:
    refused = called(live_client, "read_clause", address="不存在#第一条")
    assert refused.is_error
    text = refused.content[0].text
    assert "no clause has the address" in text
    assert "Traceback" not in text
