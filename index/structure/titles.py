"""Titles: the lines of a file in, where each block of title lines ends out."""

import re

from index.structure.lines import Line
from index.structure.shapes import HISTORY

_KINDS = (
    "通知|意见|方案|办法|规定|条例|细则|决定|规划|纲要|计划|批复|函|复函|公告|通告|公报|通报|报告|请示|答复|法|典|准则|标准|"
    "要点|措施|指引|指南|制度|目录|清单|合同|协议书|命令|令|章程|解释|规则|协议|公约|守则|规程|说明|名单|职责|分工|预案|议案|决议|"
    "讲话|倡议|倡议书|意见书|白皮书|行动|导则|规范|政策|若干措施|大纲|安排|任务书|一览表|汇总表|表|编|纪要|修正案|须知|简章|手册|"
    "汇编|解读|基准|简报|公开信|招标文件|采购文件|磋商文件|谈判文件|投标文件|比选文件|询价文件"
)
TITLE_NOUN = re.compile(rf"(?:{_KINDS})(?:[（(].{{1,24}}[）)])?$")
"""Kinds of official documents (党政机关公文处理工作条例, art. 8) and of what they issue."""
_FORM_NOUN = re.compile(r"(?:承诺书?|责任书|通知书|申请书|决定书|声明|须知)(?:[（(].{1,24}[）)])?$")
"""Kinds of what a document may be or may hold as a form: they end a title, but begin no document in a body."""
_LAST_OF_TITLES = frozenset(kind[-1] for kind in _KINDS.split("|")) | frozenset("）)")
_BOOK = re.compile(r"《([^《》]{2,80}(?:〈[^〈〉]{1,60}〉[^《》]{0,60})?)》")
_BLANK = re.compile(r"[ \t\u3000\xa0\u2002\u2003\u200b\r\n]+")
_JOINT = re.compile(r"(?<=[\u4e00-\u9fff][部委局院府厅会室行办署])[ \u3000]{1,8}(?=[\u4e00-\u9fff]{2})")
_LATIN = re.compile(r"(?<=[A-Za-z,;:)])[ \t\n\xa0]{1,8}(?=[A-Za-z(])")
_BREAK = re.compile(r"[ \t\u3000]{0,40}\n[ \t\u3000\n]{0,40}")
_LONG = re.compile(r"[^。：；，,;:]{8,160}关于[^。：；，,;:]{4,160}的(?:通知|意见|决定|公告|通告|函)")
"""A title on one line that names many issuers is longer than any heading: 88 characters for eight of them."""
MAX_TITLE_LINES = 6
MAX_TABLE_LINES = 400


def squeeze(text: str) -> str:
    """Return the text without blanks."""
    return _BLANK.sub("", text)


def title_text(printed: str) -> str:
    """Return a printed title on one line; blanks stay between joint issuers (科技部 财政部关于…) and Latin words."""
    one_line = _BREAK.sub("", _LATIN.sub("\x00", printed))
    return squeeze(_JOINT.sub("\x00", one_line)).replace("\x00", " ")


def _names_many_issuers(line: Line) -> bool:
    return not line.marker and line.role == "" and _LONG.fullmatch(line.text) is not None


class Titles:
    """Finds blocks of title lines, and remembers the titles that the text names."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.next_sign = _next_signs(lines)
        """For each line, the nearest line from it on by which a block may be told: a styled one, a noun, a row."""
        self.names: set[str] = set()
        """Titles named so far: of the document, and in the first lines of its body."""
        self.initials: set[str] = set()
        self.squeezed: dict[int, str] = {}
        self.nouns: dict[int, bool] = {}
        """Place of a line → whether it ends like a title."""

    def end(self, i: int, front: bool, untitled: bool) -> int:
        """Return where a title block that begins at `i` ends; `i` where none does.

        `front`: no body has begun; `untitled`: something must be the title here, whatever it is called.
        """
        if not front and self.next_sign[i] - i > MAX_TITLE_LINES and not self._may_be_named(i):
            return i
        stop, chars = i, 0
        while stop < len(self.lines) and stop - i < MAX_TITLE_LINES:
            line = self.lines[stop]
            styled = line.role == "title" or (line.level == 1 and line.role == "" and line.marker is None)
            if not (styled or (line.short and line.level == 0) or (front and _names_many_issuers(line))):
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
            if self._noun(i + k - 1, text, front)
            and "".join(block[:k]).count("《") == "".join(block[:k]).count("》")
        ]
        if len(block) > 1 and self._captions(stop):
            return stop - 1
        if nouns:
            # （征求意见稿）, （试行） on a line of its own
            below = block[nouns[-1] : nouns[-1] + 1]
            return i + nouns[-1] + sum(text[0] in "（(" and not HISTORY.match(text) for text in below)
        return stop if untitled else i

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

    def note(self, text: str) -> None:
        """Keep the titles that a text names in 《》."""
        for found in _BOOK.finditer(text[:2000]):
            self._name(squeeze(found[1]))

    def _name(self, title: str) -> None:
        self.names.add(title)
        self.initials.add(title[:1])

    def _may_be_named(self, i: int) -> bool:
        return self.lines[i].text[0] in self.initials

    def _squeezed(self, i: int) -> str:
        """The i-th line without blanks; each short line is asked for by the five before it."""
        known = self.squeezed.get(i)
        if known is None:
            known = self.squeezed[i] = squeeze(self.lines[i].text)
        return known

    def _noun(self, i: int, text: str, front: bool) -> bool:
        known = self.nouns.get(i)
        if known is None:
            known = self.nouns[i] = bool(TITLE_NOUN.search(text))
        return known or (front and bool(_FORM_NOUN.search(text)))


def _next_signs(lines: list[Line]) -> list[int]:
    signs = [len(lines) + MAX_TITLE_LINES] * len(lines)
    near = len(lines) + MAX_TITLE_LINES
    for i in range(len(lines) - 1, -1, -1):
        line = lines[i]
        if line.text[-1] in _LAST_OF_TITLES or line.level == 1 or line.role in ("title", "row"):
            near = i
        signs[i] = near
    return signs
