"""The chosen quotes → the signs that they answer, or that the documents are silent: one row for a small model."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.text import normalised
from retriever.answers.choose import Run
from retriever.answers.evidence import FEATURES, Evidence
from retriever.answers.extend import opening
from retriever.answers.typed import holds
from retriever.answers.wanted import Kind, Wanted, years_in

SIGNS = (
    "expected", "best_chance", "cosine_clause", "cosine_piece", "cosine_z", "held_clause", "held_piece",
    "characters", "nothing_held", "ahead", "year_missing", "year_absent", "place_absent",
    "figure_missing", "date_missing", "body_missing", "yes_no", "latin", "unsaid_most", "unsaid_share",
    "silence", "context_piece", "context_silence",
)  # fmt: skip


def signs(
    evidence: Evidence, chances: NDArray[np.float64], runs: Sequence[Run], expected: float, asked: Wanted,
    silences: tuple[float, float],
) -> NDArray[np.float64]:  # fmt: skip
    """(signs,) in the order of SIGNS; every one is free of scale, so that it means the same in any collection.

    `silences`: how near a piece must be to answer a question that is put like this, by itself and as it stands.
    """
    first = runs[0]
    span = slice(first.first, first.last + 1)
    column = {name: evidence.table[span, at] for at, name in enumerate(FEATURES)}
    quote = normalised(_text(evidence, first, first.first))[0]
    governed = _governing_years(evidence, first, asked)
    absent = evidence.absent[first.owner]
    others = chances[evidence.owner != first.owner]
    unheld = not holds(asked, quote)
    row = (
        expected,
        chances[span].max(),
        column["cosine_clause"].max(),
        column["cosine_piece"].max(),
        column["cosine_z"].max(),
        evidence.covered[first.owner] * evidence.known_share,
        column["covered_piece"].max() * evidence.known_share,
        column["characters"].max(),
        not asked.latin and evidence.covered[first.owner] * evidence.known_share == 0,
        chances[span].max() - (others.max() if len(others) else 0.0),
        bool(asked.years) and not set(asked.years) & set(governed),
        bool(absent & set(asked.years)),
        bool(absent & set(asked.places)),
        asked.kind is Kind.FIGURE and unheld,
        asked.kind is Kind.DEADLINE and unheld,
        asked.kind is Kind.BODY and unheld,
        asked.kind is Kind.YES_NO,
        asked.latin,
        *evidence.unsaid[first.owner],
        silences[0],
        column["context_piece"].max(),
        silences[1],
    )
    return np.array(row, np.float64)


def _governing_years(evidence: Evidence, run: Run, asked: Wanted) -> tuple[str, ...]:
    """The years up to the figure, or to the end of the run: what stands behind a figure does not date it."""
    last = run.last
    if asked.kind is Kind.FIGURE:
        held = [
            at
            for at in range(run.first, run.last + 1)
            if holds(asked, normalised(_text(evidence, replace(run, last=at), at))[0])
        ]
        last = held[0] if held else last
    return years_in(normalised(_text(evidence, replace(run, last=last), opening(evidence, run)))[0])


def _text(evidence: Evidence, run: Run, first: int) -> str:
    text = evidence.ranked[run.owner].clause.text
    return text[evidence.pieces[first].start : evidence.pieces[run.last].end]
