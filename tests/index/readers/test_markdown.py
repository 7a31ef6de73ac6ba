"""Markdown: markers become facts of the paragraph, the words stay."""

from pathlib import Path

import pytest

from index.document import Paragraph, Source
from index.readers import read


def read_md(folder: Path, text: str) -> Source:
    path = folder / "法.md"
    path.write_text(text, encoding="utf-8")
    return read(path)


def shown(source: Source) -> list[tuple[str, int, str]]:
    def one(p: Paragraph) -> tuple[str, int, str]:
        return source.text[p.start : p.end], p.heading_level, p.style

    return [one(p) for p in source.paragraphs]


def test_heading_markers_become_levels_and_leave_the_text(tmp_path: Path) -> None:
    source = read_md(tmp_path, "# 公司法\n\n## 第一章　总则 ##\n第一条　甲。\n第二条　乙。\n\n附则\n----\n")
    assert shown(source) == [
        ("公司法", 1, ""),
        ("第一章　总则", 2, ""),
        ("第一条　甲。", 0, ""),
        ("第二条　乙。", 0, ""),
        ("附则", 2, ""),
    ]


def test_comments_rules_and_images_are_dropped_even_over_lines(tmp_path: Path) -> None:
    source = read_md(tmp_path, "甲<!-- 一\n二 -->乙\n\n***\n\n![图](a.png)\n丙\n")
    assert shown(source) == [("甲乙", 0, ""), ("丙", 0, "")]


def test_front_matter_becomes_facts_and_not_text(tmp_path: Path) -> None:
    head = "---\ntitle: '采购办法'\n文号: 财库〔2024〕1号\n发布日期: 2024年3月5日\n---\n第一条　甲。\n"
    source = read_md(tmp_path, head)
    assert source.facts == {"title": "采购办法", "number": "财库〔2024〕1号", "published": "2024-03-05"}
    assert source.text == "第一条　甲。"


def test_a_pipe_table_becomes_tab_separated_rows_with_one_table_number(tmp_path: Path) -> None:
    source = read_md(tmp_path, "前\n\n| 项目 | 标准\\|元 |\n|:--|--:|\n| 住宿 | 500 |\n| | 80 |\n\n后\n")
    assert shown(source) == [
        ("前", 0, ""),
        ("项目\t标准|元", 0, "row"),
        ("住宿\t500", 0, "row"),
        ("\t80", 0, "row"),
        ("后", 0, ""),
    ]
    assert [p.table for p in source.paragraphs] == [0, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("**第一条** 为了*规范*行为。", "第一条 为了规范行为。"),
        ("- （一）预算；", "（一）预算；"),
        ("1. 编制预算；", "1. 编制预算；"),
        ("1\\. 编制预算；", "1. 编制预算；"),
        ("> 见[办法](http://a.cn/b 'x')。", "见办法。"),
        ("2*3*4 与 a_b_c 与 `代码`", "2*3*4 与 a_b_c 与 代码"),
        ("#1 号楼", "#1 号楼"),
        ("- 3℃ - 5℃", "3℃ - 5℃"),
    ],
)
def test_inline_markers_go_and_words_and_numbers_stay(tmp_path: Path, line: str, text: str) -> None:
    assert read_md(tmp_path, line).text == text
