"""Addresses: frames and their trees of drafts in, an address for each citable draft out."""

import re
from collections.abc import Callable, Sequence

from index.structure.draft import Draft
from index.structure.frame import Frame
from index.structure.numerals import chinese_numeral, parse_numeral
from index.structure.titles import squeeze

CONTAINERS = frozenset(("document", "notice", "attachment"))
STRUCTURE = frozenset(("part", "subpart", "chapter", "section", "article", "item", "heading"))

_NOTICE_WORD = re.compile(r"(通知|决定|公告|通告|命令|令|批复|复函|函|意见|公报|通报|决议)$")


def frame_prefixes(frames: Sequence[Frame]) -> list[str]:
    """Return the first segment of every address in each frame, "" for the main document.

    Covering notice: its kind (通知). Attachment: 附件1 after its owner's prefix. One of several issued
    documents: its title.
    """
    several = sum(frame.kind == "document" for frame in frames) > 1
    notices = sum(frame.kind == "notice" for frame in frames)
    prefixes: list[str] = []
    for position, frame in enumerate(frames):
        if frame.kind == "notice":
            found = _NOTICE_WORD.search(frame.title)
            word = found[1] if found else "通知"
            prefixes.append(word if notices == 1 else frame.title.replace("/", "／"))
        elif frame.kind == "document":
            prefixes.append(frame.title.replace("/", "／") if several else "")
        else:
            value = parse_numeral(frame.label)
            owner = prefixes[frame.owner] if frame.owner < position else ""
            label = str(value or frame.label.replace("—", "-").replace("－", "-"))
            prefixes.append(_join(owner, frame.word + label))
    return prefixes


class Addresses:
    """Gives every citable draft of one split an address; repeated ones get ·2, ·3 and are reported."""

    def __init__(self, text: str, report: Callable[[int, str, str], None]) -> None:
        self.text = text
        self.report = report
        self.of: dict[int, str] = {}
        """id(draft) → address."""
        self._used: dict[str, int] = {}

    def assign(self, root: Draft, prefix: str) -> None:
        """Address the tree of one frame."""
        self._tables = self._boxes = self._notes = 0
        # A number that is misprinted twice does not make the 条 begin anew in every 章.
        self._chained = sum(draft.number == "第一条" for draft in articles(root)) > 1
        if prefix:
            prefix = self._set(root, prefix)
        self._children(root, prefix, prefix, prefix)

    def _children(self, parent: Draft, base: str, chain: str, prefix: str) -> None:
        """`base`: what children's addresses begin with; `chain`: the same with 编章节 always in it."""
        count = 0 if parent.bare or parent.kind in ("article", "heading") or parent.kind in CONTAINERS else 1
        structured = parent.kind in CONTAINERS and any(child.kind in STRUCTURE for child in parent.children)
        opened = False
        for child in parent.children:
            kind = child.kind
            if kind == "paragraph":
                count += 1
                if parent.kind == "article":
                    segment = f"第{chinese_numeral(count)}款"
                elif structured:
                    segment = f"{'结语' if opened else '引言'}/第{count}段"
                else:
                    segment = f"第{count}段"
                address = self._set(child, _join(base, segment))
                if child.children:
                    self._children(child, address, address, prefix)
            elif kind in STRUCTURE:
                if structured and not opened:
                    opened, count = True, 0
                above = chain if kind != "article" or self._chained else prefix
                if child.style.startswith("1.1"):
                    above = self._undotted(above, child)
                segment = (
                    child.number or squeeze(self.text[child.start : child.own_end]).replace("/", "／")[:40]
                )
                address = self._set(child, _join(above, segment))
                self._children(child, address, address, prefix)
            elif kind == "point":
                self._set(child, _join(base, child.number))
            elif kind == "table":
                self._tables += 1
                address = self._set(child, _join(prefix, f"表{self._tables}"))
                rows = 0
                for row in child.children:
                    if row.kind == "row":
                        rows += 1
                        self._set(row, f"{address}/第{rows}行")
            elif kind == "box":
                self._boxes += 1
                value = parse_numeral(child.label) or child.label or self._boxes
                address = self._set(child, _join(prefix, f"专栏{value}"))
                self._children(child, address, address, prefix)
            elif kind == "footnote":
                self._notes += 1
                self._set(child, _join(prefix, f"注{self._notes}"))

    def _undotted(self, above: str, child: Draft) -> str:
        """2.3.1 already names 2 and 2.3: they are not repeated in the address."""
        head, _, last = above.rpartition("/")
        while last and child.number.startswith(last + "."):
            above = head
            head, _, last = above.rpartition("/")
        return above

    def _set(self, draft: Draft, address: str) -> str:
        seen = self._used.get(address, 0) + 1
        self._used[address] = seen
        if seen > 1:
            self.report(draft.start, "repeat", f"address {address} is taken; this one is {address}·{seen}")
            address = f"{address}·{seen}"
            self._used[address] = self._used.get(address, 0) + 1
        self.of[id(draft)] = address
        return address


def articles(root: Draft) -> list[Draft]:
    """Return the 条 below a draft, in order."""
    found: list[Draft] = []
    waiting = [root]
    while waiting:
        draft = waiting.pop()
        if draft.kind == "article":
            found.append(draft)
        else:
            waiting.extend(child for child in reversed(draft.children) if child.kind in STRUCTURE)
    return found


def _join(base: str, segment: str) -> str:
    return f"{base}/{segment}" if base else segment
