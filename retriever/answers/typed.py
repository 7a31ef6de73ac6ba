"""A quote and the kind of answer wanted → whether it holds such an answer, the value itself, and yes or no."""

import re

from index.text import normalised
from retriever.answers.wanted import Kind, Wanted

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?)"
_FIGURE = re.compile(
    rf"(?:[百千万]分之{_NUMBER}|[零〇一二两三四五六七八九十百千]+分之[零〇一二两三四五六七八九十百千]+)(?:以上|以下|以内)?|"
    rf"(?<!第){_NUMBER}"
    r"(?:多|余)?(?:万|亿)*(?:个百分点|百分点|平方公里|平方米|公顷|公里|千米|个?小时|分钟|个?工作日|个月|周年|周岁|"
    r"亿?美元|人民币|公斤|[%‰倍元件个项家名位人次户所座条只台套辆吨亩里米年月日天岁级档成折])(?:以上|以下|以内)?"
)
_CALENDAR = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日")
_NUMERAL = "[一二两三四五六七八九十百]"
_DATE = re.compile(
    rf"(?:[到至自于在]|截至|截止)?(?:\d{{4}}|[一二][〇零一二三四五六七八九]{{3}})年(?:(?:\d{{1,2}}|{_NUMERAL}{{1,3}})月)?"
    rf"(?:(?:\d{{1,2}}|{_NUMERAL}{{1,3}})日)?(?:底|末|前|之前|以前|起(?:施行|实施|执行)?)?|"
    rf"(?:自[^，。；]{{1,20}}之日起)?(?:\d+|{_NUMERAL}+)(?:个?工作日|日|天|个?月|年|个?小时)(?:内|以内|之内|前)|"
    r"自[^，。；]{1,20}起(?:施行|实施|执行)|适时|立即|及时|即时|每年|每月|每季度|每半年|定期"
)
_BODY = re.compile(
    r"(?:(?![由是的向在被经应]|指)[\u4e00-\u9fff]){0,12}?(?:主管部门|行政部门|管理部门|监管部门|有关部门|各部门|部门|机关|机构|单位|人民政府|政府|法院|"
    r"检察院|公安局|管理局|总局|委员会|[国省市区县]委|办公室|银保监会|证监会|科技部|财政部|教育部|[^干全内外]部将|"
    r"董事会|监事会|股东会|公司|负责人|责任人|业主|申请人|当事人|管理员|法定代表人|工会|人民银行|协会|国务院|[\u4e00-\u9fff]{2}[省市县](?=[要应负、和与]))"
)
_STOPS = "，。；,;:：\n"
_LISTED = re.compile(r"、|”“|（一）|；")
_DEFINED = re.compile(r"是指|指的是|所称|以下简称|称为|统称|即[^使日时]")
_UNITS = {
    "contact": re.compile(r"\d{7,}|\d{3,4}-\d{7,}|http|www\.|@"),
    "area": re.compile(r"平方|公顷|亩"),
    "people": re.compile(r"[人名位个]"),
    "distance": re.compile(r"公里|千米|海里|\d米"),
    "percent": re.compile(r"[%‰]|[百千万]分之|分之|百分点|\d成"),
    "money": re.compile(r"元|美元|人民币|[%‰]|分之|倍"),
    "duration": re.compile(r"年|月|日|天|小时|周|分钟"),
}
_REFUSED = re.compile(r"不得|禁止|严禁|不予|不能|不可|无权|不应|不再|无需|不需要|不适用|免予")
_GRANTED = re.compile(
    r"可以|应当|有权|允许|支持|鼓励|推动|推进|建设|建立|开展|完善|探索|加强|促进|优先|必须|实行|集中|选择"
)


def holds(wanted: Wanted, plain: str) -> bool | None:
    """Whether a normalised text holds an answer of the kind; None where the kind says nothing of its form."""
    if wanted.kind is Kind.FIGURE:
        timeless = _CALENDAR.sub("", plain)
        if wanted.unit == "contact":
            return bool(_UNITS["contact"].search(plain))
        return any(
            not wanted.unit or bool(_UNITS[wanted.unit].search(m[0])) for m in _FIGURE.finditer(timeless)
        )
    pattern = {Kind.DEADLINE: _DATE, Kind.BODY: _BODY, Kind.LIST: _LISTED, Kind.DEFINITION: _DEFINED}.get(
        wanted.kind
    )
    return bool(pattern.search(plain)) if pattern else None


def value_in(wanted: Wanted, quote: str, question: str = "") -> str:
    """The figure, date or body in a quote, as it stands there; "" where there is none or the kind has none.

    Of several figures the one that stands nearest to the words of the question.
    """
    pattern = {Kind.FIGURE: _FIGURE, Kind.DEADLINE: _DATE, Kind.BODY: _BODY}.get(wanted.kind)
    if pattern is None:
        return ""
    plain, places = normalised(quote)
    found = [m.span() for m in pattern.finditer(plain)]
    if wanted.kind is Kind.FIGURE:
        dates = [m.span() for m in _CALENDAR.finditer(plain)]
        found = [span for span in found if not any(a <= span[0] < b for a, b in dates)]
        unit = _UNITS.get(wanted.unit)
        found = [span for span in found if unit and unit.search(plain[slice(*span)])] or found
        found = _ranges(found, plain)
    if not found:
        return ""
    start, end = found[0]
    if wanted.kind is Kind.FIGURE and len(found) > 1:
        pairs = _pairs(normalised(question)[0])
        start, end = max(found, key=lambda span: _closeness(span, plain, pairs))
    return quote[places[start] : places[end - 1] + 1]


def _ranges(found: list[tuple[int, int]], plain: str) -> list[tuple[int, int]]:
    """一千元以上五千元以下 is one figure."""
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and plain[joined[-1][1] : start] in ("", "至", "到", "-", "~", "—"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _pairs(plain: str) -> set[str]:
    """Pairs of neighbouring Han characters: words of a question without a dictionary."""
    pairs = {plain[i : i + 2] for i in range(len(plain) - 1)}
    return {pair for pair in pairs if all("\u4e00" <= c <= "\u9fff" for c in pair)}


def _closeness(span: tuple[int, int], plain: str, pairs: set[str]) -> float:
    """How near the words of the question stand to a figure; those between commas with it count in full.

    提取租金的百分之二作为押金 and 押金累计达到百分之三十的，可以不再提取 both name the thing and a figure: only the
    first says 提取 beside it.
    """
    first, last = span
    while first > 0 and plain[first - 1] not in _STOPS:
        first -= 1
    while last < len(plain) and plain[last] not in _STOPS:
        last += 1
    total = 0.0
    for pair in pairs:
        at = [m.start() for m in re.finditer(re.escape(pair), plain)]
        gap = min((max(span[0] - i - 2, i - span[1], 0) for i in at), default=None)
        if gap is not None:
            beside = any(first <= i < last for i in at)
            total += 1.0 + 1 / (10 + gap) if beside else 1 / (1 + gap)
    return total


def polarity_of(wanted: Wanted, question: str, quote: str) -> str:
    """`yes` or `no` where the quote says so in plain words, else ""; only for a question that asks for it."""
    if wanted.kind is not Kind.YES_NO:
        return ""
    plain, asked = normalised(quote)[0], normalised(question)[0]
    refused, negative = (
        bool(_REFUSED.search(plain)),
        bool(re.search(r"不得|禁止|\b(?:not|forbidden|banned)\b", asked)),
    )
    if refused:
        return "yes" if negative else "no"
    return "yes" if _GRANTED.search(plain) and not negative else ""
