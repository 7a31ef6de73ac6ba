"""Numbers that paragraphs begin with: the styles, their usual nesting, and how each is written."""

from typing import NamedTuple

from index.structure.numerals import chinese_numeral, roman_numeral

BLANKS = (
    " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
"""What counts as blank: Unicode white space plus the zero-width characters that web pages leave between paragraphs."""

RANKS = {
    "编": 0, "篇": 0, "部分": 1, "分编": 2, "章": 3, "节": 4, "条": 6, "Ⅰ": 7,
    "一、": 8, "（一）": 9, "1": 10, "1.": 11, "1.1": 12, "1.1.1": 13, "1.1.1.1": 14, "（1）": 15, "1)": 16, "①": 17,
    "（a）": 18, "（i）": 19, "A.": 20, "a.": 21, "ⅰ": 22,
}  # fmt: skip
"""Usual nesting, outermost lowest (立法法 art. 65; GB/T 9704-2012, 7.3.3). Only a default: sequence overrules it."""

LETTERED = frozenset(("A.", "a.", "Ⅰ", "ⅰ", "（a）", "（i）"))
"""Letters and Roman numerals stand before names and classes, too: they number only what goes on from the first."""

DIVISIONS = frozenset(("编", "篇", "部分", "分编", "章", "节"))

CIRCLES = {
    **{chr(0x2460 + i): ("①", i + 1) for i in range(20)},
    **{chr(0x3251 + i): ("①", i + 21) for i in range(15)},
    **{chr(0x32B1 + i): ("①", i + 36) for i in range(15)},
    **{chr(0x2776 + i): ("①", i + 1) for i in range(10)},
    **{chr(0x3220 + i): ("（一）", i + 1) for i in range(10)},
    **{chr(0x2474 + i): ("（1）", i + 1) for i in range(20)},
    **{chr(0x2488 + i): ("1.", i + 1) for i in range(20)},
}


class Marker(NamedTuple):
    """A number as printed at the start of a paragraph."""

    style: str
    """Key of RANKS."""
    value: int
    branch: int
    """2 for 第三条之二, else 0."""
    number: str
    """As people write it: 第三条之二, （四）, 1."""
    end: int
    """Offset in the text where the number ends, blanks after it not included."""
    reference: bool
    """What follows reads as if the number were cited (`第五条规定的`), not as a heading."""
    prefix: str = ""
    """`2.3` for 2.3.1: the number that a dotted number must stand under."""
    weak: bool = False
    """A bare numeral (`4 基本要求`, `01 平台`, `3.1` alone): a number only where the sequence calls for it."""


def number_of(style: str, value: int, branch: int = 0) -> str:
    """Return a number in the form that addresses and citations use, whatever form was printed."""
    if style in DIVISIONS or style == "条":
        return f"第{chinese_numeral(value)}{style}" + (f"之{chinese_numeral(branch)}" if branch else "")
    if style == "一、":
        return chinese_numeral(value)
    if style == "（一）":
        return f"（{chinese_numeral(value)}）"
    if style == "（1）":
        return f"（{value}）"
    if style == "①":
        return next((c for c, known in CIRCLES.items() if known == ("①", value)), f"〇{value}")
    if style == "（a）":
        return f"（{chr(96 + value)}）"
    if style == "（i）":
        return f"（{roman_numeral(value).lower()}）"
    if style in LETTERED:
        return chr(ord(style[0]) - 1 + value)
    return f"{value}）" if style == "1)" else str(value)
