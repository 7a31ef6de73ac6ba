"""Environment → Settings: the only reader of environment variables in the project, and their documentation."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from index.configuration import Configuration
from index.embed import DEFAULT_MODEL
from index.errors import TiaowenError

PREFIX = "TIAOWEN_"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8187


@dataclass(frozen=True, slots=True)
class Setting:
    """The documentation of one field of `Settings`; the README says the same, and a test compares them."""

    field: str
    default: str
    """As people read it."""
    meaning: str

    @property
    def variable(self) -> str:
        return PREFIX + self.field.upper()


SETTINGS = (
    Setting("store", "`tiaowen` in the user's data folder", "folder of the index: its snapshots and vectors"),
    Setting(
        "models", "`tiaowen` in the user's cache folder", "folder the default model is unpacked into, once"
    ),
    Setting("model", "`default`", "`default`, or a sentence-transformers model by hub name or folder"),
    Setting("dictionary", "none", "UTF-8 text file of your own words for word segmentation, one a line"),
    Setting("host", f"`{DEFAULT_HOST}`", "address the service listens on"),
    Setting("port", f"`{DEFAULT_PORT}`", "port the service listens on, 0 to 65535; 0 takes a free one"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is configured; see `SETTINGS` for what each field means."""

    store: Path
    models: Path
    model: str = DEFAULT_MODEL
    dictionary: Path | None = None
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT

    def __post_init__(self) -> None:
        for name in ("store", "models"):
            folder: Path = getattr(self, name)
            if folder.exists() and not folder.is_dir():
                raise _refused(name, folder, "a folder, which is made where it does not exist")
        if self.dictionary is not None and not self.dictionary.is_file():
            raise _refused("dictionary", self.dictionary, "an existing text file with one word a line")
        if not self.host or any(c.isspace() or c in "/@" for c in self.host):
            raise _refused("host", self.host, "a host name or an IP address, such as 127.0.0.1 or 0.0.0.0")
        if not 0 <= self.port <= 65535:
            raise _refused("port", self.port, "a whole number from 0 to 65535")

    def configuration(self) -> Configuration:
        """What the index is made with."""
        return Configuration(self.store, self.models, self.model, self.dictionary)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings, by default from the process's environment; an empty variable counts as unset.

        Raises TiaowenError naming the variable, its value and what is allowed.
        """
        environment = os.environ if environment is None else environment
        given = {s.field: environment.get(s.variable, "").strip() for s in SETTINGS}
        try:
            port = int(given["port"] or DEFAULT_PORT)
        except ValueError:
            raise _refused("port", given["port"], "a whole number from 0 to 65535") from None
        return cls(
            store=_path(given["store"]) or platformdirs.user_data_path("tiaowen", False),
            models=_path(given["models"]) or platformdirs.user_cache_path("tiaowen", False),
            model=given["model"] or DEFAULT_MODEL,
            dictionary=_path(given["dictionary"]),
            host=given["host"] or DEFAULT_HOST,
            port=port,
        )


def _path(value: str) -> Path | None:
    return Path(value).expanduser().absolute() if value else None


def _refused(field: str, value: object, allowed: str) -> TiaowenError:
    return TiaowenError(f"{PREFIX}{field.upper()} is {str(value)!r}; it must be {allowed}")
