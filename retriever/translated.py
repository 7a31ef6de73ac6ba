"""A question in English → how much of it BM25 can read among Chinese clauses through the glossary."""

import math
import re

from index.local import LocalIndex
from retriever.question import Question

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z][a-z0-9&'\-]*")
# Words that say that something is asked, or hold a sentence together.
_EMPTY = frozenset(
    """
    a an the of to in is are be was were been being what how which who whom whose when where why does do did
    for and or on by at as with from into that this these those it its there any some can could may might will
    would shall should must has have had having not no if than then so such their they them he she his her you
    your we our i my me about between under over more most other also only same both each few up out against
    during through after before make made get within per via toward towards tell please say says much many
    """.split()  # noqa: SIM905
)


def readable_share(question: Question, index: LocalIndex) -> float:
    """From 0 to 1; 1 for a question that holds Chinese or nothing translated.

    The information (idf) of the words that clauses hold, over that of all words: a question of which only Shenzhen is
    read says little about a collection on Shenzhen. Fused at full weight, such a bag costs the English questions of the
    plan's tune half 0.03 nDCG@10.
    """
    translated = [
        (rule, bags)
        for rule, bags in zip(question.synonyms, question.other_words, strict=True)
        if rule.english
    ]
    text = question.simplified.lower()
    if not translated or _HAN.search(text):
        return 1.0
    clauses = index.manifest.clauses
    most = _idf(clauses, 0)
    written = set(_WORD.findall(" ".join(rule.written for rule, _ in translated)))
    words = [word for word in _WORD.findall(text) if word not in _EMPTY and word not in written]
    own = list(index.clauses_holding(words)) if words else []
    read = sum(_idf(clauses, n) for n in own if n)
    unread = most * sum(not n for n in own)
    for _, bags in translated:
        held = [n for bag in bags for n in index.clauses_holding(list(bag)) if n]
        if held:
            read += max(_idf(clauses, n) for n in held)
        else:
            unread += most
    return read / (read + unread) if read else 0.0


def _idf(clauses: int, holding: int) -> float:
    return math.log(1 + (clauses - holding + 0.5) / (holding + 0.5))
