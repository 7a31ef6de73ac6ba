"""Which documents a client asks: the filters of the API as keyword arguments, and as the fields of a request."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from service.api.schema import Standing


class Only(TypedDict, total=False):
    """Any of one field's values, and of every field that is given; empty or absent means all."""

    documents: Sequence[str]
    """Ids."""
    issuers: Sequence[str]
    kinds: Sequence[str]
    """办法, 通知, 法…"""
    years: Sequence[int]
    in_force: Sequence[Standing]
    """yes, no or unknown: whether they hold today."""


def fields(only: Only) -> dict[str, Any]:
    """As a JSON body holds them; a misspelt name is sent on, for the service to refuse."""
    given: Mapping[str, Any] = only
    for name, values in given.items():
        if isinstance(values, str):
            raise TypeError(f"{name} is one text; give a list of them")
    return {name: list(values) for name, values in given.items() if values}
