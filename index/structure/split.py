"""The structure pass: a source in, its document, nodes, clauses and findings out."""

from collections.abc import Sequence
from dataclasses import replace

from index.document import Document, Finding, Source, Split
from index.structure.address import Addresses, frame_prefixes
from index.structure.aligned import mark_aligned
from index.structure.clauses import clauses_of
from index.structure.draft import Draft
from index.structure.fact_dates import first, published_date
from index.structure.facts import document_id, facts_of, overridden
from index.structure.frame import Frame
from index.structure.framing import frames_of
from index.structure.lines import LineNumbers, lines_of, paragraphs_of
from index.structure.nodes import nodes_of
from index.structure.page_numbers import over_pages
from index.structure.passages import mute_quotations, unwrap
from index.structure.points import add_points
from index.structure.traditional import as_printed, shadow_of
from index.structure.trees import tree_of
from index.structure.units import Unit, units_of

__all__ = ["paragraphs_of", "split"]


def split(source: Source) -> Split:
    """Split a source into nodes that hold every non-blank character once, and into citable clauses."""
    text = shadow_of(source.text)
    findings: list[Finding] = []
    line_number = LineNumbers(text)

    def report(start: int, code: str, message: str) -> None:
        findings.append(Finding(line_number(start), code, message))

    lines = unwrap(text, lines_of(source if text == source.text else replace(source, text=text)))
    lines = over_pages(text, lines)
    mute_quotations(lines)
    mark_aligned(lines)
    frames = frames_of(lines, source.facts.get("title", ""))
    document = _document(source, text, frames)
    if not any(frame.title for frame in frames):
        report(0, "no-title", f"no title found in the text; the document is called {document.title}")
    roots: list[Draft] = []
    units: list[Unit] = []
    addresses = Addresses(text, report)
    for frame, prefix in zip(frames, frame_prefixes(frames), strict=True):
        root = tree_of(text, frame, report)
        # Parts of a sentence are cited, never searched alone: units are taken before they are marked.
        units.extend(units_of(root))
        add_points(text, root)
        addresses.assign(root, prefix)
        roots.append(root)
    nodes, place = nodes_of(frames, roots, addresses.of)
    clauses = clauses_of(document, nodes, place, units)
    return Split(document, nodes, clauses, tuple(sorted(findings, key=lambda finding: finding.line)))


def _document(source: Source, text: str, frames: Sequence[Frame]) -> Document:
    found = as_printed(facts_of(text, frames, source.facts, source.name), text, source.text)
    facts = overridden(found, source.overrides)
    title, number = first(facts, "title"), first(facts, "number")
    return Document(
        id=document_id(title, number),
        title=title,
        number=number,
        issuer="、".join(dict.fromkeys(fact.value for fact in facts if fact.name == "issuer")),
        published=published_date(facts),
        text=source.text,
        source=source.name,
        facts=facts,
    )
