"""Web pages: the document stays whole, the site around it goes."""

from pathlib import Path

import pytest

from index.document import Source
from index.errors import ReadError
from index.readers import read

BODY = "".join(
    f"<p>第{n}条　有关部门应当依法履行职责，加强监督管理，具体办法另行制定。</p>" for n in "一二三四五"
)


def read_page(folder: Path, page: str, encoding: str = "utf-8") -> Source:
    path = folder / "页.html"
    path.write_bytes(page.encode(encoding))
    return read(path)


def lines(source: Source) -> list[str]:
    return [source.text[p.start : p.end] for p in source.paragraphs]


def test_navigation_scripts_share_bars_and_footers_leave_the_text(tmp_path: Path) -> None:
    page = f"""<html><head><title>办法_某部网站</title><style>p{{}}</style></head><body>
    <nav><a href=/>首页</a></nav><div class="breadcrumb">当前位置：首页 &gt; 政策</div>
    <div class="con"><h1>管理办法</h1><div class="share-box">分享到：微信</div><script>var a="坏"</script>
    {BODY}<p style="display:none">隐藏</p></div>
    <ul><li><a href=1>新闻一</a><li><a href=2>新闻二</a></ul><footer>版权所有</footer></body></html>"""
    text = read_page(tmp_path, page).text
    assert text.count("有关部门应当依法履行职责") == 5
    assert text.startswith("管理办法")
    for furniture in ("首页", "位置", "分享", "坏", "隐藏", "版权"):
        assert furniture not in text


@pytest.mark.parametrize(
    "container",
    ['<div id="UCAP-CONTENT">', '<div class="TRS_Editor">', '<div id="zoom">', "<article>", "<main>"],
)
def test_a_known_container_is_the_whole_content(tmp_path: Path, container: str) -> None:
    end = container[1:].split()[0].rstrip(">")
    around = "<p>本网站由信息中心主办，未经许可不得转载，联系电话见首页。</p>"
    source = read_page(tmp_path, f"<html><body>{around}{container}{BODY}</{end}>{around}</body></html>")
    assert [line[:3] for line in lines(source)] == [f"第{n}条" for n in "一二三四五"]


def test_a_fragment_without_any_container_keeps_everything(tmp_path: Path) -> None:
    assert len(lines(read_page(tmp_path, BODY))) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_the_encoding_is_found_whatever_the_page_declares(tmp_path: Path, encoding: str) -> None:
    page = f'<html><head><meta charset="gb2312"></head><body>{BODY}<p>喆㐂</p></body></html>'
    assert lines(read_page(tmp_path, page, encoding))[-1] == "喆㐂"


def test_breaks_and_blocks_part_paragraphs_and_inline_elements_do_not(tmp_path: Path) -> None:
    page = "<div>第一条　<b>甲</b>方<br>第二条　乙<!-- 注 -->方<div>丙</div>丁\n  戊</div>"
    assert lines(read_page(tmp_path, page)) == ["第一条　甲方", "第二条　乙方", "丙", "丁戊"]


def test_merged_cells_are_read_in_every_row_they_cover_and_columns_stay_in_line(tmp_path: Path) -> None:
    page = """<table><tr><th>地区<th colspan=2>任务<th>备注</tr>
    <tr><td rowspan=2>江苏<td>一<td>二<td rowspan=3>同</tr>
    <tr><td>三<td>四</tr><tr><td>上海<td>五<td>六</tr></table>"""
    source = read_page(tmp_path, page)
    assert lines(source) == ["地区\t任务\t\t备注", "江苏\t一\t二\t同", "江苏\t三\t四\t同", "上海\t五\t六\t同"]
    assert {(p.style, p.table) for p in source.paragraphs} == {("row", 1)}


def test_a_table_that_lays_out_the_page_is_no_table_but_one_inside_it_is(tmp_path: Path) -> None:
    inner = "<table><tr><td>甲<td>1</tr><tr><td>乙<td>2</tr></table>"
    page = f"<table><tr><td>栏<td>{BODY}{inner}{BODY}</td></tr></table>"
    source = read_page(tmp_path, page)
    assert [line for line in lines(source) if "\t" in line] == ["甲\t1", "乙\t2"]
    assert sum(line.startswith("第") for line in lines(source)) == 10


def test_text_astray_between_the_rows_of_a_table_is_not_lost(tmp_path: Path) -> None:
    page = "<table><tr><td>甲<td>1</tr><form><tr><td>乙<td>2</tr></form>丙<tr><td>丁<td>3</tr></table>"
    assert sorted("".join(lines(read_page(tmp_path, page)))) == sorted("甲1乙2丙丁3".replace("\t", ""))


def test_facts_come_from_metadata_and_labels(tmp_path: Path) -> None:
    page = f"""<html><head><meta name="ArticleTitle" content="采购办法">
    <meta name="PubDate" content="2024-03-05 10:00">
    </head><body><table><tr><td>发 文 机 关：</td><td>财政部</td></tr></table><p>发文字号：财库〔2024〕1号</p>
    <div class="TRS_Editor">{BODY}</div></body></html>"""
    assert read_page(tmp_path, page).facts == {
        "title": "采购办法",
        "issuer": "财政部",
        "number": "财库〔2024〕1号",
        "published": "2024-03-05",
    }


def test_numbers_of_ordered_lists_become_labels_unless_they_are_printed_too(tmp_path: Path) -> None:
    page = """<ol start=3><li>甲<li>乙</ol><ol style="list-style-type:cjk-ideographic"><li>丙</ol>
    <ol><li>1．丁</ol><ul><li>戊</ul>"""
    source = read_page(tmp_path, page)
    shown = [(p.label, source.text[p.start : p.end]) for p in source.paragraphs]
    assert shown == [("3.", "甲"), ("4.", "乙"), ("一、", "丙"), ("", "1．丁"), ("", "戊")]


def test_deep_nesting_and_tag_soup_lose_no_text(tmp_path: Path) -> None:
    page = "<div>" * 1500 + "<p>第一条　甲。<td>乙<b>丙" + "</div>" * 10
    assert "".join(lines(read_page(tmp_path, page))).replace(" ", "") == "第一条　甲。乙丙"


def test_nesting_beyond_what_the_parser_keeps_is_refused_instead_of_losing_text(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nested"):
        read_page(tmp_path, BODY + "<div>" * 100_000 + "第六条　甲。")


def test_a_page_whose_end_is_missing_is_read_with_a_warning(tmp_path: Path) -> None:
    page = f"<html><body>{BODY}<p>" + "第六条　" + "甲" * 600
    source = read_page(tmp_path, page)
    assert source.text.endswith("甲")
    assert "cut off" in source.warnings[0]


def test_a_page_without_text_is_refused_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"页.html.*without text.*save"):
        read_page(tmp_path, "<html><body><script>app()</script></body></html>")
