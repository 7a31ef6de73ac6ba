"""Paragraphs made ready for the structure pass: a source in, lines with their marker and their shape out."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Paragraph, Source
from index.structure.marker_forms import read_marker
from index.structure.markers import BLANKS, Marker
from index.structure.scraps import MAX_SCRAP_SPAN, MIN_RUN, run_end
from index.structure.shapes import DATE, is_number, shape_of

TERMINAL = frozenset("。；：！？…;:!?.”’」』")
"""A paragraph that ends otherwise is a heading, a title, a name, or was cut by a line break."""

_BLANKS_IN_ROW = BLANKS.replace("\t", "")
MAX_SHAPED_CHARS = 120
"""Furniture (文号, date, signature, 附件…) is short: longer paragraphs are body without a look."""


@dataclass(slots=True)
class Line:
    """A paragraph without its blank ends. Mutable: the framing pass writes `role`."""

    start: int
    end: int
    text: str
    marker: Marker | None
    labelled: bool
    """The marker comes from the format's automatic numbering, not from the text."""
    role: str
    """"" is body; else number, date, note, colophon, attachment, box, toc, row, title, recipients…"""
    level: int
    table: int
    page: int

    @property
    def terminal(self) -> bool:
        """It ends as a sentence ends."""
        return self.text[-1] in TERMINAL

    @property
    def cut(self) -> bool:
        """It was cut in the middle of a sentence, so that the next line goes on with it."""
        text = self.text
        if self.level or self.role or self.terminal or self.labelled or len(text) < 15:
            return False
        if text[-1] in "）)" and text[max(text.rfind("（"), text.rfind("(")) - 1] in "。；！":
            return False
        return text[-1] in "，、" or "。" in text or "，" in text

    @property
    def short(self) -> bool:
        """It may be (a line of) a heading, a title or a name: short, no number, no sentence end."""
        return (
            len(self.text) <= 60
            and self.role == ""
            and self.marker is None
            and self.text[-1] not in "。；：！？，、;:!?,"
            and "。" not in self.text
            and "：" not in self.text
        )


class LineNumbers:
    """Offsets of a text turned into 1-based line numbers; the text is scanned once, when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []

    def __call__(self, offset: int) -> int:
        """Return the line that holds `offset`."""
        if not self._starts:
            self._starts = [0, *(found.end() for found in re.finditer("\n", self._text))]
        return bisect_right(self._starts, offset)


def lines_of(source: Source) -> list[Line]:
    """Return the source's non-blank paragraphs, plus whatever text its paragraphs leave out.

    A reader that forgets a stretch of text must not lose it: the stretch becomes a body line of its own.
    Overlapping paragraphs are clipped, so that no character is read twice. A long run of scraps is one line.
    """
    text, paragraphs = source.text, source.paragraphs
    lines: list[Line] = []
    position = seen = taken = 0
    for i, paragraph in enumerate(paragraphs):
        if i < taken:
            continue
        far = i + MIN_RUN - 1
        short = _span(paragraph) <= MAX_SCRAP_SPAN
        if short and i >= seen and far < len(paragraphs) and _span(paragraphs[far]) <= MAX_SCRAP_SPAN:
            seen = run_end(text, paragraphs, i)
            if seen - i >= MIN_RUN:
                taken, position = seen, _add_run(lines, text, position, paragraphs[i:seen])
                continue
        if paragraph.start > position and text[position : paragraph.start].strip(BLANKS):
            _add(lines, text, Paragraph(position, paragraph.start))
        start = max(position, paragraph.start)
        if paragraph.end > start:
            _add(lines, text, paragraph, start)
        position = max(position, paragraph.end)
    if position < len(text):
        _add(lines, text, Paragraph(position, len(text)))
    return lines


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """Return one paragraph per non-blank line of a plain text."""
    paragraphs = []
    start = 0
    for piece in text.splitlines(keepends=True):
        if piece.strip(BLANKS):
            paragraphs.append(
                Paragraph(start, start + len(piece.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")))
            )
        start += len(piece)
    return tuple(paragraphs)


def _span(paragraph: Paragraph) -> int:
    return paragraph.end - paragraph.start


def _add_run(lines: list[Line], text: str, position: int, run: Sequence[Paragraph]) -> int:
    """Add a run of scraps as one line; return where it ends."""
    start, end = run[0].start, max(paragraph.end for paragraph in run)
    if text[position:start].strip(BLANKS):
        _add(lines, text, Paragraph(position, start))
    start = max(start, position)
    body = text[start:end].lstrip(BLANKS)
    start = end - len(body)
    body = body.rstrip(BLANKS)
    if body:
        lines.append(Line(start, start + len(body), body, None, False, "", 0, 0, run[0].page))
    return max(end, position)


def _add(lines: list[Line], text: str, paragraph: Paragraph, start: int | None = None) -> None:
    begin = paragraph.start if start is None else start
    piece = text[begin : paragraph.end]
    body = piece.lstrip(BLANKS)
    if not body:
        return
    style = paragraph.style
    if style == "row":
        # A tab before the first word stands for an empty cell.
        body = piece.lstrip(_BLANKS_IN_ROW)
    begin += len(piece) - len(body)
    body = body.rstrip(BLANKS)
    end = begin + len(body)
    if style == "row":
        lines.append(Line(begin, end, body, None, False, "row", 0, paragraph.table, paragraph.page))
        return
    marker = read_marker(text, begin, end, paragraph.heading_level > 0)
    labelled = False
    if marker is None and paragraph.label:
        # Some numbers (1.1, A.) are told from other things by the word that follows them.
        printed = read_marker(paragraph.label + " 文", 0, len(paragraph.label) + 2, True)
        if printed is not None:
            marker, labelled = printed._replace(end=begin, reference=False), True
    if (
        marker is None
        and body[0] in "注备说"
        and (colon := max(body.find("：", 1, 4), body.find(":", 1, 4))) > 0
    ):
        # 注：1.… is the first of the notes.
        at = begin + colon + 1
        marker = read_marker(text, at, end) if at < end else None
    role = style if style in ("title", "toc", "footnote", "header") else ""
    if not role and marker is None and len(body) <= MAX_SHAPED_CHARS:
        role = shape_of(body)
    elif marker is not None and len(body) <= 24 and is_number(body):
        role, marker = "number", None
    elif marker is not None and not labelled and len(body) <= 16 and DATE.match(body):
        role, marker = "date", None
    lines.append(
        Line(
            begin, end, body, marker, labelled, role, paragraph.heading_level, paragraph.table, paragraph.page
        )
    )
