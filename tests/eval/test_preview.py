"""What a change of words does to known questions: the plan's own where it is indexed, and those handed in."""

import math
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

import eval.preview
from eval.judgements import plan_set
from eval.preview import preview
from index.build import build
from index.configuration import Parts
from index.document import Source
from index.plan import plan_source
from index.structure.split import paragraphs_of
from retriever.open import open_searcher
from retriever.preview import Asked
from retriever.synonyms import SynonymFile

PLAN = "国科发区〔2020〕187号"


def test_the_plans_questions_are_asked_where_the_plan_is_indexed(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = plan_set().only(limit=12)
    monkeypatch.setattr(eval.preview, "plan_set", lambda: few)
    build([plan_source()], parts)
    before = open_searcher(parts)
    (tmp_path / "own.txt").write_text("深圳 => 知识产权\n", encoding="utf-8")
    after = before.with_parts(synonyms=SynonymFile(tmp_path / "own.txt"))
    seen: list[tuple[int, int]] = []
    found = preview(before, after, [Asked("深圳", "file"), Asked(" ", "file")], lambda *at: seen.append(at))
    assert found.asked == {"file": 2, "plan": 12}
    assert (found.refused, seen[-1]) == (1, (14, 14))
    assert found.judged == len(few.measured)
    first = {q.text: [[r.clause.address for r in s.search(q.text).clauses] for s in (before, after)]
             for q in [*few.questions, Asked("深圳", "file")]}  # fmt: skip
    assert {one.text for one in found.changed} == {text for text, (a, b) in first.items() if a != b}
    assert found.changed
    worth = [sorted((d.after or 0) - (d.before or 0) for d in found.changed if d.before is not None)]
    assert (found.won, found.lost) == (sum(d > 0 for d in worth[0]), sum(d < 0 for d in worth[0]))
    for one in found.changed:
        old, new = first[one.text]
        assert {m.address for m in one.moved} == {
            a
            for a in {*old, *new}
            if (old.index(a) if a in old else -1) != (new.index(a) if a in new else -1)
        }


def test_a_question_is_worth_the_ndcg_of_its_first_ten(parts: Parts, tmp_path: Path) -> None:
    text = "甲市办法\n\n第一条 苹果由果农种植。\n\n第二条 梨由梨农种植。\n\n第三条 桃由桃农采摘。\n"
    build([Source("a.txt", "txt", text, paragraphs_of(text))], parts)
    before = open_searcher(parts)
    (tmp_path / "own.txt").write_text("水蜜 => 桃农采摘\n", encoding="utf-8")
    after = before.with_parts(synonyms=SynonymFile(tmp_path / "own.txt"))
    asked = [Asked("水蜜", "file", {"甲市办法#第三条": 2}), Asked("梨", "feedback", {"elsewhere#第一条": 2})]
    found = preview(before, after, asked, lambda done, total: None)
    places = [
        [r.clause.address for r in s.search("水蜜").clauses].index("甲市办法#第三条") + 1
        for s in (before, after)
    ]
    assert places[1] == 1 < places[0]
    expected = [1 / math.log2(place + 1) for place in places]
    assert (found.judged, found.before, found.after) == (1, *map(pytest.approx, expected))
    assert [(c.text, c.before, c.after) for c in found.changed] == [("水蜜", *map(pytest.approx, expected))]
    same = preview(before, before, asked, lambda done, total: None)
    assert (same.changed, same.won, same.lost) == ((), 0, 0)
    assert preview(before, before, [], lambda done, total: None).before is None
    assert replace(found, changed=()) != found


def test_the_service_finds_the_preview_by_its_entry_point() -> None:
    """pyproject.toml is looked at: an older installation of this checkout may not know the entry point."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    (place,) = project["project"]["entry-points"]["tiaowen.previews"].values()
    module, _, name = place.partition(":")
    assert getattr(import_module(module), name) is preview
