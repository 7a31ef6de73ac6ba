"""A question → what kind of answer it wants, and what the answer must agree with: years, places, a unit."""

import re
from dataclasses import dataclass
from enum import StrEnum

from index.text import normalised
from retriever.answers.places import places_in

THRESHOLD = 0.55
"""Confidence from which an answer is given: to 86 % of the plan's answerable tune questions, asked out of fold, and to
15 % of the others (`python -m eval.fit_answers` prints it). Right answers less wrong ones are as many from 0.45 to
0.6."""


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
    unit: str
    """percent, money, area, distance, people, duration, contact or "": what a figure must be counted in."""
    latin: bool
    """True for a question without Chinese characters."""


# Tried in order: the first that fits is the kind. A question may hold several of these words; those that name the
# thing asked for (多少, 谁, 何时) stand before those that only frame it (哪些, 是否, 什么).
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.STATEMENT, re.compile(r"还是.*[？?]?$|\bor (?:an?|the)\b")),
    (Kind.FIGURE, re.compile(
        r"多少|几多|几个?人|几名|几位|几次|几元|几成|几个点|几个百分点|百分之几|百分几|多高|多大|几万|几千|几百|几件|几家|几倍|(?<!十)几年(?![之以前后来])|几个月|几日|几天|几耐|"
        r"(?<!哪)几[个家名位项次][？?。\s]*$|多长|多久|占比|比例|比重|比率|数额|金额|上限|下限|哪个.{0,4}(?:电话|号码)|(?:电话|热线|邮箱|网址)(?:是|号)|"
        r"how (?:much|many|high|large|long)|what (?:percentage|share|proportion|number|amount|level|age)|"
        r"(?:minimum|maximum|average|total) |(?:target|goal|figure) for|phone number|hotline")),
    (Kind.DEADLINE, re.compile(
        r"何时|什么时候|甚么时候|几时|哪一?年|期限|截止|哪一?天|哪一?日|多会儿|时限|时间定|"
        r"\bwhen\b|by what (?:date|year)|which year|what year|deadline|how soon")),
    (Kind.BODY, re.compile(
        r"谁|由哪|哪个部门|哪些部门|哪个机关|哪一?级|哪个单位|责任主体|主管部门|牵头单位|归哪|边个部门|"
        r"\bwho\b|\bwhom\b|whose|which (?:body|department|authority|agency|ministry)|responsible")),
    (Kind.LIST, re.compile(
        r"哪些|哪几|哪[三四五六]|有什么|有甚么|有啥|有咩|边啲|列一下|列举|点名|点了哪|几方面|几类|几种|分别|"
        r"^(?:list|name)\b|what (?:kinds|types|sorts|are the)|(?:which|what) (?!is|was|does|did)\w+s\b")),
    (Kind.DEFINITION, re.compile(
        r"什么是|甚么是|是什么意思|指什么|指的是|是指|所谓|含义|定义|叫什么|叫做|名字是|咩意思|是啥|指的?是?啥|"
        r"what (?:is meant by|does .* mean)|definition of|define[ds]?\b|meaning of|\bcalled\b")),
    (Kind.YES_NO, re.compile(
        r"是否|是不是|能不能|能否|可不可以|可否|有没有|有无|有冇|要不要|会不会|会唔会|算不算|该不该|应不应|是唔是|系咪|得唔得|"
        r"吗[？?。!！\s]*$|^(?:is|are|does|do|did|can|could|will|would|may|must|should|has|have)\b")),
)  # fmt: skip
# What stands nearest to the question word is the unit: 每平方米罚多少 asks for money, 补贴多久到账 for days.
_UNITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("contact", re.compile(r"电话(?!费)|热线|号码|邮箱|网址|网站|phone|hotline|e-?mail|website")),
    ("area", re.compile(r"面积|平方|多少亩|多大(?:地|块)|\barea\b|square|hectare|acre")),
    ("people", re.compile(
        r"多少个?人|几个?人|多少名|几名|几位|how many (?:people|members|persons|staff)|number of members")),
    ("distance", re.compile(r"公里|距离|多远|kilomet|how far|miles")),
    ("percent", re.compile(r"占比|比例|比重|比率|百分|几成|税率|利率|几个点|"
        r"几个百分点|强度|percent|share of|proportion|\brate\b")),
    ("money", re.compile(
        r"补贴|奖励|奖金|补助|罚款|罚|多少钱|几多钱|金额|资金|[百千万亿]元|几元|多少元|费用?|工资|赔|价格|注册资本|税|"
        r"subsid|\bfine[ds]?\b|\bfees?\b|\bcosts?\b|salary|price|profit|how much (?:money|funding|capital)")),
    ("duration", re.compile(r"多久|多长时间|几年|几个月|几天|几日|几耐|多少天|多少日|多少年|几个?工作日|多少个?工作日|"
        r"几个?小时|多少个?小时|几分钟|多少分钟|how long|how many (?:years|months|(?:working )?days|hours|minutes)")),
)  # fmt: skip
_ASKED = re.compile(
    r"多少|几多|几耐|几|多[高大久长远]|占比|比例|比重|比率|数额|金额|上限|下限|电话|热线|号码|邮箱|网址|"
    r"how (?:much|many|high|large|long|far)|what|minimum|maximum|average|total"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)|([一二][〇零○o九][〇零○o一二三四五六七八九]{2})(?=年)")
_DIGIT = dict(zip("〇零○o一二三四五六七八九", "0000123456789", strict=True))


def wanted(text: str) -> Wanted:
    """Analyse a question, simplified or traditional Chinese or English."""
    plain, _ = normalised(text)
    kind = next((kind for kind, words in _KINDS if words.search(plain)), Kind.STATEMENT)
    unit = _unit(plain) if kind is Kind.FIGURE else ""
    latin = not re.search(r"[\u4e00-\u9fff]", plain)
    return Wanted(kind, years_in(plain), places_in(plain), unit, latin)


def _unit(plain: str) -> str:
    """The unit whose words stand nearest to a question word, behind it before in front of it; "" where none is told."""
    asked = [m.span() for m in _ASKED.finditer(plain)] or [(len(plain), len(plain))]
    found = [
        (min(_gap(m.span(), place) for place in asked), order, unit)
        for order, (unit, words) in enumerate(_UNITS)
        for m in words.finditer(plain)
    ]
    return min(found)[2] if found else ""


def _gap(words: tuple[int, int], asked: tuple[int, int]) -> int:
    """Characters between; words behind the question word count as nearer by a half."""
    if words[0] >= asked[0]:
        return 2 * max(0, words[0] - asked[1])
    return 2 * max(0, asked[0] - words[1]) + 1


def years_in(plain: str) -> tuple[str, ...]:
    """The years in a normalised text, 2025 or 二〇二五年, as four digits, each once."""
    found = [m[1] or "".join(_DIGIT[c] for c in m[2]) for m in _YEAR.finditer(plain)]
    return tuple(dict.fromkeys(found))
