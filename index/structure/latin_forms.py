"""Numbers in Latin letters at the start of a paragraph: A., (a), II., Article 5; text and span in, the marker out."""

import re

from index.structure.markers import Marker, number_of
from index.structure.numerals import parse_roman

_BRACKETED_LETTER = re.compile(r"[（(]([a-z]{1,5})[）)]")
_ENGLISH = re.compile(
    r"(?:(?P<条>Article|ARTICLE)|(?P<章>Chapter|CHAPTER)|(?P<节>Section|SECTION)|(?P<编>Part|PART))[ \xa0]{1,3}"
    r"(?:([0-9]{1,4})|([IVXL]{1,8})|(One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten))"
    r"(?:[.:：]|(?=[ \t\u3000\xa0—])|$)"
)
"""How official translations of laws number their articles."""
_ENGLISH_NUMERALS = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
_ENGLISH_REFERENCE = re.compile(
    r"[ \xa0]?(?:of|and|or|to|through|hereof|above|below|shall|is|are|applies)[ \xa0.]"
)
_LETTER = re.compile(r"([A-Za-z])[.．、)）](?=[ \t\u3000]{0,4}[\u4e00-\u9fff“《])")
_ROMAN = re.compile(
    r"(?:([\u2160-\u216b\u2170-\u217b])(?:[.．、)）]|(?=[ \t\u3000\xa0]{1,4}[^\s]))"
    r"|([IVX]{1,5}|[ivx]{1,5})[.．、)）](?=[ \t\u3000]{0,4}[\u4e00-\u9fff“《]))"
)


def bracketed_letter(text: str, start: int, end: int) -> Marker | None:
    """(a), (i): of two readings the Roman one; `as_letter` has the other."""
    found = _BRACKETED_LETTER.match(text, start, end)
    if not found:
        return None
    style, value = "（i）", parse_roman(found[1])
    if not value or (len(found[1]) == 1 and found[1] not in "ivx"):
        style, value = "（a）", ord(found[1]) - 96 if len(found[1]) == 1 else 0
    return Marker(style, value, 0, number_of(style, value), found.end(), False) if value else None


def english(text: str, start: int, end: int) -> Marker | None:
    """Article 5, Chapter I: numbered as 第五条 and 第一章, which questions in English ask for, too."""
    found = _ENGLISH.match(text, start, end)
    if not found:
        return None
    style = next(style for style in "条章节编" if found[style])
    digits, capitals, word = found.groups()[4:]
    value = (
        int(digits) if digits else parse_roman(capitals) if capitals else _ENGLISH_NUMERALS.index(word) + 1
    )
    reference = bool(_ENGLISH_REFERENCE.match(text, found.end(), end))
    return Marker(style, value, 0, number_of(style, value), found.end(), reference) if value else None


def roman(text: str, start: int, end: int, heading: bool = False) -> Marker | None:
    found = _ROMAN.match(text, start, end)
    if not found:
        return None
    printed = found[1] or found[2]
    style = "Ⅰ" if printed.isupper() else "ⅰ"
    value = ord(printed) - ord(style) + 1 if found[1] else parse_roman(printed)
    if not value:
        return None
    return Marker(style, value, 0, number_of(style, value), found.end(1 if found[1] else 2), False)


def letter(text: str, start: int, end: int, heading: bool = False) -> Marker | None:
    """I, V and X are read as Roman; where they are letters, the sequence shows it (`as_letter`)."""
    if text[start] in "IVXivx" and (numeral := roman(text, start, end)):
        return numeral
    found = _LETTER.match(text, start, end)
    if not found:
        return None
    style = "A." if found[1].isupper() else "a."
    value = ord(found[1]) - ord(style[0]) + 1
    return Marker(style, value, 0, number_of(style, value), found.end(), False)


def as_letter(marker: Marker) -> Marker | None:
    """Return a Roman I, V or X as the letter that it may be as well: I after H."""
    value = {1: 9, 5: 22, 10: 24}.get(marker.value)
    style = {"Ⅰ": "A.", "ⅰ": "a.", "（i）": "（a）"}.get(marker.style)
    if value is None or style is None:
        return None
    return marker._replace(style=style, value=value, number=number_of(style, value))
