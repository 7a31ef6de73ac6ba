"""A TOML file → options of `tiaowen eval run` and systems of one's own.

set = "plan"
split = "tune"

[system.even]
bm25_weight = 0.5
without = ["windows"]
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from eval.components import chosen
from eval.judgements import EvalError
from eval.systems import Setup
from eval.variants import AS_INDEXED, Variant
from index.errors import TiaowenError
from retriever.options import RankingOptions
from retriever.search import SERVED, Mode


def read_config(path: Path, options: Iterable[str]) -> tuple[dict[str, Any], tuple[Setup, ...]]:
    """The values of `options` that the file gives, and its `[system.NAME]` tables as systems.

    Raises EvalError naming what cannot be read, an unknown key, or a value of the wrong kind.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise EvalError(f"cannot read the configuration {path}: {error}") from error
    systems = table.pop("system", {})
    if not isinstance(systems, dict) or not all(isinstance(of, dict) for of in systems.values()):
        raise EvalError(
            f"{path}: `system` must be tables such as [system.mine]; names of systems go to `systems`"
        )
    known = [name for name in options if name != "config"]
    for key, value in table.items():
        if key not in known:
            raise EvalError(
                f"{path}: unknown key {key!r}; the keys are {', '.join(known)} and [system.NAME] tables"
            )
        if isinstance(value, dict):
            raise EvalError(f"{path}: {key} is a table; it must be a value")
        if isinstance(value, list):
            table[key] = ",".join(map(str, value))
    return table, tuple(_setup(path, name, of) for name, of in systems.items())


def _setup(path: Path, name: str, table: Mapping[str, Any]) -> Setup:
    where = f"{path}: [system.{name}]"
    if not name.strip() or len(name.split()) != 1 or "," in name or "/" in name:
        raise EvalError(
            f"{where} has a name with a blank, a comma or a slash; use letters, digits and hyphens"
        )
    kinds = {f.name: type(getattr(SERVED, f.name)) for f in fields(RankingOptions)}
    changes: dict[str, Any] = {}
    mode, variant = Mode.HYBRID, AS_INDEXED
    for key, value in sorted(
        table.items(), key=lambda pair: pair[0] == "without"
    ):  # last: it may set the mode
        if key == "mode":
            if value not in tuple(Mode):
                raise EvalError(f"{where} has the mode {value!r}; it must be {', '.join(Mode)}")
            mode = Mode(value)
        elif key == "without":
            changes_of, mode, variant = _without(where, value, mode)
            changes |= changes_of
        elif key not in kinds:
            raise EvalError(
                f"{where} has the unknown key {key!r}; the keys are mode, without, {', '.join(kinds)}"
            )
        elif type(value) is not kinds[key] and not (kinds[key] is float and type(value) is int):
            raise EvalError(f"{where} gives {key} = {value!r}; it must be a {kinds[key].__name__}")
        else:
            changes[key] = value
    try:
        return Setup(name, mode, replace(SERVED, **changes), variant)
    except TiaowenError as error:
        raise EvalError(f"{where}: {error}") from error


def _without(where: str, names: Any, mode: Mode) -> tuple[dict[str, Any], Mode, Variant]:
    """What several components away at once come to. Raises EvalError if two of them change the same thing."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise EvalError(
            f"{where} gives without = {names!r}; it must be a list of components of `eval ablation`"
        )
    options: dict[str, Any] = {}
    changed: dict[str, Any] = {}
    for component in chosen(",".join(names)) if names else ():
        options |= component.options
        mode = component.mode if component.mode is not Mode.HYBRID else mode
        for f in fields(Variant):
            value = getattr(component.variant, f.name)
            if value != getattr(AS_INDEXED, f.name):
                if f.name in changed:
                    raise EvalError(f"{where} leaves out two parts of one kind ({component.name} is the second); "
                                    "that cannot be combined")  # fmt: skip
                changed[f.name] = value
    return options, mode, Variant(**changed)
