"""Live index → HTML: the search page, the list of documents, the reader, and errors as a page."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.staticfiles import StaticFiles

from service.live import Live
from service.problems import Problem

WEB = Path(__file__).parent / "web"


def static_files() -> StaticFiles:
    return StaticFiles(directory=WEB / "static")


def page_routes(live: Live) -> APIRouter:
    return APIRouter()


class PageErrors:
    def wanted_by(self, request: Request) -> bool:
        return False

    def page(self, request: Request, problem: Problem) -> Response:
        return Response()
