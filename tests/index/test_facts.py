"""Facts of a document: what the text says, what a person says instead, and what follows for the collection."""

import json
import zipfile
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Listing
from index.configuration import Parts
from index.document import FactOrigin, Source
from index.errors import ReadError
from index.local import open_snapshot
from index.overrides import overrides_of
from index.readers import read_all
from index.structure.split import paragraphs_of, split

RULES = """某某市节水办法
（2015年3月2日某某市人民政府令第8号公布　根据2021年6月7日《关于修改部分规章的决定》修正）
第一条　为了节约用水，制定本办法。
第二条　本办法自2015年5月1日起施行，有效期10年。《某某市用水办法》同时废止。
"""
OLD = """某某市用水办法
第一条　用水应当缴费。
第二条　本办法自公布之日起施行。
某某市人民政府
2001年2月3日
"""


def _source(text: str, name: str = "rules.txt") -> Source:
    return Source(name, "txt", text, paragraphs_of(text))


def _read(*paths: Path) -> tuple[list[Source], list[str]]:
    said: list[str] = []
    return list(read_all(paths, lambda name, error: said.append(str(error)))), said


def _listings(parts: Parts) -> dict[str, Listing]:
    return {one.title: one for one in open_snapshot(parts.store).catalogue.documents()}


def test_every_fact_is_found_with_the_place_that_states_it() -> None:
    document = split(_source(RULES)).document
    assert [(fact.name, fact.value, document.text[fact.start : fact.end]) for fact in document.facts] == [
        ("title", "某某市节水办法", "某某市节水办法"),
        ("issuer", "某某市人民政府", "某某市人民政府"),
        ("published", "2015-03-02", "2015年3月2日"),
        ("amended", "2021-06-07", "2021年6月7日"),
        ("effective", "2015-05-01", "自2015年5月1日起施行"),
        ("repeals", "《某某市用水办法》同时废止", "《某某市用水办法》同时废止"),
        ("expires", "有效期10年", "有效期10年"),
        ("kind", "办法", ""),
    ]
    assert document.published == "2021-06-07"


@pytest.mark.parametrize(
    ("title", "name", "value"),
    [
        ("某某市政府关于修改《某某市养犬办法》的决定", "amends", "某某市养犬办法"),
        ("某某市政府关于废止某某市养犬办法的决定", "repeals", "某某市养犬办法"),
        ("某某市养犬办法（已废止）", "repealed", "yes"),
    ],
)
def test_a_title_says_what_is_amended_or_repealed(title: str, name: str, value: str) -> None:
    facts = split(_source(f"{title}\n一、甲事应当办好。\n二、乙事应当办好。\n")).document.facts
    assert [(fact.name, fact.value) for fact in facts if fact.name in ("amends", "repeals", "repealed")] == [
        (name, value)
    ]


def test_a_day_of_another_thing_is_not_the_day_of_effect() -> None:
    text = "某某办法\n第一条　本办法所称法院应当自收到函件之日起十五日内执行。\n第二条　甲。\n"
    assert not [fact for fact in split(_source(text)).document.facts if fact.name == "effective"]


def test_a_sidecar_replaces_what_was_found_in_files_folders_and_zips(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/rules.txt").write_text(RULES, encoding="utf-8")
    sidecar = {"number": "某政〔2015〕8号", "issuer": ["水务局", "财政局"], "expires": None, "in_force": True}
    (tmp_path / "sub/rules.txt.facts.json").write_text(json.dumps(sidecar), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in (tmp_path / "sub").iterdir():
            archive.write(file, f"z/{file.name}")
    for given in (tmp_path / "sub", tmp_path / "sub/rules.txt", tmp_path / "all.zip"):
        sources, said = _read(given)
        assert len(sources) == 1 and not said
        document = split(sources[0]).document
        assert (document.id, document.issuer) == ("某政〔2015〕8号", "水务局、财政局")
        facts = {fact.name: fact for fact in document.facts}
        assert "expires" not in facts and facts["effective"].origin is FactOrigin.TEXT
        assert facts["number"].origin is FactOrigin.GIVEN and facts["number"].start == -1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"number": ', "rules.txt.facts.json: it is not valid JSON"),
        ('["number"]', "must hold one object"),
        ('{"nummer": "1"}', "there is no fact 'nummer'; the names are title"),
        ('{"signed": "2021年5月1日"}', "signed is '2021年5月1日'; it must be a day written as 2024-05-01"),
        ('{"effective": "2021-02-30"}', "effective is '2021-02-30'"),
        ('{"title": 5}', "title is 5; it must be a text"),
        ('{"title": ["a"]}', "title is"),
        ('{"title": "a#b"}', "title must be one line without #"),
        ('{"in_force": "maybe"}', "in_force is 'maybe'; it must be true or false"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_wrong_sidecar_is_reported_and_its_document_read_without_it(
    tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    (tmp_path / "rules.txt.facts.json").write_text(content, encoding="utf-8")
    sources, errors = _read(tmp_path)
    assert [source.overrides for source in sources] == [()]
    assert len(errors) == 1 and errors[0].startswith("rules.txt.facts.json: ") and said in errors[0]
    assert "ts document is read without it" in errors[0]


def test_a_sidecar_without_its_document_is_reported(tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    (tmp_path / "rule.txt.facts.json").write_text("{}", encoding="utf-8")
    assert _read(tmp_path)[1] == [
        "rule.txt.facts.json: there is no rule.txt beside it; name it after its document"
    ]


def test_given_facts_survive_a_rebuild_and_replace_the_document_itself(parts: Parts) -> None:
    build([_source(RULES)], parts)
    given = overrides_of({"number": "某政〔2015〕8号", "effective": "2016-01-01"}, "test")
    renamed = build([Source("rules.txt", "txt", RULES, paragraphs_of(RULES), overrides=given)], parts)
    assert renamed.changed and renamed.manifest.documents == 1
    other = build([_source(OLD, "old.txt")], parts)
    assert other.manifest.documents == 2
    found = _listings(parts)["某某市节水办法"]
    assert (found.id, found.effective) == ("某政〔2015〕8号", "2016-01-01")
    facts = open_snapshot(parts.store).catalogue.document(found.id).facts
    assert [fact.value for fact in facts if fact.origin is FactOrigin.GIVEN] == [
        "某政〔2015〕8号",
        "2016-01-01",
    ]


def test_a_collection_knows_since_when_until_when_and_whether_a_document_holds(parts: Parts) -> None:
    build([_source(RULES), _source(OLD, "old.txt")], parts)
    new, old = _listings(parts)["某某市节水办法"], _listings(parts)["某某市用水办法"]
    assert (new.kind, new.year, new.effective, new.expires, new.repealed) == (
        "办法", 2021, "2015-05-01", "2025-05-01", "",
    )  # fmt: skip
    assert (old.year, old.effective, old.repealed) == (2001, "2001-02-03", "2015-05-01")
    assert [new.holds_on(day) for day in ("2015-04-30", "2015-05-01", "2025-05-01", "2025-05-02")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [old.holds_on(day) for day in ("2015-04-30", "2015-05-01")] == [True, False]


def test_a_new_edition_that_repeals_its_name_repeals_the_older_one(parts: Parts) -> None:
    edition = (
        "某某市养犬规定\n（{0}年5月1日某某市人民政府公布）\n第一条　{1}应当登记。\n"
        "第二条　本规定自{0}年6月1日起施行，{2}。\n"
    )
    old, new = (
        edition.format(2003, "犬只", "由公安局解释"),
        edition.format(2018, "大型犬", "《某某市养犬规定》同时废止"),
    )
    build([_source(old, "old.txt"), _source(new, "new.txt")], parts)
    found = {one.published: one.repealed for one in open_snapshot(parts.store).catalogue.documents()}
    assert found == {"2003-05-01": "2018-06-01", "2018-05-01": ""}


def test_what_a_person_says_of_its_force_counts() -> None:
    assert (
        Listing("a", "a", "", "", "", "", 1, effective="2020-01-01", in_force="no").holds_on("2021-01-01")
        is False
    )
    assert Listing("a", "a", "", "", "", "", 1).holds_on("2021-01-01") is None


def test_an_older_document_repeals_no_newer_one(parts: Parts) -> None:
    build([_source(RULES), _source(OLD.replace("2001年", "2022年"), "old.txt")], parts)
    assert _listings(parts)["某某市用水办法"].repealed == ""


def test_a_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ReadError, match="--fact: there is no fact 'author'"):
        overrides_of({"author": "x"}, "--fact")
