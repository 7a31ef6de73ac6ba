"""The answer box with a language model behind it: offered, streamed, stopped, taken back, and absent without one."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from retriever.generate.endpoint import Endpoint
from service.api.ask_schema import ASKED
from service.api.schema import ADDRESS
from service.live import Live
from service.operations import Operations
from service.server import listening_socket, uvicorn_config
from service.settings import Settings

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")

KEY = "sk-very-secret"
WORDED = "开展社会治理智能化试验示范。"
PAGE = f"/?q={quote(ASKED)}"


@dataclass
class Model:
    """A language model that says one sentence, waits until it may go on, and makes one up."""

    status: int = 200
    go_on: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    tag: str = "C1"

    async def answer(self, request: Request) -> Response:
        if self.status != 200:
            return JSONResponse({"error": KEY}, self.status)
        asked = (await request.json())["messages"][1]["content"]
        box = next(part for part in asked.split("资料 C") if WORDED[2:9] in part)
        self.tag = "C" + box.split()[0]
        return StreamingResponse(self.stream(), media_type="text/event-stream")

    async def stream(self) -> AsyncIterator[bytes]:
        yield self.chunk(f"{WORDED}[{self.tag}]而后模型接着又说了另外一句，")
        try:
            while not self.go_on.is_set():
                await asyncio.sleep(0.02)
        finally:  # cancelled where nobody listens any more
            self.left.set()
        yield self.chunk(f"到2040年全部建成。[{self.tag}]") + b"data: [DONE]\n\n"

    def chunk(self, content: str) -> bytes:
        return b"data: " + json.dumps({"choices": [{"delta": {"content": content}}]}).encode() + b"\n\n"


def served(app: Any, folder: Path) -> Iterator[str]:
    listener = listening_socket(Settings(folder, folder, port=0))
    config = app if isinstance(app, uvicorn.Config) else uvicorn.Config(app, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def _model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Model, str]]:
    model = Model()
    app = Starlette(routes=[Route("/v1/chat/completions", model.answer, methods=["POST"])])
    for url in served(app, tmp_path_factory.mktemp("model")):
        yield model, url


@pytest.fixture
def model(_model: tuple[Model, str]) -> Model:
    told = _model[0]
    told.status = 200
    told.go_on.clear()
    told.left.clear()
    return told


@pytest.fixture(scope="module")
def site(
    plan_live: Live, _model: tuple[Model, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The service with that model; it answers whatever it is asked."""
    live = Live(plan_live.parts, answer_threshold=0.0)
    live.start()
    operations = Operations(endpoint=Endpoint(_model[1] + "/v1", "m", KEY, 20.0))
    yield from served(uvicorn_config(live, operations), tmp_path_factory.mktemp("site"))


def test_the_worded_answer_is_streamed_below_the_quotes_and_told_once(
    tab: playwright.Page, site: str, model: Model
) -> None:
    tab.goto(site + PAGE)
    quoted = tab.locator(".answer figure").all_inner_texts()
    assert quoted
    tab.locator("button.word").focus()
    tab.keyboard.press("Enter")
    said = tab.locator(".worded .said")
    said.locator("p").wait_for()
    assert said.get_attribute("aria-busy") == "true"
    assert tab.locator("#heard").inner_text() == "", "nothing is read out while it comes"
    assert tab.evaluate("document.activeElement.className") == "stop"
    assert tab.locator(".answer figure").all_inner_texts() == quoted
    model.go_on.set()
    tab.locator(".worded .outcome", has_text="略去无依据的 1 句").wait_for()
    assert said.locator(".sentence").all_inner_texts() == [WORDED]
    assert tab.locator("#heard").inner_text() == tab.locator(".worded .outcome").inner_text()
    assert tab.locator(".answer figure").all_inner_texts() == quoted
    assert not tab.locator("button.stop").is_visible()
    assert tab.evaluate("document.activeElement.className") == "said"
    said.locator("a").first.click()
    assert tab.locator(".block.current").get_attribute("id") == ADDRESS.split("#")[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of_in_a_worded_answer(
    browser: playwright.Browser, site: str, model: Model, scheme: Any
) -> None:
    axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (extra: test)")
    context = browser.new_context(reduced_motion="reduce", color_scheme=scheme)
    context.add_init_script((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    tab = context.new_page()
    tab.goto(site + PAGE)
    tab.locator("button.word").click()
    tab.locator(".worded .sentence").wait_for()
    breaches = "async () => (await axe.run('.answer')).violations.map(v => [v.id, v.nodes[0].failureSummary])"
    assert tab.evaluate(breaches) == []
    model.go_on.set()
    tab.locator(".worded .outcome", has_text="略去").wait_for()
    assert tab.evaluate(breaches) == []
    context.close()


def test_stopping_gives_up_at_once_down_to_the_model(tab: playwright.Page, site: str, model: Model) -> None:
    tab.goto(site + PAGE + "&lang=en")
    tab.locator("button.word").click()
    tab.locator(".worded .sentence").wait_for()
    tab.locator("button.stop").click()
    tab.locator(".worded .outcome", has_text="Stopped.").wait_for()
    assert not tab.locator(".worded .said").is_visible()
    assert tab.locator("button.word").is_visible()
    assert model.left.wait(5), "the model goes on for nobody"


def test_another_question_ends_the_answer_to_the_one_before(
    tab: playwright.Page, site: str, model: Model
) -> None:
    tab.goto(site + PAGE)
    tab.locator("button.word").click()
    tab.locator(".worded .sentence").wait_for()
    tab.fill("#q", "知识产权融资")
    tab.locator("h1.asking", has_text="知识产权融资").wait_for(state="attached")
    assert model.left.wait(5)
    assert tab.locator(".worded .sentence").count() == 0


def test_a_model_that_fails_leaves_the_quotes_and_one_quiet_line(
    tab: playwright.Page, site: str, model: Model
) -> None:
    model.status = 500
    tab.goto(site + PAGE)
    tab.locator("button.word").click()
    tab.locator(".worded .outcome", has_text="请看原文答案").wait_for()
    assert tab.locator(".answer figure").count() > 0
    assert not tab.locator(".worded .said").is_visible()
    assert KEY not in tab.content()


def test_without_javascript_only_the_quotes_are_there(browser: playwright.Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(site + PAGE)
    assert tab.locator(".answer figure").first.is_visible()
    assert not tab.locator("button.word").is_visible()
    context.close()


def test_without_a_model_nothing_is_offered(client: Any) -> None:
    page = client.get(PAGE, headers={"Accept": "text/html"}).text
    assert 'class="answer' in page and "worded" not in page
