"""Tables: a head of several rows becomes one, merged cells are named in every row, forms are left alone."""

from index.readers.table_grid import Cell, rows_of


def texts(*rows: list[Cell]) -> list[str]:
    return [row.filled for row in rows_of(rows)]


def cells(*names: str) -> list[Cell]:
    return [Cell(name) for name in names]


def test_a_head_of_two_rows_gives_each_column_its_full_name() -> None:
    head = [Cell("地区", height=2), Cell("招生人数", width=2), Cell("备注", width=2, height=2)]
    assert texts(head, cells("一年级", "二年级"), cells("江苏", "10", "20", "无", "无")) == [
        "地区\t招生人数 一年级\t招生人数 二年级\t备注",
        "江苏\t10\t20\t无\t无",
    ]


def test_a_head_of_three_rows_below_a_caption_as_wide_as_the_table() -> None:
    rows = [
        [Cell("任务分解表", width=4)],
        [Cell("地区", height=3), Cell("任务", width=3)],
        [Cell("数量", width=2), Cell("期限", height=2)],
        cells("新建", "改建"),
        cells("江苏", "1", "2", "年底"),
    ]
    assert texts(*rows) == [
        "任务分解表",
        "地区\t任务 数量 新建\t任务 数量 改建\t任务 期限",
        "江苏\t1\t2\t年底",
    ]


def test_a_merged_cell_names_every_row_it_covers_but_a_long_text_stands_once() -> None:
    long = "有关部门要加强监督检查，" * 10
    rows = [
        cells("类别", "指标", "说明"),
        [Cell("医疗", height=3), Cell("甲"), Cell(long, height=2)],
        [Cell("乙")],
        [Cell("丙"), Cell("丁")],
    ]
    assert texts(*rows) == ["类别\t指标\t说明", f"医疗\t甲\t{long}", "医疗\t乙", "医疗\t丙\t丁"]


def test_the_rows_of_a_form_are_not_taken_for_a_head() -> None:
    rows = [
        [Cell("单位名称"), Cell("某某公司", width=3)],
        cells("联系人", "张三", "电话", "见附件"),
        cells("地址", "深圳", "邮编", "无"),
    ]
    assert texts(*rows) == ["单位名称\t某某公司", "联系人\t张三\t电话\t见附件", "地址\t深圳\t邮编\t无"]


def test_figures_below_a_wide_cell_are_a_row_and_not_names_of_columns() -> None:
    rows = [[Cell("", height=2), Cell("合计", width=2)], cells("1445", "5,600"), cells("江苏", "1", "2")]
    assert texts(*rows)[:2] == ["\t合计", "\t1445\t5,600"]


def test_a_row_that_only_merged_cells_reach_into_is_no_row() -> None:
    rows = [cells("甲", "乙"), [Cell("丙", height=2), Cell("丁", height=2)], [], cells("戊", "己")]
    assert texts(*rows) == ["甲\t乙", "丙\t丁", "戊\t己"]


def test_spans_that_lie_or_overlap_lose_no_text() -> None:
    rows = [
        [Cell("甲", width=10**9, height=10**9), Cell("乙")],
        [Cell("丙", width=0)],
        [Cell("丁", height=-3)],
    ]
    found = "".join(texts(*rows))
    assert all(character in found for character in "甲乙丙丁")
