"""Environment → Settings."""

from dataclasses import fields
from pathlib import Path

import pytest

from index.errors import TiaowenError
from service.settings import SETTINGS, Settings


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.model, settings.dictionary) == (
        "127.0.0.1",
        8187,
        "default",
        None,
    )
    assert settings.store.name == settings.models.name == "tiaowen"
    assert settings.store != settings.models


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environment({s.variable: " " for s in SETTINGS}) == Settings.from_environment({})


def test_every_setting_is_read_from_its_variable(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("先行示范区\n", encoding="utf-8")
    given = {
        "TIAOWEN_STORE": str(tmp_path / "s"), "TIAOWEN_MODELS": str(tmp_path / "m"), "TIAOWEN_MODEL": "some/model",
        "TIAOWEN_DICTIONARY": str(words), "TIAOWEN_HOST": "0.0.0.0", "TIAOWEN_PORT": "0",
    }  # fmt: skip
    assert set(given) == {s.variable for s in SETTINGS}
    settings = Settings.from_environment(given)
    assert settings == Settings(tmp_path / "s", tmp_path / "m", "some/model", words, "0.0.0.0", 0)
    configuration = settings.configuration()
    assert (configuration.store, configuration.models) == (settings.store, settings.models)
    assert (configuration.model, configuration.user_dictionary) == ("some/model", words)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TIAOWEN_PORT", "http"),
        ("TIAOWEN_PORT", "-1"),
        ("TIAOWEN_PORT", "65536"),
        ("TIAOWEN_PORT", "80.5"),
        ("TIAOWEN_HOST", "http://localhost"),
        ("TIAOWEN_DICTIONARY", "/no/such/file"),
        ("TIAOWEN_STORE", __file__),
        ("TIAOWEN_MODELS", __file__),
    ],
)
def test_a_bad_value_is_refused_with_variable_value_and_what_is_allowed(variable: str, value: str) -> None:
    with pytest.raises(TiaowenError) as refused:
        Settings.from_environment({variable: value})
    assert variable in str(refused.value)
    assert repr(value) in str(refused.value)
    assert "it must be" in str(refused.value)


def test_every_setting_is_documented_beside_it() -> None:
    assert [s.field for s in SETTINGS] == [f.name for f in fields(Settings)]
    assert all(s.meaning and s.default for s in SETTINGS)


def test_only_the_settings_read_the_environment() -> None:
    """Of the service; the other layers are held to it by the same rule in their own tests."""
    import service

    for path in Path(service.__path__[0]).glob("*.py"):
        if path.name != "settings.py":
            text = path.read_text(encoding="utf-8")
            assert "environ" not in text.replace("environment", "").replace("from_environ", ""), path.name
            assert "getenv" not in text, path.name


def test_both_readmes_document_every_setting() -> None:
    root = Path(__file__).parents[2]
    english = (root / "README.md").read_text(encoding="utf-8")
    chinese = (root / "README.zh-CN.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"| `{setting.variable}` | {setting.default} | {setting.meaning} |" in english
        assert f"| `{setting.variable}` |" in chinese
