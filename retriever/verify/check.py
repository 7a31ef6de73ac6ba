"""What a verification says: a status for every citation and quotation of a draft, with the clause's own words."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What became of a citation or a quotation."""

    VERIFIED = "verified"
    """The words stand in the cited clause, word for word, in whichever script."""
    QUOTE_DIFFERS = "quote_differs"
    NUMBER_DIFFERS = "number_differs"
    """A number, a date or a 文号 is not that of the clause."""
    WRONG_CLAUSE = "wrong_clause"
    """The words stand elsewhere; `address` says where."""
    NOT_FOUND = "not_found"
    CITATION_ONLY = "citation_only"
    """The clause exists; nothing is quoted from it, so only numbers could be compared."""
    NOT_INDEXED = "not_indexed"
    """The cited document is not in the snapshot."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of characters in a quotation compared with its clause."""

    kind: str
    """equal; inserted: the draft only; deleted: the clause only."""
    text: str


@dataclass(frozen=True, slots=True)
class NumberDifference:
    """A number of the draft that the clause does not state."""

    start: int
    end: int
    """Span in the given text; both 0 where the number stands in a quotation of several lines."""
    stated: str
    """As the draft writes it."""
    source: str
    """The clause's number in its place, as printed, or ""."""


@dataclass(frozen=True, slots=True)
class Check:
    """One citation or quotation of the draft, checked."""

    start: int
    end: int
    """Span in the given text, code points."""
    kind: str
    """quotation or citation."""
    status: Status
    text: str
    """`given[start:end]`."""
    cited: str
    """Address that the draft cites, "" where it cites none that exists."""
    address: str
    """Where the words stand, or the cited clause; "" where nothing was found."""
    citation: str
    """`address` as people write it."""
    clause: str
    """Address of the clause that `address` is, or lies in, or begins with."""
    document_id: str
    quote: str
    """The document's own words: `document.text[quote_start:quote_end]`, verbatim; of a long clause the beginning."""
    quote_start: int
    quote_end: int
    differences: tuple[Difference, ...]
    numbers: tuple[NumberDifference, ...]
    message_zh: str
    message_en: str
    script_differs: bool = False
    """The words agree, but one side is in traditional, the other in simplified characters."""

    @property
    def holds(self) -> bool:
        """True if nothing is wrong with it."""
        return self.status in (Status.VERIFIED, Status.CITATION_ONLY)


@dataclass(frozen=True, slots=True)
class Verification:
    """Every check of a draft, in the order of its text."""

    checks: tuple[Check, ...]
    complete: bool
    """False where the draft holds more citations or quotations than are checked."""
    snapshot: str
    milliseconds: float
