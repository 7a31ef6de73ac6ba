"""Documents rendered from generated trees: the split must give the tree back, whatever the style and the depth."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import Source
from index.structure.check import check
from index.structure.numerals import chinese_numeral
from index.structure.split import paragraphs_of, split

WORDS = [
    "加强组织领导",
    "完善工作机制",
    "落实主体责任",
    "明确职责分工",
    "推动成果转化",
    "优化营商环境",
    "强化监督管理",
    "提高服务质量",
]


@dataclass
class Tree:
    """An item to render: its own text, its unnumbered paragraphs, its sub-items."""

    own: str
    paragraphs: list[str] = field(default_factory=list)
    children: list["Tree"] = field(default_factory=list)


sentences = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(
    lambda words: "，".join(words) + "。"
)
headings = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map("".join)


def trees(depth: int) -> st.SearchStrategy[Tree]:
    """Items with a body of their own at the lowest level; above it headings with a lead-in or without."""
    if depth == 0:
        return st.builds(Tree, sentences)
    children = st.lists(trees(depth - 1), min_size=2, max_size=4)
    return st.one_of(
        st.builds(Tree, headings, st.lists(sentences, max_size=1), children),
        st.builds(Tree, headings, st.lists(sentences, min_size=1, max_size=3)),
    )


FORMS = {
    "一、": [
        lambda n: f"{chinese_numeral(n)}、",
        lambda n: f"{chinese_numeral(n)}．",
        lambda n: f"{' '.join(chinese_numeral(n))}、",
    ],
    "（一）": [
        lambda n: f"（{chinese_numeral(n)}）",
        lambda n: f"({chinese_numeral(n)})",
        lambda n: f"（ {chinese_numeral(n)} ）",
        lambda n: chr(0x321F + n) if n <= 10 else f"（{chinese_numeral(n)}）",
    ],
    "1.": [
        lambda n: f"{n}.",
        lambda n: f"{n}．",
        lambda n: f"{n}、",
        lambda n: chr(0x2487 + n) if n <= 20 else f"{n}.",
        lambda n: "".join(chr(0xFF10 + int(c)) for c in str(n)) + "．",
    ],
    "（1）": [lambda n: f"（{n}）", lambda n: f"({n})", lambda n: chr(0x2473 + n) if n <= 20 else f"（{n}）"],
    "①": [lambda n: chr(0x245F + n)],
}  # fmt: skip
CANONICAL = {
    "一、": chinese_numeral,
    "（一）": lambda n: f"（{chinese_numeral(n)}）",
    "1.": str,
    "（1）": lambda n: f"（{n}）",
    "①": lambda n: chr(0x245F + n),
}


def render(
    items: list[Tree], styles: list[str], forms: list[int], base: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the lines and the (address, own text) of every node."""
    lines, expected = [], []
    style = styles[0]
    form = FORMS[style][forms[0] % len(FORMS[style])]
    for number, item in enumerate(items, 1):
        address = f"{base}/{CANONICAL[style](number)}".lstrip("/")
        line = form(number) + item.own
        lines.append(line)
        expected.append((address, line))
        for place, paragraph in enumerate(item.paragraphs, 1):
            lines.append("　　" + paragraph)
            expected.append((f"{address}/第{place}段", paragraph))
        if item.children:
            more, below = render(item.children, styles[1:], forms[1:], address)
            lines += more
            expected += below
    return lines, expected


def nodes_of(lines: list[str], name: str = "试验.txt") -> list[tuple[str, str]]:
    text = "\n".join(lines)
    result = split(Source(name, "txt", text, paragraphs_of(text)))
    assert check(result) == []
    return [
        (node.address, result.document.text[node.start : node.own_end])
        for node in result.nodes
        if node.address and node.own_end > node.start
    ]


chains = st.sampled_from(
    [
        ["一、", "（一）", "1.", "（1）", "①"],
        ["一、", "1.", "（1）"],
        ["一、", "（一）", "（1）"],
        ["（一）", "1.", "①"],
        ["1.", "（1）", "①"],
        ["1.", "（一）", "①"],
        ["一、", "（1）", "①"],
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[Tree], list[str], list[int]]:
    styles = draw(chains)
    depth = draw(st.integers(1, len(styles) - 1))
    return (
        draw(st.lists(trees(depth), min_size=2, max_size=5)),
        styles,
        draw(st.lists(st.integers(0, 9), min_size=5, max_size=5)),
    )


@settings(max_examples=150, deadline=None)
@given(documents())
def test_a_rendered_official_document_is_split_into_its_tree(
    drawn: tuple[list[Tree], list[str], list[int]],
) -> None:
    items, styles, forms = drawn
    lines, expected = render(items, styles, forms, "")
    assert nodes_of(["关于推进有关工作的意见", "各有关单位：", *lines]) == expected


@dataclass
class Provision:
    """A 款 with its 项, each with its 目."""

    own: str
    points: list[list[str]]


provisions = st.builds(
    Provision,
    sentences,
    st.one_of(st.just([]), st.lists(st.lists(sentences, max_size=3), min_size=2, max_size=4)),
)
ARTICLE_FORMS = [
    lambda n: f"第{chinese_numeral(n)}条　",
    lambda n: f"第{chinese_numeral(n)}条 ",
    lambda n: f"第 {' '.join(chinese_numeral(n))} 条  ",
    lambda n: f"第{chinese_numeral(n).replace('零', '〇')}条　",
    lambda n: f"第{n}条　",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(provisions, min_size=1, max_size=3), min_size=2, max_size=9),
    st.integers(1, 4),
    st.integers(0, 4),
    st.integers(1, 2000),
)
def test_a_rendered_law_is_split_into_its_articles_paragraphs_and_points(
    articles: list[list[Provision]], per_chapter: int, form: int, first: int
) -> None:
    lines, expected = ["某某管理条例"], []
    for i, article in enumerate(articles):
        if i % per_chapter == 0:
            chapter = chinese_numeral(i // per_chapter + 1)
            lines.append(f"第{chapter}章　有关规定")
            expected.append((f"第{chapter}章", lines[-1]))
        number = f"第{chinese_numeral(first + i)}条"
        mark = ARTICLE_FORMS[form](first + i)
        if len(article) > 1:
            expected.append((number, mark.rstrip()))
        for place, provision in enumerate(article, 1):
            line = provision.own if not provision.points else provision.own[:-1] + "："
            lines.append(mark + line if place == 1 else "　　" + line)
            base = number if len(article) == 1 else f"{number}/第{chinese_numeral(place)}款"
            expected.append((base, lines[-1].strip() if len(article) == 1 else line))
            for k, details in enumerate(provision.points, 1):
                lines.append(f"（{chinese_numeral(k)}）办理有关事项{'：' if details else '；'}")
                expected.append((f"{base}/（{chinese_numeral(k)}）", lines[-1]))
                for m, detail in enumerate(details, 1):
                    lines.append(f"{m}.{detail}")
                    expected.append((f"{base}/（{chinese_numeral(k)}）/{m}", lines[-1]))
    assert nodes_of(lines) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet="第一二三条章节项、（）(1.2）：。；\n 　附件录目专栏号〔〕2020年月日图令abc①《》“”\t​",
        max_size=300,
    )
)
def test_any_text_is_split_without_loss(text: str) -> None:
    assert check(split(Source("文.txt", "txt", text, paragraphs_of(text)))) == []


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_unicode_is_split_without_loss(text: str) -> None:
    assert check(split(Source("文.txt", "txt", text, paragraphs_of(text)))) == []
