"""The plan and an ordinance written for these tests, indexed with hashed vectors, and a verifier over them."""

import pytest

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.embed import HashEmbedder
from index.plan import plan_source
from index.snapshot import Store
from index.structure.split import paragraphs_of
from index.text import Tokenizer
from retriever.open import open_searcher
from retriever.search import Searcher
from retriever.verify.verifier import Verifier

ORDINANCE = """档案保存条例

第一章 总则

第一条 为了规范档案的保存，制定本条例。

第二条 单位应当在三十日内移交档案，逾期的，处一万元以上五万元以下罚款。
单位可以申请延长，延长不超过十日。

第三条 下列档案应当永久保存：
（一）会议记录；
（二）二〇二五年以后形成的合同。

第四条 档案馆每年开放不少于250天，接待38名以上读者。
"""


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Searcher:
    parts = Parts(Store(tmp_path_factory.mktemp("verify") / "store"), tokenizer, HashEmbedder())
    build([plan_source(), Source("ordinance.txt", "txt", ORDINANCE, paragraphs_of(ORDINANCE))], parts)
    return open_searcher(parts)


@pytest.fixture(scope="session")
def verifier(searcher: Searcher) -> Verifier:
    return Verifier(searcher)
