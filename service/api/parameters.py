"""The parameters of a URL → nothing, or a refusal of what would be ignored: unknown ones, and one given twice."""

from typing import get_origin

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from service.problems import Problem, Refused


async def refuse_ignored(request: Request) -> None:
    """For every route of the API; `async`, since a thread would cost more than the whole check. Raises Refused.

    Unknown parameters are refused by the models of the routes that take some. Probes may add what they like.
    """
    if not request.scope["query_string"]:
        return
    route: APIRoute = request.scope["route"]
    if "health" in route.tags:
        return
    single = _single(route)
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if single is None:
            raise Refused(Problem(422, "unknown_parameter", f"there is no parameter {name[:100]!r}; /docs lists those "
                                  "that exist", name[:100]))  # fmt: skip
        if name in single and names.count(name) > 1:
            raise Refused(Problem(422, "invalid_parameter", f"{name}: it is given more than once, and only one value "
                                  "can be meant", name))  # fmt: skip


def _single(route: APIRoute) -> set[str] | None:
    """Parameters that take one value; None where the route takes no parameters at all."""
    models = [field.field_info.annotation for field in route.dependant.query_params]
    taken = [
        model.model_fields for model in models if isinstance(model, type) and issubclass(model, BaseModel)
    ]
    if not taken:
        return None
    return {
        name for fields in taken for name, field in fields.items() if get_origin(field.annotation) is not list
    }
