"""A web page in; the paragraphs of its main content, without the site's furniture, and its facts out."""

import re
from typing import TYPE_CHECKING

from index.document import Source
from index.errors import ReadError
from index.readers.compose import compose
from index.readers.decode import decode, normalise_line_ends
from index.readers.limits import MAX_TAGS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_HTML_BYTES = 64 * 2**20
"""A parsed page takes up to 40 times its size in memory."""

_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# A browser passes over declarations in a DOCTYPE; libxml2 takes their end for text.
_DOCTYPE_SUBSET = re.compile(r"<!DOCTYPE[^<>\[]{0,500}\[[^\]]{0,100000}\]\s*>", re.IGNORECASE)
_HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")


def is_html(content: bytes, suffix: str) -> bool:
    """Whether content is a web page; a fragment counts only if the suffix says so."""
    head = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\x00", b"")[2:]
    return bool(_START.match(head)) or (suffix in _HTML_SUFFIXES and b"<" in content)


def read_html(name: str, content: bytes) -> Source:
    """Read a web page: the main content as text, and title, number, issuer and date as facts."""
    from index.readers.html_blocks import drafts
    from index.readers.html_content import main_content, remove_furniture
    from index.readers.html_facts import page_facts

    if len(content) > MAX_HTML_BYTES:
        limit = MAX_HTML_BYTES // 2**20
        raise ReadError(f"{name}: a web page of more than {limit} MiB; save its text as a .txt file")
    page, warnings = parse(name, content)
    facts = page_facts(page)
    remove_furniture(page)
    when_empty = "it is a web page without text (perhaps filled in by a script); save the page's text as .txt"
    return compose(name, "html", drafts(main_content(page)), facts, warnings, when_empty)


def parse(name: str, content: bytes) -> tuple["HtmlElement", tuple[str, ...]]:
    """Return the page's root element and warnings about its encoding."""
    from lxml import etree, html

    if content.count(b"<") > MAX_TAGS // 3:
        raise ReadError(
            f"{name}: a web page of more than {MAX_TAGS // 3:,} tags; save its text as a .txt file"
        )
    declared = _CHARSET.search(content[:4096])
    text, warnings = decode(name, content, declared[1].decode("ascii", "replace") if declared else "")
    # lxml refuses text that declares an encoding, so it is handed UTF-8 and told so.
    # huge_tree lifts a depth limit of 256 beyond which content is lost in silence; HTML has no entity bombs.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    text = _DOCTYPE_SUBSET.sub("", text, count=1)
    try:
        page = html.document_fromstring(normalise_line_ends(text).encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        raise ReadError(f"{name}: it is a web page without content; save it again from the browser") from None
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        raise ReadError(f"{name}: its elements are nested too deep to be a document; save its text as .txt")
    if b"<html" in content[:4096].lower() and b"</" not in content[-512:]:
        warnings = (*warnings, "the page seems cut off (its end tags are missing); save it again")
    return page, warnings
