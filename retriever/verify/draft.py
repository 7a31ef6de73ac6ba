"""A draft → its citations and quotations, and which belong together."""

import re
from bisect import bisect_right

from retriever.verify.citation import Citation
from retriever.verify.citations import MAX_CITATIONS, citations
from retriever.verify.folding import flat
from retriever.verify.passages import Passages
from retriever.verify.quotations import Quotation, quotations
from retriever.verify.spans import Spans
from retriever.verify.targets import Cited, targets_of

MAX_QUOTATIONS = 1000

_SENTENCE_END = re.compile(r"[。！？；!?;\n]+[”」』\"]?|(?<=[a-z0-9)\]])\.(?=\s)")
_FULL_STOP = re.compile(r"[。！？!?\n]|(?<=[a-z0-9)\]])\.(?=\s)")
_LEADS_ON = re.compile(
    r"[\s.,;:、]*[(\[]?[-\s]*(?:详?见|引自|摘自|出自|来源|出处|依据|see)?[:\s]*", re.IGNORECASE
)
_NOTHING_ELSE = re.compile(
    r"[\s.,;:、()\[\]\-*_>#]*(?:详?见|引自|摘自|出自|来源|出处|依据|根据|see)?[\s.,;:、()\[\]\-*_>#]*"
)
_JOINED = re.compile(r"\s?(?:、|和|或者|或|以及|及|与|至|到|,|-)?\s?")


class Draft:
    """One draft while it is checked."""

    def __init__(self, text: str, passages: Passages) -> None:
        self.text = text
        self.level = flat(text)
        found = citations(text, passages.names, passages.ids)
        quoted = quotations(text)
        self.complete = len(found) <= MAX_CITATIONS and len(quoted) <= MAX_QUOTATIONS
        found, quoted = found[:MAX_CITATIONS], quoted[:MAX_QUOTATIONS]
        # A citation inside a quotation is the quoted text's own; quotation marks inside a citation are its name's.
        spans = Spans([(q.start, q.end) for q in quoted])
        cited = [c for c in found if not _quoted(c, spans.holding(c.start))]
        named = Spans([(c.start, c.end) for c in cited])
        self.quotations = [q for q in quoted if named.overlapping(q.start, q.end) is None]
        self.cited = [Cited(c, tuple(targets_of(passages, c))) for c in cited]
        self._starts = [c.citation.start for c in self.cited]
        self.quoted = Spans([(q.start, q.end) for q in self.quotations])
        self._ends = [0, *(m.end() for m in _SENTENCE_END.finditer(text)
                           if self.quoted.holding(m.start()) is None), len(text)]  # fmt: skip

    def citations_of(self, quotation: Quotation) -> list[int]:
        """The citations that a quotation belongs to: directly after it, else before it, else after it."""
        after = bisect_right(self._starts, quotation.end - 1)
        if after < len(self.cited) and self._directly(quotation, self.cited[after].citation.start):
            return self._series(after, 1)
        low, high = self._around(quotation)
        if after and self.cited[after - 1].citation.start >= low:
            return self._series(after - 1, -1)
        if after < len(self.cited) and self.cited[after].citation.start < high:
            return self._series(after, 1)
        return []

    def sentence_of(self, citation: Citation) -> tuple[int, int]:
        """The sentence that the citation vouches for: its own, or the one before where it stands alone after it."""
        at = bisect_right(self._ends, citation.start) - 1
        low, high = self._ends[at], self._ends[min(at + 1, len(self._ends) - 1)]
        before = self.level[low : citation.start]
        rest = before + self.level[citation.end : high]
        alone = _NOTHING_ELSE.fullmatch(rest) is not None
        aside = _NOTHING_ELSE.fullmatch(before) is not None and (
            "(" in before or "[" in before or self.level[citation.start] == "["
        )
        if (alone or aside) and at and "\n" not in self.text[self._ends[at - 1] : low].strip(" "):
            return self._ends[at - 1], low if aside and not alone else high
        return low, high

    def _directly(self, quotation: Quotation, start: int) -> bool:
        between = self.level[quotation.end : start]
        if len(between) > 12 or between.count("\n") > (2 if quotation.block else 0):
            return False
        return _LEADS_ON.fullmatch(between.replace(">", " ")) is not None and (
            quotation.block or between.strip(" .,;:、") != "" or between == ""
        )

    def _around(self, quotation: Quotation) -> tuple[int, int]:
        """The stretch of the draft in which a citation may belong to the quotation."""
        if quotation.block:
            above = self.text[: quotation.start].rstrip()
            return above.rfind("\n") + 1, quotation.end
        low = 0
        for match in _FULL_STOP.finditer(self.text, max(0, quotation.start - 600), quotation.start):
            if self.quoted.holding(match.start()) is None:
                low = match.end()
        stop = _FULL_STOP.search(self.text, quotation.end)
        return low, stop.start() if stop else len(self.text)

    def _series(self, at: int, step: int) -> list[int]:
        """The citation and those joined to it: 第五条、第六条."""
        found = [at]
        while 0 <= at + step < len(self.cited):
            first, second = sorted((at, at + step))
            between = self.text[self.cited[first].citation.end : self.cited[second].citation.start]
            if len(between) > 6 or not _JOINED.fullmatch(flat(between)):
                break
            at += step
            found.append(at)
        return found


def _quoted(citation: Citation, inside: tuple[int, int] | None) -> bool:
    """True if the citation is part of a quotation; one that is all of it and names a clause is the draft's own."""
    if inside is None or citation.end > inside[1]:
        return False
    whole = citation.end - citation.start >= inside[1] - inside[0] - 2
    return not (whole and (citation.steps or citation.address))
