"""Paragraphs made ready for the structure pass: a source in, lines with their marker and their shape out."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from index.document import Paragraph, Source
from index.markers import BLANKS, Marker, read_marker

TERMINAL = frozenset("。；：！？…;:!?.”’」』")
"""A paragraph that ends otherwise is a heading, a title, a name, or was cut by a line break."""

MAX_SHAPED_CHARS = 120
"""Furniture (文号, date, signature, 附件…) is short: longer paragraphs are body without a look."""

_DAY = r"(?:(?:19|20)[0-9]{2}|[一二][〇○零OＯ九一二三四五六七八]{3})[ \u3000]{0,2}年[ \u3000]{0,2}[0-9一二三四五六七八九十]{1,2}[ \u3000]{0,2}月[ \u3000]{0,2}[0-9一二三四五六七八九十]{1,3}[ \u3000]{0,2}日"
DATE = re.compile(rf"[（(]?{_DAY}[）)]?$")
SIGNED_DATE = re.compile(rf"([^，。；：0-9]{{2,40}}?)[ \u3000\t]{{1,40}}({_DAY})$")
HISTORY = re.compile(
    r"(?:[（(]|(?:19|20)[0-9]{2}年).{0,90}?(?:通过|修[订正改]|公布|发布|施行|批准|颁布|废止|制定|起执行|根据)"
)
_NUMBER = re.compile(
    r"[（(【\[]?[\u4e00-\u9fffA-Za-z]{1,24}[ \u3000]?[〔\[（(【﹝［][ \u3000]?(?:19|20)[0-9]{2}[ \u3000]?[年]?[〕\]）)】﹞］]"
    r"[ \u3000]?第?[ \u3000]?[0-9]{1,5}[ \u3000]?号[）)】\]]?$"
    r"|[（(]?(?:[\u4e00-\u9fff]{0,20}[令字]|[\u4e00-\u9fff]{0,12}公告)?[ \u3000]{0,6}(?:(?:19|20)[0-9]{2}[ \u3000]?年[ \u3000]?)?第[ \u3000]{0,3}[0-9〇零一二三四五六七八九十百]{1,6}[ \u3000]{0,3}号[）)]?$"
)
_NOTE = re.compile(
    r"[（(](?:此[件文]|本文|联系|信息公开|主动公开|公开|依申请|不予公开|注：|附注).{0,60}[）)]?$"
)
_COLOPHON = re.compile(
    r"(?:抄[送报]|主[送题]|分送|校对|承办|责任编辑|信息公开选项|公开方式)[ \u3000]{0,4}[：:词]|.{2,60}日[ \u3000]{0,4}印发[。]?$"
)
_ATTACHMENT = re.compile(
    r"(?:附[ \u3000]{0,2}[件录表]|附(?=[：:0-9]|$))[ \u3000]{0,2}([0-9０-９]{1,3}|[一二三四五六七八九十]{1,3}|[A-H])?(?:[-—－][0-9]{1,2})?[ \u3000]{0,4}(?:[：:.．、]|(?=[ \u3000])|$)[ \u3000]{0,8}"
)
_BOX = re.compile(
    r"专[ \u3000]?栏[ \u3000]{0,2}([0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})?(?=$|[ \u3000：:.．、\u4e00-\u9fff—])"
)
_TOC_ENTRY = re.compile(
    r".{1,80}?(?:[.·…．。﹒\-—_]{3,}|[ \u3000\t]{2,})[ \u3000]{0,4}[（(]?[-—]?[0-9]{1,4}[-—]?[）)]?$"
)


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
    Overlapping paragraphs are clipped, so that no character is read twice.
    """
    text = source.text
    lines: list[Line] = []
    position = 0
    for paragraph in source.paragraphs:
        if paragraph.start > position:
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


def _add(lines: list[Line], text: str, paragraph: Paragraph, start: int | None = None) -> None:
    begin = paragraph.start if start is None else start
    piece = text[begin : paragraph.end]
    body = piece.lstrip(BLANKS)
    if not body:
        return
    begin += len(piece) - len(body)
    body = body.rstrip(BLANKS)
    end = begin + len(body)
    style = paragraph.style
    if style == "row":
        lines.append(Line(begin, end, body, None, False, "row", 0, paragraph.table, paragraph.page))
        return
    marker = read_marker(text, begin, end, paragraph.heading_level > 0)
    labelled = False
    if marker is None and paragraph.label:
        printed = read_marker(paragraph.label + " ", 0, len(paragraph.label) + 1, True)
        if printed is not None:
            marker, labelled = printed._replace(end=begin, reference=False), True
    role = style if style in ("title", "toc", "footnote", "header") else ""
    if not role and marker is None and len(body) <= MAX_SHAPED_CHARS:
        role = _shape(body)
    elif marker is not None and len(body) <= 24 and _NUMBER.match(body):
        role, marker = "number", None
    elif marker is not None and not labelled and len(body) <= 16 and DATE.match(body):
        role, marker = "date", None
    lines.append(
        Line(
            begin, end, body, marker, labelled, role, paragraph.heading_level, paragraph.table, paragraph.page
        )
    )


def _shape(body: str) -> str:
    first, last = body[0], body[-1]
    if last == "日" or (last in "）)" and first in "（("):
        if len(body) <= 24 and DATE.match(body):
            return "date"
        if last in "）)" and _NOTE.match(body):
            return "note"
    if (last == "号" or last in "）)】]") and len(body) <= 48 and _NUMBER.match(body):
        return "number"
    if first == "附" and _ATTACHMENT.match(body):
        return "attachment"
    if first == "专" and len(body) <= 60 and body[-1] not in "。；，" and _BOX.match(body):
        return "box"
    if (first in "抄主分校承责信公" or body.endswith("印发")) and _COLOPHON.match(body):
        return "colophon"
    if "0" <= last <= "9" and _TOC_ENTRY.match(body) and not body[0].isdigit():
        return "dotted"
    return ""


def attachment_label(body: str) -> tuple[str, int]:
    """Return the number of an attachment heading ("" where it has none) and where its title begins."""
    found = _ATTACHMENT.match(body)
    return (found[1] or "", found.end()) if found else ("", 0)


def box_label(body: str) -> tuple[str, int]:
    """Return the number of a 专栏 heading ("" where it has none) and where its title begins."""
    found = _BOX.match(body)
    return (found[1] or "", found.end()) if found else ("", 0)
