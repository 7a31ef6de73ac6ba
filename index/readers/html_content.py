"""A page in, its main content element out; navigation, share bars, scripts and the like removed."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from index.readers.html_lines import is_record, is_site_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NEVER_TEXT_NAMES = """
script style noscript template head nav footer aside form button input select option textarea
iframe frame object embed applet svg canvas audio video map link meta
"""
_NEVER_TEXT = frozenset(_NEVER_TEXT_NAMES.split())
# Whole words of class and id names, as words are parted by -, _ and camel case.
_FURNITURE_NAMES = """
nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs mbx dqwz weizhi location share
sharing bdshare bdsharebuttonbox jiathis toolbar tools print footer foot copyright sidebar
related recommend pagination pager qrcode ewm search login banner topbar links friendlink
fontsize xgwj xglj
"""
_FURNITURE = frozenset(_FURNITURE_NAMES.split())
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Best known first. UCAP: gov.cn. TRS: the publishing system of most ministries. zoom: many local governments.
_CONTENT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("id", ("UCAP-CONTENT",)),
    ("class", ("TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "trs_paper_default")),
    ("id", ("zoom", "Zoom", "zoomcon", "fontzoom", "ContentRegion", "BodyLabel", "js_content")),
    ("class", ("pages_content", "article-content", "article_content", "news_content", "xxgk_content")),
    ("tag", ("article",)),
    ("tag", ("main",)),
    ("role", ("main",)),
)
_MAX_RECORD_CELLS = 60
_FILE_LINK = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar)(?:$|[?#])", re.IGNORECASE)


def remove_furniture(page: "HtmlElement") -> None:
    """Remove what is no content wherever it stands; an element with most of the page's text always stays."""
    total = _length(page)
    for element in list(page.iter()):
        if not isinstance(element.tag, str) or element is page or element.tag == "body":
            continue
        # drop_tree keeps the text that follows the element.
        if (
            element.tag in _NEVER_TEXT
            or "hidden" in element.attrib
            or _HIDDEN.search(element.get("style", ""))
        ):
            if not _is_content(element, total):
                _drop(element)
        elif (
            _is_record(element)
            or _is_site_text(element, total)
            or (
                _length(element) < total / 4
                and (_is_furniture(element) or (element.tag == "header" and not _is_content(element, total)))
            )
        ):
            _drop(element)


def _is_record(element: "HtmlElement") -> bool:
    """Whether an element is a table of facts on the document, which `html_facts` has read."""
    if element.tag != "table" or next(element.iterdescendants("table"), None) is not None:
        return False
    cells = list(islice(element.iter("td", "th"), _MAX_RECORD_CELLS + 1))
    return len(cells) <= _MAX_RECORD_CELLS and is_record([str(cell.text_content()) for cell in cells])


def _is_content(element: "HtmlElement", total: int) -> bool:
    """Whether a form, an aside or an article's own header holds text; some sites put the page into a form."""
    if element.tag in ("header", "footer"):
        return any(ancestor.tag in ("article", "main") for ancestor in element.iterancestors())
    if element.tag == "form" and next(element.iter("input", "select", "button", "textarea"), None) is None:
        return True
    return element.tag in ("form", "aside") and _length(element) >= total / 4


def main_content(page: "HtmlElement") -> "HtmlElement":
    """Return the element that holds the document: a well-known container, else the densest block."""
    body = page.find(".//body")
    root = page if body is None else body
    densest = _densest(root)
    enough = 0.3 * _weight(densest)
    for attribute, values in _CONTENT:
        found = [element for element in root.iter() if _has(element, attribute, values)]
        best = max(found, key=_length, default=None)
        if best is not None and _length(best) >= max(enough, 1):
            return _with_siblings(best, found)
    for element in list(densest.iter("ul", "ol", "div", "dl", "table", "td")):
        if element is not densest and element.getparent() is not None and _is_link_list(element):
            _drop(element)
    return densest


def _has(element: "HtmlElement", attribute: str, values: tuple[str, ...]) -> bool:
    if not isinstance(element.tag, str):
        return False
    if attribute == "tag":
        return element.tag in values
    return any(name in values for name in element.get(attribute, "").split())


def _with_siblings(best: "HtmlElement", found: list["HtmlElement"]) -> "HtmlElement":
    """Where one page has several containers side by side (document and annex), return what encloses them."""
    siblings = [element for element in found if element.getparent() is best.getparent()]
    parent = best.getparent()
    if len(siblings) > 1 and parent is not None and _length(parent) == sum(map(_length, siblings)):
        return parent
    return best


def _densest(root: "HtmlElement") -> "HtmlElement":
    """Go down from the body as long as one child holds nine tenths of all text that is not in links."""
    # The share is of the whole page, so however deep the way down, no more than a tenth is lost.
    weights: dict[HtmlElement, int] = {}
    for element in root.iter():
        weights[element] = 0
    for element in reversed(list(weights)):
        if isinstance(element.tag, str) and element.tag != "a":
            own = len("".join((element.text or "").split()))
            weights[element] += own
        parent = element.getparent()
        if parent is not None and parent in weights and element is not root:
            weights[parent] += weights[element]
            if parent.tag != "a":
                weights[parent] += len("".join((element.tail or "").split()))
    enough = 0.9 * weights[root]
    while True:
        heavy = [
            child for child in root if weights[child] >= enough and child.tag not in ("p", "table", "tbody")
        ]
        if not heavy:
            return root
        root = heavy[0]


def _is_furniture(element: "HtmlElement") -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return any(word.lower() in _FURNITURE for word in _WORD.findall(names))


def _is_site_text(element: "HtmlElement", total: int) -> bool:
    """Whether an element holds one line of the site; short pages have little else, but never half of it in one."""
    if element.tag not in ("div", "p", "span", "td", "ul", "li", "dl"):
        return False
    length = _length(element, stop=300)
    return 0 < length < min(300, total / 2) and is_site_line(str(element.text_content()))


def _is_link_list(element: "HtmlElement") -> bool:
    links = [link for link in element.iter("a") if not _FILE_LINK.search(link.get("href", ""))]
    share = sum(map(_length, links)) / max(_length(element), 1)
    if any(str(link.text_content()).strip().startswith("附") for link in links):
        return False
    return (len(links) >= 5 and share > 0.8) or (len(links) >= 3 and share > 0.95)


def _weight(element: "HtmlElement") -> int:
    return _length(element) - sum(map(_length, element.iter("a")))


def _length(element: "HtmlElement", stop: int = 0) -> int:
    length = 0
    for text in _texts(element):
        length += len("".join(text.split()))
        if stop and length >= stop:
            break
    return length


def _texts(element: "HtmlElement") -> Iterator[str]:
    for text in element.itertext(with_tail=False):
        yield str(text)


def _drop(element: "HtmlElement") -> None:
    if element.getparent() is not None:
        element.drop_tree()
