"""The page in real Chromium: by mouse, by keyboard, and without JavaScript."""

from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from service.feedback import FeedbackStore
from service.live import Live

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")

PLAN = "国科发区〔2020〕187号"


def focused(tab: playwright.Page) -> str:
    return str(tab.evaluate("document.activeElement.id || document.activeElement.getAttribute('href')"))


def test_type_a_question_and_open_the_best_clause_in_its_document(tab: playwright.Page, site: str) -> None:
    tab.goto(site)
    assert focused(tab) == "q", "the box has the focus at once"
    tab.keyboard.type("PCT专利申请量")
    tab.keyboard.press("Enter")
    first = tab.locator(".card").first
    assert first.locator("mark").first.inner_text() == "PCT专利申请"
    assert f"（{PLAN}）第一部分“总体要求”第1段" in first.locator(".citation").inner_text()
    first.locator("a.open").click()
    current = tab.locator(".block.current")
    assert "PCT专利申请量超过2.5万件" in current.inner_text()
    assert current.locator("mark").count() > 0
    assert current.evaluate("e => e.matches(':target')")
    box, height = current.bounding_box(), tab.viewport_size["height"]
    assert 0 <= box["y"] < height, "the clause is in view"
    header = tab.locator("header.top").bounding_box()
    assert box["y"] >= header["y"] + header["height"] - 1, "and not under the header"


def test_everything_works_without_a_mouse(tab: playwright.Page, site: str) -> None:
    tab.goto(site + "/?q=科技创新")
    links = [str(a.get_attribute("href")) for a in tab.locator(".card a.open").all()]
    tab.keyboard.press("j")
    assert focused(tab) == links[0]
    tab.keyboard.press("ArrowDown")
    assert focused(tab) == links[1]
    tab.keyboard.press("k")
    assert focused(tab) == links[0]
    tab.keyboard.press("Escape")
    assert focused(tab) == "q"
    tab.keyboard.press("ArrowDown")
    assert focused(tab) == links[0]
    tab.keyboard.press("ArrowUp")
    assert focused(tab) == "q"
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("/")
    assert focused(tab) == "q"
    assert tab.locator("#q").input_value() == "科技创新", "the key that focuses the box is not typed into it"
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/read/**")
    assert (
        urlsplit(tab.url).path + "?" + urlsplit(tab.url).query + "#" + urlsplit(tab.url).fragment == links[1]
    )
    tab.go_back()
    assert tab.locator("#q").input_value() == "科技创新"


def test_tab_walks_through_a_card_in_reading_order(tab: playwright.Page, site: str) -> None:
    tab.goto(site + "/?q=第（十五）条")
    tab.keyboard.press("j")
    walked = []
    for _ in range(5):
        tab.keyboard.press("Tab")
        walked.append(str(tab.evaluate("document.activeElement.className || document.activeElement.tagName")))
    assert walked == ["copy", "styles", "A", "A", "SUMMARY"]


def test_the_citation_is_copied_by_key_and_by_button(tab: playwright.Page, site: str) -> None:
    tab.goto(site + "/?q=PCT专利申请量&mode=bm25")
    citation = tab.locator(".card .citation").first.inner_text()
    tab.keyboard.press("j")
    tab.keyboard.press("c")
    tab.locator("#told", has_text="已复制").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()") == citation
    tab.evaluate("navigator.clipboard.writeText('')")
    tab.locator("button.copy").first.click()
    tab.wait_for_function("navigator.clipboard.readText().then(t => t !== '')")
    assert tab.evaluate("navigator.clipboard.readText()") == citation


def test_a_clause_of_the_reader_has_a_link_of_its_own(tab: playwright.Page, site: str) -> None:
    tab.goto(f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#二/（一）')}#{quote('二/（一）')}")
    other = tab.locator(f"[id='{'二/（四）'}']")
    other.hover()
    other.locator("a.open").click()
    tab.wait_for_url(f"{site}/read/{quote(PLAN)}?#{quote('二/（四）')}")
    assert tab.locator(":target").inner_text().startswith("（四）")
    assert tab.locator(".current").count() == 0


def test_the_outline_leads_to_its_part(tab: playwright.Page, site: str) -> None:
    tab.goto(f"{site}/read/{quote(PLAN)}")
    tab.locator(".outline a", has_text="六、保障措施").click()
    assert tab.locator(":target").inner_text() == "六、保障措施"


def test_the_api_reference_is_reached_walked_and_copied_from_by_keyboard(
    tab: playwright.Page, site: str
) -> None:
    tab.goto(site)
    tab.locator(".top-links a", has_text="接口").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{site}/docs")
    tab.keyboard.press("j")
    assert focused(tab) == "#post-v1-search"
    tab.keyboard.press("c")
    tab.locator("#told", has_text="已复制").wait_for()
    command = str(tab.evaluate("navigator.clipboard.readText()"))
    assert command.startswith(f"curl -s {site}/v1/search -H 'Content-Type: application/json' -d '{{")
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{site}/docs#get-v1-search")
    tab.locator(".outline a", has_text="NumberOrigin").click()
    assert "word-list" in tab.locator(":target").inner_text()


def test_typing_in_the_box_moves_nothing(tab: playwright.Page, site: str) -> None:
    tab.goto(site)
    tab.keyboard.type("jk/c")
    assert (focused(tab), tab.locator("#q").input_value()) == ("q", "jk/c")


def test_a_hostile_document_and_question_run_no_script(
    tab: playwright.Page, site: str, plan_live: Live
) -> None:
    hostile = next(d.id for d in plan_live.serving().documents.values() if d.source == "hostile.txt")
    tab.on("dialog", lambda dialog: pytest.fail(f"script ran: {dialog.message}"))
    tab.goto(f"{site}/read/{quote(hostile)}")
    assert "<img src=x onerror=alert(1)>" in tab.locator(".body").inner_text()
    tab.goto(site + "/?q=" + quote('"><img src=x onerror=alert(1)>档案'))
    assert tab.locator(".card").count() > 0


def test_it_works_without_javascript(browser: playwright.Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(site)
    tab.fill("#q", "PCT专利申请量")
    tab.press("#q", "Enter")
    tab.locator(".card mark").first.wait_for()
    assert tab.locator(".card mark").count() > 0
    assert not tab.locator("button.copy").first.is_visible(), "a button that cannot work is not shown"
    tab.locator(".card summary").first.click()
    assert tab.locator(".card dl").first.is_visible()
    tab.locator(".card a.open").first.click()
    assert "PCT专利申请量超过2.5万件" in tab.locator(".block.current").inner_text()
    tab.locator(".block.current a[rel=next]").click()
    assert "支持深圳对标全球创新型城市前列" in tab.locator(".block.current").inner_text()
    tab.goto(site + "/docs")
    tab.locator(".outline a", has_text="/v1/readyz").click()
    assert "multilingual-e5-small" in tab.locator(":target").inner_text()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(
    browser: playwright.Browser, site: str, scheme: str
) -> None:
    """4.5 : 1 between the colour and the nearest opaque background of every element that holds text."""
    context = browser.new_context(color_scheme=scheme)
    tab = context.new_page()
    for path in (
        "/",
        "/?q=科技创新",
        f"/read/{quote(PLAN)}?clause={quote(PLAN + '#二/（一）')}&q=深圳",
        "/read/nope",
        "/docs",
    ):
        tab.goto(site + path)
        poor = tab.evaluate(CONTRAST)
        assert poor == [], path
    context.close()


@pytest.mark.parametrize("width", [320, 390, 640, 768])
def test_a_narrow_screen_never_scrolls_sideways(browser: playwright.Browser, site: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    tab = context.new_page()
    for path in ("/", "/?q=科技创新", "/read", f"/read/{quote(PLAN)}", "/docs", "/read/" + "x" * 300):
        tab.goto(site + path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_nothing_that_sticks_covers_a_page_magnified_four_times(
    browser: playwright.Browser, site: str
) -> None:
    """1280 by 1024 at 400 %: what WCAG calls reflow."""
    tab = browser.new_page(viewport={"width": 320, "height": 256})
    tab.goto(f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#二/（四）')}#{quote('二/（四）')}")
    assert tab.locator("header.top").bounding_box()["y"] < -100, "scrolled away with the page"
    assert 0 <= tab.locator(".block.current").bounding_box()["y"] < 128
    tab.close()


def test_forced_colours_still_tell_the_opened_clause_from_others(
    browser: playwright.Browser, site: str
) -> None:
    """The system takes every background and makes every border visible, the invisible ones too."""
    tab = browser.new_page(forced_colors="active")
    tab.goto(f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#二/（四）')}")
    line = "e => getComputedStyle(e).borderLeftColor"
    current = tab.locator(".block.current").evaluate(line)
    others = {tab.locator(".block:not(.current)").nth(i).evaluate(line) for i in range(5)}
    assert others == {tab.evaluate("getComputedStyle(document.body).backgroundColor")}
    assert current not in others
    tab.close()


def test_the_first_page_is_small(tab: playwright.Page, site: str) -> None:
    sizes: list[int] = []
    tab.on("response", lambda response: sizes.append(len(response.body())))
    tab.goto(site + "/?q=科技创新", wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) < 150_000


CONTRAST = """() => {
  const parse = c => { const n = c.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => { const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest(".unseen, .skip, #told, .tools")) continue;
    let under = e, back = [0, 0, 0, 0];
    while (under && (back = parse(getComputedStyle(under).backgroundColor))[3] < 1) under = under.parentElement;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(back)].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) found.push([e.className || e.tagName, (a + .05) / (b + .05)]);
  }
  return found;
}"""


def test_results_come_as_one_types_and_the_url_follows(tab: playwright.Page, site: str) -> None:
    tab.goto(site)
    tab.keyboard.type("PCT专利申请量", delay=20)
    first = tab.locator(".card").first
    first.wait_for()
    assert first.locator("mark").first.inner_text() == "PCT专利申请"
    assert focused(tab) == "q", "one goes on typing"
    tab.wait_for_url(f"{site}/?q={quote('PCT专利申请量')}")
    assert "lang=en" in str(tab.locator(".top-links a").last.get_attribute("href"))
    assert quote("专利") in str(tab.locator(".top-links a").last.get_attribute("href"))
    playwright.expect(tab.locator("#heard")).to_contain_text("候选条款")
    shown = tab.locator(".card .citation").all_inner_texts()
    tab.reload()
    assert tab.locator(".card .citation").all_inner_texts() == shown, "the URL holds what was seen"


def test_emptying_the_box_brings_the_first_page_back(tab: playwright.Page, site: str) -> None:
    tab.goto(site)
    tab.keyboard.type("科技")
    tab.locator(".card").first.wait_for()
    tab.fill("#q", "")
    tab.locator(".chip").first.wait_for()
    assert tab.url == f"{site}/"
    assert tab.locator(".card").count() == 0


def paused(tab: playwright.Page) -> None:
    """Time goes on only by `run_for`: however slow the machine is, one who types makes short pauses."""
    tab.clock.pause_at(tab.evaluate("Date.now() + 1000"))


def test_only_the_last_question_typed_is_asked_and_shown(tab: playwright.Page, site: str) -> None:
    asked: list[str] = []
    tab.on("request", lambda r: asked.append(r.url) if "/?q=" in r.url else None)
    tab.clock.install()
    tab.goto(site)
    paused(tab)
    for key in "科技创新人才":
        tab.keyboard.type(key)
        tab.clock.run_for(100)
    tab.clock.run_for(300)
    tab.locator(".card").first.wait_for()
    assert asked == [f"{site}/?q={quote('科技创新人才')}"], "nothing is asked between two keys"
    held: list[playwright.Route] = []
    tab.route("**/?q=%E6%85%A2*", lambda route: held.append(route))  # not answered
    tab.fill("#q", "慢")
    tab.clock.run_for(300)
    assert tab.locator("#found").get_attribute("aria-busy") == "true"
    tab.fill("#q", "知识产权")
    tab.clock.run_for(300)
    tab.wait_for_url(f"{site}/?q={quote('知识产权')}")
    assert tab.locator("#found").get_attribute("aria-busy") is None
    assert tab.locator(".card mark").first.inner_text() == "知识产权"
    for route in held:
        route.abort()


def test_a_question_in_another_script_is_not_searched_before_it_is_composed(
    tab: playwright.Page, site: str
) -> None:
    asked: list[str] = []
    tab.on("request", lambda r: asked.append(r.url) if "/?q=" in r.url else None)
    tab.goto(site)
    keyboard = tab.context.new_cdp_session(tab)
    keyboard.send("Input.imeSetComposition", {"text": "ke'ji", "selectionStart": 5, "selectionEnd": 5})
    tab.wait_for_timeout(400)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "科技"})
    tab.locator(".card").first.wait_for()
    assert asked == [f"{site}/?q={quote('科技')}"]


def test_a_service_that_is_gone_is_said_and_the_results_stay(browser: playwright.Browser, site: str) -> None:
    tab = browser.new_page()
    tab.goto(site + "/?q=科技")
    shown = tab.locator(".card").count()
    tab.route("**/?q=*", lambda route: route.abort())
    tab.fill("#q", "知识产权")
    trouble = tab.locator("#trouble")
    playwright.expect(trouble).to_contain_text("连接不上服务")
    tab.press("#q", "Enter")
    tab.wait_for_timeout(300)
    assert tab.locator(".card").count() == shown > 0, "Enter asks again and does not lose what is shown"
    assert trouble.is_visible(), "it is said as long as it lasts"
    assert tab.url == site + "/?q=" + quote("科技")
    tab.unroute("**/?q=*")
    tab.press("#q", "Enter")
    tab.wait_for_url(site + "/?q=" + quote("知识产权"))
    playwright.expect(trouble).to_be_hidden()
    tab.route("**/?q=*", lambda route: route.abort())
    tab.fill("#q", "人才")
    playwright.expect(trouble).to_be_visible()
    tab.unroute("**/?q=*")
    tab.wait_for_url(site + "/?q=" + quote("人才"), timeout=8000)
    tab.close()


def test_recent_questions_stay_in_the_browser_until_they_are_cleared(tab: playwright.Page, site: str) -> None:
    tab.goto(site)
    assert not tab.locator("#recent").is_visible()
    for question in ("科技创新", '<img src=x onerror="alert(1)">人才', "科技创新"):
        tab.goto(site + "/?q=" + quote(question))
    tab.goto(site)
    chips = tab.locator("#recent .chip")
    assert chips.all_inner_texts() == ["科技创新", '<img src=x onerror="alert(1)">人才']
    chips.first.click()
    tab.wait_for_url(f"{site}/?q={quote('科技创新')}")
    tab.go_back()
    tab.locator("#recent .clear").click()
    assert not tab.locator("#recent").is_visible()
    tab.reload()
    assert not tab.locator("#recent").is_visible()
    assert tab.evaluate("localStorage.length") == 0


def copied(tab: playwright.Page) -> str:
    """What the clipboard holds, once the page says that it copied."""
    tab.locator("#told", has_text="已复制").wait_for()
    return str(tab.evaluate("navigator.clipboard.readText()"))


def test_a_citation_is_copied_in_the_style_chosen_last(tab: playwright.Page, site: str) -> None:
    full = f"《中国特色社会主义先行示范区科技创新行动方案》（{PLAN}）第五部分第（十五）条"
    link = f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#五/（十五）', safe='')}#{quote('五/（十五）')}"
    tab.goto(f"{site}/?q={quote('第（十五）条')}")
    card = tab.locator(".card").first
    for name, wanted in (("简式", f"{PLAN} 第（十五）条"), ("链接", f"[{full}]({link})"), ("公文", full)):
        card.locator(".styles").click()
        tab.locator("#styles button", has_text=name).click()
        assert copied(tab) == wanted
        tab.evaluate("navigator.clipboard.writeText('')")
        tab.reload()
        card.locator("a.open").focus()
        tab.keyboard.press("c")
        assert copied(tab) == wanted, "the choice is remembered"
        assert name in card.locator(".styles").evaluate("e => getComputedStyle(e, '::before').content")
    tab.goto(f"{site}/?q={quote(f'{PLAN} 第（十五）条')}")
    assert tab.locator(".card .citation").first.inner_text() == full, "the short form is found again"
    tab.goto(link)
    assert tab.locator(".block.current").inner_text().startswith("（十五）"), "and so is the link"


def test_the_menu_of_styles_is_walked_by_keyboard_and_gives_the_focus_back(
    tab: playwright.Page, site: str
) -> None:
    tab.goto(f"{site}/?q={quote('第（十五）条')}")
    opener = tab.locator(".card .styles").first
    opener.focus()
    tab.keyboard.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    chosen = "document.activeElement.dataset.style"
    assert tab.evaluate(chosen) == "full"
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(chosen) == "short"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.className") == "styles"
    assert not tab.locator("#styles").is_visible()
    tab.keyboard.press("Enter")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    assert copied(tab).startswith("[《中国特色社会主义")
    assert tab.evaluate("document.activeElement.className") == "styles"


def test_a_part_stays_in_a_short_citation_whose_number_is_not_alone(tab: playwright.Page, site: str) -> None:
    tab.goto(site)
    short = """async ([citation, alone]) => (await import(
        document.querySelector("script[type=module]").src.replace("page.js", "citations.js"))).short(citation, alone)"""
    for citation, alone, wanted in (
        ("《某方案》（某发〔2020〕1号）第二部分第（一）条", False, "某发〔2020〕1号 第二部分第（一）条"),
        ("《某方案》（某发〔2020〕1号）第二部分第（一）条", True, "某发〔2020〕1号 第（一）条"),
        ("《某法》第五条第二款第（三）项", True, "《某法》 第五条第二款第（三）项"),
        ("《某方案》第六部分“保障措施”第2段", True, "《某方案》 第六部分“保障措施”第2段"),
        ("《某方案》（某发〔2020〕1号）", True, "某发〔2020〕1号"),
    ):
        assert tab.evaluate(short, [citation, alone]) == wanted


def test_why_a_number_is_inferred_is_told_by_keyboard_beside_it(tab: playwright.Page, site: str) -> None:
    tab.goto(f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#二/（一）')}")
    badge = tab.locator(".block.current .badge")
    badge.focus()
    tab.keyboard.press("Enter")
    note = tab.locator("#why-inferred")
    assert "原文没有印出这个编号" in note.inner_text()
    box, at = note.bounding_box(), badge.bounding_box()
    assert abs(box["y"] - at["y"] - at["height"]) < 12
    tab.keyboard.press("Escape")
    assert not note.is_visible()


def test_a_card_leads_to_its_neighbours(tab: playwright.Page, site: str) -> None:
    tab.goto(f"{site}/?q={quote('第（十五）条')}")
    card = tab.locator(".card").first
    for name, start in (("下一条", "各有关部门要"), ("上一条", "（十四）")):
        assert card.locator("a", has_text=name).count() == 1, (name, start)
    card.locator("a", has_text="上一条").click()
    tab.wait_for_url("**/read/**")
    assert "（十四）" in tab.locator(".block.current").inner_text()


def test_what_one_looks_for_in_a_document_is_marked_and_stepped_through(
    tab: playwright.Page, site: str
) -> None:
    tab.goto(f"{site}/read/{quote(PLAN)}")
    tab.fill("#find", "知识产权")
    tab.press("#find", "Enter")
    tab.wait_for_url("**find=*")
    marks = tab.locator(".body mark")
    assert set(marks.all_inner_texts()) == {"知识产权"}
    count = tab.locator(".body").inner_text().count("知识产权")
    assert marks.count() == count > 2
    told = tab.locator(".find output")
    assert told.inner_text() == f"1 / {count} 处"
    tab.keyboard.press("Enter")
    assert told.inner_text() == f"2 / {count} 处"
    for _ in range(2):
        tab.keyboard.press("Shift+Enter")
    assert told.inner_text() == f"{count} / {count} 处", "before the first is the last"
    assert 0 <= tab.locator("mark.now").bounding_box()["y"] < tab.viewport_size["height"]
    assert 0 < tab.locator(".find").bounding_box()["y"] < 100, "the box stays in view"
    tab.locator(".find a").click()
    tab.wait_for_url(f"{site}/read/{quote(PLAN)}")
    assert marks.count() == 0


def test_the_outline_follows_what_is_read(tab: playwright.Page, site: str) -> None:
    tab.goto(f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#五/（十五）')}#{quote('五/（十五）')}")
    here = tab.locator(".outline a[aria-current]")
    assert here.inner_text() == "五、建设科技创新治理样板区"
    tab.goto(f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#二/（一）')}")
    assert here.inner_text() == "二、建设国际科技创新城市", (
        "the clause stands in the middle, below its heading"
    )
    tab.evaluate("scrollTo(0, 0)")
    tab.locator(".outline:not(:has(a[aria-current]))").wait_for()


def test_the_text_of_a_document_is_downloaded_as_it_was_read(
    tab: playwright.Page, site: str, plan_live: Live
) -> None:
    tab.goto(f"{site}/read/{quote(PLAN)}")
    with tab.expect_download() as begun:
        tab.locator("a[download][href^='/text/']").click()
    assert begun.value.suggested_filename == "中国特色社会主义先行示范区科技创新行动方案.txt"
    text = plan_live.serving().searcher.index.catalogue.document(PLAN).text
    assert Path(begun.value.path()).read_bytes() == text.encode()
    with tab.expect_download() as begun:
        tab.locator("a[download][href^='/original/']").click()
    assert begun.value.suggested_filename == "plan.txt"
    (original,) = plan_live.serving().searcher.index.catalogue.originals().values()
    assert Path(begun.value.path()).read_bytes() == plan_live.parts.store.originals.opened(original).read()


def test_paper_holds_the_document_and_none_of_the_controls(tab: playwright.Page, site: str) -> None:
    tab.emulate_media(media="print")
    tab.goto(f"{site}/read/{quote(PLAN)}")
    for control in (".top", ".outline", ".find", ".copy", ".styles", ".foot", ".note"):
        assert not any(one.is_visible() for one in tab.locator(control).all()), control
    assert tab.locator(".body .block").last.is_visible()
    assert tab.locator("button.badge").first.is_visible(), "推定 is part of the citation"
    tab.goto(f"{site}/?q=科技创新")
    for control in (".bar", ".pages", ".copy", ".styles", ".why"):
        assert not any(one.is_visible() for one in tab.locator(control).all()), control
    for shown in ("h1", ".answer figcaption a", ".card .citation"):
        assert tab.locator(shown).first.is_visible(), f"{shown}: no quotation without its place"


def test_a_filter_is_chosen_kept_in_the_url_taken_back_and_cleared(tab: playwright.Page, site: str) -> None:
    tab.goto(site + "/?q=管理")
    tab.locator("#filters summary").click()
    tab.locator("#filters .chip", has_text="2020").click()
    tab.wait_for_url("**year=2020**")
    assert "科技创新行动方案" in tab.locator(".card .citation").first.inner_text()
    assert tab.locator("#filters .chip[aria-current]").count() == 1
    assert tab.locator("#filters[open]").count() == 1, "opened by hand, it stays open"
    assert focused_chip(tab) == "year=2020", "and the focus stays on what was chosen"
    tab.go_back()
    tab.locator("#found:not(:has([aria-current=true].chip))").wait_for()
    tab.go_forward()
    tab.locator(".chosen .chip", has_text="2020").wait_for()
    tab.locator(".chosen .clear a").click()
    tab.wait_for_url(lambda url: "year" not in url)


def focused_chip(tab: playwright.Page) -> str:
    return str(tab.evaluate("document.activeElement.dataset.chip"))


def test_a_chosen_filter_is_a_chip_that_the_keyboard_takes_away(tab: playwright.Page, site: str) -> None:
    tab.goto(f"{site}/?q=管理&year=2020&kind=方案")
    assert not tab.locator("#filters").evaluate("e => e.open"), "the chips say what is chosen"
    first, second = tab.locator(".chosen .chip").all()
    assert ("文种" in first.inner_text(), "年份" in second.inner_text()) == (True, True)
    first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{site}/?q={quote('管理')}&year=2020")
    assert focused_chip(tab) == "year=2020", "the focus goes on to the next chip"
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{site}/?q={quote('管理')}")
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"
    playwright.expect(tab.locator("#heard")).to_contain_text("候选条款")


def test_a_screen_reader_hears_of_results_once_and_not_at_every_pause(
    tab: playwright.Page, site: str
) -> None:
    tab.clock.install()
    tab.goto(site)
    tab.evaluate("""() => { window.said = []; new MutationObserver(() => said.push(heard.textContent))
        .observe(document.getElementById("heard"), { childList: true }); }""")
    paused(tab)
    for question in ("科技", "科技创新", "科技创新人才"):
        tab.fill("#q", question)
        tab.clock.run_for(300)
        tab.wait_for_url(f"{site}/?q={quote(question)}")
        playwright.expect(tab.locator("#found")).not_to_have_attribute("aria-busy", "true")
    assert tab.evaluate("said") == [], "nothing is said while one types"
    tab.clock.run_for(1300)
    (said,) = tab.evaluate("said")
    assert "候选条款" in said and ("文件没有写明" in said or "原文答案" in said)


def test_the_keys_are_shown_by_a_key_and_by_a_button(tab: playwright.Page, site: str) -> None:
    tab.goto(site + "/?q=科技")
    tab.keyboard.press("?")
    assert tab.locator("#keys kbd").all_inner_texts()[:2] == ["/", "↑"]
    assert tab.locator("#keys").is_visible()
    tab.keyboard.press("Escape")
    assert not tab.locator("#keys").is_visible()
    assert focused(tab) != "q", "the first Esc closes the list only"
    tab.locator(".keys button").click()
    assert tab.locator("#keys").is_visible()


def test_a_question_that_is_too_long_is_said_and_kept(browser: playwright.Browser, site: str) -> None:
    tab = browser.new_page()
    tab.goto(site + "/?q=科技")
    tab.fill("#q", "长" * 2001)
    playwright.expect(tab.locator("#trouble")).to_contain_text("2,000")
    assert len(tab.locator("#q").input_value()) == 2001, "nothing of it is cut off in silence"
    tab.fill("#q", "知识产权")
    tab.wait_for_url(f"{site}/?q={quote('知识产权')}")
    assert not tab.locator("#trouble").is_visible()
    tab.close()


def test_results_that_fail_after_the_box_was_sent_are_said_and_asked_for_again(
    tab: playwright.Page, site: str
) -> None:
    tab.goto(site + "/?q=科技")
    failed = """<!doctype html><main id="main">
        <section class="problem" data-code="store_unavailable" data-wait><h1>索引打不开</h1></section></main>"""
    asked: list[str] = []

    def answer(route: playwright.Route) -> None:
        asked.append(route.request.url)
        if len(asked) < 2:
            route.fulfill(status=200, body=failed, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    tab.route("**/?q=*", answer)
    tab.fill("#q", "知识产权")
    playwright.expect(tab.locator("#trouble")).to_contain_text("索引打不开")
    assert tab.locator(".card").count() > 0, "what was found before stays"
    tab.wait_for_url(f"{site}/?q={quote('知识产权')}")
    playwright.expect(tab.locator("#trouble")).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "later"),
    [(503, ""), (200, ""), (503, "<h1>502 or 503 of a proxy</h1>")],
    ids=["before it began", "after the box was sent", "a proxy meanwhile"],
)
def test_a_page_that_cannot_be_shown_yet_opens_by_itself(
    browser: playwright.Browser, site: str, status: int, later: str
) -> None:
    tab = browser.new_page()
    waiting = """<!doctype html><html class="js"><body><script type="module" src="/static/page.js"></script>
        <main id="main"><section class="problem" data-code="nothing_published" data-wait></section></main>"""
    asked: list[str] = []

    def answer(route: playwright.Route) -> None:
        asked.append(route.request.url)
        if len(asked) < 3:
            route.fulfill(
                status=status, body=later if later and len(asked) > 1 else waiting, content_type="text/html"
            )
        else:
            route.continue_()

    tab.route(f"{site}/?q=*", answer)
    tab.goto(f"{site}/?q=科技")
    tab.locator(".card").first.wait_for(timeout=15_000)
    tab.close()


def test_feedback_is_sent_without_leaving_the_results(
    tab: playwright.Page, site: str, plan_live: Live
) -> None:
    tab.goto(site + "/?q=PCT专利申请量&mode=bm25")
    tab.locator(".card .feedback summary").first.click()
    assert "保存在本服务中" in tab.locator(".card .feedback form").first.inner_text()
    tab.locator(".card .feedback button[value=useful]").first.click()
    playwright.expect(tab.locator("#told")).to_contain_text("已记录")
    assert "/?q=" in tab.url
    newest = FeedbackStore(plan_live.parts.store.path).all()[-1]
    assert (newest.question, newest.verdict) == ("PCT专利申请量", "useful")


def test_an_administrator_uploads_a_file_and_sees_its_job(tab: playwright.Page, site: str) -> None:
    tab.goto(site + "/admin")
    document = {"name": "新办法.txt", "mimeType": "text/plain", "buffer": "新办法\n\n第一条 试行。".encode()}
    tab.locator("#files").set_input_files([document])
    tab.locator("#upload button").click()
    tab.wait_for_url("**/admin?job=*")
    playwright.expect(tab.locator("#job")).to_contain_text("排队中")
    tab.goto(site + "/admin?lang=en")
    assert (
        tab.locator("section[aria-labelledby=admin-jobs] li", has_text="新办法.txt").locator("b").inner_text()
        == "queued"
    )
    tab.goto(site + "/admin")
    assert "新办法.txt" in tab.locator("section[aria-labelledby=admin-jobs]").inner_text()


def test_enter_goes_on_to_the_first_result_once_it_is_shown(tab: playwright.Page, site: str) -> None:
    tab.goto(site)
    tab.keyboard.type("知识产权")
    tab.wait_for_url(f"{site}/?q={quote('知识产权')}")
    tab.keyboard.press("Enter")
    first = str(tab.locator(".card a.open").first.get_attribute("href"))
    assert focused(tab) == first
    assert tab.url == f"{site}/?q={quote('知识产权')}", "nothing is loaded twice"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/read/**")
    tab.go_back()
    assert tab.locator(".card").count() > 0
    tab.goto(site)
    assert tab.locator("#recent .chip").all_inner_texts() == ["知识产权"]


def test_filters_hold_while_one_types_on(tab: playwright.Page, site: str) -> None:
    tab.goto(f"{site}/?q=科技&year=2020")
    tab.locator(".chosen .chip", has_text="2020").wait_for()
    tab.fill("#q", "管理")
    tab.wait_for_url(f"{site}/?q={quote('管理')}&year=2020")
    assert tab.locator(".chosen .chip", has_text="2020").count() == 1
    assert {PLAN in text for text in tab.locator(".card .citation").all_inner_texts()} == {True}
    tab.goto(f"{site}/?q=管理")
    tab.locator("#filters summary").click()
    tab.fill("#q", "档案")
    tab.wait_for_url(f"{site}/?q={quote('档案')}")
    assert tab.locator("#filters[open]").count() == 1, "opened by hand, it stays open"
    tab.locator("#filters .chip[data-chip^='document=']", has_text="管理办法").click()
    tab.wait_for_url(f"{site}/?q=*&document=*")
    assert tab.locator(".card .citation", has_text=PLAN).count() == 0


def test_an_answer_leads_to_its_very_words_and_is_copied_with_its_place(
    tab: playwright.Page, site: str
) -> None:
    tab.goto(f"{site}/?q={quote(PLAN + '第五部分第十五条')}")
    answer = tab.locator(".answer")
    words = answer.locator("mark").inner_text()
    cited = answer.locator("figcaption a").inner_text()
    link = f"{site}/read/{quote(PLAN)}?clause={quote(PLAN + '#五/（十五）', safe='')}#{quote('五/（十五）')}"
    for style, wanted in (
        ("简式", f"“{words}”（{PLAN} 第（十五）条）"),
        ("链接", f"“{words}”（[{cited}]({link})）"),
        ("公文", f"“{words}”（{cited}）"),
    ):
        answer.locator(".styles").click()
        tab.locator("#styles button", has_text=style).click()
        tab.wait_for_function("w => navigator.clipboard.readText().then(t => t === w)", arg=wanted)
    answer.locator("figcaption a").click()
    tab.wait_for_url("**quote=*#quoted")
    quoted = tab.locator("#quoted mark")
    assert quoted.inner_text() == words
    assert 0 < quoted.bounding_box()["y"] < tab.viewport_size["height"]
    assert tab.locator(".block.current").count() == 1


def test_ranking_and_pages_change_in_place_and_the_next_question_keeps_the_ranking(
    tab: playwright.Page, site: str
) -> None:
    tab.goto(f"{site}/?q=科技")
    tab.evaluate("window.kept = true")
    tab.locator(".modes a", has_text="关键词").click()
    tab.wait_for_url(f"{site}/?q={quote('科技')}&mode=bm25")
    tab.locator("a[rel=next]").click()
    tab.wait_for_url("**offset=10")
    playwright.expect(tab.locator(".card .rank").first).to_have_text("11")
    assert focused(tab) == tab.locator(".card a.open").first.get_attribute("href")
    assert tab.evaluate("scrollY") == 0
    tab.fill("#q", "人才")
    tab.wait_for_url(f"{site}/?q={quote('人才')}&mode=bm25")
    tab.go_back()
    playwright.expect(tab.locator("#q")).to_have_value("科技")
    playwright.expect(tab.locator(".modes a[aria-current]")).to_have_text("关键词")
    assert tab.evaluate("window.kept"), "no page was loaded anew"
