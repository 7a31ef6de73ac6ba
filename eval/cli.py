"""`tiaowen eval`: run systems over a set, compare two runs, draw a report."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.progress import TaskID

    from eval.judgements import EvalSet
    from eval.run import Advance
    from index.configuration import Configuration

app = typer.Typer(add_completion=False, rich_markup_mode=None)

SetName = Annotated[str, typer.Option("--set", help="plan, or a BEIR folder.")]
Qrels = Annotated[str | None, typer.Option("--qrels", help="File in the BEIR folder's qrels/, without .tsv.")]
Split = Annotated[str, typer.Option("--split", help="all, tune or test (plan).")]


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Measure retrieval on questions with known answers; without a command: run the set on the bundled plan."""
    if context.invoked_subcommand is None:
        run()


@app.command()
def run(
    set_name: SetName = "plan",
    split: Split = "all",
    systems: Annotated[
        str, typer.Option(help="Of rank-bm25, bm25, dense, hybrid, rrf; comma-separated.")
    ] = "bm25,dense,hybrid",
    baseline: Annotated[bool, typer.Option(help="Run rank-bm25 beside the systems.")] = True,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first questions.")] = None,
    qrels: Qrels = None,
    store: Annotated[
        Path | None, typer.Option(help="Folder for this set's index; by default in the cache.")
    ] = None,
    models: Annotated[Path | None, typer.Option(help="Folder of the default model.")] = None,
    model: Annotated[
        str, typer.Option(help="default, or a sentence-transformers model by hub name or folder.")
    ] = "default",
    dictionary: Annotated[Path | None, typer.Option(help="Your own words for word segmentation.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report as JSON.")] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write the report as one HTML file.")
    ] = None,
    gate: Annotated[
        Path | None, typer.Option(help="Fail if a system is significantly worse than in this earlier --json.")
    ] = None,
    trec: Annotated[Path | None, typer.Option(help="Folder for TREC files: qrels.txt, SYSTEM.run.")] = None,
) -> None:
    """Index a set's corpus, ask its questions of each system, and print what each scores."""
    from rich.console import Console

    from eval.corpus import open_corpus
    from eval.judgements import open_set
    from eval.report import as_json, read_json, report, write_json
    from eval.run import runs, systems_named
    from eval.table import TABLE_COLUMNS, print_report
    from eval.trec import write_qrels, write_run
    from index.configuration import open_parts

    judged = open_set(set_name, qrels).only(split, limit)
    configuration = _configuration(judged, store, models, model, dictionary)
    names = systems_named(systems, baseline)
    earlier = read_json(gate) if gate else None
    with _writing():  # a folder that cannot be made is told now, not after the run
        for folder in filter(None, (trec, json_file and json_file.parent, html_file and html_file.parent)):
            folder.mkdir(parents=True, exist_ok=True)
    parts = open_parts(configuration, lambda message: typer.echo(message, err=True))
    with _progress() as advance:
        opened = open_corpus(judged, parts, advance)
        done = list(runs(opened, names, tokenizer=parts.tokenizer, advance=advance))
    made = report(opened, done, configuration)
    terminal = Console()
    print_report(made, Console(width=max(terminal.width, TABLE_COLUMNS)))
    if not baseline:
        typer.echo("note: the baseline rank-bm25 was left out (--no-baseline)")
    with _writing():
        if json_file:
            write_json(json_file, made)
        if html_file:
            from eval.html import write_html

            write_html(html_file, as_json(made))
        if trec:
            write_qrels(trec / "qrels.txt", {q.id: judged.qrels[q.id] for q in judged.measured})
            for one in done:
                write_run(trec / f"{one.name}.run", one)
    if gate and earlier:
        _check_gate(as_json(made), earlier, gate)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="A TREC run file.")],
    after: Annotated[Path, typer.Argument(help="Another over the same questions.")],
    set_name: SetName = "plan",
    split: Split = "all",
    qrels: Qrels = None,
    show: Annotated[int, typer.Option(min=0, help="Questions to show, greatest change first.")] = 10,
) -> None:
    """Show which questions the second run answers better or worse than the first, with the clauses."""
    from eval.compare import diff
    from eval.corpus import clause_texts
    from eval.judgements import open_set
    from eval.table import diff_lines
    from eval.trec import read_run

    judged = open_set(set_name, qrels).only(split)
    comparison, changed = diff(read_run(before), read_run(after), judged)
    shown = changed[:show]
    wanted = {a for d in shown for a in (d.before_first, d.after_first, *(rank[0] for rank in d.ranks)) if a}
    for line in diff_lines(comparison, shown, len(changed), clause_texts(judged, wanted)):
        typer.echo(line)


@app.command()
def report(
    json_file: Annotated[Path, typer.Argument(help="What `run --json` wrote.")],
    html_file: Annotated[Path, typer.Argument(help="The HTML file to write.")],
) -> None:
    """Draw a JSON report as one HTML file that needs nothing else."""
    from eval.html import write_html
    from eval.report import read_json

    made = read_json(json_file)
    with _writing():
        write_html(html_file, made)
    typer.echo(f"wrote {html_file}")


@app.command()
def load(
    url: Annotated[str, typer.Argument(help="Where the service answers.")] = "http://127.0.0.1:8187",
    clients: Annotated[str, typer.Option(help="Numbers of clients to try, comma-separated.")] = "1,8",
    questions: Annotated[int, typer.Option(min=1, max=100_000, help="Questions for each number.")] = 500,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures as JSON.")] = None,
) -> None:
    """Ask a running service the plan's questions and print throughput and latency as a client sees them."""
    import json
    from dataclasses import asdict

    from eval.environment import environment
    from eval.judgements import EvalError, plan_set
    from eval.load import put_load

    if not all(n.strip().isdigit() and 1 <= int(n) <= 256 for n in clients.split(",")):
        raise EvalError(f"--clients is {clients!r}; give numbers from 1 to 256, such as 1,8,64")
    texts = [question.text for question in plan_set().questions]
    put_load(url, texts, 1, 20)  # warm
    figures = []
    for number in map(int, clients.split(",")):
        figures.append(put_load(url, texts, number, questions))
        f = figures[-1]
        typer.echo(f"{f.clients:3} clients: {f.per_second:7.1f} questions/s, p50 {f.p50_milliseconds:.1f} ms, "
                   f"p95 {f.p95_milliseconds:.1f} ms, p99 {f.p99_milliseconds:.1f} ms, {f.failed} failed")  # fmt: skip
    if json_file is not None:
        made = {"url": url, "loads": [asdict(f) for f in figures], "environment": asdict(environment())}
        with _writing():
            json_file.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")


def _configuration(
    judged: "EvalSet", store: Path | None, models: Path | None, model: str, dictionary: Path | None
) -> "Configuration":
    """The default store is one folder a set in the user's cache, so that sets never replace each other."""
    import hashlib

    from index.configuration import Configuration, default_cache

    place = str(judged.folder.resolve()) if judged.folder else ""
    own = f"{judged.name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}" if place else judged.name
    cache = default_cache()
    return Configuration(store or cache / "eval" / own, models or cache, model, dictionary)


@contextmanager
def _writing() -> Iterator[None]:
    from eval.judgements import EvalError

    try:
        yield
    except OSError as error:
        raise EvalError(f"cannot write {error.filename}: {error.strerror}") from error


def _check_gate(made: Mapping[str, Any], earlier: Mapping[str, Any], file: Path) -> None:
    """Raises EvalError naming every system that is significantly worse than in the earlier report."""
    from eval.gate import against, dropped
    from eval.judgements import EvalError

    worse = dropped(against(made, earlier))
    if worse:
        named = "; ".join(f"{c.system} {c.measure} {c.difference:+.4f}, p {c.p_holm:.4f}" for c in worse)
        raise EvalError(f"significantly worse than in {file}: {named}; see the questions with --trec on both "
                        "sides and `tiaowen eval compare`")  # fmt: skip
    typer.echo(f"gate: nothing is significantly worse than in {file}")


@contextmanager
def _progress() -> Iterator["Advance"]:
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
