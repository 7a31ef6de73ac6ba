"""Names → the systems to measure: what each asks of which sides, with which options."""

from dataclasses import dataclass, replace

from eval.judgements import EvalError
from eval.variants import AS_INDEXED, Variant
from retriever.options import RankingOptions
from retriever.search import SERVED, Mode

BASELINE = "rank-bm25"
RANK_FUSION = "rrf"
"""Hybrid with reciprocal rank fusion in place of the fusion that is served."""
SYSTEMS = (BASELINE, *(mode.value for mode in Mode), RANK_FUSION)


@dataclass(frozen=True, slots=True)
class Setup:
    """One system to measure."""

    name: str
    mode: Mode | None = Mode.HYBRID
    """None for the baseline, which is no search of ours."""
    options: RankingOptions = SERVED
    variant: Variant = AS_INDEXED


def setup_named(name: str) -> Setup:
    """The system of a name in `SYSTEMS`. Raises EvalError."""
    if name not in SYSTEMS:
        raise EvalError(f"unknown system {name!r}; the systems are {', '.join(SYSTEMS)}")
    if name == BASELINE:
        return Setup(name, None)
    if name == RANK_FUSION:
        return Setup(name, options=replace(SERVED, fusion=RANK_FUSION))
    return Setup(name, Mode(name))


def systems_named(names: str, baseline: bool = True, own: tuple[Setup, ...] = ()) -> list[Setup]:
    """Split `hybrid,dense` into systems, each once, the baseline first and `own` last.

    Raises EvalError for an unknown name or if nothing is named.
    """
    given = [setup_named(name.strip()) for name in names.split(",") if name.strip()]
    others = list({setup.name: setup for setup in given if setup.name != BASELINE}.values())
    taken = [setup.name for setup in own if setup.name in SYSTEMS]
    if taken:
        raise EvalError(f"a system of your own cannot be called {taken[0]!r}; choose another name")
    if not baseline and not others and not own:
        raise EvalError(f"no system to run; name some of {', '.join(SYSTEMS[1:])}")
    return [*([setup_named(BASELINE)] if baseline else []), *others, *own]
