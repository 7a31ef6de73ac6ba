"""Lists of related pages: a bare web address in, the titles that it stands below marked as its own out."""

import re
from collections.abc import Sequence

from index.structure.lines import Line

_ENDS_IN_LINK = re.compile(r"[^!-~](?:https?://|www\.)[!-~]{4,150}$")
MAX_TITLE_CHARS = 160


def name_link(lines: Sequence[Line], i: int, taken: Sequence[Line]) -> None:
    """The title that a bare web address follows belongs to the address: web pages end with such lists.

    `taken`: the lines of the frame so far; a title is no line of the frame before.
    """
    before = lines[i - 1] if i else None
    if before is not None and before.short and before is taken[-1]:
        before.role = "link"
        i -= 1
    # Title and address may stand on one line.
    while i and not lines[i - 1].role and not lines[i - 1].marker:
        if len(lines[i - 1].text) > MAX_TITLE_CHARS or not _ENDS_IN_LINK.search(lines[i - 1].text):
            break
        i -= 1
        lines[i].role = "link"
