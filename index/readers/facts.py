"""Labels and values that a container states in, the facts of `Source.facts` out."""

import re
from collections.abc import Iterable

_NAMES = {
    "title": "title 标题 文件名称 articletitle dc.title 信息名称",
    "number": "number 文号 发文字号 发文文号 文件编号 公文编号",
    "issuer": "issuer 发文机关 发布机关 发文单位 发布机构 制发机关 制定机关 发布单位 公布机关",
    "published": "published date pubdate publishdate firstpublishedtime"
    " 发布日期 成文日期 公布日期 发文日期 发布时间",
}
_FACTS = {label: fact for fact, labels in _NAMES.items() for label in labels.split()}
_DATE = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_LABEL_SPACE = re.compile(r"[\s\u3000\xa0【】\[\]:：]+")

LABELS = frozenset(_FACTS)
"""Labels, lower case and without blanks, that name a fact."""


def label_of(text: str) -> str:
    """Bring a printed label such as `发 文 机 关：` or `[发文字号]` into the form listed in LABELS."""
    return _LABEL_SPACE.sub("", text).lower() if len(text) < 40 else ""


def stated_facts(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keep the labels known as facts; the first value of a fact wins; dates become ISO dates."""
    facts: dict[str, str] = {}
    for label, value in pairs:
        fact = _FACTS.get(label_of(label))
        value = " ".join(value.split())
        if fact == "published":
            value = iso_date(value)
        if fact and value and len(value) <= 500:
            facts.setdefault(fact, value)
    return facts


def iso_date(text: str) -> str:
    """Return the first date in digits as YYYY-MM-DD, or ""."""
    match = _DATE.search(text)
    if not match:
        return ""
    year, month, day = (int(group) for group in match.groups())
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
