"""Pages of lines in; footnotes taken from the feet of pages, each made one paragraph."""

import re
from itertools import groupby, pairwise
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
        kept: list[Line] = []
        runs = [list(run) for _, run in groupby(page.lines, key=lambda line: line.column)]
        foot = _foot(runs, page, body)
        for place, run in enumerate(runs):
            begin = _begin(run, page, body) if place >= foot else len(run)
            kept += run[:begin]
            if begin < len(run):
                taken.setdefault(page.number, []).extend(_notes(run[begin:]))
        page.lines = kept
    return taken


def _foot(runs: list[list[Line]], page: Page, body: float) -> int:
    """Return the first of the runs that may end in notes: every column below the last full line has a foot."""
    for place in range(len(runs) - 2, -1, -1):
        across = runs[place][0].column is None
        if across and not all(_is_small(line, page, body) for line in runs[place]):
            return place + 1
    return 0


def _begin(lines: list[Line], page: Page, body: float) -> int:
    """Return the position of the first footnote, the number of lines where there is none."""
    first = len(lines)
    found = first
    while first and _is_small(lines[first - 1], page, body):
        first -= 1
        if _MARK.match(lines[first].text):
            found = first
    # A page of small print only is no foot.
    return found if first or len(lines) < len(page.lines) else len(lines)


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
