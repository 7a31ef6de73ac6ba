"""The frame around the clauses: lines in, frames (notice, issued document, attachment) with every line's role out.

One file may hold a covering notice, the document it issues, attachments, or several documents one after another.
"""

import re
from dataclasses import dataclass, field

from index.structure.contents import mark_contents
from index.structure.lines import Line
from index.structure.numerals import parse_numeral
from index.structure.shapes import HISTORY, SIGNED_DATE, attachment_label

TITLE_NOUN = re.compile(
    r"(?:通知|意见|方案|办法|规定|条例|细则|决定|规划|纲要|计划|批复|函|复函|公告|通告|公报|通报|报告|请示|答复|法|典|准则|标准|"
    r"要点|措施|指引|指南|制度|目录|清单|合同|协议书|命令|令|章程|解释|规则|协议|公约|守则|规程|说明|名单|职责|分工|预案|议案|决议|"
    r"讲话|倡议书?|意见书|白皮书|行动|导则|规范|政策|若干措施|大纲|安排|任务书|一览表|汇总表|表|编|纪要|修正案|须知|简章|手册|"
    r"汇编|解读|基准|简报|公开信|(?:招标|采购|磋商|谈判|投标|比选|询价)文件)"
    r"(?:[（(].{1,24}[）)])?$"
)
"""Kinds of official documents (党政机关公文处理工作条例, art. 8) and of what they issue."""

_FORM_NOUN = re.compile(r"(?:承诺书?|责任书|通知书|申请书|决定书|声明|须知)(?:[（(].{1,24}[）)])?$")
"""Kinds of what a document may be or may hold as a form: they end a title, but begin no document in a body."""
_ISSUES = re.compile(r"印发|转发|批转|发布|公布|颁布|下发|令$|[修制]订")
_BOOK = re.compile(r"《([^《》]{2,80}(?:〈[^〈〉]{1,60}〉[^《》]{0,60})?)》")
_INTRODUCES = re.compile(
    r"(?:下列|以下|意见|通知|通告|公告|决定|规定|办法|修改|是|即|包括|[要措]求|要做[到好])[：:]$"
    r"|如下|现将|为了|根据|经研究|审议"
)
_ADDRESSEE = re.compile(
    r"各|人民政府|部|委|局|厅|院|办|会|单位|机构|公司|行|中心|大学|学校|省|市|区|县|委员|代表|同志|企业|司|处|署"
)
_BLANK = re.compile(r"[ \t\u3000\xa0\u2002\u2003\u200b\r\n]+")
_ORGAN = re.compile(r"[部委局院府厅会室行办署处社组团校司心关军队站所馆]$")
_JOINT = re.compile(r"(?<=[\u4e00-\u9fff][部委局院府厅会室行办署])[ \u3000]{1,8}(?=[\u4e00-\u9fff]{2})")
_BREAK = re.compile(r"[ \t\u3000]{0,40}\n[ \t\u3000\n]{0,40}")
_SIGNER = re.compile(
    r"[\u4e00-\u9fff]{1,6}[人位者][：:].{0,16}$|[\u4e00-\u9fff]{2,8}[（(](?:签[字章名]|盖章|公章).{0,8}[）)]"
)
_SPOKEN = re.compile(
    r"——(?:19|20)[0-9]{2}年"
    r"|(?:[\u4e00-\u9fff]{2,16})?(?:市长|省长|州长|县长|区长|主席|主任|院长|检察长|总理|书记)[ \u3000]{1,4}"
    r"[\u4e00-\u9fff \u3000]{2,6}$"
)
"""Where and by whom a report was made, under its title."""

MAX_TITLE_LINES = 6
MAX_TABLE_LINES = 400
MAX_SIGNATURE_LINES = 24
"""Joint notices are signed by many authorities, one to a line."""


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


def squeeze(text: str) -> str:
    """Return the text without blanks."""
    return _BLANK.sub("", text)


def title_text(printed: str) -> str:
    """Return a printed title on one line: without blanks, but with one between joint issuers (科技部 财政部关于…)."""
    one_line = _BREAK.sub("", printed)
    return squeeze(_JOINT.sub("\x00", one_line)).replace("\x00", " ")


def frames_of(lines: list[Line]) -> list[Frame]:
    """Give every line its role and return the frames in order; together they hold every line once."""
    mark_contents(lines)
    _mark_signatures(lines)
    framer = _Framer(lines)
    framer.run()
    return _related(framer.frames)


def _mark_signatures(lines: list[Line]) -> None:
    """Give the short lines straight before a date line the role "signature"."""
    for i, line in enumerate(lines):
        if line.role != "date" or i == 0:
            continue
        j = i - 1
        while j >= 0 and i - j <= MAX_SIGNATURE_LINES and _signs(lines[j]):
            j -= 1
        # Where nothing but short lines precede, they are the title block of the document, dated below.
        if j >= 0 and lines[j].role not in ("number", "title"):
            for signed in lines[j + 1 : i]:
                signed.role = "signature"


def _signs(line: Line) -> bool:
    if line.role == "" and line.marker is None and _SIGNER.match(line.text):
        return True
    if not line.short or line.level or len(line.text) > 40:
        return False
    name = squeeze(line.text)
    return not any(c.isdigit() for c in name) and not (TITLE_NOUN.search(name) and not _ORGAN.search(name))


class _Framer:
    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.frames: list[Frame] = [Frame("document")]
        self.names: set[str] = set()
        """Titles named so far: of the document, and in the first lines of its body."""
        self.initials: set[str] = set()
        self.squeezed: dict[int, str] = {}
        self.nouns: dict[int, bool] = {}
        """Place of a line → whether it ends like a title."""
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
            self._note_names(title)
            self.headed = self.headed or line.level == 1
            return self._take(stop, i, "title")
        if (
            line.role == ""
            and line.short
            and frame.title
            and _ORGAN.search(line.text)
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
        """Return where a title block that begins at `i` ends; `i` where none does."""
        stop, chars = i, 0
        while stop < len(self.lines) and stop - i < MAX_TITLE_LINES:
            line = self.lines[stop]
            styled = line.role == "title" or (line.level == 1 and line.role == "" and line.marker is None)
            if not (styled or (line.short and line.level == 0)):
                break
            if stop > i and line.text[0] in "（(" and len(line.text) > 12 and HISTORY.match(line.text):
                break
            chars += len(line.text)
            if chars > 200:
                break
            stop += 1
        if stop == i:
            return i
        block = [self._squeezed(j) for j in range(i, stop)]
        for count in range(len(block), 0, -1) if block[0][0] in self.initials else ():
            if "".join(block[:count]) in self.names:
                return (
                    i
                    + count
                    + sum(text[0] in "（(" and not HISTORY.match(text) for text in block[count : count + 1])
                )
        styled_lines = sum(line.role == "title" or line.level == 1 for line in self.lines[i:stop])
        if styled_lines:
            count = next(
                (k for k, line in enumerate(self.lines[i:stop]) if line.role != "title" and line.level != 1),
                stop - i,
            )
            return i + count
        nouns = [
            k
            for k, text in enumerate(block, 1)
            if self._noun(i + k - 1, text)
            and "".join(block[:k]).count("《") == "".join(block[:k]).count("》")
        ]
        if len(block) > 1 and self._captions(stop):
            return stop - 1
        if nouns:
            # （征求意见稿）, （试行） on a line of its own
            below = block[nouns[-1] : nouns[-1] + 1]
            return i + nouns[-1] + sum(text[0] in "（(" and not HISTORY.match(text) for text in below)
        first = len(self.frames) == 1 and not self.frames[0].title
        return stop if first or (self.frames[-1].kind == "attachment" and not self.frames[-1].title) else i

    def _captions(self, table: int) -> bool:
        """Is the line before the table at `table` a caption: does one that ends alike stand before a later table?"""
        if table >= len(self.lines) or self.lines[table].role != "row" or len(self.lines[table - 1].text) < 4:
            return False
        ending = self.lines[table - 1].text[-4:]
        for j in range(table + 1, min(len(self.lines) - 1, table + MAX_TABLE_LINES)):
            line = self.lines[j]
            if line.role == "attachment":
                return False
            if line.role != "row" and self.lines[j + 1].role == "row" and line.text.endswith(ending):
                return True
        return False

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

    def _note_names(self, text: str) -> None:
        for found in _BOOK.finditer(text[:2000]):
            self._name(squeeze(found[1]))

    def _name(self, title: str) -> None:
        self.names.add(title)
        self.initials.add(title[:1])

    def _squeezed(self, i: int) -> str:
        """The i-th line without blanks; each short line is asked for by the five before it."""
        known = self.squeezed.get(i)
        if known is None:
            known = self.squeezed[i] = squeeze(self.lines[i].text)
        return known

    def _noun(self, i: int, text: str) -> bool:
        known = self.nouns.get(i)
        if known is None:
            known = self.nouns[i] = bool(TITLE_NOUN.search(text))
        return known or (self.front and bool(_FORM_NOUN.search(text)))

    def _body(self, i: int) -> int:
        line, frame = self.lines[i], self.frames[-1]
        if line.role == "attachment":
            return self._attachment(i)
        if line.role == "" and line.marker is None:
            signed = SIGNED_DATE.match(line.text) if len(line.text) <= 80 else None
            if signed and _ORGAN.search(signed[1].strip()):
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
                self._note_names(line.text)
        return self._take(i + 1, i)

    def _name_link(self, i: int) -> None:
        """The title that a bare web address follows belongs to the address: web pages end with such lists."""
        before = self.lines[i - 1] if i else None
        if before is not None and before.short and before is self.frames[-1].lines[-1]:
            before.role = "link"

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
        if title in self.names and title != self.frames[-1].title:
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
        follows = i + 1
        while follows < len(self.lines) and follows - i <= 20 and _may_list(self.lines[follows]):
            follows += 1
        signed = any(
            one.role in ("signature", "date", "note")
            for one in self.lines[i + 1 : min(follows + 2, len(self.lines))]
        )
        listed = self._bare_list(i)
        if listed > i:
            return self._take(listed, i, "attachments")
        if not self.ended and signed and (title_at < len(line.text) or self._listed(i, follows)):
            first = i
            i += 1
            while i < follows and self.lines[i].role in ("", "attachment") and self._list_entry(i):
                i += 1
            return self._take(i, first, "attachments")
        self._new(i, "attachment", label)
        if squeeze(line.text)[:2] in ("附录", "附表"):
            self.frames[-1].word = squeeze(line.text)[:2]
        line.marker = None
        self._take(i + 1, i, "attachment")
        self.frames[-1].title = squeeze(line.text[title_at:])
        if self.frames[-1].title:
            self.front = False
        return i + 1

    def _bare_list(self, i: int) -> int:
        """Return where a list of attachments ends that no signature follows; `i` where none begins here.

        Its entries count 1, 2, 3 and nothing but the end of the file or the first attachment itself comes next.
        """
        label, title_at = attachment_label(self.lines[i].text)
        title = squeeze(self.lines[i].text[title_at:])
        if not title or self.ended:
            return i
        count, stop = parse_numeral(label) or 1, i + 1
        while stop < len(self.lines):
            line = self.lines[stop]
            if line.role == "attachment":
                label, title_at = attachment_label(line.text)
                value = parse_numeral(label) or 0
            else:
                value = line.marker.value if line.marker and line.marker.style in ("1.", "1") else 0
                value = value if len(line.text) <= 80 and not line.terminal else 0
            if value != count + 1:
                break
            count, stop = count + 1, stop + 1
        if stop == len(self.lines):
            return stop
        label, title_at = attachment_label(self.lines[stop].text)
        begins = self.lines[stop].role == "attachment" and parse_numeral(label) in (None, 1)
        return (
            stop if begins and (count > 1 or squeeze(self.lines[stop].text[title_at:]) in ("", title)) else i
        )

    def _list_entry(self, i: int) -> bool:
        line = self.lines[i]
        return (
            line.role == "attachment"
            or line.marker is not None
            or (line.short and not _ORGAN.search(line.text))
        )

    def _listed(self, i: int, follows: int) -> bool:
        return i + 1 < follows and self.lines[i + 1].marker is not None


def _may_list(line: Line) -> bool:
    """Can the line stand in a list of attachments?"""
    numbered = line.marker is not None and len(line.text) <= 80 and not line.terminal
    return numbered or line.role == "attachment" or line.short


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
