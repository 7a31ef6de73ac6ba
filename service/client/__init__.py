"""A typed Python client of the service, sync and async, with retrievers for LangChain and LlamaIndex beside it."""

from service.client.calls import ServiceError
from service.client.http import AsyncClient, Client

__all__ = ["AsyncClient", "Client", "ServiceError"]
