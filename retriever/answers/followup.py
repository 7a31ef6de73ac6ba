"""A question that follows another, and that other one → a question that can stand alone."""

import re
from dataclasses import dataclass, replace

from index.text import normalised
from retriever.answers.places import places_in
from retriever.answers.wanted import years_in
from retriever.question import MAX_QUESTION_CHARS
from retriever.search import RankedClause

PREFERRED = 0.5
"""Added to the score of a clause that answered before, in standard deviations of the candidates' scores."""
FEW_CHARACTERS = 6
"""A question with at most so many characters of its own has left something out."""

_OPENER = re.compile(
    r"^\s*(?:那么|那|咁|噉|然后|然後|还有|還有|另外|再问|再問|"
    r"(?:and|so|then|but)\b[\s,]*(?=(?:what|how)\s+about)|(?:what|how)\s+about|and\b|then\b)[\s，,、]*",
    re.IGNORECASE,
)
_CLOSER = re.compile(r"[\s呢吗嗎？?。.!！]+$")
_POINTS_BACK = re.compile(
    r"它|他们|她们|这个|这些|这项|这件|这里|该项|上述|前述|其中|此事|这条|那个|那些|当中|"
    r"\b(?:it|its|they|them|their|this|that|these|those|there)\b"
)
_ASKING = re.compile(
    r"请问|想问|想知道|具体|由谁|谁来|谁|哪个部门|哪些部门|负责|牵头|何时|什么时候|哪一?年|期限|截止|多少|几个|几多|多久|"
    r"为什么|为何|怎么办|怎么样|怎么|怎样|如何|有哪些|哪些|哪里|哪个|有没有|有无|是不是|是否|能不能|能否|可以|会不会|是什么|什么|"
    r"要求|内容|规定|吗|呢|的|了|要|有|是|"
    r"\b(?:who|whom|whose|when|where|why|how|what|which|is|are|was|does|do|did|can|could|will|would|should|must|the|"
    r"a|an|of|for|to|in|by|on|much|many|long|responsible|deadline|year)\b"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a follow-up follows: the question before it and the clauses that answered that."""

    question: str
    addresses: tuple[str, ...] = ()


def standing_alone(text: str, context: Context) -> str:
    """The question with what it left out taken from the one before, or as it is where nothing is missing.

    那到2035年呢？ after 到2025年研发投入占比要达到多少 asks 到2035年研发投入占比要达到多少; 由谁负责？ after
    知识产权证券化怎么做 asks 知识产权证券化 由谁负责.
    """
    fragment = _CLOSER.sub("", _OPENER.sub("", text)).strip()
    if not fragment or not _leaves_out(text, fragment):
        return text
    before = _CLOSER.sub("", context.question)
    changed = _exchanged(fragment, before)
    merged = changed if changed is not None else f"{_topic(before)} {fragment}"
    return merged if len(merged) <= MAX_QUESTION_CHARS else text


def preferring(ranked: tuple[RankedClause, ...], context: Context) -> tuple[RankedClause, ...]:
    """The clauses with those that answered before raised a little, numbered anew."""
    raised = [
        replace(one, score=one.score + PREFERRED * (one.clause.address in context.addresses))
        for one in ranked
    ]
    raised.sort(key=lambda one: (-one.score, one.rank))
    return tuple(replace(one, rank=rank) for rank, one in enumerate(raised, 1))


def _leaves_out(text: str, fragment: str) -> bool:
    plain = normalised(fragment)[0]
    own = "".join(c for c in _ASKING.sub("", _POINTS_BACK.sub("", plain)) if c.isalnum())
    length = len(own) if not own.isascii() else len(_ASKING.sub(" ", plain).split()) * 2
    return bool(_OPENER.match(text)) or bool(_POINTS_BACK.search(plain)) or length <= FEW_CHARACTERS


def _exchanged(fragment: str, before: str) -> str | None:
    """The question before with another year or place, where the fragment says nothing else; else None."""
    plain, earlier = normalised(fragment)[0], normalised(before)[0]
    years, places = years_in(plain), places_in(plain)
    rest = re.sub(
        r"[到至在以前底末年\s]|(?:19|20)\d\d|[一二][〇零○][〇零○一二三四五六七八九]{2}|by|in|until", "", plain
    )
    for place in places:
        rest = rest.replace(place, "")
    if (years or places) and not any(map(str.isalnum, rest.replace("市", "").replace("省", ""))):
        changed = earlier
        if years:
            olds = years_in(earlier)
            spelled = re.compile(
                r"[一二][〇零○][〇零○一二三四五六七八九]{2}(?=年)|" + "|".join(olds or ("\0",))
            )
            changed = spelled.sub(years[0], changed) if spelled.search(changed) else f"{plain}，{changed}"
        if places:
            olds = places_in(earlier)
            for old in olds:
                changed = changed.replace(old, places[0])
            changed = changed if olds else f"{places[0]} {changed}"
        return changed
    return None


def _topic(before: str) -> str:
    """The question before without the words that only ask."""
    topic = re.sub(r"\s+", " ", _ASKING.sub(" ", before)).strip(" ，,。？?")
    return topic or before
