"""The text of a small element in, whether the site put it there and not the document's author out."""

import re

# Whole lines only: what merely mentions one of these words is text.
_BARS = re.compile(
    r"(?:【?\s*(?:字体|字号)\s*[:：]?\s*[\[【]?\s*大.{0,12}小.{0,60})"
    r"|(?:.{0,20}打印(?:本页|此页)?.{0,12}关闭(?:窗口|本页)?.{0,12})"
    r"|(?:(?:您|你)?(?:的|现在的|当前)?(?:当前)?位置\s*[:：].{0,200})"
    r"|(?:分享(?:到|至).{0,60})|(?:(?:手机|微信)?扫一扫.{0,40})"
    r"|(?:[【\[]?(?:打印本页|关闭窗口|打印|关闭|返回顶部|返回|收藏|纠错|下载)[】\]]?[\s|]*){1,6}"
    r"|(?:上|下)一(?:篇|条|页|则)\s*[:：].{0,120}"
    r"|(?:责任编辑|网站编辑|供稿|稿源|信息来源)\s*[:：]\s*.{0,20}"
    r"|(?:相关(?:解读|链接|文章|阅读|新闻|附件)|延伸阅读|附件下载|文件下载)\s*(?:[:：].{0,120})?"
    r"|(?:版权所有|技术支持\s*[:：]).{0,200}|网站地图|联系我们"
    r"|.{0,200}(?:ICP备|公网安备|网站标识码|政府网站找错).{0,200}"
)
_KINDS = (
    re.compile(r"(?:日期|时间)\s*[:：]"),
    re.compile(r"(?:来源|稿源)\s*[:：]"),
    re.compile(r"(?:浏览|点击|阅读|访问)(?:次数|人次|量|数)?\s*[:：]"),
    re.compile(r"(?:字体|字号)\s*[:：]?\s*[\[【（]?\s*(?:大|小)"),
    re.compile(r"分享(?:到|至)?\s*[:：]?"),
)
"""What a site writes on one line under a title; a notice of a meeting also has a day and a time, which is one kind."""
_SENTENCE = re.compile(r"[。；]")
_LABELS = re.compile(
    r"(?:索\s*引\s*号|信息索引|主题分类|主题词|体裁分类|服务对象|发文(?:机关|机构|单位|字号|文号|日期)|发布(?:机构|机关|单位|日期|时间|文号)"
    r"|制发机关|公开(?:方式|形式|范围|时限|日期|目录)|成文日期|生成日期|生效日期|失效日期|废止日期|实施日期|文\s*号|有\s*效\s*性|效力状态"
    r"|名\s*称|标\s*题|分\s*类|关\s*键\s*词|内容概述|信息分类|信息名称|所属机构|统一编号|信息类别)\s*[:：]?"
)
_LABEL_CELL = re.compile(rf"[【\[]?\s*{_LABELS.pattern}\s*[】\]]?\s*[:：]?")
_MAX_CHARS, _MAX_RECORD_CHARS = 300, 400
_ENOUGH_LABELS = 3


def is_site_line(text: str) -> bool:
    """Whether a short text is a share bar, a way back, a line of hits and dates, a footer…"""
    text = " ".join(text.split())
    if not 0 < len(text) < _MAX_CHARS or _SENTENCE.search(text):
        return False
    return _BARS.fullmatch(text) is not None or (
        len(text) < 150 and sum(kind.search(text) is not None for kind in _KINDS) >= 2
    )


def is_record(cells: list[str]) -> bool:
    """Whether the cells of a table are the record of a document: 索引号, 发文机关, 成文日期…"""
    filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
    labels = sum(_LABEL_CELL.match(cell) is not None for cell in filled)
    # A table that lays out the page holds its record and its text.
    if any(len(cell) > _MAX_RECORD_CHARS for cell in filled):
        return False
    return labels >= _ENOUGH_LABELS and labels >= 0.4 * len(filled)
