"""Static files from memory, long pages sent while they are made."""

import gzip
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from index.build import build
from index.configuration import Parts
from index.document import Source
from index.structure.split import paragraphs_of
from service.app import create_app
from service.live import Live
from service.page.assets import accepts_packed
from service.page.pages import FIRST_CHARS, WEB

LAW = "某国通行法典\n\n" + "".join(
    f"第{n}条 当事人办理第{n}类事项，应当向主管部门提出申请。\n\n主管部门应当在{n}日内作出决定。\n\n"
    for n in range(1, 300)
)


@pytest.mark.parametrize("name", [file.name for file in sorted((WEB / "static").iterdir())])
def test_every_static_file_is_the_one_on_the_disk_packed_or_not(client: TestClient, name: str) -> None:
    content = (WEB / "static" / name).read_bytes()
    plain = client.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    packed = client.get(f"/static/v-01234567/{name}", headers={"Accept-Encoding": "br, gzip"})
    assert plain.content == packed.content == content
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(content, 9, mtime=0))
    assert packed.headers["vary"] == "Accept-Encoding"
    kind = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[Path(name).suffix]
    assert packed.headers["content-type"].partition(";")[0] == kind
    assert "max-age" in packed.headers["cache-control"]
    again = client.get(f"/static/{name}", headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/none.js", "/static/../pages.py", "/static/v-01234567/../base.html", "/static/v-1/page.js",
     "/static/a/page.js", "/static/%2e%2e/base.html"],
)  # fmt: skip
def test_nothing_else_is_given_out(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post("/static/page.js").status_code == 405


@pytest.mark.parametrize(
    ("header", "taken"),
    [("", False), ("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("gzip; q=0.0, br", False),
     ("deflate", False)],
)  # fmt: skip
def test_only_who_takes_gzip_gets_it(header: str, taken: bool) -> None:
    assert accepts_packed(Headers({"accept-encoding": header})) is taken


def test_a_long_law_is_sent_while_it_is_made_and_arrives_whole(parts: Parts) -> None:
    build([Source("law.txt", "txt", LAW, paragraphs_of(LAW))], parts)
    client = TestClient(create_app(Live(parts, follow_seconds=0.0, patience_seconds=10.0)))
    with client.stream("GET", "/read/某国通行法典", headers={"Accept-Encoding": "identity"}) as answer:
        pieces = list(answer.iter_raw())
    assert answer.status_code == 200
    assert "content-length" not in answer.headers
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert len(pieces) > 2
    assert len(pieces[0].decode()) < 2 * FIRST_CHARS
    page = b"".join(pieces).decode()
    assert page.rstrip().endswith("</html>")
    for number in (1, 150, 299):
        assert f"主管部门应当在{number}日内作出决定。" in page
    assert page.count('class="tools"') == 299  # every clause with its link
    packed = client.get("/read/某国通行法典", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == page
