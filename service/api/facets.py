"""Documents → what they can be filtered by, with counts; filters → the documents they leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Listing
from service.api import schema
from service.problems import Problem, Refused, known

MAX_VALUES = 100
"""Values of one facet that are told; those of most documents."""
STANDINGS = {True: "yes", False: "no", None: "unknown"}
NO_MATCH = Problem(
    404,
    "no_document_matches",
    "no document has all the facts that the filters ask for; GET /v1/facets tells which there are",
)
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filters:
    """Values wanted of each facet: any of one facet's, and of every facet that names some."""

    issuers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    in_force: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, facet.name) for facet in fields(self))


FACETS = tuple(facet.name for facet in fields(Filters))


@dataclass(frozen=True, slots=True)
class Count:
    """A value and how many documents have it."""

    value: str | int
    documents: int


class Facets:
    """The facets of one snapshot; shared by threads."""

    def __init__(self, documents: Mapping[str, Listing]) -> None:
        self._ids = list(documents)
        self._place = {one: place for place, one in enumerate(self._ids)}
        self._listings = list(documents.values())
        self._columns: dict[str, _Column] = {
            "issuers": _Column([issuers_of(one) for one in self._listings]),
            "kinds": _Column([(one.kind,) if one.kind else () for one in self._listings]),
            "years": _Column([(one.year,) if one.year else () for one in self._listings]),
        }
        self._standing: tuple[str, _Column] | None = None

    def documents(self, filters: Filters, wanted: Sequence[str] = (), day: str = "") -> list[str]:
        """Ids that all filters leave, of the wanted ones or of all, in order of the collection; may be empty."""
        mask = self._left(filters, wanted, day)
        return [self._ids[place] for place in np.flatnonzero(mask)]

    def total(self, filters: Filters, wanted: Sequence[str] = (), day: str = "") -> int:
        return int(self._left(filters, wanted, day).sum())

    def counts(
        self, filters: Filters = Filters(), wanted: Sequence[str] = (), day: str = ""
    ) -> dict[str, list[Count]]:
        """Values of each facet among the documents that the other facets leave, by count; chosen ones always."""
        told = {}
        for facet in FACETS:
            others = Filters(**{name: getattr(filters, name) for name in FACETS if name != facet})
            column = self._column(facet, day)
            told[facet] = column.counts(self._left(others, wanted, day), getattr(filters, facet))
        return told

    def listed(
        self,
        filters: Filters = Filters(),
        wanted: Sequence[str] = (),
        title: str = "",
        first: Sequence[str] = (),
    ) -> list[Listing]:
        """What can be chosen as documents: the wanted ones, those of `first`, then others in order of the collection.

        All but the wanted ones are left by the filters and hold `title` in their title or 文号.
        """
        left = dict.fromkeys(one for one in self.documents(filters) if self._holds(one, title))
        chosen = dict.fromkeys(one for one in wanted if one in self._place)
        ids = [*chosen, *(one for one in dict.fromkeys([*first, *left]) if one in left and one not in chosen)]
        return [self._listings[self._place[one]] for one in ids]

    def _holds(self, document_id: str, title: str) -> bool:
        listing = self._listings[self._place[document_id]]
        return title in listing.title or title in listing.number

    def _left(self, filters: Filters, wanted: Sequence[str], day: str) -> Mask:
        mask = np.ones(len(self._ids), np.bool_)
        if wanted:
            chosen = set(wanted)
            mask &= np.fromiter((one in chosen for one in self._ids), np.bool_, len(self._ids))
        for facet in FACETS:
            if values := getattr(filters, facet):
                mask &= self._column(facet, day).having(values)
        return mask

    def _column(self, facet: str, day: str) -> "_Column":
        if facet != "in_force":
            return self._columns[facet]
        day = day or date.today().isoformat()
        known_standing = self._standing
        if known_standing is None or known_standing[0] != day:  # documents come into force over night
            known_standing = (day, _Column([(STANDINGS[one.holds_on(day)],) for one in self._listings]))
            self._standing = known_standing
        return known_standing[1]


class _Column:
    """One facet as pairs of a document and the number of a value: a document may have several."""

    def __init__(self, values: Sequence[tuple[str | int, ...]]) -> None:
        self._number: dict[str | int, int] = {}
        pairs = [
            (place, self._number.setdefault(value, len(self._number)))
            for place, several in enumerate(values)
            for value in dict.fromkeys(several)
        ]
        self._places = np.array([place for place, _ in pairs], np.int64)
        self._numbers = np.array([number for _, number in pairs], np.int64)
        self._documents = len(values)

    def having(self, values: Sequence[str | int]) -> Mask:
        """Documents that have any of the values."""
        mask = np.zeros(self._documents, np.bool_)
        numbers = [self._number[value] for value in values if value in self._number]
        mask[self._places[np.isin(self._numbers, numbers)]] = True
        return mask

    def counts(self, mask: Mask, chosen: Sequence[str | int]) -> list[Count]:
        found = np.bincount(self._numbers[mask[self._places]], minlength=len(self._number))
        told = [Count(value, int(found[number])) for value, number in self._number.items()]
        told = [count for count in told if count.documents or count.value in chosen]
        told.sort(key=lambda count: (count.value not in chosen, -count.documents, str(count.value)))
        return told[:MAX_VALUES]


def filters_of(asked: schema.FilterBody | schema.FilterQuery) -> Filters:
    """The filters of a request."""
    if isinstance(asked, schema.FilterBody):
        issuers, kinds, years = asked.issuers, asked.kinds, asked.years
    else:
        issuers, kinds, years = asked.issuer, asked.kind, asked.year
    return Filters(tuple(issuers), tuple(kinds), tuple(years), tuple(asked.in_force))


def issuers_of(listing: Listing) -> tuple[str, ...]:
    """Each of those who issued a document together."""
    return tuple(name.strip() for name in listing.issuer.split("、") if name.strip())


def allowed_documents(
    facets: Facets, documents: Mapping[str, Listing], filters: Filters, wanted: Sequence[str], field: str
) -> list[str]:
    """The documents to search, [] for all. Raises Refused for an unknown one, or where none has the facts."""
    for document_id in wanted:
        known(documents, document_id, field)
    if not filters:
        return list(wanted)
    left = facets.documents(filters, wanted)
    if not left:
        raise Refused(NO_MATCH)
    return left
