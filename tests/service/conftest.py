"""A service over the bundled plan with hashed vectors: quick to build, no model."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.embed import HashEmbedder
from index.plan import plan_source
from index.snapshot import Store
from index.structure.split import paragraphs_of
from index.text import Tokenizer
from service.app import create_app
from service.live import Live

HOSTILE = """<script>alert(1)</script>管理办法

第一条 为了规范"><img src=x onerror=alert(1)>档案管理，制定本办法。

第二条 本办法所称档案，是指<b>保存</b>的 {{ 7*191 }} 记录。

第四条 本办法自发布之日起施行。
"""


@pytest.fixture(scope="session")
def hostile() -> Source:
    """A document that tries to get its markup into the page."""
    return Source("hostile.txt", "txt", HOSTILE, paragraphs_of(HOSTILE))


@pytest.fixture(scope="session")
def plan_live(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, hostile: Source) -> Live:
    """The plan and the hostile document, served; tests must not change the store."""
    parts = Parts(Store(tmp_path_factory.mktemp("plan") / "store"), tokenizer, HashEmbedder())
    build([plan_source(), hostile], parts)
    live = Live(parts)
    live.start()
    return live


@pytest.fixture(scope="session")
def client(plan_live: Live) -> Iterator[TestClient]:
    with TestClient(create_app(plan_live)) as client:
        yield client
