"""The administration page: who sees it, what it tells, and the way back to a snapshot."""

from pathlib import Path

from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.plan import plan_source
from index.structure.split import paragraphs_of
from service.app import create_app
from service.live import Live
from service.middleware.keys import KeyStore, Scope
from service.operations import Operations

BROWSER = {"Accept": "text/html"}
OTHER = "档案管理办法\n\n第一条 为了规范档案管理，制定本办法。\n\n第三条 档案应当保存。\n"


def test_a_snapshot_is_gone_back_to_at_once(parts: Parts) -> None:
    first = build([plan_source()], parts).manifest.id
    second = build([Source("a.txt", "txt", OTHER, paragraphs_of(OTHER))], parts).manifest.id
    with TestClient(create_app(Live(parts, patience_seconds=10.0))) as client:
        page = client.get("/admin", headers=BROWSER).text
        assert "档案管理办法" in page
        assert f'name="snapshot" value="{first}"' in page
        assert f'name="snapshot" value="{second}"' not in page, "the published one is no way back"
        told = client.post(f"/v1/admin/snapshots/{first}/publish").json()["snapshots"]
        assert {s["id"]: (s["published"], s["served"]) for s in told} == {
            first: (True, True),
            second: (False, False),
        }
        assert client.get("/v1/readyz").json()["documents"] == 1
        for wrong in ("nope", "..", "%2e%2e"):
            assert client.post(f"/v1/admin/snapshots/{wrong}/publish").status_code == 404
        foreign = client.post(
            f"/v1/admin/snapshots/{second}/publish", headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert (foreign.status_code, parts.store.current()) == (403, first)


def test_a_damaged_snapshot_is_not_gone_back_to(parts: Parts) -> None:
    first = build([plan_source()], parts).manifest.id
    second = build([Source("a.txt", "txt", OTHER, paragraphs_of(OTHER))], parts).manifest.id
    with (parts.store.path / "snapshots" / first / "catalogue.sqlite").open("ab") as file:
        file.write(b"x")
    with TestClient(create_app(Live(parts, patience_seconds=10.0))) as client:
        assert client.post(f"/v1/admin/snapshots/{first}/publish").status_code == 503
    assert parts.store.current() == second


def test_only_an_administrators_key_opens_the_page(plan_live: Live, tmp_path: Path) -> None:
    keys = KeyStore(tmp_path)
    client = TestClient(create_app(plan_live, Operations(keys=keys)), follow_redirects=False)
    sent = client.get("/admin", headers=BROWSER)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/login?next=%2Fadmin")
    for scope, status in ((Scope.READ, 403), (Scope.WRITE, 403), (Scope.ADMIN, 200)):
        headers = {**BROWSER, "Authorization": f"Bearer {keys.create(scope.name, scope)}"}
        answer = client.get("/admin", headers=headers)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
