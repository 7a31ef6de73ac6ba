"""The main content of a page in, its paragraphs and table rows in order out."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.readers.compose import Draft
from index.readers.html_tables import character_count, is_layout, rows
from index.readers.numerals import numeral

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS_NAMES = """
html body p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption
section article main header hgroup address blockquote pre center fieldset legend figure
figcaption details summary hr br
"""
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# CSS Text 3, segment breaks: a line end of the source between two wide characters is no space.
_SOURCE_BREAK = re.compile(r"(?<=[\u2e80-\uffef])[ \t]*\n\s*(?=[\u2e80-\uffef])")
_BLANKS = re.compile(r"[ \t\n]+")
_STARTS_NUMBERED = re.compile(r"[\s\u3000\xa0]*[（(第]?\s*[0-9０-９一二三四五六七八九十〇零①-⑳⑴-⒇]")
_LIST_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_CSS_FORMATS = {
    "none": "",
    "disc": "",
    "circle": "",
    "square": "",
    "cjk-ideographic": "chineseCounting",
    "simp-chinese-informal": "chineseCounting",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
}
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)


def drafts(content: "HtmlElement") -> Iterator[Draft]:
    """Yield paragraphs in reading order; `<br>` and every block element end one."""
    from lxml import etree

    text: list[str] = []
    heading_level, label, table, depth = 0, "", 0, 0
    events = etree.iterwalk(content, events=("start", "end", "comment", "pi"))
    for event, element in events:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _BLOCKS:
                yield from _paragraphs(text, heading_level, label)
                # A label belongs to the first paragraph of its list entry.
                label = "" if text else label
                text.clear()
                heading_level = _HEADINGS.get(tag, heading_level)
                if tag == "li":
                    label = _label(element)
            depth += tag == "table"
            cells, size = rows(element) if tag == "table" and not is_layout(element, depth) else ([], 0)
            # Text astray between rows or cells would be lost, so such a table is read as blocks.
            if cells and size == character_count("".join(map(str, element.itertext()))):
                table += 1
                for row in cells:
                    yield Draft(row, style="row", table=table)
                events.skip_subtree()
            elif tag:
                text.append(_source_text(element, element.text))
            continue
        if event == "end":
            depth -= tag == "table"
            if tag in _BLOCKS:
                yield from _paragraphs(text, heading_level, label)
                label = "" if text or tag == "li" else label
                text.clear()
                if tag in _HEADINGS:
                    heading_level = 0
        if element is not content:
            text.append(_source_text(element.getparent(), element.tail))
    yield from _paragraphs(text, heading_level, label)


def _source_text(parent: "HtmlElement | None", text: str | None) -> str:
    if not text:
        return ""
    if parent is not None and parent.tag == "pre":
        # \v survives the collapsing of blanks below and then ends a paragraph.
        return text.replace("\n", "\v")
    return text


def _paragraphs(text: list[str], heading_level: int, label: str) -> Iterator[Draft]:
    """Yield the collected text, blanks collapsed as a browser does, cut at the line ends of `<pre>`."""
    joined = "".join(text)
    if not joined.strip():
        text.clear()
        return
    for line in joined.split("\v"):
        line = _BLANKS.sub(" ", _SOURCE_BREAK.sub("", line)).strip()
        # An author who typed the number as well switched the list's own numbers off by CSS.
        shown = "" if _STARTS_NUMBERED.match(line) else label
        yield Draft(line, label=shown, heading_level=heading_level)
        label = ""


def _label(entry: "HtmlElement") -> str:
    """Return the number that a browser shows before an entry of an ordered list."""
    parent = entry.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    css = _LIST_STYLE.search(f"{parent.get('style', '')};{entry.get('style', '')}")
    if css and css[1].lower() in _CSS_FORMATS:
        format = _CSS_FORMATS[css[1].lower()]
    else:
        format = _LIST_FORMATS.get(parent.get("type", "1"), "decimal")
    if not format:
        return ""
    # The running number is kept on the list itself: counting siblings anew for each would be quadratic.
    number = _integer(entry.get("value"), _integer(parent.get("data-next"), _integer(parent.get("start"), 1)))
    parent.set("data-next", str(number + 1))
    return numeral(number, format) + ("、" if format == "chineseCounting" else ".")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else default
