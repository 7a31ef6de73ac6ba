"""What a person says about a document, as names and values → facts that replace those found in it."""

import json
import re
from collections.abc import Mapping
from datetime import date

from index.document import Fact, FactOrigin
from index.errors import ReadError

SIDECAR = ".facts.json"
"""办法.docx.facts.json beside 办法.docx states facts of it."""
MAX_VALUE_CHARS = 2_000

_DATES = ("signed", "published", "effective", "expires")
_TEXTS = ("title", "number", "kind")
_LISTS = ("issuer", "recipients", "amends", "repeals")
FACTS = (*_TEXTS, *_LISTS, *_DATES, "repealed", "in_force")
"""The names that can be given."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_sidecar(name: str, content: bytes) -> tuple[Fact, ...]:
    """Read a sidecar file: one JSON object. Raises ReadError naming the file and the key at fault."""
    try:
        values = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{name}: it is not UTF-8; save it as UTF-8. Its document is read without it"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ReadError(
            f"{name}: it is not valid JSON ({error}); correct it. Its document is read without it"
        ) from error
    if not isinstance(values, dict):
        raise ReadError(
            f'{name}: it must hold one object such as {{"issuer": "水务局"}}; its document is read without it'
        )
    try:
        return overrides_of(values, name)
    except ReadError as error:
        raise ReadError(f"{error}; its document is read without it") from error


def overrides_of(values: Mapping[str, object], where: str) -> tuple[Fact, ...]:
    """The facts of those names and values; "" or null removes what was found. Raises ReadError."""
    return tuple(fact for name, value in values.items() for fact in _facts(name, value, where))


def stated_over(below: tuple[Fact, ...], above: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Both, but of a name that both state only what is said above: an option goes before a sidecar."""
    names = {fact.name for fact in above}
    return (*(fact for fact in below if fact.name not in names), *above)


def _facts(name: str, value: object, where: str) -> list[Fact]:
    if name not in FACTS:
        raise ReadError(f"{where}: there is no fact {name!r}; the names are {', '.join(FACTS)}")
    if value is None or value == "" or value == []:
        return [Fact(name, "", origin=FactOrigin.GIVEN)]
    if name == "in_force" or (name == "repealed" and isinstance(value, bool)):
        return [Fact(name, _yes_or_no(name, value, where), origin=FactOrigin.GIVEN)]
    several = value if isinstance(value, list) and name in _LISTS else [value]
    return [Fact(name, _text(name, one, where), origin=FactOrigin.GIVEN) for one in several]


def _yes_or_no(name: str, value: object, where: str) -> str:
    known = {True: "yes", False: "no", "true": "yes", "yes": "yes", "false": "no", "no": "no"}
    if not isinstance(value, bool | str) or value not in known:
        raise ReadError(f"{where}: {name} is {value!r}; it must be true or false")
    return known[value] if name == "in_force" or known[value] == "yes" else ""


def _text(name: str, value: object, where: str) -> str:
    lists = ", or a list of them" if name in _LISTS else ""
    if not isinstance(value, str) or not value.strip():
        raise ReadError(f"{where}: {name} is {value!r}; it must be a text in quotation marks{lists}")
    text = value.strip()
    if len(text) > MAX_VALUE_CHARS or not text.isprintable() or "#" in text:
        raise ReadError(f"{where}: {name} must be one line without #, at most {MAX_VALUE_CHARS:,} characters")
    if name == "repealed" and text in ("yes", "true"):
        return "yes"
    if name in (*_DATES, "repealed") and not _is_day(text):
        raise ReadError(f"{where}: {name} is {text!r}; it must be a day written as 2024-05-01")
    return text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return bool(_DAY.fullmatch(text))
