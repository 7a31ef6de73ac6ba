"""A draft → a check of every citation and quotation in it, against one snapshot."""

import threading
import time
from collections.abc import Iterator

from index.errors import QuestionError
from retriever.search import Searcher
from retriever.verify.check import Check, Status, Verification
from retriever.verify.cited import check_citation
from retriever.verify.draft import Draft
from retriever.verify.passages import Passages
from retriever.verify.quoted import check_quotation

MAX_DRAFT_CHARS = 200_000


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
        passages = self._passages
        reading = Draft(draft, passages)
        checks = sorted(_checks(reading, passages), key=lambda check: (check.start, check.end, check.kind))
        return Verification(tuple(checks), reading.complete, self._searcher.index.manifest.id,
                            (time.perf_counter() - started) * 1e3)  # fmt: skip


def _checks(draft: Draft, passages: Passages) -> Iterator[Check]:
    """Of every quotation, and of every citation that no quotation speaks for."""
    attached: set[int] = set()
    for quotation in draft.quotations:
        group = draft.citations_of(quotation)
        attached.update(group)
        check = check_quotation(draft, passages, quotation, [draft.cited[i] for i in group])
        if check is not None:
            yield check
    seen: set[tuple[str, ...]] = set()
    for i, cited in enumerate(draft.cited):
        check = check_citation(draft, passages, cited)
        whole = not cited.citation.steps and not cited.citation.address
        if check.status is Status.CITATION_ONLY:
            if i in attached or (whole and (check.document_id,) in seen):
                continue
        elif check.status is Status.NOT_INDEXED and i in attached:
            continue  # its quotation says so
        if whole:
            seen.add((check.document_id,))
        yield check
