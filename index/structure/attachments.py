"""Lists of attachments: lines in, where a list that begins with a heading of attachments ends out."""

from index.structure.lines import Line
from index.structure.numerals import parse_numeral
from index.structure.shapes import attachment_label
from index.structure.signatures import ORGAN
from index.structure.titles import squeeze

MAX_LISTED = 200
"""Longer lists of attachments are not looked for."""
_SENTENCE_ENDS = "。；：！？…;:!?"
"""A title may end in ”; a sentence of the text may, too, but not in a list."""


def list_end(lines: list[Line], i: int) -> int:
    """Return where the list of attachments that begins at `i` ends; `i` where an attachment itself begins."""
    stop = _bare_list(lines, i)
    return stop if stop > i else _signed_list(lines, i)


def _signed_list(lines: list[Line], i: int) -> int:
    """The same for a list that stands above the signature."""
    follows = i + 1
    while follows < len(lines) and follows - i <= 20 and _may_list(lines[follows]):
        follows += 1
    if not any(
        one.role in ("signature", "date", "note") for one in lines[i + 1 : min(follows + 2, len(lines))]
    ):
        return i
    _, title_at = attachment_label(lines[i].text)
    if title_at >= len(lines[i].text) and not (i + 1 < follows and lines[i + 1].marker is not None):
        return i
    stop = i + 1
    while stop < follows and lines[stop].role in ("", "attachment") and _list_entry(lines[stop]):
        stop += 1
    return stop


def _bare_list(lines: list[Line], i: int) -> int:
    """Return where a list ends that no signature follows; `i` where none begins here.

    Its entries count 1, 2, 3 and nothing but the end of the file or the first attachment itself comes next.
    """
    label, title_at = attachment_label(lines[i].text)
    title = squeeze(lines[i].text[title_at:])
    if not title:
        return i
    count, stop = parse_numeral(label) or 1, i + 1
    while stop < len(lines) and stop - i < MAX_LISTED:
        line = lines[stop]
        if line.role == "attachment":
            label, title_at = attachment_label(line.text)
            value = parse_numeral(label) or 0
        else:
            value = line.marker.value if line.marker and line.marker.style in ("1.", "1") else 0
            value = value if len(line.text) <= 80 and line.text[-1] not in _SENTENCE_ENDS else 0
        if value != count + 1:
            break
        count, stop = count + 1, stop + 1
    if stop == len(lines):
        return stop
    label, title_at = attachment_label(lines[stop].text)
    begins = lines[stop].role == "attachment" and parse_numeral(label) in (None, 1)
    return stop if begins and (count > 1 or squeeze(lines[stop].text[title_at:]) in ("", title)) else i


def _list_entry(line: Line) -> bool:
    return (
        line.role == "attachment" or line.marker is not None or (line.short and not ORGAN.search(line.text))
    )


def _may_list(line: Line) -> bool:
    """Can the line stand in a list of attachments?"""
    numbered = line.marker is not None and len(line.text) <= 80 and line.text[-1] not in _SENTENCE_ENDS
    return numbered or line.role == "attachment" or line.short
