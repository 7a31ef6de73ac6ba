"""Rendered documents of further kinds: laws of every depth, decimals, attachments, tables, contents, lost numbers."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import NumberOrigin, Source, Split
from index.structure.check import check
from index.structure.numerals import chinese_numeral
from index.structure.split import paragraphs_of, split

WORDS = ["加强组织领导", "完善工作机制", "落实主体责任", "明确职责分工", "推动成果转化", "强化监督管理"]
sentences = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(
    lambda words: "，".join(words) + "。"
)
headings = st.sampled_from(WORDS)


def read(lines: list[str]) -> Split:
    text = "\n".join(lines)
    result = split(Source("试验.txt", "txt", text, paragraphs_of(text)))
    assert check(result) == []
    return result


def addressed(result: Split) -> dict[str, str]:
    """Address → own text of every node that has one."""
    text = result.document.text
    return {
        node.address: text[node.start : node.own_end]
        for node in result.nodes
        if node.address and node.own_end > node.start
    }


def full_width(n: int) -> str:
    return "".join(chr(0xFF10 + int(c)) for c in str(n))


ORDINALS = [
    lambda n, unit: f"第{chinese_numeral(n)}{unit}　",
    lambda n, unit: f"第 {' '.join(chinese_numeral(n))} {unit}  ",
    lambda n, unit: f"第{chinese_numeral(n).replace('零', '〇')}{unit} ",
    lambda n, unit: f"第{n}{unit} ",
    lambda n, unit: f"第{full_width(n)}{unit}　",
]
CHAINS = [
    ["编", "分编", "章", "节"],
    ["编", "章", "节"],
    ["编", "章"],
    ["章", "节"],
    ["部分", "章"],
    ["篇", "章", "节"],
]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_divisions_of_every_depth_hold_articles_that_count_through(data: st.DataObject) -> None:
    chain = data.draw(st.sampled_from(CHAINS))
    form = data.draw(st.sampled_from(ORDINALS))
    contents = data.draw(st.sampled_from(["", "bare", "dots"]))
    body: list[str] = []
    entries: list[str] = []
    expected: dict[str, str] = {}
    counters = dict.fromkeys(chain, 0)
    article = 0

    def divide(depth: int, above: str) -> None:
        nonlocal article
        if depth == len(chain):
            for _ in range(data.draw(st.integers(1, 2))):
                article += 1
                line = form(article, "条") + data.draw(sentences)
                body.append(line)
                expected[f"第{chinese_numeral(article)}条"] = line
            return
        unit = chain[depth]
        if unit in ("分编", "节", "章"):
            # 分编 and 节 begin anew under every parent; 章 do here so that parts and chapters are addressed together.
            counters[unit] = 0
        for _ in range(data.draw(st.integers(2, 3) if depth < 2 else st.integers(1, 2))):
            counters[unit] += 1
            line = form(counters[unit], unit) + data.draw(headings)
            body.append(line)
            entries.append(line)
            address = f"{above}/第{chinese_numeral(counters[unit])}{unit}".lstrip("/")
            expected[address] = line
            divide(depth + 1, address)

    divide(0, "")
    lines = ["某某法"]
    if contents:
        lines.append("目　录")
        lines += [
            entry + (f"………… {page}" if contents == "dots" else "") for page, entry in enumerate(entries, 1)
        ]
    assert addressed(read([*lines, *body])) == expected


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.lists(sentences, max_size=3), min_size=1, max_size=3), min_size=2, max_size=4),
    st.booleans(),
)
def test_decimal_outlines_are_split_into_their_tree(chapters: list[list[list[str]]], bare: bool) -> None:
    lines, expected = ["某某规范"], {}

    def add(number: str, text: str, address: str) -> None:
        lines.append(f"{number} {text}")
        expected[address] = lines[-1]

    for i, sections in enumerate(chapters, 1):
        add(f"{i}" if bare else f"{i}.", "有关要求", str(i))
        for j, provisions in enumerate(sections, 1):
            if provisions:
                add(f"{i}.{j}", "具体要求", f"{i}.{j}")
                for k, provision in enumerate(provisions, 1):
                    add(f"{i}.{j}.{k}", provision, f"{i}.{j}.{k}")
            else:
                add(f"{i}.{j}", "有关单位应当符合要求，按期完成。", f"{i}.{j}")
    assert addressed(read(lines)) == expected


LAW_POINTS = [
    (lambda n: f"（{chinese_numeral(n)}）", lambda n: f"（{chinese_numeral(n)}）"),
    (lambda n: f"({chinese_numeral(n)})", lambda n: f"（{chinese_numeral(n)}）"),
    (lambda n: chr(0x321F + n), lambda n: f"（{chinese_numeral(n)}）"),
    (lambda n: f"{n}、", str),
    (lambda n: f"{full_width(n)}．", str),
    (lambda n: f"{n})", lambda n: f"{n}）"),
    (lambda n: f"{n}）", lambda n: f"{n}）"),
    (lambda n: f"（{full_width(n)}）", lambda n: f"（{n}）"),
    (lambda n: chr(0x2473 + n), lambda n: f"（{n}）"),
    (lambda n: chr(0x245F + n), lambda n: chr(0x245F + n)),
    (lambda n: f"{chinese_numeral(n)}、", chinese_numeral),
]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(LAW_POINTS), st.lists(st.integers(2, 6), min_size=2, max_size=4), st.booleans())
def test_points_of_every_form_hang_under_their_article_and_text_after_them_does_not(
    form: tuple[Callable[[int], str], Callable[[int], str]], counts: list[int], trailing: bool
) -> None:
    printed, canonical = form
    lines, expected = ["某某办法"], {}
    for i, count in enumerate(counts, 1):
        article = f"第{chinese_numeral(i)}条"
        lines.append(f"{article}　有下列情形之一的，应当报告：")
        first = f"{article}/第一款" if trailing else article
        expected |= (
            {article: article, first: lines[-1][len(article) + 1 :]} if trailing else {article: lines[-1]}
        )
        for n in range(1, count + 1):
            lines.append(f"{printed(n)}符合有关情形的；")
            expected[f"{first}/{canonical(n)}"] = lines[-1]
        if trailing:
            lines.append("前款规定的报告，应当以书面形式提出。")
            expected[f"{article}/第二款"] = lines[-1]
    assert addressed(read(lines)) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.lists(sentences, min_size=2, max_size=3), min_size=1, max_size=3), min_size=1, max_size=3
    )
)
def test_attachments_count_for_themselves_whatever_they_hold(attachments: list[list[list[str]]]) -> None:
    lines = ["某某市关于做好有关工作的通知", "各有关单位：", "现将有关事项通知如下，请遵照执行。"]
    several = len(attachments) > 1
    lines += [f"附件：{'1.' if several else ''}第一号清单"]
    lines += [f"      {k}.第{chinese_numeral(k)}号清单" for k in range(2, len(attachments) + 1)]
    lines += ["某某市水务局", "2021年3月4日"]
    expected = {"第1段": lines[2]}
    for k, parts in enumerate(attachments, 1):
        label = f"附件{k}" if several else "附件"
        lines += [label, f"第{chinese_numeral(k)}号清单"]
        for i, points in enumerate(parts, 1):
            heading = f"{chinese_numeral(i)}、有关任务"
            lines.append(heading)
            expected[f"{label}/{chinese_numeral(i)}"] = heading
            for j, point in enumerate(points, 1):
                lines.append(f"（{chinese_numeral(j)}）{point}")
                expected[f"{label}/{chinese_numeral(i)}/（{chinese_numeral(j)}）"] = lines[-1]
    assert addressed(read(lines)) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.integers(3, 5),
    st.lists(st.lists(st.integers(1, 99999), min_size=5, max_size=5), min_size=3, max_size=6),
    st.sampled_from(["blanks", "tabs", "bars"]),
)
def test_every_row_of_a_drawn_table_is_a_clause_with_its_header(
    columns: int, figures: list[list[int]], drawn: str
) -> None:
    def row(cells: list[str]) -> str:
        if drawn == "bars":
            return "| " + " | ".join(cells) + " |"
        return (
            "\t".join(cells)
            if drawn == "tabs"
            else "".join(cell + " " * (14 - len(cell)) for cell in cells).strip()
        )

    header = row([f"指标{chinese_numeral(i)}" for i in range(1, columns + 1)])
    rows = [row([str(n) for n in line[:columns]]) for line in figures]
    result = read(
        [
            "某某清单",
            "一、主要指标如下，应当按期完成。",
            header,
            *rows,
            "二、由办公室负责解释，自公布之日起施行。",
        ]
    )
    assert [(clause.text, clause.lead_in) for clause in result.clauses if clause.kind == "row"] == [
        (line, header) for line in rows
    ]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.lists(sentences, min_size=2, max_size=5), min_size=1, max_size=4),
    st.booleans(),
    st.data(),
)
def test_lost_numbers_are_inferred_exactly_where_the_next_printed_one_forces_them(
    parts: list[list[str]], lead_in: bool, data: st.DataObject
) -> None:
    """Points count on through all parts; in each part some numbers before the last are lost."""
    lines, expected, number = ["某某意见", "为做好工作，提出以下意见。"], {}, 0
    for i, points in enumerate(parts, 1):
        lines.append(f"{chinese_numeral(i)}、有关任务")
        if lead_in:
            lines.append("要坚持问题导向，做好各项工作。")
        for j, point in enumerate(points, 1):
            number += 1
            # The last of a part is printed: it forces those before it. So is the first where nothing leads in.
            lost = j < len(points) and data.draw(st.booleans())
            lines.append(("" if lost else f"（{chinese_numeral(number)}）") + point)
            expected[f"（{chinese_numeral(number)}）"] = (
                NumberOrigin.INFERRED if lost else NumberOrigin.PRINTED,
                lines[-1],
            )
    result = read(lines)
    text = result.document.text
    found = {
        node.number: (node.number_origin, text[node.start : node.own_end])
        for node in result.nodes
        if node.number.startswith("（")
    }
    assert found == expected


LINES = (
    (
        "一、关于甲事|二、关于乙事|三、办好丙事。|（一）要办好，要办扎实。"
        "|（二）主要情况|1.甲应当如此；|2.乙应当如此。|（1）丙；（2）丁。|"
        "第一条　甲应当如此。|第二条　下列情形：（一）甲；（二）乙。|第三条规定的除外，"
        "|第一章　总则|第二章　分则|附则|第一节　甲|"
        "某某市水务局|2021年3月4日|（此件公开发布）|抄送：某某局。"
        "|附件1|附件：1.甲表|2.乙表|附件|专栏1　某某工程|某某管理办法|"
        "关于甲的通知|某发〔2021〕3号|各单位：|目　录|一是甲；二是乙。|二是乙事要办好。"
        "|甲  乙  丙|1  2  3|丁  戊  己|| 甲 | 乙 ||| - | - |||"
        "1 范围|2 要求|1.1 甲|2.1|A.1 乙|①本条|“第五条　甲|乙应当如此。”|问：甲？|答：乙。"
        "|（市水务局）|01 甲|甲应当如此，并且应当|"
        "法律责任|要落实责任，严格考核。|各地要认真执行。|——某某|本办法自发布之日起施行。"
        "|甲方（签字）：|　　丙事应当如此。|"
    )
    .replace("|| 甲 | 乙 ||| - | - |||", "|§甲§乙§|§-§-§|")
    .split("|")
)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from([line.replace("§", "|") for line in LINES if line]), max_size=40))
def test_any_order_of_lines_that_documents_have_is_split_without_loss(lines: list[str]) -> None:
    read(["试验", *lines])
