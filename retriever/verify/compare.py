"""A quotation and the words of a clause → how they differ, in the draft's and the clause's own characters."""

from dataclasses import dataclass

from rapidfuzz.distance import Indel

from retriever.verify.check import Difference
from retriever.verify.folding import Folded

_REACH = 8
"""The alignment's window may end too early by so many characters or a tenth."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A quotation laid beside the clause."""

    differences: tuple[Difference, ...]
    start: int
    end: int
    """Span of the clause's words in the document."""


def compare(
    words: str, quoted: Folded, span: tuple[int, int], text: str, folded: Folded, place: tuple[int, int]
) -> Compared:
    """Lay `quoted.text[span]` beside the document's words around `place` (a span of the document).

    `words`: the quotation as written; `text`, `folded`: the document as written and as compared.
    """
    mine = quoted.text[slice(*span)]
    reach = max(_REACH, len(mine) // 10)
    low, high = folded.within(*place)
    low, high = max(0, low - reach), min(len(folded.text), high + reach)
    theirs = folded.text[low:high]
    runs = _trimmed([(o.tag, o.src_start, o.src_end, o.dest_start, o.dest_end)
                     for o in Indel.opcodes(mine, theirs)])  # fmt: skip
    differences: list[Difference] = []
    covered: list[int] = []
    for tag, a, b, c, d in runs:
        if tag in ("delete", "replace", "equal") and b > a:
            start, end = quoted.span(span[0] + a, span[0] + b)
            differences.append(Difference("equal" if tag == "equal" else "inserted", words[start:end]))
        if tag in ("insert", "replace") and d > c:
            start, end = folded.span(low + c, low + d)
            differences.append(Difference("deleted", text[start:end]))
        if d > c:
            covered += [low + c, low + d]
    start, end = folded.span(min(covered), max(covered)) if covered else place
    return Compared(tuple(_joined(differences)), start, end)


Run = tuple[str, int, int, int, int]


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without what the clause says before and after; a stray character matched far away belongs to that."""
    for _ in range(2):
        while runs and runs[0][0] == "insert":
            runs = runs[1:]
        if len(runs) > 1 and runs[0][0] == "equal" and runs[1][0] == "insert" and _stray(runs[0], runs[1]):
            runs = [("delete", runs[0][1], runs[0][2], runs[1][4], runs[1][4]), *runs[2:]]
        runs = [(tag, -b, -a, -d, -c) for tag, a, b, c, d in reversed(runs)]
        # The same from the other end: positions are mirrored, so they are mirrored back by the second turn.
    return runs


def _stray(equal: Run, insert: Run) -> bool:
    return equal[2] - equal[1] <= 2 and insert[4] - insert[3] >= 4


def _joined(differences: list[Difference]) -> list[Difference]:
    """Neighbours of one kind as one; what replaces comes after what it replaces."""
    joined: list[Difference] = []
    for one in differences:
        if joined and joined[-1].kind == one.kind:
            joined[-1] = Difference(one.kind, joined[-1].text + one.text)
        else:
            joined.append(one)
    return joined
