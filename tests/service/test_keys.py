"""Keys: who is let in, to what, and what a page does with them."""

import json
import stat
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from index.errors import StoreError, TiaowenError
from service.api.schema import Readiness
from service.app import create_app
from service.commands.cli import app as commands
from service.live import Live
from service.middleware.guard import COOKIE, is_loopback
from service.middleware.keys import KeyStore, Scope
from service.operations import Operations
from service.settings import Settings
from service.wiring import keys_needed

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path)


@pytest.fixture
def locked(plan_live: Live, keys: KeyStore) -> TestClient:
    return TestClient(create_app(plan_live, Operations(keys=keys)), follow_redirects=False)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_only_a_digest_is_kept_and_only_the_owner_reads_it(keys: KeyStore, tmp_path: Path) -> None:
    token = keys.create("a", Scope.READ)
    stored = tmp_path / "keys.json"
    assert token not in stored.read_text()
    assert token.split("_", 2)[2] not in stored.read_text()
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert len(token.split("_", 2)[2]) >= 43, "256 bits"


def test_a_key_opens_until_it_is_revoked_or_expires(tmp_path: Path) -> None:
    now = [1000.0]
    keys = KeyStore(tmp_path, lambda: now[0])
    lasting, brief = keys.create("a", Scope.READ), keys.create("b", Scope.WRITE, days=1)
    assert [k.name for k in map(keys.check, (lasting, brief)) if k] == ["a", "b"]
    assert keys.check(lasting[:-1] + ("A" if lasting[-1] != "A" else "B")) is None
    assert [keys.check(t) for t in ("", "x", "tw_00000000_x", "_" * 10, "tw_" + "a" * 500)] == [None] * 5
    now[0] += 86_400
    assert (keys.check(brief), keys.check(lasting) is not None) == (None, True)
    KeyStore(tmp_path).revoke("a")  # by another process
    assert keys.check(lasting) is None
    with pytest.raises(TiaowenError, match="no key is named 'a'"):
        keys.revoke("a")


def test_a_damaged_file_of_keys_lets_nobody_in(keys: KeyStore, locked: TestClient, tmp_path: Path) -> None:
    token = keys.create("a", Scope.READ)
    (tmp_path / "keys.json").write_text("[{")
    with pytest.raises(StoreError):
        KeyStore(tmp_path).check(token)
    assert locked.get("/v1/documents", headers=bearer(token)).status_code == 503


def test_without_a_key_nothing_is_told_but_that_it_lives(keys: KeyStore, locked: TestClient) -> None:
    keys.create("a", Scope.READ)
    for path in (
        "/v1/search?q=a",
        "/v1/documents",
        "/documents",
        "/v1/jobs",
        "/openapi.json",
        "/nope",
        "//v1/documents",
    ):
        response = locked.get(path)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "key_missing"), path
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert locked.post("/v1/search", json={"question": "a"}).status_code == 401
    assert locked.get("/healthz").json() == {"status": "ok"}
    assert locked.get("/readyz").json() == locked.get("/v1/readyz").json() == {"status": "ready"}
    assert Readiness.model_validate_json(locked.get("/v1/readyz").content).snapshot is None, (
        "as the contract says"
    )
    assert locked.get("/static/page.css").status_code == 200
    wrong = locked.get("/v1/documents", headers=bearer("tw_00000000_x"))
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "key_unknown")


def test_each_scope_opens_what_it_names_and_no_more(keys: KeyStore, locked: TestClient) -> None:
    read, write, admin = (bearer(keys.create(s.name, s)) for s in Scope)
    assert locked.get("/v1/search?q=a", headers=read).status_code == 200
    assert locked.get("/v1/documents", headers={"X-API-Key": read["Authorization"][7:]}).status_code == 200
    assert locked.get("/readyz", headers=read).json()["clauses"] > 0
    for method, path in (("DELETE", "/v1/documents/x"), ("PUT", "/documents/x"), ("POST", "/v1/documents"),
                         ("GET", "/v1/jobs"), ("GET", "/jobs/x")):  # fmt: skip
        refused = locked.request(method, path, headers=read)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed"), path
        assert locked.request(method, path, headers=write).status_code not in (401, 403)
        assert locked.request(method, path, headers=admin).status_code not in (401, 403)
    assert locked.get("/v1", headers=read).status_code == 404
    assert locked.get("/v1/admin/health", headers=write).status_code == 403
    assert locked.get("/v1/admin/health", headers=admin).status_code != 403


def test_a_browser_types_its_key_once(keys: KeyStore, locked: TestClient) -> None:
    token = keys.create("a", Scope.READ)
    sent = locked.get("/read?q=科技", headers=BROWSER)
    assert sent.status_code == 303
    form = locked.get(sent.headers["location"], headers=BROWSER)
    assert form.status_code == 200
    assert 'value="/read?q=%E7%A7%91%E6%8A%80"' in form.text
    wrong = locked.post("/login", data={"key": "tw_0_x", "next": "/"})
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
    right = locked.post("/login", data={"key": f" {token} ", "next": "/read?q=a"})
    assert (right.status_code, right.headers["location"]) == (303, "/read?q=a")
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert locked.get("/", headers=BROWSER).status_code == 200
    assert locked.get("/v1/search?q=a").status_code == 200, "the page's own requests"
    keys.revoke("a")
    assert locked.get("/v1/search?q=a").status_code == 401
    assert COOKIE in locked.post("/logout").headers["set-cookie"]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nX: y"]
)
def test_the_login_form_leads_nowhere_else(keys: KeyStore, locked: TestClient, target: str) -> None:
    answer = locked.post("/login", data={"key": keys.create("a", Scope.READ), "next": target})
    assert answer.headers["location"] == "/"


def test_a_cookie_changes_nothing_at_another_sites_bidding(keys: KeyStore, locked: TestClient) -> None:
    locked.cookies.set(COOKIE, keys.create("a", Scope.WRITE))
    for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        refused = locked.delete("/v1/documents/x", headers=foreign)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "foreign_request")
    assert locked.delete("/v1/documents/x", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404
    assert locked.delete("/v1/documents/x", headers={"Origin": "http://testserver"}).status_code == 404


def test_without_keys_no_page_of_another_site_changes_the_collection(plan_live: Live) -> None:
    client = TestClient(create_app(plan_live, Operations(origins=("https://a.example",))))
    for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        refused = client.delete("/v1/documents/x", headers=foreign)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "foreign_request")
        assert client.post("/v1/search", json={"question": "a"}, headers=foreign).status_code == 200
    for own in ({}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
                {"Origin": "https://a.example", "Sec-Fetch-Site": "cross-site"}):  # fmt: skip
        assert client.delete("/v1/documents/x", headers=own).status_code == 404


def test_keys_are_needed_where_others_can_reach_the_service(tmp_path: Path) -> None:
    def needed(host: str, keys: str = "auto") -> bool:
        return keys_needed(Settings(tmp_path, tmp_path, host=host, keys=keys))

    assert [needed(h) for h in ("127.0.0.1", "::1", "localhost", "127.0.0.2")] == [False] * 4
    assert [needed(h) for h in ("0.0.0.0", "::", "10.0.0.1", "example.org")] == [True] * 4
    assert (needed("0.0.0.0", "off"), needed("127.0.0.1", "on")) == (False, True)
    assert not is_loopback("localhost.example.org")


def test_the_command_makes_lists_and_revokes(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(commands, ["keys", *words, "--store", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return result.stdout

    token = run("create", "reading room", "--scope", "write", "--expires", "30").splitlines()[0]
    key = KeyStore(tmp_path).check(token)
    assert key is not None
    assert (key.name, key.scope) == ("reading room", Scope.WRITE)
    assert "write" in run("list")
    assert token not in run("list")
    run("revoke", "reading room")
    assert json.loads((tmp_path / "keys.json").read_text()) == []
