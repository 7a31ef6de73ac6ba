"""Files made to take a reader down: bounded time and memory, and always a ReadError."""

import contextlib
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import SUFFIXES, compose, html, package, read, text

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "content",
    [
        "*" * 200_000,
        "[" * 50_000,
        "`a" * 50_000,
        "|" * 50_000 + "\n|-|\n甲",
        "<" * 50_000,
        "<!--" * 50_000,
        "#" * 99_999,
    ],
    ids=["emphasis", "links", "code", "cells", "tags", "comments", "headings"],
)
def test_markup_made_to_backtrack_is_read_in_linear_time(tmp_path: Path, content: str) -> None:
    started = time.process_time()
    for suffix in (".md", ".html"):
        path = tmp_path / f"坏{suffix}"
        path.write_text(content, encoding="utf-8")
        with contextlib.suppress(ReadError):
            read(path)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("part", ["OFD.xml", "word/document.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_encoding_and_format(tmp_path: Path, part: str, encoding: str) -> None:
    path = tmp_path / "弹.zip.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}'.encode(encoding))
    with pytest.raises(ReadError, match="XML bomb"):
        read(path)


@pytest.mark.parametrize("subset", [BOMB, BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"')])
def test_entities_of_a_web_page_are_neither_expanded_nor_read_as_text(tmp_path: Path, subset: str) -> None:
    path = tmp_path / "页.html"
    page = f"{subset.removesuffix('<x>&b;</x>')}<html><body><p>第一条　甲&b;。</p></body></html>"
    path.write_text(page, encoding="utf-8")
    assert read(path).text == "第一条　甲&b;。"


def test_more_tags_than_the_limit_are_refused_before_they_are_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "MAX_TAGS", 300)
    monkeypatch.setattr(package, "MAX_TAGS", 300)
    (tmp_path / "页.html").write_text("<html><body>" + "<p>甲" * 200, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "稿.docx", "w") as made:
        made.writestr("word/document.xml", "<w>" + "<p/>" * 301 + "</w>")
    for name in ("页.html", "稿.docx"):
        with pytest.raises(ReadError, match=f"{name}.*more than .* tags"):
            read(tmp_path / name)


def test_a_table_whose_cells_claim_thousands_of_columns_is_read_in_bounded_time(tmp_path: Path) -> None:
    started = time.process_time()
    path = tmp_path / "宽.html"
    row = "<tr><td colspan=1000 rowspan=60000>甲<td>乙</tr>"
    path.write_text(f"<html><body><table>{row * 500}</table></body></html>", encoding="utf-8")
    lines = read(path).text.splitlines()
    assert len(lines) == 500
    assert all("甲" in line and "乙" in line for line in lines)
    assert time.process_time() - started < 10


def test_more_lines_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_PARAGRAPHS", 3)
    monkeypatch.setattr(compose, "MAX_PARAGRAPHS", 3)
    for name in ("多.txt", "多.md"):
        (tmp_path / name).write_text("甲\n\n乙\n\n丙\n\n丁\n", encoding="utf-8")
        with pytest.raises(ReadError, match="split it into smaller files"):
            read(tmp_path / name)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_truncation_anywhere_gives_a_source_or_a_read_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"断{suffix}"
    whole = "<html><body><p>第一条　甲。</p><table><tr><td>乙<td>丙</table></body></html>".encode()
    for length in range(1, len(whole), 7):
        path.write_bytes(whole[:length])
        try:
            read(path)
        except ReadError as error:
            assert "断" in str(error)


def test_importing_the_readers_loads_no_heavy_library() -> None:
    program = (
        "import sys, index.readers; sys.exit(int(bool({'lxml', 'pypdfium2', 'PIL'} & set(sys.modules))))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[3]).returncode == 0
