"""`tiaowen backup` and `tiaowen restore`: a store to one file and back."""

from pathlib import Path
from typing import Annotated

import typer

from service.archive.backup import Archive, back_up
from service.archive.restore import restore
from service.commands.configured import settings_of

Store = Annotated[Path | None, typer.Option("--store", help="Folder of the index (TIAOWEN_STORE).")]


def backup_command(
    file: Annotated[
        Path, typer.Argument(help="Archive to write, .tar or .tar.gz; one of that name is replaced.")
    ],
    store: Store = None,
) -> None:
    """Write the whole store into one file: snapshots, accepted uploads, jobs, keys; the service may run on."""
    written = back_up(settings_of(store).store, file, lambda message: typer.echo(message, err=True))
    typer.echo(f"wrote {file}: {_said(written)}")


def restore_command(
    file: Annotated[Path, typer.Argument(help="Archive that `tiaowen backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Lose what the store holds.")] = False,
    store: Store = None,
) -> None:
    """Put a backup into an empty store, every file checked first; stop the service before."""
    folder = settings_of(store).store
    typer.echo(f"restored {folder}: {_said(restore(file, folder, replace))}")


def _said(archive: Archive) -> str:
    published = f"snapshot {archive.snapshot}" if archive.snapshot else "nothing published"
    return (f"{published}, {archive.snapshots} kept, {archive.jobs} waiting changes, {archive.files} files, "
            f"{archive.size_bytes / 1e6:,.1f} MB")  # fmt: skip
