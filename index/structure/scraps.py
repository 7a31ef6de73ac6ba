"""Scraps: paragraphs in, runs of them too short to be cited out (a roster, a column of figures, text set upright)."""

from collections.abc import Sequence

from index.document import Paragraph
from index.structure.marker_forms import read_marker
from index.structure.markers import BLANKS
from index.structure.shapes import FRONT_MATTER, PARTS_OF_LAWS, shape_of

MAX_SCRAP_CHARS = 3
MAX_NUMBER_CHARS = 6
"""…and of a number alone, as （十二）."""
MAX_SCRAP_SPAN = 12
"""…with the blanks around them."""
MIN_RUN = 25
"""Up to 24 authorities sign one notice, one to a line (signatures.py); what goes on for longer is no signature."""
_LONE = PARTS_OF_LAWS | FRONT_MATTER | {"目录", "目次"}
_FURNITURE = frozenset("附专第")


def run_end(text: str, paragraphs: Sequence[Paragraph], i: int) -> int:
    """Return where a run of scraps that begins at `i` ends, however short it is; `i` where none does."""
    page = paragraphs[i].page
    while i < len(paragraphs) and paragraphs[i].page == page and _is_scrap(text, paragraphs[i]):
        i += 1
    return i


def _is_scrap(text: str, paragraph: Paragraph) -> bool:
    start, end = paragraph.start, paragraph.end
    if end - start > MAX_SCRAP_SPAN:
        return False
    printed = text[start:end].strip(BLANKS)
    if len(printed) > MAX_NUMBER_CHARS:
        return False
    if paragraph.label or paragraph.heading_level or paragraph.style or paragraph.table or printed in _LONE:
        return False
    if printed and printed[0] in _FURNITURE and (shape_of(printed) or len(printed) >= MAX_SCRAP_CHARS):
        return False
    if len(printed) < 2:
        return True
    # A number with its text can be cited, a number alone cannot.
    marker = read_marker(printed, 0, len(printed))
    if marker is None:
        return len(printed) <= MAX_SCRAP_CHARS
    return marker.end == len(printed)
