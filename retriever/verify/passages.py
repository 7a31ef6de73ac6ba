"""A snapshot → where exact or nearly equal words stand in its documents, and what each place is cited by."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from index.local import LocalIndex
from index.remembered import Remembered
from index.text import Tokenizer
from retriever.verify.folding import fold
from retriever.verify.layout import Layout
from retriever.verify.names import Names

KEPT_LAYOUTS = 64
MAX_NEAR = 12
"""Clauses that are aligned with a quotation which stands nowhere word for word."""
MAX_SOUGHT_CHARS = 600
"""So many characters of a quotation are enough to find its clause."""
_NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百千万亿点两")


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Near:
    """Words like a quotation's, and how like."""

    place: Place
    likeness: float
    """Share of equal characters, 0 to 1."""


class Passages:
    """Every document of one snapshot as compared; made at the first look, read-only after that, shared by threads."""

    def __init__(self, index: LocalIndex, tokenizer: Tokenizer) -> None:
        self.index = index
        self._tokenizer = tokenizer
        listings = index.catalogue.documents()
        self.ids = [listing.id for listing in listings]
        self.names = Names(listings)
        folded = [fold(index.catalogue.document(document_id).text).text for document_id in self.ids]
        self._all = "\0".join(folded)
        self._starts: list[int] = []
        at = 0
        for text in folded:
            self._starts.append(at)
            at += len(text) + 1
        self._layouts: Remembered[Layout] = Remembered(KEPT_LAYOUTS)

    def layout(self, document_id: str) -> Layout:
        return self._layouts.get(document_id, lambda: Layout(self.index, document_id))

    def exact(self, words: str, document_ids: Sequence[str] = ()) -> Place | None:
        """The first place of folded words, in the named documents or anywhere."""
        if not document_ids:
            at = find_whole(self._all, words, 0, len(self._all))
            return self._place(at, len(words)) if at >= 0 else None
        for document_id in document_ids:
            layout = self.layout(document_id)
            at = find_whole(layout.folded.text, words, 0, len(layout.folded.text))
            if at >= 0:
                return Place(document_id, *layout.folded.span(at, at + len(words)))
        return None

    def near(self, words: str, document_ids: Sequence[str] = ()) -> Near | None:
        """The words of a clause most like folded words, among the clauses that BM25 finds for them."""
        sought = words[:MAX_SOUGHT_CHARS]
        allowed = self.index.only(document_ids) if document_ids else None
        terms, bigrams = self._tokenizer.bag(sought)
        hits = self.index.lexical(terms + bigrams, MAX_NEAR, allowed)
        best: Near | None = None
        for clause in self.index.catalogue.clauses(hits.rows.tolist()) if len(hits.rows) else ():
            found = self.near_within(
                words, clause.document_id, clause.start, clause.end, margin=len(words) // 2
            )
            if found is not None and (best is None or found.likeness > best.likeness):
                best = found
        return best

    def near_within(self, words: str, document_id: str, start: int, end: int, margin: int = 0) -> Near | None:
        """The part of a span most like folded words; `margin` characters around it may belong to it too."""
        layout = self.layout(document_id)
        low, high = layout.folded.within(start, end)
        low, high = max(0, low - margin), min(len(layout.folded.text), high + margin)
        window = layout.folded.text[low:high]
        if not window or not words:
            return None
        if len(words) >= len(window):
            a, b = 0, len(window)
        else:
            aligned = fuzz.partial_ratio_alignment(words, window)
            if aligned is None or aligned.dest_end <= aligned.dest_start:
                return None
            a, b = aligned.dest_start, aligned.dest_end
        likeness = fuzz.ratio(words, window[a:b]) / 100
        return Near(Place(document_id, *layout.folded.span(low + a, low + b)), likeness)

    def _place(self, at: int, length: int) -> Place:
        which = bisect_right(self._starts, at) - 1
        document_id = self.ids[which]
        local = at - self._starts[which]
        return Place(document_id, *self.layout(document_id).folded.span(local, local + length))


def find_whole(text: str, words: str, low: int, high: int) -> int:
    """Where words stand in `text[low:high]` without cutting a number in two (8% is not in 38%), or -1."""
    at = text.find(words, low, high)
    while at >= 0:
        end = at + len(words)
        if not (_cut(text, at) or _cut(text, end)):
            return at
        at = text.find(words, at + 1, high)
    return -1


def _cut(text: str, at: int) -> bool:
    """True if the place `at` is inside a number."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isdigit() and after.isdigit():
        return True
    if "." in (before, after):
        around = (
            text[at - 2 : at - 1] if before == "." else before,
            text[at + 1 : at + 2] if after == "." else after,
        )
        return all(c.isascii() and c.isdigit() for c in around)
    return before in _NUMERALS and after in _NUMERALS


def pieces(words: str) -> Iterator[str]:
    """The parts of a folded quotation that leaves something out (支持深圳……建设)."""
    for part in words.replace("...", "…").replace("[…]", "…").split("…"):
        stripped = part.strip(".,;:、")
        if stripped:
            yield stripped


__all__ = ["Layout", "Near", "Passages", "Place", "find_whole", "pieces"]
