"""Pages of lines in, the same pages without running headers, footers and page numbers out."""

import re
from collections import Counter
from itertools import islice

from index.readers.layout import Line, Page

_EDGE_LINES = 4
_SAME_PLACE = 6.0
_DASHES = r"[-—–―－─－~～·•.\s]"
_NUMBERED = re.compile(
    rf"{_DASHES}+[0-9０-９]{{1,5}}{_DASHES}+|第\s*[0-9０-９一二三四五六七八九十百〇零]{{1,7}}\s*页"
    r"(?:\s*[,，/、]?\s*[（(]?共\s*[0-9０-９一二三四五六七八九十百〇零]{1,7}\s*页[）)]?)?"
    r"|[0-9]{1,5}\s*/\s*[0-9]{1,5}|(?i:page\s*[0-9]{1,5}(?:\s*of\s*[0-9]{1,5})?)"
)
_BARE = re.compile(r"[0-9０-９]{1,5}|[ivxlcIVXLC]{1,7}")
_DIGITS = re.compile(r"[0-9]{1,9}")
_ANNEX = re.compile(r"附\s*[件表录]")
_MARGIN = 0.13
"""GB/T 9704-2012 sets 37 mm of 297 mm free above the text."""
_CODE_CAPTION = re.compile(r"(?:手机|微信)?扫一扫[^。；]{0,20}")


def without_furniture(pages: list[Page]) -> list[Page]:
    """Remove what repeats at the same place of the margins of several pages, and page numbers."""
    repeated: Counter[tuple[str, bool, int]] = Counter()
    for page in pages:
        seen = {key for line, at_top in _edges(page) for key in _keys(line, at_top, page)}
        repeated.update(seen)
    offsets = Counter(
        offset
        for page in pages
        for offset in {
            int(line.text) - page.number
            for line, _ in _outermost(page)
            if line.text.isdecimal() and len(line.text) < 6
        }
    )
    enough = 2 if len(pages) < 8 else max(3, len(pages) // 10)
    for page in pages:
        drop: set[int] = set()
        for line, at_top in _edges(page):
            often = max(repeated[key] for key in _keys(line, at_top, page))
            margin = line.bottom if at_top else page.height - line.top
            # Body text may begin alike on some pages (附件1, a table's head); a margin repeats throughout.
            in_body = margin > _MARGIN * page.height or _ANNEX.match(line.text)
            needed = max(3, 0.6 * len(pages)) if in_body else enough
            if not line.columns and often >= needed and len(line.text) < 80:
                drop.add(id(line))
        page.lines = [line for line in page.lines if id(line) not in drop]
        # Twice: a page number may stand beside a line that only the first pass uncovers.
        for line, _ in [*_outermost(page), *_outermost(page)]:
            if _is_page_number(line, page, len(pages), offsets):
                page.lines = [other for other in page.lines if other is not line]
    for page in pages[-1:]:
        # Left by sites that print a page together with the code that leads to it.
        while page.lines and _CODE_CAPTION.fullmatch(page.lines[-1].text):
            page.lines.pop()
    return pages


def _edges(page: Page) -> list[tuple[Line, bool]]:
    """Return (line, at the top) for the lines next to the upper and the lower margin."""
    top = [(line, True) for line in page.lines[:_EDGE_LINES] if line.bottom < 0.25 * page.height]
    below = [(line, False) for line in page.lines[-_EDGE_LINES:] if line.top > 0.75 * page.height]
    return top + below


def _outermost(page: Page) -> list[tuple[Line, bool]]:
    return [(page.lines[0], True), (page.lines[-1], False)] if page.lines else []


def _keys(line: Line, at_top: bool, page: Page) -> list[tuple[str, bool, int]]:
    """Name a line by its words and place, with numbers as they are and as they run with the pages.

    Places overlap lest a line fall between two.
    """
    same = "".join(line.text.split())
    running = _DIGITS.sub(lambda digits: f"<{int(digits[0]) - page.number}>", same)
    numbered = [
        f"{same[: digits.start()]}<>{same[digits.end() :]}"
        for digits in islice(_DIGITS.finditer(same), 8)
        if int(digits[0]) == page.number
    ]
    place = (line.bottom if at_top else page.height - line.bottom) / _SAME_PLACE
    places = (int(place), int(place + 0.5) + 1_000_000)
    return [(name, at_top, where) for name in {same, running, *numbered} for where in places]


def _is_page_number(line: Line, page: Page, pages: int, offsets: Counter[int]) -> bool:
    if line.columns or 0.15 * page.height < line.bottom < 0.85 * page.height:
        return False
    if _NUMBERED.fullmatch(line.text):
        return True
    if not _BARE.fullmatch(line.text):
        return False
    if not line.text.isdecimal():
        return line.top > 0.85 * page.height
    # A bare number is a page number if other pages count on from it, or if it stands alone at the foot.
    offset = int(line.text) - page.number
    return offsets[offset] > 1 or (pages == 1 and offset == 0)
