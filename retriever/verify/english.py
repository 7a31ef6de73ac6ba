"""Citations in English: Article 5(2) of the Company Law; Part 2, Article (4) of the Plan."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retriever.levels import english_level, english_number
from retriever.verify.citation import Citation
from retriever.verify.named import Named, NamedDocuments
from retriever.verify.places import RANKS, Step

_STEP = (r"(?:art(?:icle|\.)|part|chapter|section|sec\.|paragraph|para\.|item|sub-?paragraph|point|clause)s?"
            r"\s?\(?(?:[0-9]{1,4}|[ivx]{1,6})\)?(?:\([0-9]{1,3}\))*")  # fmt: skip
SERIES = re.compile(rf"\b(?P<steps>{_STEP}(?:,?\s(?:and\s|of\s)?(?:the\s)?{_STEP})*)", re.IGNORECASE)
_ONE = re.compile(
    r"(?P<unit>[A-Za-z-]+)\.?\s?\(?(?P<n>[0-9]{1,4}|[ivx]{1,6})\)?(?P<more>(?:\([0-9]{1,3}\))*)",
    re.IGNORECASE,
)
_NAME = r"(?:[A-Z][\w'’-]*)(?:\s(?:of|the|and|on|for|in|to|People's|[A-Z][\w'’-]*)){0,12}"
NAME_AFTER = re.compile(rf"\s(?:of|in|under)\s(?:the\s)?(?P<name>{_NAME})")
NAME_BEFORE = re.compile(r"(?P<name>(?:[A-Z][\w'’-]*\s){0,6}[A-Z][\w'’-]*),?\s$")


def english_steps(written: str) -> tuple[Step, ...]:
    """The levels that a citation names, outermost first, whatever order it names them in."""
    steps: list[Step] = []
    for match in _ONE.finditer(written):
        unit, value = english_level(match["unit"]), english_number(match["n"])
        if not unit or not value:
            continue
        steps.append(Step(unit, (value,), f"({match['n']})" in match[0]))
        for i, more in enumerate(re.findall(r"[0-9]+", match["more"])):
            steps.append(Step("款" if unit == "条" and i == 0 else "项", (int(more),), i > 0))
    return tuple(sorted(steps, key=lambda step: RANKS.index(step.unit)))


def in_english(level: str, start: int, documents: NamedDocuments, last: Named | None) -> Iterator[Citation]:
    """The citation whose levels begin at `start` of flat text: Article 5(2) of the Company Law; or none."""
    match = SERIES.match(level, start)
    steps = english_steps(match["steps"]) if match else ()
    if match is None or not steps:
        return
    named, begins, end = _document(level, match, documents, last)
    if named is not None:
        yield Citation(begins, end, named.documents, named.name, steps, wrong_number=named.wrong_number)


def _document(
    level: str, match: re.Match[str], documents: NamedDocuments, last: Named | None
) -> tuple[Named | None, int, int]:
    start, end = match.span()
    after = level[end : end + 40]
    joined = re.match(r"\s(?:of|in|under)\s(?:the\s)?", after)
    if joined:
        for named in documents.all:
            if named.start == end + joined.end():
                return named, start, named.end
    names = []
    if following := NAME_AFTER.match(level, end):
        names.append((following["name"], start, following.end()))
    if preceding := NAME_BEFORE.search(level[max(0, start - 90) : start]):
        names.append((preceding["name"], -1, end))
    for name, begins, stops in names:
        begins = level.rfind(name, 0, start) if begins < 0 else begins
        words = name.split()
        for length in range(len(words), 0, -1):
            # Only a name after the steps is cut at its end, one before them at its beginning.
            part = " ".join(words[:length] if begins == start else words[-length:])
            cut = len(name) - len(part)
            span = (begins, stops - cut) if begins == start else (begins + cut, stops)
            if found := documents.names.english(part):
                return Named(0, 0, found, part), *span
            endings = documents.names.english_endings(part) if len(part.split()) == 1 else ()
            if endings and (known := _meant(documents, endings, start, last)):
                return known, *span
        if re.search(r"\b(?:Law|Code|Regulations?|Measures|Act|Rules|Constitution)\b", name):
            return Named(0, 0, (), name), begins, stops
    known = documents.understood(last)
    return (replace(known, wrong_number="") if known else None), start, end


def _meant(
    documents: NamedDocuments, endings: Sequence[str], before: int, last: Named | None
) -> Named | None:
    for ending in endings:
        if ending and (known := documents.meant(ending, before)):
            return known
    return documents.understood(last)
