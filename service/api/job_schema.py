"""The JSON of changes to the collection: what an upload says, and the state of the job it becomes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.api.schema import DOCUMENT_ID, SNAPSHOT, told

JOB_ID = "5f0c3a7e9b4d4f6c8a1e2b3c4d5e6f70"
MAX_FILES = 100


_DAY = r"^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


class Facts(BaseModel):
    """Facts of a document that replace what its file says; see `known` of GET /v1/documents/{document_id}."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = told("Title of the document.", "某市数据管理办法", default=None, max_length=500)
    number: str | None = told("文号.", DOCUMENT_ID, default=None, max_length=500)
    kind: str | None = told("办法, 通知, 法…", "办法", default=None, max_length=500)
    issuer: str | None = told("Who issued it.", "某市人民政府", default=None, max_length=500)
    recipients: str | None = told("To whom.", "各区人民政府", default=None, max_length=500)
    signed: str | None = told("ISO date of signing.", "2024-04-28", default=None, pattern=_DAY)
    published: str | None = told("ISO date of publication.", "2024-05-01", default=None, pattern=_DAY)
    effective: str | None = told("ISO date from which it holds.", "2024-06-01", default=None, pattern=_DAY)
    expires: str | None = told("ISO date of the last day it holds.", "2029-05-31", default=None, pattern=_DAY)
    repealed: str | None = told("ISO date of its repeal.", "2026-01-01", default=None, pattern=_DAY)
    in_force: Literal["yes", "no"] | None = told("Whether it holds.", "yes", default=None)


class UploadForm(BaseModel):
    """Files as `multipart/form-data`."""

    model_config = ConfigDict(extra="forbid")

    file: list[str] = told(
        f"A document or a zip of documents; repeat the field for several, at most {MAX_FILES}.",
        ["办法.txt"],
        json_schema_extra={"items": {"type": "string", "format": "binary"}},
        min_length=1,
        max_length=MAX_FILES,
    )
    facts: str = told(
        "With a single file: a JSON object of facts that the file itself does not state, any of "
        + ", ".join(Facts.model_fields)
        + " (days as ISO dates).",
        '{"published": "2024-05-01"}',
        default="",
        json_schema_extra={"contentMediaType": "application/json"},
    )


class FileProblem(BaseModel):
    """A file, or a document within an archive, that was not indexed."""

    file: str = told("Its name.", "扫描件.pdf")
    message: str = told("Why, and what to do.", "扫描件.pdf: the file is empty; copy or download it again")


class Job(BaseModel):
    """A change of the collection: it is queued, done one at a time, and survives a restart of the service."""

    id: str = told("Id of the job.", JOB_ID)
    kind: Literal["add", "replace", "delete", "reindex", "preview"] = told(
        "What it does. reindex: rebuild the index from its own documents. preview: find out what proposed words would "
        "change; it changes nothing.",
        "add",
    )
    state: Literal["queued", "running", "done", "failed"] = told(
        "failed: nothing was changed. done: the snapshot is published, without the files listed under problems.",
        "queued",
    )
    stage: str = told(
        "While running: waiting (for another writer), read, split, terms, embed, publish; of a preview open, terms, "
        "ask; else empty.",
        "",
    )
    done: int = told("How far the stage is.", 0)
    total: int = told("How far it goes; 0 if that is not known.", 0)
    files: list[str] = told("Names of the uploaded files.", ["办法.txt"])
    target: str | None = told("Id of the document it replaces or deletes, or null.", None)
    created: str = told("When it was asked for, ISO time in UTC.", "2026-01-05T08:30:00.120+00:00")
    finished: str | None = told("When it was done or failed, or null.", None)
    problems: list[FileProblem] = told("Files that could not be indexed; the others are.", [])
    documents: list[str] = told("Ids of the documents that the files became.", [])
    snapshot: str | None = told(
        "Id of the snapshot it published, or null.", None, json_schema_extra={"example": SNAPSHOT}
    )
    message: str | None = told("Why it failed, or null.", None)


class JobsResponse(BaseModel):
    """The newest jobs."""

    jobs: list[Job] = told("Newest first.")
