"""Pages of lines in; tables that run over page ends made whole: repeated heads dropped, split rows joined."""

import re
from itertools import pairwise

from index.readers.layout import Line, Page, glue

_NUMBERED = re.compile(r"[（(]?[0-9一二三四五六七八九十]{1,4}[）)、.．]")
_TERMINAL = ("。", "；", "！", "？", "）", ")")


def rejoin_tables(pages: list[Page]) -> None:
    """Change the pages in place."""
    head: Line | None = None
    for before, page in pairwise([Page(0, 0.0, 0.0, []), *pages]):
        if _continues(before, page):
            if head is not None and page.lines[0].text == head.text:
                # Word repeats the head of a table on each page.
                _drop_first(page)
            if _continues(before, page):
                above, below = before.lines[-1].text.split("\t"), page.lines[0].text.split("\t")
                if _is_rest(above, below):
                    before.lines[-1].text = _joined(above, below)
                    _drop_first(page)
        else:
            head = None
        for i, line in enumerate(page.lines):
            if not line.columns:
                head = None
            elif head is None or (line.first_row and i > 0):
                head = line


def _continues(before: Page, page: Page) -> bool:
    """Whether a page begins with a table as wide as the one that the page before ends with."""
    if not before.lines or not page.lines:
        return False
    return page.lines[0].first_row and page.lines[0].columns == before.lines[-1].columns


def _drop_first(page: Page) -> None:
    del page.lines[0]
    if page.lines and page.lines[0].columns:
        page.lines[0].first_row = True


def _is_rest(before: list[str], after: list[str]) -> bool:
    """Whether a page's first row is the rest of the last row of the page before.

    It has fewer filled cells, all under filled ones, of which one breaks off; and it starts nothing new.
    """
    filled = [i for i, text in enumerate(after) if text]
    if not filled or len(filled) >= sum(bool(text) for text in before) or _NUMBERED.match(after[filled[0]]):
        return False
    if any(i >= len(before) or not before[i] for i in filled):
        return False
    return any(not before[i].endswith(_TERMINAL) for i in filled)


def _joined(before: list[str], after: list[str]) -> str:
    return "\t".join(
        glue(text, after[i]) if i < len(after) and after[i] else text for i, text in enumerate(before)
    )
