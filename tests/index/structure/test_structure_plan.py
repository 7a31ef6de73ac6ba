"""The bundled plan, read as CLAUSES.md says it must be."""

from importlib.resources import files

import pytest

from index.document import NumberOrigin, Source, Split
from index.structure.check import check
from index.structure.split import paragraphs_of, split

INFERRED = [
    "（一）",
    "（二）",
    "（三）",
    "（五）",
    "（六）",
    "（八）",
    "（九）",
    "（十）",
    "（十二）",
    "（十三）",
    "（十四）",
]
NAME = "中国特色社会主义先行示范区科技创新行动方案"


@pytest.fixture(scope="module")
def plan() -> Split:
    text = (files("index") / "data" / "plan.txt").read_text(encoding="utf-8")
    return split(Source("plan.txt", "txt", text, paragraphs_of(text)))


def test_the_plan_is_split_without_loss(plan: Split) -> None:
    assert check(plan) == []


def test_title_number_issuers_and_date_are_those_of_the_issued_plan(plan: Split) -> None:
    document = plan.document
    assert (document.id, document.title, document.number) == (
        "国科发区〔2020〕187号",
        NAME,
        "国科发区〔2020〕187号",
    )
    assert (document.issuer, document.published) == ("科技部、深圳市人民政府", "2020-07-04")


def test_the_covering_notice_is_a_document_of_its_own(plan: Split) -> None:
    clause = plan.clauses[0]
    assert clause.address == "国科发区〔2020〕187号#通知/第1段"
    assert (
        clause.citation == f"《科技部 深圳市人民政府关于印发〈{NAME}〉的通知》（国科发区〔2020〕187号）第1段"
    )
    assert plan.clauses[1].address == "国科发区〔2020〕187号#引言/第1段"


def test_furniture_stands_in_nodes_of_its_own_and_in_no_clause(plan: Split) -> None:
    kinds = [node.kind for node in plan.nodes]
    for kind in ("number", "recipients", "date", "note"):
        assert kinds.count(kind) == 1
    assert kinds.count("signature") == 2
    assert not any("主动公开" in clause.text or "2020年7月4日" in clause.text for clause in plan.clauses)


def test_eleven_lost_numbers_are_inferred_and_shown_as_inferred(plan: Split) -> None:
    inferred = [clause for clause in plan.clauses if clause.number_origin is NumberOrigin.INFERRED]
    assert [clause.number for clause in inferred] == INFERRED
    assert all(clause.citation.endswith("（推定）") for clause in inferred)
    assert [finding.code for finding in plan.findings] == ["inferred"] * 11


def test_printed_numbers_are_cited_by_part(plan: Split) -> None:
    printed = [clause for clause in plan.clauses if clause.kind == "item" and clause not in inferred_of(plan)]
    assert [clause.address.partition("#")[2] for clause in printed] == [
        "二/（四）",
        "三/（七）",
        "四/（十一）",
        "五/（十五）",
    ]
    assert printed[0].citation == f"《{NAME}》（国科发区〔2020〕187号）第二部分第（四）条"
    assert printed[0].path == ("二、建设国际科技创新城市",)
    assert printed[0].lead_in.startswith("支持深圳对标全球创新型城市前列")


def inferred_of(plan: Split) -> list[object]:
    return [clause for clause in plan.clauses if clause.number_origin is NumberOrigin.INFERRED]


def test_the_last_part_is_cited_by_paragraph_because_nothing_fixes_its_count(plan: Split) -> None:
    last = plan.clauses[-3:]
    assert [clause.address.partition("#")[2] for clause in last] == ["六/第1段", "六/第2段", "六/第3段"]
    assert last[1].citation == f"《{NAME}》（国科发区〔2020〕187号）第六部分“保障措施”第2段"
    assert all(clause.number == "" and clause.number_origin is NumberOrigin.NONE for clause in last)
