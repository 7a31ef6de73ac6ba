"""A new report and an earlier one → which systems have become worse, so that CI can refuse the change."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.judgements import EvalError
from eval.measure import PRIMARY, Scores
from eval.significance import Comparison, compare

LEVEL = 0.05
"""Drops with a corrected p below this fail."""


def against(made: Mapping[str, Any], earlier: Mapping[str, Any]) -> list[Comparison]:
    """Compare every system with itself in the earlier report, over the questions that both measured.

    Both are reports as JSON. Raises EvalError if they share no system or no question.
    """
    now, then = _values(made), _values(earlier)
    ids = tuple(question for question in now if question in then)
    names = [s["name"] for s in made["systems"] if s["name"] in {e["name"] for e in earlier["systems"]}]
    if made["set"]["name"] != earlier["set"]["name"] or not ids or not names:
        raise EvalError(f"the reports have no question and system in common (sets {made['set']['name']} and "
                        f"{earlier['set']['name']}); make the earlier one anew with `tiaowen eval run --json FILE`"
                        )  # fmt: skip
    return compare([(_scores(name, now, ids), _scores(f"{name} before", then, ids)) for name in names])


def dropped(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Those where the system is now significantly worse."""
    return [c for c in comparisons if c.difference < 0 and c.p_holm < LEVEL]


def _values(made: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    return {question["id"]: question[PRIMARY] for question in made["questions"]}


def _scores(name: str, values: Mapping[str, Mapping[str, float]], ids: tuple[str, ...]) -> Scores:
    system = name.removesuffix(" before")
    return Scores(name, ids, {PRIMARY: [values[question][system] for question in ids]})
