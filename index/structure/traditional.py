"""Texts in traditional characters: a text in, the same text in simplified ones of the same length to read it by out.

Numbers, titles and references are known by simplified characters; every span counts in both. What is shown and cited
is taken from the text as printed.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.document import Fact
from index.structure.titles import squeeze, title_text
from index.text import simplified

_SIGNS = "條號關規於實發"
"""One of them stands in every law and official document that is printed in traditional characters."""


def shadow_of(text: str) -> str:
    """Return the text in simplified characters, character for character; itself where it is in simplified ones."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return "".join(map(simplified, text.splitlines(keepends=True)))


def as_printed(facts: Sequence[Fact], shadow: str, text: str) -> tuple[Fact, ...]:
    """Return the facts in the characters of the text, where they were read in those of its shadow."""
    if shadow == text:
        return tuple(facts)
    return tuple(_as_printed(fact, shadow, text) for fact in facts)


def _as_printed(fact: Fact, shadow: str, text: str) -> Fact:
    if fact.start < 0:
        return fact
    for shown in (str, str.strip, squeeze, title_text):
        if shown(shadow[fact.start : fact.end]) == fact.value:
            return replace(fact, value=shown(text[fact.start : fact.end]))
    return fact
