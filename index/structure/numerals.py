"""Numerals as Chinese documents print them: text in, integer out, and back to the usual Chinese form."""

import re

DIGITS = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("0123456789")},
    **{c: i for i, c in enumerate("０１２３４５６７８９")},
    # 〇 has look-alikes that typists use for it, ○ (circle) and Ｏ (full-width letter) among them.
    **dict.fromkeys("〇○◯Ｏ", 0),
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
TENS = {"廿": 20, "卅": 30}
NUMERAL_CHARS = "".join(DIGITS) + "".join(UNITS) + "".join(TENS) + "万"
CHINESE_CHARS = "".join(c for c in NUMERAL_CHARS if c not in "0123456789０１２３４５６７８９")

_WIDE = re.compile("[０-９]")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")

MAX_NUMERAL_CHARS = 24
"""Longer runs are no number that a document counts with; refusing them bounds the work on hostile input."""


def narrow(text: str) -> str:
    """Return the text with full-width digits in their usual width; every character keeps its place."""
    return text.translate(_NARROW) if _WIDE.search(text) else text


def parse_numeral(text: str) -> int | None:
    """Return the value of a Chinese, half-width or full-width numeral, or None where it is malformed.

    Blanks inside are ignored (`第 三 十 条`). Positional runs (`二〇二〇`) and unit forms (`一千零一`) are both
    read; `十十`, `百` alone after a digit-less unit and the like are refused.
    """
    numeral = text if text.isalnum() and " " not in text else "".join(text.split())
    if not numeral or len(numeral) > MAX_NUMERAL_CHARS:
        return None
    if all(c in DIGITS for c in numeral):
        value = 0
        for c in numeral:
            value = value * 10 + DIGITS[c]
        return value
    high, _, low = numeral.rpartition("万")
    if "万" in high:
        return None
    if "万" not in numeral:
        return _below_ten_thousand(numeral)
    upper = _below_ten_thousand(high)
    lower = _below_ten_thousand(low) if low else 0
    return None if not upper or lower is None else upper * 10_000 + lower


def _below_ten_thousand(numeral: str) -> int | None:
    total, digit, unit_before = 0, -1, 10_000
    for position, c in enumerate(numeral):
        unit = UNITS.get(c)
        if unit is not None:
            if unit >= unit_before or (digit < 1 and not (unit == 10 and (position == 0 or digit == 0))):
                return None
            total += max(digit, 1) * unit
            digit, unit_before = -1, unit
        elif c in TENS:
            if digit > 0 or unit_before <= 10:
                return None
            total += TENS[c]
            digit, unit_before = -1, 10
        else:
            value = DIGITS.get(c)
            if value is None or digit > 0:
                return None
            digit = value
    return total + max(digit, 0)


def chinese_numeral(value: int) -> str:
    """Return the value as laws print it: 10 → 十, 101 → 一百零一, 1001 → 一千零一. Range: 0 to 99,999,999."""
    if value >= 10_000:
        upper, lower = divmod(value, 10_000)
        zero = "零" if 0 < lower < 1000 else ""
        return chinese_numeral(upper) + "万" + zero + (_units(lower) if lower else "")
    numeral = _units(value)
    return numeral[1:] if numeral.startswith("一十") else numeral


def _units(value: int) -> str:
    if value == 0:
        return "零"
    printed, zero_pending = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            printed += ("零" if zero_pending else "") + "零一二三四五六七八九"[digit] + sign
            zero_pending = False
        elif printed:
            zero_pending = True
    return printed


_ROMAN_UNITS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMAN_TENS = ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")
_ROMANS = {
    tens + units: 10 * i + j for i, tens in enumerate(_ROMAN_TENS) for j, units in enumerate(_ROMAN_UNITS)
}


def roman_numeral(value: int) -> str:
    """Return the value in Roman capitals, from 1 to 99; "" beyond."""
    return _ROMAN_TENS[value // 10] + _ROMAN_UNITS[value % 10] if 0 < value < 100 else ""


def parse_roman(text: str) -> int:
    """Return the value of a Roman numeral of either case, 0 where it is none."""
    return _ROMANS.get(text.upper(), 0)
