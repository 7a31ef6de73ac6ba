"""Titles and 文号 as they are printed and cited → the keys by which they are looked up."""

import re
from collections.abc import Iterator

from index.document import Node, Split
from index.structure.facts import canonical_number
from index.structure.titles import squeeze
from index.text import simplified

STATE = "中华人民共和国"
_EDITION = re.compile(
    r"[（(]((?:19|20)[0-9]{2})?年?(?:第[一二三四五六七八九十]{1,3}次)?(?:修正|修订|修改)(?:版|本)?[)）]$"
)
_QUOTES = str.maketrans({**dict.fromkeys("《》〈〉<>", ""), "（": "(", "）": ")", "[": "(", "]": ")"})


def title_key(title: str) -> tuple[str, str]:
    """What a title is looked up by, and the year of its edition (（2018年修正）) or ""."""
    bare = simplified(squeeze(title))
    edition = _EDITION.search(bare)
    if edition:
        bare = bare[: edition.start()]
    return bare.translate(_QUOTES).replace(STATE, ""), (edition[1] or "") if edition else ""


def printed_titles(split: Split) -> Iterator[tuple[str, str]]:
    """The titles that stand in a file: a covering notice and what it issues have one each."""
    holders: dict[int, Node] = {}
    for i, node in enumerate(split.nodes):
        if node.kind in ("document", "notice"):
            holders[i] = node
        elif node.kind == "title" and node.parent in holders:
            prefix = holders[node.parent].address
            printed = split.document.text[node.start : node.own_end]
            yield title_key(printed)[0], prefix + "/" if prefix else ""


def number_key(number: str) -> str:
    return canonical_number(number).replace(STATE, "")
