"""Paragraphs too short to be cited, and 专栏 boxes in text that prints no frame."""

import pytest

from index.document import Paragraph, Source, Split
from index.structure.check import check
from index.structure.split import paragraphs_of, split

NAMES = [f"{family}{given}" for family in "赵钱孙李周吴" for given in ("甲乙", "丙", "丁戊", "己", "庚辛")]


def source(text: str) -> Source:
    return Source("试验.txt", "txt", text, paragraphs_of(text))


def read(text: str) -> Split:
    result = split(source(text))
    assert check(result) == []
    return result


def addresses(result: Split) -> list[str]:
    return [clause.address.partition("#")[2] for clause in result.clauses]


def text_at(result: Split, address: str) -> str:
    return next(clause.text for clause in result.clauses if clause.address.partition("#")[2] == address)


def test_a_long_roster_with_one_name_to_a_line_is_one_paragraph() -> None:
    result = read("某某名单\n一、经评审，入选人员如下：\n" + "\n".join(NAMES) + "\n二、请予公示。\n")
    assert addresses(result) == ["一", "二"]
    assert text_at(result, "一").endswith("\n" + "\n".join(NAMES))


def test_a_column_of_numbers_alone_is_one_paragraph_and_numbers_with_a_word_are_items() -> None:
    alone = "\n".join(f"{i}." for i in range(1, 41))
    result = read(f"某某登记表\n请按下列序号填写。\n\n{alone}\n")
    assert [clause.text for clause in result.clauses] == ["请按下列序号填写。", alone]
    with_words = "\n".join(f"{i}、甲" for i in range(1, 41))
    assert sum(node.number != "" for node in read(f"某某登记表\n品种如下。\n{with_words}\n").nodes) == 40


@pytest.mark.parametrize("word", ["总则", "附件1", "第一条", "第一章", "目录", "专栏1"])
def test_a_heading_ends_a_run_of_scraps(word: str) -> None:
    half = "\n".join(NAMES[:24])
    result = read(f"某某意见\n请遵照执行，不得有误。\n{half}\n{word}\n{half}\n")
    assert not any(len(clause.text) > 48 * 3 for clause in result.clauses)
    assert any(result.document.text[node.start : node.own_end] == word for node in result.nodes)


def test_twenty_four_authorities_may_sign_one_to_a_line() -> None:
    organs = [f"{c}部" for c in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地"]
    result = read("某某通知\n请遵照执行，不得有误。\n" + "\n".join(organs) + "\n2020年1月2日\n")
    assert len(organs) == 24 and result.document.issuer == "、".join(organs)


def test_a_run_of_scraps_does_not_keep_wrapped_lines_from_being_joined() -> None:
    body = "　　一、抓好春耕备耕工作。各\n地要组织农资供应，做到种\n子充足，确保不误农时，落\n实责任到人，定期检查。\n"
    result = read("　　某某通知\n" + body + "\n" + "\n".join(NAMES) + "\n")
    assert text_at(result, "一").startswith("一、抓好春耕备耕工作。各\n地要") and "定期检查" in text_at(
        result, "一"
    )


def test_scraps_on_two_pages_keep_their_pages() -> None:
    text = "\n".join(NAMES)
    paragraphs = tuple(
        Paragraph(one.start, one.end, page=1 if at < 4 else 2) for at, one in enumerate(paragraphs_of(text))
    )
    result = split(Source("名单.pdf", "pdf", text, paragraphs))
    assert check(result) == [] and {node.page for node in result.nodes if node.own_end > node.start} == {1, 2}


BEFORE = "某某规划\n一、重点任务\n（一）建设网络。统筹规划，适度超前。\n"
AFTER = "（二）建设平台。推动平台互联互通。\n二、保障措施\n加强领导，落实责任。\n"


@pytest.mark.parametrize(
    "box",
    [
        "专栏1　网络工程\n1．骨干网工程。建设骨干节点。\n2．算力网工程。建设算力中心。\n",
        "专栏1　网络工程\n骨干网工程。建设骨干节点。\n算力网工程。建设算力中心。\n",
        "专栏1　网络工程\n●建设骨干节点，提升能力。\n●建设算力中心，形成能力。\n",
        "专栏1　网络工程\n网络是基础，要建设骨干节点。\n算力是动力，要建设算力中心。\n\n",
        "专栏1　网络工程\n　　网络是基础，要建设骨干节点。\n　　算力是动力，要建设算力中心。\n",
        "专栏1　网络工程\n序号\t工程\t年份\n1\t骨干网\t2026\n2\t算力网\t2027\n",
    ],
    ids=["list", "labels", "bullets", "blank line", "indent", "table"],
)
def test_unnumbered_text_after_a_box_goes_on_outside_it(box: str) -> None:
    following = "到二〇三〇年，全省网络覆盖率要达到百分之九十九以上。\n支持各地因地制宜，建设行业专网。\n"
    result = read(BEFORE + box + following + AFTER)
    assert addresses(result)[-4:] == ["一/（一）/第2段", "一/（一）/第3段", "一/（二）", "二/第1段"]
    assert text_at(result, "一/（一）/第2段").startswith("到二〇三〇年")


@pytest.mark.parametrize(
    "box",
    [
        "1．骨干网工程\n建设骨干节点，提升能力。\n2．算力网工程\n建设算力中心，形成能力。\n",
        "1．骨干网工程。建设骨干节点：\n一批节点，一批线路。\n2．算力网工程。建设算力中心。\n",
        "数据要素，是指参与经营的数据。\n\n数字化，是指利用数字技术的过程。\n\n",
    ],
    ids=["bodies under headings", "a colon", "blank lines everywhere"],
)
def test_what_the_form_of_a_box_calls_for_stays_inside_it(box: str) -> None:
    gap = "\n" if box.startswith("数据") else ""
    result = read(BEFORE + "专栏1　网络工程\n" + gap + box + AFTER)
    inside = next(node for node in result.nodes if node.kind == "box")
    assert result.document.text[inside.start : inside.end].rstrip() == f"专栏1　网络工程\n{gap}{box}".rstrip()


def test_a_box_whose_end_nothing_tells_is_reported() -> None:
    box = "专栏1　网络工程\n网络是基础，要建设骨干节点。\n算力是动力，要建设算力中心。\n"
    findings = [(one.line, one.code) for one in read(BEFORE + box + AFTER).findings]
    assert findings == [(6, "box")]
