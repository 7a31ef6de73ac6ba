"""A paragraph's runs in, its visible text out: insertions kept, deletions and hidden text left out."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.readers.docx_names import MATH, MC, W, alternatives, child, is_placeholder, switch, value
from index.readers.docx_styles import Styles
from index.readers.numerals import numeral

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEFT_OUT = frozenset(
    W + name
    for name in (
        "pPr",
        "rPr",
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "rt",
        "sdtPr",
        "sdtEndPr",
        "commentReference",
    )
)
_LINE_BREAKS = frozenset((W + "br", W + "cr"))
_SYMBOLS = {
    "F0A8": "□",
    "F0FE": "☑",
    "F052": "☑",
    "F0FC": "✓",
    "F06C": "●",
    "F06E": "■",
    "F0B7": "·",
    "F0D8": "➢",
}
# Word's enclosed characters: { eq \o\ac(○,3) } shows ③.
_ENCLOSED = re.compile(r"eq\s*\\o\s*\\ac\s*\(\s*[○◯△□]\s*[,，;]\s*(.{1,4}?)\s*\)", re.IGNORECASE)


@dataclass(slots=True)
class Runs:
    """What stands in one paragraph."""

    text: str = ""
    """Soft line breaks are \\n."""
    boxes: "list[_Element]" = field(default_factory=list)
    """`w:txbxContent` elements anchored here."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """("footnote" or "endnote", id) in order of reference."""


def runs_of(paragraph: "_Element", styles: Styles) -> Runs:
    """Collect a paragraph's text, its text boxes and its notes."""
    runs = Runs()
    parts: list[str] = []
    paragraph_style = value(child(paragraph, "pPr"), "pStyle")
    instruction: list[str] | None = None
    # An explicit stack: text boxes and fields nest deeper than Python likes to recurse.
    stack: list[tuple[_Element, bool]] = [(element, False) for element in reversed(paragraph)]
    while stack:
        element, hidden = stack.pop()
        tag = element.tag
        if tag == W + "fldChar":
            kind = element.get(W + "fldCharType")
            if kind == "begin":
                instruction = []
            elif kind == "end" and instruction is not None:
                parts.append(_enclosed("".join(instruction)))
            if kind in ("separate", "end"):
                instruction = None
        elif tag == W + "instrText" and instruction is not None and not hidden:
            instruction.append(element.text or "")
        elif tag in _LEFT_OUT or is_placeholder(element):
            continue
        elif tag == W + "txbxContent":
            if not hidden:
                runs.boxes.append(element)
        elif tag in (W + "footnoteReference", W + "endnoteReference"):
            runs.notes.append((tag.removeprefix(W).removesuffix("Reference"), element.get(W + "id", "")))
        elif tag == MC + "AlternateContent":
            stack += [(inner, hidden) for inner in reversed(list(alternatives(element)))]
        else:
            if tag == W + "r":
                hidden = _is_hidden(element, paragraph_style, styles)
            if not hidden:
                parts.append(_text(element))
            stack += [(inner, hidden) for inner in reversed(element)]
    runs.text = "".join(parts)
    return runs


def _is_hidden(run: "_Element", paragraph_style: str | None, styles: Styles) -> bool:
    properties = child(run, "rPr")
    hidden = switch(properties, "vanish")
    return styles.hides(paragraph_style, value(properties, "rStyle")) if hidden is None else hidden


def _text(element: "_Element") -> str:
    tag = element.tag
    if tag in (W + "t", MATH + "t"):
        return element.text or ""
    if tag in (W + "tab", W + "ptab"):
        return "\t"
    if tag in _LINE_BREAKS:
        # Page and column breaks end a paragraph's line as well.
        return "\n"
    if tag == W + "noBreakHyphen":
        return "-"
    if tag == W + "sym":
        code = element.get(W + "char", "").upper()
        if code in _SYMBOLS:
            return _SYMBOLS[code]
        return chr(int(code, 16)) if re.fullmatch(r"[0-9A-F]{2,4}", code) and not code.startswith("D") else ""
    return ""


def _enclosed(instruction: str) -> str:
    match = _ENCLOSED.search(instruction)
    if not match:
        return ""
    return numeral(int(match[1]), "decimalEnclosedCircle") if match[1].isdecimal() else match[1]
