"""A question's English words that no rule reads → the Chinese words of this collection that may be meant."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.local import LocalIndex
from index.text import Tokenizer, normalised
from retriever.dictionary import MAX_WORDS, Dictionary, Meanings
from retriever.synonyms import Fired
from retriever.units import EMPTY, Key, base_forms, units

MAX_UNITS = 100
"""Words of a question that are looked up."""
MAX_MEANT = 8
"""Chinese words that one English word may mean."""
MAX_REMEMBERED = 10_000
"""Words whose meanings are kept: looking one up takes 0.1 to 1 ms."""
FLATTENED = 0.5
"""Power of a meaning's share: a word that is also explained otherwise counts by its root."""

_LETTERS = re.compile(r"[a-z]{2}")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")

Span = tuple[int, int]


class Translator:
    """Looks words up for one collection: what no clause says is no translation here."""

    def __init__(self, dictionary: Dictionary, index: LocalIndex, tokenizer: Tokenizer) -> None:
        self._dictionary = dictionary
        self._index = index
        self._meanings = _Meanings(dictionary, index, tokenizer)
        # Of another object: a cache of its own method is a circle, and a snapshot that was swapped out would stay
        # open, with a file handle for each thread that asked it, until Python looks for circles.
        self._word = lru_cache(MAX_REMEMBERED)(self._meanings.of)

    def translated(self, text: str, read: Sequence[Span]) -> tuple[Fired, ...]:
        """The longest phrases of the dictionary in a question, in order, beside the spans that rules have `read`.

        In a question that holds Chinese, an English word that clauses hold is taken for what it is.
        """
        plain = normalised(text)[0]
        if not _LETTERS.search(plain):
            return ()
        mixed = bool(_HAN.search(plain))
        found: dict[str, Fired] = {}
        for run in _runs(plain, read):
            at = 0
            while at < len(run):
                length, meanings = self._longest(run[at:], mixed)
                if length:
                    start, stop = run[at][1], run[at + length - 1][2]
                    meant = tuple(meanings)
                    shares = tuple(share**FLATTENED for share in meanings.values())
                    found.setdefault(
                        plain[start:stop], Fired(plain[start:stop], meant, True, ((start, stop),), shares)
                    )
                at += max(length, 1)
        return tuple(found.values())

    def terms(self, word: str) -> tuple[str, ...]:
        """What BM25 is asked for a Chinese word."""
        return self._meanings.terms(word)

    def _longest(self, run: Sequence[tuple[str, int, int]], mixed: bool) -> tuple[int, Meanings]:
        """Number of units of the longest phrase at the start of a run, and what it means; 0 for none."""
        keys: list[Key] = [
            tuple(unit for unit, _, _ in run[:n]) for n in range(min(MAX_WORDS, len(run)), 0, -1)
        ]
        word = run[0][0]
        if all(unit in EMPTY for unit in keys[0]):
            return 0, {}
        phrases = self._dictionary.phrases([key for key in keys if len(key) > 1])
        for key in keys[:-1]:
            if (
                key in phrases
                and not all(unit in EMPTY for unit in key)
                and (said := self._meanings.said(phrases[key]))
            ):
                return len(key), said
        if word in EMPTY or not word.isalpha() or (mixed and self._index.known([word])):
            return 0, {}
        said = self._word(word)
        return (1, said) if said else (0, {})


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What words mean in one collection."""

    dictionary: Dictionary
    index: LocalIndex
    tokenizer: Tokenizer

    def of(self, word: str) -> Meanings:
        """The meanings of the word itself, and of the explanations that it stands within at half their share."""
        forms = list(dict.fromkeys(base_forms(word)))
        own = self.dictionary.phrases([(form,) for form in forms])
        within = self.dictionary.within(forms)
        meanings: dict[str, float] = {}
        for meaning in (
            next((own[form,] for form in forms if (form,) in own), {}),
            next((within[form] for form in forms if form in within), {}),
        ):
            for chinese, share in meaning.items():
                meanings[chinese] = max(share, meanings.get(chinese, 0.0))
        return self.said(meanings)

    def said(self, meanings: Meanings) -> Meanings:
        """The likeliest of them that clauses say, best first."""
        said: dict[str, float] = {}
        for chinese, share in sorted(meanings.items(), key=lambda meaning: (-meaning[1], meaning[0])):
            pairs = [chinese[i : i + 2] for i in range(len(chinese) - 1)]
            if all(self.index.clauses_holding(pairs)) and all(
                self.index.clauses_holding(self.terms(chinese))
            ):
                said[chinese] = share
                if len(said) == MAX_MEANT:
                    break
        return said

    def terms(self, word: str) -> tuple[str, ...]:
        """What BM25 is asked for a Chinese word."""
        words, bigrams = self.tokenizer.bag(word)
        return (*words, *bigrams)


def _runs(plain: str, read: Sequence[Span]) -> Iterator[list[tuple[str, int, int]]]:
    """The units between the spans that were read, each run without a gap."""
    run: list[tuple[str, int, int]] = []
    for unit, start, stop in units(plain)[:MAX_UNITS]:
        if any(start < end and begin < stop for begin, end in read) or not unit.isascii():
            if run:
                yield run
            run = []
        else:
            run.append((unit, start, stop))
    if run:
        yield run
