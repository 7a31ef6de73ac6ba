"""Citations in English: Article 5(2) of the Company Law; Part 2, Article (4) of the Plan."""

import re

from retriever.verify.places import RANKS, Step

_STEP = (r"(?:art(?:icle|\.)|part|chapter|section|sec\.|paragraph|para\.|item|sub-?paragraph|point|clause)s?"
            r"\s?\(?(?:[0-9]{1,4}|[ivx]{1,6})\)?(?:\([0-9]{1,3}\))*")  # fmt: skip
SERIES = re.compile(rf"\b(?P<steps>{_STEP}(?:,?\s(?:and\s|of\s)?(?:the\s)?{_STEP})*)", re.IGNORECASE)
_ONE = re.compile(
    r"(?P<unit>[A-Za-z-]+)\.?\s?\(?(?P<n>[0-9]{1,4}|[ivx]{1,6})\)?(?P<more>(?:\([0-9]{1,3}\))*)",
    re.IGNORECASE,
)
_UNITS = {"art": "条", "article": "条", "clause": "条", "part": "部分", "chapter": "章", "section": "节",
             "sec": "节", "paragraph": "款", "para": "款", "item": "项", "subparagraph": "项", "sub-paragraph": "项",
             "point": "项"}  # fmt: skip
_NAME = r"(?:[A-Z][\w'’-]*)(?:\s(?:of|the|and|on|for|in|to|People's|[A-Z][\w'’-]*)){0,12}"
NAME_AFTER = re.compile(rf"\s(?:of|in|under)\s(?:the\s)?(?P<name>{_NAME})")
NAME_BEFORE = re.compile(r"(?P<name>(?:[A-Z][\w'’-]*\s){0,6}[A-Z][\w'’-]*),?\s$")
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}


def english_steps(written: str) -> tuple[Step, ...]:
    """The levels that a citation names, outermost first, whatever order it names them in."""
    steps: list[Step] = []
    for match in _ONE.finditer(written):
        unit = _UNITS.get(match["unit"].lower().rstrip("s").removesuffix("."))
        if unit is None:
            continue
        n = match["n"].lower()
        value = int(n) if n.isdigit() else _ROMAN.get(n, 0)
        if not value:
            continue
        steps.append(Step(unit, (value,), f"({match['n']})" in match[0]))
        for i, more in enumerate(re.findall(r"[0-9]+", match["more"])):
            steps.append(Step("款" if unit == "条" and i == 0 else "项", (int(more),), i > 0))
    return tuple(sorted(steps, key=lambda step: RANKS.index(step.unit)))
