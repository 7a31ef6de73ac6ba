"""Signatures: lines in, the names that stand above a date marked out."""

import re

from index.structure.lines import Line
from index.structure.titles import TITLE_NOUN, squeeze

ORGAN = re.compile(r"[部委局院府厅会室行办署处社组团校司心关军队站所馆]$")
_SIGNER = re.compile(
    r"[\u4e00-\u9fff]{1,6}[人位者][：:].{0,16}$|[\u4e00-\u9fff]{2,8}[（(](?:签[字章名]|盖章|公章).{0,8}[）)]"
)
MIN_LINES_SIGNED = 3
MAX_SIGNATURE_LINES = 24
"""Joint notices are signed by many authorities, one to a line."""


def mark_signatures(lines: list[Line]) -> None:
    """Give the short lines straight before a date line the role "signature"."""
    for i, line in enumerate(lines):
        if line.role != "date" or i == 0:
            continue
        j = i - 1
        while j >= 0 and i - j <= MAX_SIGNATURE_LINES and (_signs(lines[j]) or _is_seal(lines[j])):
            j -= 1
        # Where nothing but short lines precede, they are the title block of the document, dated below.
        if j >= 0 and lines[j].role not in ("number", "title"):
            for signed in lines[j + 1 : i]:
                signed.role = signed.role or "signature"
    _mark_last(lines)


def _mark_last(lines: list[Line]) -> None:
    """An authority alone at the very end, after a finished sentence, has signed; the date stands under the title."""
    last = len(lines) - 1
    while last >= 0 and lines[last].role in ("note", "colophon"):
        last -= 1
    if last < MIN_LINES_SIGNED or lines[last].role:
        return
    line, before = lines[last], lines[last - 1]
    dated = any(one.role in ("date", "signature") for one in lines)
    if (
        dated
        and before.text[-1] == "。"
        and not before.role
        and _signs(line)
        and ORGAN.search(squeeze(line.text))
    ):
        line.role = "signature"


def _is_seal(line: Line) -> bool:
    """（印章）, （盖章） below a name say where the seal is."""
    return line.role == "note" and len(line.text) <= 6 and line.text[-2] == "章"


def _signs(line: Line) -> bool:
    if line.role == "" and line.marker is None and _SIGNER.match(line.text):
        return True
    if not line.short or line.level or len(line.text) > 40:
        return False
    name = squeeze(line.text)
    return not any(c.isdigit() for c in name) and not (TITLE_NOUN.search(name) and not ORGAN.search(name))
