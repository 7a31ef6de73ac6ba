"""The API's routes that change the collection: upload, replace, delete, and the jobs these become."""

import logging
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from index.errors import ReadError
from index.overrides import overrides_of
from service.api import examples, job_schema, schema
from service.api.document_path import document_route
from service.api.job_schema import MAX_FILES
from service.jobs import uploads
from service.jobs.journal import Job, Journal, QueueFullError, new_job_id
from service.live import Live
from service.operations import Operations
from service.problems import RETRY_AFTER_SECONDS, Problem, Refused, known

log = logging.getLogger(__name__)

_NO_JOB = Problem(404, "job_not_found", f"no job has the id '{'0' * 32}'; finished ones are kept for a while, "
                  "GET /v1/jobs lists the newest", "job_id")  # fmt: skip
_NO_FILE = Problem(422, "missing_field", "the form has no file; send multipart/form-data with a field 'file' for "
                   "each document", "file")  # fmt: skip
_NO_FORM = Problem(400, "invalid_form", "the body is not valid multipart/form-data; send the documents as "
                   "curl -F file=@办法.txt does")  # fmt: skip
_TOO_LARGE = Problem(
    413, "body_too_large", "the body is larger than 104,857,600 bytes; send fewer or smaller files"
)
_FULL = Problem(503, "queue_full", "too many changes wait to be indexed; send this one again later")


class JobsQuery(BaseModel):
    """How many jobs to list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = schema.told("How many jobs to return.", 20, default=20, ge=1, le=200)


def job_routes(live: Live, operations: Operations) -> APIRouter:
    """Uploads are accepted (202) once they are safe on the disk; GET /v1/jobs/{id} tells what became of them."""
    api = APIRouter(route_class=document_route(live))
    form = {
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": job_schema.UploadForm.model_json_schema()}},
        }
    }
    document_id = Path(description="Id of the document.", examples=[schema.DOCUMENT_ID])

    def journal() -> Journal:
        return Journal(live.parts.store.path)

    def accepted(job: Job) -> Response:
        operations.job_queued()
        answer = Response(told(job).model_dump_json(), 202, media_type="application/json")
        answer.headers["Location"] = f"/v1/jobs/{job.id}"
        return answer

    def submit(kind: str, target: str = "", content: FormData | None = None) -> Response:
        return accepted(submitted(live, operations, kind, target, content))

    @api.post(
        "/documents",
        status_code=202,
        summary="Add documents",
        tags=["documents"],
        description="Store files and index them in the background. One that has the 文号 of a document in the "
        "collection, or its title and file name, replaces it. The answer is the job; ask for it until it is done.",
        openapi_extra=form,
        **_answers(job_schema.Job, _NO_FORM, _TOO_LARGE, _NO_FILE, _FULL),
    )
    async def add_documents(request: Request) -> Response:
        async with uploaded(request) as content:
            return await run_in_threadpool(submit, "add", "", content)

    @api.put(
        "/documents/{document_id:path}",
        status_code=202,
        summary="Replace a document",
        tags=["documents"],
        description="Take a document out and put one in its place, in one step: no question sees the collection "
        "without either. The new one's id follows from its own text.",
        openapi_extra=form,
        **_answers(job_schema.Job, _NO_FORM, examples.no_document("document_id"), _TOO_LARGE, _NO_FILE,
                   examples.NOTHING_PUBLISHED),
    )  # fmt: skip
    async def replace_document(request: Request, document_id: Annotated[str, document_id]) -> Response:
        await run_in_threadpool(lambda: known(live.serving().documents, document_id, "document_id"))
        async with uploaded(request) as content:
            if len(content.getlist("file")) > 1:
                raise Refused(Problem(422, "invalid_field", "a document is replaced by one file; add the others with "
                                      "POST /v1/documents", "file"))  # fmt: skip
            return await run_in_threadpool(submit, "replace", document_id, content)

    @api.delete(
        "/documents/{document_id:path}",
        status_code=202,
        summary="Delete a document",
        tags=["documents"],
        description="Take a document out of the collection; without its last one it is empty, and questions find "
        "nothing. Snapshots published before still hold the document until they are cleared away.",
        **_answers(job_schema.Job, examples.no_document("document_id"), examples.UNKNOWN_PARAMETER,
                   examples.NOTHING_PUBLISHED),
    )  # fmt: skip
    def delete_document(document_id: Annotated[str, document_id]) -> Response:
        known(live.serving().documents, document_id, "document_id")
        return submit("delete", document_id)

    @api.get("/jobs", summary="List jobs", tags=["documents"],
             description="Return the newest changes that were asked for, finished or not.",
             **_answers(job_schema.JobsResponse, _TOO_MANY))  # fmt: skip
    def list_jobs(query: Annotated[JobsQuery, Query()]) -> Response:
        found = job_schema.JobsResponse(jobs=[told(job) for job in journal().recent(query.limit)])
        return Response(found.model_dump_json(), media_type="application/json")

    @api.get("/jobs/{job_id}", summary="Follow a job", tags=["documents"],
             description="Return the state of a change, and how far it is.",
             **_answers(job_schema.Job, _NO_JOB, examples.UNKNOWN_PARAMETER))  # fmt: skip
    def read_job(
        job_id: Annotated[str, Path(description="Id of the job.", examples=[job_schema.JOB_ID])],
    ) -> Response:
        found = journal().find(job_id)
        if found is None:
            raise Refused(Problem(404, "job_not_found", f"no job has the id {job_id!r}; finished ones are kept for a "
                                  "while, GET /v1/jobs lists the newest", "job_id"))  # fmt: skip
        return Response(told(found).model_dump_json(), media_type="application/json")

    return api


_TOO_MANY = Problem(422, "invalid_parameter", "limit: input should be less than or equal to 200", "limit")


def submitted(
    live: Live, operations: Operations, kind: str, target: str = "", content: FormData | None = None
) -> Job:
    """Keep the files, then put the job into the queue: what was accepted is never lost. Raises Refused."""
    job_id, store = new_job_id(), live.parts.store.path
    files = [(f.filename or "", f.file) for f in content.getlist("file")] if content else []  # type: ignore[union-attr]
    try:
        names = uploads.keep(store, job_id, files) if files else []
        facts = _facts(content) if content else {}
        return Journal(store).submit(job_id, kind, files=names, facts=facts, target=target,
                                     most_queued=operations.most_queued)  # fmt: skip
    except BaseException as error:
        uploads.drop(store, job_id)
        if isinstance(error, QueueFullError):
            raise Refused(Problem(503, "queue_full", str(error), None,
                                  {"Retry-After": str(RETRY_AFTER_SECONDS)})) from None  # fmt: skip
        if isinstance(error, OSError):
            log.exception("an upload cannot be stored")
            raise Refused(Problem(503, "store_unavailable", f"the files cannot be stored ({error.strerror}); "
                                  "nothing was changed", None, {"Retry-After": "60"})) from error  # fmt: skip
        raise


def told(job: Job) -> job_schema.Job:
    """A job as the API shows it."""
    return job_schema.Job.model_validate({
        "id": job.id, "kind": job.kind, "state": job.state, "stage": job.stage, "done": job.done, "total": job.total,
        "files": job.files, "target": job.target or None, "created": _time(job.created),
        "finished": _time(job.finished) if job.finished else None,
        "problems": [{"file": p.file, "message": p.message} for p in job.problems], "documents": job.documents,
        "snapshot": job.snapshot or None, "message": job.message or None,
    })  # fmt: skip


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


class uploaded:
    """The body as a form that holds files; its temporary files are closed at the end. Raises Refused."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._form: FormData | None = None

    async def __aenter__(self) -> FormData:
        if not self._request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise Refused(_NO_FORM)
        try:
            form = self._form = await self._request.form(max_files=MAX_FILES, max_fields=10)
        except HTTPException as error:
            if error.status_code == 400:
                raise Refused(_NO_FORM) from None
            raise
        for name, value in form.multi_items():
            if name not in ("file", "facts"):
                raise Refused(Problem(422, "unknown_field", f"there is no field {name[:100]!r}; /docs lists those that "
                                      "exist", name[:100]))  # fmt: skip
            if isinstance(value, UploadFile) != (name == "file"):
                raise Refused(Problem(422, "invalid_field", f"{name}: a document is sent as a file, facts as text",
                                      name))  # fmt: skip
        if not form.getlist("file"):
            raise Refused(_NO_FILE)
        _facts(form)
        return form

    async def __aexit__(self, *error: object) -> None:
        if self._form is not None:
            await self._form.close()


def _facts(form: FormData) -> dict[str, str]:
    """Raises Refused or RequestValidationError naming the fact."""
    stated = form.get("facts")
    if not isinstance(stated, str) or not stated:
        return {}
    if len(form.getlist("file")) > 1:
        raise Refused(Problem(422, "invalid_field", "facts: they belong to one document; send one file with them",
                              "facts"))  # fmt: skip
    try:
        facts = job_schema.Facts.model_validate_json(stated)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise Refused(Problem(422, "invalid_field", 'facts: this is no JSON; send an object such as {"published": '
                                  '"2024-05-01"}', "facts")) from None  # fmt: skip
        raise RequestValidationError(
            [{**e, "loc": ("body", "facts", *e["loc"])} for e in error.errors()]
        ) from None
    said = {name: value for name, value in facts.model_dump().items() if value}
    try:
        overrides_of(said, "facts")
    except ReadError as error:
        raise Refused(Problem(422, "invalid_field", str(error), "facts")) from None
    return said


def _answers(model: type[BaseModel], *refusals: Problem) -> dict[str, Any]:
    return {"response_model": model, "responses": examples.documented(*refusals)}
