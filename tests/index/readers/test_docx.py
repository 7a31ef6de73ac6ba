"""Word documents: what Word shows, in the order it shows it."""

import importlib.util
import zipfile
from pathlib import Path

import pytest

from index.document import Source
from index.errors import ReadError
from index.readers import read
from index.structure.split import split

_spec = importlib.util.spec_from_file_location("make_docx", Path(__file__).parent / "make_docx.py")
assert _spec is not None and _spec.loader is not None
make = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make)
paragraph, level, abstract, num, write_docx = (
    make.paragraph,
    make.level,
    make.abstract,
    make.num,
    make.write_docx,
)


def lines(source: Source) -> list[str]:
    """Return what a person sees: number and text."""
    return [p.label + source.text[p.start : p.end] for p in source.paragraphs]


def labels_of(folder: Path, body: str, numbering: str, styles: str = "") -> list[str]:
    source = read(write_docx(folder / "稿.docx", body, numbering, styles))
    return [p.label for p in source.paragraphs]


@pytest.mark.parametrize(
    ("format", "start", "shown"),
    [
        ("decimal", 9, "9 10"),
        ("chineseCounting", 9, "九 十 十一"),
        ("chineseCounting", 19, "十九 二十 二十一"),
        ("chineseCounting", 99, "九十九 一○○ 一○一"),
        ("chineseCountingThousand", 99, "九十九 一百 一百零一"),
        ("chineseCountingThousand", 110, "一百一十 一百一十一"),
        ("chineseCountingThousand", 1259, "一千二百五十九 一千二百六十"),
        ("chineseCountingThousand", 1001, "一千零一"),
        ("chineseCountingThousand", 10010, "一万零一十"),
        ("chineseLegalSimplified", 10, "壹拾 壹拾壹"),
        ("ideographLegalTraditional", 6, "陸 柒"),
        ("ideographDigital", 10, "一〇 一一"),
        ("ideographTraditional", 1, "甲 乙"),
        ("ideographZodiac", 12, "亥 13"),
        ("taiwaneseCounting", 20, "二十 二十一"),
        ("taiwaneseCountingThousand", 100, "一百 一百零一"),
        ("decimalEnclosedCircle", 19, "⑲ ⑳ 21"),
        ("decimalEnclosedCircleChinese", 1, "① ②"),
        ("decimalEnclosedParen", 1, "⑴ ⑵"),
        ("ideographEnclosedCircle", 10, "㊉ 11"),
        ("decimalFullWidth", 10, "１０ １１"),
        ("decimalZero", 9, "09 10"),
        ("upperRoman", 4, "IV V"),
        ("lowerRoman", 9, "ix x"),
        ("upperLetter", 26, "Z AA BB"),
        ("lowerLetter", 1, "a b"),
    ],
)
def test_every_number_format_is_written_as_word_writes_it(
    tmp_path: Path, format: str, start: int, shown: str
) -> None:
    body = paragraph("甲。", 1) * len(shown.split())
    numbering = abstract(0, level(0, format, "%1", start)) + num(1, 0)
    assert labels_of(tmp_path, body, numbering) == shown.split()


def test_bullets_and_numbers_without_text_give_no_label(tmp_path: Path) -> None:
    numbering = abstract(0, level(0, "bullet", "\uf0b7"), level(1, "none", "")) + num(1, 0)
    body = paragraph("甲", 1) + paragraph("乙", 1, 1)
    assert labels_of(tmp_path, body, numbering) == ["", ""]


def test_levels_restart_below_a_higher_one_and_compose_their_numbers(tmp_path: Path) -> None:
    levels = (
        level(0, "chineseCounting", "第%1章"),
        level(1, "decimal", "%1.%2", more="<w:isLgl/>"),
        level(2, "decimal", "（%3）"),
    )
    body = "".join(paragraph("甲。", 1, i) for i in (0, 1, 2, 2, 1, 2, 0, 1))
    expected = ["第一章", "1.1", "（1）", "（2）", "1.2", "（1）", "第二章", "2.1"]
    assert labels_of(tmp_path, body, abstract(0, *levels) + num(1, 0)) == expected


def test_articles_count_on_through_chapters_where_the_level_never_restarts(tmp_path: Path) -> None:
    never = level(1, "chineseCountingThousand", "第%2条", more='<w:lvlRestart w:val="0"/>')
    numbering = abstract(0, level(0, "chineseCounting", "第%1章"), never) + num(1, 0)
    body = "".join(paragraph("甲。", 1, i) for i in (0, 1, 1, 0, 1))
    assert labels_of(tmp_path, body, numbering) == ["第一章", "第一条", "第二条", "第二章", "第三条"]


def test_lists_continue_across_nums_unless_one_overrides_its_start(tmp_path: Path) -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = abstract(0, level(0, "decimal", "%1.")) + num(1, 0) + num(2, 0) + num(3, 0, override)
    body = "".join(paragraph("甲。", i) for i in (1, 1, 2, 3, 3, 1))
    assert labels_of(tmp_path, body, numbering) == ["1.", "2.", "3.", "1.", "2.", "3."]


def test_a_num_can_replace_a_whole_level(tmp_path: Path) -> None:
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1)", 3)}</w:lvlOverride>'
    numbering = abstract(0, level(0, "decimal", "%1.")) + num(1, 0, override)
    assert labels_of(tmp_path, paragraph("甲", 1) + paragraph("乙", 1), numbering) == ["III)", "IV)"]


def test_numbering_comes_from_styles_and_their_bases_and_can_be_taken_away(tmp_path: Path) -> None:
    styles = """<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/><w:pPr><w:numPr>
    <w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Child"><w:name w:val="Child"/><w:basedOn w:val="Base"/></w:style>
    <w:style w:type="paragraph" w:styleId="Second"><w:name w:val="Second"/><w:pPr><w:numPr><w:ilvl w:val="1"/>
    <w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""
    numbering = abstract(0, level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）")) + num(
        1, 0
    )
    body = (
        paragraph("甲", style="Child")
        + paragraph("乙", style="Second")
        + paragraph("丙", 0, style="Child")
        + paragraph("丁", style="Base")
    )
    assert labels_of(tmp_path, body, numbering, styles) == ["一、", "（一）", "", "二、"]


def test_a_numbering_style_lends_its_levels_to_a_linked_list(tmp_path: Path) -> None:
    linked = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="List"/></w:abstractNum>'
    styles = """<w:style w:type="numbering" w:styleId="List"><w:name w:val="List"/><w:pPr><w:numPr>
    <w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""
    numbering = abstract(0, level(0, "chineseCounting", "%1、")) + linked + num(1, 0) + num(2, 1)
    assert labels_of(tmp_path, paragraph("甲", 2) + paragraph("乙", 2), numbering, styles) == ["一、", "二、"]


def test_empty_numbered_paragraphs_count_although_they_are_left_out(tmp_path: Path) -> None:
    numbering = abstract(0, level(0, "decimal", "%1.")) + num(1, 0)
    assert labels_of(tmp_path, "".join(paragraph(t, 1) for t in ("甲", "", "乙")), numbering) == ["1.", "3."]


def test_headings_titles_and_contents_are_known_by_style(tmp_path: Path) -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{i}"><w:name w:val="{name}"/>{more}</w:style>'
        for i, name, more in (
            ("1", "heading 1", ""),
            ("2", "条", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
            ("3", "Title", ""),
            ("4", "toc 1", ""),
        )
    )
    body = "".join(paragraph("甲", style=str(i)) for i in range(1, 5))
    body += paragraph("乙", style="1", more='<w:outlineLvl w:val="9"/>')
    source = read(write_docx(tmp_path / "稿.docx", body, "", styles))
    shown = [(p.heading_level, p.style) for p in source.paragraphs]
    assert shown == [(1, ""), (2, ""), (0, "title"), (0, "toc"), (0, "")]


def test_tracked_changes_are_read_as_accepted_and_hidden_text_is_left_out(tmp_path: Path) -> None:
    body = """<w:p><w:r><w:t>甲</w:t></w:r><w:ins><w:r><w:t>乙</w:t></w:r></w:ins><w:del><w:r><w:delText>丙
    </w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>丁</w:t></w:r></w:p>
    <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p><w:p><w:r><w:t>后半</w:t></w:r></w:p>"""
    assert lines(read(write_docx(tmp_path / "稿.docx", body))) == ["甲乙", "前半后半"]


def test_tables_become_rows_with_merged_cells_repeated_and_automatic_numbers_shown(tmp_path: Path) -> None:
    def cell(text: str, properties: str = "", num_id: int | None = None) -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text, num_id)}</w:tc>"

    body = f"""<w:tbl><w:tr>{cell("序号")}{cell("地区", '<w:gridSpan w:val="2"/>')}{cell("数")}</w:tr>
    <w:tr>{cell("", "", 1)}{cell("江苏", '<w:vMerge w:val="restart"/>')}{cell("甲")}{cell("5")}</w:tr>
    <w:tr>{cell("", "", 1)}{cell("藏", "<w:vMerge/>")}{cell("乙")}{cell("6")}</w:tr></w:tbl>
    <w:tbl><w:tr>{cell("专栏1")}</w:tr><w:tr>{cell("内容。")}</w:tr></w:tbl>"""
    source = read(write_docx(tmp_path / "稿.docx", body, abstract(0, level(0, "decimal", "%1")) + num(1, 0)))
    assert lines(source) == ["序号\t地区\t\t数", "1\t江苏\t甲\t5", "2\t江苏\t乙\t6", "专栏1", "内容。"]
    assert [(p.style, p.table) for p in source.paragraphs] == [("row", 1)] * 3 + [("", 0)] * 2


def test_a_table_inside_a_frame_of_one_cell_keeps_its_rows(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"

    inner = f"<w:tbl>{row(paragraph('甲'), paragraph('1'))}{row(paragraph('乙'), paragraph('2'))}</w:tbl>"
    source = read(
        write_docx(tmp_path / "稿.docx", f"<w:tbl>{row(paragraph('前') + inner + paragraph('后'))}</w:tbl>")
    )
    assert lines(source) == ["前", "甲\t1", "乙\t2", "后"]
    assert [p.table > 0 for p in source.paragraphs] == [False, True, True, False]


def test_text_boxes_come_once_after_their_paragraph_and_notes_at_the_end(tmp_path: Path) -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{paragraph('框')}</w:txbxContent>"
    body = f"""<w:p><w:r><w:t>甲</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="{mc}">
    <mc:Choice>{box}</mc:Choice>
    <mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r><w:r><w:footnoteReference w:id="2"/></w:r>
    <w:r><w:br/><w:t>乙</w:t></w:r></w:p>{paragraph("丙")}"""
    notes = "".join(f'<w:footnote w:id="{i}">{paragraph(t)}</w:footnote>' for i, t in ((0, "线"), (2, "注")))
    source = read(write_docx(tmp_path / "稿.docx", body, parts={"footnotes": notes}))
    assert lines(source) == ["甲", "乙", "框", "丙", "1注"]
    assert source.paragraphs[-1].style == "footnote"


def test_an_enclosed_character_field_shows_its_number(tmp_path: Path) -> None:
    body = """<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>
    <w:r><w:instrText>eq \\o\\ac(○,3)</w:instrText></w:r>
    <w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>丙</w:t></w:r></w:p>"""
    assert lines(read(write_docx(tmp_path / "稿.docx", body))) == ["③丙"]


def field(instruction: str, shown: str, end: bool = True) -> str:
    """Return a field with what it shows; without `end` it goes on in the next paragraphs."""
    run = "<w:r>{}</w:r>".format
    mark = '<w:fldChar w:fldCharType="{}"/>'.format
    begin = run(mark("begin")) + run(f"<w:instrText>{instruction}</w:instrText>") + run(mark("separate"))
    return f"{begin}<w:r><w:t>{shown}</w:t></w:r>{run(mark('end')) if end else ''}"


def test_a_table_of_contents_made_by_a_field_is_known_without_any_style(tmp_path: Path) -> None:
    entry = "<w:r><w:tab/></w:r>" + field("PAGEREF _a", "2")
    body = f"""<w:p>{field("TOC", "第一章　总则", end=False)}{entry}</w:p>
    <w:p><w:r><w:t>第二章　附则</w:t></w:r>{entry}</w:p>
    <w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>{paragraph("第一章　总则")}
    <w:p><w:r><w:t>依据</w:t></w:r>{field("HYPERLINK x", "《采购法》")}<w:r><w:t>制定。</w:t></w:r></w:p>"""
    source = read(write_docx(tmp_path / "稿.docx", body))
    assert lines(source) == ["第一章　总则\t2", "第二章　附则\t2", "第一章　总则", "依据《采购法》制定。"]
    assert [p.style for p in source.paragraphs] == ["toc", "toc", "", ""]


def test_a_field_of_contents_that_never_ends_does_not_swallow_the_text(tmp_path: Path) -> None:
    body = (
        f"<w:p>{field('TOC', '总则', end=False)}</w:p>{paragraph('第一条　甲。')}{paragraph('第二条　乙。')}"
    )
    assert [p.style for p in read(write_docx(tmp_path / "稿.docx", body)).paragraphs] == ["", "", ""]


def test_the_prompt_of_an_empty_content_control_is_no_text(tmp_path: Path) -> None:
    def control(content: str, empty: bool) -> str:
        properties = "<w:showingPlcHdr/>" if empty else ""
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    run = "<w:r><w:t>{}</w:t></w:r>".format
    body = f"""{control(paragraph("单击此处输入文字。"), True)}{control(paragraph("第一条　甲。"), False)}
    <w:p>{run("日期：")}{control(run("单击此处输入日期"), True)}{control(run("五月"), False)}</w:p>"""
    assert lines(read(write_docx(tmp_path / "稿.docx", body))) == ["第一条　甲。", "日期：五月"]


def test_a_cut_off_document_is_refused_with_a_next_step(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "稿.docx", paragraph("甲"))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ReadError, match=r"稿.docx.*cut off or damaged.*again"):
        read(path)


def test_an_xml_bomb_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "弹.docx"
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", bomb)
    with pytest.raises(ReadError, match="XML bomb"):
        read(path)


def test_a_part_that_unpacks_to_a_giant_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "弹.docx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as part,
    ):
        for _ in range(130):
            part.write(b" " * 2**20)
    with pytest.raises(ReadError, match="zip bomb"):
        read(path)


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        (
            (("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")),
            ["1", "1.1", "1.1.1", "1.1.2", "1.2", "2"],
        ),
        (
            (("upperRoman", "%1."), ("upperLetter", "%2."), ("lowerLetter", "%3)")),
            ["Ⅰ", "Ⅰ/A", "Ⅰ/A/a", "Ⅰ/A/b", "Ⅰ/B", "Ⅱ"],
        ),
        (
            (("upperLetter", "%1."), ("decimal", "%2."), ("lowerRoman", "%3.")),
            ["A", "A/1", "A/1/ⅰ", "A/1/ⅱ", "A/2", "B"],
        ),
    ],
)
def test_automatic_numbers_of_every_kind_number_the_clauses(
    tmp_path: Path, levels: tuple[tuple[str, str], ...], shown: list[str]
) -> None:
    numbering = abstract(1, *(level(i, *one) for i, one in enumerate(levels))) + num(1, 1)
    depths = (0, 1, 2, 2, 1, 0)
    body = paragraph("某某规范") + "".join(paragraph("系统要求", 1, depth) for depth in depths)
    result = split(read(write_docx(tmp_path / "级.docx", body, numbering)))
    assert [node.address for node in result.nodes if node.number] == shown
