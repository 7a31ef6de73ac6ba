"""A quote and the kind of answer wanted → whether it holds such an answer, and the value itself, verbatim."""

import re

from index.text import normalised
from retriever.answers.wanted import Kind

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?)"
_UNIT = (r"(?:个百分点|百分点|平方公里|平方米|公里|千米|小时|分钟|工作日|个工作日|个月|"
         r"周年|万元|亿元|亿美元|美元|人民币|公斤|"
         r"[%‰倍元件个项家名人次户所座条只台套辆吨亩里米年月日天周岁级档成折])")  # fmt: skip
_FIGURE = re.compile(
    rf"百分之{_NUMBER}|千分之{_NUMBER}|[零〇一二两三四五六七八九十百千]+分之[零〇一二两三四五六七八九十百千]+|"
    rf"{_NUMBER}(?:万|亿)*{_UNIT}(?:以上|以下|以内|之[一二三四五六七八九十]+)?"
)
_DEADLINE = re.compile(
    r"(?:到|至|自|于|在|截至|截止)?(?:\d{4}|[一二][〇零一二三四五六七八九]{3})年(?:\d{1,2}|[一二三四五六七八九十]{1,3})?月?(?:\d{1,2}|[一二三四五六七八九十]{1,3})?日?(?:年?底|年?末|前|之前|以前)?|"
    r"[自之从].{0,30}?之?日起.{0,12}?(?:日|月|年|时)(?:内|以内|之内|前)?|"
    r"(?:\d+|[一二两三四五六七八九十百]+)个?(?:工作日|日|天|月|年|小时)(?:内|以内|之内|前)|自.{1,12}起(?:施行|实施|执行)|"
    r"适时|立即|及时|即时|每年|每月|每季度|每半年|定期|年底|月底|\d{4}年"
)
_BODY = re.compile(
    r"(?:国务院|人民政府|人民法院|人民检察院|公安机关|委员会|常务委员会|[\u4e00-\u9fff]{0,16}?"
    r"(?:主管部门|行政部门|管理部门|监管部门|监督管理机构|有关部门|各部门|部门|机关|机构|单位|政府|法院|检察院|公安局|管理局|"
    r"总局|[国省市区县]委|办公室|委员会|银保监会|证监会|科技部|财政部|教育部|董事会|监事会|股东会|公司|工会|人民银行|协会|深圳市))"
)


def holds(kind: Kind, plain: str) -> bool | None:
    """Whether a normalised text holds an answer of that kind; None where the kind says nothing of its form."""
    if kind is Kind.FIGURE:
        return bool(_FIGURE.search(plain))
    if kind is Kind.DEADLINE:
        return bool(_DEADLINE.search(plain))
    if kind is Kind.BODY:
        return bool(_BODY.search(plain))
    if kind is Kind.LIST:
        return "、" in plain or "”“" in plain
    if kind is Kind.DEFINITION:
        return bool(re.search(r"是指|指的是|所称|以下简称|称为|即", plain))
    return None


def value_in(kind: Kind, quote: str) -> str:
    """The figure, date or body in a quote, as it stands there; "" where there is none or the kind has none."""
    pattern = {Kind.FIGURE: _FIGURE, Kind.DEADLINE: _DEADLINE, Kind.BODY: _BODY}.get(kind)
    if pattern is None:
        return ""
    plain, places = normalised(quote)
    found = list(pattern.finditer(plain))
    if kind is Kind.FIGURE:  # a year before the figure is its date, not the figure
        found = [m for m in found if not re.fullmatch(r"\d{4}年", m[0])] or found
    if not found:
        return ""
    one = found[-1] if kind is Kind.FIGURE else found[0]
    return quote[places[one.start()] : places[one.end() - 1] + 1]
