"""The structure pass: a source in, its document, nodes, clauses and findings out."""

from index.document import Document, Finding, Source, Split
from index.structure.address import Addresses, frame_prefixes
from index.structure.aligned import mark_aligned
from index.structure.clauses import clauses_of
from index.structure.draft import Draft
from index.structure.fact_dates import first, published_date
from index.structure.facts import document_id, facts_of, overridden
from index.structure.frame import frames_of
from index.structure.lines import LineNumbers, lines_of, paragraphs_of
from index.structure.nodes import nodes_of
from index.structure.passages import mute_quotations, unwrap
from index.structure.points import add_points
from index.structure.trees import tree_of
from index.structure.units import Unit, units_of

__all__ = ["paragraphs_of", "split"]


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
            root = tree_of(self.text, frame, self.report)
            # Parts of a sentence are cited, never searched alone: units are taken before they are marked.
            units.extend(units_of(root))
            add_points(self.text, root)
            addresses.assign(root, prefix)
            roots.append(root)
        nodes, place = nodes_of(frames, roots, addresses.of)
        clauses = clauses_of(document, nodes, place, units)
        self.findings.sort(key=lambda finding: finding.line)
        return Split(document, nodes, clauses, tuple(self.findings))
