"""Passages that span lines: lines in, hard-wrapped lines joined and numbers inside quotations muted out."""

from bisect import bisect_right
from collections import Counter

from index.structure.lines import Line

MAX_WRAPPED_CHARS = 60
"""Typewriter-like files break every line before this width; one longer line proves that lines are paragraphs."""
MIN_WRAPPED_CHARS = 12
MIN_WRAPPED_LINES = 4
"""…and at least a quarter of all lines must be full."""
SLACK_CHARS = 3
"""A line is full when it ends this near the width: a break avoids splitting numbers and closing punctuation."""
MAX_QUOTED_LINES = 200

_IN_SENTENCE = frozenset("，。；：")
_STOPS = frozenset("，。；、")


def unwrap(text: str, lines: list[Line]) -> list[Line]:
    """Join the lines of a hard-wrapped file into paragraphs; other files come back as they are.

    A line goes on in the next one where it is full, the next one follows without a blank line and without an
    indent, and either the line ends in mid-sentence or the file marks its paragraphs by indents.
    """
    plain = [line for line in lines if not (line.role == "row" or line.level or line.labelled or line.page)]
    if len(plain) != len(lines) or any(
        line.end - line.start > MAX_WRAPPED_CHARS and "\n" not in line.text for line in lines
    ):
        return lines
    indents = [_indent(text, line.start) for line in lines]
    # A run of scraps counts as nothing here: it is many lines.
    lengths = [
        0 if "\n" in line.text else line.end - line.start + indent
        for line, indent in zip(lines, indents, strict=True)
    ]
    widths = Counter(lengths)
    width = max((one for one, count in widths.items() if one >= MIN_WRAPPED_CHARS and count >= 2), default=0)
    full_lines = sum(count for one, count in widths.items() if one >= width - SLACK_CHARS)
    if not width or full_lines < max(MIN_WRAPPED_LINES, len(lines) // 4):
        return lines
    # A break that a typewriter makes falls where it may; full lines that end their sentences are paragraphs.
    broken = sum(
        not line.terminal and length >= width - SLACK_CHARS
        for line, length in zip(lines, lengths, strict=True)
    )
    if 2 * broken < full_lines:
        return lines
    indented = sum(0 < indent <= 4 for indent in indents) >= 2
    joined = [lines[0]]
    open_paragraph = started = False
    stops = _STOPS.intersection(lines[0].text)
    for i in range(1, len(lines)):
        before, line = lines[i - 1], lines[i]
        # Titles stand before the first sentence; what looks full there is a heading.
        started = started or any(c in _IN_SENTENCE for c in text[before.start : before.end])
        full_line = lengths[i - 1] >= width - SLACK_CHARS
        close = text.count("\n", before.end, line.start) == 1 and not indents[i]
        last = joined[-1]
        if started and full_line and close and not line.role and not last.role and _goes_on(
            last, line, stops, open_paragraph and indented
        ):  # fmt: skip
            # The whole text is taken once, when the paragraph ends: a paragraph may have 100,000 lines.
            last.end, last.text = line.end, line.text
            stops |= _STOPS.intersection(line.text)
        else:
            last.text = text[last.start : last.end]
            joined.append(line)
            stops = _STOPS.intersection(line.text)
            open_paragraph = 0 < indents[i] <= 4
    joined[-1].text = text[joined[-1].start : joined[-1].end]
    return joined


def _goes_on(last: Line, line: Line, stops: frozenset[str], unindented: bool) -> bool:
    """`stops`: the punctuation of the paragraph so far; `last.text` holds its last line."""
    if line.marker is not None and not line.marker.reference:
        return not last.terminal and last.text[-1] not in "）)" and bool(stops - {"、"})
    return unindented or (not last.terminal and last.text[-1] not in "）)" and bool(stops))


def _indent(text: str, start: int) -> int:
    """Count the characters between the line end and the text; more than eight count as nine."""
    return min(start - (text.rfind("\n", max(0, start - 9), start) + 1), 9) if start else 0


def mute_quotations(lines: list[Line]) -> None:
    """Take the markers from lines inside a quotation that runs over several lines.

    A decision that amends a law quotes whole articles: `“第六条 …` and the lines after it number nothing here.
    A quotation that never closes, or in which the numbering outside goes on, is a misprint and is ignored.
    """
    closings = [i for i, line in enumerate(lines) if "”" in line.text and _closes(line.text)]
    i = 0
    while i < len(lines):
        text = lines[i].text
        if "“" in text and text.rfind("“") > text.rfind("”") and text.count("“") > text.count("”"):
            stop = _closing(lines, i, closings)
            for line in lines[i + 1 : stop + 1]:
                line.marker = None
            i = max(i, stop)
        i += 1


def _closes(text: str) -> bool:
    """Every paragraph of a long quotation begins with “; only the last ends with ”."""
    return text.rfind("”") > text.rfind("“") and text.count("”") > text.count("“") - text.startswith("“")


def _closing(lines: list[Line], opened: int, closings: list[int]) -> int:
    """Return the line where the quotation ends, `opened` itself where it is a misprint."""
    at = bisect_right(closings, opened)
    if at == len(closings) or closings[at] - opened > MAX_QUOTED_LINES:
        return opened
    outer = lines[opened].marker
    for line in lines[opened + 1 : closings[at] + 1]:
        if outer is not None and line.marker is not None and line.marker.style == outer.style:
            return opened
        if line.role in ("signature", "date", "attachment"):
            return opened
    return closings[at]
