"""PDF: wrapped lines become paragraphs, margins stay out, and what has no text layer is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from index.document import Source
from index.errors import ReadError
from index.readers import read

WIDTH, HEIGHT, SIZE, LEFT, PER_LINE = 595, 842, 16, 72, 28
ARTICLES = [
    "第一条　为规范银行业金融机构个人贷款业务行为，加强个人贷款业务审慎经营管理，促进业务健康发展，制定本办法。",
    "第二条　本办法所称贷款人，是指在中华人民共和国境内设立的商业银行、农村信用合作社等金融机构，依照第五条规定的"
    "条件发放贷款的，从其规定。",
    "贷款人应当遵守本办法。",
    "（一）预算；",
    "（二）决算，包括决算报告的编制、审查、批准以及公开的全部过程和有关材料的保存与移交。",
]


def wrapped(text: str, indent: int = 2) -> list[tuple[int, str]]:
    """Break as a typesetter does: (indent in characters, line)."""
    lines = [(indent, text[: PER_LINE - indent])]
    rest = text[PER_LINE - indent :]
    while rest:
        lines.append((0, rest[:PER_LINE]))
        rest = rest[PER_LINE:]
    return lines


def write_pdf(
    path: Path, pages: list[list[tuple[int, str]]], decorate: Callable[[Canvas, int], None]
) -> Path:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT))
    for number, lines in enumerate(pages, 1):
        canvas.setFont("STSong-Light", SIZE)
        for row, (indent, line) in enumerate(lines):
            canvas.drawString(LEFT + indent * SIZE, 740 - row * 28, line)
        decorate(canvas, number)
        canvas.showPage()
    canvas.save()
    return path


def plain(canvas: Canvas, number: int) -> None:
    """Leave the margins empty."""


def paged(lines: list[tuple[int, str]], per_page: int) -> list[list[tuple[int, str]]]:
    return [lines[i : i + per_page] for i in range(0, len(lines), per_page)]


def texts(source: Source) -> list[str]:
    return [source.text[p.start : p.end] for p in source.paragraphs]


def test_wrapped_lines_become_the_paragraphs_they_were_typed_as(tmp_path: Path) -> None:
    lines = [line for text in ARTICLES for line in wrapped(text)]
    assert texts(read(write_pdf(tmp_path / "法.pdf", [lines], plain))) == ARTICLES


def test_a_paragraph_across_pages_stays_whole_and_keeps_its_first_page(tmp_path: Path) -> None:
    lines = [line for text in ARTICLES * 4 for line in wrapped(text)]
    source = read(write_pdf(tmp_path / "法.pdf", paged(lines, 7), plain))
    assert texts(source) == ARTICLES * 4
    starts = [i for i, (indent, _) in enumerate(lines) if indent]
    assert [p.page for p in source.paragraphs] == [start // 7 + 1 for start in starts]


@pytest.mark.parametrize(
    "style", ["— {} —", "- {} -", "第{}页 共9页", "{}", "第 {} 页", "https://a.cn/b7.html {}/4"]
)
def test_running_headers_footers_and_page_numbers_leave_no_trace(tmp_path: Path, style: str) -> None:
    def decorate(canvas: Canvas, number: int) -> None:
        canvas.drawString(LEFT, 800, "国家某某总局规章")
        canvas.drawCentredString(WIDTH / 2, 40, style.format(number))
        canvas.drawRightString(WIDTH - LEFT, 60, "国家某某总局发布")

    lines = [line for text in ARTICLES * 4 for line in wrapped(text)]
    source = read(write_pdf(tmp_path / "法.pdf", paged(lines, 7), decorate))
    assert texts(source) == ARTICLES * 4


def test_annexes_that_begin_alike_at_the_top_of_pages_keep_their_numbers(tmp_path: Path) -> None:
    pages = [[(0, f"附件{number}"), *wrapped(ARTICLES[number])] for number in (0, 1, 4)]
    kept = texts(read(write_pdf(tmp_path / "法.pdf", pages, plain)))
    assert [text for text in kept if text.startswith("附件")] == ["附件0", "附件1", "附件4"]


def test_numbers_that_are_no_page_numbers_stay(tmp_path: Path) -> None:
    lines = [*wrapped(ARTICLES[0]), (10, "2024")]
    assert texts(read(write_pdf(tmp_path / "法.pdf", [lines], plain)))[-1] == "2024"


def test_a_document_without_indents_is_parted_by_line_width_and_numbers(tmp_path: Path) -> None:
    lines = [line for text in ARTICLES for line in wrapped(text, indent=0)]
    assert texts(read(write_pdf(tmp_path / "法.pdf", [lines], plain))) == ARTICLES


def test_a_ruled_table_becomes_rows_and_the_text_around_it_stays_paragraphs(tmp_path: Path) -> None:
    def decorate(canvas: Canvas, number: int) -> None:
        top, rows, columns = 500, 3, (72, 200, 300, 520)
        for row in range(rows + 1):
            # The first column of the last two rows is one merged cell.
            canvas.line(columns[1] if row == 2 else columns[0], top - 40 * row, columns[-1], top - 40 * row)
        for x in columns:
            canvas.line(x, top, x, top - 40 * rows)
        cells = [("地区", "数量", "说明"), ("江苏", "100", "一年"), ("", "200", "两年")]
        for row, cell_texts in enumerate(cells):
            for x, text in zip(columns, cell_texts, strict=False):
                canvas.drawString(x + 6, top - 26 - 40 * row, text)

    source = read(write_pdf(tmp_path / "法.pdf", [wrapped(ARTICLES[0])], decorate))
    assert texts(source) == [ARTICLES[0], "地区\t数量\t说明", "江苏\t100\t一年", "江苏\t200\t两年"]
    assert [p.table for p in source.paragraphs] == [0, 1, 1, 1]


def grid(canvas: Canvas, top: int, rows: list[tuple[str, str, str]]) -> None:
    """Draw a table of three columns."""
    columns = (72, 200, 300, 520)
    for row in range(len(rows) + 1):
        canvas.line(columns[0], top - 40 * row, columns[-1], top - 40 * row)
    for x in columns:
        canvas.line(x, top, x, top - 40 * len(rows))
    for row, cell_texts in enumerate(rows):
        for x, text in zip(columns, cell_texts, strict=False):
            canvas.drawString(x + 6, top - 26 - 40 * row, text)


def test_a_table_over_two_pages_is_one_table_with_its_head_once_and_split_rows_whole(tmp_path: Path) -> None:
    head = ("地区", "数量", "说明")
    tables = {
        1: [head, ("江苏", "100", "一年"), ("上海", "20", "两年以上")],
        2: [head, ("浙江", "30", "三年期限从")],
        3: [("", "", "次年算起"), ("北京", "40", "四年")],
    }
    source = read(
        write_pdf(tmp_path / "法.pdf", [[], [], []], lambda canvas, n: grid(canvas, 700, tables[n]))
    )
    assert texts(source) == [
        "地区\t数量\t说明",
        "江苏\t100\t一年",
        "上海\t20\t两年以上",
        "浙江\t30\t三年期限从次年算起",
        "北京\t40\t四年",
    ]
    assert {p.table for p in source.paragraphs} == {1}


def test_a_head_of_two_rows_is_combined_and_merged_cells_do_not_disturb_a_page_end(tmp_path: Path) -> None:
    xs = (72, 200, 300, 400)

    def box(canvas: Canvas, left: int, top: int, right: int, bottom: int, text: str) -> None:
        canvas.rect(xs[left], 700 - 40 * bottom, xs[right] - xs[left], 40 * (bottom - top))
        canvas.drawString(xs[left] + 6, 700 - 40 * top - 26, text)

    def decorate(canvas: Canvas, number: int) -> None:
        box(canvas, 0, 0, 1, 2, "地区")
        box(canvas, 1, 0, 3, 1, "任务")
        box(canvas, 1, 1, 2, 2, "新建")
        box(canvas, 2, 1, 3, 2, "改建")
        name = "江苏" if number == 1 else "上海"
        box(canvas, 0, 2, 1, 4, name)
        for row in (2, 3):
            box(canvas, 1, row, 2, row + 1, f"{number}{row}")
            box(canvas, 2, row, 3, row + 1, f"{row}0")

    source = read(write_pdf(tmp_path / "表.pdf", [[], []], decorate))
    assert texts(source) == [
        "地区\t任务 新建\t任务 改建",
        *("江苏\t12\t20", "江苏\t13\t30", "上海\t22\t20", "上海\t23\t30"),
    ]


def test_latin_words_are_joined_with_a_space_and_chinese_without(tmp_path: Path) -> None:
    lines = [(2, "甲" * 20 + " this API"), (0, "version two"), (2, "乙")]
    assert texts(read(write_pdf(tmp_path / "法.pdf", [[*lines, *wrapped(ARTICLES[1])]], plain)))[0] == (
        "甲" * 20 + " this API version two"
    )


def test_a_line_stretched_to_the_margin_has_no_spaces_between_its_characters(tmp_path: Path) -> None:
    def decorate(canvas: Canvas, number: int) -> None:
        for i, character in enumerate("各部门要加强组织领导"):
            canvas.drawString(LEFT + i * SIZE * 1.4, 400, character)

    assert texts(read(write_pdf(tmp_path / "法.pdf", [[]], decorate))) == ["各部门要加强组织领导"]


def test_a_watermark_across_the_page_falls_into_no_line(tmp_path: Path) -> None:
    def decorate(canvas: Canvas, number: int) -> None:
        canvas.saveState()
        canvas.translate(120, 600)
        canvas.rotate(45)
        canvas.drawString(0, 0, "内部资料不得外传")
        canvas.restoreState()

    lines = [line for text in ARTICLES for line in wrapped(text)]
    assert texts(read(write_pdf(tmp_path / "法.pdf", [lines], decorate))) == ARTICLES


def test_a_rotated_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    def decorate(canvas: Canvas, number: int) -> None:
        canvas.setPageRotation(90)
        canvas.rotate(90)
        canvas.drawString(100, -100, "第一条　横排的页面。")
        canvas.drawString(100, -130, "第二条　也按显示的顺序读。")

    assert texts(read(write_pdf(tmp_path / "横.pdf", [[]], decorate))) == [
        "第一条　横排的页面。",
        "第二条　也按显示的顺序读。",
    ]


def test_a_scanned_pdf_is_named_as_scanned_with_the_next_step(tmp_path: Path) -> None:
    def scan(canvas: Canvas, number: int) -> None:
        from PIL import Image

        Image.new("L", (60, 80), 200).save(tmp_path / "页.png")
        canvas.drawImage(str(tmp_path / "页.png"), 0, 0, WIDTH, HEIGHT)

    with pytest.raises(ReadError, match=r"扫.pdf: it is a scanned PDF.*OCR"):
        read(write_pdf(tmp_path / "扫.pdf", [[], []], scan))


def test_single_scanned_pages_are_listed_in_a_warning(tmp_path: Path) -> None:
    def scan(canvas: Canvas, number: int) -> None:
        from PIL import Image

        if number == 2:
            Image.new("L", (60, 80), 200).save(tmp_path / "页.png")
            canvas.drawImage(str(tmp_path / "页.png"), 0, 0, WIDTH, HEIGHT)

    source = read(write_pdf(tmp_path / "半.pdf", [wrapped(ARTICLES[0]), []], scan))
    assert "only pictures: 2;" in source.warnings[0]


def test_an_encrypted_pdf_is_named_as_encrypted(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "密.pdf"), encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 700, "text")
    canvas.save()
    with pytest.raises(ReadError, match=r"密.pdf.*encrypted.*password"):
        read(tmp_path / "密.pdf")


def test_a_cut_off_pdf_is_refused_instead_of_losing_pages_unseen(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "断.pdf", [wrapped(ARTICLES[0])] * 3, plain)
    path.write_bytes(path.read_bytes()[:-600])
    with pytest.raises(ReadError, match=r"断.pdf.*cut off.*again"):
        read(path)
