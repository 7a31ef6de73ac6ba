"""A document → its words in simplified characters and the years it names, remembered."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from retriever.answers.wanted import years_in
from retriever.search import Searcher

REMEMBERED_CHARS = 4_000_000
"""8 MB; the last document stays, however long."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says, title and issuer included."""

    text: str
    """Simplified."""
    years: frozenset[str]


class DocumentsSaid:
    """The documents of one snapshot; shared by threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._known: OrderedDict[str, Said] = OrderedDict()
        self._chars = 0
        self._lock = Lock()

    def __call__(self, document_id: str) -> Said:
        with self._lock:
            known = self._known.get(document_id)
            if known is not None:
                self._known.move_to_end(document_id)
                return known
        document = self._searcher.index.catalogue.document(document_id)
        text = self._searcher.tokenizer.simplified(f"{document.title} {document.issuer} {document.text}")
        made = Said(text, frozenset(years_in(text)))
        with self._lock:
            if document_id not in self._known:
                self._known[document_id] = made
                self._chars += len(text)
            while self._chars > REMEMBERED_CHARS and len(self._known) > 1:
                self._chars -= len(self._known.popitem(last=False)[1].text)
        return made
