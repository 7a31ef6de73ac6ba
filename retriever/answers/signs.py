"""The chosen quotes → the signs that they answer, or that the documents are silent: one row for a small model."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.text import normalised
from retriever.answers.choose import Run
from retriever.answers.evidence import FEATURES, Evidence
from retriever.answers.typed import holds
from retriever.answers.wanted import Kind, Wanted, years_in

SIGNS = (
    "expected", "best_chance", "cosine_clause", "cosine_piece", "covered_clause", "covered_piece",
    "known_share", "ahead", "year_missing", "place_missing", "kind_missing", "figure", "yes_no", "latin",
)  # fmt: skip


def signs(
    evidence: Evidence, chances: NDArray[np.float64], runs: Sequence[Run], expected: float, asked: Wanted
) -> NDArray[np.float64]:
    """(signs,) in the order of SIGNS; every one is free of scale, so that it means the same in any collection."""
    first = runs[0]
    one = evidence.ranked[first.owner]
    span = slice(first.first, first.last + 1)
    text = one.clause.text
    quote = text[evidence.pieces[first.first].start : evidence.pieces[first.last].end]
    sentence = _sentence(evidence, first)
    about = normalised(" ".join((one.clause.citation, *one.clause.path, one.clause.lead_in, text)))[0]
    dense = {s.side: s.score for s in one.signals}.get("dense", 0.0)
    columns = {name: evidence.table[span, at] for at, name in enumerate(FEATURES)}
    others = chances[evidence.owner != first.owner]
    year = bool(asked.years) and not set(asked.years) & set(years_in(normalised(sentence)[0]))
    place = bool(asked.places) and not all(p in about for p in asked.places)
    kind = asked.kind in (Kind.FIGURE, Kind.DEADLINE, Kind.BODY) and not holds(
        asked.kind, normalised(quote)[0]
    )
    row = (
        expected,
        float(chances[span].max()),
        dense,
        float(columns["cosine_piece"].max()),
        float(evidence.covered[first.owner]),
        float(columns["covered_piece"].max()),
        evidence.known_share,
        float(chances[span].max() - (others.max() if len(others) else 0.0)),
        float(year),
        float(place),
        float(kind),
        float(asked.kind is Kind.FIGURE),
        float(asked.kind is Kind.YES_NO),
        float(asked.latin),
    )
    return np.array(row, np.float64)


def _sentence(evidence: Evidence, run: Run) -> str:
    """What stands before and in the run within its sentence: a year there governs the run."""
    piece = evidence.pieces[run.first]
    first = run.first
    while (
        first > 0
        and evidence.owner[first - 1] == run.owner
        and evidence.pieces[first - 1].sentence == piece.sentence
    ):
        first -= 1
    text = evidence.ranked[run.owner].clause.text
    return text[evidence.pieces[first].start : evidence.pieces[run.last].end]
