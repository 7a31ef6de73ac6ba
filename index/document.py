"""The nouns: a source as read, a document, its nodes, its clauses, and what was noticed while reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NumberOrigin(StrEnum):
    """Where a clause's number comes from; a number is never invented."""

    PRINTED = "printed"
    """It stands in the text."""
    WORD_LIST = "word-list"
    """Computed from Word's automatic numbering; not in the text."""
    INFERRED = "inferred"
    """Lost in the text but forced by its neighbours; always shown as 推定."""
    NONE = "none"
    """The clause has no number and is cited by paragraph."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph (or one table row) as the file format delimits it."""

    start: int
    end: int
    """Span in `Source.text`, code points, without the line end."""
    label: str = ""
    """Number computed from automatic numbering, e.g. `（一）`; it is not part of the text."""
    heading_level: int = 0
    """1 for the highest heading where the format itself marks headings, else 0."""
    style: str = ""
    """What the format says it is: "" (body), "title", "toc", "row", "footnote", "header"."""
    table: int = 0
    """1-based number of the table that a row belongs to, 0 outside tables."""
    page: int = 0
    """1-based page, 0 where the format has none."""


class FactOrigin(StrEnum):
    """Who says so."""

    TEXT = "text"
    CONTAINER = "container"
    """The file's metadata or its name, or what follows from another fact."""
    GIVEN = "given"
    """A person: in a sidecar file beside the source, or with `tiaowen index --fact`."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about a document, with the span of the text that states it; (-1, -1) where the text does not."""

    name: str
    """title, number, kind, issuer, recipients, signed, published, adopted, amended, dated (by the file name),
    effective, expires, repeals, amends, repealed, in_force. A name may occur several times."""
    value: str
    """Dates in ISO form where a full date is given."""
    start: int = -1
    end: int = -1
    origin: FactOrigin = FactOrigin.TEXT


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes that a source was read from, as the store keeps them under their sha256."""

    sha256: str
    name: str
    """File name to download it by."""
    media_type: str
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as a reader delivers it: its text, its paragraphs in order, and facts the container states."""

    name: str
    format: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    """Facts stated by the container itself (HTML metadata): title, number, issuer, published (ISO date)."""
    warnings: tuple[str, ...] = ()
    overrides: tuple[Fact, ...] = ()
    """Facts that a person gave; all others of the same name are dropped."""
    original: Original | None = field(default=None, repr=False)
    """What it was read from, where that is kept. Not in the repr: snapshots made before have the same id."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document and the facts it is cited by."""

    id: str
    """Stable and unique in the collection: the 文号, else the title; the part of an address before `#`."""
    title: str
    number: str
    """文号 as printed, e.g. 国科发区〔2020〕187号, or ""."""
    issuer: str
    published: str
    """ISO date of signing or publication, or ""."""
    text: str
    source: str
    """File name it was read from."""
    facts: tuple[Fact, ...] = ()
    """Everything known about it, the fields above included."""


@dataclass(frozen=True, slots=True)
class Node:
    """A span with one role. The own spans of a document's nodes hold every non-blank character exactly once."""

    kind: str
    """title, number, recipients, part, chapter, article, item, paragraph, row, attachment, signature, date…"""
    start: int
    own_end: int
    """`text[start:own_end]` is the node's own text: its number with its heading or paragraph."""
    end: int
    """`text[start:end]` is the node with all its descendants."""
    parent: int
    """Position of the parent in the document's node list, -1 for a root; nodes are in pre-order."""
    number: str = ""
    """As people write it: 第三条, （四）, 1."""
    number_origin: NumberOrigin = NumberOrigin.NONE
    address: str = ""
    """Address of the node within its document, the part after `#`; "" where it cannot be cited."""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """A unit of retrieval: the smallest unit a person would cite. `document.text[start:end] == text`."""

    address: str
    """Unique in the collection and stable over re-indexing, e.g. 国科发区〔2020〕187号#二/（四）."""
    document_id: str
    kind: str
    """Kind of its node: article, item, paragraph, row…"""
    number: str
    number_origin: NumberOrigin
    path: tuple[str, ...]
    """Headings of its ancestors, outermost first, as printed."""
    lead_in: str
    """The sentence that introduces the list it stands in, or ""."""
    citation: str
    """As people write it: 《…》（国科发区〔2020〕187号）第二部分第（四）条; says 推定 beside an inferred number."""
    text: str
    start: int
    end: int
    position: int
    """0-based place in the document's order of clauses."""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should check: a gap, a repeat, a number out of order, an inferred number."""

    line: int
    """1-based line of the source text."""
    code: str
    """gap, repeat, disorder, inferred, reference, no-title…"""
    message: str
    """English sentence naming the numbers involved."""


@dataclass(frozen=True, slots=True)
class Split:
    """A source split: the document, every node, the clauses to index, and the diagnosis."""

    document: Document
    nodes: tuple[Node, ...]
    clauses: tuple[Clause, ...]
    findings: tuple[Finding, ...]
