"""A question → what kind of answer it wants, and what the answer must agree with: years, numbers."""

import re
from dataclasses import dataclass
from enum import StrEnum

from index.text import normalised
from retriever.answers.places import places_in

THRESHOLD = 0.5
"""Confidence from which an answer is given."""


class Kind(StrEnum):
    """What an answer is; it stays a quote whatever its kind."""

    FIGURE = "figure"
    BODY = "body"
    DEADLINE = "deadline"
    LIST = "list"
    YES_NO = "yes-no"
    DEFINITION = "definition"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for."""

    kind: Kind
    years: tuple[str, ...]
    """The years that it names, as four digits."""
    places: tuple[str, ...]
    """The places that it names, in simplified Chinese."""
    latin: bool
    """True for a question without Chinese characters."""


# Tried in order: the first that fits is the kind. A question may hold several of these words; those that name the
# thing asked for (多少, 谁, 何时) stand before those that only frame it (哪些, 是否, 什么).
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.FIGURE, re.compile(
        r"多少|几成|几个点|几个百分点|百分之几|多高|多大|几万|几件|几家|几倍|几年|几个月|几日|几天|多长|多久|占比|比例|比重|比率|数额|金额|上限|下限|"
        r"how (?:much|many|high|large|long)|what (?:percentage|share|proportion|number|amount|level)|"
        r"(?:target|goal|figure) (?:for|of|figure)")),
    (Kind.DEADLINE, re.compile(
        r"何时|什么时候|甚么时候|几时|哪一?年|到哪年|期限|截止|哪一?天|哪一?日|多会儿|时间表|时限|"
        r"\bwhen\b|by what (?:date|year)|which year|what year|deadline|how soon")),
    (Kind.BODY, re.compile(
        r"谁|由哪|哪个部门|哪些部门|哪个机关|哪一?级|哪家|哪个单位|责任主体|主管部门|牵头单位|归哪|哪里管|边个|"
        r"\bwho\b|\bwhom\b|whose|which (?:body|department|authority|agency|ministry)|responsible")),
    (Kind.LIST, re.compile(
        r"哪些|有哪几|哪几|哪三|有什么|有啥|有咩|边啲|列一下|列举|点名|几方面|几类|几种|分别|"
        r"^(?:list|name)\b|what (?:kinds|types|sorts|are the)|which (?:areas|fields|measures|places|\w+s)\b")),
    (Kind.DEFINITION, re.compile(
        r"什么是|是什么意思|指什么|指的是|是指|所谓|含义|定义|叫什么|是个什么|叫做|名字是|咩意思|是啥|"
        r"what (?:is meant by|does .* mean)|definition of|define[ds]?\b|meaning of|\bcalled\b")),
    (Kind.YES_NO, re.compile(
        r"是否|是不是|能不能|能否|可不可以|可否|可以.*[吗么]|有没有|有无|有冇|要不要|会不会|会唔会|算不算|该不该|应不应|是唔是|得唔得|"
        r"[吗嗎么][？?。\s]*$|"
        r"\b(?:is|are|does|do|can|could|will|would|may|must|should|has|have) (?!.*\b(?:what|which|who|when|how)\b)")),
)  # fmt: skip
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)|([一二][〇零○o九][〇零○o一二三四五六七八九]{2})(?=年)")
_DIGIT = dict(zip("〇零○o一二三四五六七八九", "0000123456789", strict=True))


def wanted(text: str) -> Wanted:
    """Analyse a question, simplified or traditional Chinese or English."""
    plain, _ = normalised(text)
    latin = not re.search(r"[\u4e00-\u9fff]", plain)
    return Wanted(_kind(plain), years_in(plain), places_in(plain), latin)


def years_in(plain: str) -> tuple[str, ...]:
    """The years in a normalised text, 2025 or 二〇二五年, as four digits, each once."""
    found = [m[1] or "".join(_DIGIT[c] for c in m[2]) for m in _YEAR.finditer(plain)]
    return tuple(dict.fromkeys(found))


def _kind(plain: str) -> Kind:
    for kind, words in _KINDS:
        if words.search(plain):
            return kind
    return Kind.STATEMENT
