"""Pages of lines in; footnotes taken from the feet of pages, each made one paragraph."""

import re
from itertools import pairwise
from statistics import median

from index.readers.compose import Draft
from index.readers.layout import Line, Page, glue

_MARK = re.compile(r"[①-⑳⑴-⒇*※]|[\[［〔][0-9]{1,2}[\]］〕]|[0-9]{1,2}\s?(?=[\u2e80-\uffef])")
_SMALLER = 0.92
"""Footnotes are set at most nine tenths as large as the text, mostly three quarters."""


def take_notes(pages: list[Page]) -> dict[int, list[Draft]]:
    """Remove the footnotes from the pages; return them by page number."""
    sizes = [line.size for page in pages for line in page.lines if not line.columns for _ in line.text[::10]]
    body = median(sizes) if sizes else 0.0
    taken: dict[int, list[Draft]] = {}
    for page in pages:
        begin = _begin(page, body)
        if begin < len(page.lines):
            taken.setdefault(page.number, []).extend(_notes(page.lines[begin:]))
            del page.lines[begin:]
    return taken


def _begin(page: Page, body: float) -> int:
    """Return the position of the first footnote, the number of lines where the page has none."""
    first = len(page.lines)
    found = first
    while first and _is_small(page.lines[first - 1], page, body):
        first -= 1
        if _MARK.match(page.lines[first].text):
            found = first
    # A page of small print only is no foot.
    return found if found and first else len(page.lines)


def _is_small(line: Line, page: Page, body: float) -> bool:
    return not line.columns and line.size < _SMALLER * body and line.top > 0.4 * page.height


def _notes(lines: list[Line]) -> list[Draft]:
    parts: list[list[str]] = []
    for before, line in pairwise([None, *lines]):
        if line is None:
            continue
        if before is None or _MARK.match(line.text):
            parts.append([line.text])
        else:
            parts[-1].append(glue(before.text[-1:], line.text[:1])[1:] + line.text[1:])
    return [Draft("".join(part), style="footnote", page=lines[0].page) for part in parts]
