"""A new report and an earlier one → which systems have become worse, so that CI can refuse the change."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.files import GATED
from eval.judgements import EvalError
from eval.measure import Scores
from eval.significance import Comparison, compare_all

LEVEL = 0.05
"""Drops with a corrected p below this fail."""


def against(made: Mapping[str, Any], earlier: Mapping[str, Any]) -> list[Comparison]:
    """Compare every system with itself in the earlier report, over the questions that both measured.

    Both are reports or gate files as JSON. The correction is over all systems and measures. Raises EvalError if they
    share no system or no question.
    """
    names = [s["name"] for s in made["systems"] if s["name"] in {e["name"] for e in earlier["systems"]}]
    pairs = []
    for measure in GATED:
        now, then = _values(made, measure), _values(earlier, measure)
        ids = tuple(question for question in now if question in then)
        if ids:
            pairs += [
                (_scores(name, name, measure, now, ids), _scores(f"{name} before", name, measure, then, ids))
                for name in names
            ]
    if made["set"]["name"] != earlier["set"]["name"] or not pairs:
        raise EvalError(f"the reports have no question and system in common (sets {made['set']['name']} and "
                        f"{earlier['set']['name']}); make the earlier one anew with `tiaowen eval run --json FILE`"
                        )  # fmt: skip
    return compare_all(pairs)


def dropped(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Those where the system is now significantly worse."""
    return [c for c in comparisons if c.difference < 0 and c.p_holm < LEVEL]


def _values(made: Mapping[str, Any], measure: str) -> dict[str, Mapping[str, float]]:
    return {question["id"]: question[measure] for question in made["questions"] if measure in question}


def _scores(
    run: str, system: str, measure: str, values: Mapping[str, Mapping[str, float]], ids: tuple[str, ...]
) -> Scores:
    return Scores(run, ids, {measure: [values[question][system] for question in ids]})
