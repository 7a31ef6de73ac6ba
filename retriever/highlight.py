"""A question's terms and a clause → where they stand in its text, for marking."""

from collections.abc import Iterable, Sequence

from index.text import normalised

# Words that say that something is asked, not what; marking them would be noise.
_ASKING = frozenset(
    """
    的 了 是 在 和 与 或 及 有 被 对 为 以 到 吗 呢 吧 啊 么 我 你 他 她 它 我们 请问 什么 怎么 怎样 如何 哪些
    哪个 多少 几 是否 可以 能否 能 会 要 需要 应该 应当
    the a an of to in is are what how which who when does do for and or on by
    """.split()  # noqa: SIM905
)


def asks_only(term: str) -> bool:
    """True for a word that says that something is asked, not what."""
    return term in _ASKING


def worth_marking(terms: Iterable[str]) -> list[str]:
    """The terms that carry meaning, longest first, each once."""
    kept = {term for term in terms if term not in _ASKING and (len(term) > 1 or term.isdigit())}
    return sorted(kept, key=lambda term: (-len(term), term))


def highlights(text: str, terms: Sequence[str]) -> tuple[list[tuple[int, int]], list[str]]:
    """Spans in `text` covered by `terms` (merged, in order), and the terms found there.

    A term found only inside a longer found one is not listed again.
    """
    folded, places = normalised(text)
    covered = bytearray(len(folded))
    matched = []
    for term in terms:
        at = folded.find(term)
        new = False
        while at >= 0:
            end = at + len(term)
            if _whole_word(folded, at, end):
                new = new or not all(covered[at:end])
                covered[at:end] = b"\1" * (end - at)
            at = folded.find(term, at + 1)
        if new:
            matched.append(term)
    spans: list[tuple[int, int]] = []
    for i in (i for i, c in enumerate(covered) if c):
        start, end = places[i], places[i] + 1
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans, matched


def _whole_word(text: str, start: int, end: int) -> bool:
    """False where an ASCII term stands inside a longer ASCII word or number: 20 in 2025."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (
        (_ascii_word(text[start]) and _ascii_word(before))
        or (_ascii_word(text[end - 1]) and _ascii_word(after))
    )


def _ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
