"""The frame around the clauses: lines in, frames (notice, issued document, attachment) with every line's role out.

One file may hold a covering notice, the document it issues, attachments, or several documents one after another.
"""

import re
from dataclasses import dataclass, field

from index.structure.attachments import list_end
from index.structure.contents import mark_contents
from index.structure.lines import Line
from index.structure.shapes import HISTORY, SIGNED_DATE, attachment_label
from index.structure.signatures import ORGAN, mark_signatures
from index.structure.titles import TITLE_NOUN, Titles, squeeze, title_text

_ISSUES = re.compile(r"印发|转发|批转|发布|公布|颁布|下发|令$|[修制]订")
_INTRODUCES = re.compile(
    r"(?:下列|以下|意见|通知|通告|公告|决定|规定|办法|修改|是|即|包括|[要措]求|要做[到好])[：:]$"
    r"|如下|现将|为了|根据|经研究|审议"
)
_ENDS_IN_LINK = re.compile(r"[^!-~](?:https?://|www\.)[!-~]{4,150}$")
_ADDRESSEE = re.compile(
    r"各|人民政府|部|委|局|厅|院|办|会|单位|机构|公司|行|中心|大学|学校|省|市|区|县|委员|代表|同志|企业|司|处|署"
)
_SPOKEN = re.compile(
    r"——(?:19|20)[0-9]{2}年"
    r"|(?:[\u4e00-\u9fff]{2,16})?(?:市长|省长|州长|县长|区长|主席|主任|院长|检察长|总理|书记)[ \u3000]{1,4}"
    r"[\u4e00-\u9fff \u3000]{2,6}$"
)
"""Where and by whom a report was made, under its title."""


@dataclass(slots=True)
class Frame:
    """A document, covering notice or attachment as a stretch of lines."""

    kind: str
    """document, notice or attachment."""
    lines: list[Line] = field(default_factory=list)
    title: str = ""
    """Joined over its lines, without blanks."""
    number: str = ""
    label: str = ""
    """Number of an attachment as printed, "" where it has none."""
    word: str = "附件"
    """What an attachment calls itself: 附件, 附录, 附表."""
    owner: int = -1
    """Position of the frame that an attachment belongs to."""


def frames_of(lines: list[Line]) -> list[Frame]:
    """Give every line its role and return the frames in order; together they hold every line once."""
    mark_contents(lines)
    mark_signatures(lines)
    framer = _Framer(lines)
    framer.run()
    return _related(framer.frames)


class _Framer:
    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.frames: list[Frame] = [Frame("document")]
        self.titles = Titles(lines)
        self.styles: set[str] = set()
        """Styles of number seen in the frame."""
        self.front = True
        self.ended = False
        """A signature, date or closing note was seen since the body of the frame began."""
        self.body_lines = 0
        self.headed = False
        """The format marks titles as headings of level 1."""

    def run(self) -> None:
        i = 0
        while i < len(self.lines):
            i = self._front(i) if self.front else self._body(i)

    def _take(self, stop: int, start: int, role: str | None = None) -> int:
        for line in self.lines[start:stop]:
            if role is not None:
                line.role = role
            if role == "title":
                line.marker = None
            if line.marker is not None:
                self.styles.add(line.marker.style)
            self.frames[-1].lines.append(line)
        return stop

    def _front(self, i: int) -> int:
        line, frame = self.lines[i], self.frames[-1]
        if line.role == "number":
            frame.number = frame.number or line.text
            if line.text.startswith("第") and frame.title:
                frame.number = frame.title + line.text
            return self._take(i + 1, i)
        if line.role in ("date", "signature", "note", "toc", "header", "colophon", "link"):
            if line.role == "signature":
                line.role = "issuer"
            return self._take(i + 1, i)
        if line.role == "" and frame.title and len(line.text) <= 60 and _SPOKEN.match(line.text):
            return self._take(i + 1, i, "history")
        if line.role in ("", "title") and HISTORY.match(line.text) and (frame.title or line.text[0] in "（("):
            return self._history(i)
        stop = self._title(i)
        if stop > i:
            if self.lines[stop - 1].text.endswith("文件") and not TITLE_NOUN.search(
                self.lines[stop - 1].text
            ):
                # The letterhead (发文机关标志, GB/T 9704-2012, 7.2.4) names the issuer.
                return self._take(stop, i, "issuer")
            title = title_text("\n".join(one.text for one in self.lines[i:stop]))
            if not frame.title or TITLE_NOUN.search(title) or not TITLE_NOUN.search(frame.title):
                frame.title = title
            self.titles.note(title)
            self.headed = self.headed or line.level == 1
            return self._take(stop, i, "title")
        if (
            line.role == ""
            and line.short
            and frame.title
            and ORGAN.search(line.text)
            and len(line.text) <= 30
        ):
            return self._take(i + 1, i, "issuer")
        if frame.kind != "attachment":
            stop = self._recipients(i)
            if stop > i:
                return self._take(stop, i, "recipients")
        self.front = False
        return i

    def _history(self, i: int) -> int:
        """Notes of adoption and amendment under the title; a bracketed one may run over several lines."""
        stop = i + 1
        if self.lines[i].text[0] in "（(":
            depth = 0
            for stop in range(i, min(len(self.lines), i + 40)):
                text = self.lines[stop].text
                depth += text.count("（") + text.count("(") - text.count("）") - text.count(")")
                if depth <= 0:
                    break
            stop = stop + 1 if depth <= 0 else i + 1
        for line in self.lines[i:stop]:
            line.marker = None
        return self._take(stop, i, "history")

    def _title(self, i: int) -> int:
        frame = self.frames[-1]
        first = len(self.frames) == 1 or frame.kind == "attachment"
        return self.titles.end(i, self.front, first and not frame.title)

    def _recipients(self, i: int) -> int:
        """主送机关: after the title, a list of addressees that ends with a colon (GB/T 9704-2012, 7.3.2)."""
        frame = self.frames[-1]
        if not frame.title or any(line.role == "recipients" for line in frame.lines):
            return i
        for stop in range(i, min(len(self.lines), i + 6)):
            line = self.lines[stop]
            if line.marker or line.role or "。" in line.text or "；" in line.text or len(line.text) > 400:
                return i
            if line.text[-1] in "：:":
                whole = "".join(one.text for one in self.lines[i : stop + 1])
                return stop + 1 if not _INTRODUCES.search(whole) and _ADDRESSEE.search(whole) else i
            if line.text[-1] not in "，、" and not ("、" in line.text or "，" in line.text):
                return i
        return i

    def _body(self, i: int) -> int:
        line, frame = self.lines[i], self.frames[-1]
        if line.role == "attachment":
            return self._attachment(i)
        if line.role == "" and line.marker is None:
            signed = SIGNED_DATE.match(line.text) if len(line.text) <= 80 else None
            if signed and ORGAN.search(signed[1].strip()):
                line.role = "signature"
                self.ended = True
                return self._take(i + 1, i)
            if (line.short or line.role == "title") and self._opens(i):
                return self._new(i, "document")
        elif line.role == "title" and self._opens(i):
            return self._new(i, "document")
        if line.role == "date" or (line.role == "note" and (self.ended or line.text[1] in "此本")):
            self.ended = True
        elif line.role == "number" and self.ended and self._starts_after(i + 1):
            return self._new(i, "document")
        elif line.role == "link":
            self._name_link(i)
        elif line.role in ("title", "number"):
            line.role = ""
        if line.role == "":
            self.body_lines += 1
            if self.body_lines <= 3 and frame.kind == "document":
                self.titles.note(line.text)
        return self._take(i + 1, i)

    def _name_link(self, i: int) -> None:
        """The title that a bare web address follows belongs to the address: web pages end with such lists."""
        before = self.lines[i - 1] if i else None
        if before is not None and before.short and before is self.frames[-1].lines[-1]:
            before.role = "link"
            i -= 1
        # Title and address may stand on one line.
        while i and not self.lines[i - 1].role and not self.lines[i - 1].marker:
            if len(self.lines[i - 1].text) > 160 or not _ENDS_IN_LINK.search(self.lines[i - 1].text):
                break
            i -= 1
            self.lines[i].role = "link"

    def _new(self, i: int, kind: str, label: str = "") -> int:
        self.frames.append(Frame(kind, label=label))
        self.front, self.ended, self.body_lines = True, False, 0
        self.styles = set()
        return i

    def _opens(self, i: int) -> bool:
        """Does another document begin with the title block at `i`?"""
        stop = self._title(i)
        if stop == i:
            return False
        title = squeeze("".join(line.text for line in self.lines[i:stop]))
        if title in self.titles.names and title != self.frames[-1].title:
            return True
        if self.lines[i].level == 1 and self.headed and TITLE_NOUN.search(title):
            return True
        if not TITLE_NOUN.search(title) and not self.ended:
            return False
        return (self.ended or len(title) >= 6) and self._starts_after(stop)

    def _starts_after(self, stop: int) -> bool:
        """Do the lines from `stop` look like the beginning of a document: a number 1, recipients, a history note?

        Without a signature before, only a restart of numbering that has already begun is evidence enough.
        """
        if stop >= len(self.lines):
            return False
        for j in range(stop, min(len(self.lines), stop + 6)):
            line = self.lines[j]
            if line.marker is not None:
                if line.marker.value != 1 or line.marker.reference:
                    return False
                return self.ended or line.marker.style in self.styles
            if j == stop and HISTORY.match(line.text) and line.text[0] in "（(12":
                return True
            if j == stop and (line.role == "number" or (self._recipients_like(line) and not line.level)):
                return True
            if self.ended and (
                line.role in ("number", "toc", "row") or HISTORY.match(line.text) or line.text[-1] in "：:"
            ):
                return True
        return self.ended and len(self.lines[stop].text) > 60

    def _recipients_like(self, line: Line) -> bool:
        recipients = line.text[0] == "各" and line.text[-1] in "：:" and len(line.text) <= 60
        return recipients and not _INTRODUCES.search(line.text)

    def _attachment(self, i: int) -> int:
        """An attachment heading opens a frame; a list of attachments before the signature is a note."""
        line = self.lines[i]
        label, title_at = attachment_label(line.text)
        listed = i if self.ended else list_end(self.lines, i)
        if listed > i:
            return self._take(listed, i, "attachments")
        self._new(i, "attachment", label)
        if squeeze(line.text)[:2] in ("附录", "附表"):
            self.frames[-1].word = squeeze(line.text)[:2]
        line.marker = None
        self._take(i + 1, i, "attachment")
        self.frames[-1].title = squeeze(line.text[title_at:])
        if self.frames[-1].title:
            self.front = False
        return i + 1


def _issues(cover: Frame, frame: Frame) -> bool:
    """Does the title of `cover` name the document that stands as its attachment?"""
    title = squeeze(cover.title)
    return (len(frame.title) > 3 and f"《{frame.title}》" in title) or frame.title in title.partition("发")[2]


def _related(frames: list[Frame]) -> list[Frame]:
    """Name the covering notice, find the owner of each attachment, and raise issued attachments to documents."""
    frames = [frame for frame in frames if frame.lines]
    for frame in frames:
        for line in frame.lines:
            if line.role in ("dotted", "signature") and frame.kind == "attachment" and line.role == "dotted":
                line.role = ""
    cover: Frame | None = None
    for frame in frames:
        if frame.kind == "attachment" and cover is not None and _issues(cover, frame):
            frame.kind = "document"
        if frame.kind == "document":
            if cover is not None and not frame.number:
                # What a notice issues carries no 文号 of its own.
                cover.kind = "notice"
            elif _ISSUES.search(frame.title):
                cover = frame
            else:
                cover = None
    owner = 0
    for position, frame in enumerate(frames):
        if frame.kind == "attachment":
            frame.owner = owner
        else:
            owner = position
    return frames
