"""Quotes and the spans a judge marked → token F1 and exact match.

Tokens are single Han characters and whole words and numbers of other scripts; punctuation and blanks are no tokens.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retriever.answers.pieces import Piece

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[^\W\d_\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+|\w")
SAME = 0.8
"""Token F1 from which two marked spans are two copies of one statement."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words that answer, and the address of their clause."""

    address: str
    text: str


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order: `达到4.8%，PCT专利` gives 达 到 4.8% pct 专 利."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def token_f1(found: Sequence[str], marked: Sequence[str]) -> float:
    """Harmonic mean of precision and recall over bags of tokens (Rajpurkar et al. 2016)."""
    common = sum((Counter(found) & Counter(marked)).values())
    return 2 * common / (len(found) + len(marked)) if common else 0.0


def covered(piece: Piece, text: str, marked: Iterable[str]) -> float:
    """Share of a piece of a text that belongs to marked words, the most that any of them has of it."""
    shares = [0.0]
    for words in marked:
        start = text.find(words)
        if start >= 0:
            shared = min(piece.end, start + len(words)) - max(piece.start, start)
            shares.append(shared / (piece.end - piece.start))
    return max(shares)


def statements(spans: Iterable[Span]) -> list[list[Span]]:
    """The spans parted into statements: the copies of one statement, wherever they stand, come together."""
    parted: list[list[Span]] = []
    for span in spans:
        for copies in parted:
            if token_f1(tokens(span.text), tokens(copies[0].text)) >= SAME:
                copies.append(span)
                break
        else:
            parted.append([span])
    return parted


def best_f1(quotes: Sequence[str], spans: Sequence[Span], complete: Iterable[str]) -> float:
    """The best F1 over what may be answered: any span in a `complete` clause alone, or all statements together.

    `complete` are the addresses of clauses that answer by themselves.
    """
    found = _distinct(quotes)
    alone = set(complete)
    alternatives = [tokens(span.text) for span in spans if span.address in alone]
    return max([token_f1(found, marked) for marked in [*alternatives, *_wholes(spans)]], default=0.0)


def whole_f1(quotes: Sequence[str], spans: Sequence[Span]) -> float:
    """F1 against all statements together: what is left out of a list counts against it."""
    return max(token_f1(_distinct(quotes), marked) for marked in _wholes(spans))


def exact(quotes: Sequence[str], spans: Sequence[Span], complete: Iterable[str]) -> bool:
    """Whether the quotes are token for token one of the things that `best_f1` compares with."""
    found, alone = _distinct(quotes), set(complete)
    return found in [*(tokens(span.text) for span in spans if span.address in alone), *_wholes(spans)]


def _distinct(quotes: Sequence[str]) -> list[str]:
    """The tokens of the quotes, a quote that repeats another counted once."""
    first = {tuple(tokens(quote)): None for quote in quotes}
    return [token for quote in first for token in quote]


def _wholes(spans: Sequence[Span]) -> list[list[str]]:
    """All statements in one, each by its shortest or its longest copy."""
    parted = [sorted((tokens(span.text) for span in copies), key=len) for copies in statements(spans)]
    return [[token for copies in parted for token in copies[place]] for place in (0, -1)]
