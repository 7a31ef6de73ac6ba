"""A question with a misspelt word → the question as it was probably meant. Only ever shown, never searched unasked.

Precise rather than complete: something is proposed only where the clauses hold no such pair of characters, no
dictionary has such a word, and a word of the clauses sounds the same.
"""

import re
import threading
from collections.abc import Iterator

from index.local import LocalIndex
from index.text import Tokenizer, normalised
from retriever.pinyin import loose, sound

MAX_CHARS = 200
"""Of a long question only so much is looked at."""
SHORTEST, LONGEST = 2, 10
SAYING_CHARS = 3
"""Words of fewer characters sound like another by chance: there the neighbours on both sides must prove it."""
SURE_CHARS = 4
"""A word of so many characters that sounds the same is no coincidence, wherever the dictionary cuts."""

_WORDS = frozenset(
    "一二三四五六七八九十几的地得了着过是有在要搞做把被让给和与同或跟就也都还又再没冇不请问谁我你他她它这那哪个来去到从向对为"
    "以及其之于等能会可该应想说看吗呢吧啊么些各每先多少大小上下里中"
)
"""Characters that stand for themselves in a sentence."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class Speller:
    """The words of one snapshot by sound; made when a question first holds what no clause does."""

    def __init__(self, index: LocalIndex, tokenizer: Tokenizer) -> None:
        self._index = index
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self._by_sound: dict[tuple[str, ...], list[str]] | None = None

    def suggestion(self, text: str) -> str:
        """The text with its misspelt words replaced, or "" where nothing can be said."""
        folded, origins = normalised(text)
        changes: list[tuple[int, int, str]] = []
        for run in _HAN.finditer(folded[:MAX_CHARS]):
            changes += self._in_run(run[0], run.start())
        corrected, at = "", 0
        for start, end, word in changes:
            first, last = origins[start], origins[end - 1] + 1
            corrected += text[at:first] + word
            at = last
        return corrected + text[at:] if changes else ""

    def _in_run(self, run: str, offset: int) -> Iterator[tuple[int, int, str]]:
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        known = set(self._index.known(pairs))
        strange = [pair not in known for pair in pairs]
        if not any(strange):
            return
        pieces = self._tokenizer.pieces(run)
        alone = {start for start, end in pieces if end - start == 1}
        at = 0
        while at < len(run):
            found = self._at(run, at, strange, alone)
            if found:
                yield offset + at, offset + at + len(found), found
                at += len(found)
            else:
                at += 1

    def _at(self, run: str, at: int, strange: list[bool], alone: set[int]) -> str:
        """The longest word that was probably meant by the characters from `at` on, or ""."""
        for length in range(min(LONGEST, len(run) - at), SHORTEST - 1, -1):
            written = run[at : at + length]
            if not any(strange[at : at + length - 1]) or self._tokenizer.is_word(written):
                continue
            for word in self._meant(written):
                places = [i for i in range(length) if written[i] != word[i]]
                # Characters that are words of their own are no slips: 深圳是要 does not mean 深圳市要.
                if len(places) > length // 2 or any(written[i] in _WORDS for i in places):
                    continue
                # 实 in 知实产权 stands alone: no dictionary word holds it. 人工只能 is long enough without that.
                if length < SURE_CHARS and (len(places) > 1 or not all(at + i in alone for i in places)):
                    continue
                if length < SAYING_CHARS and not self._fits(run, at + places[0], word[places[0]], strange):
                    continue
                if all(self._strange_near(strange, at, length, i) for i in places):
                    return word
        return ""

    @staticmethod
    def _strange_near(strange: list[bool], at: int, length: int, i: int) -> bool:
        """True if a pair within the word that holds the changed character stands in no clause."""
        return any(strange[at + j] for j in (i - 1, i) if 0 <= j < length - 1)

    def _fits(self, run: str, at: int, character: str, strange: list[bool]) -> bool:
        """True if both pairs with the character at `at` stand in no clause, and with another character both do.

        Beside a character that is a word of its own that would prove nothing.
        """
        if not 0 < at < len(run) - 1 or not (strange[at - 1] and strange[at]):
            return False
        if run[at - 1] in _WORDS or run[at + 1] in _WORDS:
            return False
        return len(self._index.known([run[at - 1] + character, character + run[at + 1]])) == 2

    def _meant(self, written: str) -> list[str]:
        """Words of the clauses for what is written, the surest first; of the same length."""
        self._open()
        assert self._by_sound is not None
        exact = tuple(sound(c) for c in written)
        found = self._by_sound.get(tuple(map(loose, exact)), [])
        same = [word for word in found if tuple(map(sound, word)) == exact]
        others = [word for word in found if word not in same]
        use = dict(zip(found, self._index.clauses_holding(found), strict=True))
        return [
            word
            for group in (same, others)
            for word in sorted(group, key=lambda w: (-use[w], w))
            if word != written
        ]

    def _open(self) -> None:
        with self._lock:
            if self._by_sound is not None:
                return
            by_sound: dict[tuple[str, ...], list[str]] = {}
            for word in self._index.vocabulary():
                if (
                    SHORTEST <= len(word) <= LONGEST
                    and _HAN.fullmatch(word)
                    and self._tokenizer.is_word(word)
                ):
                    by_sound.setdefault(tuple(loose(sound(c)) for c in word), []).append(word)
            self._by_sound = by_sound
