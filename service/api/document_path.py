"""A path below /documents → the document itself, or something of it: an id may hold any character, / too."""

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from service.live import Live

OF_A_DOCUMENT = ("/original",)
"""What follows the id in the paths of files that belong to a document."""


def document_route(live: Live) -> type[APIRoute]:
    """The class of routes whose path ends in `{document_id:path}`: X/original is the file of X, unless it is an id."""

    class DocumentRoute(APIRoute):
        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            match, found = super().matches(scope)
            document_id = found.get("path_params", {}).get("document_id", "")
            if document_id.endswith(OF_A_DOCUMENT) and not live.holds(document_id):
                return Match.NONE, {}
            return match, found

    return DocumentRoute
