"""What the commands of `tiaowen eval` share: their options, where a set's index lives, progress, files, the gate."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.progress import TaskID

    from eval.corpus import OpenSet
    from eval.judgements import EvalSet
    from eval.run import Advance
    from index.configuration import Configuration

SetName = Annotated[str, typer.Option("--set", help="plan, fictional, or a BEIR folder.")]
Qrels = Annotated[str | None, typer.Option("--qrels", help="File in the BEIR folder's qrels/, without .tsv.")]
Split = Annotated[str, typer.Option("--split", help="all, tune or test (plan, fictional).")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first questions.")]
StoreFolder = Annotated[
    Path | None, typer.Option("--store", help="Folder for this set's index; by default in the cache.")
]
Models = Annotated[
    Path | None, typer.Option("--models", help="Folder of the default model (TIAOWEN_MODELS).")
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", help="default, or a sentence-transformers model by hub name or folder (TIAOWEN_MODEL)."
    ),
]
Dictionary = Annotated[
    Path | None,
    typer.Option("--dictionary", help="Your own words for word segmentation (TIAOWEN_DICTIONARY)."),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the report as JSON.")]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Write the report as one HTML file.")]
Gate = Annotated[
    Path | None,
    typer.Option(
        "--gate", help="Fail if anything is significantly worse than in this earlier --json or --write-gate."
    ),
]
WriteGate = Annotated[
    Path | None,
    typer.Option("--write-gate", help="Write what a later --gate compares with, and nothing else."),
]


def configuration_of(
    context: typer.Context,
    judged: "EvalSet",
    store: Path | None,
    models: Path | None,
    model: str | None,
    dictionary: Path | None,
) -> "Configuration":
    """What the command line says, else what the program that holds this command has set, else the defaults.

    Settings reach eval as `context.obj`, a function that gives a Configuration: eval reads no environment. Only the
    store is never taken from there: a set has a folder of its own in the cache, so that sets never replace each other
    or the user's documents.
    """
    import hashlib

    from index.configuration import Configuration, default_cache

    cache = default_cache()
    configured: Callable[[], Configuration] | None = context.obj
    base = configured().own_files() if callable(configured) else Configuration(cache, cache)
    place = str(judged.folder.resolve()) if judged.folder else ""
    own = f"{judged.name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}" if place else judged.name
    return replace(
        base,
        store=store or cache / "eval" / own,
        models=models or base.models,
        model=model or base.model,
        user_dictionary=dictionary or base.user_dictionary,
    )


def open_judged(judged: "EvalSet", configuration: "Configuration", advance: "Advance") -> "OpenSet":
    """Index the set's corpus unless that is done, and open it."""
    from eval.corpus import open_corpus
    from index.configuration import open_parts

    return open_corpus(
        judged, open_parts(configuration, lambda message: typer.echo(message, err=True)), advance
    )


@contextmanager
def writing() -> Iterator[None]:
    """Files that cannot be written become an EvalError."""
    from eval.judgements import EvalError

    try:
        yield
    except OSError as error:
        raise EvalError(f"cannot write {error.filename}: {error.strerror}") from error


def make_folders(*files: Path | None) -> None:
    """Make the folders of the files to come: one that cannot be made is told now, not after the run."""
    with writing():
        for file in filter(None, files):
            file.parent.mkdir(parents=True, exist_ok=True)


def keep(
    made: Mapping[str, Any], json_file: Path | None, html_file: Path | None, write_gate: Path | None
) -> None:
    """Write a report's files."""
    from eval.files import write_gate as write_gate_file
    from eval.files import write_json

    with writing():
        if json_file:
            write_json(json_file, made)
        if write_gate:
            write_gate_file(write_gate, made)
        if html_file:
            from eval.html import write_html

            write_html(html_file, made)


def check_gate(made: Mapping[str, Any], earlier: Mapping[str, Any], file: Path) -> None:
    """Raises EvalError naming every system that is significantly worse than in the earlier report."""
    from eval.gate import against, dropped
    from eval.judgements import EvalError

    worse = dropped(against(made, earlier))
    if worse:
        named = "; ".join(f"{c.system} {c.measure} {c.difference:+.4f}, p {c.p_holm:.4f}" for c in worse)
        raise EvalError(f"significantly worse than in {file}: {named}; look at the questions in --json, or with "
                        "--trec on both sides and `tiaowen eval compare`")  # fmt: skip
    typer.echo(f"gate: nothing is significantly worse than in {file}")


@contextmanager
def progress() -> Iterator["Advance"]:
    """One bar a stage, on stderr, so that the tables can be piped."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:>16}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total or None)
            bar.update(tasks[stage], completed=done, total=total or None)

        yield advance
