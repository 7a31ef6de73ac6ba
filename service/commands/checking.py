"""Splits, one after the other → the proof of each, and a table that counts a whole folder by format."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from index.document import Finding, NumberOrigin, Split
from index.structure.check import check
from index.structure.numerals import CHINESE_CHARS

_ARTICLE = re.compile(
    rf"^[ \t\u3000]*(?P<number>第[ \u3000]{{0,2}}[{CHINESE_CHARS}0-9]{{1,10}}[ \u3000]{{0,2}}条"
    r"(?:之[一二三四五六七八九十]{1,3})?)(?=[ \t\u3000]|$)",
    re.MULTILINE,
)
"""A line that begins with the number of a 条 and a blank, as laws print them; 第五条规定的 is a reference."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What one split shows."""

    name: str
    format: str
    clauses: int
    inferred: int
    """Numbers that are not printed but forced by their neighbours."""
    restored: int
    """Numbers computed from Word's lists."""
    printed: int
    """Lines that begin with the number of a 条, outside tables of contents."""
    found: int
    """Those of them at which an article begins."""
    findings: tuple[Finding, ...]
    violations: tuple[str, ...]
    """Rules that the split breaks; none for a correct one."""
    bytes: int
    """Of the text, as UTF-8."""
    seconds: float
    """Of the structure pass alone."""


@dataclass(slots=True)
class Count:
    """A line of the table."""

    format: str
    documents: int = 0
    clauses: int = 0
    inferred: int = 0
    restored: int = 0
    printed: int = 0
    found: int = 0
    findings: int = 0
    broken: int = 0
    """Rules broken."""
    skipped: int = 0
    """Files that could not be read."""
    bytes: int = 0
    seconds: float = 0.0

    @property
    def megabytes_per_second(self) -> float:
        return self.bytes / 1e6 / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Tally:
    """Counts proofs and skipped files by format."""

    counts: dict[str, Count] = field(default_factory=dict)

    def add(self, proof: Proof) -> None:
        one = self._of(proof.format)
        one.documents += 1
        one.findings += len(proof.findings)
        one.broken += len(proof.violations)
        for name in ("clauses", "inferred", "restored", "printed", "found", "bytes", "seconds"):
            setattr(one, name, getattr(one, name) + getattr(proof, name))

    def skip(self, name: str) -> None:
        """Count a file that could not be read under its suffix."""
        self._of(Path(name).suffix.lower().lstrip(".") or "?").skipped += 1

    def total(self) -> Count:
        total = Count("total")
        for one in self.counts.values():
            for column in fields(Count)[1:]:
                setattr(total, column.name, getattr(total, column.name) + getattr(one, column.name))
        return total

    def lines(self) -> list[str]:
        """The table as text, one line a format, most documents first."""
        head = ["format", "documents", "clauses", "inferred", "word-list", "articles", "findings", "broken",
                "skipped", "seconds", "MB/s"]  # fmt: skip
        rows = [head, *map(_row, [*self._ordered(), self.total()])]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        return [
            "  ".join(
                c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]

    def as_json(self) -> dict[str, Any]:
        return {"formats": [_values(one) for one in self._ordered()], "total": _values(self.total())}

    def _of(self, format: str) -> Count:
        return self.counts.setdefault(format, Count(format))

    def _ordered(self) -> Sequence[Count]:
        return sorted(self.counts.values(), key=lambda one: (-one.documents, one.format))


def proof_of(name: str, format: str, split: Split, seconds: float) -> Proof:
    """Prove a split lossless and verbatim, and count what is in it."""
    origins = [node.number_origin for node in split.nodes]
    text = split.document.text
    starts = [node.start for node in split.nodes]
    printed = [found.start("number") for found in _ARTICLE.finditer(text)]
    # The node that a line begins or lies in; own spans are in order.
    printed = [at for at in printed if split.nodes[bisect_right(starts, at) - 1].kind != "toc"]
    articles = {node.start for node in split.nodes if node.kind == "article"}
    return Proof(
        name=name,
        format=format,
        clauses=len(split.clauses),
        inferred=origins.count(NumberOrigin.INFERRED),
        restored=origins.count(NumberOrigin.WORD_LIST),
        printed=len(printed),
        found=sum(at in articles for at in printed),
        findings=split.findings,
        violations=tuple(check(split)),
        bytes=len(text.encode("utf-8", "surrogatepass")),
        seconds=seconds,
    )


def proof_lines(proof: Proof) -> list[str]:
    """What it counts, then what is broken and what a person should check."""
    state = "BROKEN" if proof.violations else "ok"
    return [
        f"{state}  {proof.name}: {proof.clauses} clauses, {proof.inferred} inferred, {proof.restored} from Word lists, "
        f"{proof.found} of {proof.printed} printed articles found, {len(proof.findings)} to check",
        *(f"  {violation}" for violation in proof.violations),
        *(f"  line {one.line}: {one.code}: {one.message}" for one in proof.findings),
    ]


def proof_json(proof: Proof) -> dict[str, Any]:
    return asdict(proof)


def _values(one: Count) -> dict[str, Any]:
    return {**asdict(one), "megabytes_per_second": round(one.megabytes_per_second, 2)}


def _row(one: Count) -> list[str]:
    counts = (one.documents, one.clauses, one.inferred, one.restored)
    articles = f"{one.found:,}/{one.printed:,}" if one.printed else "-"
    return [
        one.format, *(f"{n:,}" for n in counts), articles,
        *(f"{n:,}" for n in (one.findings, one.broken, one.skipped)),
        f"{one.seconds:.2f}", f"{one.megabytes_per_second:.1f}",
    ]  # fmt: skip
