"""A chosen run → the run as people quote it: what is bound to a year begins at the year."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.text import normalised
from retriever.answers.choose import Run
from retriever.answers.evidence import FEATURES, Evidence
from retriever.answers.typed import holds
from retriever.answers.wanted import Kind, Wanted, years_in

BARE_DATE_CHARS = 12
_ITEM = re.compile(r"[；：;:\n]\s*(?:[（(][一二三四五六七八九十]+[）)]|[①-⑳]|\d+[.．、])")
HOLE_CHARS = 20
"""推进创业板改革，实行注册制，推进基础性制度改革: what is as short as this between two quotes is quoted with them."""
REACH = 3
"""Pieces that the figure, date or body may stand away from the words that were found."""


def all_extended(evidence: Evidence, runs: Sequence[Run], asked: Wanted) -> list[Run]:
    """Every run extended; those that then overlap or nearly meet become one, in the place of the first.

    Where a figure, date or body is asked and the first run holds none, one that does comes before it.
    """
    found: list[Run] = []
    for run in (extended(evidence, one, asked) for one in runs):
        same = [i for i, other in enumerate(found) if _meet(evidence, run, other)]
        if same:
            other = found[same[0]]
            found[same[0]] = replace(other, first=min(run.first, other.first), last=max(run.last, other.last))
        else:
            found.append(run)
    if asked.kind in (Kind.FIGURE, Kind.DEADLINE, Kind.BODY):
        found.sort(key=lambda run: not holds(asked, normalised(said(evidence, run))[0]))
    return found


def _meet(evidence: Evidence, one: Run, other: Run) -> bool:
    """They overlap, touch, or leave a hole of one short piece in a sentence."""
    before, after = (one, other) if one.first <= other.first else (other, one)
    if after.first <= before.last:
        return True
    pieces = evidence.pieces
    same = one.owner == other.owner and pieces[before.last].sentence == pieces[after.first].sentence
    hole = pieces[after.first].start - pieces[before.last].end
    return same and after.first - before.last <= 2 and hole <= HOLE_CHARS + 2


def said(evidence: Evidence, run: Run) -> str:
    """The words of a run, as they stand."""
    pieces = evidence.pieces
    return evidence.ranked[run.owner].clause.text[pieces[run.first].start : pieces[run.last].end]


def extended(evidence: Evidence, run: Run, asked: Wanted) -> Run:
    """Past a condition, on to the figure, date or body asked for, back to the year, over the whole of a list."""
    if asked.kind is Kind.LIST and _enumerates(evidence, run):
        return replace(run, first=opening(evidence, run), last=closing(evidence, run))
    return _from_date(evidence, _to_kind(evidence, _past_condition(evidence, run), asked), asked)


def _enumerates(evidence: Evidence, run: Run) -> bool:
    """True if the sentence of the run is a list of numbered items: who asks for a list wants all of them."""
    first, last = opening(evidence, run), closing(evidence, run)
    text = evidence.ranked[run.owner].clause.text
    return bool(_ITEM.search(text, evidence.pieces[first].end, evidence.pieces[last].start))


def _past_condition(evidence: Evidence, run: Run) -> Run:
    """擅自复制档案的，处以罚款: the first half alone says what is punished and not that it is."""
    last = run.last
    while last < closing(evidence, run) and _piece(evidence, run, last).endswith("的"):
        last += 1
    return replace(run, last=last)


def _to_kind(evidence: Evidence, run: Run, asked: Wanted) -> Run:
    """Up to the nearest piece of the sentence that holds the figure, date or body, where the run holds none."""
    if asked.kind not in (Kind.FIGURE, Kind.DEADLINE, Kind.BODY):
        return run
    if any(holds(asked, normalised(_piece(evidence, run, at))[0]) for at in range(run.first, run.last + 1)):
        return run
    after = range(run.last + 1, min(closing(evidence, run), run.last + REACH) + 1)
    before = range(run.first - 1, max(opening(evidence, run), run.first - REACH) - 1, -1)
    for at in (*after, *before):
        if holds(asked, normalised(_piece(evidence, run, at))[0]):
            return replace(run, first=min(run.first, at), last=max(run.last, at))
    return run


def _from_date(evidence: Evidence, run: Run, asked: Wanted) -> Run:
    """Begin at the date that governs the run, where the question asks for a date or names a year.

    到2025年，全社会研发投入占比力争达到4.8%，专利申请量超过2.5万件: asked for the patents of 2025, the second
    half does not say when. Asked for a date, 到2025年 alone does not say of what: the run goes on to what is nearest.
    """
    if asked.kind is not Kind.DEADLINE and not asked.years:
        return run
    for at in range(run.first, opening(evidence, run) - 1, -1):
        plain = normalised(_piece(evidence, run, at))[0]
        agrees = set(years_in(plain)) & set(asked.years) if asked.years else holds(asked, plain)
        if agrees:
            run = replace(run, first=at)
            break
    bare = run.first == run.last and len(_piece(evidence, run, run.first)) <= BARE_DATE_CHARS
    return replace(run, last=_nearest_after(evidence, run)) if bare else run


def _piece(evidence: Evidence, run: Run, at: int) -> str:
    piece = evidence.pieces[at]
    return evidence.ranked[run.owner].clause.text[piece.start : piece.end]


def _nearest_after(evidence: Evidence, run: Run) -> int:
    """The piece after the run, in its sentence, that is nearest to the question."""
    last = closing(evidence, run)
    cosines = evidence.table[run.last + 1 : last + 1, FEATURES.index("cosine_piece")]
    return run.last + 1 + int(cosines.argmax()) if len(cosines) else run.last


def opening(evidence: Evidence, run: Run) -> int:
    """The first piece of the sentence that the run stands in: a year there governs the run."""
    first = run.first
    while (
        first > 0
        and evidence.owner[first - 1] == run.owner
        and evidence.pieces[first - 1].sentence == evidence.pieces[run.first].sentence
    ):
        first -= 1
    return first


def closing(evidence: Evidence, run: Run) -> int:
    """The last piece of the sentence that the run stands in."""
    last = run.last
    while (
        last + 1 < len(evidence.pieces)
        and evidence.owner[last + 1] == run.owner
        and evidence.pieces[last + 1].sentence == evidence.pieces[run.last].sentence
    ):
        last += 1
    return last
