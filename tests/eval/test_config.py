"""Configuration files: what they may say, what is refused, and that the command line has the last word."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app
from eval.components import components
from eval.config import read_config
from eval.judgements import EvalError
from index import configuration
from index.configuration import Configuration, Parts
from index.embed import HashEmbedder
from index.snapshot import Store
from index.text import Tokenizer
from retriever.search import SERVED, Mode

OPTIONS = ["set", "split", "limit", "systems", "baseline", "config"]


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "eval.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_gives_options_and_systems_with_what_they_change(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        """
set = "plan"
limit = 3
systems = ["bm25", "dense"]
[system.even]
bm25_weight = 0.5
without = ["windows", "bigrams"]
[system.ranks]
fusion = "rrf"
depth = 50
[system.words]
without = ["dense"]
""",
    )
    values, (even, ranks, words) = read_config(path, OPTIONS)
    assert values == {"set": "plan", "limit": 3, "systems": "bm25,dense"}
    assert (even.name, even.mode, even.options.bm25_weight) == ("even", Mode.HYBRID, 0.5)
    assert even.variant.windows is False and even.variant.tokenizer is not None and even.variant.centre
    assert (ranks.options.fusion, ranks.options.depth, ranks.options.bm25_weight) == (
        "rrf",
        50,
        SERVED.bm25_weight,
    )
    assert words.mode is Mode.BM25


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sett = 'plan'", "unknown key 'sett'; the keys are set, split, limit, systems, baseline and"),
        ("config = 'x.toml'", "unknown key 'config'"),
        ("system = 'x'", r"must be tables such as \[system.mine\]"),
        ("[set]\nx = 1", "set is a table"),
        ("[system.'a b']", "name with a blank"),
        ("[system.x]\nweight = 1", r"\[system.x\] has the unknown key 'weight'; the keys are mode, without, fusion"),
        ("[system.x]\nbm25_weight = 'half'", "gives bm25_weight = 'half'; it must be a float"),
        ("[system.x]\ndepth = true", "gives depth = True; it must be a int"),
        ("[system.x]\nbm25_weight = 1.5", "bm25_weight is 1.5; it must be from 0 to 1"),
        ("[system.x]\nfusion = 'max'", "fusion is 'max'; it must be score or rrf"),
        ("[system.x]\nmode = 'sparse'", "has the mode 'sparse'; it must be hybrid, bm25, dense"),
        ("[system.x]\nwithout = ['wings']", "unknown component 'wings'; the components are bm25, dense"),
        ("[system.x]\nwithout = ['bigrams', 'words']", r"two parts of one kind \(words is the second\)"),
        ("[system.x]\nwithout = 'bigrams'", "it must be a list of components"),
        ("a = ", "cannot read the configuration"),
    ],
)  # fmt: skip
def test_mistakes_in_a_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(EvalError, match=message):
        read_config(_file(tmp_path, text), OPTIONS)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"cannot read the configuration .*absent\.toml"):
        read_config(tmp_path / "absent.toml", OPTIONS)


@pytest.fixture
def _fake_model(monkeypatch: pytest.MonkeyPatch, tokenizer: Tokenizer, tmp_path: Path) -> list[Configuration]:
    """Configurations that were opened, with the fake embedder in the place of the model."""
    opened: list[Configuration] = []

    def open_fake(given: Configuration, report: object = None) -> Parts:
        opened.append(given)
        return Parts(Store(given.store), tokenizer, HashEmbedder())

    monkeypatch.setattr(configuration, "open_parts", open_fake)
    monkeypatch.setattr(configuration, "default_cache", lambda: tmp_path / "cache")
    return opened


def _run(*arguments: object, obj: object = None) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], obj=obj)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


@pytest.mark.usefixtures("_fake_model")
def test_systems_of_a_file_are_run_and_compared_with_each_other(tmp_path: Path) -> None:
    config = _file(tmp_path, """
split = "tune"
limit = 12
baseline = false
[system.served]
[system.ranks]
fusion = "rrf"
[system.words]
mode = "bm25"
""")  # fmt: skip
    _run("run", "--config", config, "--json", tmp_path / "out.json")
    made = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [s["name"] for s in made["systems"]] == ["served", "ranks", "words"]
    assert {(c["system"], c["against"]) for c in made["comparisons"]} == {
        ("ranks", "served"), ("words", "served"), ("words", "ranks"),
    }  # fmt: skip
    assert made["set"]["questions"] == 12 and made["set"]["split"] == "tune"
    assert made["configuration"]["systems"] == {
        "served": {"mode": "hybrid"}, "ranks": {"mode": "hybrid", "fusion": "rrf"}, "words": {"mode": "bm25"},
    }  # fmt: skip
    assert "12 questions" in _run("run", "--config", config)
    assert "5 questions" in _run("run", "--config", config, "--limit", 5), (
        "the command line has the last word"
    )
    both = _run("run", "--config", config, "--systems", "dense", "--limit", 2)
    assert "dense" in both and "ranks" in both


@pytest.mark.usefixtures("_fake_model")
def test_a_file_without_systems_runs_the_usual_ones(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    _run("run", "--config", _file(tmp_path, f'limit = 2\njson = "{out}"'))
    made = json.loads(out.read_text(encoding="utf-8"))
    assert [s["name"] for s in made["systems"]] == ["rank-bm25", "bm25", "dense", "hybrid"]


def test_settings_reach_eval_through_the_context_and_options_come_first(
    _fake_model: list[Configuration], tmp_path: Path
) -> None:
    set_by_user = Configuration(tmp_path / "mine", tmp_path / "models", "some/model", tmp_path / "words.txt")
    limited = ("run", "--systems", "bm25", "--limit", 1)
    _run(*limited, obj=lambda: set_by_user)
    _run(*limited, "--model", "default", "--models", tmp_path / "other", obj=lambda: set_by_user)
    _run(*limited)
    asked, given, bare = _fake_model
    assert (asked.models, asked.model, asked.user_dictionary) == (
        tmp_path / "models", "some/model", tmp_path / "words.txt",
    )  # fmt: skip
    assert (given.models, given.model) == (tmp_path / "other", "default")
    assert (bare.models, bare.model) == (tmp_path / "cache", "default")
    assert {c.store for c in _fake_model} == {tmp_path / "cache" / "eval" / "plan"}, (
        "never the user's own store"
    )


def test_every_switch_of_the_search_is_a_component() -> None:
    names = [component.name for component in components()]
    assert len(names) == len(set(names))
    assert {"bm25", "dense", "bigrams", "windows", "centre"} <= set(names)
