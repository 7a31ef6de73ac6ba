"""Pages that are more than one column of lines: two columns, tables set by blanks, footnotes, raised marks."""

import time
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from index.document import Source
from index.readers import read
from index.readers.layout import Piece, pieces_of
from index.readers.layout_page import page_lines

FONT, SIZE, LEFT, PITCH = "STSong-Light", 12, 72, 19
ARTICLES = [
    "第一条　为了规范公共数据开放活动，推动资源整合应用，提升公共服务水平，结合实际，制定本办法。",
    "第二条　本市行政区域内公共数据开放及其相关活动，适用本办法。涉及国家秘密的，按照有关规定执行。",
    "第三条　公共数据开放应当遵循下列原则：",
    "（一）需求导向，优先开放与民生紧密相关的数据；",
    "（二）安全可控，落实数据安全管理要求，依法保护商业秘密和个人信息。",
    "第四条　市人民政府应当加强对公共数据开放工作的领导，将所需经费列入财政预算，协调解决重大问题。",
]


def new_canvas(path: Path) -> Canvas:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont(FONT, SIZE)
    return canvas


def wrapped(texts: list[str], per_line: int) -> list[tuple[int, str]]:
    """Break as a typesetter does: (indent in characters, line)."""
    lines: list[tuple[int, str]] = []
    for text in texts:
        lines.append((2, text[: per_line - 2]))
        rest = text[per_line - 2 :]
        lines += [(0, rest[i : i + per_line]) for i in range(0, len(rest), per_line)]
    return lines


def draw(canvas: Canvas, lines: list[tuple[int, str]], left: int = LEFT, top: int = 740) -> None:
    for row, (indent, line) in enumerate(lines):
        canvas.drawString(left + indent * SIZE, top - row * PITCH, line)


def lines_of(source: Source) -> list[str]:
    return [source.text[p.start : p.end] for p in source.paragraphs]


def test_two_columns_are_read_one_after_the_other_to_the_last_half_filled_page(tmp_path: Path) -> None:
    canvas = new_canvas(tmp_path / "双.pdf")
    texts = ARTICLES * 4
    lines = wrapped(texts, 18)
    per_column = 26
    assert 2 * per_column + 3 < len(lines) < 3 * per_column
    canvas.drawCentredString(297, 790, "公共数据开放管理办法（征求意见稿）")
    # Row by row, as some programs write a page: only the places tell the columns.
    for row in range(per_column):
        for column in (0, 1):
            indent, line = lines[column * per_column + row]
            canvas.drawString((72, 315)[column] + indent * SIZE, 740 - row * PITCH, line)
    canvas.drawCentredString(297, 40, "— 1 —")
    canvas.showPage()
    canvas.setFont(FONT, SIZE)
    draw(canvas, lines[2 * per_column :])
    canvas.drawCentredString(297, 40, "— 2 —")
    canvas.save()
    source = read(tmp_path / "双.pdf")
    assert lines_of(source) == ["公共数据开放管理办法（征求意见稿）", *texts]
    assert source.paragraphs[-1].page == 2


@pytest.mark.parametrize("rest", [8, 30])
def test_three_columns_are_read_one_after_the_other(tmp_path: Path, rest: int) -> None:
    canvas = new_canvas(tmp_path / "三.pdf")
    texts = ARTICLES * 5
    lines = wrapped(texts, 12)
    per_column = (len(lines) - rest) // 3
    lefts = (54, 222, 390)
    canvas.drawCentredString(297, 810, "公共数据开放管理办法")
    for row in range(per_column):
        for column, left in enumerate(lefts):
            indent, line = lines[column * per_column + row]
            canvas.drawString(left + indent * SIZE, 780 - row * 14, line)
    canvas.drawCentredString(297, 30, "— 1 —")
    canvas.showPage()
    canvas.setFont(FONT, SIZE)
    for row, (indent, line) in enumerate(lines[3 * per_column :]):
        # The last page fills one column, or one and a part of the second.
        column, place = divmod(row, 22)
        canvas.drawString(lefts[column] + indent * SIZE, 780 - place * 14, line)
    canvas.save()
    source = read(tmp_path / "三.pdf")
    assert lines_of(source) == ["公共数据开放管理办法", *texts]
    assert not any(p.table for p in source.paragraphs)


@pytest.mark.parametrize("across", [False, True], ids=["in each column", "across both"])
def test_footnotes_at_the_foot_of_columns_fall_into_no_article(tmp_path: Path, across: bool) -> None:
    canvas = new_canvas(tmp_path / "双注.pdf")
    texts = ARTICLES * 3
    lines = wrapped(texts, 18)
    half = -(-len(lines) // 2)
    notes = [
        ("① 统计口径以市统计局公布的数据为准，", "历史数据从其规定。"),
        ("② 不含港澳台地区的数据，另有规定的", "从其规定。"),
    ]
    for column, left in enumerate((72, 315)):
        draw(canvas, lines[column * half : (column + 1) * half], left)
    canvas.setFont(FONT, 9)
    foot = 740 - half * PITCH - 20
    for number, note in enumerate(notes):
        for row, line in enumerate(note):
            left = 72 if across or number == 0 else 315
            top = foot - (row + (2 * number if across else 0)) * 12
            canvas.drawString(
                left,
                top,
                line if not across else line + "以下各条同此，不再一一注明；凡有疑义的，" * (not row),
            )
    canvas.save()
    source = read(tmp_path / "双注.pdf")
    found = {p.style: [] for p in source.paragraphs}
    for p in source.paragraphs:
        found[p.style].append(source.text[p.start : p.end])
    assert found[""] == texts
    assert [note[0] for note in found["footnote"]] == ["①", "②"]
    assert all(note.endswith("从其规定。") for note in found["footnote"])


def test_a_table_set_by_blanks_becomes_rows_with_cells_of_two_lines_whole(tmp_path: Path) -> None:
    canvas = new_canvas(tmp_path / "表.pdf")
    draw(canvas, wrapped(ARTICLES[:1], 36))
    rows = [
        ("序号", "重点任务", "责任单位", "时限"),
        ("1", "建设公共数据平台", "市大数据局、市财政", "6月"),
        ("", "", "局", ""),
        ("2", "编制开放目录", "各区人民政府", "9月"),
        ("3", "开展安全评估", "市网信办", "12月"),
    ]
    place = 680
    for row in rows:
        # What did not fit stands close below; a new row further off.
        place -= 13 if not row[0] else 26
        for x, text in zip((72, 130, 300, 430), row, strict=True):
            canvas.drawString(x, place, text)
    draw(canvas, wrapped(ARTICLES[1:2], 36), top=540)
    canvas.save()
    source = read(tmp_path / "表.pdf")
    assert lines_of(source) == [
        ARTICLES[0],
        "序号\t重点任务\t责任单位\t时限",
        "1\t建设公共数据平台\t市大数据局、市财政局\t6月",
        "2\t编制开放目录\t各区人民政府\t9月",
        "3\t开展安全评估\t市网信办\t12月",
        ARTICLES[1],
    ]
    assert [p.table for p in source.paragraphs] == [0, 1, 1, 1, 1, 0]


def test_contents_in_three_columns_are_no_table(tmp_path: Path) -> None:
    canvas = new_canvas(tmp_path / "目.pdf")
    for row, (number, title) in enumerate((("第一章", "总则"), ("第二章", "开放"), ("第三章", "附则"))):
        for x, text in zip((72, 160, 480), (number, title, str(row + 2)), strict=True):
            canvas.drawString(x, 740 - row * PITCH, text)
    draw(canvas, wrapped(ARTICLES, 36), top=600)
    canvas.save()
    source = read(tmp_path / "目.pdf")
    assert lines_of(source)[:3] == ["第一章 总则 2", "第二章 开放 3", "第三章 附则 4"]
    assert not any(p.table for p in source.paragraphs)


def test_footnotes_leave_the_paragraph_whole_that_goes_on_overleaf_and_marks_stay_in_it(
    tmp_path: Path,
) -> None:
    canvas = new_canvas(tmp_path / "注.pdf")
    lines = wrapped(ARTICLES, 36)
    draw(canvas, lines[:-1])
    # The mark stands raised after the last line of the page.
    row = len(lines) - 2
    indent, line = lines[-2]
    canvas.setFont(FONT, 7)
    canvas.drawString(LEFT + (indent + len(line)) * SIZE, 740 - row * PITCH + 5, "①")
    canvas.setFont(FONT, 9)
    canvas.drawString(LEFT, 105, "① 统计口径以市统计局公布的数据为准，涉及历史")
    canvas.drawString(LEFT, 93, "数据的从其规定。")
    canvas.drawString(LEFT, 81, "② 不含港澳台地区。")
    canvas.showPage()
    canvas.setFont(FONT, SIZE)
    draw(canvas, [lines[-1], *wrapped(ARTICLES[:2], 36)])
    canvas.save()
    source = read(tmp_path / "注.pdf")
    cut = len(ARTICLES[-1]) - len(lines[-1][1])
    assert lines_of(source) == [
        *ARTICLES[:-1],
        f"{ARTICLES[-1][:cut]}①{ARTICLES[-1][cut:]}",
        "① 统计口径以市统计局公布的数据为准，涉及历史数据的从其规定。",
        "② 不含港澳台地区。",
        *ARTICLES[:2],
    ]
    assert [p.style for p in source.paragraphs].count("footnote") == 2


def test_a_signature_of_two_names_side_by_side_is_no_table(tmp_path: Path) -> None:
    canvas = new_canvas(tmp_path / "签.pdf")
    draw(canvas, wrapped(ARTICLES, 36))
    for place, names in ((560, ("某某市财政局", "某某市教育局")), (540, ("2024年5月6日", "2024年5月6日"))):
        canvas.drawString(120, place, names[0])
        canvas.drawString(340, place, names[1])
    canvas.save()
    source = read(tmp_path / "签.pdf")
    assert not any(p.table for p in source.paragraphs)
    assert source.text.startswith("\n".join(ARTICLES))


def test_a_character_of_a_private_font_alone_is_no_text_and_is_counted() -> None:
    placed = [("\ue003", 72.0, 100.0, 84.0, 112.0), ("甲", 72.0, 130.0, 84.0, 142.0)]
    pieces, unknown = pieces_of(placed)
    assert ([piece.text for piece in pieces], unknown) == (["甲"], 1)


def test_a_page_of_very_many_pieces_or_of_any_size_is_read_in_bounded_time() -> None:
    started = time.process_time()
    for step in (30.0, 1e6):
        pieces = [
            Piece("甲", [column * step], column * step + 9.0, row * 12.0, row * 12.0 + 10.0)
            for row in range(400)
            for column in range(39 + row % 3)
        ]
        assert sum(line.text.count("甲") for line in page_lines(pieces, [], 1)) == len(pieces)
    assert time.process_time() - started < 10
