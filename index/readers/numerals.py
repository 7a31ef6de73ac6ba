"""A number and a Word number format in, the numeral that Word shows out.

Formats: ST_NumberFormat, ISO/IEC 29500-1, 17.18.59.
"""

from collections.abc import Callable

_LOWER_DIGITS = "〇一二三四五六七八九"
_FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_TRADITIONAL_FORMAL_DIGITS = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def numeral(number: int, format: str) -> str:
    """Return the numeral; decimal digits for a format nobody here has met; "" for bullets and `none`."""
    if format in ("none", "bullet"):
        return ""
    if number < 0 or format not in _FORMATS:
        return str(number)
    return _FORMATS[format](number)


def chinese(number: int, digits: str, units: str, drop_leading_one: bool, zero: str) -> str:
    """Write a number below 10^16 with units: 三百零五, 一万零二十."""
    if number == 0:
        return zero
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    shown = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        if shown and (group < 1000 or groups[place + 1] == 0):
            shown += zero
        shown += _below_ten_thousand(group, digits, units, zero) + ("", "万", "亿", "兆")[min(place, 3)]
    return shown[1:] if drop_leading_one and shown.startswith(digits[1] + units[0]) else shown


def _below_ten_thousand(number: int, digits: str, units: str, zero: str) -> str:
    shown = ""
    gap = False
    for power, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
        digit = number // power % 10
        if digit:
            shown += (zero if gap and shown else "") + digits[digit] + unit
        gap = digit == 0
    return shown


def _counting(number: int) -> str:
    # Word counts 一 … 九十九 with tens and spells the digits from one hundred on: 一○○, 一○一.
    if number >= 100 or number == 0:
        return _spelled(number).replace("〇", "○")
    return _thousand(number)


def _thousand(number: int) -> str:
    return chinese(number, _LOWER_DIGITS, "十百千", True, "零")


def _spelled(number: int) -> str:
    return "".join(_LOWER_DIGITS[int(digit)] for digit in str(number))


def _legal(number: int) -> str:
    return chinese(number, _FORMAL_DIGITS, "拾佰仟", False, "零")


def _traditional_legal(number: int) -> str:
    return (
        chinese(number, _TRADITIONAL_FORMAL_DIGITS, "拾佰仟", False, "零")
        .replace("万", "萬")
        .replace("亿", "億")
    )


def _enclosed(first: str, last: str) -> Callable[[int], str]:
    """Characters of a set in Unicode; beyond it Word falls back to digits."""

    def enclose(number: int) -> str:
        code = ord(first) + number - 1
        return chr(code) if number >= 1 and code <= ord(last) else str(number)

    return enclose


def _full_width(number: int) -> str:
    return str(number).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


def _letters(number: int) -> str:
    # Word repeats the letter: y, z, aa, bb, cc.
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else "0"


def _roman(number: int) -> str:
    if not 0 < number < 32768:
        return str(number)
    shown = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        shown += letters * count
    return shown


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _named(characters: str) -> Callable[[int], str]:
    return lambda number: characters[number - 1] if 1 <= number <= len(characters) else str(number)


def _sexagenary(number: int) -> str:
    if not 1 <= number <= 60:
        return str(number)
    return _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12]


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalZero2": lambda number: f"{number:02}",
    "decimalZero3": lambda number: f"{number:03}",
    "decimalZero4": lambda number: f"{number:04}",
    "decimalZero5": lambda number: f"{number:05}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _enclosed("①", "⑳"),
    "decimalEnclosedCircleChinese": _enclosed("①", "⑳"),
    "decimalEnclosedParen": _enclosed("⑴", "⒇"),
    "decimalEnclosedFullstop": _enclosed("⒈", "⒛"),
    "ideographEnclosedCircle": _enclosed("㊀", "㊉"),
    "ideographParenthesized": _enclosed("㈠", "㈩"),
    "ideographTraditional": _named(_STEMS),
    "ideographZodiac": _named(_BRANCHES),
    "ideographZodiacTraditional": _sexagenary,
    "ideographDigital": _spelled,
    "japaneseDigitalTenThousand": _spelled,
    "taiwaneseDigital": lambda number: _spelled(number).replace("〇", "○"),
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _thousand,
    "taiwaneseCountingThousand": _thousand,
    "japaneseCounting": _thousand,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _traditional_legal,
    "japaneseLegal": _traditional_legal,
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": _ordinal,
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
}
