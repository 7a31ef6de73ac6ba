"""A doc, wps, rtf or odt file in, converted to docx by LibreOffice where it is installed, its text out."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from index.document import Source
from index.errors import ReadError
from index.readers.archive import member_names
from index.readers.docx import read_docx

TIMEOUT_SECONDS = 180
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUFFIXES = (".doc", ".wps", ".rtf", ".odt", ".dot", ".wpt", ".uot")
_WORD_XML = re.compile(rb"<(?:\w+:)?(?:wordDocument|package)\b|mso-application\s+progid=\"Word")


def is_office(content: bytes, suffix: str) -> bool:
    """Whether content is a word processor's file that only LibreOffice reads."""
    if content.startswith((_OLE, b"{\\rtf")):
        return True
    if content.startswith(b"PK"):
        return suffix == ".odt" or {"mimetype", "content.xml"} <= member_names(content)
    return content.lstrip()[:5] == b"<?xml" and bool(_WORD_XML.search(content[:4096]))


def read_office(name: str, content: bytes) -> Source:
    """Read a file by converting it; raise ReadError where LibreOffice is missing, fails or takes too long."""
    if _is_encrypted(content):
        raise ReadError(f"{name}: it is encrypted; remove the password and save it as .docx")
    for stream, kind in (("Workbook", "a spreadsheet"), ("PowerPoint Document", "a presentation")):
        if content.startswith(_OLE) and stream.encode("utf-16-le") in content:
            raise ReadError(f"{name}: it is {kind}, not a text document; save its text as .docx or .pdf")
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ReadError(f"{name}: this format needs LibreOffice; install it, or save the file as .docx")
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        suffix = ".rtf" if content.startswith(b"{\\rtf") else ".doc"
    source = read_docx(name, _converted(program, name, suffix, content))
    return replace(source, format=suffix[1:])


def _is_encrypted(content: bytes) -> bool:
    if not content.startswith(_OLE):
        return False
    if "EncryptedPackage".encode("utf-16-le") in content:
        return True
    # [MS-DOC] 2.5.2, FibBase: wIdent 0xA5EC, fEncrypted is bit 8 of the flags at offset 10.
    header = content.find(b"\xec\xa5", 512, 4096)
    return header > 0 and header % 512 == 0 and bool(content[header + 11] & 1)


def _converted(program: str, name: str, suffix: str, content: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="tiaowen-") as folder:
        given = Path(folder) / f"given{suffix}"
        given.write_bytes(content)
        # A profile of its own: LibreOffice allows one process for each profile and would refuse a second.
        profile = (Path(folder) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to"]
        command += ["docx", "--outdir", str(Path(folder) / "out"), str(given)]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            message = f"{name}: LibreOffice took over {TIMEOUT_SECONDS} s; save the file as .docx"
            raise ReadError(message) from None
        finally:
            if process.poll() is None:
                # soffice is a script: its child must end with it.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        made = Path(folder) / "out" / "given.docx"
        if not made.exists():
            raise ReadError(f"{name}: LibreOffice cannot read it (damaged or encrypted?); save it as .docx")
        return made.read_bytes()
