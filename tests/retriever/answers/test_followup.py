"""Follow-up questions → questions that stand alone."""

import pytest

from retriever.answers.followup import Context, standing_alone


@pytest.mark.parametrize(
    ("follow_up", "before", "expected"),
    [
        ("那到2035年呢？", "到2025年研发投入占比要达到多少", "到2035年研发投入占比要达到多少"),
        ("那到2035年呢", "研发投入占比要达到多少？", "到2035年，研发投入占比要达到多少"),
        ("咁二零三五年呢？", "到2025年要建成什么", "到2035年要建成什么"),
        ("what about 2035?", "What is the target for 2025?", "what is the target for 2035"),
        ("那上海呢？", "深圳的目标是多少？", "上海的目标是多少"),
        ("由谁负责？", "档案评估怎么开展", "档案评估 开展 由谁负责"),
        ("它有什么权利？", "职工代表大会怎么产生", "职工代表大会 产生 它有什么权利"),
        ("职工代表大会多久开一次会议？", "工资怎么发", "职工代表大会多久开一次会议？"),
        ("呢？", "工资怎么发", "呢？"),
    ],
)
def test_what_a_follow_up_leaves_out_comes_from_the_question_before(
    follow_up: str, before: str, expected: str
) -> None:
    assert standing_alone(follow_up, Context(before)) == expected


def test_a_follow_up_that_would_become_too_long_stays_as_it_is() -> None:
    assert standing_alone("由谁负责", Context("档" * 1999)) == "由谁负责"
