"""A Word document in, its text out with the numbers that Word's automatic numbering shows as labels."""

import posixpath
from collections.abc import Iterator

from index.document import Source
from index.errors import ReadError
from index.readers.archive import member_names
from index.readers.compose import Draft, compose
from index.readers.docx_body import Body
from index.readers.docx_names import RELATIONSHIP, W, child, value
from index.readers.docx_numbering import Numbering
from index.readers.docx_styles import Styles
from index.readers.numerals import numeral
from index.readers.package import Package

_SUFFIXES = (".docx", ".docm", ".dotx")


def is_docx(content: bytes, suffix: str) -> bool:
    """Whether content is a zip that holds a Word document."""
    if not content.startswith(b"PK"):
        return False
    names = member_names(content)
    has_content_types = "[Content_Types].xml" in names and any(name.startswith("word/") for name in names)
    return suffix in _SUFFIXES or "word/document.xml" in names or has_content_types


def read_docx(name: str, content: bytes) -> Source:
    """Read a Word document: body, tables, text boxes, then notes; headers and footers are left out."""
    with Package(name, content) as package:
        main = _main_part(package)
        document = package.xml(main)
        body = child(document, "body")
        if document is None or body is None:
            raise ReadError(f"{name}: it is no Word document; save it as .docx again")
        parts = _related(package, main)
        styles = Styles(package.xml(parts.get("styles", "word/styles.xml")))
        numbering = Numbering(package.xml(parts.get("numbering", "word/numbering.xml")), styles)
        reader = Body(styles, numbering)
        drafts = list(reader.drafts(body))
        drafts += _notes(package, parts, reader)
        warnings = []
        if next(body.iter(W + "altChunk"), None) is not None:
            warnings.append("an embedded document (altChunk) was not read; save the file again in Word")
    when_empty = "it is a Word document without text (pictures of pages?); run OCR on it first"
    return compose(name, "docx", drafts, {}, warnings, when_empty)


def _notes(package: Package, parts: dict[str, str], body: Body) -> Iterator[Draft]:
    """Yield footnotes and endnotes in order of reference, numbered as printed."""
    references = list(dict.fromkeys(body.notes))
    for kind in ("footnote", "endnote"):
        root = package.xml(parts.get(kind + "s", f"word/{kind}s.xml"))
        if root is None:
            continue
        settings = package.xml(parts.get("settings", "word/settings.xml"))
        format = value(settings, kind + "Pr", "numFmt") or ("decimal" if kind == "footnote" else "lowerRoman")
        notes = {note.get(W + "id", ""): note for note in root.iterfind(W + kind)}
        number = 0
        for referenced, note_id in references:
            if referenced != kind or note_id not in notes:
                continue
            number += 1
            label = numeral(number, format)
            for draft in body.drafts(notes[note_id]):
                yield Draft(draft.text.strip(), label or draft.label, style="footnote")
                label = ""


def _main_part(package: Package) -> str:
    root = package.xml("_rels/.rels")
    for relationship in [] if root is None else root.iterfind(RELATIONSHIP):
        if relationship.get("Type", "").endswith("/officeDocument"):
            return relationship.get("Target", "").lstrip("/")
    return "word/document.xml"


def _related(package: Package, main: str) -> dict[str, str]:
    """Return the parts that belong to the main part by the last word of their type: styles, numbering…"""
    folder, file = posixpath.split(main)
    root = package.xml(posixpath.join(folder, "_rels", file + ".rels"))
    parts: dict[str, str] = {}
    for relationship in [] if root is None else root.iterfind(RELATIONSHIP):
        target = relationship.get("Target", "")
        if relationship.get("TargetMode") != "External":
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            parts.setdefault(relationship.get("Type", "").rsplit("/", 1)[-1], path)
    return parts
