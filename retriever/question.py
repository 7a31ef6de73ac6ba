"""What a person typed → a checked question with its terms."""

from dataclasses import dataclass

from index.errors import QuestionError
from index.quantities import quantities
from index.text import Tokenizer, normalised
from retriever.synonyms import Fired, Rules

MAX_QUESTION_CHARS = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be searched."""

    text: str
    words: tuple[str, ...]
    """Its words as jieba cuts them, repeated as they occur."""
    bigrams: tuple[str, ...]
    """Its pairs of neighbouring Han characters, and its numbers in one form."""
    simplified: str = ""
    """The text in simplified characters."""

    numbers: tuple[tuple[str, str], ...] = ()
    """Its numbers as written and in one form."""
    synonyms: tuple[Fired, ...] = ()
    """What it says in other words."""
    other_words: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """For each of them, the terms of BM25 of each thing it means."""
    translated: tuple[Fired, ...] = ()
    """Other English words, as the dictionary has them."""
    translated_words: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """For each of them, the terms of BM25 of each thing it may mean."""

    @property
    def terms(self) -> tuple[str, ...]:
        """What BM25 is asked."""
        return self.words + self.bigrams


def ask(text: str, tokenizer: Tokenizer, rules: Rules | None = None) -> Question:
    """Check and analyse a question, with synonyms where `rules` are given.

    Raises QuestionError if it is blank or too long.
    """
    stripped = text.encode("utf-8", "replace").decode().strip()  # lone surrogates are no characters
    if len(stripped) > MAX_QUESTION_CHARS:
        raise QuestionError(f"the question has {len(stripped):,} characters; "
                            f"ask in at most {MAX_QUESTION_CHARS:,}")  # fmt: skip
    if not any(map(str.isalnum, stripped)):
        raise QuestionError(
            "the question is empty; type some words, for example 到2025年研发投入占比要达到多少"
        )
    words, bigrams = tokenizer.bag(stripped)
    normal = normalised(stripped, tokenizer.simplified)[0]
    numbers = tuple((normal[q.start : q.end], q.form) for q in quantities(normal))
    fired = rules.fired(normal, tokenizer) if rules else ()
    others = tuple(tuple(_terms(one, tokenizer) for one in rule.meant) for rule in fired)
    simplified = tokenizer.simplified(stripped)
    return Question(stripped, tuple(words), tuple(bigrams), simplified, numbers, fired, others)


def _terms(text: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    words, bigrams = tokenizer.bag(text)
    return tuple(words + bigrams)
