"""Framing: lines in, frames (notice, issued document, attachment) with every line's role out.

One file may hold a covering notice, the document it issues, attachments, or several documents one after another.
"""

from index.structure.attachments import list_end
from index.structure.contents import mark_contents
from index.structure.frame import Frame, related
from index.structure.fronts import addresses_all, history_end, recipients_end, tells_speaker
from index.structure.lines import Line
from index.structure.links import name_link
from index.structure.shapes import HISTORY, SIGNED_DATE, attachment_label
from index.structure.signatures import ORGAN, mark_signatures
from index.structure.titles import TITLE_NOUN, Titles, squeeze, title_text


def frames_of(lines: list[Line], title: str = "") -> list[Frame]:
    """Give every line its role and return the frames in order; together they hold every line once.

    `title`: what the container calls the document, for texts that do not begin with their title.
    """
    mark_contents(lines)
    mark_signatures(lines)
    framer = _Framer(lines, title_text(title))
    framer.run()
    return related(framer.frames)


class _Framer:
    def __init__(self, lines: list[Line], title: str) -> None:
        self.lines = lines
        self.stated_title = title
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
        if line.role in ("date", "signature", "note", "toc", "header", "colophon", "link", "page"):
            if line.role == "signature":
                line.role = "issuer"
            return self._take(i + 1, i)
        if line.role == "" and frame.title and tells_speaker(line):
            return self._take(i + 1, i, "history")
        signed = SIGNED_DATE.match(line.text) if line.role == "" and len(line.text) <= 80 else None
        if signed and (frame.title or frame.number) and ORGAN.search(signed[1].strip()):
            # Minutes and bulletins name their issuer and day above the title.
            return self._take(i + 1, i, "signature")
        if line.role in ("", "title") and HISTORY.match(line.text) and (frame.title or line.text[0] in "（("):
            stop = history_end(self.lines, i)
            for one in self.lines[i:stop]:
                one.marker = None
            return self._take(stop, i, "history")
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
        if self.stated_title and len(self.frames) == 1 and not frame.title:
            frame.title, self.stated_title = self.stated_title, ""
            self.titles.note(frame.title)
            return i
        self.front = False
        return i

    def _title(self, i: int) -> int:
        frame = self.frames[-1]
        first = len(self.frames) == 1 or frame.kind == "attachment"
        return self.titles.end(i, self.front, first and not frame.title)

    def _recipients(self, i: int) -> int:
        frame = self.frames[-1]
        if not frame.title or any(line.role == "recipients" for line in frame.lines):
            return i
        return recipients_end(self.lines, i)

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
            name_link(self.lines, i, self.frames[-1].lines)
        elif line.role in ("title", "number"):
            line.role = ""
        if line.role == "":
            self.body_lines += 1
            if self.body_lines <= 3 and frame.kind == "document":
                self.titles.note(line.text)
        return self._take(i + 1, i)

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
        if title in self.titles.names and title != squeeze(self.frames[-1].title):
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
            if j == stop and (line.role == "number" or (addresses_all(line) and not line.level)):
                return True
            if self.ended and (
                line.role in ("number", "toc", "row") or HISTORY.match(line.text) or line.text[-1] in "：:"
            ):
                return True
        return self.ended and len(self.lines[stop].text) > 60

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
