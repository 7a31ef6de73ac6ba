"""Write small Word documents part by part, so that a test says exactly what stands in them."""

import zipfile
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def paragraph(text: str, num: int | None = None, level: int = 0, style: str = "", more: str = "") -> str:
    """Return a `w:p`; `more` is put into its properties."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    return f'<w:p><w:pPr>{properties}{more}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def level(index: int, format: str, text: str, start: int | None = 1, more: str = "") -> str:
    """Return a `w:lvl`."""
    begin = "" if start is None else f'<w:start w:val="{start}"/>'
    shown = f'<w:numFmt w:val="{format}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{index}">{begin}{shown}</w:lvl>'


def abstract(list_id: int, *levels: str) -> str:
    """Return a `w:abstractNum`."""
    return f'<w:abstractNum w:abstractNumId="{list_id}">{"".join(levels)}</w:abstractNum>'


def num(num_id: int, list_id: int, overrides: str = "") -> str:
    """Return a `w:num`."""
    return f'<w:num w:numId="{num_id}"><w:abstractNumId w:val="{list_id}"/>{overrides}</w:num>'


def write_docx(
    path: Path, body: str, numbering: str = "", styles: str = "", parts: dict[str, str] | None = None
) -> Path:
    """Write a document; `numbering` and `styles` are the contents of those parts."""
    kinds = {"styles": styles, "numbering": numbering, **(parts or {})}
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    wordml = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        types = "".join(
            f'<Override PartName="/word/{kind}.xml" ContentType="{wordml}.{kind}+xml"/>' for kind in kinds
        )
        archive.writestr(
            "[Content_Types].xml",
            f'{HEAD}<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{wordml}.document.main+xml"/>'
            f"{types}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'{HEAD}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        related = "".join(
            f'<Relationship Id="r{i}" Type="{office}/{kind}" Target="{kind}.xml"/>'
            for i, kind in enumerate(kinds)
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'{HEAD}<Relationships xmlns="{package}/relationships">{related}</Relationships>',
        )
        archive.writestr("word/document.xml", f"{HEAD}<w:document {W}><w:body>{body}</w:body></w:document>")
        for kind, content in kinds.items():
            archive.writestr(f"word/{kind}.xml", f"{HEAD}<w:{kind} {W}>{content}</w:{kind}>")
    return path
