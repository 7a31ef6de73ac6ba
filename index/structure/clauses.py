"""Clauses: units of retrieval and the nodes they are cited by in, the clauses to index out."""

from collections.abc import Mapping, Sequence

from index.document import Clause, Document, Node
from index.structure.citations import Citations
from index.structure.draft import Draft
from index.structure.units import Unit

MAX_LEAD_IN_CHARS = 400


def clauses_of(
    document: Document,
    nodes: Sequence[Node],
    place: Mapping[int, int],
    units: Sequence[Unit],
) -> tuple[Clause, ...]:
    """Return a clause for each unit. `place`: id(draft) → place of its node."""
    cite = Citations(document, nodes)
    headings: dict[int, str] = {}
    clauses: list[Clause] = []
    for unit in units:
        draft = unit.draft
        at = place[id(draft)]
        clauses.append(
            Clause(
                address=f"{document.id}#{nodes[at].address}",
                document_id=document.id,
                kind=draft.kind,
                number=draft.number,
                number_origin=draft.origin,
                path=_path(document.text, unit, headings),
                lead_in=_lead_in(document.text, unit),
                citation=cite(at),
                text=document.text[draft.start : unit.end],
                start=draft.start,
                end=unit.end,
                position=len(clauses),
                page=draft.page,
            )
        )
    return tuple(clauses)


def _path(text: str, unit: Unit, headings: dict[int, str]) -> tuple[str, ...]:
    path = []
    for draft in unit.ancestors:
        heading = headings.get(id(draft))
        if heading is None:
            heading = headings[id(draft)] = _heading(text, draft)
        if heading:
            path.append(heading)
    if unit.section is not None:
        path.append(text[unit.section.start : unit.section.own_end].strip())
    return tuple(path)


def _heading(text: str, draft: Draft) -> str:
    """The heading of a draft as printed: all of it, or its first sentence where a body follows on the line."""
    if draft.kind in ("document", "notice", "attachment"):
        if draft.kind == "document":
            return ""
        printed = [
            " ".join(text[one.start : one.own_end].split()) for one in draft.children if one.kind == "title"
        ]
        label = [text[one.start : one.own_end] for one in draft.children if one.kind == "attachment"]
        return " ".join([*label, *printed[-1:]])
    if draft.kind == "table":
        title = draft.children[0]
        return text[title.start : title.own_end] if title.kind == "caption" else ""
    if draft.kind in ("paragraph", "article"):
        return ""
    own = text[draft.start : draft.own_end]
    if draft.bare:
        return own
    stop = own.find("。")
    return own[: stop + 1] if 0 < stop <= 40 else ""


def _lead_in(text: str, unit: Unit) -> str:
    if unit.lead_in is None:
        return ""
    lead_in = text[unit.lead_in[0] : unit.lead_in[1]]
    if len(lead_in) <= MAX_LEAD_IN_CHARS:
        return lead_in
    return lead_in[lead_in.rstrip("。：:；").rfind("。") + 1 :].lstrip()[-MAX_LEAD_IN_CHARS:]
