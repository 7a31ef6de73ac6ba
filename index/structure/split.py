"""The structure pass: a source in, its document, nodes, clauses and findings out."""

from index.document import Clause, Document, Finding, Node, Source, Split
from index.structure.address import Addresses, frame_prefixes
from index.structure.aligned import mark_aligned
from index.structure.citations import Citations
from index.structure.draft import Draft
from index.structure.fact_dates import first, published_date
from index.structure.facts import document_id, facts_of, overridden
from index.structure.frame import Frame, frames_of
from index.structure.lines import Line, LineNumbers, lines_of, paragraphs_of
from index.structure.outline import Outline
from index.structure.passages import mute_quotations, unwrap
from index.structure.points import add_points
from index.structure.tables import name_rows
from index.structure.units import Unit, end_of, units_of

__all__ = ["paragraphs_of", "split"]

_MERGED_ROLES = frozenset(("title", "recipients", "history", "toc", "attachments"))
"""Roles whose consecutive lines make one node."""
_CONTENT_ROLES = frozenset(("", "row", "box", "footnote"))
MAX_LEAD_IN_CHARS = 400


def split(source: Source) -> Split:
    """Split a source into nodes that hold every non-blank character once, and into citable clauses."""
    return _Splitter(source).split()


class _Splitter:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.findings: list[Finding] = []
        self.line_number = LineNumbers(source.text)

    def report(self, start: int, code: str, message: str) -> None:
        self.findings.append(Finding(self.line_number(start), code, message))

    def split(self) -> Split:
        lines = unwrap(self.text, lines_of(self.source))
        mute_quotations(lines)
        mark_aligned(lines)
        frames = frames_of(lines)
        found = facts_of(self.text, frames, self.source.facts, self.source.name)
        facts = overridden(found, self.source.overrides)
        title, number = first(facts, "title"), first(facts, "number")
        if not any(frame.title for frame in frames):
            self.report(0, "no-title", f"no title found in the text; the document is called {title}")
        document = Document(
            id=document_id(title, number),
            title=title,
            number=number,
            issuer="、".join(dict.fromkeys(fact.value for fact in facts if fact.name == "issuer")),
            published=published_date(facts),
            text=self.text,
            source=self.source.name,
            facts=facts,
        )
        roots: list[Draft] = []
        units: list[Unit] = []
        addresses = Addresses(self.text, self.report)
        for frame, prefix in zip(frames, frame_prefixes(frames), strict=True):
            root = self._tree(frame)
            # Parts of a sentence are cited, never searched alone: units are taken before they are marked.
            units.extend(units_of(root))
            add_points(self.text, root)
            addresses.assign(root, prefix)
            roots.append(root)
        nodes, place = self._nodes(frames, roots, addresses)
        clauses = self._clauses(document, nodes, place, units, addresses)
        self.findings.sort(key=lambda finding: finding.line)
        return Split(document, nodes, clauses, tuple(self.findings))

    def _tree(self, frame: Frame) -> Draft:
        lines = frame.lines
        root = Draft(
            frame.kind, lines[0].start, lines[0].start, lines[0].start, lines[0].page, label=frame.label
        )
        outline = Outline(self.text, root, lines, self.report)
        before: Line | None = None
        between = 0
        for i, line in enumerate(lines):
            if line.role in _CONTENT_ROLES:
                count = len(root.children)
                outline.add(i)
                if between and len(root.children) == count:
                    _reseat(root, between)
                between = 0
            elif before is not None and before.role == line.role and line.role in _MERGED_ROLES:
                root.children[-1].own_end = line.end
            else:
                outline.close(line.role)
                between += 1
                root.children.append(Draft(line.role, line.start, line.end, line.start, line.page))
            before = line
        _join_single_paragraphs(root)
        name_rows(self.text, root)
        return root

    def _nodes(
        self, frames: list[Frame], roots: list[Draft], addresses: Addresses
    ) -> tuple[tuple[Node, ...], dict[int, int]]:
        nodes: list[Node] = []
        place: dict[int, int] = {}
        ends: list[int] = [end_of(root) for root in roots]
        for position in range(len(frames) - 1, -1, -1):
            if frames[position].kind == "attachment" and frames[position].owner != position:
                owner = frames[position].owner
                ends[owner] = max(ends[owner], ends[position])
        for position, root in enumerate(roots):
            owner = frames[position].owner
            parent = (
                place[id(roots[owner])] if frames[position].kind == "attachment" and owner != position else -1
            )
            waiting = [(root, parent)]
            while waiting:
                draft, above = waiting.pop()
                place[id(draft)] = len(nodes)
                end = ends[position] if draft is root else end_of(draft)
                address = addresses.of.get(id(draft), "")
                nodes.append(
                    Node(
                        draft.kind,
                        draft.start,
                        draft.own_end,
                        end,
                        above,
                        draft.number,
                        draft.origin,
                        address,
                        draft.page,
                    )
                )
                here = len(nodes) - 1
                waiting.extend((child, here) for child in reversed(draft.children))
        return tuple(nodes), place

    def _clauses(
        self,
        document: Document,
        nodes: tuple[Node, ...],
        place: dict[int, int],
        units: list[Unit],
        addresses: Addresses,
    ) -> tuple[Clause, ...]:
        cite = Citations(document, nodes)
        headings: dict[int, str] = {}
        clauses: list[Clause] = []
        for unit in units:
            draft = unit.draft
            clauses.append(
                Clause(
                    address=f"{document.id}#{addresses.of.get(id(draft), '')}",
                    document_id=document.id,
                    kind=draft.kind,
                    number=draft.number,
                    number_origin=draft.origin,
                    path=self._path(unit, headings),
                    lead_in=self._lead_in(unit),
                    citation=cite(place[id(draft)]),
                    text=self.text[draft.start : unit.end],
                    start=draft.start,
                    end=unit.end,
                    position=len(clauses),
                    page=draft.page,
                )
            )
        return tuple(clauses)

    def _path(self, unit: Unit, headings: dict[int, str]) -> tuple[str, ...]:
        path = []
        for draft in unit.ancestors:
            heading = headings.get(id(draft))
            if heading is None:
                heading = headings[id(draft)] = self._heading(draft)
            if heading:
                path.append(heading)
        if unit.section is not None:
            path.append(self.text[unit.section.start : unit.section.own_end].strip())
        return tuple(path)

    def _heading(self, draft: Draft) -> str:
        """The heading of a draft as printed: all of it, or its first sentence where a body follows on the line."""
        if draft.kind in ("document", "notice", "attachment"):
            if draft.kind == "document":
                return ""
            printed = [
                " ".join(self.text[one.start : one.own_end].split())
                for one in draft.children
                if one.kind == "title"
            ]
            label = [self.text[one.start : one.own_end] for one in draft.children if one.kind == "attachment"]
            return " ".join([*label, *printed[-1:]])
        if draft.kind in ("table", "paragraph", "article"):
            return ""
        own = self.text[draft.start : draft.own_end]
        if draft.bare:
            return own
        stop = own.find("。")
        return own[: stop + 1] if 0 < stop <= 40 else ""

    def _lead_in(self, unit: Unit) -> str:
        if unit.lead_in is None:
            return ""
        lead_in = self.text[unit.lead_in[0] : unit.lead_in[1]]
        if len(lead_in) <= MAX_LEAD_IN_CHARS:
            return lead_in
        return lead_in[lead_in.rstrip("。：:；").rfind("。") + 1 :].lstrip()[-MAX_LEAD_IN_CHARS:]


def _reseat(root: Draft, count: int) -> None:
    """Move the last `count` children of the root to where the text goes on after them: a date within an item.

    Nodes stand in the order of the text, and the item that goes on began before them.
    """
    moved = root.children[-count:]
    del root.children[-count:]
    parent = root
    while parent.children and parent.children[-1].start < moved[0].start:
        parent = parent.children[-1]
    place = len(parent.children) - bool(parent.children)
    parent.children[place:place] = moved


def _join_single_paragraphs(root: Draft) -> None:
    """A 条 with one 款 is cited without it (第三条第（二）项): its only 款 is joined to it."""
    waiting = [root]
    while waiting:
        draft = waiting.pop()
        if draft.kind == "article":
            own = [child for child in draft.children if child.kind == "paragraph"]
            if len(own) == 1 and draft.children[0] is own[0] and not draft.bare:
                draft.own_end = own[0].own_end
                draft.children[:1] = own[0].children
        waiting.extend(draft.children)
