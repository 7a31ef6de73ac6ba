"""A document of a snapshot → its text as compared, its places and what each is cited by."""

from bisect import bisect_right
from functools import cached_property

from index.document import Clause, Node
from index.local import LocalIndex
from index.structure.citations import Citations
from retriever.verify.folding import Folded, fold
from retriever.verify.places import Places


class Layout:
    """One document: its text as compared, its places and its citations."""

    def __init__(self, index: LocalIndex, document_id: str) -> None:
        self._catalogue = index.catalogue
        self.document = index.catalogue.document(document_id)
        self.folded: Folded = fold(self.document.text)

    # Most documents are only looked into for words like a quotation's: what says where they stand is read when needed.

    @cached_property
    def nodes(self) -> list[Node]:
        return self._catalogue.nodes(self.document.id)

    @cached_property
    def clauses(self) -> list[Clause]:
        return self._catalogue.clauses_of(self.document.id)

    @cached_property
    def places(self) -> Places:
        return Places(self.nodes)

    @cached_property
    def _cite(self) -> Citations:
        return Citations(self.document, self.nodes)

    @cached_property
    def _clause_starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    def address(self, node: int) -> str:
        return f"{self.document.id}#{self.nodes[node].address}"

    def citation(self, node: int) -> str:
        return self._cite(node)

    def node_at(self, start: int, end: int) -> int:
        """The innermost node with an address that holds the span, else the one of the clause it begins in; -1."""
        inner = [
            i for i in self.places.by_address.values()
            if self.nodes[i].start <= start and end <= self.nodes[i].end
        ]  # fmt: skip
        if inner:
            return min(inner, key=lambda i: (self.nodes[i].end - self.nodes[i].start, -i))
        clause = self.clause_at(start)
        return self.places.by_address.get(clause.address.partition("#")[2], -1) if clause else -1

    def clause_at(self, offset: int) -> Clause | None:
        """The clause that holds the place, else the next one: a heading stands before its clauses."""
        at = max(bisect_right(self._clause_starts, offset) - 1, 0)
        while at + 1 < len(self.clauses) and self.clauses[at].end <= offset:
            at += 1
        return self.clauses[at] if self.clauses else None
