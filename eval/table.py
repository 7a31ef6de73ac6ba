"""A report → tables on the terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eval.measure import PRIMARY
from eval.oracle import OracleReport
from eval.report import Report

if TYPE_CHECKING:
    from rich.table import Table


def print_report(made: Report) -> None:
    """Print the notes, the systems, the comparisons and the groups."""
    tables: list[Table | str] = [_systems(made)]
    if made.comparisons:
        tables.append(_comparisons(made))
    if made.groups:
        tables.append(_groups(made))
    print_all(made, tables)


def print_ablation(made: Report, meanings: Mapping[str, str]) -> None:
    """Print what the search scores without each component, and what that is by language."""
    full = made.systems[0]
    languages = [group for group in made.groups if group.by == "language"]
    measures = [name for name in full.measures if name not in (PRIMARY, "R@1")]
    title = (
        f"without each component; paired randomisation test, Holm over {len(made.comparisons)} comparisons"
    )
    table = table_of(title, ["system", PRIMARY, "change", "p Holm", "won", "lost", *measures,
                             *(group.value for group in languages), "component"])  # fmt: skip
    compared = {c.system: c for c in made.comparisons}
    for system in made.systems:
        c = compared.get(system.name)
        tested = [f"{c.difference:+.4f}", f"{c.p_holm:.4f}", str(c.won), str(c.lost)] if c else [""] * 4
        table.add_row(system.name, f"{system.measures[PRIMARY].mean:.4f}", *tested,
                      *(f"{system.measures[name].mean:.4f}" for name in measures),
                      *(f"{group.means[system.name][PRIMARY]:.4f}" for group in languages),
                      meanings.get(system.name, ""))  # fmt: skip
    print_all(made, [table])


def print_oracle(made: OracleReport) -> None:
    """Print the ceilings, the weights and where clauses are missing."""
    table = table_of("ceilings, made with the judgements in hand", ["search", PRIMARY, "gain"])
    for ceiling in made.ceilings:
        table.add_row(ceiling.name, f"{ceiling.mean:.4f}", f"{ceiling.gain:+.4f}" if ceiling.gain else "")
    lost = table_of(
        "losses by group", ["by", "value", "questions", "served", "reranked", "gain", "missing", "incomplete"]
    )
    for group in made.losses:
        lost.add_row(group.by, group.value, str(group.questions), f"{group.served:.4f}", f"{group.reranked:.4f}",
                     f"{group.reranked - group.served:+.4f}", str(group.missing), str(group.incomplete))  # fmt: skip
    weights = ", ".join(f"{of['bm25_weight']:g}: {of[PRIMARY]:.4f}" for of in made.weights)
    told = f"{PRIMARY} by weight of bm25: {weights}"
    meaning = ("reranked: the first 100 in perfect order; missing: no relevant clause among the first 100; "
               "incomplete: not every one")  # fmt: skip
    print_all(made, [table, told, lost, meaning])


def print_all(made: Any, parts: Sequence["Table | str"]) -> None:
    """Print what a reader must know before the figures, tables and sentences, then where they come from.

    A terminal narrower than a table wraps its lines, which keeps every figure.
    """
    from rich.console import Console

    console = Console()
    tables = [part for part in parts if not isinstance(part, str)]
    console = Console(width=max([console.width, *(table_width(table) for table in tables)]))
    e = made.environment
    origin = [
        f"{e.cpu}, {e.cores} cores, {e.memory_gib} GiB; Python {e.python}; commit {e.commit or 'unknown'}; {e.date}",
        f"$ {e.command}",
    ]
    for part in (*facts(made), *parts, *origin):
        if isinstance(part, str):
            console.print(part, highlight=False, markup=False, soft_wrap=True)
        else:
            console.print(part)


def table_width(table: "Table") -> int:
    """Columns that a table takes when nothing in it is cut."""
    from rich.console import Console

    return Console(width=1000).measure(table).maximum


def facts(made: Any) -> list[str]:
    """What a reader must know before the figures: sizes, and everything that was left out."""
    s, index = made.set, made.index
    left_out = (
        f"{s['measured']} measured ({s['unanswerable']} unanswerable, {s['without_relevant']} without a relevant "
        "clause are left out)"
    )
    asked = (
        f"{s['unanswerable']} of them unanswerable"
        if s["measured"] == s["questions"] and s["unanswerable"]
        else left_out
    )
    lines = [
        f"set {s['name']}, split {s['split']}: {s['questions']} questions, {asked}",
        f"snapshot {index['snapshot']}: {index['clauses']:,} clauses, {index['bytes'] / 2**20:.1f} MiB, "
        + ("already built" if index["build_seconds"] is None else f"built in {index['build_seconds']:.1f} s")
        + f", {index['embedder']}",
    ]
    if s["relevant_from_grade"] > 1:
        lines.append(
            f"RR and R count a clause as relevant from grade {s['relevant_from_grade']}; nDCG uses all grades"
        )
    for key, what in (
        (
            "judgements_of_unknown_clauses",
            "judgements name a clause that the index does not hold: never found",
        ),
        ("judgements_of_unknown_questions", "questions in the judgements are not in the set: left out"),
        ("entries_without_text", "corpus entries have no text: not indexed"),
    ):
        if s[key]:
            lines.append(f"note: {s[key]} {what}")
    return lines + [
        f"note: {system.name} refused {len(system.refused)} questions; they score 0"
        for system in (made.systems if isinstance(made, Report) else ())
        if system.refused
    ]


def _systems(made: Report) -> "Table":
    names = list(made.systems[0].measures) if made.systems else []
    table = table_of("", ["system", *names, "95 % of " + PRIMARY, "p50 ms", "p95 ms", "p99 ms"])
    for system in made.systems:
        primary, latency = system.measures[PRIMARY], system.latency
        table.add_row(
            system.name,
            *(f"{system.measures[name].mean:.4f}" for name in names),
            f"{primary.low:.3f} to {primary.high:.3f}",
            *(f"{ms:.1f}" for ms in (latency.p50, latency.p95, latency.p99)),
        )
    return table


def _comparisons(made: Report) -> "Table":
    title = f"{PRIMARY}, paired randomisation test, Holm over {len(made.comparisons)} comparisons"
    table = table_of(title, ["system", "against", "difference", "p", "p Holm", "won", "lost", "tied"])
    for c in made.comparisons:
        table.add_row(c.system, c.against, f"{c.difference:+.4f}", f"{c.p:.4f}", f"{c.p_holm:.4f}",
                      str(c.won), str(c.lost), str(c.tied))  # fmt: skip
    return table


def _groups(made: Report) -> "Table":
    table = table_of(f"{PRIMARY} by group", ["by", "value", "questions", *(s.name for s in made.systems)])
    last = made.groups[0].by
    for group in made.groups:
        if group.by != last:
            table.add_section()
            last = group.by
        means = (f"{group.means[s.name][PRIMARY]:.4f}" for s in made.systems)
        table.add_row(group.by, group.value, str(group.questions), *means)
    return table


def table_of(title: str, columns: Sequence[str]) -> "Table":
    """An empty table whose columns of words stand to the left."""
    from rich import box
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for place, column in enumerate(columns):
        text = place == 0 or column in ("against", "value", "component")
        table.add_column(column, justify="left" if text else "right", no_wrap=True)
    return table
