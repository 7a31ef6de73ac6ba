"""Filters given on the command line → the documents that a question is asked of."""

from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import TiaowenError

if TYPE_CHECKING:
    from retriever.search import Searcher

SHOWN = 8
"""Values of a facet that are named where a filter leaves nothing."""

Document = Annotated[list[str] | None, typer.Option(help="Only this document id; repeatable.")]
Issuer = Annotated[list[str] | None, typer.Option(help="Only what this body issued; repeatable.")]
Kind = Annotated[list[str] | None, typer.Option(help="Only this kind of document (办法, 通知…); repeatable.")]
Year = Annotated[list[int] | None, typer.Option(min=1, max=9999, help="Only this year; repeatable.")]
InForce = Annotated[list[str] | None, typer.Option(help="yes, no or unknown: whether it holds; repeatable.")]


def documents_left(
    searcher: "Searcher", document: list[str] | None, issuer: list[str] | None, kind: list[str] | None,
    year: list[int] | None, in_force: list[str] | None,
) -> list[str]:  # fmt: skip
    """Ids of the documents that all filters leave, [] for all. Raises TiaowenError where that is none."""
    from service.api.facets import STANDINGS, Facets, Filters

    filters = Filters(tuple(issuer or ()), tuple(kind or ()), tuple(year or ()), tuple(in_force or ()))
    for given in filters.in_force:
        if given not in STANDINGS.values():
            raise TiaowenError(f"--in-force is {given!r}; it must be yes, no or unknown")
    wanted = document or []
    searcher.index.only(wanted)  # an unknown id is told, whatever else is asked
    if not filters:
        return wanted
    facets = Facets({one.id: one for one in searcher.index.catalogue.documents()})
    if left := facets.documents(filters, wanted):
        return left
    there = "; ".join(
        f"{facet} {', '.join(str(count.value) for count in counts[:SHOWN])}{' …' * (len(counts) > SHOWN)}"
        for facet, counts in facets.counts(wanted=wanted).items()
        if counts
    )
    raise TiaowenError(f"no document has all of these; there are {there}")
