"""Files that are no text documents in, the reason and the next step out as an error."""

from typing import NoReturn

from index.errors import ReadError
from index.readers.archive import is_archive, member_names

SUFFIXES = (".xlsx", ".xls", ".et", ".pptx", ".ppt", ".dps", ".rar", ".7z", ".caj", ".ceb")
"""Suffixes that people take for documents; `read_all` reports them instead of passing over them."""
_MAGIC = (
    (b"\x89PNG", "a picture; run OCR on it and save the text"),
    (b"\xff\xd8\xff", "a picture; run OCR on it and save the text"),
    (b"GIF8", "a picture; run OCR on it and save the text"),
    (b"II*\x00", "a picture (TIFF); run OCR on it and save the text"),
    (b"MM\x00*", "a picture (TIFF); run OCR on it and save the text"),
    (b"Rar!", "a RAR archive; unpack it and index the folder"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it and index the folder"),
    (b"\x1f\x8b", "a gzip archive; unpack it and index the folder"),
    (b"CAJ", "a CAJ file; save it as PDF"),
    (b"HN\x00", "a CAJ file; save it as PDF"),
    (b"Founder CEB", "a CEB file; save it as PDF"),
)


def is_refused(content: bytes, suffix: str) -> bool:
    """Whether content is of a kind that is known and not read."""
    return bool(_reason(content, suffix))


def refuse(name: str, content: bytes) -> NoReturn:
    """Raise the ReadError that says what the file is and what to do."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    raise ReadError(f"{name}: it is {_reason(content, suffix)}")


def _reason(content: bytes, suffix: str) -> str:
    for magic, reason in _MAGIC:
        if content.startswith(magic):
            return reason
    if not content.startswith(b"PK"):
        return ""
    names = member_names(content)
    if any(name.startswith("xl/") for name in names) and not is_archive(content, suffix):
        return "a spreadsheet; save the sheets you need as .docx, .pdf or .md"
    if any(name.startswith("ppt/") for name in names) and not is_archive(content, suffix):
        return "a presentation; save its text as .docx or .pdf"
    if is_archive(content, suffix):
        return "an archive; index it as a whole instead of reading it as one document"
    if not names and suffix not in (".docx", ".docm", ".dotx", ".ofd", ".odt"):
        return "a damaged or cut-off archive; copy or download it again"
    return ""
