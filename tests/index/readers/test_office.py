"""doc, wps, rtf: through LibreOffice, or a clear word about it."""

import shutil
import stat
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import office, read

RTF = rb"{\rtf1\ansi\ansicpg936 {\u31532?\u19968?\u26465? \u30002?\u12290?\par}}"


def test_without_libreoffice_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "稿.rtf").write_bytes(RTF)
    with pytest.raises(ReadError, match=r"install it, or save the file as \.docx"):
        read(tmp_path / "稿.rtf")


def test_a_conversion_that_hangs_is_ended_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "TIMEOUT_SECONDS", 0.2)
    (tmp_path / "稿.rtf").write_bytes(RTF)
    with pytest.raises(ReadError, match=r"took over 0.2 s"):
        read(tmp_path / "稿.rtf")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_rtf_is_read_through_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "稿.rtf").write_bytes(RTF)
    source = read(tmp_path / "稿.rtf")
    assert (source.text, source.format, source.name) == ("第一条 甲。", "rtf", "稿.rtf")
