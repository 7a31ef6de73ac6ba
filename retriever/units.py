"""Text → what rules and dictionaries are compared by: Han characters one by one, other words without their plural."""

import re
from collections.abc import Iterator

Key = tuple[str, ...]
"""The units of a word or phrase."""

EMPTY = frozenset(
    """
    a an the of to in is are be was were been being what how which who whom whose when where why does do did
    for and or on by at as with from into that this these those it its there any some can could may might will
    would shall should must has have had having not no if than then so such their they them he she his her you
    your we our i my me about between under over more most other also only same both each few up out against
    during through after before make made get within per via toward towards tell please say says much many
    """.split()  # noqa: SIM905
)
"""English words that say that something is asked, or hold a sentence together."""

_UNIT = re.compile(r"[a-z0-9]+(?:[&'’+.\-][a-z0-9]+)*|[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_ENDINGS = {
    "ing": ("", "e"), "ied": ("y",), "ed": ("", "e"), "es": ("",), "er": ("", "e"), "ly": ("",),
    "ability": ("able",), "ility": ("le",), "ation": ("e", "ate"), "ion": ("", "e"), "ment": ("",),
    "al": ("",), "ness": ("",), "isation": ("ization",), "ise": ("ize",), "our": ("or",), "ence": ("ense",),
}  # fmt: skip
"""Ending → what may stand in its place in a word of the same family."""


def units(text: str) -> list[tuple[str, int, int]]:
    """The units of a normalised text with their spans."""
    return [(_singular(hit[0]), hit.start(), hit.end()) for hit in _UNIT.finditer(text)]


def base_forms(word: str) -> Iterator[str]:
    """The unit, then what it may be derived from: licensing, license, licens. A dictionary tells which are words."""
    yield word
    for ending, replacements in _ENDINGS.items():
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        for replacement in replacements:
            yield stem + replacement
        if "" in replacements and len(stem) > 3 and stem[-1] == stem[-2]:
            yield stem[:-1]


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
