"""Pages of lines in, paragraphs out: wrapped lines joined by indentation, line width and punctuation."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.readers.compose import Draft
from index.readers.layout import Line, Page, glue
from index.readers.layout_continued import rejoin_tables
from index.readers.layout_notes import take_notes
from index.readers.layout_page import unfolded
from index.readers.table_grid import fill

_NUMERAL = r"[0-9０-９一二三四五六七八九十百千〇零]{1,8}"
_NUMBERED = re.compile(
    rf"第\s?{_NUMERAL}\s?[编章节条](?:之{_NUMERAL})?(?!第|规定|的|所|、|和|至|或|及|以|中|之|款)|[（(]{_NUMERAL}[）)]"
    rf"|{_NUMERAL}\s?[、．]|[0-9]{{1,3}}\.(?![0-9])|[①-⑳⑴-⒇㈠-㈩]|附件|附表|附录|专栏"
)
_TERMINAL = ("。", "；", "：", "！", "？", ";", ":", "!", "。”", "。」", "。）", "…")
_LINKS = ("http://", "https://")
_LEADER = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|(?:\. ){4,})\s*[-—]?\s*[0-9０-９ivxIVX]{1,5}\s*[-—]?$")
_HEADING = re.compile(rf"第\s?{_NUMERAL}\s?[编章节](?:[\s\u3000]|$)|目\s*录$|附\s*则$")


@dataclass(frozen=True, slots=True)
class _Column:
    """Where the text of a page stands, in its own units."""

    left: float
    right: float
    indented: bool
    """Whether paragraphs of the document begin with an indent."""
    pitch: float
    """Usual distance between two lines."""


def drafts(pages: list[Page]) -> Iterator[Draft]:
    """Yield paragraphs and table rows; a paragraph keeps the page it begins on.

    Footnotes come after the paragraph that the foot of their page interrupts.
    """
    rejoin_tables(pages)
    notes = take_notes(pages)
    for draft in _body(unfolded(pages)):
        for number in [number for number in notes if number < draft.page]:
            yield from notes.pop(number)
        yield draft
    for rest in notes.values():
        yield from rest


def _body(pages: list[Page]) -> Iterator[Draft]:
    columns = _columns(pages)
    before = column = next(iter(columns.values()), _Column(0.0, 0.0, False, 0.0))
    open_lines: list[Line] = []
    table = 0
    last: Line | None = None
    for page in pages:
        column = columns[page.number % 2, page.in_columns]
        for line in page.lines:
            if line.columns:
                yield from _paragraph(open_lines)
                open_lines = []
                continued = last is not None and last.columns == line.columns and last.page != line.page
                table += line.first_row and not continued
                yield Draft(fill(line.text, line.above), style="row", table=table, page=line.page)
            elif _LEADER.search(line.text):
                yield from _paragraph(open_lines)
                open_lines = []
                yield Draft(line.text, style="toc", page=line.page)
            else:
                if open_lines and not _continues(open_lines, line, before, column):
                    yield from _paragraph(open_lines)
                    open_lines = []
                open_lines.append(line)
                before = column
            last = line
    yield from _paragraph(open_lines)


def _paragraph(lines: list[Line]) -> Iterator[Draft]:
    if lines:
        parts = [lines[0].text]
        for before, line in pairwise(lines):
            # Only the seam matters for the space, so the joined text is not rebuilt at each line.
            parts.append(glue(before.text[-1:], line.text[:1])[1:] + line.text[1:])
        yield Draft("".join(parts), page=lines[0].page)


def _continues(lines: list[Line], line: Line, before: _Column, column: _Column) -> bool:
    """Whether a line goes on with the paragraph of the lines before it."""
    last = lines[-1]
    em = min(last.size, line.size)
    if abs(last.size - line.size) > 0.25 * em or _HEADING.match(last.text) or line.text.startswith(_LINKS):
        return False
    if _HEADING.match(line.text) and column.right - line.right > 5 * em:
        return False
    room = before.right - last.right
    if room > 2.5 * em:
        # Words and numbers that cannot be broken leave a line short; Chinese characters never do.
        word = re.match(r"[0-9A-Za-z.,%/-]*", line.text)
        unbroken = word.end() if word else 0
        if room > 1.5 * em + 0.6 * em * unbroken or unbroken < 3 or last.text.endswith(_TERMINAL):
            return False
    indent = line.left - column.left
    numbered = _NUMBERED.match(line.text) is not None
    ended = last.text.endswith(_TERMINAL)
    if indent > 5 * em and abs(line.left - last.left) > em:
        # Set to the right is a signature or a date. Centred is a title's next line if the last one was full.
        off_centre = abs(line.left + line.right - column.left - column.right)
        return off_centre < 1.5 * em and room < 1.5 * em and last.left - before.left < 2 * em and not ended
    if column.indented and indent > 0.8 * em:
        # A block that hangs or stands indented as a whole goes on at the same left edge.
        hanging = abs(line.left - last.left) < 0.3 * em and len(lines) > 1
        return hanging and not ended and not numbered
    if numbered and ended:
        return False
    if column.indented:
        return indent > -2.5 * em
    if last.text.endswith(("：", ":")):
        return False
    gap = line.top - last.top
    if line.page == last.page and gap > 1.35 * column.pitch:
        return False
    return not (ended and room > 0.8 * em)


def _columns(pages: list[Page]) -> dict[tuple[int, bool], _Column]:
    """Measure even and odd pages apart, since their margins may differ, and those in columns apart from others."""
    columns: dict[tuple[int, bool], _Column] = {}
    for in_columns in (False, True):
        alike = [page for page in pages if page.in_columns == in_columns]
        everything = _column(alike, None)
        for parity in (0, 1):
            half = [page for page in alike if page.number % 2 == parity]
            # A single page of few lines says too little about itself.
            few = sum(len(page.lines) for page in half) < 30
            columns[parity, in_columns] = everything if few else _column(half, everything)
    return columns


def _column(pages: list[Page], fallback: _Column | None) -> _Column:
    lines = [line for page in pages for line in page.lines if not line.columns]
    if not lines:
        return fallback or _Column(0.0, 0.0, False, 0.0)
    lefts = Counter(round(line.left / 2) for line in lines)
    rights = sorted(line.right for line in lines)
    right = rights[int(0.95 * (len(rights) - 1))]
    size = sorted(line.size for line in lines)[len(lines) // 2]
    # The left edge is the smallest that is common; a title set into the margin is not.
    common = [left for left, count in lefts.items() if count >= max(2, 0.04 * len(lines))]
    left = 2.0 * min(common or lefts)
    # Where all lines are short they say nothing about the right edge; the left margin does.
    width = sorted(page.width for page in pages)[len(pages) // 2]
    right = max(right, width - 1.7 * left)
    starts = [line.left - left for line in lines]
    full = sum(right - line.right < 2.5 * size for line in lines)
    indented = sum(1.2 * size < start < 4.5 * size for start in starts)
    flush = sum(start < 0.8 * size for start in starts)
    pitches = Counter(
        round(b.top - a.top)
        for page in pages
        for a, b in pairwise(page.lines)
        if b.top > a.top and not a.columns and not b.columns
    )
    pitch = float(pitches.most_common(1)[0][0]) if pitches else 1.6 * size
    uses_indent = indented >= max(2, 0.1 * len(lines)) and flush > 0 and full > 0
    return _Column(left, right, uses_indent, pitch)
