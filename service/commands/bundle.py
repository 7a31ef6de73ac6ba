"""`tiaowen bundle`: a folder to carry to a machine without a network."""

from pathlib import Path
from typing import Annotated

import typer

from service.archive.bundle import bundle, plan, wanted


def bundle_command(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    extra: Annotated[
        list[str] | None, typer.Option(help="Extra to include, such as mcp; repeatable.")
    ] = None,
    source: Annotated[Path | None, typer.Option(help="Folder of Tiaowen's source code.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what it would hold.")] = False,
) -> None:
    """Collect wheels, model and an install script for a machine of this kind that has no network."""
    asked = wanted(extra or [], source)
    if dry_run:
        packages = plan(asked)
        for name, version in packages:
            typer.echo(f"{name} {version}")
        typer.echo(f"{len(packages)} packages; nothing was written", err=True)
        return
    typer.echo("collecting wheels; this takes some minutes", err=True)
    made = bundle(folder, asked, extra or [])
    typer.echo(f"wrote {folder}: tiaowen {made.version}, {made.wheels} wheels, {made.size_bytes / 1e6:,.0f} MB; "
               f"there, run `sh install.sh`")  # fmt: skip
