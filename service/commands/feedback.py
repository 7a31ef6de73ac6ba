"""`tiaowen feedback`: what people said of results, counted or exported as draft judgements."""

from pathlib import Path
from typing import Annotated

import typer

from service.commands.configured import settings_of


def feedback_command(
    export: Annotated[
        Path | None, typer.Option(help="New folder for corpus.jsonl, queries.jsonl and qrels/test.tsv.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="Folder of the index (TIAOWEN_STORE).")
    ] = None,
) -> None:
    """Count the feedback kept in the store, or write it as a set for `tiaowen eval run --set FOLDER`."""
    from index.catalogue import Catalogue
    from index.snapshot import Store
    from service.feedback import FeedbackStore
    from service.feedback import export as write

    folder = Store(settings_of(store).store)
    said = FeedbackStore(folder.path).all()
    useful = sum(one.verdict == "useful" for one in said)
    typer.echo(f"{len(said):,} verdicts: {useful:,} useful, {len(said) - useful:,} useless, "
               f"{sum(bool(one.wanted) for one in said):,} with the wanted clause")  # fmt: skip
    if export is None:
        return
    _, snapshot = folder.verified(folder.current())
    done = write(said, Catalogue(snapshot / "catalogue.sqlite"), export)
    typer.echo(f"{export}: {done.questions:,} questions, {done.judgements:,} judgements; left out: "
               f"{done.without_clause:,} questions without a clause that answers, {done.gone:,} judgements of clauses "
               "that are gone")  # fmt: skip
