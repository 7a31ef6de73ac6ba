"""A document's diagnosis → a table that spreadsheets open: line, kind, what it means, the message, the line itself."""

import csv
import io
from collections.abc import Sequence

from index.document import Finding
from service.page.wording import Wording

MAX_LINE_CHARS = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would compute; the text of a document is not to be computed."""


def findings_table(findings: Sequence[Finding], text: str, words: Wording) -> bytes:
    """CSV in UTF-8 with a BOM, without which spreadsheets take it for another encoding."""
    lines = text.split("\n")
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(words[f"findings_{column}"] for column in ("line", "code", "says", "message", "text"))
    for one in findings:
        line = lines[one.line - 1][:MAX_LINE_CHARS] if 0 < one.line <= len(lines) else ""
        cells = (words.finding(one.code), words.finding_says(one.code), one.message, line)
        table.writerow((one.line, *map(_plain, cells)))
    return written.getvalue().encode("utf-8-sig", "replace")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
