"""Commands of `tiaowen eval` that look into a search or a service: ablation, oracle, answers, load."""

from pathlib import Path
from typing import Annotated

import typer

from eval import console


def ablation(
    context: typer.Context,
    without: Annotated[str, typer.Option(help="Components, comma-separated; all by default.")] = "",
    set_name: console.SetName = "plan",
    split: console.Split = "all",
    limit: console.Limit = None,
    qrels: console.Qrels = None,
    store: console.StoreFolder = None,
    models: console.Models = None,
    model: console.Model = None,
    dictionary: console.Dictionary = None,
    json_file: console.JsonFile = None,
    html_file: console.HtmlFile = None,
) -> None:
    """Measure the search that is served without each of its components, one at a time."""
    from eval.components import chosen
    from eval.components import without as setup_without
    from eval.files import as_json
    from eval.judgements import open_set
    from eval.report import report
    from eval.run import runs
    from eval.systems import Setup
    from eval.table import print_ablation

    components = chosen(without)
    setups = [Setup(FULL), *map(setup_without, components)]
    judged = open_set(set_name, qrels).only(split, limit)
    configuration = console.configuration_of(context, judged, store, models, model, dictionary)
    console.make_folders(json_file, html_file)
    with console.progress() as advance:
        opened = console.open_judged(judged, configuration, advance)
        done = list(runs(opened, setups, advance=advance))
    made = report(opened, setups, done, configuration, full=FULL)
    print_ablation(made, {f"- {c.name}": c.meaning for c in components})
    console.keep(as_json(made), json_file, html_file, None)


FULL = "full"
"""The search that is served, in the table of an ablation."""


def oracle(
    context: typer.Context,
    set_name: console.SetName = "plan",
    split: console.Split = "all",
    limit: console.Limit = None,
    qrels: console.Qrels = None,
    store: console.StoreFolder = None,
    models: console.Models = None,
    model: console.Model = None,
    dictionary: console.Dictionary = None,
    json_file: console.JsonFile = None,
    html_file: console.HtmlFile = None,
) -> None:
    """Show where the search loses: the best that other weights or another order of its first clauses could reach."""
    from eval.files import as_json
    from eval.judgements import open_set
    from eval.oracle import oracle_report
    from eval.table import print_oracle

    judged = open_set(set_name, qrels).only(split, limit)
    configuration = console.configuration_of(context, judged, store, models, model, dictionary)
    console.make_folders(json_file, html_file)
    with console.progress() as advance:
        opened = console.open_judged(judged, configuration, advance)
        made = oracle_report(opened, configuration, advance)
    print_oracle(made)
    console.keep(as_json(made), json_file, html_file, None)


def answers(
    context: typer.Context,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Confidence from which to answer; by default the served one."),
    ] = None,
    set_name: console.SetName = "plan",
    split: console.Split = "all",
    limit: console.Limit = None,
    store: console.StoreFolder = None,
    models: console.Models = None,
    model: console.Model = None,
    dictionary: console.Dictionary = None,
    json_file: console.JsonFile = None,
    html_file: console.HtmlFile = None,
    gate: console.Gate = None,
    write_gate: console.WriteGate = None,
) -> None:
    """Measure quoted answers and silence: span F1, citations, abstention, calibration, latency."""
    from eval.answer_report import answer_report
    from eval.answer_table import print_answers
    from eval.answering import answered
    from eval.files import as_json, read_json
    from eval.judgements import open_set
    from retriever.open import answerer_over

    judged = open_set(set_name).only(split, limit)
    configuration = console.configuration_of(context, judged, store, models, model, dictionary)
    earlier = read_json(gate) if gate else None
    console.make_folders(json_file, html_file, write_gate)
    with console.progress() as advance:
        opened = console.open_judged(judged, configuration, advance)
        answerer = answerer_over(opened.searcher, opened.parts)
        if threshold is not None:
            answerer.threshold = threshold
        scored = answered(judged, answerer, advance)
    report_made = answer_report(opened, scored, answerer.threshold, configuration)
    print_answers(report_made)
    made = as_json(report_made)
    console.keep(made, json_file, html_file, write_gate)
    if gate and earlier:
        console.check_gate(made, earlier, gate)


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
        with console.writing():
            json_file.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
