"""The command line's options → Settings, and `tiaowen settings`: what is configured, and where it comes from."""

import json
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from service.settings import Settings, effective

_config: ContextVar[Path | None] = ContextVar("config", default=None)
"""What --config names; it stands before the command, which therefore cannot take it as a parameter."""


def use_config(config: Path | None) -> None:
    """Read the settings of the command under way from this file, None for the usual one."""
    _config.set(config)


def settings_of(store: Path | None) -> Settings:
    """The settings, with --config and --store of the command under way. Raises TiaowenError."""
    settings = Settings.from_environment(config=_config.get())
    return replace(settings, store=store) if store else settings


def settings_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print every setting with its value and where it comes from; secrets are masked."""
    found = effective(config=_config.get())
    if as_json:
        rows = [{"setting": e.setting.field, "variable": e.setting.variable, "value": e.shown, "source": e.source}
                for e in found]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for e in found:
        typer.echo(f"{e.setting.field} = {e.shown}  ({e.source})")
