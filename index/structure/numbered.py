"""Numbered lines: a line and its marker in, its draft out."""

from index.document import NumberOrigin
from index.structure.draft import KINDS, MAX_ARTICLE_HEADING_CHARS, Draft, is_heading
from index.structure.lines import Line
from index.structure.markers import DIVISIONS, Marker

_GAPS = " \t\u3000\xa0\u200b"
"""What stands between a number and its text."""


def draft_of(text: str, line: Line, marker: Marker) -> Draft:
    """Return the draft that a marker at the start of a line begins."""
    kind = KINDS.get(marker.style, "item")
    body = marker.end
    while body < line.end and text[body] in _GAPS:
        body += 1
    draft = Draft(
        kind, line.start, line.end, body, line.page, marker.number, style=marker.style, value=marker.value
    )
    draft.origin = NumberOrigin.WORD_LIST if line.labelled else NumberOrigin.PRINTED
    draft.heading = line.level
    if kind == "article":
        draft.bare = body >= line.end or (line.end - body <= MAX_ARTICLE_HEADING_CHARS and not line.terminal)
    else:
        draft.bare = marker.style in DIVISIONS or bool(line.level) or is_heading(text[body : line.end])
    return draft


def first_paragraph(text: str, draft: Draft, line: Line) -> Draft | None:
    """Part the first 款 of a 条 from its number, or from its heading in brackets; None where it has no text."""
    start = draft.body
    if text[start] in "【[":
        shut = text.find("】" if text[start] == "【" else "]", start, line.end)
        start = shut + 1 if shut > 0 else start
    if start >= line.end:
        return None
    paragraph = Draft("paragraph", start, line.end, start, line.page)
    while text[paragraph.start] in _GAPS:
        paragraph.start += 1
        paragraph.body += 1
    draft.own_end = start
    while text[draft.own_end - 1] in _GAPS:
        draft.own_end -= 1
    draft.children.append(paragraph)
    return paragraph
