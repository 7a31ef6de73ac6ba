"""`/admin`: documents with their diagnosis, uploads, snapshots, health and synonyms on one page."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from service.api.admin_routes import Health, health_told
from service.api.job_routes import told
from service.api.snapshots_routes import kept
from service.jobs.journal import Journal
from service.live import Live
from service.middleware.traffic import Load
from service.page.pages import Pages
from service.page.state import state_of

PAGE_DOCUMENTS = 20
JOBS_SHOWN = 10


def admin_page_routes(live: Live, pages: Pages, health: Health, load: Load) -> APIRouter:
    """Where keys are needed, an administrator's."""
    router = APIRouter()

    @router.get("/admin")
    def admin(request: Request) -> HTMLResponse:
        state, serving = state_of(request), live.serving()
        catalogue, synonyms = serving.searcher.index.catalogue, serving.searcher.synonyms
        synonyms.rules()  # reads the file again if it changed
        found = [d for d in serving.documents.values() if state.q in d.title or state.q in d.number]
        shown = found[state.offset : state.offset + PAGE_DOCUMENTS]
        return pages.render(
            "admin.html", state, health=health_told(live, health, load), snapshots=kept(live), total=len(found),
            documents=[(one, catalogue.findings(one.id)) for one in shown], size=PAGE_DOCUMENTS,
            jobs=[told(job) for job in Journal(live.parts.store.path).recent(JOBS_SHOWN)],
            synonyms=live.parts.synonyms, problems=synonyms.problems, manifest=serving.manifest,
        )  # fmt: skip

    return router
