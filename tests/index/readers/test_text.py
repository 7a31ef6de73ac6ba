"""Plain text: encodings, spans, and files that are no text."""

import os
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import MAX_FILE_BYTES, read, read_all

LAW = "第一条　为了规范采购行为，制定本办法。\n\n第二条　本办法适用于镕基喆㐂公司。\n（一）预算；\n"
TRADITIONAL = "第一條　為了規範政府採購行為，制定本法。\n第二條　本辦法適用於香港的鰂魚涌。\n"


def lines(path: Path) -> list[str]:
    source = read(path)
    return [source.text[p.start : p.end] for p in source.paragraphs]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_supported_encoding_gives_the_same_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "办法.txt"
    path.write_bytes(LAW.encode(encoding))
    assert read(path).text == LAW


def test_big_endian_utf_16_with_a_bom_is_read(tmp_path: Path) -> None:
    path = tmp_path / "办法.txt"
    path.write_bytes(b"\xfe\xff" + LAW.encode("utf-16-be"))
    assert read(path).text == LAW


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [LAW, LAW * 900, "Article 1 This rule applies to all.\n"])
def test_wide_encodings_without_a_bom_are_found(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "办法.txt"
    path.write_bytes(text.encode(encoding))
    assert read(path).text == text


@pytest.mark.parametrize("text", [TRADITIONAL, TRADITIONAL * 900, "第一條　甲乙丙。\n"])
def test_big5_is_told_from_gb18030_although_its_bytes_are_valid_in_both(tmp_path: Path, text: str) -> None:
    path = tmp_path / "辦法.txt"
    path.write_bytes(text.encode("big5hkscs"))
    # Were the bytes no GB18030, this test would prove nothing.
    assert text.encode("big5hkscs").decode("gb18030") != text
    assert read(path).text == text


@pytest.mark.parametrize(
    "text", ["深圳经济特区\n", "镕基喆㐂公司", "陈大文　联系人\n", "第一条　甲乙丙。", TRADITIONAL]
)
def test_short_and_rare_text_in_gb18030_is_taken_for_nothing_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "办法.txt"
    path.write_bytes(text.encode("gb18030"))
    assert read(path).text == text


def test_nul_bytes_in_text_and_at_its_end_are_left_out_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "办法.txt"
    content = (LAW * 40).encode()
    path.write_bytes(content[:90] + b"\0" + content[90:] + b"\0" * 4096)
    source = read(path)
    assert source.text == LAW * 40
    assert source.warnings == ("4097 NUL bytes were left out; the file may be damaged",)


def test_each_non_blank_line_is_a_paragraph_with_its_exact_span(tmp_path: Path) -> None:
    path = tmp_path / "办法.txt"
    path.write_text(LAW, encoding="utf-8")
    assert lines(path) == [line for line in LAW.split("\n") if line]


def test_all_line_ends_become_newlines_so_that_lines_are_counted_one_way(tmp_path: Path) -> None:
    path = tmp_path / "办法.txt"
    path.write_bytes("甲\r\n乙\r丙\u2028丁\f戊".encode())
    source = read(path)
    assert source.text == "甲\n乙\n丙\n丁\n戊"
    assert source.text.splitlines() == lines(path)


def test_one_bad_byte_in_utf_8_is_reported_and_does_not_garble_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "办法.txt"
    path.write_bytes((LAW * 20).encode()[:-5])
    source = read(path)
    assert source.text.startswith(LAW)
    assert "damaged UTF-8" in source.warnings[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n", "only blank"),
        (os.urandom(4096), "binary|supported|neither"),
        (b"\x7fELF\x00\x00\x00\x01" * 50, "binary"),
    ],
)
def test_files_without_text_are_refused_with_a_reason(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "坏.txt"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=f"坏.txt.*({message})"):
        read(path)


def test_missing_files_and_folders_are_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read(tmp_path / "无.txt")
    with pytest.raises(ReadError, match="is a folder"):
        read(tmp_path)


def test_a_file_over_the_limit_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ReadError, match="over the limit"):
        read(path)


def test_a_bad_file_is_reported_and_the_rest_of_the_batch_is_read(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", "a/.hidden.txt", "__MACOSX/x.txt", "~$b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("第一条　甲。", encoding="utf-8")
    (tmp_path / "a/bad.txt").write_bytes(b"")
    errors: list[str] = []
    sources = read_all([tmp_path, tmp_path / "none.txt"], lambda name, error: errors.append(name))
    assert [source.name for source in sources] == ["a/c.txt", "b.txt"]
    assert errors == ["a/bad.txt", "none.txt"]
