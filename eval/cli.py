"""`tiaowen eval`: run systems over a set, compare two runs, draw a report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eval import console, studies

if TYPE_CHECKING:
    from eval.systems import Setup

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Measure retrieval on questions with known answers; without a command: run the set on the bundled plan."""
    if context.invoked_subcommand is None:
        run(context)


def _configured(context: typer.Context, file: Path | None) -> Path | None:
    """Let the file's values stand in for options that the command line does not give."""
    if file is not None:
        from eval.config import read_config

        names = {option: p.name or "" for p in context.command.params for option in _long_names(p)}
        values, own = read_config(file, names)
        if own:
            values.setdefault("systems", "")  # the file's own systems stand in for the usual ones
        context.default_map = {names[key]: value for key, value in values.items()}
        context.meta[OWN_SYSTEMS] = own
    return file


OWN_SYSTEMS = "eval.systems"
"""Key in a context's meta of the systems that the configuration file describes."""


def _long_names(parameter: Any) -> list[str]:
    return [option.removeprefix("--") for option in parameter.opts if option not in ("--config", "--help")]


@app.command()
def run(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            is_eager=True, callback=_configured, help="TOML file with these options and systems of your own."
        ),
    ] = None,
    set_name: console.SetName = "plan",
    split: console.Split = "all",
    systems: Annotated[
        str, typer.Option(help="Of rank-bm25, bm25, dense, hybrid, rrf; comma-separated.")
    ] = "bm25,dense,hybrid",
    baseline: Annotated[bool, typer.Option(help="Run rank-bm25 beside the systems.")] = True,
    limit: console.Limit = None,
    qrels: console.Qrels = None,
    store: console.StoreFolder = None,
    models: console.Models = None,
    model: console.Model = None,
    dictionary: console.Dictionary = None,
    json_file: console.JsonFile = None,
    html_file: console.HtmlFile = None,
    gate: console.Gate = None,
    write_gate: console.WriteGate = None,
    trec: Annotated[Path | None, typer.Option(help="Folder for TREC files: qrels.txt, SYSTEM.run.")] = None,
) -> None:
    """Index a set's corpus, ask its questions of each system, and print what each scores."""
    from eval.files import as_json, read_json
    from eval.judgements import open_set
    from eval.report import report
    from eval.run import runs
    from eval.systems import systems_named
    from eval.table import print_report
    from eval.trec import write_qrels, write_run

    own: tuple[Setup, ...] = context.meta.get(OWN_SYSTEMS, ())
    setups = systems_named(systems, baseline, own)
    judged = open_set(set_name, qrels).only(split, limit)
    configuration = console.configuration_of(context, judged, store, models, model, dictionary)
    earlier = read_json(gate) if gate else None
    console.make_folders(json_file, html_file, write_gate, trec and trec / "qrels.txt")
    with console.progress() as advance:
        opened = console.open_judged(judged, configuration, advance)
        done = list(runs(opened, setups, advance=advance))
    report_made = report(opened, setups, done, configuration)
    print_report(report_made)
    if not baseline:
        typer.echo("note: the baseline rank-bm25 was left out (--no-baseline)")
    made = as_json(report_made)
    console.keep(made, json_file, html_file, write_gate)
    if trec:
        with console.writing():
            write_qrels(trec / "qrels.txt", {q.id: judged.qrels[q.id] for q in judged.measured})
            for one in done:
                write_run(trec / f"{one.name}.run", one)
    if gate and earlier:
        console.check_gate(made, earlier, gate)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="A TREC run file.")],
    after: Annotated[Path, typer.Argument(help="Another over the same questions.")],
    set_name: console.SetName = "plan",
    split: console.Split = "all",
    qrels: console.Qrels = None,
    show: Annotated[int, typer.Option(min=0, help="Questions to show, greatest change first.")] = 10,
) -> None:
    """Show which questions the second run answers better or worse than the first, with the clauses."""
    from eval.compare import diff, diff_lines
    from eval.corpus import clause_texts
    from eval.judgements import open_set
    from eval.trec import read_run

    judged = open_set(set_name, qrels).only(split)
    comparison, changed = diff(read_run(before), read_run(after), judged)
    shown = changed[:show]
    wanted = {a for d in shown for a in (d.before_first, d.after_first, *(rank[0] for rank in d.ranks)) if a}
    for line in diff_lines(comparison, shown, len(changed), clause_texts(judged, wanted)):
        typer.echo(line)


@app.command()
def report(
    json_file: Annotated[Path, typer.Argument(help="What --json wrote.")],
    html_file: Annotated[Path, typer.Argument(help="The HTML file to write.")],
) -> None:
    """Draw a JSON report as one HTML file that needs nothing else."""
    from eval.files import read_json
    from eval.html import write_html

    made = read_json(json_file)
    with console.writing():
        write_html(html_file, made)
    typer.echo(f"wrote {html_file}")


app.command()(studies.ablation)
app.command()(studies.oracle)
app.command()(studies.answers)
app.command()(studies.load)
