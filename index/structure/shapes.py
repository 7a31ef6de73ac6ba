"""Shapes of the furniture around clauses: one short line in, the role its form gives it out."""

import re

from index.structure.numerals import narrow

B = r"[ \t\u3000\xa0]"
"""A blank inside a line."""

PARTS_OF_LAWS = frozenset(("总则", "分则", "附则"))
FRONT_MATTER = frozenset(("序言", "前言", "引言", "正文", "后记", "序", "导言"))
"""Headings that stand without number; front matter does not hold the numbered parts that follow it."""

_YEAR = r"(?:(?:19|20)[0-9X×]{2}|[一二][〇○零OＯ九一二三四五六七八]{3}|[X×]{4}|[X×]{2})"
_COUNT = r"[0-9X×一二三四五六七八九十]"
DAY = rf"{_YEAR}{B}{{0,2}}年{B}{{0,2}}{_COUNT}{{1,2}}{B}{{0,2}}月{B}{{0,2}}{_COUNT}{{1,3}}{B}{{0,2}}日"
"""A full date in digits or Chinese numerals, or a form's placeholder (20XX年XX月XX日)."""

_SIGNED_ON = rf"(?:(?:签[订署字约]|订立)?(?:日期|时间)[：:]{B}{{0,4}}(?:{DAY}|[_＿ \u3000年月日]{{0,30}}))"
DATE = re.compile(rf"[（(]?{DAY}[）)]?$|{_SIGNED_ON}(?:{B}{{1,40}}{_SIGNED_ON})?$")
SIGNED_DATE = re.compile(rf"([^，。；：0-9]{{2,40}}?){B}{{1,40}}({DAY})$")
HISTORY = re.compile(
    r"[（(](?:Adopted|Promulgated|Amended|Approved|Revised)[ ]"
    r"|[（(](?:19|20)[0-9]{2}年|(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][ \u3000]{0,4}(?:发布|批准)"
    r"|(?:[（(]|(?:19|20)[0-9]{2}年).{0,90}?(?:通过|修[订正改]|公布|发布|施行|批准|颁布|废止|制定|起执行|根据)"
    r"|(?:自)?[发公颁]布之日起?[施实执]行$"
    rf"|[（(].{{0,60}}{DAY}[）)]$"
)
"""Notes of adoption and amendment that stand under the title of a law."""

_ISSUE = r"[0-9〇零一二三四五六七八九十百]{1,6}"
_NUMBER = re.compile(
    # 国科发区〔2020〕187号; the brackets vary.
    rf"[（(【\[]?[\u4e00-\u9fffA-Za-z]{{1,24}}{B}?[〔\[（(【﹝［]{B}?(?:19|20)[0-9]{{2}}{B}?年?[〕\]）)】﹞］]"
    rf"{B}?第?{B}?[0-9]{{1,5}}{B}?号[）)】\]]?$"
    # 国务院令第706号, 2020年第5号
    rf"|[（(]?(?:[\u4e00-\u9fff \u3000、]{{0,40}}(?:令|字|公告|通告))?{B}{{0,6}}"
    rf"(?:(?:19|20)[0-9]{{2}}{B}?年{B}?)?第{B}{{0,3}}{_ISSUE}{B}{{0,3}}号[）)]?$"
    # 〔2023〕第8期, 第12期: minutes and bulletins
    rf"|[（(]?(?:[〔\[（(【](?:19|20)[0-9]{{2}}[〕\]）)】]{B}?)?(?:第{B}?)?{_ISSUE}{B}?期[）)]?$"
)
_STANDARD = re.compile(
    rf"[A-Z]{{1,4}}[0-9]{{0,4}}(?:/[A-Z]{{1,4}})?{B}{{0,2}}[0-9]{{1,6}}(?:\.[0-9]{{1,3}})?"
    r"[—–-]{1,2}(?:19|20)[0-9]{2}$"
)
"""Number of a standard: GB/T 9704—2012, DB99/T 1234—2022."""
_NOTE = re.compile(
    r"[（(](?:此[件文]|本文|联系|信息公开|主动公开|公开|依申请|不予公开|注：|附注|[院公盖印]?章?章[）)]).{0,60}"
)
_COLOPHON = re.compile(
    rf"(?:抄[送报]|主[送题]|分送|校对|承办|责任编辑|信息公开选项|公开方式){B}{{0,4}}[：:词]"
    rf"|.{{2,60}}日{B}{{0,4}}印发。?$"
)
_ATTACHMENT = re.compile(
    rf"(?:附{B}{{0,2}}[件录表]|附(?=[：:0-9]|$)){B}{{0,2}}"
    rf"((?:[0-9０-９]{{1,3}}|[一二三四五六七八九十]{{1,3}}|[A-H])(?:[-—－][0-9]{{1,2}})?)?{B}{{0,4}}"
    rf"(?:[：:.．、]|(?={B})|$){B}{{0,8}}"
)
_BOX = re.compile(
    rf"专{B}?栏{B}{{0,2}}([0-9０-９]{{1,3}}|[一二三四五六七八九十]{{1,3}})?(?=$|{B}|[：:.．、\u4e00-\u9fff—])"
)
_TOC_ENTRY = re.compile(
    rf".{{1,80}}?(?:[.·…．。﹒\-—_]{{3,}}|{B}{{2,}}){B}{{0,4}}[（(]?[-—]?[0-9]{{1,4}}[-—]?[）)]?$"
)
_LEADERS = re.compile(r"[.·…．。﹒]{3}")
_AFTER_DIGITS = frozenset("日号期）)】]发布实施")
_LINK = re.compile(r"(?:https?://|www\.)[!-~]{4,}$")


def shape_of(body: str) -> str:
    """Return the role that the form of a short line gives it, "" for none."""
    first, last = body[0], body[-1]
    if last in _AFTER_DIGITS:
        body = narrow(body)
    if last == "日" or (last in "）)" and first in "（("):
        if len(body) <= 64 and DATE.match(body):
            return "date"
        if last in "）)" and _NOTE.match(body):
            return "note"
    if (last in "号期" or last in "）)】]") and len(body) <= 48 and _NUMBER.match(body):
        return "number"
    if first == "附" and "0" <= last <= "9" and _LEADERS.search(body):
        return "dotted"
    if first == "附" and _ATTACHMENT.match(body):
        return "attachment"
    if first == "专" and len(body) <= 60 and body[-1] not in "。；，" and _BOX.match(body):
        return "box"
    if (first in "抄主分校承责信公" or body.endswith("印发")) and _COLOPHON.match(body):
        return "colophon"
    if "0" <= last <= "9" and _TOC_ENTRY.match(body) and not body[0].isdigit():
        return "dotted"
    if first in "GDQTJY" and len(body) <= 40 and _STANDARD.match(body):
        return "number"
    if first in "hw" and _LINK.match(body):
        return "link"
    return ""


def is_number(body: str) -> bool:
    """Is the line a 文号?"""
    return bool(_NUMBER.match(narrow(body)))


def attachment_label(body: str) -> tuple[str, int]:
    """Return the number of an attachment heading ("" where it has none) and where its title begins."""
    found = _ATTACHMENT.match(body)
    return (found[1] or "", found.end()) if found else ("", 0)


def box_label(body: str) -> tuple[str, int]:
    """Return the number of a 专栏 heading ("" where it has none) and where its title begins."""
    found = _BOX.match(body)
    return (found[1] or "", found.end()) if found else ("", 0)
