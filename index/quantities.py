"""A text → its numbers in one form, however they are written: 百分之四点八 is 4.8%, 2.5万件 is 25000件.

For matching only, on normalised text (half width, simplified, lower case); texts are shown as they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.structure.numerals import parse_numeral

_CN = "[零〇○一二两三四五六七八九十百千万亿]{1,16}(?:点[零〇○一二三四五六七八九]{1,8}[百千万亿]{0,2})?"
_AR = r"[0-9]{1,3}(?:,[0-9]{3}){1,5}(?:\.[0-9]{1,6})?|[0-9]{1,15}(?:\.[0-9]{1,6})?"
# Longest first; what is said in several ways is one unit.
_UNITS = {
    "工作日": "工作日", "个工作日": "工作日", "平方公里": "平方公里", "平方千米": "平方公里",
    "平方米": "平方米", "立方米": "立方米", "公里": "公里", "千米": "公里", "公斤": "公斤",
    "千克": "公斤", "公顷": "公顷", "小时": "小时", "周岁": "岁", "分钟": "分钟", "个月": "个月",
    "人民币": "元", "美元": "美元", "港元": "港元", "港币": "港元", "欧元": "欧元", "日元": "日元",
    "元": "元", "块钱": "元", "圆": "元", "日": "日", "天": "日", "周": "周", "年": "年",
    "月": "月", "岁": "岁", "倍": "倍", "人": "人", "名": "人", "位": "人", "件": "件",
    "个": "个", "项": "项", "家": "家", "户": "户", "所": "所", "吨": "吨", "亩": "亩",
    "米": "米", "次": "次", "份": "份", "辆": "辆", "台": "台", "套": "套", "克": "克",
    "度": "度", "字": "字", "percent": "%", "per cent": "%", "yuan": "元",
    "rmb": "元", "years": "年", "year": "年", "months": "个月", "month": "个月",
    "days": "日", "day": "日", "hours": "小时", "times": "倍",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MAGNITUDES = {
    "百": 2,
    "千": 3,
    "万": 4,
    "十万": 5,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
}
_ENGLISH = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_MAGNITUDE = "|".join(sorted((*_MAGNITUDES, *_ENGLISH), key=len, reverse=True))
_DIGIT_UNITS = frozenset(("年", "日", "个月", "月", "岁", "倍", "小时", "元", "周", "工作日", "%"))
"""Units that make a single Chinese digit a number: 三年, but not 一个 or 一项."""

_QUANTITY = re.compile(
    rf"(?P<of_what>百|千)分之(?P<percent>{_CN}|{_AR})"
    rf"|(?P<below>[零一二三四五六七八九十百0-9]{{1,5}})分之(?P<above>[零一二两三四五六七八九十百0-9]{{1,5}})"
    r"|(?<![0-9/.])(?P<slash>[1-9][0-9]?/[1-9][0-9]{0,2})(?![0-9/])"
    rf"|第\s?(?P<ordinal>[零〇一二两三四五六七八九十百千0-9]{{1,9}})\s?(?P<of>条|章|届|号|款)"
    rf"|(?<![0-9a-z.,])(?P<arabic>{_AR})\s?(?P<magnitude>{_MAGNITUDE})?\s?(?P<unit>%|‰|{_UNIT}(?![a-z]))?(?![0-9a-z])"
    rf"|(?P<positional>[一二][零〇○一二三四五六七八九]{{3}})年"
    rf"|(?P<chinese>{_CN})(?P<of_chinese>{_UNIT})"
)  # fmt: skip


_DECIMAL = re.compile("(?P<whole>.+)点(?P<fraction>[零〇○一二三四五六七八九]+)(?P<by>[百千万亿]*)")
_UNIT_CHARS = "".join({c for unit in _UNITS.values() for c in unit})
LARGE = 3000
"""From here on a number is looked for without its unit too; years are below."""
_MYRIADS = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000)}
"""一百 is 100; 百 alone counts where it stands before 亿."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text, and in one form."""

    start: int
    end: int
    form: str
    """4.8%, 25000件, 2025年, 1/3, 第15条."""
    plain: bool
    """It is written in that form: the words of the text hold it already."""


def quantities(text: str) -> Iterator[Quantity]:
    """The numbers of a normalised text that say how much, when or which, in order."""
    for found in _QUANTITY.finditer(text):
        form = _form(found)
        if form:
            yield Quantity(found.start(), found.end(), form, form == found[0].replace(" ", ""))


def terms(text: str) -> list[str]:
    """Terms of BM25 for the numbers of a normalised text; marked with = so that no word is one."""
    made = []
    for quantity in quantities(text):
        made.append("=" + quantity.form)
        # 2.5万件 is also asked for as 25000个; small numbers alone say nothing.
        bare = _bare(quantity.form)
        if bare != quantity.form and _counts(bare):
            made.append("=" + bare)
    return made


def same(one: str, other: str) -> bool:
    """True for forms that say the same number: also 25000件 and 25000个, which the words around tell apart."""
    return one == other or (_bare(one) == _bare(other) and _counts(_bare(one)))


def _bare(form: str) -> str:
    return form.rstrip(_UNIT_CHARS)


def _counts(bare: str) -> bool:
    """A large number says something without its unit; a small one does not."""
    return bare.replace(".", "", 1).isdigit() and float(bare) >= LARGE


def _form(found: re.Match[str]) -> str:
    if found["percent"]:
        return _written(_value(found["percent"]), "%" if found["of_what"] == "百" else "‰")
    if found["below"]:
        below, above = parse_numeral(found["below"]), parse_numeral(found["above"])
        return f"{above}/{below}" if below and above else ""
    if found["slash"]:
        above_text, below_text = found["slash"].split("/")
        return found["slash"] if int(above_text) < int(below_text) else ""
    if found["ordinal"]:
        value = parse_numeral(found["ordinal"])
        return f"第{value}{found['of']}" if value else ""
    if found["positional"]:
        return f"{parse_numeral(found['positional'])}年"
    if found["chinese"]:
        unit = _UNITS[found["of_chinese"]]
        if len(found["chinese"]) == 1 and (unit not in _DIGIT_UNITS or found["chinese"] in "百千万亿"):
            return ""
        return _written(_value(found["chinese"]), unit)
    unit = found["unit"] or ""
    number = Decimal(found["arabic"].replace(",", ""))
    if found["magnitude"]:
        number = number.scaleb(_MAGNITUDES.get(found["magnitude"]) or _ENGLISH[found["magnitude"]])
    if not unit and not found["magnitude"] and "," not in found["arabic"]:
        # By 2025: the one number that means something without a unit.
        return f"{found['arabic']}年" if re.fullmatch("(?:19|20)[0-9]{2}", found["arabic"]) else ""
    return _written(number, _UNITS.get(unit, unit))


def _value(text: str) -> Decimal | None:
    """The value of a Chinese numeral with 亿 and 点, or of an Arabic one."""
    if text[0] in "0123456789":
        return Decimal(text.replace(",", ""))
    split = _DECIMAL.fullmatch(text)
    if split:
        digits = "".join(str(parse_numeral(c)) for c in split["fraction"])
        whole = _value(split["whole"])
        return (
            None
            if whole is None
            else (whole + Decimal(f"0.{digits}")).scaleb(_MAGNITUDES.get(split["by"], 0))
        )
    high, hundred_million, low = text.rpartition("亿")
    upper = _value(high) if high and "亿" not in high else None
    if hundred_million and upper is None:
        return None
    value = parse_numeral(low) if low else 0
    if value is None:
        return _MYRIADS.get(low)
    return (upper.scaleb(8) if upper is not None else Decimal(0)) + value


def _written(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    written = format(value.normalize(), "f")
    return (written or "0") + unit
