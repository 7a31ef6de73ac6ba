"""The client over the application in this process."""

import httpx
import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.client import Client
from service.live import Live


class InProcess(httpx.BaseTransport):
    """Hands the client's requests to the application."""

    def __init__(self, live: Live) -> None:
        self._app = TestClient(create_app(live), base_url="http://service")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.raw_path.decode()
        answer = self._app.request(request.method, url, content=request.read(), headers=dict(request.headers))
        told = ("content-type", "content-disposition", "retry-after")
        kept = {k: v for k, v in answer.headers.items() if k in told}
        return httpx.Response(answer.status_code, content=answer.content, headers=kept)


@pytest.fixture
def asked(plan_live: Live) -> Client:
    return Client("http://service", transport=InProcess(plan_live), retries=0)
