"""Runs over an open set → a report: means with intervals, comparisons, groups, latency, and what they come from."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.baseline import EPSILON, K1, B
from eval.corpus import OpenSet
from eval.environment import Environment, environment
from eval.judgements import EvalError, unknown_clauses
from eval.measure import PRIMARY, Scores, groups, measure_names, measured
from eval.run import BASELINE, Run
from eval.significance import Comparison, Interval, compare, interval
from index.configuration import Configuration
from retriever.search import Mode

FORMAT = 1
"""Layout of the JSON; raise it when a field changes its meaning."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from a question's text to its ranking, one question at a time."""

    p50: float
    p95: float
    p99: float
    mean: float


@dataclass(frozen=True, slots=True)
class System:
    """One row of the table."""

    name: str
    measures: Mapping[str, Interval]
    latency: Latency
    milliseconds: Sequence[float]
    """One a question, in the set's order."""
    refused: Sequence[str]


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one split, language or kind."""

    by: str
    value: str
    questions: int
    means: Mapping[str, Mapping[str, float]]
    """System → measure → mean."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed, written as JSON and drawn."""

    format: int
    set: Mapping[str, Any]
    index: Mapping[str, Any]
    configuration: Mapping[str, Any]
    systems: Sequence[System]
    comparisons: Sequence[Comparison]
    groups: Sequence[Group]
    questions: Sequence[Mapping[str, Any]]
    """Every measured question with its value of the primary measure under each system."""
    environment: Environment


def report(opened: OpenSet, runs: Sequence[Run], configuration: Configuration) -> Report:
    """Measure the runs; the baseline, where it ran, comes first."""
    ordered = sorted(runs, key=lambda run: run.name != BASELINE)
    names = measure_names(opened.searcher.index.manifest.clauses)
    scores = [measured(run, opened.judged, names) for run in ordered]
    return Report(
        FORMAT,
        _set_facts(opened),
        _index_facts(opened, configuration),
        _configuration_facts(configuration, opened),
        [_system(run, s) for run, s in zip(ordered, scores, strict=True)],
        compare(_pairs(scores)),
        _groups(opened, scores, names),
        _questions(opened, scores),
        environment(),
    )


def _pairs(scores: Sequence[Scores]) -> list[tuple[Scores, Scores]]:
    """Every system against the baseline, then hybrid against each of its sides."""
    by_name = {s.run: s for s in scores}
    against = [(name, BASELINE) for name in by_name if name != BASELINE]
    against += [(Mode.HYBRID.value, side.value) for side in (Mode.BM25, Mode.DENSE)]
    return [(by_name[a], by_name[b]) for a, b in against if a in by_name and b in by_name]


def _set_facts(opened: OpenSet) -> dict[str, Any]:
    judged = opened.judged
    unanswerable = sum(not q.answerable for q in judged.questions)
    return {
        "name": judged.name,
        "split": judged.split,
        "questions": len(judged.questions),
        "measured": len(judged.measured),
        "unanswerable": unanswerable,
        "without_relevant": len(judged.questions) - len(judged.measured) - unanswerable,
        "relevant_from_grade": judged.relevant_from,
        "judgements_of_unknown_questions": judged.unknown_questions,
        "judgements_of_unknown_clauses": unknown_clauses(
            judged, set(opened.searcher.index.catalogue.addresses())
        ),
        "entries_without_text": opened.skipped,
    }


def _index_facts(opened: OpenSet, configuration: Configuration) -> dict[str, Any]:
    manifest = opened.searcher.index.manifest
    folder = configuration.store / "snapshots" / manifest.id
    return {
        "snapshot": manifest.id,
        "documents": manifest.documents,
        "clauses": manifest.clauses,
        "splitter": manifest.splitter,
        "tokenizer": manifest.tokenizer,
        "recipe": manifest.recipe,
        "embedder": manifest.embedder,
        "bytes": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()),
        "build_seconds": round(opened.build_seconds, 3) if opened.built else None,
    }


def _configuration_facts(configuration: Configuration, opened: OpenSet) -> dict[str, Any]:
    from retriever.fusion import RRF_K

    served = {**asdict(opened.searcher.options), "rrf_k": RRF_K}
    return {
        "model": configuration.model,
        "user_dictionary": str(configuration.user_dictionary or ""),
        "retriever": served,
        BASELINE: {"k1": K1, "b": B, "epsilon": EPSILON, "terms": opened.searcher.index.manifest.tokenizer},
    }


def _system(run: Run, scores: Scores) -> System:
    milliseconds = list(run.milliseconds.values())
    p50, p95, p99 = np.percentile(milliseconds or [math.nan], [50, 95, 99]).tolist()
    latency = Latency(p50, p95, p99, float(np.mean(milliseconds or [math.nan])))
    intervals = {name: interval(values) for name, values in scores.values.items()}
    return System(run.name, intervals, latency, [round(ms, 3) for ms in milliseconds], run.refused)


def _groups(opened: OpenSet, scores: Sequence[Scores], names: Sequence[str]) -> list[Group]:
    return [
        Group(by, value, len(ids), {s.run: {name: s.mean(name, ids) for name in names} for s in scores})
        for by, values in groups(opened.judged).items()
        for value, ids in values.items()
    ]


def _questions(opened: OpenSet, scores: Sequence[Scores]) -> list[dict[str, Any]]:
    return [
        {
            "id": q.id, "text": q.text, "kinds": q.kinds, "language": q.language, "split": q.split,
            PRIMARY: {s.run: round(s.values[PRIMARY][place], 6) for s in scores},
        }
        for place, q in enumerate(opened.judged.measured)
    ]  # fmt: skip


def as_json(made: Report) -> Any:
    """The report as JSON values; a value that is no number becomes null."""
    return _finite(asdict(made))


def write_json(path: Path, made: Report) -> None:
    """Write the report."""
    text = json.dumps(as_json(made), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote. Raises EvalError."""
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvalError(f"cannot read the report {path}: {error}") from error
    if not isinstance(made, dict) or made.get("format") != FORMAT:
        raise EvalError(
            f"{path} is no report of this version; make one with `tiaowen eval run --json {path}`"
        )
    return made


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(v) for key, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list | tuple) else value
