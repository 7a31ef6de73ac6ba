"""A long clause and a question → the stretch of it that the question is about, by the words they share."""

from collections.abc import Sequence

import numpy as np

from index.text import normalised
from retriever.answers.pieces import Piece
from retriever.highlight import worth_marking
from retriever.question import Question

MAX_TERMS = 200
"""Terms of a question that are looked for: a question of 2,000 characters has thousands."""


def said_in(text: str, stretches: Sequence[tuple[Piece, ...]]) -> list[str]:
    """What each stretch of a clause's text says, as questions are compared; [] where there is one or none."""
    if len(stretches) < 2:
        return []
    return [normalised(text[own[0].start : own[-1].end])[0] for own in stretches]


def best_stretch(said: Sequence[str], question: Question) -> int:
    """The place of the stretch that holds most of the question's terms, those weighing more that few others hold.

    The first of equals; 0 where none holds any.
    """
    if len(said) < 2:
        return 0
    others = [term for bags in question.other_words for bag in bags for term in bag]
    scores = np.zeros(len(said))
    terms = dict.fromkeys([*worth_marking([*question.words, *others]), *question.bigrams])
    for term in list(terms)[:MAX_TERMS]:
        holding = np.array([term in one for one in said])
        if holding.any():
            scores += np.log1p((~holding).sum() / holding.sum()) * holding
    return int(scores.argmax())
