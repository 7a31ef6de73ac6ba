"""Web archives: the page inside is read, whatever program saved it and however it is encoded."""

import base64
import quopri
from pathlib import Path

import pytest

from index.document import Source
from index.errors import ReadError
from index.readers import read

PAGE = (
    "<html><head><title>办法</title></head><body><h1>采购办法</h1>"
    "<p>第一条　为规范采购，制定本办法。</p><p>第二条　本办法自公布之日起施行。</p></body></html>"
)
LINES = ["采购办法", "第一条　为规范采购，制定本办法。", "第二条　本办法自公布之日起施行。"]


def archive(*parts: str, head: str = "", kind: str = "multipart/related", start: str = "") -> bytes:
    joined = "".join(f"--line\r\n{part}\r\n" for part in parts)
    named = f'; start="{start}"' if start else ""
    lines = f'{head}MIME-Version: 1.0\r\nContent-Type: {kind};\r\n\tboundary="line"{named}\r\n\r\n'
    return (lines + joined + "--line--\r\n").encode()


def part(page: str, charset: str = "utf-8", coding: str = "quoted-printable", more: str = "") -> str:
    raw = page.encode(charset)
    coded = quopri.encodestring(raw) if coding == "quoted-printable" else base64.encodebytes(raw)
    head = f'Content-Type: text/html; charset="{charset}"\r\nContent-Transfer-Encoding: {coding}\r\n{more}'
    return f"{head}\r\n{coded.decode()}"


def lines(source: Source) -> list[str]:
    return [source.text[p.start : p.end] for p in source.paragraphs]


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("head", ["", "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?=E5=8A=9E?=\r\n"])
def test_the_page_of_an_archive_is_read(tmp_path: Path, charset: str, coding: str, head: str) -> None:
    path = tmp_path / "页.mht"
    path.write_bytes(archive(part(PAGE, charset, coding), "Content-Type: image/png\r\n\r\nx", head=head))
    source = read(path)
    assert (source.format, lines(source)) == ("mht", LINES)


def test_a_web_archive_named_doc_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "办法.doc"
    path.write_bytes(archive(part(PAGE)))
    assert lines(read(path)) == LINES


def test_the_named_start_and_the_longest_frame_win(tmp_path: Path) -> None:
    other = part("<html><body><p>页眉</p></body></html>", more="Content-ID: <head>\r\n")
    path = tmp_path / "页.mhtml"
    path.write_bytes(archive(other, part(PAGE, more="Content-ID: <page>\r\n"), start="<page>"))
    assert lines(read(path)) == LINES
    path.write_bytes(archive(part("<html><frameset><frame src=a></frameset></html>"), other, part(PAGE)))
    assert lines(read(path)) == LINES


def test_an_archive_without_a_page_is_refused_with_a_next_step(tmp_path: Path) -> None:
    path = tmp_path / "空.mht"
    path.write_bytes(archive("Content-Type: image/png\r\n\r\nx"))
    with pytest.raises(ReadError, match=r"空.mht.*no page.*\.html"):
        read(path)


def test_parts_nested_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "深.mht"
    nested = "".join(f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(2000))
    path.write_text(f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n{nested}", "ascii")
    with pytest.raises(ReadError, match=r"深\.mht"):
        read(path)


def test_a_letter_that_only_mentions_mime_is_text(tmp_path: Path) -> None:
    path = tmp_path / "说明.txt"
    path.write_text("标题：MIME-Version: 1.0 的说明\n第一条　甲。\n", encoding="utf-8")
    assert read(path).format == "txt"
