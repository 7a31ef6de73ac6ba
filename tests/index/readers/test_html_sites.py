"""Pages of ministries and local governments: records, link lists, share bars and footers go, all else stays."""

from pathlib import Path

import pytest

from index.document import Source
from index.readers import read
from index.readers.html_lines import is_record, is_site_line

LAW = [
    "市人民政府办公室关于印发数据开放办法的通知",
    "某政办发〔2024〕12号",
    "各区人民政府：",
    "现将《数据开放办法》印发给你们，请认真贯彻执行。",
    "附件：任务分工表",
    "某某市人民政府办公室",
    "2024年5月6日",
    "第一条　为了规范数据开放，制定本办法。",
    "第二条　本办法适用于本市。",
]


def read_page(folder: Path, page: str) -> Source:
    path = folder / "页.html"
    path.write_text(page, encoding="utf-8")
    return read(path)


def lines(source: Source) -> list[str]:
    return [source.text[p.start : p.end] for p in source.paragraphs]


def test_a_page_of_a_city_without_any_known_container(tmp_path: Path) -> None:
    page = f"""<html><head><meta name="ArticleTitle" content="{LAW[0]}"><meta name="PubDate" content="2024-05-07">
    <title>{LAW[0]}_某某市人民政府</title></head><body>
    <div class="head"><a href=1>首页</a> <a href=2>政务公开</a> <a href=3>互动交流</a></div>
    <div>您现在的位置：<a>首页</a> &gt; 政策文件</div>
    <table><tr><td>索引号：</td><td>014/2024-1</td><td>主题分类：</td><td>科技</td></tr>
    <tr><td>发布机构：</td><td>市政府办公室</td><td>文 号：</td><td>某政办发〔2024〕12号</td></tr></table>
    <div class="box"><h1>{LAW[0]}</h1><div>发布时间：2024-05-07 来源：市政府办公室 浏览次数：120</div>
    <div>{"".join(f"<p>{line}</p>" for line in LAW[1:7])}<p>　　{LAW[7]}<br>　　{LAW[8]}</p></div>
    <div><p>附件下载：</p><ul><li><a href=a.docx>任务分工表.docx</a></ul></div>
    <div>相关解读：<a href=j>政策解读</a></div><p>上一篇：<a>某通知</a></p><p>下一篇：无</p>
    <p>【打印本页】 【关闭窗口】</p><p>责任编辑：张三</p></div>
    <div><p>主办：市政府办公室</p><p>网站标识码：4403 某ICP备1号</p></div></body></html>"""
    source = read_page(tmp_path, page)
    assert lines(source) == LAW
    assert source.facts["number"] == "某政办发〔2024〕12号"
    assert source.facts["issuer"] == "市政府办公室"
    assert source.facts["published"] == "2024-05-07"


def test_a_page_laid_out_by_nested_tables_keeps_its_paragraphs(tmp_path: Path) -> None:
    menu = "".join(f"<tr><td><a href={n}>栏目{n}</a></td></tr>" for n in range(5))
    text = "<br>　　".join(LAW[1:])
    page = f"""<html><head><title>某某省财政厅</title></head><body><table>
    <tr><td><table>{menu}</table></td><td><table><tr><td><b>{LAW[0]}</b></td></tr>
    <tr><td>发布时间：2023-03-04　点击：345　【字号 大 中 小】</td></tr><tr><td>　　{text}</td></tr>
    <tr><td>[打印] [关闭]</td></tr></table></td></tr>
    <tr><td colspan=2>版权所有：某某省财政厅　邮编：510000</td></tr></table></body></html>"""
    source = read_page(tmp_path, page)
    assert lines(source) == LAW
    # The site's own name is no title.
    assert "title" not in source.facts


@pytest.mark.parametrize(
    "text",
    [
        "日期：2024年5月6日　时间：上午九时",
        "相关信息公开",
        "政策解读机制",
        "主办单位：市科技局",
        "审核：由市财政局负责",
        "联系人：张三　电话：12345",
        "来源：市统计局",
        "打印机采购目录",
        "技术支持单位",
        "第三条　分享到社会公众的数据应当脱敏。",
        "附件：相关文件目录",
    ],
)
def test_lines_that_a_document_may_hold_are_not_taken_for_the_site(text: str) -> None:
    assert not is_site_line(text)


def test_a_table_that_lays_out_a_page_is_no_record_even_if_it_holds_one() -> None:
    record = [
        "索引号：",
        "1",
        "文号：",
        "某发〔2024〕1号",
        "发布机构：",
        "市政府",
        "成文日期：",
        "2024年5月6日",
    ]
    assert is_record(record)
    assert not is_record([*record, "为了规范数据开放，制定本办法。" * 40])
    assert not is_record(["序号", "任务", "责任单位", "1", "建设平台", "市大数据局"])
