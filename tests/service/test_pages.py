"""The page as HTML: escaping, states, languages, and a reader that leaves nothing out."""

import asyncio
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.errors import StoreError
from index.plan import plan_source
from index.structure.numerals import chinese_numeral
from index.structure.split import paragraphs_of, split
from retriever.search import Results, Searcher
from service.app import create_app
from service.live import Live
from service.page.reading import blocks, contents, excerpt, segments
from service.page.wording import Wording, asked_by_browser

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
PLAN = "国科发区〔2020〕187号"
CHINESE_ONLY = ("problem_", "finding_says_")
"""What these stand beside is English already."""


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and all(a.get(k) == v for k, v in wanted.items())]


def page(client: TestClient, path: str, status: int = 200, headers: Mapping[str, str] = {}) -> Page:
    response = client.get(path, headers={**BROWSER, **headers})
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    return Page(response.text)


def hostile_id(live: Live) -> str:
    return next(d.id for d in live.serving().documents.values() if d.source == "hostile.txt")


def test_the_first_page_offers_a_box_questions_and_documents(client: TestClient) -> None:
    home = page(client, "/")
    assert "autofocus" in home.all("input", id="q")[0]
    assert any("/?q=" in str(a["href"]) for a in home.all("a", **{"class": "chip"}))
    assert "中国特色社会主义先行示范区科技创新行动方案" in home.text


def test_a_question_shows_cited_clauses_with_marked_words(client: TestClient) -> None:
    found = page(client, "/?q=PCT专利申请量&mode=bm25")
    assert "第一部分“总体要求”第1段" in found.text
    assert found.all("mark")
    assert found.all("input", id="q")[0]["value"] == "PCT专利申请量"
    link = next(a["href"] for a in found.all("a", **{"class": "open"}))
    assert page(client, str(link)).all("div", **{"aria-current": "true"})


def test_markup_in_documents_and_questions_never_becomes_markup(client: TestClient, plan_live: Live) -> None:
    """The only script is the page's own file, whatever titles, texts, ids and questions hold."""
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*191}}'
    paths = [
        f"/?q={quote(evil)}",
        f"/?q={quote('档案管理 <b>保存</b>')}&mode=bm25",
        f"/?q=a&document={quote(evil)}",
        f"/?q=a&mode={quote(evil)}",
        f"/?q=a&lang={quote(evil)}",
        f"/read?q={quote(evil)}",
        "/read",
        f"/read/{quote(hostile_id(plan_live))}",
        f"/read/{quote(evil)}",
        f"/read/{quote(PLAN)}?clause={quote(evil)}",
        f"/{quote(evil)}",
        "/",
    ]
    for path in paths:  # an id that is made up holds 1337 once in a thousand
        response = client.get(path, headers={**BROWSER, "X-Request-Id": "markup"})
        assert "text/html" in response.headers["Content-Type"], path
        shown = Page(response.text)
        (script,) = shown.all("script")
        assert re.fullmatch("/static/v-[0-9a-f]{8}/page.js", str(script["src"])), path
        assert not shown.all("img"), path
        assert not shown.all("style"), path
        assert not [a for _, a in shown.tags for name in a if name.startswith("on") or name == "style"], path
        assert "1337" not in shown.text, path
    reader = page(client, f"/read/{quote(hostile_id(plan_live))}")
    assert "<b>保存</b>的 {{ 7*191 }} 记录" in reader.text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/?q=", 422, "问题是空的"),
        ("/?q=%20", 422, "问题是空的"),
        ("/?q=" + "a" * 2001, 422, "问题太长"),
        ("/?q=a&mode=magic", 422, "检查网址"),
        ("/?q=a&offset=x", 422, "检查网址"),
        ("/?q=a&offset=995", 422, "1,000"),
        ("/?q=a&document=nope", 404, "没有这份文件"),
        ("/read/nope", 404, "没有这份文件"),
        (f"/read/{quote(PLAN)}?clause=nope", 404, "没有这个地址"),
        ("/nope", 404, "没有这个页面"),
    ],
)
def test_errors_are_friendly_pages_with_the_right_status(
    client: TestClient, path: str, status: int, said: str
) -> None:
    response = client.get(path, headers={**BROWSER, "X-Request-Id": "find-me"})
    assert response.status_code == status
    shown = Page(response.text)
    assert said in shown.text
    assert "find-me" in shown.text
    assert shown.all("input", id="q"), "the box stays, so that the next try is one step away"


def test_a_store_without_a_snapshot_is_a_friendly_page_too(parts: Parts) -> None:
    response = TestClient(create_app(Live(parts))).get("/", headers=BROWSER)
    assert response.status_code == 503
    assert "文件正在载入" in Page(response.text).text
    assert Page(response.text).all("section", **{"data-wait": None}), "the page asks again by itself"
    assert "Retry-After" in response.headers


def test_the_api_never_answers_an_error_with_a_page(client: TestClient) -> None:
    for path in ("/v1/search", "/search", "/v1/nope", "/documents/nope"):
        assert client.get(path, headers=BROWSER).headers["Content-Type"] == "application/json"


def test_no_words_in_common_is_said_so(client: TestClient) -> None:
    shown = page(client, "/?q=zzzz&mode=bm25")
    assert "没有找到含有这些词的条款" in shown.text
    assert "/?q=zzzz" in [a["href"] for a in shown.all("a")], "and a wider search is one step away"


def test_an_inferred_number_is_shown_as_inferred_with_its_reason(client: TestClient) -> None:
    reader = page(client, f"/read/{quote(PLAN)}")
    badges = reader.all("button", **{"class": "badge"})
    assert len(badges) == 11
    assert all("推定" in str(b["title"]) for b in badges)
    assert {b["popovertarget"] for b in badges} == {b["aria-describedby"] for b in badges} == {"why-inferred"}
    assert reader.all("div", id="why-inferred", popover=None), "told in full without JavaScript"
    assert reader.text.count("原文没有印出这个编号") == 1
    assert "编号核对：11 处" in reader.text
    assert reader.text.count("编号由此推定。 （") == 11, "beside the English message, which names the numbers"
    assert "编号由此推定" not in page(client, f"/read/{quote(PLAN)}?lang=en").text


@pytest.mark.parametrize("name", ["plan.txt", "hostile.txt"])
def test_the_reader_holds_every_character_of_the_document_once_and_in_order(
    plan_live: Live, name: str
) -> None:
    catalogue = plan_live.serving().searcher.index.catalogue
    document_id = next(d.id for d in catalogue.documents() if d.source == name)
    text = catalogue.document(document_id).text
    shown = blocks(text, catalogue.nodes(document_id), {})
    joined = "".join(piece for b in shown for piece, _ in b.segments)
    assert "".join(joined.split()) == "".join(text.split())


def test_every_clause_can_be_jumped_to(client: TestClient, plan_live: Live) -> None:
    reader = page(client, f"/read/{quote(PLAN)}")
    ids = {a["id"] for _, a in reader.tags if a.get("id")}
    for clause in plan_live.serving().searcher.index.catalogue.clauses_of(PLAN):
        assert clause.address.rpartition("#")[2] in ids


def test_the_rows_of_a_table_are_shown_as_a_table(parts: Parts) -> None:
    text = "某市项目清单\n\n项目\t资金\n道路\t100\n桥梁\t200\n"
    lines = paragraphs_of(text)
    rows = tuple(replace(p, style="row", table=1) if "\t" in text[p.start : p.end] else p for p in lines)
    build([Source("table.txt", "txt", text, rows)], parts)
    live = Live(parts)
    live.start()
    (document_id,) = live.serving().documents
    reader = page(TestClient(create_app(live)), f"/read/{quote(document_id)}")
    beside = reader.all("td", **{"class": "beside"})
    assert len(reader.all("td")) + len(reader.all("th")) - len(beside) == 6
    rows = [str(a["id"]) for a in reader.all("tr") if a.get("id")]
    assert len(rows) == len(beside) == 2, "what can be cited has a link and a button to copy of its own"
    assert ["#" + quote(row) for row in rows] == [a["href"] for a in reader.all("a", **{"class": "open"})]
    cited = [str(a["data-cite"]) for a in reader.all("button", **{"class": "copy"})]
    assert [c.rpartition("》")[2] for c in cited] == ["表1第1行", "表1第2行"]
    address = f"{document_id}#{rows[1]}"
    opened = page(
        TestClient(create_app(live)), f"/read/{quote(document_id)}?clause={quote(address, safe='')}&quote=0-2"
    )
    assert opened.all("tr", **{"class": "current"})[0]["id"] == rows[1]
    assert opened.all("td", id="quoted")
    assert len(opened.all("mark")) == 1


def test_a_large_collection_is_not_listed_on_the_first_page(parts: Parts, tmp_path: Path) -> None:
    def regulation(i: int) -> Source:
        text = f"第{i}号市管理办法\n\n第一条 本办法管理第{i}类事项。\n\n第二条 自发布之日起施行。\n"
        return Source(f"{i:03}.txt", "txt", text, paragraphs_of(text))

    build([plan_source(), *(regulation(i) for i in range(120))], parts)
    live = Live(parts)
    live.start()
    client = TestClient(create_app(live))
    home = page(client, "/")
    assert "共 121 份文件" in home.text
    assert len([a for a in home.all("a") if str(a.get("href")).startswith("/read/")]) < 20
    assert len(page(client, "/?q=管理").all("option")) == 0
    seen: list[str] = []
    path = "/read"
    while path:
        listed = page(client, path)
        seen += [str(a["href"]) for a in listed.all("a", **{"class": "open"})]
        path = next((str(a["href"]) for a in listed.all("a", rel="next")), "")
    assert len(seen) == len(set(seen)) == 121
    assert len(page(client, "/read?q=第77号").all("a", **{"class": "open"})) == 1
    assert "没有符合的文件" in page(client, "/read?q=zzz").text


def test_english_is_a_switch_that_links_and_forms_keep(client: TestClient) -> None:
    for path in (
        "/?lang=en",
        "/?q=科技&lang=en",
        "/read?lang=en",
        f"/read/{quote(PLAN)}?lang=en",
        "/read/x?lang=en",
    ):
        response = client.get(path, headers=BROWSER)
        shown = Page(response.text)
        assert shown.all("html", lang="en"), path
        links = [a for a in shown.all("a") if re.match("/(?!text/)", str(a.get("href", "")))]
        assert len(links) > 2
        switched = [
            a["href"] for a in links if "lang=en" not in str(a["href"]) and a.get("class") != "language"
        ]
        assert switched == []
        assert shown.all("input", type="hidden", name="lang", value="en"), path


TAIPEI = {"Accept-Language": "zh-TW,zh;q=0.9,en-US;q=0.8"}


def test_a_browser_that_asks_for_traditional_characters_gets_them_around_the_text_only(
    client: TestClient,
) -> None:
    """The words of the page change, the document does not."""
    path = f"/read/{quote(PLAN)}"
    answer = client.get(path, headers={**BROWSER, **TAIPEI})
    assert "Accept-Language" in answer.headers["Vary"]
    shown = Page(answer.text)
    assert shown.all("html", lang="zh-Hant")
    home = page(client, "/", headers=TAIPEI)
    assert "知識產權可以拿來融資嗎" in home.text, "examples are the page's own words"
    assert "中国特色社会主义先行示范区科技创新行动方案" in home.text, "titles are the document's"
    assert "建设国际科技创新城市" in shown.text
    assert "原文沒有印出這個編號" in shown.text
    links = [str(a["href"]) for a in shown.all("a") if str(a.get("href", "")).startswith("/")]
    assert not [link for link in links if "lang=zh-Hant" in link], (
        "a link that is sent on opens in its reader's own"
    )
    (simplified,) = shown.all("a", hreflang="zh")
    kept = page(client, str(simplified["href"]), headers=TAIPEI)
    assert kept.all("html", lang="zh-CN")
    assert kept.all("input", type="hidden", name="lang", value="zh"), "chosen by hand, it is kept"
    assert kept.all("a", hreflang="zh-Hant")[0]["href"] == quote(path, safe="/%")


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("zh-HK", "zh-Hant"),
        ("en-GB,en;q=0.9,zh-Hant-TW;q=0.5", "zh-Hant"),
        ("zh-CN,zh-TW;q=0.9", "zh"),
        ("zh-TW;q=0.3, zh-CN;q=0.8", "zh"),
        ("zh-TW;q=x,zh", "zh"),
        ("en-US,en;q=0.9", "zh"),
        ("", "zh"),
    ],
)
def test_the_script_of_a_page_is_the_one_that_the_browser_would_rather_have(accepted: str, lang: str) -> None:
    assert asked_by_browser(accepted) == lang


def test_the_links_to_other_languages_lead_to_the_very_page_and_to_no_other_site(client: TestClient) -> None:
    asked = f"/read/{quote(PLAN)}?clause={quote(PLAN + '#五/（十五）', safe='')}&find=%22%3E"
    (english,) = page(client, asked).all("a", hreflang="en")
    assert parse_qsl(urlsplit(str(english["href"])).query) == [
        ("clause", PLAN + "#五/（十五）"), ("find", '">'), ("lang", "en")
    ]  # fmt: skip
    lost = page(client, "http://testserver//elsewhere.example/%5C", status=404)
    assert all(
        str(a["href"]).startswith("/elsewhere.example/") for a in lost.all("a", **{"class": "language"})
    )


def test_all_languages_have_words_for_everything() -> None:
    chinese, english = Wording("zh"), Wording("en")
    assert Wording("zh-Hant").keys() == chinese.keys()
    assert all(chinese.values())
    missing = [key for key, words in english.items() if not words and not key.startswith(CHINESE_ONLY)]
    assert missing == []


def test_pages_of_results_are_links(client: TestClient) -> None:
    first = page(client, "/?q=科技创新")
    (following,) = first.all("a", rel="next")
    second = page(client, str(following["href"]))
    assert second.all("ol", start="11")
    assert second.all("a", rel="prev")[0]["href"] == f"/?q={quote('科技创新')}"


def test_an_excerpt_keeps_the_first_marked_word_and_its_spans() -> None:
    text = "甲" * 500 + "乙乙" + "丙" * 500
    pieces = excerpt(text, [(500, 502)], 100)
    assert [p for p, mark in pieces if mark] == ["乙乙"]
    assert pieces[0][0] == pieces[-1][0] == "…"
    assert sum(len(p) for p, _ in pieces) == 102
    assert excerpt("短文", [(0, 1)], 100) == (("短", True), ("文", False))
    assert "".join(p for p, _ in segments(text, [(0, 3), (5, 900)])) == text


def test_what_is_looked_for_is_marked_without_javascript_whatever_it_is(client: TestClient) -> None:
    found = page(client, f"/read/{quote(PLAN)}?find=pct")
    assert len(found.all("mark")) == found.text.upper().count("PCT") >= 1
    for odd in ("(", ".*", "\\", "<b>", " ", "a" * 500, "第["):
        shown = page(client, f"/read/{quote(PLAN)}?find={quote(odd)}")
        assert not shown.all("mark"), odd


def test_the_cells_of_a_table_are_searched_too() -> None:
    text = "项目\t资金\n道路\t100\n"
    lines = tuple(replace(p, style="row", table=1) for p in paragraphs_of(text))
    document = split(Source("table.txt", "txt", text, lines))
    (table,) = [b for b in blocks(text, document.nodes, {}, find="道路") if b.rows]
    assert [cell for row in table.rows for cell in row.cells if any(mark for _, mark in cell)] == [
        (("道路", True),)
    ]


def test_the_name_of_a_downloaded_text_is_one_that_every_system_takes(
    client: TestClient, plan_live: Live
) -> None:
    answer = client.get(f"/text/{quote(hostile_id(plan_live))}")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    name = unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2])
    assert name.endswith(".txt")
    assert not set(name) & set('/\\:*?"<>|\r\n')
    assert client.get("/text/nope").status_code == 404


def test_a_long_law_without_chapters_has_an_outline_too() -> None:
    text = "某市条例\n\n" + "".join(f"第{chinese_numeral(i)}条 第{i}类事项。\n\n" for i in range(1, 1001))
    document = split(Source("long.txt", "txt", text, paragraphs_of(text)))
    entries = [e.anchor for e in contents(blocks(text, document.nodes, {}))]
    assert 50 <= len(entries) <= 120
    assert entries == sorted(entries, key=[n.address for n in document.nodes].index), "in order"


def test_an_article_whose_number_stands_alone_is_listed_with_its_first_words() -> None:
    text = "某市条例\n\n第一条\n\n档案应当归档。\n\n毁损的应当补办。\n\n第二条 本条例自公布之日起施行。\n"
    document = split(Source("law.txt", "txt", text, paragraphs_of(text)))
    entries = {e.anchor: e.text for e in contents(blocks(text, document.nodes, {}))}
    assert entries["第一条"] == "第一条 档案应当归档。"
    assert entries["第二条"] == "第二条 本条例自公布之日起施行。"


def test_a_place_that_is_in_many_documents_is_not_told_as_unsaid(parts: Parts) -> None:
    texts = [f"第{i}号办法\n\n第一条 甲。\n\n第二条 乙。\n" for i in range(9)]
    build([Source(f"{i}.txt", "txt", text, paragraphs_of(text)) for i, text in enumerate(texts)], parts)
    live = Live(parts)
    live.start()
    client = TestClient(create_app(live))
    found = page(client, "/?q=第二条")
    assert "9 处，见下" in found.text
    assert "没有写明" not in found.text
    assert "没有写明" in page(client, "/?q=第二条的补贴标准").text


def test_pages_are_sent_compressed_to_browsers_and_answers_of_the_api_as_they_are(client: TestClient) -> None:
    takes = {**BROWSER, "Accept-Encoding": "gzip"}
    plain = client.get("/?q=科技", headers={**BROWSER, "Accept-Encoding": "identity"})
    packed = client.get("/?q=科技", headers=takes)
    assert (packed.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == ("gzip", False)
    assert packed.num_bytes_downloaded < len(plain.content) / 4
    assert "Accept-Encoding" in packed.headers["Vary"] and "Accept-Language" in packed.headers["Vary"]
    assert Page(packed.text).all("li", **{"class": "card"})
    (style,) = Page(plain.text).all("link", rel="stylesheet")
    assert client.get(str(style["href"]), headers=takes).headers.get("Content-Encoding") == "gzip"
    for path in ("/v1/search?q=科技", "/search?q=科技", f"/text/{quote(PLAN)}"):
        assert "Content-Encoding" not in client.get(path, headers=takes).headers, path


def test_the_box_is_sent_before_anything_is_searched(
    plan_live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    search = Searcher.search

    def wait(*given: Any, **named: Any) -> Results:
        assert begun.wait(10), "nothing was sent while the search went on"
        return search(*given, **named)

    monkeypatch.setattr(Searcher, "search", wait)
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
             "path": "/", "raw_path": b"/", "root_path": "", "query_string": urlencode({"q": "研发"}).encode(),
             "headers": [(b"host", b"test"), (b"accept", b"text/html")], "client": ("127.0.0.1", 1),
             "server": ("127.0.0.1", 80)}  # fmt: skip
    sent: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return await asyncio.Future()  # there is no body, and the client stays

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])
            begun.set()

    asyncio.run(create_app(plan_live)(scope, receive, send))
    first, whole = Page(sent[0].decode()), Page(b"".join(sent).decode())
    assert first.all("input", id="q", value="研发") and first.all("link", rel="stylesheet")
    assert not first.all("main")
    assert len(whole.all("main")) == len(whole.all("header")) == 1
    assert whole.all("li", **{"class": "card"})
    assert b"".join(sent).rstrip().endswith(b"</html>")


@pytest.mark.parametrize(
    ("error", "code"),
    [(StoreError("the snapshot is gone"), "store_unavailable"), (ZeroDivisionError(), "internal_error")],
)
def test_a_search_that_fails_after_the_box_was_sent_is_told_in_its_place(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(Searcher, "search", fail)
    told = page(client, "/?q=研发")
    (problem,) = told.all("section", role="alert")
    assert problem["data-code"] == code
    assert len(told.all("main")) == 1
    assert told.all("input", id="q", value="研发")


def test_a_page_that_another_site_may_have_opened_is_kept_apart_from_it(client: TestClient) -> None:
    policy = "Cross-Origin-Opener-Policy"
    for path in ("/", "/?q=研发", "/read"):
        for site in ("cross-site", "same-site", ""):
            told = client.get(path, headers={**BROWSER, "Sec-Fetch-Site": site} if site else BROWSER)
            assert told.headers[policy] == "same-origin"
        # Typed, or a link of ours: there is nobody to keep it apart from.
        for site in ("none", "same-origin"):
            assert policy not in client.get(path, headers={**BROWSER, "Sec-Fetch-Site": site}).headers


def test_a_clause_that_scores_nothing_is_shown_all_the_same(client: TestClient, plan_live: Live) -> None:
    """Standardised scores are all 0 where every candidate of a small document has the same."""
    found = page(client, f"/?q=档案&document={quote(hostile_id(plan_live))}")
    assert found.all("li", **{"class": "card"})
