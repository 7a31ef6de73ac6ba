"""The parts that a search is made of, each with how to do without it. A new one is a line in `COMPONENTS`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from eval.judgements import EvalError
from eval.systems import Setup
from eval.variants import AS_INDEXED, Variant
from index.text import Tokenizer
from retriever.options import RankingOptions
from retriever.search import SERVED, Mode


@dataclass(frozen=True, slots=True)
class Component:
    """One part, and what a search is without it."""

    name: str
    meaning: str
    mode: Mode = Mode.HYBRID
    options: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `RankingOptions` that switch it off."""
    variant: Variant = AS_INDEXED


class _WithoutBigrams(Tokenizer):
    def bag(self, text: str) -> tuple[list[str], list[str]]:
        words, others = super().bag(text)
        return words, [term for term in others if term.startswith("=")]


class _WithoutNumbers(Tokenizer):
    def numbers(self, normal: str) -> list[str]:
        return []


class _WithoutWords(Tokenizer):
    def bag(self, text: str) -> tuple[list[str], list[str]]:
        return [], super().bag(text)[1]


class _WithoutDictionary(Tokenizer):
    def __init__(self) -> None:
        super().__init__()
        self._words = []


class _WithoutSimplification(Tokenizer):
    def simplified(self, text: str) -> str:
        return text


COMPONENTS = (
    Component("bm25", "terms beside vectors", mode=Mode.DENSE),
    Component("dense", "vectors beside terms", mode=Mode.BM25),
    Component("score fusion", "scores fused, not ranks", options={"fusion": "rrf"}),
    Component("document support", "clauses of a document full of good ones", options={"document_weight": 0.0}),
    Component("exact", "clauses that the question names", options={"exact": False}),
    Component("synonyms", "other words for those of the question", options={"synonyms": False}),
    Component("english dictionary", "CC-CEDICT for English words without a rule",
              options={"dictionary": False}),
    Component("readable share", "BM25 by the share of a question it reads", options={"readable_share": False}),
    Component("words", "jieba words in BM25", variant=Variant(tokenizer=_WithoutWords)),
    Component("bigrams", "pairs of Han characters in BM25", variant=Variant(tokenizer=_WithoutBigrams)),
    Component("numbers", "numbers in one form in BM25", variant=Variant(tokenizer=_WithoutNumbers)),
    Component("dictionary", "policy words for jieba", variant=Variant(tokenizer=_WithoutDictionary)),
    Component("simplification", "traditional characters of a question as simplified ones",
              variant=Variant(tokenizer=_WithoutSimplification)),
    Component("title", "the document's title in BM25",
              variant=Variant(lexical=lambda d, c: (replace(d, title=""), c))),
    Component("headings", "headings above a clause in BM25",
              variant=Variant(lexical=lambda d, c: (d, replace(c, path=())))),
    Component("lead-in bm25", "an open lead-in in BM25",
              variant=Variant(lexical=lambda d, c: (d, replace(c, lead_in="")))),
    Component("lead-in dense", "an open lead-in before the vector",
              variant=Variant(dense=lambda c: replace(c, lead_in=""))),
    Component("windows", "vectors of a long clause's sentences", variant=Variant(windows=False)),
    Component("centre", "vectors compared about ordinary prose", variant=Variant(centre=False)),
    Component("adapters", "questions embedded with what was learned of others", variant=Variant(adapters=False)),
)  # fmt: skip
"""Steps of ranking that are a bool of `RankingOptions` need no line: see `components`."""


def components() -> tuple[Component, ...]:
    """`COMPONENTS`, and every bool of `RankingOptions` that is served switched on."""
    listed = {name for component in COMPONENTS for name in component.options}
    switches = [
        f.name for f in fields(RankingOptions) if getattr(SERVED, f.name) is True and f.name not in listed
    ]
    return COMPONENTS + tuple(
        Component(name.replace("_", " "), "a step of ranking", options={name: False}) for name in switches
    )


def chosen(names: str) -> tuple[Component, ...]:
    """The components of these comma-separated names; all for "". Raises EvalError for an unknown one."""
    known = {component.name: component for component in components()}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise EvalError(f"unknown component {name!r}; the components are {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(wanted)) or components()


def without(component: Component) -> Setup:
    """The served search without that component."""
    return Setup(
        f"- {component.name}", component.mode, replace(SERVED, **component.options), component.variant
    )
