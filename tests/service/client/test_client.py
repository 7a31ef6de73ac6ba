"""The Python client against the real application, in process; its retries against a scripted transport."""

import asyncio
import hashlib

import httpx
import pytest
from fastapi.testclient import TestClient

from service.api.ask_schema import AskContext
from service.app import create_app
from service.client import AsyncClient, Client, ServiceError, calls
from service.client.calls import LONGEST_WAIT_SECONDS, wait_seconds
from service.client.only import Only
from service.live import Live

ADDRESS = "国科发区〔2020〕187号#五/（十五）"
PLAN = "国科发区〔2020〕187号"


def test_a_search_is_typed_and_the_same_as_the_json(asked: Client, client: TestClient) -> None:
    found = asked.search("怎样用大数据开展社会治理", top_k=3, documents=[PLAN])
    told = client.post(
        "/v1/search", json={"question": "怎样用大数据开展社会治理", "top_k": 3, "documents": [PLAN]}
    )
    assert [r.address for r in found.results] == [r["address"] for r in told.json()["results"]]
    assert found.results[0].citation.display.startswith("《中国特色社会主义先行示范区科技创新行动方案》")


def test_filters_travel_with_every_question_and_a_misspelt_one_is_refused(asked: Client) -> None:
    only = Only(
        kinds=["方案"], years=[2020], issuers=["深圳市人民政府", "科技部"], in_force=["yes", "unknown"]
    )
    found = asked.search("人才", **only)
    assert {r.citation.document_id for r in found.results} == {PLAN}
    assert {r.citation.document_id for r in asked.ask("人才政策", **only).nearest} == {PLAN}
    batch = asked.search_batch(["人才", "资金"], **only)
    assert all(
        a.response and {r.citation.document_id for r in a.response.results} == {PLAN} for a in batch.answers
    )
    assert asked.facets(kinds=["方案"]).total == 1
    for ask in (asked.search, asked.ask, asked.facets):
        with pytest.raises(ServiceError) as refused:
            ask("人才", kind=["方案"]) if ask != asked.facets else ask(flavour=["x"])  # type: ignore[operator]
        assert refused.value.code in ("unknown_field", "unknown_parameter")
    with pytest.raises(ServiceError) as refused:
        asked.ask("人才", kinds=["法"])
    assert refused.value.code == "no_document_matches"
    with pytest.raises(TypeError, match="kinds is one text"):
        asked.search("人才", kinds="方案")


def test_addresses_and_ids_travel_in_urls(asked: Client) -> None:
    clause = asked.clause(ADDRESS)
    assert (clause.address, clause.previous) == (ADDRESS, f"{PLAN}#五/（十四）")
    document = asked.document(PLAN, text=True)
    assert document.text is not None
    assert document.text[clause.citation.start : clause.citation.end] == clause.text
    assert asked.document(PLAN).text is None
    assert PLAN in [d.id for d in asked.documents(limit=5).documents]
    assert asked.ready().documents == 2


def test_the_file_of_a_document_comes_with_its_name_and_type(asked: Client, plan_live: Live) -> None:
    kept = asked.document(PLAN).original
    given = asked.original(PLAN)
    assert kept is not None and (given.name, given.media_type) == (kept.name, kept.media_type)
    assert hashlib.sha256(given.content).hexdigest() == kept.sha256
    with pytest.raises(ServiceError) as refused:
        asked.original(next(d for d in plan_live.serving().documents if d != PLAN))
    assert (refused.value.code, refused.value.status) == ("original_not_kept", 404)

    async def later() -> bytes:
        async with AsyncClient(
            "http://test", transport=httpx.ASGITransport(create_app(plan_live))
        ) as tiaowen:
            return (await tiaowen.original(PLAN)).content

    assert asyncio.run(later()) == given.content


def test_a_follow_up_is_asked_with_its_context(asked: Client, client: TestClient) -> None:
    first = asked.ask("到2025年研发投入占比要达到多少", threshold=0)
    context = AskContext(question=first.question, addresses=[c.address for c in first.citations])
    told = client.post("/v1/ask", json={"question": "由谁负责？", "context": context.model_dump()}).json()
    followed = asked.ask("由谁负责？", context=context)
    assert [r.address for r in followed.nearest] == [r["address"] for r in told["nearest"]]
    assert followed.confidence == told["confidence"]
    assert (calls.ask("由谁负责？", {}, None, context).json or {})["context"] == context.model_dump()


def test_a_batch_answers_each_search_and_tells_the_refused_one(asked: Client) -> None:
    answers = asked.search_batch(["社会治理", "知识产权"], top_k=2).answers
    assert [len(a.response.results) for a in answers if a.response] == [2, 2]
    (refused,) = asked.search_batch(["社会治理"], documents=["国发〔1999〕1号"]).answers
    assert refused.response is None
    assert refused.error is not None
    assert (refused.error.code, refused.error.field) == ("document_not_found", "documents")


def test_an_error_of_the_service_is_raised_with_its_code_and_field(asked: Client) -> None:
    with pytest.raises(ServiceError, match="no clause has the address") as caught:
        asked.clause("不存在#第一条")
    assert (caught.value.code, caught.value.status, caught.value.field) == (
        "clause_not_found",
        404,
        "address",
    )
    assert caught.value.request_id
    with pytest.raises(ServiceError, match="longer than 2,000 characters"):
        asked.search("长" * 2001)


def test_the_async_client_gives_the_same_answers(plan_live: Live, asked: Client) -> None:
    async def both() -> list[str]:
        transport = httpx.ASGITransport(app=create_app(plan_live))
        async with AsyncClient("http://service", transport=transport) as client:
            found, answer, clause = await asyncio.gather(
                client.search("社会治理", top_k=2), client.ask("社会治理"), client.clause(ADDRESS)
            )
            assert answer.nearest
            assert clause.address == ADDRESS
            with pytest.raises(ServiceError, match="no document has the id"):
                await client.document("不存在")
            return [r.address for r in found.results]

    assert asyncio.run(both()) == [r.address for r in asked.search("社会治理", top_k=2).results]


def scripted(*answers: httpx.Response | Exception) -> tuple[Client, list[httpx.Request]]:
    left, seen = list(answers), []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Client("http://service", key="secret", transport=httpx.MockTransport(handle), retries=2), seen


READY = httpx.Response(200, json={"status": "ready", "snapshot": "a", "documents": 1, "clauses": 2,
                                  "embedder": "hash", "warning": None})  # fmt: skip
BUSY = {"error": {"code": "busy", "message": "too much to do; ask again", "field": None, "request_id": "r"}}


def test_a_busy_or_unreachable_service_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    busy = httpx.Response(503, json=BUSY, headers={"Retry-After": "7"})
    client, seen = scripted(busy, httpx.ConnectError("refused"), READY)
    assert client.ready().clauses == 2
    assert [request.headers["Authorization"] for request in seen] == ["Bearer secret"] * 3
    assert waits[0] == 7
    assert 0 < waits[1] < 2


def test_a_service_that_stays_away_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    client, seen = scripted(*[httpx.ConnectError("refused")] * 3)
    with pytest.raises(ServiceError, match="is `tiaowen serve` running there") as caught:
        client.ready()
    assert (len(seen), caught.value.status, "secret" in str(caught.value)) == (3, 0, False)


def test_what_is_refused_for_good_is_asked_once() -> None:
    told = {"error": {**BUSY["error"], "code": "unknown_key"}}
    client, seen = scripted(httpx.Response(401, json=told))
    with pytest.raises(ServiceError) as caught:
        client.ready()
    assert (caught.value.code, len(seen)) == ("unknown_key", 1)


def test_something_else_on_that_port_is_noticed() -> None:
    for answer in (httpx.Response(200, text="<html>"), httpx.Response(404, text="nginx")):
        client, _ = scripted(answer)
        with pytest.raises(ServiceError) as caught:
            client.ready()
        assert caught.value.code == "unexpected"


def test_a_wait_is_bounded_whatever_the_service_asks() -> None:
    assert wait_seconds(ServiceError("x", retry_after=3600), 0) == LONGEST_WAIT_SECONDS
    assert wait_seconds(ServiceError("x"), 20) == LONGEST_WAIT_SECONDS
