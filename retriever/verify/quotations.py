"""A draft → its quotations: what stands in quotation marks and in Markdown block quotes."""

import re
from dataclasses import dataclass

MAX_QUOTE_CHARS = 4000
_CLOSING = {"“": "”", "「": "」", "『": "』", "〝": "〞"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_BLOCK_LINE = re.compile(r"^[ \t]{0,3}>[ \t]?(?P<words>.*)$", re.MULTILINE)
_ATTRIBUTION = re.compile(r"^\s*(?:[—–-]{1,3}|来源|來源|出处|出處|摘自|引自|Source:)\s*")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a draft gives as another's."""

    start: int
    end: int
    """Span in the draft, marks included."""
    words: str
    """What is quoted, without the marks."""
    block: bool = False


def quotations(text: str) -> list[Quotation]:
    """Every outermost quotation in order, one that never closes left out."""
    blocks = _blocks(text)
    covered = iter([(q.start, q.end) for q in blocks] + [(len(text) + 1, len(text) + 1)])
    start, end = next(covered)
    found: list[Quotation] = []
    for quotation in _marked(text):
        while quotation.start >= end:
            start, end = next(covered)
        if not start <= quotation.start < end:
            found.append(quotation)
    return sorted([*found, *blocks], key=lambda q: q.start)


def _blocks(text: str) -> list[Quotation]:
    found: list[Quotation] = []
    lines: list[re.Match[str]] = []
    for match in [*_BLOCK_LINE.finditer(text), None]:
        if lines and (match is None or match.start() != lines[-1].end() + 1):
            found.extend(_block(lines))
            lines = []
        if match is not None:
            lines.append(match)
    return found


def _block(lines: list[re.Match[str]]) -> list[Quotation]:
    """The words of one block; a line that only says where they come from is not quoted."""
    kept = [line for line in lines if line["words"].strip() and not _ATTRIBUTION.match(line["words"])]
    words = "\n".join(line["words"] for line in kept)
    if not words or len(words) > MAX_QUOTE_CHARS:
        return []
    return [Quotation(kept[0].start(), kept[-1].end(), words, True)]


def _marked(text: str) -> list[Quotation]:
    pairs: list[tuple[int, int]] = []
    offset = 0
    for paragraph in re.split(r"(?<=\n)(?=[ \t]*\r?\n)", text):
        pairs.extend((offset + s, offset + e) for s, e in _pairs(paragraph))
        offset += len(paragraph)
    return [Quotation(s, e, text[s + 1 : e - 1]) for s, e in pairs if 2 < e - s <= MAX_QUOTE_CHARS + 2]


def _pairs(paragraph: str) -> list[tuple[int, int]]:
    """Outermost pairs of marks in one paragraph; straight marks open and close in turn within a line."""
    waiting: list[tuple[str, int]] = []
    closed: list[tuple[int, int]] = []
    straight = -1
    for i, c in enumerate(paragraph):
        if c in _CLOSING:
            waiting.append((c, i))
        elif c in _OPENING:
            # Only a few levels back: a mark of another kind that never closes must not hide a pair.
            for depth in range(len(waiting) - 1, max(len(waiting) - 5, -1), -1):
                if waiting[depth][0] == _OPENING[c]:
                    closed.append((waiting[depth][1], i + 1))
                    del waiting[depth:]
                    break
        elif c == "\n":
            straight = -1
        elif c in '"＂':
            if straight < 0:
                straight = i
            else:
                closed.append((straight, i + 1))
                straight = -1
    outer: list[tuple[int, int]] = []
    for start, end in sorted(closed, key=lambda pair: (pair[0], -pair[1])):
        if not outer or start >= outer[-1][1]:
            outer.append((start, end))
    return outer
