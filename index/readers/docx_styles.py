"""styles.xml in, what a paragraph inherits out: numbering, outline level, role, hidden text."""

import re
from typing import TYPE_CHECKING

from index.readers.docx_names import W, child, integer, switch, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])")
_TOC = re.compile(r"(?:toc|目录|目錄)(?:\s*(?:heading|标题|標題|\d))?")
_MAX_CHAIN = 50


class Styles:
    """The styles of one document."""

    def __init__(self, root: "_Element | None") -> None:
        self._styles: dict[str, _Element] = {}
        self._default = ""
        for style in [] if root is None else root.iterfind(W + "style"):
            style_id = style.get(W + "styleId", "")
            self._styles[style_id] = style
            if style.get(W + "type") == "paragraph" and style.get(W + "default", "0") in ("1", "true", "on"):
                self._default = style_id
        self._chains: dict[str, list[_Element]] = {}

    def chain(self, style_id: str | None) -> "list[_Element]":
        """Return the style and all it is based on, nearest first; the default style where none is named."""
        style_id = style_id if style_id in self._styles else self._default
        if style_id not in self._chains:
            chain: list[_Element] = []
            current: str | None = style_id
            while current in self._styles and len(chain) < _MAX_CHAIN:
                style = self._styles[current or ""]
                if style in chain:
                    break
                chain.append(style)
                current = value(style, "basedOn")
            self._chains[style_id] = chain
        return self._chains[style_id]

    def outline_level(self, style_id: str | None) -> int:
        """Return 1 for the highest heading, 0 for body text."""
        for style in self.chain(style_id):
            level = integer(style, "pPr", "outlineLvl")
            if level is not None:
                return (level + 1) % 10
            match = _HEADING.fullmatch(_name(style))
            if match:
                return int(match[1])
        return 0

    def role(self, style_id: str | None) -> str:
        """Return "title" or "toc" where the style's name says so, else ""."""
        for style in self.chain(style_id):
            name = _name(style)
            if name in ("title", "标题", "標題"):
                return "title"
            if _TOC.fullmatch(name):
                return "toc"
        return ""

    def hides(self, paragraph_style: str | None, run_style: str | None) -> bool:
        """Whether text of a run is hidden by its character style or its paragraph's style."""
        for style_id in (run_style, paragraph_style):
            if style_id in self._styles:
                for style in self.chain(style_id):
                    hidden = switch(child(style, "rPr"), "vanish")
                    if hidden is not None:
                        return hidden
        return False

    def numbering_of(self, style_id: str) -> int | None:
        """Return the numId that a numbering style points to."""
        style = self._styles.get(style_id)
        return integer(style, "pPr", "numPr", "numId")


def _name(style: "_Element") -> str:
    return (value(style, "name") or "").strip().lower()
