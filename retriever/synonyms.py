"""Synonym files in Solr's format, shipped and the user's own → what a question says in other words."""

import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from index.dictionary import BadLine
from index.text import Tokenizer, normalised
from retriever.units import Key, units

log = logging.getLogger(__name__)

SHIPPED = ("synonyms.txt", "everyday.txt", "glossary.txt")
MAX_RULES = 100_000
MAX_FIRED = 50
"""Rules that one question can set off."""
CERTAIN_CHARS = 4
"""A Chinese key of so many characters is found wherever it stands; a shorter one only where words begin and end."""

_COMMA = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that a question set off."""

    written: str
    """What the question says, normalised."""
    meant: tuple[str, ...]
    """What is searched beside it, with less weight."""
    english: bool
    """The question says it in English, where documents are Chinese: nothing else of it can be found."""
    places: tuple[tuple[int, int], ...] = ()
    """Where, in the normalised question."""
    shares: tuple[float, ...] = ()
    """For each thing meant, from 0 to 1, how much that is likely; all 1 where there are none."""


class Rules:
    """Rules by the words they begin with; the longest that fits at a place is used. Immutable."""

    def __init__(self, rules: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._by_first: dict[str, list[tuple[Key, str, tuple[str, ...]]]] = {}
        seen: dict[Key, int] = {}
        for written, meant in rules:
            key = tuple(unit for unit, _, _ in units(written))
            if not key or key in seen:
                continue  # the first rule for a word wins: the user's file is read before the shipped ones
            seen[key] = 1
            self._by_first.setdefault(key[0], []).append((key, written, meant))
        for started in self._by_first.values():
            started.sort(key=lambda rule: (-len(rule[0]), rule[0]))

    def fired(self, text: str, tokenizer: Tokenizer) -> tuple[Fired, ...]:
        """The rules that the normalised text sets off, in order, longest match first, none overlapping."""
        read = units(text)
        if not any(unit in self._by_first for unit, _, _ in read):
            return ()
        edges = tokenizer.edges(text)
        found: dict[str, Fired] = {}
        at = 0
        while at < len(read) and len(found) < MAX_FIRED:
            for key, written, meant in self._by_first.get(read[at][0], ()):
                end = at + len(key)
                if tuple(unit for unit, _, _ in read[at:end]) != key:
                    continue
                start, stop = read[at][1], read[end - 1][2]
                english = text[start].isascii()
                if not english and len(key) < CERTAIN_CHARS and not {start, stop} <= edges:
                    continue
                others = tuple(one for one in meant if one not in text)
                if others:
                    before = found.get(written) or Fired(text[start:stop], others, english)
                    found[written] = replace(before, places=(*before.places, (start, stop)))
                at = end - 1
                break
            at += 1
        return tuple(found.values())


class SynonymFile:
    """The shipped rules and those of a user's file, read again when the file changes; shared by threads."""

    def __init__(self, path: Path | None = None, *, optional: bool = False) -> None:
        """`optional`: that there is no such file is no problem."""
        self._path = path
        self._optional = optional
        self._lock = threading.Lock()
        self._seen: object = None
        self._rules: Rules | None = None
        self.problems: tuple[str, ...] = ()
        """Lines of the user's file that are not rules, with their numbers."""

    def rules(self) -> Rules:
        """The rules now: one look at the file's time of change. A file that cannot be read leaves the shipped ones."""
        state = self._state()
        rules = self._rules
        if rules is not None and state == self._seen:
            return rules
        with self._lock:
            own: list[tuple[str, tuple[str, ...]]] = []
            problems: list[str] = []
            if self._path is not None and not (self._optional and state == "gone"):
                try:
                    own, problems = parsed(self._path.read_text(encoding="utf-8-sig"), str(self._path))
                except (OSError, UnicodeDecodeError) as error:
                    problems = [f"{self._path}: cannot be read ({error}); it must be a UTF-8 text file"]
            for problem in problems:
                log.warning("synonyms: %s", problem)
            made = self._rules = Rules([*own, *shipped()])
            self.problems, self._seen = tuple(problems), state
            return made

    def _state(self) -> object:
        if self._path is None:
            return ()
        try:
            stat = self._path.stat()
        except OSError:
            return "gone"
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


def shipped() -> list[tuple[str, tuple[str, ...]]]:
    """The rules that come with the project."""
    found = []
    for name in SHIPPED:
        text = resources.files("retriever").joinpath(f"data/{name}").read_text(encoding="utf-8")
        found += parsed(text, name)[0]
    return found


def parsed(text: str, name: str) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    r"""The rules of a file, and its lines that are none.

    `a, b => c, d`: who asks for a or b also means c and d. `a, b, c`: any of them also means the others. `#` begins a
    comment, `\,` is a comma within a word.
    """
    rules, bad = _parsed(text)
    return rules, [
        f"{name} line {line.number}: {line.text!r} is no rule and was skipped; {line.why}"
        if line.code == "rule"
        else f"{name}: {line.why} from line {line.number} on"
        for line in bad
    ]


def bad_lines(text: str) -> list[BadLine]:
    """What of a file of synonyms is no rule, by line."""
    return _parsed(text)[1]


def _parsed(text: str) -> tuple[list[tuple[str, tuple[str, ...]]], list[BadLine]]:
    rules: list[tuple[str, tuple[str, ...]]] = []
    bad: list[BadLine] = []
    # Normalised all at once: each call of OpenCC costs more than a line.
    lines = normalised(text.replace("\r\n", "\n").replace("\r", "\n"))[0].split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        sides = [_words(side) for side in line.split("=>")]
        if len(sides) == 2 and sides[0] and sides[1]:
            rules += [(word, tuple(w for w in sides[1] if w != word)) for word in sides[0]]
        elif len(sides) == 1 and len(sides[0]) > 1:
            rules += [(word, tuple(w for w in sides[0] if w != word)) for word in sides[0]]
        else:
            bad.append(BadLine(number, line.strip()[:60], "rule", "write a, b, c or a, b => c"))
        if len(rules) > MAX_RULES:
            bad.append(
                BadLine(
                    number,
                    line.strip()[:60],
                    "many",
                    f"there are more than {MAX_RULES:,} rules; leave out the rest",
                )
            )
            break
    return rules, bad


def _words(side: str) -> list[str]:
    words = (word.replace("\\,", ",").strip() for word in _COMMA.split(side))
    return list(dict.fromkeys(word for word in words if any(map(str.isalnum, word))))
