"""Folders and archives: stable order, names in any encoding, and hostile members that spoil nothing else."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import SUFFIXES, archive, read, read_all

LAW = "第一条　甲。"


def names_and_errors(*paths: Path) -> tuple[list[str], dict[str, str]]:
    errors: dict[str, str] = {}
    names = [source.name for source in read_all(paths, lambda name, error: errors.update({name: str(error)}))]
    return names, errors


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_is_read_in_name_order_with_nested_folders_and_zips(tmp_path: Path) -> None:
    inner = zipped({"丙.txt": LAW.encode()})
    members = {
        "b/乙.txt": LAW.encode(),
        "a.txt": LAW.encode(),
        "c.zip": inner,
        "图.png": b"\x89PNG",
        "~$a.docx": b"x",
    }
    (tmp_path / "包.zip").write_bytes(zipped(members | {"__MACOSX/a.txt": b"x", ".x/a.txt": b"x"}))
    names, errors = names_and_errors(tmp_path)
    assert names == ["包.zip/a.txt", "包.zip/b/乙.txt", "包.zip/c.zip/丙.txt"]
    assert errors == {}


def test_member_names_in_gbk_are_restored(tmp_path: Path) -> None:
    # zipfile would set the UTF-8 flag, so the name goes in as the same number of ASCII bytes first.
    made = zipped({"XXXX.txt": LAW.encode()}).replace(b"XXXX", "办法".encode("gbk"))
    (tmp_path / "包.zip").write_bytes(made)
    assert names_and_errors(tmp_path / "包.zip") == (["包.zip/办法.txt"], {})


def test_a_bomb_a_bad_path_and_a_broken_member_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    members = {
        "a.txt": LAW.encode(),
        "bomb.txt": b"0" * 2**25,
        "../out.txt": LAW.encode(),
        "z.txt": LAW.encode(),
    }
    made = bytearray(zipped(members | {"c.txt": b"abcdefgh" + LAW.encode()}))
    place = made.find(b"c.txt") + len("c.txt")
    made[place + 2] ^= 0xFF
    (tmp_path / "包.zip").write_bytes(bytes(made))
    names, errors = names_and_errors(tmp_path)
    assert names == ["包.zip/a.txt", "包.zip/z.txt"]
    assert set(errors) == {"包.zip/bomb.txt", "包.zip/../out.txt", "包.zip/c.txt"}
    assert "zip bomb" in errors["包.zip/bomb.txt"]
    assert "leads out" in errors["包.zip/../out.txt"]
    assert not (tmp_path / "out.txt").exists()


def test_an_encrypted_member_and_a_link_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("密.txt", LAW)
        made.writestr("明.txt", LAW)
    content = bytearray(buffer.getvalue())
    # Bit 0 of the flags, at offset 8 of the directory entry, says that a member is encrypted.
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind("密.txt".encode()))
    content[entry + 8] |= 1
    (tmp_path / "包.zip").write_bytes(bytes(content))
    names, errors = names_and_errors(tmp_path / "包.zip")
    assert names == ["包.zip/明.txt"]
    assert "encrypted" in errors["包.zip/密.txt"]
    assert "link" in errors["包.zip/link.txt"]


def test_archives_inside_an_archive_share_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = {f"{n}.zip": zipped({"a.txt": LAW.encode() * 100}) for n in range(5)}
    (tmp_path / "包.zip").write_bytes(zipped(inner))
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 6000)
    names, errors = names_and_errors(tmp_path / "包.zip")
    assert 0 < len(names) < 5
    assert all("over the limit" in message for message in errors.values())
    assert len(names) + len(errors) == 5


def test_links_in_a_folder_lead_to_documents_but_not_round_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/法.txt").write_text(LAW, encoding="utf-8")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "链.txt").symlink_to(tmp_path / "a/法.txt")
    (tmp_path / "断.txt").symlink_to(tmp_path / "none.txt")
    names, errors = names_and_errors(tmp_path)
    assert names == ["a/法.txt", "链.txt"]
    assert list(errors) == ["断.txt"]


def test_a_file_without_permission_is_reported_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(LAW, encoding="utf-8")
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return real(path)

    # The owner of the tests may be root, whom no permission stops.
    monkeypatch.setattr(Path, "read_bytes", refuse)
    names, errors = names_and_errors(tmp_path)
    assert names == ["b.txt"]
    assert "check its permissions" in errors["a.txt"]


def test_an_archive_that_unpacks_to_too_much_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 10)
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": LAW.encode()}))
    (tmp_path / "b.txt").write_text(LAW, encoding="utf-8")
    names, errors = names_and_errors(tmp_path)
    assert names == ["b.txt"]
    assert "over the limit" in errors["a.zip"]


def test_archives_nested_without_end_are_refused(tmp_path: Path) -> None:
    content = zipped({"a.txt": LAW.encode()})
    for _ in range(6):
        content = zipped({"in.zip": content})
    (tmp_path / "包.zip").write_bytes(content)
    names, errors = names_and_errors(tmp_path)
    assert names == []
    assert "nested" in next(iter(errors.values()))


def test_a_cut_off_archive_is_reported(tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(zipped({"a.txt": LAW.encode()})[:-30])
    assert "cut off" in names_and_errors(tmp_path)[1]["包.zip"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("图.txt", b"\x89PNG\r\n\x1a\n", "a picture.*OCR"),
        ("表.docx", zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "a spreadsheet"),
        ("片.pptx", zipped({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "a presentation"),
        ("包.docx", zipped({"a.txt": b"x"}), "archive|Word document"),
        ("包.rar", b"Rar!\x1a\x07", "RAR.*unpack"),
        (
            "密.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        (
            "旧.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"\xec\xa5" + b"\0" * 9 + b"\1",
            "encrypted",
        ),
    ],
)
def test_what_is_no_text_document_is_named_with_a_next_step(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadError, match=f"{name}.*({message})"):
        read(tmp_path / name)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_of_any_suffix_with_nonsense_in_it_gives_a_read_error(tmp_path: Path, suffix: str) -> None:
    for content in (
        b"PK\x03\x04" + b"\0" * 300,
        b"%PDF-1.7\n1 0 obj\n",
        b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 9,
    ):
        path = tmp_path / f"坏{suffix}"
        path.write_bytes(content)
        with pytest.raises(ReadError, match="坏"):
            read(path)


def test_the_content_decides_the_format_when_the_suffix_lies(tmp_path: Path) -> None:
    (tmp_path / "页.doc").write_text("<html><body><p>第一条　甲。</p></body></html>", encoding="utf-8")
    (tmp_path / "稿.pdf").write_text(LAW, encoding="utf-8")
    assert [read(tmp_path / name).format for name in ("页.doc", "稿.pdf")] == ["html", "txt"]
