"""An OFD document (GB/T 33190-2016) in, its paragraphs with page numbers out; lines rebuilt as for PDF."""

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.document import Source
from index.errors import ReadError
from index.readers.archive import member_names
from index.readers.compose import compose
from index.readers.facts import stated_facts
from index.readers.layout import Page, Placed, pieces_of
from index.readers.layout_furniture import without_furniture
from index.readers.layout_page import page_lines
from index.readers.layout_paragraphs import drafts
from index.readers.layout_tables import Rule
from index.readers.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

_POINTS = 72 / 25.4
"""OFD measures in millimetres, the layout rules in points."""
_A4 = (210.0, 297.0)
_MAX_PATH_CHARS = 100_000
_TITLE = re.compile(r"(?=(?:.*[\u4e00-\u9fff]){4})(?!.*\.(?:docx?|wps|ofd|pdf)$).{4,200}")


def is_ofd(content: bytes, suffix: str) -> bool:
    """Whether content is a zip with the entry part of an OFD."""
    return content.startswith(b"PK") and (suffix == ".ofd" or "OFD.xml" in member_names(content))


def read_ofd(name: str, content: bytes) -> Source:
    """Read all documents of an OFD file, page by page."""
    with Package(name, content) as package:
        root = package.xml("OFD.xml")
        if root is None:
            raise ReadError(f"{name}: it is no OFD (OFD.xml is missing); copy or download it again")
        pages: list[Page] = []
        for location in root.iterfind(".//{*}DocRoot"):
            pages += _pages(package, (location.text or "").strip(), len(pages))
        facts = stated_facts([*_custom(root), *_title(root)])
    when_empty = "it is an OFD without text, pictures of pages; run OCR on it first and read the result"
    return compose(name, "ofd", drafts(without_furniture(pages)), facts, (), when_empty)


def _custom(root: "_Element") -> Iterator[tuple[str, str]]:
    for custom in root.iterfind(".//{*}CustomData"):
        yield custom.get("Name", ""), custom.text or ""


def _title(root: "_Element") -> Iterator[tuple[str, str]]:
    title = (root.findtext(".//{*}DocInfo/{*}Title") or "").strip()
    # Converters put file names there.
    if _TITLE.fullmatch(title):
        yield "title", title


def _pages(package: Package, path: str, before: int) -> Iterator[Page]:
    document = package.xml(path)
    if document is None:
        raise ReadError(f"{package.name}: {path} is missing inside the OFD; copy or download it again")
    folder = posixpath.dirname(path)
    templates = {
        template.get("ID", ""): _part(folder, template)
        for template in document.iterfind(".//{*}CommonData/{*}TemplatePage")
    }
    box = document.findtext(".//{*}CommonData/{*}PageArea/{*}PhysicalBox")
    for number, reference in enumerate(document.iterfind("{*}Pages/{*}Page"), before + 1):
        page = package.xml(_part(folder, reference))
        if page is None:
            raise ReadError(f"{package.name}: page {number} is missing inside the OFD; download it again")
        roots = [page]
        for used in page.iterfind("{*}Template"):
            template = package.xml(templates.get(used.get("TemplateID", ""), ""))
            if template is not None:
                roots.append(template)
        own_box = page.findtext("{*}Area/{*}PhysicalBox") or box
        width, height = ([0.0] * 4 + _numbers(own_box))[-2:]
        pieces = [piece for root in roots for piece in pieces_of(_characters(root))[0]]
        rules = [rule for root in roots for rule in _rules(root)]
        lines = page_lines(pieces, rules, number)
        yield Page(number, (width or _A4[0]) * _POINTS, (height or _A4[1]) * _POINTS, lines)


def _part(folder: str, reference: "_Element") -> str:
    location = reference.get("BaseLoc", "")
    return location if location.startswith("/") else posixpath.join(folder, location)


def _characters(root: "_Element") -> Iterator[Placed]:
    """Yield every character with its place on the page, in points."""
    for text_object in root.iterfind(".//{*}TextObject"):
        if text_object.get("Visible", "true").lower() == "false":
            continue
        place = _Place(text_object)
        if place.is_slanted:
            # Text across the page is a watermark, and would fall into the lines it crosses.
            continue
        size = _number(text_object.get("Size"), 4.0)
        x = y = 0.0
        for code in text_object.iterfind("{*}TextCode"):
            x = _number(code.get("X"), x)
            y = _number(code.get("Y"), y)
            text = (code.text or "").strip("\r\n\t")
            across = _deltas(code.get("DeltaX", ""), len(text))
            down = _deltas(code.get("DeltaY", ""), len(text))
            for i, character in enumerate(text):
                width = (0.5 if character.isascii() else 1.0) * size * _number(text_object.get("HScale"), 1.0)
                step = across[i] if i < len(across) else (0.0 if down else width)
                # A letter-spaced line has steps wider than its characters: no gap lies in them.
                shown = step if 0 < step < 1.6 * size else width
                left, bottom = place.on_page(x, y + 0.15 * size)
                right, top = place.on_page(x + shown, y - 0.95 * size)
                yield character, left, min(top, bottom - 0.1), max(right, left + 0.1), bottom
                x += step
                y += down[i] if i < len(down) else 0.0


class _Place:
    """Where an object's own coordinates lie on the page: its matrix, then its boundary."""

    def __init__(self, element: "_Element") -> None:
        boundary = [*_numbers(element.get("Boundary")), 0.0, 0.0]
        self._origin = (boundary[0], boundary[1])
        matrix = _numbers(element.get("CTM"))
        self._matrix = matrix if len(matrix) == 6 else [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]

    @property
    def is_slanted(self) -> bool:
        """Whether lines of text run neither across nor down."""
        a, b = self._matrix[:2]
        return min(abs(a), abs(b)) > 0.07 * max(abs(a), abs(b))

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self._matrix
        page_x = a * x + c * y + e + self._origin[0]
        page_y = b * x + d * y + f + self._origin[1]
        return page_x * _POINTS, page_y * _POINTS


def _rules(root: "_Element") -> Iterator[Rule]:
    """Yield the straight horizontal and vertical lines that a page draws."""
    for path in root.iterfind(".//{*}PathObject"):
        commands = path.findtext("{*}AbbreviatedData") or ""
        if len(commands) > _MAX_PATH_CHARS or re.search("[BQA]", commands):
            continue
        place = _Place(path)
        last: tuple[float, float] | None = None
        for command in re.finditer(r"([SML])\s+(\S+)\s+(\S+)", commands):
            point = place.on_page(_number(command[2], 0.0), _number(command[3], 0.0))
            if command[1] == "L" and last is not None:
                width, height = abs(point[0] - last[0]), abs(point[1] - last[1])
                left, top = min(point[0], last[0]), min(point[1], last[1])
                if height < 1 and width > 6:
                    yield Rule(left, top, left + width, top)
                elif width < 1 and height > 6:
                    yield Rule(left, top, left, top + height)
            last = point


def _deltas(text: str, length: int) -> list[float]:
    """Expand steps between characters; `g 3 5.5` stands for 5.5 three times (GB/T 33190, 11.3)."""
    steps: list[float] = []
    words = iter(text.split())
    for word in words:
        if word == "g":
            count, step = next(words, "0"), next(words, "0")
            steps += [_number(step, 0.0)] * min(int(_number(count, 0.0)), length)
        else:
            steps.append(_number(word, 0.0))
        if len(steps) >= length:
            break
    return steps


def _numbers(text: str | None) -> list[float]:
    return [_number(word, 0.0) for word in (text or "").split()]


def _number(text: str | None, default: float) -> float:
    try:
        number = float(text) if text else default
    except ValueError:
        return default
    return number if abs(number) < 1e7 else default
