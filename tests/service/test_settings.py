"""Environment → Settings."""

from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.errors import TiaowenError
from service.commands.cli import app
from service.settings import SETTINGS, Effective, Setting, Settings, effective, one_of


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
    values: dict[str, tuple[str, object]] = {
        "TIAOWEN_STORE": (str(tmp_path / "s"), tmp_path / "s"),
        "TIAOWEN_MODELS": (str(tmp_path / "m"), tmp_path / "m"),
        "TIAOWEN_MODEL": ("some/model", "some/model"),
        "TIAOWEN_KEEP_ORIGINALS": ("off", False),
        "TIAOWEN_DICTIONARY": (str(words), words),
        "TIAOWEN_SYNONYMS": (str(words), words),
        "TIAOWEN_RERANKER": ("some/encoder", "some/encoder"),
        "TIAOWEN_HOST": ("0.0.0.0", "0.0.0.0"),
        "TIAOWEN_PORT": ("0", 0),
        "TIAOWEN_ANSWER_THRESHOLD": ("0.7", 0.7),
        "TIAOWEN_LLM_URL": ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        "TIAOWEN_LLM_MODEL": ("m", "m"),
        "TIAOWEN_LLM_KEY": ("sk-1", "sk-1"),
        "TIAOWEN_LLM_TIMEOUT": ("2.5", 2.5),
        "TIAOWEN_LLM_CA": (str(words), words),
        "TIAOWEN_KEYS": ("ON", "on"),
        "TIAOWEN_WORKERS": ("2", 2),
        "TIAOWEN_IN_FLIGHT": ("11", 11),
        "TIAOWEN_CLIENT_IN_FLIGHT": ("12", 12),
        "TIAOWEN_RATE": ("1.5", 1.5),
        "TIAOWEN_REQUEST_SECONDS": ("2.5", 2.5),
        "TIAOWEN_DRAIN_SECONDS": ("3.5", 3.5),
        "TIAOWEN_MIN_FREE_MB": ("13", 13),
        "TIAOWEN_CORS": ("https://a.example, https://b.example", ("https://a.example", "https://b.example")),
        "TIAOWEN_PROXIES": ("10.0.0.1", ("10.0.0.1",)),
        "TIAOWEN_LOG": ("json", "json"),
        "TIAOWEN_LOG_QUESTIONS": ("on", True),
        "TIAOWEN_SLOW_MS": ("14", 14.0),
        "TIAOWEN_METRICS": ("off", False),
        "TIAOWEN_OTEL_ENDPOINT": ("http://127.0.0.1:4318/v1/traces", "http://127.0.0.1:4318/v1/traces"),
        "TIAOWEN_UPLOAD_MB": ("7", 7),
        "TIAOWEN_JOBS_QUEUED": ("8", 8),
        "TIAOWEN_READ_MB": ("512", 512),
        "TIAOWEN_READ_SECONDS": ("9", 9),
    }
    assert set(values) == {s.variable for s in SETTINGS}
    settings = Settings.from_environment({variable: text for variable, (text, _) in values.items()})
    for setting in SETTINGS:
        assert getattr(settings, setting.field) == values[setting.variable][1]
    configuration = settings.configuration()
    assert (configuration.store, configuration.models) == (settings.store, settings.models)
    assert (configuration.model, configuration.user_dictionary) == ("some/model", words)
    assert configuration.keep_originals is False


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TIAOWEN_PORT", "http"),
        ("TIAOWEN_PORT", "-1"),
        ("TIAOWEN_PORT", "65536"),
        ("TIAOWEN_PORT", "80.5"),
        ("TIAOWEN_ANSWER_THRESHOLD", "1.5"),
        ("TIAOWEN_ANSWER_THRESHOLD", "high"),
        ("TIAOWEN_HOST", "http://localhost"),
        ("TIAOWEN_LLM_URL", "127.0.0.1:8000"),
        ("TIAOWEN_LLM_TIMEOUT", "0"),
        ("TIAOWEN_DICTIONARY", "/no/such/file"),
        ("TIAOWEN_SYNONYMS", "/no/such/file"),
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

    for path in Path(service.__path__[0]).rglob("*.py"):
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


def test_a_file_configures_and_the_environment_overrides_it(tmp_path: Path) -> None:
    config = tmp_path / "tiaowen.toml"
    config.write_text('port = 9000\nhost = "0.0.0.0"\nmodel = ""\n', encoding="utf-8")
    given = {"TIAOWEN_CONFIG": str(config), "TIAOWEN_HOST": "localhost"}
    settings = Settings.from_environment(given)
    assert (settings.port, settings.host, settings.model) == (9000, "localhost", "default")
    assert Settings.from_environment({}, config).host == "0.0.0.0"
    sources = {e.setting.field: e.source for e in effective(given)}
    assert (sources["port"], sources["host"], sources["model"]) == (str(config), "TIAOWEN_HOST", "default")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("prot = 1", "'prot', which is no setting"),
        ("port = 99999", "port in"),
        ("port =", "not valid TOML"),
        ('port = "http"', "a whole number from 0 to 65535"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_what_is_wrong(
    tmp_path: Path, content: str | None, said: str
) -> None:
    config = tmp_path / "tiaowen.toml"
    if content is not None:
        config.write_text(content, encoding="utf-8")
    with pytest.raises(TiaowenError, match=str(config)) as refused:
        Settings.from_environment({}, config)
    assert said in str(refused.value)


def test_the_settings_command_shows_values_and_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "tiaowen.toml"
    config.write_text("port = 9000\n", encoding="utf-8")
    monkeypatch.setenv("TIAOWEN_HOST", "localhost")
    printed = CliRunner().invoke(app, ["--config", str(config), "settings"]).output
    assert f"port = 9000  ({config})" in printed
    assert "host = localhost  (TIAOWEN_HOST)" in printed
    assert "dictionary = none  (default)" in printed


def test_a_key_is_in_no_error_and_no_printed_settings() -> None:
    for variables in ({"TIAOWEN_LLM_KEY": "sk secret"}, {"TIAOWEN_LLM_URL": "http://user:secret@host/v1"}):
        with pytest.raises(TiaowenError) as refused:
            Settings.from_environment(variables)
        assert "secret" not in str(refused.value)
    one = {"TIAOWEN_LLM_URL": "http://host/v1", "TIAOWEN_LLM_MODEL": "m", "TIAOWEN_LLM_KEY": "sk-secret"}
    settings = Settings.from_environment(one)
    endpoint = settings.endpoint()
    assert endpoint is not None and endpoint.key == "sk-secret"
    assert "secret" not in repr(settings) + repr(endpoint)


def test_a_language_model_needs_url_and_name() -> None:
    for variable, value in (("TIAOWEN_LLM_URL", "http://host/v1"), ("TIAOWEN_LLM_MODEL", "m")):
        with pytest.raises(TiaowenError, match="TIAOWEN_LLM_URL and TIAOWEN_LLM_MODEL"):
            Settings.from_environment({variable: value})


def test_a_secret_is_never_shown() -> None:
    secret = Setting("token", "none", "a token", one_of("x"), "x", secret=True)
    assert Effective(secret, "hunter2", "default").shown == "********"
    assert Effective(secret, "", "default").shown == "none"
