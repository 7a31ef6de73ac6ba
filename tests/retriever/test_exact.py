"""Questions that name a clause: the grammar, the documents they name, and what comes first."""

from pathlib import Path

import pytest

from index.build import build
from index.configuration import Parts
from index.document import Paragraph, Source
from index.embed import HashEmbedder
from index.plan import plan_source
from index.snapshot import Store
from index.structure.split import paragraphs_of
from index.text import Tokenizer
from retriever.addresses import Step, places_in, steps_of
from retriever.levels import english_level, english_number
from retriever.open import open_searcher
from retriever.options import RankingOptions
from retriever.search import Mode, Results, Searcher
from retriever.verify.steps import named_steps

PLAN = "国科发区〔2020〕187号"
LAW = """中华人民共和国果园法

第一章 总则

第一条 为了保护果园，制定本法。

第二条 本法所称果园，是指种植果树的土地。

果园分为甲等和乙等。

第二章 种植

第三条 种植果树应当：

（一）先修水渠；

（二）再施底肥。

前款所称底肥不含化肥。

第三条之一 嫁接果树的，应当登记。

第三章 附则

第四条 本法自2021年1月1日起施行。
"""
RULES = """桑园管理办法

第一条 桑园由村民委员会管理。

第二条 采桑不得早于四月。

第三条 桑园应当设置围栏。

第四条 本办法由农业局解释。

附件1 桑园登记表说明

一、登记表由户主填写。

二、登记表一式两份。
"""


def _source(name: str, text: str) -> Source:
    paragraphs, at = [], 0
    for line in text.split("\n"):
        if line:
            paragraphs.append(Paragraph(at, at + len(line)))
        at += len(line) + 1
    return Source(name, "txt", text, tuple(paragraphs))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Searcher:
    parts = Parts(Store(tmp_path_factory.mktemp("store")), tokenizer, HashEmbedder())
    build([plan_source(), _source("a.txt", LAW), _source("b.txt", RULES)], parts)
    return open_searcher(parts)


def _first(results: Results, count: int = 1) -> list[str]:
    return [ranked.clause.address for ranked in results.clauses[:count]]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("第（四）条", [("条", 4)]),
        ("第三条第二款", [("条", 3), ("款", 2)]),
        ("第３条", [("条", 3)]),
        ("第 十 五 条", [("条", 15)]),
        ("第一千零一条", [("条", 1001)]),
        ("第二部分第（四）条（推定）", [("部分", 2), ("条", 4)]),
        ("第二部分（四）", [("部分", 2), ("点", 4)]),
        ("专栏3", [("专栏", 3)]),
        ("附件二第1条", [("附件", 2), ("条", 1)]),
        ("第六部分“保障措施”第2段", [("部分", 6), ("段", 2)]),
        ("article 5(2)", [("条", 5), ("款", 2)]),
        ("paragraph 2 of article 5", [("条", 5), ("款", 2)]),
        ("Chapter IV", [("章", 4)]),
        ("第一百二十條第三項", [("条", 120), ("项", 3)]),
    ],
)
def test_a_place_is_read_as_people_write_it(text: str, steps: list[tuple[str, int]]) -> None:
    (place,) = places_in(f"请问{text}怎么说" if not text.isascii() else text)
    assert [(step.level, step.value) for step in place.steps] == steps


def test_a_branch_article_and_a_range_are_read() -> None:
    (place,) = places_in("第三条之一第二款")
    assert place.steps == (Step("条", 3, 1), Step("款", 2))
    (place,) = places_in("第五条至第八条")
    assert (place.steps, place.until) == ((Step("条", 5),), 8)


@pytest.mark.parametrize(
    "text",
    [
        "到2025年第一时间找第三方", "第一批试点有哪些", "第一条件是什么", "第二条例", "第三章程", "第一项任务由谁负责",
        "一共有15条措施", "第二条地铁线路", "第一项目标", "专利申请量2.5万件", "第十四个五年规划", "the first part",
        "parties to it", "第一章节目",
    ],
)  # fmt: skip
def test_other_ordinals_name_no_place(searcher: Searcher, text: str) -> None:
    assert searcher.search(text).understood.places == ()


def test_our_own_citations_are_read_by_the_same_grammar(searcher: Searcher) -> None:
    for row, (address, document_id, _, citation) in enumerate(searcher.index.catalogue.places()):
        exact = searcher.exact(searcher.ask(citation))
        assert row in exact.rows, citation
        assert _first(searcher.search(address)) == [address], address
        assert document_id in (PLAN, "果园法", "桑园管理办法")
    assert steps_of("附件1第一条") == (Step("附件", 1), Step("条", 1))


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("第（四）条", f"{PLAN}#二/（四）"),
        ("国科发区[2020]187号第十五条", f"{PLAN}#五/（十五）"),
        ("國科發區〔2020〕187號第十五條", f"{PLAN}#五/（十五）"),
        ("行动方案第二部分第四条", f"{PLAN}#二/（四）"),
        ("方案第六部分第2段", f"{PLAN}#六/第2段"),
        (f"{PLAN}#二/（四）", f"{PLAN}#二/（四）"),
        ("果园法 3条", "果园法#第三条"),
        ("中华人民共和国果园法第三条第二项是什么", "果园法#第三条"),
        ("果园法第三条之一", "果园法#第三条之一"),
        ("《果园法》第四条", "果园法#第四条"),
        ("该办法第四条", "桑园管理办法#第四条"),
        ("Article 2 of the measures", "桑园管理办法#第二条"),
    ],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_the_named_clause_comes_first(searcher: Searcher, question: str, address: str, mode: Mode) -> None:
    best = searcher.search(question, mode=mode).clauses[0]
    assert best.clause.address == address
    assert [s.rank for s in best.signals if s.side == "exact"] == [1]
    assert sum(s.contribution for s in best.signals) == pytest.approx(best.score)


def test_neighbours_follow_and_then_the_ranking(searcher: Searcher) -> None:
    found = searcher.search("果园法第二条", top_k=100)
    assert _first(found, 3) == ["果园法#第二条", "果园法#第一条", "果园法#第三条"]
    assert len({r.clause.address for r in found.clauses}) == len(found.clauses) == found.total
    scores = [r.score for r in found.clauses]
    assert scores == sorted(scores, reverse=True)


def test_a_named_paragraph_or_point_is_marked_in_its_clause(searcher: Searcher) -> None:
    for question, marked in (
        ("果园法第三条第一款第（二）项", "（二）再施底肥。"),
        ("果园法第三条第二款", "前款所称底肥不含化肥。"),
        ("果园法第二条第一款", "本法所称果园，是指种植果树的土地。"),
    ):
        best = searcher.search(question).clauses[0]
        assert [best.clause.text[a:b].strip() for a, b in best.highlights] == [marked]


def test_a_chapter_or_a_part_gives_its_clauses_in_order(searcher: Searcher) -> None:
    assert _first(searcher.search("果园法第二章"), 2) == ["果园法#第三条", "果园法#第三条之一"]
    part = _first(searcher.search("行动方案第二部分"), 5)
    assert part == [f"{PLAN}#二/{s}" for s in ("第1段", "（一）", "（二）", "（三）", "（四）")]
    assert _first(searcher.search("附件1"), 2) == [
        r.clause.address for r in searcher.search("桑园管理办法附件1").clauses[:2]
    ]


def test_an_ambiguous_place_gives_all_candidates_the_best_document_first(searcher: Searcher) -> None:
    both = {"果园法#第三条", "桑园管理办法#第三条"}
    for question, best in (
        ("第三条讲的果树水渠", "果园法#第三条"),
        ("第三条说的桑园围栏", "桑园管理办法#第三条"),
    ):
        found = searcher.search(question)
        assert found.clauses[0].clause.address == best
        assert both <= set(_first(found, 3))
        (place,) = found.understood.places
        assert both <= set(place.addresses)


def test_a_place_that_does_not_exist_is_said_and_nothing_is_guessed(searcher: Searcher) -> None:
    plain = Searcher(searcher.index, searcher._tokenizer, searcher._embedder, RankingOptions(exact=False))
    for question, known in (("果园法第九十九条", True), ("果园法第四条第三款", True), ("竹园法第三条", False),
                            ("果园法实施条例第三条", False)):  # fmt: skip
        found = searcher.search(question)
        (place,) = found.understood.places
        assert (place.found, place.known, place.addresses) == (False, known, ())
        assert _first(found, 5) == _first(plain.search(question), 5)


def test_a_document_number_alone_gives_the_document_in_order(searcher: Searcher) -> None:
    in_order = [c.address for c in searcher.index.catalogue.clauses_of(PLAN)]
    assert _first(searcher.search(PLAN), 9) == in_order[:9]
    assert not searcher.search("国科发区〔2021〕9号").understood.places[0].known


def test_a_document_filter_holds_for_named_clauses_too(searcher: Searcher) -> None:
    found = searcher.search("第三条", documents=["桑园管理办法"])
    assert {r.clause.document_id for r in found.clauses} == {"桑园管理办法"}
    assert _first(found) == ["桑园管理办法#第三条"]


def test_what_was_understood_is_told(searcher: Searcher) -> None:
    told = searcher.search("社會保障卡與量子霸權").understood
    assert told.simplified == "社会保障卡与量子霸权"
    assert "社会保障卡" in told.words and "社会" not in told.words
    assert "霸权" in told.unknown and "社会保障卡" not in told.unknown


def test_a_cut_that_gives_no_word_is_not_told_as_missing(searcher: Searcher) -> None:
    """占比要 is cut into 占 and 比要: what a dictionary does not know nobody can have asked for."""
    told = searcher.search("到2025年研发投入占比要达到多少").understood
    assert "比要" not in told.unknown + told.words
    assert "研发" in " ".join(told.words)


def test_places_and_numbers_are_no_words(searcher: Searcher) -> None:
    told = searcher.search("25,000件 国科发区〔2020〕187号第四条 专利").understood
    assert told.words == ("专利",)
    assert told.numbers == (("25,000件", "25000件"),)
    assert told.unknown == ()


def test_hostile_questions_are_read_in_no_time(searcher: Searcher) -> None:
    for text in (
        "第" * 2000,
        "第一条" * 660,
        "（第" * 1000,
        "第三条第二款" * 300,
        "《一" * 500 + "》" * 500,
        "〔2020〕1号" * 200,
    ):
        assert searcher.search(text).milliseconds["analyse"] < 2000  # 10 ms on an idle core


@pytest.mark.parametrize(
    ("written", "level", "number"),
    [("Articles", "条", 4), ("art.", "条", 12), ("paras.", "款", 2), ("annexes", "附件", 9), ("ANNEX", "附件", 3)],
)  # fmt: skip
def test_levels_and_numbers_are_read_in_english_as_people_write_them(
    written: str, level: str, number: int
) -> None:
    assert english_level(written) == level
    numerals = {4: "iv", 12: "XII", 2: "two", 9: "ix", 3: "3"}
    assert english_number(numerals[number]) == number
    assert (english_level("law"), english_number("abc"), english_number("")) == ("", 0, 0)


@pytest.mark.parametrize(
    "text", ["第一条件", "第二款项", "第三项目", "第三章程", "第二条高速公路", "第一目标"]
)
def test_words_that_only_look_like_a_level_name_no_place_in_questions_and_drafts(text: str) -> None:
    assert places_in(text) == []
    assert named_steps(text) == []


def test_boxes_and_rows_are_found_by_the_citations_that_we_print(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    text = (
        "某某发展规划\n一、重点任务\n统筹建设，适度超前。\n专栏1　甲工程\n1. 甲工程。建设节点。\n"
        "2. 乙工程。建设中心。\n二、保障\n专栏2　丙工程\n丙工程：建设产业基地。\n丁工程：建设服务平台。\n"
        "加强领导，落实责任。\n指标\t单位\t数值\n产值\t亿元\t12\n人口\t万人\t3\n"
    )
    parts = Parts(Store(tmp_path / "store"), tokenizer, HashEmbedder())
    build([Source("规划.txt", "txt", text, paragraphs_of(text))], parts)
    searcher = open_searcher(parts)
    for clause in searcher.index.catalogue.clauses(range(6)):
        assert searcher.search(clause.citation).clauses[0].clause.address == clause.address, clause.citation
    assert searcher.search("某某发展规划专栏2").clauses[0].clause.address == "某某发展规划#专栏2"
