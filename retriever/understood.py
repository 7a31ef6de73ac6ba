"""A question and what it met in the index → what was understood of it, to be shown beside the results."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from index.local import LocalIndex
from index.quantities import quantities, same
from index.text import normalised
from retriever.exact import Exact, NamedPlace
from retriever.highlight import asks_only
from retriever.question import Question
from retriever.spelling import Speller
from retriever.synonyms import Fired
from retriever.units import EMPTY

MAX_WORDS = 40
"""Words shown of a long question."""
MAX_MEANT = 3
"""Chinese words shown that the dictionary has for an English one."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a question; everything in it can be shown."""

    simplified: str
    """The question in simplified characters, "" where that changes nothing."""
    words: tuple[str, ...]
    """Its words that say what is asked, in order, each once; without its places and numbers."""
    unknown: tuple[str, ...]
    """Those that no clause holds."""
    numbers: tuple[tuple[str, str], ...]
    """Numbers written otherwise than they are searched: 百分之四点八, 4.8%."""
    synonyms: tuple[Fired, ...]
    """What it says in other words, which were searched too."""
    places: tuple[NamedPlace, ...]
    """The clauses, parts or documents that it names."""
    suggestion: str = ""
    """The question without what seem to be misspelt words, or ""; shown, never searched unasked."""


def understood(
    question: Question, exact: Exact, index: LocalIndex, speller: Speller, is_word: Callable[[str], bool]
) -> Understood:
    """Everything is looked up, nothing searched: well under a millisecond, but for the first misspelt question.

    `is_word`: whether a dictionary holds a word; what the tokenizer merely guessed (占比要 as 占 and 比要) is no
    word to tell anybody that the clauses lack.
    """
    named = normalised("".join(place.document + place.text for place in exact.places))[0]
    numbers = tuple(
        (written, form)
        for written, form in dict.fromkeys(question.numbers)
        if written not in named and not form.startswith(written)
    )
    apart = named + " ".join(written for written, _ in numbers)
    terms = [
        w
        for w in dict.fromkeys(question.words)
        if not asks_only(w) and (len(w) > 1 or w.isdigit()) and w not in apart
    ]
    # 社会保障卡 is also cut into 社会 and 保障: only the longest are shown.
    words = [w for w in terms if not any(w != longer and w in longer for longer in terms)]
    words = [w for w in words if w.isascii() or is_word(w) or _held(w, index)][:MAX_WORDS]
    written = " ".join(rule.written for rule in (*question.synonyms, *question.translated))
    unknown = [w for w in words if w not in written and w not in EMPTY and not _held(w, index)]
    return Understood(
        question.simplified if question.simplified != question.text else "",
        tuple(words),
        tuple(unknown),
        numbers,
        (*question.synonyms, *(_likeliest(rule) for rule in question.translated)),
        exact.places,
        "" if exact.rows else speller.suggestion(question.text),
    )


def _likeliest(rule: Fired) -> Fired:
    return replace(rule, meant=rule.meant[:MAX_MEANT], shares=rule.shares[:MAX_MEANT])


def _held(word: str, index: LocalIndex) -> bool:
    """True if some clause holds the word, or at least all its pairs of characters: clauses may be cut otherwise."""
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return bool(index.known([word])) or (not word.isascii() and len(index.known(pairs)) == len(set(pairs)))


def rules_met(question: Question, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why a clause matches though its words are others, and those words: 老板 → 用人单位; 25000件 = 2.5万件."""
    rules = (*question.synonyms, *question.translated)
    if not rules and not question.numbers:
        return (), ()
    folded = normalised(text)[0]
    met = {f"{rule.written} → {meant}": meant for rule in rules for meant in rule.meant if meant in folded}
    held = list(quantities(folded)) if question.numbers else []
    for written, form in question.numbers:
        for quantity in held:
            there = folded[quantity.start : quantity.end]
            if there != written and same(form, quantity.form):
                met[f"{written} = {there}"] = there
    return tuple(met), tuple(dict.fromkeys(met.values()))
