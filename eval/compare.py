"""Two runs over one set → where each is better, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.judgements import EvalQuestion, EvalSet
from eval.measure import PRIMARY, measured
from eval.run import Run
from eval.significance import Comparison, compare


@dataclass(frozen=True, slots=True)
class QuestionDiff:
    """One question under two runs."""

    question: EvalQuestion
    before: float
    after: float
    ranks: Sequence[tuple[str, int, int | None, int | None]]
    """Relevant address, its grade, and its 1-based rank in each run, None where the run lacks it."""
    before_first: str
    after_first: str
    """Address at rank 1 of each run, "" where it has none."""

    @property
    def change(self) -> float:
        return self.after - self.before


def diff(first: Run, second: Run, judged: EvalSet) -> tuple[Comparison, list[QuestionDiff]]:
    """Compare the second run with the first; questions that changed come with the greatest change first."""
    before, after = (measured(run, judged, [PRIMARY]) for run in (first, second))
    (comparison,) = compare([(after, before)])
    changed = [
        _question_diff(question, a, b, (first, second), judged)
        for question, a, b in zip(judged.measured, before.values[PRIMARY], after.values[PRIMARY], strict=True)
        if a != b
    ]
    return comparison, sorted(changed, key=lambda d: (-abs(d.change), d.question.id))


def _question_diff(
    question: EvalQuestion, a: float, b: float, runs: tuple[Run, Run], judged: EvalSet
) -> QuestionDiff:
    places = [
        {address: rank for rank, (address, _) in enumerate(run.rankings.get(question.id, ()), 1)}
        for run in runs
    ]
    ranks = [
        (address, judged.qrels[question.id][address], places[0].get(address), places[1].get(address))
        for address in judged.relevant(question.id)
    ]
    firsts = [next(iter(of), "") for of in places]
    return QuestionDiff(question, a, b, ranks, firsts[0], firsts[1])


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
