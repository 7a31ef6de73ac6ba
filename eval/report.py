"""Runs over an open set → a report: means with intervals, comparisons, groups, latency, and what they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from eval.baseline import EPSILON, K1, B
from eval.corpus import OpenSet
from eval.environment import Environment, environment
from eval.judgements import unknown_clauses
from eval.latency import Latency, latency_of
from eval.measure import PRIMARY, Scores, groups, measure_names, measured
from eval.run import Run
from eval.significance import Comparison, Interval, compare, interval
from eval.systems import BASELINE, SYSTEMS, Setup
from eval.variants import AS_INDEXED
from index.configuration import Configuration
from retriever.fusion import RRF_K
from retriever.search import Mode


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

    set: Mapping[str, Any]
    index: Mapping[str, Any]
    configuration: Mapping[str, Any]
    systems: Sequence[System]
    comparisons: Sequence[Comparison]
    groups: Sequence[Group]
    questions: Sequence[Mapping[str, Any]]
    """Every measured question with its value of the primary measure under each system."""
    environment: Environment


def report(
    opened: OpenSet,
    setups: Sequence[Setup],
    runs: Sequence[Run],
    configuration: Configuration,
    full: str = "",
) -> Report:
    """Measure the runs of these systems; the baseline, where it ran, comes first.

    `full` names the system that every other is compared with; without it systems are compared as `_pairs` says.
    """
    ordered = sorted(runs, key=lambda run: run.name != BASELINE)
    names = measure_names(opened.searcher.index.manifest.clauses)
    scores = [measured(run, opened.judged, names) for run in ordered]
    return Report(
        set_facts(opened),
        index_facts(opened, configuration),
        configuration_facts(opened, setups, configuration),
        [_system(run, s) for run, s in zip(ordered, scores, strict=True)],
        compare(_pairs(scores, [s.name for s in setups if s.name not in SYSTEMS], full)),
        _groups(opened, scores, names),
        _questions(opened, scores),
        environment(),
    )


def _pairs(scores: Sequence[Scores], own: Sequence[str], full: str) -> list[tuple[Scores, Scores]]:
    """Every system against the baseline, hybrid against each of its sides, one's own against all that came before."""
    by_name = {s.run: s for s in scores}
    if full:
        return [(s, by_name[full]) for s in scores if s.run != full]
    against = [(name, BASELINE) for name in by_name if name != BASELINE]
    against += [(Mode.HYBRID.value, side.value) for side in (Mode.BM25, Mode.DENSE)]
    names = list(by_name)
    against += [(a, b) for a in own for b in names[: names.index(a)] if b != BASELINE]
    return [(by_name[a], by_name[b]) for a, b in against if a in by_name and b in by_name]


def set_facts(opened: OpenSet) -> dict[str, Any]:
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


def index_facts(opened: OpenSet, configuration: Configuration) -> dict[str, Any]:
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


def configuration_facts(
    opened: OpenSet, setups: Sequence[Setup], configuration: Configuration
) -> dict[str, Any]:
    served = opened.searcher.options
    return {
        "model": configuration.model,
        "user_dictionary": str(configuration.user_dictionary or ""),
        "retriever": {**asdict(served), "rrf_k": RRF_K},
        "systems": {
            setup.name: {
                "mode": setup.mode,
                **_changes(setup.options, served),
                **_changes(setup.variant, AS_INDEXED),
            }
            for setup in setups
            if setup.mode is not None
        },
        BASELINE: {"k1": K1, "b": B, "epsilon": EPSILON, "terms": opened.searcher.index.manifest.tokenizer},
    }


def _changes(given: Any, usual: Any) -> dict[str, Any]:
    """The fields in which `given` is otherwise than usual; a function is told by its name."""
    values = {f.name: getattr(given, f.name) for f in fields(given)}
    return {
        name: getattr(value, "__qualname__", value)
        for name, value in values.items()
        if value != getattr(usual, name)
    }


def _system(run: Run, scores: Scores) -> System:
    milliseconds = list(run.milliseconds.values())
    intervals = {name: interval(values) for name, values in scores.values.items()}
    return System(
        run.name, intervals, latency_of(milliseconds), [round(ms, 3) for ms in milliseconds], run.refused
    )


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
