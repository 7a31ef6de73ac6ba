"""A question → ranked clauses with their citations and the reasons for their rank."""

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.document import Clause
from index.embed import Embedder
from index.errors import QuestionError
from index.local import Allowed, Hits, LocalIndex
from index.text import Tokenizer
from retriever.dictionary import Dictionary
from retriever.exact import NOTHING, AddressBook, Exact
from retriever.fusion import Ranking, Signal, named_first, single
from retriever.highlight import highlights, worth_marking
from retriever.options import FUSIONS, RankingOptions
from retriever.question import Question, ask
from retriever.rerank import Reranker, reranked
from retriever.spelling import Speller
from retriever.support import with_document_support
from retriever.synonyms import SynonymFile
from retriever.translated import readable_share
from retriever.translation import Translator
from retriever.understood import Understood, rules_met, understood

SERVED = RankingOptions()
DEPTH = SERVED.depth
MAX_TOP_K = 100


class Mode(StrEnum):
    """Which sides are asked."""

    HYBRID = "hybrid"
    BM25 = "bm25"
    DENSE = "dense"


@dataclass(frozen=True, slots=True)
class RankedClause:
    """A clause with its 1-based rank and why it is there."""

    rank: int
    clause: Clause
    score: float
    signals: tuple[Signal, ...]
    matched_terms: tuple[str, ...]
    """Words of the question, and other words for them, that stand in the clause's text."""
    highlights: tuple[tuple[int, int], ...]
    """Their spans, in code points from the start of the clause's text."""
    rules: tuple[str, ...] = ()
    """Why it matches in other words: 老板 → 用人单位, 25000件 = 2.5万件."""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of ranked clauses."""

    question: Question
    mode: Mode
    total: int
    """Candidates that can be paged through, at most `DEPTH`."""
    clauses: tuple[RankedClause, ...]
    snapshot: str
    understood: Understood
    milliseconds: dict[str, float]
    """Time of each step: analyse, bm25, embed, dense, rerank, fetch, total."""


class Searcher:
    """Searches one snapshot; shared by threads."""

    def __init__(
        self,
        index: LocalIndex,
        tokenizer: Tokenizer,
        embedder: Embedder,
        options: RankingOptions = SERVED,
        synonyms: SynonymFile | None = None,
        reranker: Reranker | None = None,
        dictionary: Dictionary | None = None,
    ) -> None:
        self.index = index
        self.options = options
        self._tokenizer = tokenizer
        self._embedder = embedder
        self.synonyms = synonyms or SynonymFile()
        self._reranker = reranker
        self._dictionary = dictionary
        self._translator = Translator(dictionary, index, tokenizer) if dictionary else None
        self._addresses = AddressBook(index.catalogue)
        self._speller = Speller(index, tokenizer)

    def with_options(self, options: RankingOptions) -> "Searcher":
        """The same searcher that ranks otherwise, for comparison."""
        other = copy.copy(self)
        other.options = options
        return other

    def with_parts(
        self,
        *,
        index: LocalIndex | None = None,
        tokenizer: Tokenizer | None = None,
        embedder: Embedder | None = None,
        synonyms: SynonymFile | None = None,
    ) -> "Searcher":
        """The same searcher over other parts, for comparison; `index` holds the same clauses."""
        other = copy.copy(self)
        other.index = index or self.index
        other._tokenizer = tokenizer or self._tokenizer
        other._embedder = embedder or self._embedder
        if self._dictionary:
            other._translator = Translator(self._dictionary, other.index, other._tokenizer)
        other.synonyms = synonyms or self.synonyms
        return other

    @property
    def tokenizer(self) -> Tokenizer:
        return self._tokenizer

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    def search(
        self,
        text: str,
        *,
        top_k: int = 10,
        offset: int = 0,
        mode: Mode = Mode.HYBRID,
        documents: Sequence[str] = (),
    ) -> Results:
        """Rank the clauses for a question; `documents` limits it to these document ids.

        Raises QuestionError (blank or too long question, impossible page) or NotFoundError (unknown document).
        """
        if not 1 <= top_k <= MAX_TOP_K or offset < 0 or offset + top_k > DEPTH:
            raise QuestionError(f"ask for 1 to {MAX_TOP_K} clauses within the first {DEPTH:,} "
                                f"(top_k is {top_k:,}, offset {offset:,})")  # fmt: skip
        clock = _Clock()
        question = self.ask(text)
        allowed = self.index.only(documents) if documents else None
        exact = self.exact(question, allowed)
        clock.lap("analyse")
        ranking = self.rank(question, mode, allowed, clock, exact)
        page = slice(offset, offset + top_k)
        rows = ranking.hits.rows[page].tolist()
        clauses = self.index.catalogue.clauses(rows)
        ranked = []
        for rank, (row, score, clause) in enumerate(
            zip(rows, ranking.hits.scores[page].tolist(), clauses, strict=True), offset + 1
        ):
            rules, others = rules_met(question, clause.text)
            spans, matched = highlights(clause.text, worth_marking([*question.words, *others]))
            if row in exact.spans:
                spans = [exact.spans[row]]
            ranked.append(
                RankedClause(
                    rank,
                    clause,
                    score,
                    ranking.signals(row),
                    tuple(matched),
                    tuple(spans),
                    rules,
                )
            )
        clock.lap("fetch")
        return Results(
            question,
            mode,
            min(len(ranking), DEPTH),
            tuple(ranked),
            self.index.manifest.id,
            understood(question, exact, self.index, self._speller, self._tokenizer.is_word),
            clock.milliseconds(),
        )

    def ask(self, text: str) -> Question:
        """Check and analyse a question as `search` does. Raises QuestionError."""
        rules = self.synonyms.rules() if self.options.synonyms else None
        question = ask(text, self._tokenizer, rules)
        if self._translator is None or not self.options.dictionary:
            return question
        read = [place for rule in question.synonyms for place in rule.places]
        found = self._translator.translated(question.text, read)
        words = tuple(tuple(self._translator.terms(one) for one in rule.meant) for rule in found)
        return replace(question, translated=found, translated_words=words)

    def exact(self, question: Question, allowed: Allowed | None = None) -> Exact:
        """The clauses that the question names: looked up before anything is ranked."""
        return self._addresses.find(question.text, allowed) if self.options.exact else NOTHING

    def rank(
        self,
        question: Question,
        mode: Mode,
        allowed: Allowed | None = None,
        clock: "_Clock | None" = None,
        exact: Exact | None = None,
    ) -> Ranking:
        """All candidates, best first. Evaluation measures this very ranking."""
        exact = self.exact(question, allowed) if exact is None else exact
        if not exact.rows:
            return self._fused(question, mode, allowed, clock)
        # 第三条讲的人才政策: the place is found; the rest of the question ranks what is beside it.
        ranking = self._fused(self.ask(exact.rest) if exact.rest else question, mode, allowed, clock)
        named = self._addresses.by_document(exact.rows, ranking.hits.rows) if exact.rest else exact.rows
        return named_first(ranking, named, exact.neighbours)

    def _fused(
        self, question: Question, mode: Mode, allowed: Allowed | None = None, clock: "_Clock | None" = None
    ) -> Ranking:
        clock = clock or _Clock()
        depth = self.options.depth
        sides: dict[str, Hits] = {}
        if mode is not Mode.DENSE:
            sides["bm25"] = self.index.lexical(question.terms, depth, allowed, self._others(question))
            clock.lap("bm25")
        if mode is not Mode.BM25:
            vector = self._embedder.embed_question(question.simplified)
            clock.lap("embed")
            sides["dense"] = self.index.dense(vector, depth, allowed)
            clock.lap("dense")
        if mode is Mode.HYBRID:
            readable = readable_share(question, self.index) if self.options.readable_share else 1.0
            fused = FUSIONS[self.options.fusion](sides, self.options.weights(readable))
            ranking = with_document_support(fused, self.index.places, self.options.document_weight)
        else:
            ranking = single(mode.value, sides[mode.value])
        if self._reranker is not None and self.options.rerank:
            ranking = reranked(ranking, self._reranker, question.text, self.index)
            clock.lap("rerank")
        return ranking

    def _others(self, question: Question) -> list[list[tuple[float, Sequence[str]]]]:
        """What the question says in other words, with the weights of BM25."""
        weight = self.options.synonym_weight
        others: list[list[tuple[float, Sequence[str]]]] = [
            [(weight, bag) for bag in bags] for bags in question.other_words
        ]
        for rule, bags in zip(question.translated, question.translated_words, strict=True):
            others.append([(weight * share, bag) for share, bag in zip(rule.shares, bags, strict=True)])
        return others


class _Clock:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self._laps[step] = (now - self._last) * 1e3
        self._last = now

    def milliseconds(self) -> dict[str, float]:
        return {**self._laps, "total": (time.perf_counter() - self._start) * 1e3}
