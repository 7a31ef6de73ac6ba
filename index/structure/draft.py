"""Nodes under construction: what the outline builds, and what addresses and units are read from."""

import re
from dataclasses import dataclass, field

from index.document import NumberOrigin
from index.structure.markers import Marker, number_of

KINDS = {
    "编": "part",
    "篇": "part",
    "部分": "part",
    "分编": "subpart",
    "章": "chapter",
    "节": "section",
    "条": "article",
}
"""Kind of node by style of number; every other style numbers items."""

MAX_HEADING_CHARS = 60
MAX_ARTICLE_HEADING_CHARS = 20
MAX_LEAD_LABEL_CHARS = 18
"""`（二）基本原则。` is a heading although it ends as a sentence does; a longer sentence is a body."""


_AMENDS = re.compile(r"删[去除]|[增修][加改]|第[^，。]{1,8}[条款项]")
"""`三、删去第九条。` is a provision in full, however short."""


@dataclass(slots=True)
class Draft:
    """A node under construction."""

    kind: str
    start: int
    own_end: int
    body: int
    """Where the text after the number begins."""
    page: int = 0
    number: str = ""
    origin: NumberOrigin = NumberOrigin.NONE
    style: str = ""
    value: int = 0
    bare: bool = False
    """A heading without a body of its own."""
    heading: int = 0
    table: int = 0
    label: str = ""
    """Printed number or name of attachments, boxes and tables."""
    numbered: bool = False
    """It has numbered items under it."""
    introduces: bool = False
    """It ends with a colon."""
    half: bool = False
    """It ends with a semicolon."""
    children: list["Draft"] = field(default_factory=list)


@dataclass(slots=True)
class Level:
    """A sequence that is open: the last number taken and where its items hang."""

    style: str
    rank: int
    value: int
    branch: int
    item: Draft
    parent: Draft
    heading: int
    prefix: str = ""
    taken: int = 1
    run: bool = False
    """All its items stand on one line."""
    filled: bool = False
    """An item of this sequence has had anything under it."""
    continued: bool = False
    """An item of this sequence has had unnumbered paragraphs of its own."""


def is_heading(body: str) -> bool:
    """Is the text after a number a heading without a body: no sentence, or one very short label?"""
    if not body:
        return True
    last = body[-1]
    if last == "。":
        label = len(body) <= MAX_LEAD_LABEL_CHARS and not any(c in "，；：。" for c in body[:-1])
        return label and not _AMENDS.search(body)
    if last == "." and len(body) > 3 and body[-2].isascii() and " " in body:
        return False  # an English sentence
    return len(body) <= MAX_HEADING_CHARS and last not in "；：，、;:" and "。" not in body


def holder(draft: Draft) -> Draft:
    """Where the items of a draft hang: in a 条, under its current 款."""
    if draft.kind == "article":
        for child in reversed(draft.children):
            if child.kind == "paragraph":
                return child
    return draft


def succeeds(value: int, branch: int, marker: Marker) -> bool:
    """Is the marker the next number: 第四条 after 第三条, 第三条之一 after 第三条?"""
    if marker.branch:
        return marker.value == value and marker.branch == branch + 1
    return marker.value == value + 1


def number_range(style: str, first: int, last: int) -> str:
    """Return "（一）" or "（一） to （三）"."""
    return (
        number_of(style, first) if first == last else f"{number_of(style, first)} to {number_of(style, last)}"
    )
