"""A PDF with a text layer in, its paragraphs with their pages out; headers and page numbers removed."""

import math
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

from index.document import Source
from index.errors import ReadError
from index.readers.compose import compose
from index.readers.layout import Page, pieces_of
from index.readers.layout_furniture import without_furniture
from index.readers.layout_page import page_lines
from index.readers.layout_paragraphs import drafts
from index.readers.layout_tables import Rule, rules_of_box

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MAX_PAGES = 50_000
_MAX_DRAWINGS = 3000
_ONE_AT_A_TIME = Lock()
"""PDFium crashes when two threads use it, even on different documents."""
_SLANTED = math.radians(4)
_OCR = "run OCR on it first (for example with OCRmyPDF) and read the result"


def is_pdf(content: bytes, suffix: str) -> bool:
    """Whether content is a PDF; some producers write a few bytes before the header."""
    return b"%PDF-" in content[:1024]


def read_pdf(name: str, content: bytes) -> Source:
    """Read a PDF that has a text layer; raise ReadError for scanned, encrypted and cut-off files."""
    from pypdfium2 import PdfDocument, PdfiumError

    # PDFium repairs a cut-off file in silence and delivers the pages it can find: text would be lost unseen.
    if b"%%EOF" not in content[-4096:]:
        raise ReadError(f"{name}: the PDF is cut off (its end is missing); copy or download it again")
    with _ONE_AT_A_TIME:
        try:
            document = PdfDocument(content)
        except PdfiumError as error:
            raise ReadError(_why(name, error)) from error
        try:
            pages, warnings = _pages(name, document)
        finally:
            document.close()
    return compose(
        name, "pdf", drafts(without_furniture(pages)), {}, warnings, "it is a PDF without text; " + _OCR
    )


def _why(name: str, error: Exception) -> str:
    reason = str(error).lower()
    if "password" in reason or "security" in reason:
        return f"{name}: the PDF is encrypted; remove the password and save it again"
    return f"{name}: the PDF is damaged ({error}); copy or download it again"


def _pages(name: str, document: "PdfDocument") -> tuple[list[Page], list[str]]:
    if len(document) > _MAX_PAGES:
        raise ReadError(
            f"{name}: {len(document):,} pages are over the limit of {_MAX_PAGES:,}; split the file"
        )
    pages: list[Page] = []
    pictures: list[int] = []
    characters = unknown = 0
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        pieces, page_unknown = pieces_of(_characters(page))
        length = sum(len(piece.text) for piece in pieces)
        characters += length
        unknown += page_unknown
        if not length and _has_picture(page):
            pictures.append(number)
        lines = page_lines(pieces, _rules(page), number) if length else []
        pages.append(Page(number, *_size(page), lines))
        page.close()
    if pictures and len(pictures) == len(pages) - sum(
        not page.lines and page.number not in pictures for page in pages
    ):
        raise ReadError(f"{name}: it is a scanned PDF, pictures of pages without text; {_OCR}")
    if unknown > 0.3 * max(characters, 1) and unknown > 20:
        raise ReadError(f"{name}: its fonts do not say which characters they draw; {_OCR}")
    warnings = [f"pages without text, only pictures: {_listed(pictures)}; {_OCR}"] if pictures else []
    if unknown:
        warnings.append(f"{unknown} characters of the PDF have no code and were left out")
    return pages, warnings


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:20])) + (f" and {len(numbers) - 20} more" if len(numbers) > 20 else "")


def _size(page: "PdfPage") -> tuple[float, float]:
    width, height = page.get_size()
    return float(width), float(height)


def _characters(page: "PdfPage") -> Iterator[tuple[str, float, float, float, float]]:
    """Yield (character, left, top, right, bottom) with y downwards, the page's rotation applied."""
    import pypdfium2.raw as pdfium

    rotation = page.get_rotation()
    width, height = _size(page)
    text_page = page.get_textpage()
    handle, box = text_page.raw, pdfium.FS_RECTF()
    get_code, get_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    get_angle = pdfium.FPDFText_GetCharAngle
    surrogate = 0
    for i in range(text_page.count_chars()):
        code = get_code(handle, i)
        if 0xD800 <= code < 0xDC00:
            surrogate = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((surrogate - 0xD800) << 10) + (code - 0xDC00) if surrogate else 0
        if _SLANTED < get_angle(handle, i) % (math.pi / 2) < math.pi / 2 - _SLANTED:
            # Text across the page is a watermark, and would fall into the lines it crosses.
            continue
        get_box(handle, i, box)
        character = "-" if code in (0x02, 0xFFFE) else chr(code)
        if rotation == 0:
            yield character, box.left, height - box.top, box.right, height - box.bottom
        else:
            yield character, *_turned(rotation, width, height, (box.left, box.bottom, box.right, box.top))
    text_page.close()


def _turned(
    rotation: int, width: float, height: float, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Turn (left, bottom, right, top) of the unrotated page into the displayed (left, top, right, bottom)."""
    left, bottom, right, top = box
    if rotation == 90:
        return bottom, left, top, right
    if rotation == 180:
        return width - right, bottom, width - left, top
    if rotation == 270:
        return width - top, height - right, width - bottom, height - left
    return left, height - top, right, height - bottom


def _rules(page: "PdfPage") -> list[Rule]:
    """Return the ruled lines of a page; none where it holds a drawing rather than tables."""
    import pypdfium2.raw as pdfium

    rotation = page.get_rotation()
    width, height = _size(page)
    rules: list[Rule] = []
    for count, drawn in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3)):
        if count > _MAX_DRAWINGS:
            return []
        if _is_straight(drawn.raw):
            box = _turned(rotation, width, height, drawn.get_bounds())
            rules += rules_of_box(*box, outlined=_is_outlined(drawn.raw))
    return rules


def _is_straight(path: object) -> bool:
    """Whether a path is a line or a box, not an outline of a letter or an emblem."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPath_CountSegments(path)
    return 2 <= count <= 6 and all(
        pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(path, i))
        != pdfium.FPDF_SEGMENT_BEZIERTO
        for i in range(count)
    )


def _is_outlined(path: object) -> bool:
    """Whether a path's sides are drawn; a box that is only filled is a background."""
    import ctypes

    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(stroke.value)


def _has_picture(page: "PdfPage") -> bool:
    import pypdfium2.raw as pdfium

    return next(iter(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
