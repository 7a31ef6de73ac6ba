"""`tiaowen mcp`: the MCP server on standard input and output, over the local store or over a running service."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.build import Progress
    from index.configuration import Parts
    from service.client import AsyncClient


def serve_stdio(client: "AsyncClient") -> None:
    """Speak MCP until standard input ends."""
    from service.client.mcp import mcp_server

    mcp_server(client).run("stdio")


def local_client(parts: "Parts", progress: "Progress", report: Callable[[str], None]) -> "AsyncClient":
    """A client of the application in this very process, over the published snapshot; no port is opened.

    Indexes the bundled plan into an empty store, as `tiaowen serve` does.
    """
    import httpx

    from retriever.open import open_or_build
    from service.app import create_app
    from service.client import AsyncClient
    from service.live import Live

    open_or_build(parts, progress)
    live = Live(parts)
    live.start()
    report("Tiaowen answers MCP on standard input")
    return AsyncClient("http://tiaowen", transport=httpx.ASGITransport(app=create_app(live)))
