"""Environment and configuration file → Settings: the only reader of environment variables, and their documentation."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from index.configuration import Configuration
from index.embed import DEFAULT_MODEL
from index.errors import TiaowenError
from retriever.answers.wanted import THRESHOLD
from retriever.generate.endpoint import DEFAULT_TIMEOUT_SECONDS, Endpoint

PREFIX = "TIAOWEN_"
CONFIG_VARIABLE = "TIAOWEN_CONFIG"
CONFIG_NAME = "tiaowen.toml"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8187

Parse = Callable[[str], object]
"""Text → value; raises ValueError for what is not allowed."""


def path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def whole(low: int, high: int) -> Parse:
    """A whole number within bounds."""

    def parse(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError
        return number

    return parse


def number(low: float, high: float) -> Parse:
    """A number within bounds."""

    def parse(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError
        return value

    return parse


def one_of(*allowed: str) -> Parse:
    """One of some words."""

    def parse(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError
        return text.lower()

    return parse


def switch(text: str) -> bool:
    return one_of("on", "off")(text) == "on"


def base_url(text: str) -> str:
    """An http or https URL to which a path can be added."""
    parts = urlsplit(text)
    told = (
        parts.scheme in ("http", "https")
        and parts.hostname
        and not (parts.query or parts.fragment or "@" in text)
    )
    if not told or any(c.isspace() or ord(c) < 33 for c in text):
        raise ValueError
    return text


def visible(text: str) -> str:
    """What an HTTP header can carry."""
    if not all("!" <= c <= "~" for c in text):
        raise ValueError
    return text


def words(text: str) -> tuple[str, ...]:
    """Words between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class Setting:
    """The documentation of one field of `Settings`; the README says the same, and a test compares them."""

    field: str
    default: str
    """As people read it."""
    meaning: str
    parse: Parse = str
    allowed: str = "text"
    """What a value must be, as an error says it."""
    secret: bool = False
    """Never shown."""

    @property
    def variable(self) -> str:
        return PREFIX + self.field.upper()


_FOLDER = "a folder, which is made where it does not exist"

# A setting is a line here and a field of `Settings` with its default.
SETTINGS = (
    Setting("store", "`tiaowen` in the user's data folder", "folder of the index: its snapshots and vectors",
            path, _FOLDER),
    Setting("models", "`tiaowen` in the user's cache folder",
            "folder the default model and the dictionaries are unpacked into, once",
            path, _FOLDER),
    Setting("model", "`default`", "`default`, or a sentence-transformers model by hub name or folder"),
    Setting("keep_originals", "`on`", "whether the store keeps the files that documents are read from, for download; "
            "a change counts for files indexed from then on", switch, "on or off"),
    Setting("dictionary", "none", "UTF-8 text file of your own words for word segmentation, one a "
            "line; without it `dictionary.txt` in the store, which the administration page edits",
            path, "an existing text file with one word a line"),
    Setting("synonyms", "none", "UTF-8 text file of your own synonyms in Solr's format, `a, b => c` or `a, b, c`; "
            "a change counts from the next question on; without it `synonyms.txt` in the store",
            path, "an existing text file of synonyms"),
    Setting("reranker", "none", "sentence-transformers CrossEncoder by hub name or folder, which orders the first 50 "
            "clauses; slow without a GPU"),
    Setting("host", f"`{DEFAULT_HOST}`", "address the service listens on"),
    Setting("port", f"`{DEFAULT_PORT}`", "port the service listens on, 0 to 65535; 0 takes a free one",
            whole(0, 65535), "a whole number from 0 to 65535"),
    Setting("answer_threshold", f"`{THRESHOLD}`", "confidence, 0 to 1, from which `ask` gives an answer; below it the "
            "answer is that the documents do not say", number(0, 1), "a number from 0 to 1"),
    Setting("llm_url", "none", "base URL of an OpenAI-compatible API whose model words the answers of `ask/stream` "
            "(extra `llm`), such as `http://127.0.0.1:8000/v1`",
            base_url, "an http or https URL without user, query and #"),
    Setting("llm_model", "none", "name of the model at that URL"),
    Setting("llm_key", "none", "key for that URL; never shown, never logged", visible, "printable ASCII without blanks",
            secret=True),
    Setting("llm_timeout", "`60`", "seconds the model has for one whole answer; after that the quoted answer is given",
            number(1, 3600), "a number from 1 to 3600"),
    Setting("llm_ca", "none", "file of certificates (PEM) that vouch for an https endpoint of your own; without it the "
            "public ones are trusted", path, "an existing file of certificates"),
    Setting("keys", "`auto`", "whether a key is needed: `on`, `off`, or `auto`: unless the host is a loopback address",
            one_of("on", "off", "auto"), "on, off or auto"),
    Setting("workers", "`1`", "processes that share the port and the store",
            whole(1, 64), "a whole number from 1 to 64"),
    Setting("in_flight", "`256`", "requests that a worker answers at once; more are refused with 503; 0 is no limit",
            whole(0, 100_000), "a whole number from 0 to 100000"),
    Setting("client_in_flight", "`64`", "requests of one key or address at once; more are refused with "
            "429; 0 is no limit", whole(0, 100_000), "a whole number from 0 to 100000"),
    Setting("rate", "`0`", "requests a second by one key or address, twice as many after a pause; 0 is no limit",
            number(0, 1e6), "a number from 0 to 1000000"),
    Setting("request_seconds", "`30`", "seconds within which a request is answered, else 503; 0 is no limit",
            number(0, 86_400), "a number from 0 to 86400"),
    Setting("drain_seconds", "`0`", "seconds in which a service that is told to stop answers on but says at "
            "`/readyz` that it is not ready", number(0, 3600), "a number from 0 to 3600"),
    Setting("min_free_mb", "`128`", "MiB of free memory below which requests are refused with 503; 0 is no limit",
            whole(0, 1 << 20), "a whole number from 0 to 1048576"),
    Setting("cors", "none", "origins whose pages may use the API, between commas, such as `https://example.org`",
            words, "origins between commas"),
    Setting("proxies", "`127.0.0.1`", "addresses of proxies, between commas, whose `X-Forwarded-For` is believed",
            words, "addresses between commas"),
    Setting("log", "`text`", "`text`: warnings and errors; `json`: every request too, one JSON object a line",
            one_of("text", "json"), "text or json"),
    Setting("log_questions", "`off`", "whether the log and the list of slow requests hold the questions",
            switch, "on or off"),
    Setting("slow_ms", "`500`", "milliseconds from which a request is listed as slow",
            number(0, 1e6), "a number from 0 to 1000000"),
    Setting("metrics", "`on`", "whether Prometheus metrics are served at `/metrics`", switch, "on or off"),
    Setting("otel_endpoint", "none", "OTLP/HTTP endpoint that traces are sent to (extra `otel`), such as "
            "`http://127.0.0.1:4318/v1/traces`"),
    Setting("upload_mb", "`100`", "MiB that one upload over HTTP may hold",
            whole(1, 4096), "a whole number from 1 to 4096"),
    Setting("jobs_queued", "`100`", "changes of the collection that may wait; more are refused with 503",
            whole(1, 10_000), "a whole number from 1 to 10000"),
    Setting("read_mb", "`2048`", "MiB of memory in which an uploaded file must be read",
            whole(256, 1 << 20), "a whole number from 256 to 1048576"),
    Setting("read_seconds", "`120`", "seconds of processor time in which an uploaded file must be read",
            whole(1, 86_400), "a whole number from 1 to 86400"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is configured; see `SETTINGS` for what each field means."""

    store: Path
    models: Path
    model: str = DEFAULT_MODEL
    keep_originals: bool = True
    dictionary: Path | None = None
    synonyms: Path | None = None
    reranker: str = ""
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    answer_threshold: float = THRESHOLD
    llm_url: str = ""
    llm_model: str = ""
    llm_key: str = field(default="", repr=False)
    llm_timeout: float = DEFAULT_TIMEOUT_SECONDS
    llm_ca: Path | None = None
    keys: str = "auto"
    workers: int = 1
    in_flight: int = 256
    client_in_flight: int = 64
    rate: float = 0.0
    request_seconds: float = 30.0
    drain_seconds: float = 0.0
    min_free_mb: int = 128
    cors: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1",)
    log: str = "text"
    log_questions: bool = False
    slow_ms: float = 500.0
    metrics: bool = True
    otel_endpoint: str = ""
    upload_mb: int = 100
    jobs_queued: int = 100
    read_mb: int = 2048
    read_seconds: int = 120

    def __post_init__(self) -> None:
        for name in ("store", "models"):
            folder: Path = getattr(self, name)
            if folder.exists() and not folder.is_dir():
                raise _refused(PREFIX + name.upper(), folder, _FOLDER)
        if self.dictionary is not None and not self.dictionary.is_file():
            raise _refused(
                "TIAOWEN_DICTIONARY", self.dictionary, "an existing text file with one word a line"
            )
        if self.synonyms is not None and not self.synonyms.is_file():
            raise _refused("TIAOWEN_SYNONYMS", self.synonyms, "an existing text file of synonyms")
        if self.llm_ca is not None and not self.llm_ca.is_file():
            raise _refused("TIAOWEN_LLM_CA", self.llm_ca, "an existing file of certificates")
        if not self.host or any(c.isspace() or c in "/@" for c in self.host):
            raise _refused(
                "TIAOWEN_HOST", self.host, "a host name or an IP address, such as 127.0.0.1 or 0.0.0.0"
            )
        if not 0 <= self.port <= 65535:
            raise _refused("TIAOWEN_PORT", self.port, "a whole number from 0 to 65535")

        if bool(self.llm_url) != bool(self.llm_model):
            missing = "TIAOWEN_LLM_MODEL" if self.llm_url else "TIAOWEN_LLM_URL"
            raise _refused(missing, "", "set where the other of TIAOWEN_LLM_URL and TIAOWEN_LLM_MODEL is")

    def endpoint(self) -> Endpoint | None:
        """The language model that words answers, None for none."""
        if not self.llm_url:
            return None
        ca = str(self.llm_ca) if self.llm_ca else ""
        return Endpoint(self.llm_url, self.llm_model, self.llm_key, self.llm_timeout, ca)

    def configuration(self) -> Configuration:
        """What the index is made with."""
        return Configuration(
            self.store,
            self.models,
            self.model,
            self.dictionary,
            self.synonyms,
            self.reranker,
            self.keep_originals,
        )

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, config: Path | None = None
    ) -> "Settings":
        """Read the settings; see `effective` for where from.

        Raises TiaowenError naming the variable or the file's key, its value and what is allowed.
        """
        return cls(**{e.setting.field: e.value for e in effective(environment, config)})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting's value and where it comes from."""

    setting: Setting
    value: object
    source: str
    """`default`, the name of a variable, or the path of the configuration file."""

    @property
    def shown(self) -> str:
        """As a person reads it; a secret is masked."""
        if self.value in (None, "", ()):
            return "none"
        if self.setting.secret:
            return "********"
        if isinstance(self.value, bool):
            return "on" if self.value else "off"
        return ", ".join(self.value) if isinstance(self.value, tuple) else str(self.value)


def effective(environment: Mapping[str, str] | None = None, config: Path | None = None) -> list[Effective]:
    """Every setting's value: from its variable, else from the configuration file, else its default.

    The file is `config`, else what TIAOWEN_CONFIG names, else tiaowen.toml in the user's configuration folder if it
    exists; that last one is not looked for where `environment` is given. An empty variable counts as unset.
    Raises TiaowenError.
    """
    if config is None:
        named = (os.environ if environment is None else environment).get(CONFIG_VARIABLE, "").strip()
        usual = platformdirs.user_config_path("tiaowen", False) / CONFIG_NAME
        if named:
            config = path(named)
        elif environment is None and usual.is_file():
            config = usual
    stored = _file(config) if config else {}
    environment = os.environ if environment is None else environment
    found = []
    for setting in SETTINGS:
        variable = environment.get(setting.variable, "").strip()
        if variable:
            found.append(Effective(setting, _parsed(setting, variable, setting.variable), setting.variable))
        elif setting.field in stored:
            where = f"{setting.field} in {config}"
            found.append(Effective(setting, _parsed(setting, stored[setting.field], where), str(config)))
        else:
            found.append(Effective(setting, _default(setting.field), "default"))
    return found


def _default(field: str) -> object:
    if field == "store":
        return platformdirs.user_data_path("tiaowen", False)
    if field == "models":
        return platformdirs.user_cache_path("tiaowen", False)
    (default,) = (f.default for f in fields(Settings) if f.name == field)
    assert default is not MISSING
    return default


def _parsed(setting: Setting, text: str, where: str) -> object:
    try:
        return setting.parse(text)
    except ValueError:
        shown = "********" if setting.secret else re.sub(r"//[^/]*@", "//********@", text)
        raise _refused(where, shown, setting.allowed) from None


def _file(config: Path) -> dict[str, str]:
    """The file's values as the environment would hold them; an empty one counts as unset. Raises TiaowenError."""
    try:
        with config.open("rb") as file:
            stored = tomllib.load(file)
    except OSError as error:
        raise TiaowenError(f"the configuration file {config} cannot be read ({error.strerror}); check --config or "
                           f"{CONFIG_VARIABLE}") from error  # fmt: skip
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TiaowenError(f"the configuration file {config} is not valid TOML: {error}") from error
    known = [setting.field for setting in SETTINGS]
    for key in stored:
        if key not in known:
            raise TiaowenError(f"the configuration file {config} holds {key!r}, which is no setting; "
                               f"there are {', '.join(known)}")  # fmt: skip
    texts = {key: _text(value) for key, value in stored.items()}
    return {key: text for key, text in texts.items() if text}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value).strip()


def _refused(where: str, value: object, allowed: str) -> TiaowenError:
    return TiaowenError(f"{where} is {str(value)!r}; it must be {allowed}")
