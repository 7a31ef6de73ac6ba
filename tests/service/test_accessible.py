"""Every page in Chromium under axe-core: WCAG 2.2 AA and axe's best practices, both languages, light and dark."""

from pathlib import Path
from urllib.parse import quote

import pytest

from service.page.pages import Pages
from service.page.state import State

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")
axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (extra: test)")

PLAN = "国科发区〔2020〕187号"
CLAUSE = f"/read/{quote(PLAN)}?clause={quote(PLAN + '#二/（一）')}"
PATHS = (
    "/",
    "/?q=科技创新",
    "/?q=科技创新&year=2020",
    "/?q=zzzz&mode=bm25",
    f"{CLAUSE}&q=深圳",
    f"/read/{quote(PLAN)}?find=深圳",
    "/read",
    "/verify",
    "/docs",
    "/admin",
    "/login",
    "/admin/edit/dictionary",
    "/admin/edit/synonyms",
    "/read/nope",
)
ALL_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
                                                   "best-practice"]}}  # fmt: skip
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that a dark page can do wrong that the light one does not."""
BREACHES = """async rules => (await axe.run(document, rules)).violations.map(
    v => [v.id, v.help, v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + n.failureSummary)])"""


@pytest.fixture
def watched(browser: playwright.Browser, site: str) -> playwright.Page:
    """A tab that has axe-core in every page; the browser runs it outside the page's security policy."""
    context = browser.new_context(reduced_motion="reduce")  # else a colour may be half-way
    context.add_init_script((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    pages = Pages()
    context.route("**/login*", lambda route: route.fulfill(body=_login(pages, route.request.url)))
    yield context.new_page()
    context.close()


def _login(pages: Pages, url: str) -> bytes:
    state = State(lang="en" if "lang=en" in url else "zh")
    return bytes(pages.render("login.html", state, next="/", wrong=True).body)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_to_complain_of(watched: playwright.Page, site: str, path: str, lang: str) -> None:
    watched.goto(site + path + ("&" if "?" in path else "?") + f"lang={lang}")
    for many in (".route", ".outline li"):  # of one template each; all those of /docs take axe twenty seconds
        watched.evaluate(
            "of => [...document.querySelectorAll(of)].slice(6).forEach(one => one.remove())", many
        )
    assert watched.evaluate(BREACHES, ALL_RULES) == []
    watched.emulate_media(color_scheme="dark")
    assert watched.evaluate(BREACHES, CONTRAST) == []


def test_axe_finds_nothing_in_what_opens(watched: playwright.Page, site: str) -> None:
    """The menu of styles, the note on an inferred number, the reasons of a result, a checked draft."""
    watched.goto(site + "/?q=第（十五）条&year=2020&lang=zh-Hant")
    watched.locator("#filters summary").first.click()
    watched.keyboard.press("?")
    assert watched.locator("#keys").is_visible() and watched.locator("#filters .chip").count() > 4
    assert watched.evaluate(BREACHES, ALL_RULES) == []
    watched.goto(site + "/?q=第（十五）条")
    watched.evaluate("document.getElementById('trouble').textContent = '连接不上服务'")
    watched.locator(".card summary").first.click()
    watched.locator(".card .styles").first.click()
    assert watched.evaluate(BREACHES, ALL_RULES) == []
    watched.goto(site + CLAUSE)
    watched.locator(".findings summary").click()
    watched.locator(".block.current .badge").click()
    assert watched.locator("#why-inferred").is_visible()
    assert watched.evaluate(BREACHES, ALL_RULES) == []
    watched.goto(site + "/verify")
    watched.fill(
        "#draft", "《中国特色社会主义先行示范区科技创新行动方案》第（十五）条规定“综合应用大数据技术”。"
    )
    watched.locator(".draft button").click()
    watched.locator(".check").first.wait_for()
    assert watched.evaluate(BREACHES, ALL_RULES) == []
    watched.emulate_media(color_scheme="dark")
    assert watched.evaluate(BREACHES, CONTRAST) == []
