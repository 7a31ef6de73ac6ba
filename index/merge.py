"""Published and new sources in, the splits of one collection out: newer ones replace, no id is used twice."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from index.catalogue import Catalogue
from index.document import Source, Split
from index.errors import NothingPublishedError
from index.snapshot import Store

SplitSource = Callable[[Source], Split]


def text_digest(text: str) -> str:
    """sha256 of a document's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def published_sources(store: Store, remove: Mapping[str, str]) -> list[Source]:
    """The sources of the published snapshot, without those of `remove`: id → `text_digest`."""
    try:
        folder = store.holding_sources(store.current())
    except NothingPublishedError:
        return []
    catalogue = Catalogue(folder / "catalogue.sqlite")
    return [
        source
        for document_id, source in zip(catalogue.document_ids(), catalogue.sources(), strict=True)
        if document_id not in remove or remove[document_id] != text_digest(source.text)
    ]


def merge(
    published: list[Source],
    new: Iterable[Source],
    split_source: SplitSource,
    on_split: Callable[[int, int], None],
) -> tuple[list[tuple[Source, Split]], tuple[str, ...], tuple[str, ...]]:
    """Split everything; newer sources replace older ones of the same document, others never share an id.

    Also returns the ids of the replaced documents and those of the new ones.
    """
    by_id: dict[str, tuple[Source, Split]] = {}
    replaced, added = [], []
    sources = [*published, *new]
    for done, source in enumerate(sources, 1):
        result = split_source(source)
        document_id = result.document.id
        number = 1
        while document_id in by_id and not _same_document(by_id[document_id], (source, result)):
            number += 1
            document_id = f"{result.document.id}~{number}"
        if document_id in by_id and by_id[document_id][0].text != source.text:
            replaced.append(document_id)
        if done > len(published):
            added.append(document_id)
        by_id[document_id] = (source, result if number == 1 else _renamed(result, document_id))
        on_split(done, len(sources))
    return list(by_id.values()), tuple(replaced), tuple(added)


def _same_document(old: tuple[Source, Split], new: tuple[Source, Split]) -> bool:
    same_number = old[1].document.number == new[1].document.number != ""
    return same_number or old[0].name == new[0].name or old[0].text == new[0].text


def _renamed(result: Split, document_id: str) -> Split:
    """The same split under another document id, for two documents of one title and no 文号."""
    old = len(result.document.id)
    clauses = tuple(
        replace(c, document_id=document_id, address=document_id + c.address[old:]) for c in result.clauses
    )
    return replace(result, document=replace(result.document, id=document_id), clauses=clauses)
