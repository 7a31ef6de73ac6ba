"""A page in, the facts out that it states about its document: title, number, issuer, date."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.readers.facts import LABELS, label_of, stated_facts

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LABELLED = re.compile(r"\s*([^:：]{2,20})[:：]\s*(\S.*)", re.DOTALL)
_SITE = re.compile(
    r"\s*(?:[_|]|[-—–]{1,2}\s*)[^_|—–-]{0,30}(?:政府|网|委员会|部|局|厅|平台|公报|门户)[^_|]{0,30}$"
)
_AGENCY = re.compile(r".{0,20}(?:政府|厅|局|委|委员会|部|网|网站|平台|门户|中心|院|办公室)")
_MAX_VALUE = 400


def page_facts(page: "HtmlElement") -> dict[str, str]:
    """Return what the page states in metadata, else in a labelled list, else in headings and classes."""
    return stated_facts([*_meta(page), *_labelled(page), *_by_class(page), *_titles(page)])


def _meta(page: "HtmlElement") -> Iterator[tuple[str, str]]:
    for meta in page.iter("meta"):
        yield meta.get("name", ""), meta.get("content", "")


def _labelled(page: "HtmlElement") -> Iterator[tuple[str, str]]:
    """Yield `发文字号：国发〔2020〕1号`, whether in one element or with the value in the next one."""
    for element in page.iter("td", "th", "li", "p", "span", "div", "strong", "b", "dt", "label"):
        text = _short_text(element)
        if not text:
            continue
        match = _LABELLED.fullmatch(text)
        if match and label_of(match[1]) in LABELS and _is_chinese(match[1]):
            yield match[1], match[2]
        elif label_of(text) in LABELS and _is_chinese(text) and text.rstrip()[-1] in ":：】]":
            following = element.getnext()
            if following is not None:
                yield text, _short_text(following)


def _by_class(page: "HtmlElement") -> Iterator[tuple[str, str]]:
    for element in page.iter("p", "div", "span", "td"):
        names = element.get("class", "").split()
        for fact in ("issuer", "number", "published"):
            if fact in names:
                yield fact, _short_text(element)


def _titles(page: "HtmlElement") -> Iterator[tuple[str, str]]:
    for tag in ("h1", "title"):
        for element in page.iter(tag):
            title = _SITE.sub("", _short_text(element))
            # Some sites give every page their own name as its title.
            if title and not (tag == "title" and _AGENCY.fullmatch(title)):
                yield "title", title
                break


def _short_text(element: "HtmlElement") -> str:
    """Return an element's text, or "" where it is too long to be a fact."""
    parts: list[str] = []
    length = 0
    for text in element.itertext(with_tail=False):
        parts.append(str(text))
        length += len(text)
        if length > _MAX_VALUE:
            return ""
    return "".join(parts).strip()


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
