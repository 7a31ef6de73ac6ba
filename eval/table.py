"""A report → tables on the terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from eval.compare import QuestionDiff
from eval.measure import PRIMARY
from eval.report import Report
from eval.significance import Comparison

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

TABLE_COLUMNS = 110
"""Columns the widest table takes; a narrower terminal wraps its lines, which keeps every figure."""


def print_report(made: Report, console: "Console") -> None:
    """Print the notes, the systems, the comparisons and the groups."""
    for line in facts(made):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(_systems(made))
    if made.comparisons:
        console.print(_comparisons(made))
    if made.groups:
        console.print(_groups(made))
    e = made.environment
    console.print(
        f"{e.cpu}, {e.cores} cores, {e.memory_gib} GiB; Python {e.python}; commit {e.commit or 'unknown'}; {e.date}\n"
        f"$ {e.command}",
        highlight=False, markup=False, soft_wrap=True,
    )  # fmt: skip


def facts(made: Report) -> list[str]:
    """What a reader must know before the figures: sizes, and everything that was left out."""
    s, index = made.set, made.index
    lines = [
        f"set {s['name']}, split {s['split']}: {s['questions']} questions, {s['measured']} measured "
        f"({s['unanswerable']} unanswerable, {s['without_relevant']} without a relevant clause are left out)",
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
        for system in made.systems
        if system.refused
    ]


def _systems(made: Report) -> "Table":
    names = list(made.systems[0].measures) if made.systems else []
    table = _table("", ["system", *names, "95 % of " + PRIMARY, "p50 ms", "p95 ms", "p99 ms"])
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
    table = _table(title, ["system", "against", "difference", "p", "p Holm", "won", "lost", "tied"])
    for c in made.comparisons:
        table.add_row(c.system, c.against, f"{c.difference:+.4f}", f"{c.p:.4f}", f"{c.p_holm:.4f}",
                      str(c.won), str(c.lost), str(c.tied))  # fmt: skip
    return table


def _groups(made: Report) -> "Table":
    table = _table(f"{PRIMARY} by group", ["by", "value", "questions", *(s.name for s in made.systems)])
    last = made.groups[0].by
    for group in made.groups:
        if group.by != last:
            table.add_section()
            last = group.by
        means = (f"{group.means[s.name][PRIMARY]:.4f}" for s in made.systems)
        table.add_row(group.by, group.value, str(group.questions), *means)
    return table


def _table(title: str, columns: Sequence[str]) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for place, column in enumerate(columns):
        text = place == 0 or column in ("against", "value")
        table.add_column(column, justify="left" if text else "right", no_wrap=True)
    return table


_SHOWN_CHARS = 80


def diff_lines(
    comparison: Comparison, shown: Sequence[QuestionDiff], changed: int, texts: Mapping[str, str]
) -> list[str]:
    """What changed between two runs, in words; `texts` holds the clauses that are named."""
    c = comparison
    lines = [
        f"{c.measure} {c.difference:+.4f} (p {c.p:.4f}); {c.won} won, {c.lost} lost, {c.tied} tied; "
        f"{len(shown)} of {changed} shown"
    ]
    for d in shown:
        lines += ["", f"{d.change:+.4f}  {d.before:.4f} to {d.after:.4f}  {d.question.id}  {d.question.text}"]
        for address, grade, before, after in d.ranks:
            text = _shortened(texts, address)
            lines.append(f"   grade {grade}  rank {before or '-'} to {after or '-'}  {address}  {text}")
        for when, first in (("before", d.before_first), ("after", d.after_first)):
            if first and all(first != rank[0] for rank in d.ranks):
                lines.append(f"   first {when}  {first}  {_shortened(texts, first)}")
    return lines


def _shortened(texts: Mapping[str, str], address: str) -> str:
    return " ".join(texts.get(address, "not in the corpus").split())[:_SHOWN_CHARS]
