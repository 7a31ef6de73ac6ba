"""A question and a clause → how much of what is asked the clause does not say, not even in part or in other words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.text import Tokenizer, normalised
from retriever.highlight import asks_only
from retriever.question import Question

COMMON = 6.0
"""Information of a word, in nats, from which its absence counts: 的 has 5, 目标 9, 门票 13."""
RARE = 14.0
"""From here on it counts in full."""
MAX_WORDS = 60
"""Words of a question that are looked for."""
MAX_CHARS = 3_000
"""Characters of a clause that are looked through."""
UNKNOWN = 11.0
"""Information of a word that jieba's dictionary does not hold, as it holds no English."""

# Words that only ask, in simplified characters: whether the clause holds them says nothing.
_ASKING = re.compile(
    r"多少|几[个多时种类项条家名位年月日天次成]?|多[久长大高]|怎么办?|怎样|如何|什么|甚么|哪[些里个种类年家]*|谁|何时|为何|"
    r"是否|能否|可否|算不算|是不是|能不能|有没有|会不会|可不可以|要不要|该不该|吗|呢|吧|请问|时候|边[度个]|咩|啲|点样|系|唔|嘅|冇|"
    r"what|which|who|how|when|where|why|is|are|does|do|the|a|an|of|in|for|to|on|by|be|any|there|will|must|can|may|"
    r"should|and|or|much|many|it|with|from|at|has|have|that|this|as|its"
)
_LATIN_WORD = re.compile(r"[a-z][a-z0-9&'’\-]*|\d[\d.,%]*")


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a question that says what is asked."""

    text: str
    weight: float
    """0 for a word that is everywhere, 1 for a rare one."""
    meant: tuple[str, ...]
    """What it may be called otherwise."""


def asked_words(question: Question, tokenizer: Tokenizer) -> tuple[AskedWord, ...]:
    """The words of a question whose absence from a clause says something."""
    plain = normalised(question.text, tokenizer.simplified)[0]
    if re.search(r"[\u4e00-\u9fff]", plain):
        edges = sorted({0, len(plain)} | tokenizer.edges(plain))
        words = [plain[a:b] for a, b in pairwise(edges)]
        words = [w for w in words if (len(w) > 1 or w.isdigit()) and any(map(str.isalnum, w))]
    else:
        words = _LATIN_WORD.findall(plain)
    found = []
    for word in list(dict.fromkeys(words))[:MAX_WORDS]:
        if not _ASKING.fullmatch(word) and not asks_only(word):
            others = [r.meant for r in question.synonyms if word in r.written or r.written in word]
            weight = (_information(word, tokenizer) - COMMON) / (RARE - COMMON)
            meant = tuple(one for meant in others for one in meant)
            found.append(AskedWord(word, min(1.0, max(0.0, weight)), meant))
    return tuple(found)


def unsaid(asked: Sequence[AskedWord], plain: str) -> tuple[float, float]:
    """The weight of the heaviest word that a normalised text does not hold, and the share of all weight it lacks.

    A word is there in part by the share of its characters: 高校 in 高等学校.
    """
    lacking = [word.weight * (1 - _held(word, plain)) for word in asked]
    total = sum(word.weight for word in asked)
    return max(lacking, default=0.0), sum(lacking) / total if total else 0.0


def unsaid_by_each(question: Question, tokenizer: Tokenizer, texts: Sequence[str]) -> NDArray[np.float64]:
    """(texts, 2): `unsaid` of each text, as it stands in the documents."""
    asked = asked_words(question, tokenizer)
    rows = [unsaid(asked, normalised(text[:MAX_CHARS], tokenizer.simplified)[0]) for text in texts]
    return np.array(rows, np.float64).reshape(-1, 2)


def _held(word: AskedWord, plain: str) -> float:
    if word.text in plain or any(meant in plain for meant in word.meant):
        return 1.0
    han = [c for c in word.text if "\u4e00" <= c <= "\u9fff"]
    return sum(c in plain for c in han) / len(han) if han else 0.0


def _information(word: str, tokenizer: Tokenizer) -> float:
    known = tokenizer.information(word)
    if known is None and not word.isascii():  # jieba guessed it: what its rarest character says
        known = max((tokenizer.information(c) or 0.0 for c in word), default=UNKNOWN)
    return UNKNOWN if known is None else known
