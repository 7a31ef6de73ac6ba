"""A draft → a check of every citation and quotation in it, against one snapshot."""

import re
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import QuestionError
from retriever.search import Searcher
from retriever.verify import say
from retriever.verify.check import Check, Difference, NumberDifference, Status, Verification
from retriever.verify.citations import MAX_CITATIONS, Citation, citations
from retriever.verify.compare import compare
from retriever.verify.folding import Folded, core, flat, fold, script_differs
from retriever.verify.passages import Near, Passages, Place, find_whole, pieces
from retriever.verify.places import written
from retriever.verify.quantities import Quantity, quantities, unsupported
from retriever.verify.quotations import Quotation, quotations

MAX_DRAFT_CHARS = 200_000
MAX_QUOTATIONS = 1000
MAX_SHOWN_CHARS = 400
MIN_UNCITED_CHARS = 8
"""Shorter words in quotation marks without a citation are taken for a term or for irony."""
SHORT_CHARS = 12
LIKE_CITED = 0.6
"""Words this like the cited clause's are a quotation of it that differs."""
LIKE_ELSEWHERE = 0.75
"""Words this like another clause's are a quotation of that one."""

_SENTENCE_END = re.compile(r"[。！？；!?;\n]+[”」』\"]?|(?<=[a-z0-9)\]])\.(?=\s)")
_FULL_STOP = re.compile(r"[。！？!?\n]|(?<=[a-z0-9)\]])\.(?=\s)")
_LEADS_ON = re.compile(
    r"[\s.,;:、]*[(\[]?[-\s]*(?:详?见|引自|摘自|出自|来源|出处|依据|see)?[:\s]*", re.IGNORECASE
)
_NOTHING_ELSE = re.compile(
    r"[\s.,;:、()\[\]\-*_>#]*(?:详?见|引自|摘自|出自|来源|出处|依据|根据|see)?[\s.,;:、()\[\]\-*_>#]*"
)
_NUMERAL = re.compile(r"[0-9０-９]|^[〇零一二两三四五六七八九十百千万亿]+$")
_JOINED = re.compile(r"\s?(?:、|和|或者|或|以及|及|与|至|到|,|-)?\s?")


@dataclass(frozen=True, slots=True)
class _Cited:
    """A citation with the places it means."""

    citation: Citation
    targets: tuple[tuple[str, int], ...]
    """(document, node); node -1 for the whole document."""


class Verifier:
    """Checks drafts against one snapshot; shared by threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._made: Passages | None = None
        self._making = threading.Lock()

    @property
    def _passages(self) -> Passages:
        """Made at the first draft: a service that checks none does not hold all texts in memory."""
        with self._making:
            if self._made is None:
                self._made = Passages(self._searcher.index, self._searcher.tokenizer)
            return self._made

    def verify(self, draft: str) -> Verification:
        """Check a draft of at most `MAX_DRAFT_CHARS` characters. Raises QuestionError."""
        started = time.perf_counter()
        if not draft.strip():
            raise QuestionError("the text is empty; give the draft whose citations are to be checked")
        if len(draft) > MAX_DRAFT_CHARS:
            raise QuestionError(f"the text has {len(draft):,} characters; "
                                f"check at most {MAX_DRAFT_CHARS:,} at once")  # fmt: skip
        draft = draft.encode("utf-8", "replace").decode()  # lone surrogates are no characters
        reading = _Reading(draft, self._passages)
        checks = sorted(reading.checks(), key=lambda check: (check.start, check.end, check.kind))
        return Verification(tuple(checks), reading.complete, self._searcher.index.manifest.id,
                            (time.perf_counter() - started) * 1e3)  # fmt: skip


class _Reading:
    """One draft while it is checked."""

    def __init__(self, draft: str, passages: Passages) -> None:
        self.draft, self.passages = draft, passages
        self.level = flat(draft)
        found = citations(draft, passages.names, passages.ids)
        quoted = quotations(draft)
        self.complete = len(found) <= MAX_CITATIONS and len(quoted) <= MAX_QUOTATIONS
        found, quoted = found[:MAX_CITATIONS], quoted[:MAX_QUOTATIONS]
        # A citation inside a quotation is the quoted text's own; quotation marks inside a citation are its name's.
        spans = _Spans([(q.start, q.end) for q in quoted])
        cited = [c for c in found if not _quoted(c, spans.holding(c.start))]
        named = _Spans([(c.start, c.end) for c in cited])
        self.quotations = [q for q in quoted if named.overlapping(q.start, q.end) is None]
        self.cited = [_Cited(c, tuple(self._targets(c))) for c in cited]
        self._starts = [c.citation.start for c in self.cited]
        self._quoted = _Spans([(q.start, q.end) for q in self.quotations])
        self._ends = [0, *(m.end() for m in _SENTENCE_END.finditer(draft)
                           if self._quoted.holding(m.start()) is None), len(draft)]  # fmt: skip

    def checks(self) -> Iterator[Check]:
        attached: set[int] = set()
        for quotation in self.quotations:
            group = self._citations_of(quotation)
            attached.update(group)
            check = self._quotation(quotation, [self.cited[i] for i in group])
            if check is not None:
                yield check
        seen: set[tuple[str, ...]] = set()
        for i, cited in enumerate(self.cited):
            check = self._citation(cited)
            whole = not cited.citation.steps and not cited.citation.address
            if check.status is Status.CITATION_ONLY:
                if i in attached or (whole and (check.document_id,) in seen):
                    continue
            elif check.status is Status.NOT_INDEXED and i in attached:
                continue  # its quotation says so
            if whole:
                seen.add((check.document_id,))
            yield check

    def _targets(self, citation: Citation) -> Iterator[tuple[str, int]]:
        for document_id in citation.documents:
            layout = self.passages.layout(document_id)
            if citation.address:
                known = layout.places.by_address
                address = next((citation.address[:end] for end in range(len(citation.address), 0, -1)
                                if citation.address[:end] in known), "")  # fmt: skip
                rest = citation.address[len(address) :]
                if address and not (rest and rest[0] in "/·0123456789第（("):
                    yield document_id, known[address]
            elif not citation.steps:
                yield document_id, -1
            else:
                for node in layout.places.find(citation.steps):
                    yield document_id, node

    def _citations_of(self, quotation: Quotation) -> list[int]:
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
            above = self.draft[: quotation.start].rstrip()
            return above.rfind("\n") + 1, quotation.end
        low = 0
        for match in _FULL_STOP.finditer(self.draft, max(0, quotation.start - 600), quotation.start):
            if self._quoted.holding(match.start()) is None:
                low = match.end()
        stop = _FULL_STOP.search(self.draft, quotation.end)
        return low, stop.start() if stop else len(self.draft)

    def _series(self, at: int, step: int) -> list[int]:
        """The citation and those joined to it: 第五条、第六条."""
        found = [at]
        while 0 <= at + step < len(self.cited):
            first, second = sorted((at, at + step))
            between = self.draft[self.cited[first].citation.end : self.cited[second].citation.start]
            if len(between) > 6 or not _JOINED.fullmatch(flat(between)):
                break
            at += step
            found.append(at)
        return found

    # -- quotations

    def _quotation(self, quotation: Quotation, cited: Sequence[_Cited]) -> Check | None:
        folded = _without_emphasis(fold(quotation.words))
        span = core(folded.text)
        words = folded.text[slice(*span)]
        if not any(map(str.isalnum, words)):
            return None
        targets = [target for one in cited for target in one.targets]
        if cited and not any(one.citation.documents for one in cited):
            name = cited[0].citation.name
            return self._check(quotation, "quotation", Status.NOT_INDEXED, say.not_indexed(name))
        if not cited and len(words) < MIN_UNCITED_CHARS:
            return None
        aim = self._address(targets[0]) if targets else ""
        for target in targets:
            place = self._stands(words, target)
            if place is not None:
                check = self._check(quotation, "quotation", Status.VERIFIED, say.verified(), place,
                                    cited=self._address(target))  # fmt: skip
                if not check.script_differs:
                    return check
                zh, en = say.other_script()
                return replace(check, message_zh=zh, message_en=en)
        nears = [n for t in targets if (n := self._near(words, t)) is not None]
        near = max(nears, key=lambda n: n.likeness, default=None)
        if near is not None and near.likeness >= LIKE_CITED and len(words) < SHORT_CHARS:
            return self._differs(quotation, folded, span, near, aim, moved=False)
        ids = list(dict.fromkeys(i for one in cited for i in one.citation.documents))
        place = self._elsewhere(words, ids)
        if place is not None:
            if not cited:
                return self._check(
                    quotation, "quotation", Status.VERIFIED, say.uncited(self._cite(place)), place
                )
            return self._check(quotation, "quotation", Status.WRONG_CLAUSE, say.wrong_clause(self._cite(place)),
                               place, cited=aim)  # fmt: skip
        if near is not None and near.likeness >= LIKE_CITED:
            return self._differs(quotation, folded, span, near, aim, moved=False)
        other = (self.passages.near(words, ids) if ids else None) or None
        if other is None or other.likeness < LIKE_ELSEWHERE:
            other = self.passages.near(words)
        if other is not None and other.likeness >= LIKE_ELSEWHERE:
            return self._differs(quotation, folded, span, other, aim, moved=bool(cited))
        message = say.words_not_found() if cited else say.uncited_not_found()
        return self._check(quotation, "quotation", Status.NOT_FOUND, message, cited=aim)

    def _stands(self, words: str, target: tuple[str, int]) -> Place | None:
        """Where the words stand in the cited place, also where the quotation leaves something out with ……."""
        document_id = target[0]
        layout = self.passages.layout(document_id)
        start, end = self._span(target)
        low, high = layout.folded.within(start, end)
        text = layout.folded.text
        at = find_whole(text, words, low, high)
        if at >= 0:
            return Place(document_id, *layout.folded.span(at, at + len(words)))
        first = -1
        parts = list(pieces(words))
        for part in parts if len(parts) > 1 else ():
            at = find_whole(text, part, low, high)
            if at < 0:
                return None
            first, low = at if first < 0 else first, at + len(part)
        return Place(document_id, *layout.folded.span(first, low)) if first >= 0 else None

    def _elsewhere(self, words: str, ids: Sequence[str]) -> Place | None:
        for places in ([ids] if ids else []) + [[]]:
            place = self.passages.exact(words, places)
            if place is not None:
                return place
        return None

    def _near(self, words: str, target: tuple[str, int]) -> Near | None:
        start, end = self._span(target)
        if end - start > 4 * len(words) + 4000:
            found = self.passages.near(words, [target[0]])
            return found if found is not None and start <= found.place.start < end else None
        return self.passages.near_within(words, target[0], start, end)

    def _differs(
        self,
        quotation: Quotation,
        folded: Folded,
        span: tuple[int, int],
        near: Near,
        aim: str,
        *,
        moved: bool,
    ) -> Check:
        layout = self.passages.layout(near.place.document_id)
        text = layout.document.text
        compared = compare(
            quotation.words, folded, span, text, layout.folded, (near.place.start, near.place.end)
        )
        place = Place(near.place.document_id, compared.start, compared.end)
        theirs = text[place.start : place.end]
        numbers = tuple(self._numbers(quotation, quantities(quotation.words), quantities(theirs), theirs))
        digits = any(d.kind == "inserted" and _NUMERAL.search(d.text) for d in compared.differences)
        if moved:
            status, message = Status.WRONG_CLAUSE, say.wrong_clause(self._cite(place), differs=True)
        elif numbers or digits:
            status, message = Status.NUMBER_DIFFERS, say.numbers(numbers)
        else:
            status, message = Status.QUOTE_DIFFERS, say.quote_differs()
        return self._check(quotation, "quotation", status, message, place, cited=aim,
                           differences=compared.differences, numbers=numbers)  # fmt: skip

    def _numbers(
        self, quotation: Quotation, stated: Sequence[Quantity], source: Sequence[Quantity], theirs: str
    ) -> Iterator[NumberDifference]:
        shift = self.draft.find(quotation.words, quotation.start, quotation.end)
        for one, other in unsupported(stated, source):
            start, end = (one.start + shift, one.end + shift) if shift >= 0 else (0, 0)
            yield NumberDifference(start, end, quotation.words[one.start : one.end],
                                   theirs[other.start : other.end] if other else "")  # fmt: skip

    # -- citations

    def _citation(self, cited: _Cited) -> Check:
        citation = cited.citation
        if not citation.documents:
            return self._check(citation, "citation", Status.NOT_INDEXED, say.not_indexed(citation.name))
        if citation.wrong_number:
            known = [self.passages.names.number_of[i] for i in citation.documents]
            return self._check(citation, "citation", Status.NUMBER_DIFFERS,
                               say.wrong_number(citation.wrong_number, next(filter(None, known), "")),
                               self._shown(cited.targets[0]) if cited.targets else None)  # fmt: skip
        if not cited.targets:
            what = written(citation.steps) or citation.address
            return self._check(citation, "citation", Status.NOT_FOUND, say.no_place(what))
        target = cited.targets[0]
        low, high = self._sentence(citation)
        numbers, stated = self._unsupported(citation, low, high)
        if numbers:
            return self._check(citation, "citation", Status.NUMBER_DIFFERS, say.numbers(numbers),
                               self._shown(target), cited=self._address(target), numbers=numbers)  # fmt: skip
        return self._check(citation, "citation", Status.CITATION_ONLY, say.citation_only(stated, len(cited.targets)),
                           self._shown(target), cited=self._address(target))  # fmt: skip

    def _sentence(self, citation: Citation) -> tuple[int, int]:
        """The sentence that the citation vouches for: its own, or the one before where it stands alone after it."""
        at = bisect_right(self._ends, citation.start) - 1
        low, high = self._ends[at], self._ends[min(at + 1, len(self._ends) - 1)]
        before = self.level[low : citation.start]
        rest = before + self.level[citation.end : high]
        alone = _NOTHING_ELSE.fullmatch(rest) is not None
        aside = _NOTHING_ELSE.fullmatch(before) is not None and (
            "(" in before or "[" in before or self.level[citation.start] == "["
        )
        if (alone or aside) and at and "\n" not in self.draft[self._ends[at - 1] : low].strip(" "):
            return self._ends[at - 1], low if aside and not alone else high
        return low, high

    def _unsupported(
        self, citation: Citation, low: int, high: int
    ) -> tuple[tuple[NumberDifference, ...], bool]:
        """Numbers of a sentence, outside its quotations and citations, that no clause cited in it states."""
        inside = [c for c in self.cited if low <= c.citation.start < high or c.citation is citation]
        if any(not c.targets for c in inside):
            return (), False
        masked = list(self.draft[low:high])
        for start, end in [(c.citation.start, c.citation.end) for c in inside] + self._quoted.between(
            low, high
        ):
            for i in range(max(start, low) - low, min(end, high) - low):
                masked[i] = "\n" if masked[i] == "\n" else " "
        stated = quantities("".join(masked))
        if not stated:
            return (), False
        source: list[tuple[Quantity, str]] = []
        for one in inside:
            for target in one.targets:
                text = self._said(target)
                source.extend((q, text[q.start : q.end]) for q in quantities(text))
        printed = {id(q): words for q, words in source}
        return tuple(
            NumberDifference(low + one.start, low + one.end, self.draft[low + one.start : low + one.end],
                             printed[id(other)] if other else "")
            for one, other in unsupported(stated, [q for q, _ in source])
        ), True  # fmt: skip

    def _said(self, target: tuple[str, int]) -> str:
        """Everything a citation of the place may rest on: the place, and the words that introduce it."""
        layout = self.passages.layout(target[0])
        start, end = self._span(target)
        clause = layout.clause_at(start) if target[1] >= 0 else None
        return (clause.lead_in + "\n" if clause else "") + layout.document.text[start:end]

    # -- places

    def _span(self, target: tuple[str, int]) -> tuple[int, int]:
        layout = self.passages.layout(target[0])
        if target[1] < 0:
            return 0, len(layout.document.text)
        node = layout.nodes[target[1]]
        return node.start, node.end

    def _address(self, target: tuple[str, int]) -> str:
        return self.passages.layout(target[0]).address(target[1]) if target[1] >= 0 else target[0]

    def _shown(self, target: tuple[str, int]) -> Place:
        start, end = self._span(target)
        return Place(target[0], start, min(end, start + MAX_SHOWN_CHARS))

    def _cite(self, place: Place) -> str:
        layout = self.passages.layout(place.document_id)
        node = layout.node_at(place.start, place.end)
        return layout.citation(node) if node >= 0 else f"《{layout.document.title or layout.document.id}》"

    def _check(
        self, span: Quotation | Citation, kind: str, status: Status, message: tuple[str, str],
        place: Place | None = None, *, cited: str = "", differences: tuple[Difference, ...] = (),
        numbers: tuple[NumberDifference, ...] = (),
    ) -> Check:  # fmt: skip
        address = citation = clause = quote = document_id = ""
        start = end = 0
        if place is not None:
            layout = self.passages.layout(place.document_id)
            document_id, start, end = place.document_id, place.start, place.end
            quote = layout.document.text[start:end]
            holding = layout.clause_at(start)
            clause = holding.address if holding else ""
            if kind == "citation" and cited:
                node = layout.places.by_address.get(cited.partition("#")[2], -1)
            else:
                node = layout.node_at(start, end)
            address = layout.address(node) if node >= 0 else document_id
            citation = layout.citation(node) if node >= 0 else f"《{layout.document.title or document_id}》"
        verbatim = place is not None and kind == "quotation" and not differences
        script = verbatim and script_differs(self.draft[span.start : span.end], quote)
        return Check(span.start, span.end, kind, status, self.draft[span.start : span.end], cited, address, citation,
                     clause, document_id, quote, start, end, differences, numbers, *message, script)  # fmt: skip


def _quoted(citation: Citation, inside: tuple[int, int] | None) -> bool:
    """True if the citation is part of a quotation; one that is all of it and names a clause is the draft's own."""
    if inside is None or citation.end > inside[1]:
        return False
    whole = citation.end - citation.start >= inside[1] - inside[0] - 2
    return not (whole and (citation.steps or citation.address))


class _Spans:
    """Spans in order that do not overlap."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def holding(self, offset: int) -> tuple[int, int] | None:
        at = bisect_right(self._starts, offset) - 1
        return self._spans[at] if at >= 0 and offset < self._spans[at][1] else None

    def overlapping(self, start: int, end: int) -> tuple[int, int] | None:
        at = bisect_right(self._starts, end - 1) - 1
        return self._spans[at] if at >= 0 and start < self._spans[at][1] else None

    def between(self, low: int, high: int) -> list[tuple[int, int]]:
        return [span for span in self._spans if span[0] < high and low < span[1]]


def _without_emphasis(folded: Folded) -> Folded:
    """Without the ** of Markdown, which is the draft's and not the clause's."""
    if "**" not in folded.text:
        return folded
    kept = [i for i, c in enumerate(folded.text) if c != "*"]
    return Folded("".join(folded.text[i] for i in kept), folded.places[kept])
