"""Text → terms: the ONE path that clauses and questions both take before BM25.

Terms are jieba words (search mode: long words also give their parts) and bigrams of neighbouring Han characters,
which find what the dictionary cuts wrongly. Normalisation (NFKC, lower case) happens here and nowhere else.
"""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from index.errors import TiaowenError

CODE = "words+bigrams-1"
"""Raise when the rules below change: snapshots built by other rules are then noticed as stale."""

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]{2,}")


class Tokenizer:
    """jieba with the dictionary of policy terms and the user's own; immutable once made, so threads share it."""

    def __init__(self, user_dictionary: Path | None = None) -> None:
        """`user_dictionary`: one word a line (word [frequency [tag]]). Raises TiaowenError if unreadable."""
        self._words = _policy_words()
        if user_dictionary is not None:
            self._words += _read_dictionary(user_dictionary)
        self._jieba: Any = None

    @property
    def fingerprint(self) -> str:
        """Changes with the rules, jieba's version and every dictionary word."""
        from importlib.metadata import version

        words = hashlib.sha256("\n".join(self._words).encode()).hexdigest()[:12]
        return f"{CODE} jieba-{version('jieba')} dictionary-{words}"

    def bag(self, text: str) -> tuple[list[str], list[str]]:
        """The words and the bigrams of a text, each repeated as often as it occurs; both are terms of BM25."""
        normal, _ = normalised(text)
        words = [word for word in self._cutter().cut_for_search(normal) if any(map(str.isalnum, word))]
        bigrams = [
            normal[i : i + 2] for run in _HAN_RUN.finditer(normal) for i in range(run.start(), run.end() - 1)
        ]
        return words, bigrams

    def _cutter(self) -> Any:
        if self._jieba is None:
            import jieba

            jieba.setLogLevel(logging.WARNING)
            cutter = jieba.Tokenizer()
            cutter.initialize()
            for word in self._words:
                parts = word.split()
                cutter.add_word(parts[0], int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None)
            self._jieba = cutter
        return self._jieba


def normalised(text: str) -> tuple[str, list[int]]:
    """NFKC and lower case, character by character, and the place in `text` of each resulting character."""
    folded: list[str] = []
    places: list[int] = []
    for i, character in enumerate(text):
        for c in character if "\u4e00" <= character <= "\u9fff" else _fold(character):
            folded.append(c)
            places.append(i)
    return "".join(folded), places


def _fold(character: str) -> str:
    return unicodedata.normalize("NFKC", character).lower()


def _policy_words() -> list[str]:
    text = resources.files("index").joinpath("data/policy_terms.txt").read_text(encoding="utf-8")
    return _entries(text.splitlines())


def _read_dictionary(path: Path) -> list[str]:
    try:
        return _entries(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise TiaowenError(f"cannot read the user dictionary {path}: {error}; "
                           "it must be a UTF-8 text file with one word a line") from error  # fmt: skip


def _entries(lines: Iterable[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
