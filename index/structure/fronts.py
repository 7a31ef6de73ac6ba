"""What stands under a title: lines in, where a note of history or a list of recipients that begins there ends out."""

import re
from collections.abc import Sequence

from index.structure.lines import Line

_INTRODUCES = re.compile(
    r"(?:下列|以下|意见|通知|通告|公告|决定|规定|办法|修改|是|即|包括|[要措]求|要做[到好])[：:]$"
    r"|如下|现将|为了|根据|经研究|审议"
)
_ADDRESSEE = re.compile(
    r"各|人民政府|部|委|局|厅|院|办|会|单位|机构|公司|行|中心|大学|学校|省|市|区|县|委员|代表|同志|企业|司|处|署"
)
_SPOKEN = re.compile(
    r"——(?:19|20)[0-9]{2}年"
    r"|(?:[\u4e00-\u9fff]{2,16})?(?:市长|省长|州长|县长|区长|主席|主任|院长|检察长|总理|书记)[ \u3000]{1,4}"
    r"[\u4e00-\u9fff \u3000]{2,6}$"
)
"""Where and by whom a report was made, under its title."""


def history_end(lines: Sequence[Line], i: int) -> int:
    """Return where a note of adoption or amendment ends; a bracketed one may run over several lines."""
    if lines[i].text[0] not in "（(":
        return i + 1
    depth, stop = 0, i
    for stop in range(i, min(len(lines), i + 40)):
        text = lines[stop].text
        depth += text.count("（") + text.count("(") - text.count("）") - text.count(")")
        if depth <= 0:
            break
    return stop + 1 if depth <= 0 else i + 1


def recipients_end(lines: Sequence[Line], i: int) -> int:
    """Return where the 主送机关 that begin at `i` end; `i` where none do.

    After the title, they are a list of addressees that ends with a colon (GB/T 9704-2012, 7.3.2).
    """
    for stop in range(i, min(len(lines), i + 6)):
        line = lines[stop]
        if line.marker or line.role or "。" in line.text or "；" in line.text or len(line.text) > 400:
            return i
        if line.text[-1] in "：:":
            whole = "".join(one.text for one in lines[i : stop + 1])
            return stop + 1 if not _INTRODUCES.search(whole) and _ADDRESSEE.search(whole) else i
        if line.text[-1] not in "，、" and not ("、" in line.text or "，" in line.text):
            return i
    return i


def addresses_all(line: Line) -> bool:
    """Does the line address everybody concerned, as 各省、自治区、直辖市： does?"""
    recipients = line.text[0] == "各" and line.text[-1] in "：:" and len(line.text) <= 60
    return recipients and not _INTRODUCES.search(line.text)


def tells_speaker(line: Line) -> bool:
    """Does the line say where and by whom a report was made?"""
    return len(line.text) <= 60 and bool(_SPOKEN.match(line.text))
