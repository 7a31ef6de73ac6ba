"""`tiaowen keys`: create, list and revoke access keys."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.commands.configured import settings_of
from service.middleware.keys import KeyStore, Scope

app = typer.Typer(no_args_is_help=True, help="Create, list and revoke access keys.")

Store = Annotated[Path | None, typer.Option("--store", help="Folder of the index (TIAOWEN_STORE).")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whom or what the key is for.")],
    scope: Annotated[str, typer.Option(help="read, write or admin.")] = "read",
    expires: Annotated[float | None, typer.Option(help="Days until it expires.")] = None,
    store: Store = None,
) -> None:
    """Make a key and print it, once: only its digest is kept."""
    token = KeyStore(settings_of(store).store).create(name, Scope.named(scope), expires)
    typer.echo(token)
    typer.echo("Keep it safe: it cannot be shown again.", err=True)


@app.command("list")
def list_keys(store: Store = None) -> None:
    """List the keys: id, scope, when made, when they expire, name."""
    now = time.time()
    for key in KeyStore(settings_of(store).store).listed():
        end = "never" if key.expires is None else "expired" if key.expired(now) else _day(key.expires)
        typer.echo(f"{key.id}  {Scope(key.scope).name.lower():5}  {_day(key.created)}  {end:10}  {key.name}")


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="Name or id of the key.")], store: Store = None) -> None:
    """Revoke a key; a running service refuses it from the next request on."""
    key = KeyStore(settings_of(store).store).revoke(name)
    typer.echo(f"revoked {key.id} {key.name}")


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
