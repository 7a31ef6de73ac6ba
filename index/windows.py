"""A long clause → sentence windows: it is searched by them too, and always cited as the clause."""

import re

LONG_CHARS = 250
"""Clauses up to this length are searched whole only. A mean-pooled vector of a longer one blurs its subjects."""
WINDOW_CHARS = 150
"""Sentences are packed up to this length. A clause counts with its best window or the whole, whichever is nearer:
nDCG@10 of dense on the plan's tune questions 0.745 → 0.771, on a sample of law articles 0.578 → 0.587; shorter
clauses in windows too gain 0.005 more on the plan and nothing on articles, for half as much again to embed."""

WINDOWS = f"windows-{LONG_CHARS}-{WINDOW_CHARS}"

_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]+|[^。；！？\n]+")


def windows(text: str) -> list[str]:
    """Windows of whole sentences that together are the text; none for a text that is short or one sentence."""
    if len(text) <= LONG_CHARS:
        return []
    packed = [""]
    for sentence in _SENTENCE.findall(text):
        if packed[-1] and len(packed[-1]) + len(sentence) > WINDOW_CHARS:
            packed.append("")
        packed[-1] += sentence
    return packed if len(packed) > 1 else []
