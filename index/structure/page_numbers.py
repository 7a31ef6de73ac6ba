"""Page numbers left in plain text: lines in, the numbers marked and the sentences across them joined out."""

import re

from index.structure.lines import Line

_PAGE = re.compile(
    r"[-—–－―]{1,2}[ \u3000]{0,3}[0-9０-９]{1,4}[ \u3000]{0,3}[-—–－―]{1,2}$"
    r"|第[ \u3000]?[0-9]{1,4}[ \u3000]?页(?:[ \u3000，,/]{0,3}共[ \u3000]?[0-9]{1,4}[ \u3000]?页)?$"
)
_FIRST = frozenset("-—–－―第")
MAX_PARAGRAPH_CHARS = 4000


def over_pages(text: str, lines: list[Line]) -> list[Line]:
    """Give page numbers the role "page"; one that stands within a sentence becomes a part of the paragraph around it.

    Its characters belong to some node all the same, and a paragraph that it cuts in two would count as two.
    """
    if not any(line.text[0] in _FIRST and _is_page(line) for line in lines):
        return lines
    kept: list[Line] = []
    joins = False
    for line in lines:
        if _is_page(line):
            before = kept[-1] if kept else None
            joins = (
                before is not None
                and not (before.role or before.terminal or before.level)
                and before.page == 0
            )
            joins = joins and before is not None and _is_part(before.text)
            line.role, line.marker = "page", None
            kept.append(line)
        elif joins and not line.role and not line.level and (line.marker is None or line.marker.reference):
            kept.pop()
            before = kept[-1]
            before.end, before.text = line.end, text[before.start : line.end]
            joins = False
        else:
            joins = False
            kept.append(line)
    return kept


def _is_part(text: str) -> bool:
    """A paragraph that has sentences; headings have none, and none goes over more than a few pages."""
    return len(text) <= MAX_PARAGRAPH_CHARS and any(c in text for c in "，；。")


def _is_page(line: Line) -> bool:
    return len(line.text) <= 20 and line.text[0] in _FIRST and bool(_PAGE.match(line.text))
