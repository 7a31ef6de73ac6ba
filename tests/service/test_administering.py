"""Administration in Chromium as an administrator does it: upload, preview, save, rebuild, go back; keys and log-out."""

import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import uvicorn

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.structure.split import paragraphs_of
from service.jobs.journal import Journal
from service.jobs.runner import Runner
from service.jobs.sandbox import ReadLimits
from service.live import Live
from service.middleware.keys import KeyStore, Scope
from service.operations import Operations
from service.server import listening_socket, uvicorn_config
from service.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))  # a spawned child inherits it

from hashed import evaluating_previewer, worded_parts
from test_accessible import ALL_RULES, BREACHES, CONTRAST

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")
axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (extra: test)")

RULES = """某市营商环境办法

第一条 本办法所称经营主体，包括个体工商户。

第二条 主管部门应当及时答复经营主体的咨询。

第三条 乙类事项由街道办理。
"""
ANOTHER = "某市数据管理办法\n\n第一条 为了管理数据，制定本办法。\n"
QUESTION = '{"text": "老板在哪里办事", "judgements": {"某市营商环境办法#第一条": 2}}'
JOB_MS = 60_000


class Site:
    """A service in this process, with a runner, and an administrator's key."""

    def __init__(self, parts: Parts) -> None:
        store = parts.store.path
        self.live = Live(parts, follow_seconds=0.0, patience_seconds=10.0)
        self.runner = Runner(Journal(store), partial(worded_parts, store), ReadLimits(2 << 30, 20), self.live.follow,
                             evaluating_previewer)  # fmt: skip
        keys = KeyStore(store)
        self.admin, self.reader = (keys.create(s.name, s) for s in (Scope.ADMIN, Scope.READ))
        listener = listening_socket(Settings(store, store, port=0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        operations = Operations(job_queued=self.runner.wake, keys=keys)
        self.server = uvicorn.Server(uvicorn_config(self.live, operations))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listener]}, daemon=True)

    def start(self) -> None:
        self.live.start()
        self.runner.start()
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.runner.stop()
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture
def site(parts: Parts) -> Iterator[Site]:
    build([Source("a.txt", "txt", RULES, paragraphs_of(RULES))], parts)
    site = Site(parts)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def tab(browser: playwright.Browser, site: Site) -> Iterator[playwright.Page]:
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda r: None if r.url.startswith(site.url) else complaints.append(r.url))
    tab.on("dialog", lambda dialog: dialog.accept())
    yield tab
    context.close()
    assert complaints == []


def log_in(tab: playwright.Page, key: str) -> None:
    tab.fill("#key", key)
    tab.keyboard.press("Enter")
    tab.locator("form.logout").wait_for()


def checked(tab: playwright.Page) -> None:
    """Nothing to complain of in either colours, nor on a telephone, where nothing is wider than the screen."""
    assert tab.evaluate(BREACHES, ALL_RULES) == []
    tab.emulate_media(color_scheme="dark")
    assert tab.evaluate(BREACHES, CONTRAST) == []
    tab.emulate_media(color_scheme="light")
    size = tab.viewport_size
    fits(tab)
    tab.set_viewport_size(size)


def fits(tab: playwright.Page) -> None:
    """On a telephone nothing is wider than the screen."""
    tab.set_viewport_size({"width": 390, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def done(tab: playwright.Page, kind: str) -> None:
    playwright.expect(tab.locator(".job-done h2")).to_have_text(kind, timeout=JOB_MS)


def test_an_administrator_uploads_previews_saves_rebuilds_and_goes_back(
    tab: playwright.Page, site: Site
) -> None:
    tab.goto(site.url + "/admin")
    log_in(tab, site.admin)
    tab.set_input_files(
        "#files", [{"name": "数据.txt", "mimeType": "text/plain", "buffer": ANOTHER.encode()}]
    )
    tab.click("#upload button")
    tab.wait_for_url("**/admin?job=*")
    done(tab, "添加文件")
    assert "某市数据管理办法" in tab.locator(".documents").inner_text()

    tab.locator("#admin-words + ul a", has_text="同义词").focus()
    tab.keyboard.press("Enter")
    tab.fill("#text", "老板 => 个体工商户\n孤词\n")
    tab.click(".draft button")
    playwright.expect(tab.locator("#refused")).to_contain_text("第 2 行")
    assert tab.input_value("#text") == "老板 => 个体工商户\n孤词\n", "what was typed is there still"
    tab.fill("#text", "老板 => 个体工商户\n")
    tab.locator(".draft summary").click()
    tab.fill("#asked", QUESTION)
    tab.click(".draft button")
    tab.locator(".preview").wait_for(timeout=JOB_MS)
    assert "变好 1" in tab.locator(".preview").inner_text()
    tab.locator(".changed summary").first.click()
    assert "第一条" in tab.locator(".changed tbody tr").first.inner_text()
    checked(tab)
    tab.click(".chief")
    playwright.expect(tab.locator(".job-done")).to_contain_text("已保存")

    tab.goto(site.url + "/admin/edit/dictionary")
    tab.fill("#text", "乙类事项\n")
    tab.click(".draft button")
    tab.locator(".preview").wait_for(timeout=JOB_MS)
    before = site.live.serving().manifest.id
    tab.click(".chief")
    tab.wait_for_url("**/admin?job=*")
    done(tab, "重建索引")
    assert site.live.serving().manifest.id != before
    assert tab.locator(".needed").count() == 0
    tab.click(f"[data-confirm$='{before}'] button")
    tab.wait_for_url("**/admin#admin-snapshots")
    assert site.live.serving().manifest.id == before
    assert "词典文件与当前索引所用的词典不同" in tab.locator(".needed").inner_text()
    checked(tab)


def test_a_key_opens_where_one_was_and_logging_out_closes_it(tab: playwright.Page, site: Site) -> None:
    page = (
        f"{site.url}/read/%E6%9F%90%E5%B8%82%E8%90%A5%E5%95%86%E7%8E%AF%E5%A2%83%E5%8A%9E%E6%B3%95?find=街道"
    )
    tab.goto(page)
    log_in(tab, site.reader)
    assert tab.url.startswith(page.partition("?")[0])
    assert tab.locator("mark").first.inner_text() == "街道"
    assert tab.locator(".top-links a[href^='/admin']").count() == 0, "a reader's key does not open it"
    tab.goto(site.url + "/admin")
    tab.click(".problem a[href^='/login']")
    log_in(tab, site.admin)
    assert tab.url == site.url + "/admin"
    tab.goto(site.url + "/?q=街道&lang=en")
    size = tab.viewport_size
    fits(tab)
    tab.set_viewport_size(size)
    tab.click(".top-links a[href^='/admin']")
    tab.wait_for_url("**/admin?lang=en")
    tab.click(".logout button")
    tab.wait_for_url("**/login*")
    tab.goto(site.url + "/admin")
    assert tab.locator("#key").count() == 1
