"""A report on answers → tables on the terminal."""

import math
from typing import TYPE_CHECKING

from eval.answer_report import AnswerReport
from eval.table import print_all, table_of

if TYPE_CHECKING:
    from rich.table import Table


def print_answers(made: AnswerReport) -> None:
    """Print the measures, the points of abstention, the calibration and the groups."""
    told = f"AUROC of answerable against unanswerable {made.auroc:.4f}"
    note = (
        "right clause, F1, exact, precision and recall are over the answerable questions that were answered; "
        f"threshold {made.configuration['threshold']:g}"
    )
    took = made.latency
    latency = f"p50 {took.p50:.1f} ms, p95 {took.p95:.1f} ms, p99 {took.p99:.1f} ms a question"
    print_all(
        made, [_measures(made), note, told, _operating(made), _calibration(made), _groups(made), latency]
    )


def _measures(made: AnswerReport) -> "Table":
    table = table_of("answers", ["measure", "mean", "95 %"])
    for name, value in made.measures.items():
        table.add_row(name, _figure(value.mean), f"{value.low:.3f} to {value.high:.3f}")
    return table


def _operating(made: AnswerReport) -> "Table":
    title = "false answers where a share of the answerable is answered"
    table = table_of(title, ["share", "threshold", "answered", "false answers"])
    for point in made.operating:
        table.add_row(f"{point.coverage:.0%}", _figure(point.threshold), _figure(point.answered),
                      _figure(point.false_answers))  # fmt: skip
    return table


def _calibration(made: AnswerReport) -> "Table":
    title = f"claimed and true: ECE {made.calibration.ece:.4f}, Brier {made.calibration.brier:.4f}"
    table = table_of(title, ["confidence", "questions", "claimed", "right"])
    for of in made.calibration.bins:
        table.add_row(
            f"{of.low:.1f} to {of.high:.1f}", str(of.questions), _figure(of.confidence), _figure(of.right)
        )
    return table


def _groups(made: AnswerReport) -> "Table":
    columns = [
        "by",
        "value",
        "answerable",
        "coverage",
        "right clause",
        "F1",
        "unanswerable",
        "false answers",
        "AUROC",
    ]
    table = table_of("by group", columns)
    for group in made.groups:
        table.add_row(
            group.by, group.value, str(group.answerable), _figure(group.coverage), _figure(group.right_clause),
            _figure(group.f1), str(group.unanswerable), _figure(group.false_answers), _figure(group.auroc),
        )  # fmt: skip
    return table


def _figure(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4f}"
