"""A service over the bundled plan with hashed vectors: quick to build, no model; and Chromium to look at it."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
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
from service.server import listening_socket, uvicorn_config
from service.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

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
    build([plan_source(parts.keep), hostile], parts)
    live = Live(parts)
    live.start()
    return live


@pytest.fixture(scope="session")
def client(plan_live: Live) -> Iterator[TestClient]:
    with TestClient(create_app(plan_live)) as client:
        yield client


@pytest.fixture(scope="session")
def site(plan_live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    listener = listening_socket(Settings(folder, folder, port=0))
    server = uvicorn.Server(uvicorn_config(plan_live))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium, closed with the module: while Playwright is open no other test can run an event loop."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (extra: test)"
    )
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (apt install chromium)")
    with playwright.sync_playwright() as control:
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = control.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *root])
        yield starting(browser)
        browser.close()


def started(tab: "Page") -> "Page":
    """Going somewhere ends when the features of the page there have started, which is after its first paint."""

    def and_wait(go: Callable[..., Any]) -> Callable[..., Any]:
        def gone(*where: Any, **how: Any) -> Any:
            answer = go(*where, **how)
            if tab.locator("script[type=module]").count():
                tab.wait_for_selector("html.js", state="attached")
            return answer

        return gone

    for name in ("goto", "reload", "wait_for_url"):
        setattr(tab, name, and_wait(getattr(tab, name)))
    return tab


def starting(browser: "Browser") -> "Browser":
    """All its tabs wait for the features of a page, but those without JavaScript."""
    new_context, new_page = browser.new_context, browser.new_page

    def context(**how: Any) -> Any:
        made = new_context(**how)
        if how.get("java_script_enabled", True):
            plain = made.new_page
            made.new_page = lambda: started(plain())  # type: ignore[method-assign]
        return made

    browser.new_context = context  # type: ignore[method-assign]
    browser.new_page = lambda **how: started(new_page(**how))  # type: ignore[method-assign]
    return browser


@pytest.fixture
def tab(browser: "Browser", site: str) -> Iterator["Page"]:
    """A fresh tab that fails the test on console errors and on requests to anywhere else."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda r: None if r.url.startswith(site) else complaints.append(f"external: {r.url}"))
    yield tab
    context.close()
    assert complaints == []
