"""The user's dictionary, a text file of words → entries for jieba, and the lines that are none."""

from dataclasses import dataclass
from pathlib import Path

from index.errors import TiaowenError

MAX_WORDS = 200_000
MAX_WORD_CHARS = 40
MAX_FREQUENCY = 10**9
"""Of jieba's own words the commonest has 883,634; above this sums of frequencies lose digits."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a user's file that means nothing."""

    number: int
    """From 1."""
    text: str
    code: str
    """fields, word, long, frequency; rule in a file of synonyms; many where the file is too long."""
    why: str
    """In English."""


_WHY = {
    "fields": "write one word a line: word, then if you like a frequency and a tag, with blanks between",
    "word": "a word needs a letter, a digit or a Chinese character, and nothing invisible",
    "long": f"a word has at most {MAX_WORD_CHARS} characters",
    "frequency": f"a frequency is a whole number from 0 to {MAX_FREQUENCY:,}",
    "many": f"there are more than {MAX_WORDS:,} words; leave out the rest",
}


def read_dictionary(path: Path) -> list[str]:
    """The entries of a file. Raises TiaowenError."""
    try:
        return entries(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise TiaowenError(f"cannot read the user dictionary {path}: {error}; "
                           "it must be a UTF-8 text file with one word a line") from error  # fmt: skip


def entries(text: str) -> list[str]:
    """The lines that hold a word, in the form in which text is cut: 5G網絡 as 5g网络 would else never be met."""
    from index.text import normalised

    lines = _lines(text)
    kept = "\n".join(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return normalised(kept)[0].split("\n") if kept else []


def bad_lines(text: str) -> list[BadLine]:
    """What of a dictionary cannot be taken as it is, by line."""
    found: list[BadLine] = []
    words = 0
    for number, line in enumerate(_lines(text), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words += 1
        code = "many" if words > MAX_WORDS else _fault(line)
        if code:
            found.append(BadLine(number, line.strip()[:60], code, _WHY[code]))
        if code == "many":
            break
    return found


def _fault(line: str) -> str:
    word, *rest = line.split()
    if not any(map(str.isalnum, word)) or not word.isprintable():
        return "word"
    if len(word) > MAX_WORD_CHARS:
        return "long"
    if len(rest) > 2:
        return "fields"
    if not rest:
        return ""
    tagged = len(rest) == 1 and rest[0].isascii() and rest[0].isalpha()  # jieba's `word tag`
    if not tagged and not (rest[0].isascii() and rest[0].isdigit() and int(rest[0][:12]) <= MAX_FREQUENCY):
        return "frequency"
    return "fields" if len(rest) == 2 and not (rest[1].isascii() and rest[1].isalpha()) else ""


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
