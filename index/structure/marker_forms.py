"""Numbers at the start of a paragraph: text and span in, the marker printed there out.

A marker is only a candidate. Whether it starts a clause is decided by the sequence it stands in (outline.py).
"""

import re

from index.structure.latin_forms import bracketed_letter, english, letter, roman
from index.structure.markers import CIRCLES, Marker, number_of
from index.structure.numerals import CHINESE_CHARS, DIGITS, parse_numeral

_NUMERAL = f"[{CHINESE_CHARS}0-9０-９]"
# Every alternative consumes disjoint character classes with bounded repeats, so no input makes these backtrack far.
_ORDINAL = re.compile(
    rf"第[ \t\u3000]{{0,4}}((?:{_NUMERAL}[ \t\u3000]{{0,3}}){{1,16}})(部[ \u3000]?分|分[ \u3000]?编|[编篇章节条])"
    rf"(?:[ \u3000]?之[ \u3000]?([{CHINESE_CHARS}]{{1,4}}|[0-9]{{1,2}}))?"
)
_BRACKETED = re.compile(
    rf"[（(][ \t\u3000]{{0,3}}(?:((?:[{CHINESE_CHARS}][ \u3000]{{0,2}}){{1,8}})|([0-9０-９]{{1,3}}))"
    r"[ \t\u3000]{0,3}[）)]"
)
_CHINESE = re.compile(rf"((?:[{CHINESE_CHARS}][ \u3000]{{0,2}}){{1,8}})([、．.])")
_ARABIC = re.compile(r"([0-9０-９]{1,3})[ \u3000]{0,2}([.．、)）])(?![0-9０-９])")
_DOTTED = re.compile(
    r"([0-9０-９]{1,3}(?:[.．][0-9０-９]{1,3}){1,3})[.．]?(?=[ \t\u3000]{1,4}[^\s0-9]|[\u4e00-\u9fff“《])"
)
_DOTTED_ALONE = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2}){1,3})$")
_ANNEX = re.compile(r"([A-H](?:\.[0-9]{1,2}){1,3})(?=[ \t\u3000]{1,4}[^\s0-9]|[\u4e00-\u9fff]|$)")
_BARE = re.compile(rf"([0-9]{{1,2}}|[{CHINESE_CHARS}]{{1,3}})[ \t\u3000]{{1,4}}(?=[^\s0-9.])")
# Quantities that a wrapped line can begin with: 4.8%, 1.5亿元, 2.3万吨. They are no section numbers.
_QUANTITY = frozenset("倍亿万元个千百米公吨折度版平厘毫克升年月日天时分秒％")

_ORDINAL_REFERENCE = re.compile(
    r"第|规定|所[列称述指]|[改调]为|分别|增加|删[去除]|作为|合并|和|、|至|到|或|及|以及|以[上下内外]|与|的|之|中|，|。|；|）|\)|》|款|项|条|关于|修改|要求|或者|同时|内容|除外"
)
_LIST_REFERENCE = re.compile(
    rf"[、，和或及至到与－—-][ \u3000]?(?:第?[（(]|[{CHINESE_CHARS}0-9])"
    r"|[项款目条](?=[、，。；）和或及至的所中规之])|所[列述]|规定的|中[的所]"
)
_SERIES_REFERENCE = re.compile(
    rf"[ \u3000]?(?:[{CHINESE_CHARS}]{{1,3}}|[0-9]{{1,3}})(?:[、和或及至]|[类级等期线批次号项]|[条款])"
)


def read_marker(text: str, start: int, end: int, heading: bool = False) -> Marker | None:
    """Return the marker at `start`, or None. `heading`: the format marks the paragraph as a heading.

    Headings may also be numbered by a bare numeral and a blank (`3 总则`), which in body text means nothing.
    """
    read = _READERS.get(text[start])
    if read is None:
        return None
    return read(text, start, end, heading)


def _ordinal(text: str, start: int, end: int, heading: bool) -> Marker | None:
    found = _ORDINAL.match(text, start, end)
    if not found:
        return None
    value = parse_numeral(found[1])
    style = found[2].replace(" ", "").replace("\u3000", "")
    if not value:
        return None
    branch, stop = 0, found.end()
    if found[3]:
        branch = parse_numeral(found[3]) or 0
    reference = not heading and bool(_ORDINAL_REFERENCE.match(text, stop, end))
    return Marker(style, value, branch, number_of(style, value, branch), stop, reference)


def _bracketed(text: str, start: int, end: int, heading: bool) -> Marker | None:
    found = _BRACKETED.match(text, start, end)
    if not found:
        return bracketed_letter(text, start, end)
    value = parse_numeral(found[1] or found[2])
    if not value:
        return None
    style = "（一）" if found[1] else "（1）"
    reference = bool(_LIST_REFERENCE.match(text, found.end(), end))
    return Marker(style, value, 0, number_of(style, value), found.end(), reference)


def _chinese(text: str, start: int, end: int, heading: bool) -> Marker | None:
    found = _CHINESE.match(text, start, end) or (_BARE.match(text, start, end) if heading else None)
    value = parse_numeral(found[1]) if found else None
    if not found or not value:
        return None
    stop = found.end() if found.re is _CHINESE else found.end(1)
    reference = not heading and bool(_SERIES_REFERENCE.match(text, stop, end))
    return Marker("一、", value, 0, number_of("一、", value), stop, reference)


def _arabic(text: str, start: int, end: int, heading: bool) -> Marker | None:
    found = _ARABIC.match(text, start, end)
    if found:
        value = parse_numeral(found[1])
        if not value:
            return None
        style = "1)" if found[2] in ")）" else "1."
        reference = found[2] == "、" and bool(_SERIES_REFERENCE.match(text, found.end(), end))
        return Marker(style, value, 0, number_of(style, value), found.end(), reference)
    dotted = _DOTTED.match(text, start, end)
    if dotted and text[dotted.end()] not in _QUANTITY:
        parts = ["".join(str(DIGITS[c]) for c in part) for part in re.split("[.．]", dotted[1])]
        return _dotted(parts, dotted.end())
    alone = _DOTTED_ALONE.match(text, start, end)
    if alone:
        return _dotted(alone[1].split("."), end, weak=True)
    bare = _BARE.match(text, start, end)
    if not bare or not bare[1].isascii() or not int(bare[1]):
        return None
    if heading:
        return Marker("1.", int(bare[1]), 0, bare[1], bare.end(1), False)
    if text[bare.end()] in _QUANTITY:
        return None
    return Marker("1", int(bare[1]), 0, bare[1], bare.end(1), False, weak=True)


def _dotted(parts: list[str], stop: int, weak: bool = False) -> Marker | None:
    style, value = "1" + ".1" * (len(parts) - 1), int(parts[-1])
    return (
        Marker(style, value, 0, ".".join(parts), stop, False, ".".join(parts[:-1]), weak) if value else None
    )


def _capital(text: str, start: int, end: int, heading: bool) -> Marker | None:
    """A.1, B.2.3: numbers in the annexes of a standard (GB/T 1.1); A. and II. count elsewhere."""
    if text[start] in "ACSP" and (named := english(text, start, end)):
        return named
    found = _ANNEX.match(text, start, end)
    return _dotted(found[1].split("."), found.end()) if found else letter(text, start, end, heading)


def _circled(text: str, start: int, end: int, heading: bool) -> Marker | None:
    style, value = CIRCLES[text[start]]
    reference = bool(_LIST_REFERENCE.match(text, start + 1, end))
    return Marker(style, value, 0, number_of(style, value), start + 1, reference)


_READERS = {
    "第": _ordinal,
    **dict.fromkeys("（(", _bracketed),
    **dict.fromkeys(CHINESE_CHARS, _chinese),
    **dict.fromkeys("0123456789０１２３４５６７８９", _arabic),
    **dict.fromkeys(CIRCLES, _circled),
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", letter),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _capital),
    **dict.fromkeys(map(chr, (*range(0x2160, 0x216C), *range(0x2170, 0x217C))), roman),
}
