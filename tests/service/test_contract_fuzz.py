"""Requests made from the API document, right and wrong ones: every answer is one that the document promises."""

import json
from collections import Counter
from typing import Any

import pytest
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.openapi import from_asgi

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.embed import HashEmbedder
from index.plan import plan_source
from index.snapshot import Store
from index.text import Tokenizer
from service.app import create_app
from service.live import Live
from service.middleware.keys import KeyStore, Scope
from service.operations import Operations

EXAMPLES = 8
"""Requests made at random for each operation, beside those that cover the document's bounds one by one."""
BEYOND_A_SCHEMA = {"question_empty", "page_out_of_range", "draft_empty", "wanted_not_clear", "words_invalid",
                   "questions_invalid"}  # fmt: skip
"""Refusals of what JSON Schema cannot forbid: a text without any word, a sum of two fields, a clause that is none, a
line that is no rule."""
CONFIG: dict[str, Any] = {
    "request-timeout": 120,  # what is promised here is no time
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
    "phases": {"stateful": {"enabled": False}},
    "checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 405, 413, 414, 422]}},
}


def refused_for_its_meaning(failure: Any, response: Any, operation: str) -> bool:
    """True for a request that follows the schema and is rightly refused all the same."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 422:
        return False
    error = json.loads(response.content)["error"]
    told = {"POST /v1/documents": ("facts", "file"), "PUT /v1/documents/{document_id}": ("facts", "file"),
            "POST /v1/feedback": ("address",)}.get(operation, ())  # fmt: skip
    return error["code"] in BEYOND_A_SCHEMA or str(error["field"]).startswith(told)


def test_every_answer_is_one_that_the_document_promises(
    tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, hostile: Source
) -> None:
    """The store is its own, for jobs are put into it; nobody works on them."""
    parts = Parts(Store(tmp_path_factory.mktemp("fuzz") / "store"), tokenizer, HashEmbedder())
    build([plan_source(), hostile], parts)
    live = Live(parts)
    live.start()
    keys = KeyStore(tmp_path_factory.mktemp("keys"))
    app = create_app(live, Operations(most_queued=10**6, keys=keys))
    headers = {"Authorization": f"Bearer {keys.create('fuzz', Scope.ADMIN)}"}
    config = SchemathesisConfig.from_dict({**CONFIG, "headers": headers})
    schema = from_asgi("/openapi.json", app, config=config, headers=headers)
    asked: Counter[str] = Counter()
    broken: list[str] = []
    for event in from_schema(schema).execute():
        if isinstance(event, (events.NonFatalError, events.FatalError)):
            broken.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        record = event.recorder
        asked[record.label] += len(record.interactions)
        for case, checks in record.checks.items():
            for check in (c for c in checks if c.failure_info):
                failure, response = check.failure_info.failure, record.interactions[case].response
                if not refused_for_its_meaning(failure, response, record.label):
                    request = check.failure_info.code_sample[:500]
                    broken.append(f"{record.label}: {failure.title}: {failure.message[:500]}\n{request}")
    assert not broken, "\n\n".join(broken)
    operations = {f"{method.upper()} {path}" for path, m in app.openapi()["paths"].items() for method in m}
    assert set(asked) == operations
    assert all(asked[operation] >= 5 for operation in operations), asked
