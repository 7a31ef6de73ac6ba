"""A draft → checks of its citations and quotations."""

import time
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.document import Clause
from index.errors import QuestionError
from retriever.search import Searcher
from retriever.verify.check import Check, Status
from retriever.verify.folding import fold
from retriever.verify.quantities import quantities
from retriever.verify.verifier import MAX_DRAFT_CHARS, Verifier

PLAN = "国科发区〔2020〕187号"
LAW = "档案保存条例"
WHOLE = "《中国特色社会主义先行示范区科技创新行动方案》（国科发区〔2020〕187号）"
SHARE = "全社会研发投入占地区生产总值（GDP）比重力争达到4.8%"


def one(verifier: Verifier, draft: str) -> Check:
    checks = verifier.verify(draft).checks
    assert len(checks) == 1, [(c.status, c.text) for c in checks]
    assert draft[checks[0].start : checks[0].end] == checks[0].text
    return checks[0]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (f"根据{WHOLE}第二部分第（四）条，", f"{PLAN}#二/（四）"),
        (f"根据{WHOLE}第五部分第（十二）条（推定），", f"{PLAN}#五/（十二）"),
        ("依据国科发区[2020]187号第十五条，", f"{PLAN}#五/（十五）"),
        ("国科发区(2020)187 号第 十五 条。", f"{PLAN}#五/（十五）"),
        ("要做这件事（行动方案第五部分（十五））。", f"{PLAN}#五/（十五）"),
        ("《科技创新行动方案》第六部分“保障措施”第3段要求评估。", f"{PLAN}#六/第3段"),
        (f"见{PLAN}#二/（四）。", f"{PLAN}#二/（四）"),
        (f"见[这一条](/v1/clauses/{PLAN}%23二/（四）)。", f"{PLAN}#二/（四）"),
        ("要做这件事[1]。\n\n[1] 《档案保存条例》第三条第（二）项", f"{LAW}#第三条/（二）"),
        ("《档案保存条例》第二条第2款可以延长。", f"{LAW}#第二条/第二款"),
        ("依照档案保存条例第三条第一款第二项。", f"{LAW}#第三条/（二）"),
        ("单位要照办，依照《中华人民共和国档案保存条例》第一条。", f"{LAW}#第一条"),
        ("依照《檔案保存條例》第三條第（二）項辦理。", f"{LAW}#第三条/（二）"),
        ("《檔案保存條例》（以下簡稱條例）。", LAW),
        ("依據國科發區〔2020〕187號第十五條，", f"{PLAN}#五/（十五）"),
        ("Article 2 of the Regulations allows more time.", f"{LAW}#第二条"),
        ("Part 2, Article (4) of the Plan allows it.", f"{PLAN}#二/（四）"),
    ],
)
def test_a_citation_in_any_usual_style_is_resolved_to_its_clause(
    verifier: Verifier, written: str, address: str
) -> None:
    check = one(verifier, written)
    assert (check.status, check.kind, check.cited) == (Status.CITATION_ONLY, "citation", address)


def test_the_last_document_named_is_meant_where_none_is(verifier: Verifier) -> None:
    draft = "《档案保存条例》和《行动方案》都要执行。该条例第二条已有规定，该方案第（四）条、第（七）条也有。"
    cited = [check.cited for check in verifier.verify(draft).checks if "#" in check.cited]
    assert cited == [f"{LAW}#第二条", f"{PLAN}#二/（四）", f"{PLAN}#三/（七）"]


def test_a_short_name_that_the_draft_defines_is_understood(verifier: Verifier) -> None:
    draft = "《档案保存条例》（以下简称“保存规则”）已经施行。依照保存规则第二条办理。"
    assert verifier.verify(draft).checks[-1].cited == f"{LAW}#第二条"


def test_headings_and_clauses_of_the_draft_itself_are_no_citations(verifier: Verifier) -> None:
    draft = (
        "第一条 为了规范工作，制定本办法。\n第二条 第一时间报告第三方。\n第十二条 本办法自发布之日起施行。\n"
    )
    assert verifier.verify(draft).checks == ()


@pytest.mark.parametrize(
    ("draft", "status", "address"),
    [
        (f"《行动方案》第一部分提出“{SHARE}”。", Status.VERIFIED, f"{PLAN}#一/第1段"),
        (f"《行动方案》第一部分提出「{SHARE.replace('，', ',').replace('（GDP）', ' (GDP) ').replace('%', '％')}」",
         Status.VERIFIED, f"{PLAN}#一/第1段"),
        (f"“{SHARE}。”（{PLAN}#一/第1段）", Status.VERIFIED, f"{PLAN}#一/第1段"),
        ('档案保存条例第二条规定: "单位应当在三十日内移交档案,逾期的"', Status.VERIFIED, f"{LAW}#第二条/第一款"),
        ("档案保存条例第二条：“单位应当……处一万元以上五万元以下罚款”", Status.VERIFIED, f"{LAW}#第二条/第一款"),
        ("> 单位可以申请**延长**，延长不超过十日。\n> —— 《档案保存条例》第二条", Status.VERIFIED,
         f"{LAW}#第二条/第二款"),
        (f"《行动方案》第一部分提出“{SHARE.replace('8', '5')}”。", Status.NUMBER_DIFFERS, f"{PLAN}#一/第1段"),
        ("《档案保存条例》第四条：“接待8名以上读者”", Status.NUMBER_DIFFERS, f"{LAW}#第四条"),
        ("《档案保存条例》第二条规定“单位必须在三十日内移交档案”", Status.QUOTE_DIFFERS, f"{LAW}#第二条/第一款"),
        (f"《行动方案》第（四）条提出“{SHARE}”。", Status.WRONG_CLAUSE, f"{PLAN}#一/第1段"),
        (f"《档案保存条例》第一条提出“{SHARE}”。", Status.WRONG_CLAUSE, f"{PLAN}#一/第1段"),
        (f"《行动方案》第九十九条提出“{SHARE.replace('比重', '比例')}”。", Status.WRONG_CLAUSE, f"{PLAN}#一/第1段"),
        ("《档案保存条例》第二条：“单位应当向社会公开全部会议纪要”", Status.NOT_FOUND, ""),
        ("《渔业捕捞办法》第二条：“渔船应当在三十日内返回港口”", Status.NOT_INDEXED, ""),
        (f"领导说，“{SHARE}”。", Status.VERIFIED, f"{PLAN}#一/第1段"),
        ("领导说，“渔船应当在三十日内返回港口”。", Status.NOT_FOUND, ""),
    ],
)  # fmt: skip
def test_a_quotation_is_held_to_the_clause(
    verifier: Verifier, draft: str, status: Status, address: str
) -> None:
    check = next(c for c in verifier.verify(draft).checks if c.kind == "quotation")
    assert (check.status, check.address) == (status, address)
    assert check.message_zh and check.message_en


def test_a_difference_is_shown_in_the_characters_of_both_sides(verifier: Verifier) -> None:
    check = one(verifier, "《档案保存条例》第二条规定“单位必须在三十日内，移交档案”。")
    assert [(d.kind, d.text) for d in check.differences] == [
        ("equal", "单位"), ("deleted", "应当"), ("inserted", "必须"), ("equal", "在三十日内"), ("inserted", "，"),
        ("equal", "移交档案"),
    ]  # fmt: skip
    assert check.quote == "单位应当在三十日内移交档案"


@pytest.mark.parametrize(
    ("draft", "status", "quote", "numbers"),
    [
        ("《檔案保存條例》第二條規定「單位應當在三十日內移交檔案」。", Status.VERIFIED,
         "单位应当在三十日内移交档案", []),
        ("《檔案保存條例》第二條規定「單位應當在二十日內移交檔案」。", Status.NUMBER_DIFFERS,
         "单位应当在三十日内移交档案", [("二十日", "三十日")]),
        ("《檔案保存條例》第二條規定「單位必須在三十日內移交檔案」。", Status.QUOTE_DIFFERS,
         "单位应当在三十日内移交档案", []),
        ("《檔案保存條例》第一條規定「單位可以申請延長」。", Status.WRONG_CLAUSE, "单位可以申请延长", []),
        ("《檔案保存條例》第四條規定「檔案館……接待38名以上讀者」。", Status.VERIFIED,
         "档案馆每年开放不少于250天，接待38名以上读者", []),
    ],
)  # fmt: skip
def test_a_quotation_in_the_other_script_is_held_to_its_words(
    verifier: Verifier, draft: str, status: Status, quote: str, numbers: list[tuple[str, str]]
) -> None:
    check = one(verifier, draft)
    assert (check.status, check.quote) == (status, quote)
    assert check.script_differs == (status in (Status.VERIFIED, Status.WRONG_CLAUSE))
    assert ("繁体" in check.message_zh) == (status is Status.VERIFIED)
    assert [(n.stated, n.source) for n in check.numbers] == numbers
    if check.differences:  # what differs is words, never the script of a character
        changed = {d.text for d in check.differences if d.kind != "equal"}
        assert changed <= {"必須", "应当", "二", "三"}
        mine = "".join(d.text for d in check.differences if d.kind != "deleted")
        assert mine in draft


def test_a_quotation_in_the_script_of_the_document_is_not_said_to_differ(verifier: Verifier) -> None:
    check = one(verifier, "《档案保存条例》第二条规定“单位应当在三十日内移交档案”。")
    assert (check.status, check.script_differs) == (Status.VERIFIED, False)


def test_the_clause_of_a_cited_part_is_the_first_in_it(verifier: Verifier) -> None:
    assert one(verifier, "《行动方案》第三部分。").clause == f"{PLAN}#三/第1段"
    assert one(verifier, "《档案保存条例》第一章。").clause == f"{LAW}#第一条"


def test_two_quotations_after_one_citation_both_belong_to_it(verifier: Verifier) -> None:
    draft = "《档案保存条例》第二条规定：“单位应当在三十日内移交档案”；“延长不超过二十日”。"
    checks = verifier.verify(draft).checks
    assert [(c.status, c.cited) for c in checks] == [
        (Status.VERIFIED, f"{LAW}#第二条"),
        (Status.NUMBER_DIFFERS, f"{LAW}#第二条"),
    ]
    assert [(n.stated, n.source) for n in checks[1].numbers] == [("二十日", "十日")]


@pytest.mark.parametrize(
    ("draft", "numbers"),
    [
        ("根据《行动方案》第一部分，到2025年研发投入占百分之四点八，专利25000件。", []),
        ("根据《行动方案》第一部分，到2025年研发投入占4.5%。", [("4.5%", "4.8%")]),
        ("根据《行动方案》第一部分，到2026年研发投入占4.8%。", [("2026年", "2025年")]),
        ("单位要在二十天内移交（档案保存条例第二条）。", [("二十天", "三十日")]),
        ("单位要在20日内移交。（档案保存条例第二条第一款）别的单位不用。", [("20日", "三十日")]),
        ("合同从2026年起永久保存[1]。\n\n[1] 档案保存条例第三条第（二）项", [("2026年", "二〇二五年")]),
        ("罚款最高5万元（档案保存条例第二条）。", []),
        ("Under Article 2 of the Regulations, units have 30 days.", []),
    ],
)
def test_numbers_beside_a_citation_are_compared_with_the_clause(
    verifier: Verifier, draft: str, numbers: list[tuple[str, str]]
) -> None:
    check = one(verifier, draft)
    assert [(n.stated.strip(), n.source.strip()) for n in check.numbers] == numbers
    assert check.status is (Status.NUMBER_DIFFERS if numbers else Status.CITATION_ONLY)
    assert [draft[n.start : n.end] for n in check.numbers] == [n.stated for n in check.numbers]


@pytest.mark.parametrize(
    ("draft", "status"),
    [
        ("《行动方案》（国科发区〔2020〕178号）第一部分。", Status.NUMBER_DIFFERS),
        ("《行动方案》第九部分。", Status.NOT_FOUND),
        ("《档案保存条例》第九十九条。", Status.NOT_FOUND),
        ("《档案保存条例》第二条第三款。", Status.NOT_FOUND),
        ("依照刑法第二百条。", Status.NOT_INDEXED),
        ("《渔业捕捞办法》第二条。", Status.NOT_INDEXED),
        ("国办发〔2031〕9号第二条。", Status.NOT_INDEXED),
        ("Article 9 of the Fisheries Law.", Status.NOT_INDEXED),
    ],
)
def test_a_citation_of_nothing_is_told(verifier: Verifier, draft: str, status: Status) -> None:
    assert one(verifier, draft).status is status


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4.8% 百分之四点八 4.8％ ４.８% 4.8 percent", [(Fraction("4.8"), "%")] * 5),
        (
            "2.5万件 25000件 25,000件 两万五千件 2万5千件",
            [(Fraction(25000), "件")] * 3 + [(Fraction(25000), "件")],
        ),
        ("二〇二五年 2025年 二零二五年", [(Fraction(2025), "年")] * 3),
        ("五千万元 0.5亿元 5000万元", [(Fraction(50_000_000), "元")] * 3),
        ("2020-07-04", [(Fraction(2020), "年"), (Fraction(7), "月"), (Fraction(4), "日")]),
        ("4 July 2020", [(Fraction(2020), "年"), (Fraction(7), "月"), (Fraction(4), "日")]),
        ("三分之一 1/3", [(Fraction(1, 3), "分")] * 2),
        ("5G 第3条 [1] 五位一体 一个 第三方 一批", []),
    ],
)
def test_numbers_are_read_with_value_and_unit(text: str, values: list[tuple[Fraction, str]]) -> None:
    assert [(q.value, q.unit) for q in quantities(text)] == values


def test_folding_keeps_the_place_of_every_character_it_keeps() -> None:
    text = "（ Ａ） ，。“x”\u3000\u200b－𠀀"
    folded = fold(text)
    assert folded.text == '(A),."x"-𠀀'
    assert [text[i] for i in folded.places] == list("（Ａ），。“x”－𠀀")


CLAUSE_WORDS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(6, 60))


def _clauses(searcher: Searcher) -> list[Clause]:
    catalogue = searcher.index.catalogue
    return [clause for listing in catalogue.documents() for clause in catalogue.clauses_of(listing.id)]


def _cut(clauses: list[Clause], which: tuple[int, int, int]) -> tuple[Clause, str]:
    clause = clauses[which[0] % len(clauses)]
    start = which[1] % max(1, len(clause.text) - which[2])
    words = clause.text[start : start + which[2]].strip("，。；：、“”！？\n ")
    return clause, words if words.count("“") == words.count("”") else words.replace("“", "").replace("”", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CLAUSE_WORDS)
def test_any_words_of_a_clause_quoted_with_our_own_citation_verify(
    verifier: Verifier, searcher: Searcher, which: tuple[int, int, int]
) -> None:
    clause, words = _cut(_clauses(searcher), which)
    if (
        words not in clause.text
        or fold(words).text.strip('.,;:、"') == ""
        or _inside_number(clause.text, words)
    ):
        return
    check = verifier.verify(f"{clause.citation}规定：“{words}”。").checks[0]
    assert (check.kind, check.status) == ("quotation", Status.VERIFIED), (words, check)
    assert fold(check.quote).text in fold(clause.text).text
    assert verifier.verify(f"{clause.address}规定：“{words}”。").checks[0].status is Status.VERIFIED


def _inside_number(text: str, words: str) -> bool:
    """True where the cut went through a number: 8% of 38% is no quotation of it."""
    at = text.index(words)
    numeral = "0123456789.一二三四五六七八九十百千万亿零〇两点"
    around = (text[at - 1 : at], words[0]), (words[-1], text[at + len(words) :][:1])
    return any(a and b and a in numeral and b in numeral for a, b in around)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CLAUSE_WORDS, st.integers(0, 100), st.integers(1, 9))
def test_any_single_changed_digit_of_a_quotation_is_caught(
    verifier: Verifier, searcher: Searcher, which: tuple[int, int, int], place: int, shift: int
) -> None:
    clauses = [c for c in _clauses(searcher) if any(ch.isascii() and ch.isdigit() for ch in c.text)]
    clause, words = _cut(clauses, which)
    digits = [i for i, c in enumerate(words) if c.isascii() and c.isdigit()]
    if not digits or words not in clause.text:
        return
    i = digits[place % len(digits)]
    changed = words[:i] + str((int(words[i]) + shift) % 10) + words[i + 1 :]
    if changed in clause.text:
        return
    check = verifier.verify(f"{clause.citation}规定：“{changed}”。").checks[0]
    assert check.status is not Status.VERIFIED
    if len(words) >= 12 and check.status is not Status.WRONG_CLAUSE:
        assert check.status is Status.NUMBER_DIFFERS


LONG = 40_000
HOSTILE = st.text(st.sampled_from('“”「」"《》（）()第条款一二9.0%年> \n[]#、…*'), max_size=400)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_whatever_is_checked_spans_and_quotes_are_verbatim(
    verifier: Verifier, searcher: Searcher, draft: str
) -> None:
    if not draft.strip():
        return
    checks = verifier.verify(draft).checks
    assert [c.start for c in checks] == sorted(c.start for c in checks)
    for check in checks:
        assert draft[check.start : check.end] == check.text
        if check.quote:
            document = searcher.index.catalogue.document(check.document_id)
            assert document.text[check.quote_start : check.quote_end] == check.quote


@pytest.mark.parametrize(
    "pattern", ["“", "“”", "《", "《a》", "第一条", "“第一条”", "Article 5 of the ", "1", "一", "百分之", ">a\n", "[1]",
                "国发〔2020〕1号", "“今天我们一起去很远的地方爬山吧”", "[a](http://x#", "以下简称", "((((", "A "]
)  # fmt: skip
def test_a_long_hostile_draft_takes_bounded_time(verifier: Verifier, pattern: str) -> None:
    started = time.process_time()
    verifier.verify((pattern * LONG)[:LONG])
    assert time.process_time() - started < 10


def test_an_empty_or_too_long_draft_is_refused(verifier: Verifier) -> None:
    for draft in ("", " \n\t", "一" * (MAX_DRAFT_CHARS + 1)):
        with pytest.raises(QuestionError):
            verifier.verify(draft)
