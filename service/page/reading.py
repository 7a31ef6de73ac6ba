"""A document's nodes → the blocks of the reader, in order, with nothing left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from index.document import Clause, Node, NumberOrigin
from index.structure.tables import cells_of
from service.api.present import depths, shortened
from service.page.links import Jump, Piece, linked, within

HEADING_CHARS = 60
"""An item with items below it and at most this much text of its own is shown as a heading."""
OUTLINE_CHARS = 26
NUMBER_CHARS = 12
"""第一千二百六十条之一 is no longer."""
MAX_OUTLINE = 400
SAMPLED = 100
"""Articles that the outline shows where it can neither show all nor any heading."""
_DIVISIONS = frozenset(("part", "subpart", "chapter", "section", "heading"))
_ROWS = frozenset(("row", "header", "group"))

Segments = tuple[tuple[str, bool], ...]
"""Pieces of a text in order, and whether each is marked."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    anchor: str
    cells: tuple[Segments, ...]
    is_header: bool
    clause: Clause | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """What the reader shows as one paragraph, heading or table."""

    kind: str
    anchor: str
    """Fragment of its address, "" where it has none."""
    depth: int
    level: int
    """Heading level 2 to 6, 0 for text."""
    segments: Segments
    number: str = ""
    """Set only where the number does not stand in the text."""
    origin: str = ""
    clause: Clause | None = None
    is_current: bool = False
    is_within: bool = False
    """Another paragraph of the opened clause: a 款 or 项 of the 条."""
    page: int = 0
    """Set where a new page begins."""
    rows: tuple[Row, ...] = field(default=())
    pieces: tuple[Piece, ...] = ()
    """The segments again, cut at the references in them; empty where there are none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline at the side."""

    anchor: str
    text: str
    depth: int


def segments(text: str, spans: Sequence[tuple[int, int]]) -> Segments:
    """Cut a text at the spans to mark; they are in order and do not overlap."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:], False))
    return tuple(piece for piece in pieces if piece[0])


def excerpt(text: str, spans: Sequence[tuple[int, int]], limit: int) -> Segments:
    """The same for a long text: at most `limit` characters around the first span, … at a cut."""
    if len(text) <= limit:
        return segments(text, spans)
    start = max(0, min(spans[0][0] - limit // 4, len(text) - limit)) if spans else 0
    end = start + limit
    inside = [(max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start]
    cut = segments(text[start:end], inside)
    return ((("…", False),) if start else ()) + cut + ((("…", False),) if end < len(text) else ())


def blocks(
    text: str,
    nodes: Sequence[Node],
    clauses: Mapping[str, Clause],
    opened: Clause | None = None,
    spans: Sequence[tuple[int, int]] = (),
    references: Sequence[Jump] = (),
    find: str = "",
) -> list[Block]:
    """The nodes that have text of their own; `clauses` by fragment.

    `spans` of the document are marked; where something is to be found, that is marked instead, everywhere.
    """
    sought = re.compile(re.escape(find), re.IGNORECASE) if find else None
    found: list[Block] = []
    parents = {node.parent for node in nodes}
    titled: set[int] = set()
    page = 0
    for i, (node, depth) in enumerate(zip(nodes, depths(nodes), strict=True)):
        own = text[node.start : node.own_end]
        if not own.strip():
            continue
        clause = clauses.get(node.address) if node.address else None
        is_current = opened is not None and clause == opened
        turned = node.page if node.page and node.page != page else 0
        if node.kind in _ROWS:
            cells = _cells(own, _inside(spans, node.start, node.own_end), sought)
            row = Row(node.address, cells, node.kind != "row", clause, is_current)
            if found and found[-1].rows and not turned:
                found[-1] = replace(found[-1], rows=(*found[-1].rows, row))
            else:
                found.append(Block("table", "", depth, 0, (), rows=(row,), page=turned))
            page = node.page or page
            continue
        is_heading = node.kind in _DIVISIONS or node.kind == "title" or (
            i in parents and node.kind == "item" and len(own) <= HEADING_CHARS
        )  # fmt: skip
        anchor = node.address
        if node.kind == "title" and not anchor and node.parent not in titled:
            titled.add(node.parent)  # the title of an attachment stands for it
            anchor = nodes[node.parent].address if node.parent >= 0 else ""
        unprinted = node.number_origin in (NumberOrigin.INFERRED, NumberOrigin.WORD_LIST)
        marks = places(sought, own) if sought else _inside(spans, node.start, node.own_end)
        shown, cited = segments(own, marks), within(references, node.start, node.own_end)
        found.append(
            Block(
                kind=node.kind,
                anchor=anchor,
                depth=depth,
                level=0 if not is_heading else 2 if node.kind == "title" else min(6, 2 + max(1, depth)),
                segments=shown,
                pieces=linked(shown, cited, node.start) if cited else (),
                number=node.number if unprinted else "",
                origin=node.number_origin.value if unprinted else "",
                clause=clause,
                is_current=is_current,
                is_within=opened is not None and not is_current and opened.start <= node.start < opened.end,
                page=turned,
            )
        )
        page = node.page or page
    return found


def _inside(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The spans as far as they lie in a stretch, from its start."""
    return [(max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start]


def _cells(
    own: str, spans: Sequence[tuple[int, int]], sought: re.Pattern[str] | None
) -> tuple[Segments, ...]:
    """The cells of a row with their marks; what stands between cells is not shown."""
    shown: list[Segments] = []
    at = 0
    for cell in cells_of(own):
        at = own.index(cell, at)
        shown.append(segments(cell, places(sought, cell) if sought else _inside(spans, at, at + len(cell))))
        at += len(cell)
    return tuple(shown)


def places(sought: re.Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in sought.finditer(text)] if sought else []


def marks(found: Sequence[Block]) -> int:
    """How many places are marked."""
    texts = [parts for b in found for parts in (b.segments, *(cell for row in b.rows for cell in row.cells))]
    return sum(mark for parts in texts for _, mark in parts)


def contents(found: Sequence[Block]) -> list[Entry]:
    """The outline: headings, and articles where there are not too many; of a long document without headings some."""
    headings = [b for b in found if b.anchor and b.level]
    articles = [b for b in found if b.anchor and (b.level or b.kind == "article")]
    chosen = articles if len(articles) <= MAX_OUTLINE else headings
    if not any(b.kind != "title" for b in chosen):
        chosen = articles[:: -(-len(articles) // SAMPLED) or 1]
    following = {before.anchor: after for before, after in pairwise(found) if before.kind == "article"}
    return [
        Entry(b.anchor, shortened(_said(b, following.get(b.anchor)), OUTLINE_CHARS), min(b.depth, 4))
        for b in chosen[: MAX_OUTLINE * 5]
    ]


def _said(block: Block, following: Block | None) -> str:
    """The text of a block; where it is the number of a 条 alone, the paragraph below it too."""
    text = "".join(piece for piece, _ in block.segments)
    if following is None or following.depth <= block.depth or len(text) > NUMBER_CHARS:
        return text
    return f"{text} {''.join(piece for piece, _ in following.segments)}"
