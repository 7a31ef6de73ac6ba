"""What 该法, 同条 or a bare 办法 before a number means: the references of one clause in, the document or 条 meant out.

Only what is certain counts: the nearest document of the kind that the same clause names, unless another of that kind
stands in one series with it (《甲法》和《乙法》，该法第三条).
"""

import re
from dataclasses import dataclass, field

from index.structure.cited import Cited
from index.structure.reference_grammar import NOUNS, Steps

LOOK_BACK = 24
_BACK = r"(?P<back>(?<![应各])该|(?<![合共雷])同一?|上述|前述|上列)"
_LAW_BACK = re.compile(rf"{_BACK}(?P<kind>{NOUNS}|法典|法|条例)$")
_ARTICLE_BACK = re.compile(rf"{_BACK}(?P<kind>条|款)$")
_BARE_NOUN = re.compile(rf"(?<!本)(?P<kind>{NOUNS})$")
_SERIES = re.compile(r"(?:[》）)、，和及与或]|以及|或者|第[^，。；第]{1,12}[条款项目])*$")
_KIND = re.compile(rf"(?P<kind>{NOUNS}|法典|法|条例)(?:[（(].{{0,20}}[）)])?$")


@dataclass(frozen=True, slots=True)
class Before:
    """Words before a number that stand for something named earlier."""

    start: int
    """Where they begin."""
    kind: str
    """法, 条例, 办法…, 条 or 款."""
    points_back: bool
    """该, 同 or 上述 stands before the kind; a bare 办法 may be a short name."""


@dataclass(slots=True)
class Antecedents:
    """What one clause has cited so far."""

    text: str
    _named: dict[str, list[tuple[int, int, Cited]]] = field(default_factory=dict)
    """Kind → (start, end of the name, document) of the last two of that kind."""
    _article: tuple[Cited, Steps, bool] | None = None

    def name(self, start: int, end: int, cited: Cited) -> None:
        """Note that a document is named at `start:end`."""
        if found := _KIND.search(cited.title):
            kind = found["kind"].removesuffix("典")
            self._named[kind] = [*self._named.get(kind, ())[-1:], (start, end, cited)]

    def cite(self, cited: Cited, steps: Steps, series: bool) -> None:
        """Note a reference; after several 条 in a series, 该条 is not certain."""
        if "article" in steps:
            self._article = (cited, steps, series)

    def law(self, kind: str) -> Cited | None:
        """The document that 该法, 该条例, 上述办法… mean, None where that is not certain."""
        alike = self._named.get(kind.removesuffix("典"))
        if not alike:
            return None
        start, _, cited = alike[-1]
        if len(alike) > 1 and alike[0][2] != cited:
            between = self.text[alike[0][1] : start]
            if len(between) < 4 * LOOK_BACK and _SERIES.match(between):
                return None
        return cited

    def article(self, kind: str) -> tuple[Cited, Steps] | None:
        """The 条 or 款 that 该条, 同款… mean, None where that is not certain."""
        if self._article is None or self._article[2]:
            return None
        cited, steps, _ = self._article
        if kind == "款" and "paragraph" not in steps:
            return None
        kept = (
            ("division", "part", "article", "paragraph") if kind == "款" else ("division", "part", "article")
        )
        return cited, {level: steps[level] for level in kept if level in steps}


def before(text: str, start: int, at: int, article: bool) -> Before | None:
    """Return the words that end at `at`, no earlier than `start`. `article`: a 条 or a division follows them."""
    begin = max(start, at - LOOK_BACK)
    if article:
        if found := _LAW_BACK.search(text, begin, at):
            return Before(found.start(), found["kind"], True)
        found = _BARE_NOUN.search(text, begin, at)
        return Before(found.start(), found["kind"], False) if found else None
    found = _ARTICLE_BACK.search(text, begin, at)
    return Before(found.start(), found["kind"], True) if found else None
