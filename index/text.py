"""Text → terms: the ONE path that clauses and questions both take before BM25.

Terms are jieba words (search mode: long words also give their parts), bigrams of neighbouring Han characters, which
find what the dictionary cuts wrongly, and numbers in one form (百分之四点八 is 4.8%). Normalisation (traditional to
simplified, NFKC, lower case) happens here and nowhere else; it serves matching only, texts are shown and cited as they
are.
"""

import hashlib
import logging
import math
import os
import re
import threading
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from index.dictionary import read_dictionary
from index.quantities import terms

CODE = "t2s+words+bigrams+numbers-2"
"""Raise when the rules below change: snapshots built by other rules are then noticed as stale."""

KEPT_PREPARED = 5
"""Prepared dictionaries kept, 9 MB each: every change of the user's words makes one."""

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]{2,}")


class Tokenizer:
    """jieba with the dictionary of policy terms and the user's own; immutable once made, so threads share it."""

    def __init__(
        self,
        user_dictionary: Path | None = None,
        cache: Path | None = None,
        words: Sequence[str] | None = None,
    ) -> None:
        """`user_dictionary`: one word a line (word [frequency [tag]]); `cache`: folder for the prepared dictionary.

        `words`: entries in place of the file's. Raises TiaowenError if the dictionary is unreadable.
        """
        own = read_dictionary(user_dictionary) if words is None and user_dictionary is not None else words
        self.own_words = tuple(own or ())
        """The user's entries, beside the shipped ones."""
        self._words = [*_policy_words(), *self.own_words]
        self.cache = cache
        self._lock = threading.Lock()
        self._jieba: Any = None

    @property
    def fingerprint(self) -> str:
        """Changes with the rules, jieba's version and every dictionary word."""
        words = hashlib.sha256("\n".join(self._words).encode()).hexdigest()[:12]
        return f"{CODE} jieba-{version('jieba')} opencc-{version('opencc')} dictionary-{words}"

    def bag(self, text: str) -> tuple[list[str], list[str]]:
        """The words; and the bigrams, with the numbers in one form. Repeated as they occur; all are terms of BM25."""
        normal, _ = normalised(text, self.simplified)
        words = [word for word in self._cutter().cut_for_search(normal) if any(map(str.isalnum, word))]
        bigrams = [
            normal[i : i + 2] for run in _HAN_RUN.finditer(normal) for i in range(run.start(), run.end() - 1)
        ]
        return words, bigrams + self.numbers(normal)

    def numbers(self, normal: str) -> list[str]:
        """Terms for the numbers of a normalised text, the same however a number is written."""
        return terms(normal)

    def edges(self, text: str) -> set[int]:
        """Where words begin and end in a normalised text."""
        cut = self._cutter().tokenize(text)
        return {place for _, start, end in cut for place in (start, end)}

    def is_word(self, word: str) -> bool:
        """True if a dictionary holds the word."""
        return bool(self._cutter().FREQ.get(word))

    def information(self, word: str) -> float | None:
        """What a word says by its rarity in jieba's dictionary, in nats; None for one it does not hold."""
        cutter = self._cutter()
        frequency = cutter.FREQ.get(word)
        return math.log(cutter.total / frequency) if frequency else None

    def pieces(self, text: str) -> list[tuple[int, int]]:
        """Spans of the dictionary words of a normalised text, and of the characters between them one by one."""
        return [(start, end) for _, start, end in self._cutter().tokenize(text, HMM=False)]

    def simplified(self, text: str) -> str:
        """What is matched in place of traditional characters; evaluation overrides it to see what it brings."""
        return simplified(text)

    def _cutter(self) -> Any:
        with self._lock:
            if self._jieba is None:
                self._jieba = self._load()
        return self._jieba

    def _load(self) -> Any:
        """jieba's own cache lies in the shared temporary folder and takes 0.9 s to load; this one takes 0.2 s."""
        import jieba

        jieba.setLogLevel(logging.WARNING)
        cutter = jieba.Tokenizer()
        cached = self.cache and self.cache / f"{self.fingerprint.replace(' ', '_')}.npz"
        if cached and cached.exists():
            try:
                with np.load(cached) as stored:
                    words = stored["words"].tobytes().decode().split("\n")
                    cutter.FREQ = dict(zip(words, stored["frequencies"].tolist(), strict=True))
                    cutter.total = int(stored["total"])
                    cutter.initialized = True
                with suppress(OSError):
                    os.utime(cached)  # in use: not the next to go
                return cutter
            except (OSError, ValueError, KeyError, zipfile.BadZipFile):
                cached.unlink(missing_ok=True)  # half-written by a machine that lost power: made again below
        cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
        cutter.initialized = True
        for entry in self._words:
            word, *rest = entry.split()
            cutter.add_word(word, int(rest[0]) if rest and rest[0].isdigit() else None)
        if cached:
            _save_dictionary(cached, cutter)
        return cutter


def _save_dictionary(path: Path, cutter: Any) -> None:
    words = np.frombuffer("\n".join(cutter.FREQ).encode(), np.uint8)
    frequencies = np.fromiter(cutter.FREQ.values(), np.int64)
    with suppress(OSError):  # a read-only cache costs a second at each start, no more
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(
            path.with_name("dictionary.lock")
        ):  # whoever waited writes it again, which harms nothing
            for leftover in path.parent.glob(".staging-*.npz"):  # of a first start that was killed
                leftover.unlink(missing_ok=True)
            aside = path.with_name(f".staging-{path.name}")
            with aside.open("wb") as file:
                np.savez(file, words=words, frequencies=frequencies, total=np.int64(cutter.total))
            aside.replace(path)
        prepared = sorted(path.parent.glob("*_dictionary-*.npz"), key=lambda file: -file.stat().st_mtime)
        for unused in prepared[KEPT_PREPARED:]:
            unused.unlink(missing_ok=True)


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, of the same length, for matching only (OpenCC, t2s)."""
    converted: str = _converter().convert(text)
    return converted if len(converted) == len(text) else text


def normalised(text: str, simplify: Callable[[str], str] = simplified) -> tuple[str, list[int]]:
    """Simplified, NFKC and lower case; and the place in `text` of each resulting character."""
    folded: list[str] = []
    places: list[int] = []
    for i, character in enumerate(simplify(text)):
        for c in character if "\u4e00" <= character <= "\u9fff" else _fold(character):
            folded.append(c)
            places.append(i)
    return "".join(folded), places


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _fold(character: str) -> str:
    return unicodedata.normalize("NFKC", character).lower()


def _policy_words() -> list[str]:
    text = resources.files("index").joinpath("data/policy_terms.txt").read_text(encoding="utf-8")
    return _entries(text.splitlines())


def _entries(lines: Iterable[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
