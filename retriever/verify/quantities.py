"""A text → the numbers and dates it states, each with its value and unit, whatever script they are written in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from index.structure.numerals import parse_numeral
from retriever.verify.folding import flat

_HAN = "〇零一二三四五六七八九十百千万亿两"
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_ENGLISH_TIMES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_UNITS = (
    "个百分点|百分点|个工作日|工作日|个月|平方公里|平方米|公里|小时|分钟|周年|年度|亿元|万元|"
    "[年月日天周倍成元亩米吨名人件家岁户所项个次度股票级页条款]"
)
_ALIKE = {"天": "日", "个月": "月数", "个工作日": "工作日", "个百分点": "百分点", "年度": "年", "周年": "年"}
_HAN_UNITS = "个百分点|百分点|个工作日|工作日|个月|平方公里|平方米|公里|小时|分钟|周年|年度|" + (
    "[年月日天周倍成元亩米吨名岁户股]"
)
"""After a numeral in characters only these make a quantity: 一个, 三项, 五位一体 are mostly words."""
_MONTHS = {
    name: value
    for value, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_FIND = re.compile(
    rf"(?P<iso>(?<![0-9.])(?P<iy>[12][0-9]{{3}})[-/.](?P<im>0?[1-9]|1[0-2])[-/.](?P<id>0?[1-9]|[12][0-9]|3[01])(?![0-9.]))"
    rf"|(?P<dmy>\b(?P<dd>[0-9]{{1,2}})(?:st|nd|rd|th)? (?P<dm>{_MONTH})\.?,? (?P<dy>[12][0-9]{{3}})\b)"
    rf"|(?P<mdy>\b(?P<mm>{_MONTH})\.? (?P<md>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<my>[12][0-9]{{3}})\b)"
    rf"|(?P<permille>(?P<base>百|千)分之(?P<part>[{_HAN}]{{1,12}}(?:点[{_HAN}]{{1,8}})?|[0-9]{{1,12}}(?:\.[0-9]{{1,8}})?))"
    rf"|(?P<fraction>(?P<below>[{_HAN}]{{1,6}})分之(?P<above>[{_HAN}]{{1,6}}))"
    r"|(?P<ratio>(?<![0-9A-Za-z./])(?P<over>[0-9]{1,4})/(?P<under>[1-9][0-9]{0,3})(?![0-9/]))"
    rf"|(?P<number>(?<![A-Za-z0-9.])[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]{{1,8}})?|(?<![A-Za-z0-9.])[0-9]{{1,18}}(?:\.[0-9]{{1,8}})?)"
    rf"(?P<times> (?:thousand|million|billion)\b|[十百千万亿]{{0,2}}(?:[0-9]{{1,4}}[百千万])?)"
    rf"\s?(?P<unit>%|‰|per ?cent(?:age points?)?\b|{_UNITS})?"
    rf"|(?P<han>(?<![第{_HAN}])[{_HAN}]{{1,16}}(?:点[{_HAN}]{{1,8}})?)(?P<hanunit>{_HAN_UNITS})",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[ \t]*[-*]?[ \t]*\(?$")
_AFTER_LISTED = re.compile(r"[)、]|\.(?![0-9])")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a part of a date as a text states it."""

    value: Fraction
    unit: str
    """年, 月, 日, %, 件…; "" where none stands beside it."""
    start: int
    end: int

    def equals(self, other: "Quantity") -> bool:
        return self.value == other.value and (self.unit == other.unit or not self.unit or not other.unit)


def quantities(text: str) -> list[Quantity]:
    """Every number and date in order. 4.8% and 百分之四点八 are equal, and so are 2.5万件 and 25000件."""
    level = flat(text)
    found: list[Quantity] = []
    for match in _FIND.finditer(level):
        found.extend(_read(level, match))
    return found


def unsupported(
    stated: Sequence[Quantity], source: Iterable[Quantity]
) -> list[tuple[Quantity, Quantity | None]]:
    """Those of `stated` that no quantity of `source` equals, each with its likely counterpart there, or None.

    The counterpart has the same unit and is itself not stated; the nearest value counts.
    """
    there = list(source)
    missing = [one for one in stated if not any(one.equals(other) for other in there)]
    spare = [other for other in there if not any(one.equals(other) for one in stated)]
    return [(one, _counterpart(one, spare)) for one in missing]


def _counterpart(one: Quantity, spare: Sequence[Quantity]) -> Quantity | None:
    alike = [other for other in spare if other.unit == one.unit]
    return min(alike, key=lambda other: (abs(other.value - one.value), other.start), default=None)


def _read(text: str, match: re.Match[str]) -> Iterable[Quantity]:
    start, end = match.span()
    for whole, parts in (
        ("iso", ("iy", "im", "id")),
        ("dmy", ("dy", "dm", "dd")),
        ("mdy", ("my", "mm", "md")),
    ):
        if match[whole]:
            for name, unit in zip(parts, "年月日", strict=True):
                number = _MONTHS.get(match[name].lower()) or int(match[name])
                yield Quantity(Fraction(number), unit, *match.span(name))
            return
    if match["permille"]:
        part = match["part"]
        share = Fraction(part) if part[0] in "0123456789" else _han(part)
        if share is not None:
            yield Quantity(share if match["base"] == "百" else share / 10, "%", start, end)
    elif match["fraction"]:
        above, below = parse_numeral(match["above"]), parse_numeral(match["below"])
        if above and below:
            yield Quantity(Fraction(above, below), "分", start, end)
    elif match["ratio"]:
        yield Quantity(Fraction(int(match["over"]), int(match["under"])), "分", start, end)
    elif match["number"]:
        if not _counts(text, match):
            return
        value = _times(Fraction(match["number"].replace(",", "")), match["times"].strip().lower())
        unit = (match["unit"] or "").lower()
        if unit == "‰":
            value, unit = value / 10, "%"
        elif unit.startswith("per"):
            unit = "百分点" if "point" in unit else "%"
        elif unit in ("万元", "亿元"):
            value, unit = value * _TIMES[unit[0]], "元"
        yield Quantity(value, _ALIKE.get(unit, unit), start, end)
    else:
        value_read = _han(match["han"])
        unit = match["hanunit"]
        # 一年 and 一天 are quantities, 一人 and 一名 are mostly words; a lone unit sign (千元, 百倍) is none.
        if value_read is not None and not (value_read == 1 and unit not in ("年", "个月", "倍", "日")):
            yield Quantity(value_read, _ALIKE.get(unit, unit), start, end)


def _counts(text: str, match: re.Match[str]) -> bool:
    """False for what numbers a thing: 第3条, 5G, [1], and the number that begins a line of a list."""
    start, end = match.start(), match.end("number")
    if start and (
        text[start - 1] in "第#@_[^" or (text[start - 1] == "-" and text[start - 2 : start - 1].isalpha())
    ):
        return False
    if match["unit"] is None and not match["times"]:
        after = text[end : end + 1]
        if after and (after.isascii() and after.isalpha()):
            return False
        line = text.rfind("\n", 0, start) + 1
        if start - line <= 6 and _LISTED.fullmatch(text, line, start) and _AFTER_LISTED.match(text, end):
            return False
    return True


def _times(value: Fraction, times: str) -> Fraction:
    if times in _ENGLISH_TIMES:
        return value * _ENGLISH_TIMES[times]
    more = re.search(r"([0-9]+)([百千万])$", times)
    for sign in times[: more.start()] if more else times:
        value *= _TIMES[sign]
    return value + int(more[1]) * _TIMES[more[2]] if more else value


def _han(numeral: str) -> Fraction | None:
    """Numerals in characters with 亿 and with decimals: 三亿五千万, 四点八."""
    whole, _, decimals = numeral.partition("点")
    high, _, low = whole.rpartition("亿")
    values = [parse_numeral(part) if part else 0 for part in (high, low)]
    if None in values or not whole or whole[0] in "百千万亿":
        return None
    value = Fraction((values[0] or 0) * 10**8 + (values[1] or 0))
    if decimals:
        digits = parse_numeral(decimals)
        if digits is None or any(c in "十百千万亿" for c in decimals):
            return None
        value += Fraction(digits, 10 ** len(decimals))
    return value
