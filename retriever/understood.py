"""A question and what it met in the index → what was understood of it, to be shown beside the results."""

from dataclasses import dataclass

from index.local import LocalIndex
from retriever.exact import Exact, NamedPlace
from retriever.highlight import asks_only
from retriever.question import Question

MAX_WORDS = 40
"""Words shown of a long question."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a question; everything in it can be shown."""

    simplified: str
    """The question in simplified characters, "" where that changes nothing."""
    words: tuple[str, ...]
    """Its words that say what is asked, in order, each once."""
    unknown: tuple[str, ...]
    """Those that no clause holds."""
    places: tuple[NamedPlace, ...]
    """The clauses, parts or documents that it names."""


def understood(question: Question, exact: Exact, index: LocalIndex) -> Understood:
    """Everything is looked up, nothing searched: well under a millisecond."""
    words = [w for w in dict.fromkeys(question.words) if not asks_only(w)][:MAX_WORDS]
    known = set(index.known(words))
    named = "".join(place.text + place.document for place in exact.places)
    unknown = [word for word in words if word not in known and word not in named]
    return Understood(
        question.simplified if question.simplified != question.text else "",
        tuple(words),
        tuple(unknown),
        exact.places,
    )
