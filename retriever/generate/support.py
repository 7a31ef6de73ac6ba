"""A sentence of a language model and the clauses it was given → whether those clauses say it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text import simplified
from retriever.generate.prompt import Sourced, hidden
from retriever.verify.folding import core, fold
from retriever.verify.passages import find_whole, pieces
from retriever.verify.quantities import quantities, unsupported
from retriever.verify.quotations import quotations
from retriever.verify.steps import named_steps

MIN_COVERED = 0.6
"""Share of a Chinese sentence's character pairs that the cited clauses must hold."""
MIN_QUOTED_CHARS = 6
"""A sentence in another language than the clause's must quote so much of it."""

TAG = re.compile(r"\s*[\[【(（]\s*C(\d{1,3})(?:\s*[,，、]\s*C(\d{1,3}))*\s*[\]】)）]")
_ONE_TAG = re.compile(r"C(\d{1,3})")
_MARKUP = re.compile(r"https?:|www\.|\]\(|<[a-zA-Z/!]|!\[|`|javascript:|data:", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
_JOINTS = frozenset("的了和与及或在是为有对中将并等其该此以由于被把从向到也都即则")
_MODALS = ("不", "未", "无", "禁止", "严禁", "除外", "应当", "必须", "可以", "有权", "免")
"""What turns a sentence into its opposite, or a duty into a right: the sources must have the word too."""
_SILENT = re.compile(r"没有写明|未写明|没有提及|无法回答|not (?:say|state|mention)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of the model, held to its sources."""

    text: str
    """Without tags."""
    sources: tuple[Sourced, ...]
    """The clauses it cites."""
    verified: bool
    reason: str
    """Why it is not: uncited, unknown_source, markup, number, quotation, place, unsupported, silent; else ""."""


def judge(sentence: str, given: Sequence[Sourced]) -> Judged:
    """Hold one sentence, with its tags, to the clauses it cites."""
    tags = [int(n) for tag in TAG.finditer(sentence) for n in _ONE_TAG.findall(tag[0])]
    words = TAG.sub("", sentence).strip()
    by_tag = {source.tag: source for source in given}
    cited = [by_tag.get(f"C{n}") for n in dict.fromkeys(tags)]
    sources = tuple(source for source in cited if source is not None)
    reason = "unknown_source" if len(sources) < len(cited) else _fault(words, sources)
    return Judged(words, sources, not reason, reason)


def _fault(words: str, sources: Sequence[Sourced]) -> str:
    """What is wrong with a sentence, "" where its sources say it."""
    if not sources:
        return "silent" if _SILENT.search(words) else "uncited"
    if _MARKUP.search(words) or any(map(hidden, words)):
        return "markup"
    said = "\n".join(_said(source) for source in sources)
    stated = quantities(words)
    if unsupported(stated, quantities(said)):
        return "number"
    folded = fold(said).text
    quoted = 0
    for quotation in quotations(words):
        length = _stands(quotation.words, folded)
        if length < 0:
            return "quotation"
        quoted += length
    if any(fold(place).text not in folded for place in named_steps(words)):
        return "place"
    for number in reversed(stated):
        # Compared already: 百分之四点八 stands for 4.8%.
        words = words[: number.start] + " " + words[number.end :]
    return "" if _covered(words, said, quoted) else "unsupported"


def _said(source: Sourced) -> str:
    clause = source.clause
    return "\n".join([clause.citation, *clause.path, clause.lead_in, source.text])


def _stands(quoted: str, folded: str) -> int:
    """How many characters of a quotation stand in the sources, -1 where it is not theirs."""
    mine = fold(quoted).text
    mine = mine[slice(*core(mine))]
    if find_whole(folded, mine, 0, len(folded)) >= 0:
        return len(mine)
    parts, at = list(pieces(mine)), 0
    for part in parts:
        at = find_whole(folded, part, at, len(folded)) + len(part)
        if len(parts) < 2 or at < len(part):
            return -1
    return len(mine)


def _covered(words: str, said: str, quoted: int) -> bool:
    """True if the sources hold most of a sentence; what is in letters and not theirs is allowed to English only."""
    mine, theirs = simplified(words), simplified(said)
    pairs = [run[i : i + 2] for run in _HAN.findall(mine) for i in range(len(run) - 1)]
    pairs = [pair for pair in pairs if pair[0] not in _JOINTS and pair[1] not in _JOINTS]
    foreign = [w for w in _LATIN.findall(mine) if w.lower() not in theirs.lower()]
    han = sum(len(run) for run in _HAN.findall(mine))
    if foreign and sum(map(len, foreign)) > han:
        odd = any(len(w) > 20 or (any(map(str.isdigit, w))) or "_" in w for w in foreign)
        return quoted >= MIN_QUOTED_CHARS and not odd
    if foreign or not pairs:
        return False
    if any(word in mine and word not in theirs for word in _MODALS):
        return False
    held = sum(pair in theirs for pair in pairs)
    return held >= MIN_COVERED * len(pairs)
