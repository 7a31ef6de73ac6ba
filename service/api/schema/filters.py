"""Which documents a request asks: fields of a JSON body, and the same as query parameters."""

from typing import Annotated, Literal

from pydantic import ConfigDict, field_validator

from service.api.schema.fields import DOCUMENT_ID, Asked, WantedId, told

MAX_DOCUMENTS_IN_FILTER = 100
MAX_VALUES = 50
"""Values of one facet in a filter."""

WantedFact = Annotated[str, told("Value of a facet.", max_length=200)]
WantedYear = Annotated[int, told("Year.", 2020, ge=1, le=9999)]
Standing = Annotated[
    Literal["yes", "no", "unknown"], told("Whether it holds today; unknown where nothing tells.", "yes")
]
_BY_ISSUER = "Of these issuers only: any of them, also where several issued together."
_BY_KIND = "Of these kinds only (办法, 通知, 法…)."
_BY_YEAR = "Of these years only."
_BY_STANDING = "Those that hold today (yes), that do not (no), or of which nothing tells (unknown)."


class FilterBody(Asked):
    """Filters as fields of a JSON body."""

    model_config = ConfigDict(extra="forbid", strict=True)  # true is no number, and neither is "10"

    documents: list[WantedId] = told("Of these documents only; empty means all.", [DOCUMENT_ID],
                                     max_length=MAX_DOCUMENTS_IN_FILTER, default=[])  # fmt: skip
    issuers: list[WantedFact] = told(_BY_ISSUER, ["深圳市人民政府"], max_length=MAX_VALUES, default=[])
    kinds: list[WantedFact] = told(_BY_KIND, ["方案"], max_length=MAX_VALUES, default=[])
    years: list[WantedYear] = told(_BY_YEAR, [2020], max_length=MAX_VALUES, default=[])
    in_force: list[Standing] = told(_BY_STANDING, ["yes", "unknown"], max_length=3, default=[])

    @field_validator("years", mode="before")
    @classmethod
    def _whole_years(cls, value: object) -> object:
        return [whole(one) for one in value] if isinstance(value, list) else value


def whole(value: object) -> object:
    """10.0 is an integer in JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class FilterQuery(Asked):
    """Filters as query parameters."""

    document: list[WantedId] = told("Of this document only; repeat it for several.", [DOCUMENT_ID],
                                    max_length=MAX_DOCUMENTS_IN_FILTER, default=[])  # fmt: skip
    issuer: list[WantedFact] = told(_BY_ISSUER, ["深圳市人民政府"], max_length=MAX_VALUES, default=[])
    kind: list[WantedFact] = told(_BY_KIND, ["方案"], max_length=MAX_VALUES, default=[])
    year: list[WantedYear] = told(_BY_YEAR, [2020], max_length=MAX_VALUES, default=[])
    in_force: list[Standing] = told(_BY_STANDING, ["yes", "unknown"], max_length=3, default=[])
