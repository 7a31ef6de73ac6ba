"""A split document → the tree that `tiaowen clauses` prints, and the same for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from index.document import FactOrigin, Node, NumberOrigin, Split
from index.structure.lines import LineNumbers
from index.structure.references import THIS, Reference, references_of

_ORIGINS = {NumberOrigin.INFERRED: "推定 inferred", NumberOrigin.WORD_LIST: "自动编号 word-list"}
_FACT_ORIGINS = {
    FactOrigin.GIVEN: "给定 given",
    FactOrigin.CONTAINER: "文件 file",
    FactOrigin.TEXT: "正文 text",
}
_PREVIEW_CHARS = 40


def tree_lines(split: Split) -> Iterator[str]:
    """The facts, a line a node (indented, with number, address and first words), then the diagnosis."""
    document = split.document
    yield f"{document.title}"
    facts = [("文号", document.number), ("发文机关", document.issuer), ("日期", document.published)]
    yield "  ".join(f"{name} {value}" for name, value in facts if value)
    yield ""
    yield "事实 Facts"
    line_of = LineNumbers(document.text)
    for fact in document.facts:
        stated = f"line {line_of(fact.start)}" if fact.start >= 0 else _FACT_ORIGINS[fact.origin]
        yield f"  {fact.name}: {' '.join(fact.value.split())}  ({stated})"
    yield f"{len(split.nodes)} nodes, {len(split.clauses)} clauses"
    yield ""
    units = {clause.address for clause in split.clauses}
    cited: dict[str, list[Reference]] = {}
    for reference in references_of(split):
        cited.setdefault(reference.source, []).append(reference)
    depths: list[int] = []
    for node in split.nodes:
        depths.append(depths[node.parent] + 1 if node.parent >= 0 else 0)
        yield "  " * depths[-1] + _line(split, node, units)
        for reference in cited.get(node.address, ()) if node.address else ():
            yield "  " * depths[-1] + f"    {_arrow(split, reference)}"
    yield ""
    yield "诊断 Diagnosis" if split.findings else "诊断 Diagnosis: nothing to check"
    for finding in split.findings:
        yield f"  line {finding.line}: {finding.code}: {finding.message}"


def _line(split: Split, node: Node, units: set[str]) -> str:
    own = " ".join(split.document.text[node.start : node.own_end].split())
    preview = own[:_PREVIEW_CHARS] + ("…" if len(own) > _PREVIEW_CHARS else "")
    number = ""
    if node.number and node.number_origin is not NumberOrigin.PRINTED:
        number = f"{node.number}[{_ORIGINS.get(node.number_origin, '')}] "
    mark = "■" if f"{split.document.id}#{node.address}" in units else "·"
    address = f"  #{node.address}" if node.address else ""
    return f"{mark} {node.kind} {number}{preview}{address}"


def _arrow(split: Split, reference: Reference) -> str:
    """What is cited, and its address; of another document the address the clause has there if it is indexed."""
    title = f"《{reference.cited.title}》" if reference.cited != THIS else ""
    addresses = [title + (f"#{address}" if address else "") for address in reference.addresses]
    return f"{split.document.text[reference.start : reference.end]} → {', '.join(addresses) or '?'}"


def tree_json(split: Split) -> dict[str, Any]:
    """Document (without its text), nodes, clauses and findings as plain values."""
    document = asdict(split.document)
    del document["text"]
    return {
        "document": document,
        "nodes": [asdict(node) for node in split.nodes],
        "clauses": [asdict(clause) for clause in split.clauses],
        "references": [
            {**asdict(one), "text": split.document.text[one.start : one.end]} for one in references_of(split)
        ],
        "findings": [asdict(finding) for finding in split.findings],
    }
