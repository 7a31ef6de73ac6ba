"""`/admin/words/{kind}`: read, preview and save the user's dictionary and synonyms; `/admin/reindex`."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from index.dictionary import BadLine
from index.errors import TiaowenError
from service.api import examples
from service.api.admin_routes import NoQuery, iso_time
from service.api.job_routes import told
from service.api.job_schema import JOB_ID
from service.api.job_schema import Job as ToldJob
from service.api.words_schema import (
    MAX_CHARS,
    FormerWords,
    PreviewRequest,
    PreviewResponse,
    SavedResponse,
    WordsProblem,
    WordsRequest,
    WordsResponse,
)
from service.jobs.journal import Job, Journal, QueueFullError, UnderWayError, new_job_id
from service.live import Live
from service.middleware.edge import MAX_WORDS_BYTES
from service.operations import Operations
from service.problems import RETRY_AFTER_SECONDS, Problem, Refused
from service.words import Kind, WordsChangedError, WordStore, bad_lines, questions_of, save, word_file

TOLD_LINES = 20

_UNKNOWN = Problem(
    422, "unknown_parameter", "there is no parameter 'verbose'; /docs lists those that exist", "verbose"
)
_TOO_LARGE = Problem(
    413, "body_too_large", f"the body is larger than {MAX_WORDS_BYTES:,} bytes; send a shorter text"
)
_CHANGED = Problem(409, "words_changed", "the file was changed by somebody else since; nothing was saved. Look at it "
                   "and save again", "version")  # fmt: skip
_BAD = Problem(422, "words_invalid", "the synonyms cannot be taken, nothing was changed: line 1 '孤词': write a, b, c "
               "or a, b => c", "text")  # fmt: skip
_UNDER_WAY = Problem(
    409, "reindex_under_way", "the index is being rebuilt already; GET /v1/jobs tells how far it is"
)
_FULL = Problem(503, "queue_full", "too many changes wait to be indexed; send this one again later", None,
                {"Retry-After": str(RETRY_AFTER_SECONDS)})  # fmt: skip
_NO_PREVIEW = Problem(404, "preview_not_found", f"no finished preview has the id '{'0' * 32}'; GET /v1/jobs/JOB tells "
                      "how far one is, and only the newest are kept", "job_id")  # fmt: skip


def words_routes(live: Live, operations: Operations) -> APIRouter:
    """Where keys are needed these need one with the scope admin."""
    api = APIRouter()
    words = Changes(live, operations)
    kind_path = Path(description="dictionary or synonyms.", examples=["synonyms"])

    @api.get("/admin/words/{kind}", summary="Read a word file", tags=["admin"],
             **_answers(WordsResponse, _UNKNOWN))  # fmt: skip
    def read_words(kind: Annotated[Kind, kind_path], query: Annotated[NoQuery, Query()]) -> Response:
        """Return the user's dictionary or synonyms as they are on the disk, and former versions."""
        return _json(words.told(kind))

    @api.put("/admin/words/{kind}", summary="Save a word file", tags=["admin"],
             **_answers(SavedResponse, examples.INVALID_JSON, _CHANGED, _TOO_LARGE, _BAD))  # fmt: skip
    def save_words(kind: Annotated[Kind, kind_path], body: WordsRequest) -> Response:
        """Replace the file, or nothing where a line is bad; the former version is kept. Synonyms count from the next
        question on, a dictionary once the re-index that this starts is done.
        """
        job = words.save(kind, body.text, body.version)
        return _json(SavedResponse(words=words.told(kind), job=told(job) if job else None))

    @api.post("/admin/words/{kind}/preview", status_code=202, summary="Preview a word file", tags=["admin"],
              **_answers(ToldJob, examples.INVALID_JSON, _TOO_LARGE, _BAD, _FULL))  # fmt: skip
    def preview_words(kind: Annotated[Kind, kind_path], body: PreviewRequest) -> Response:
        """Ask known questions with the present and with the proposed words, in the background. Nothing is changed; once
        the job is done GET /v1/admin/previews/{job_id} tells what would be.
        """
        return words.accepted(words.preview(kind, body.text, body.version, body.questions))

    @api.get("/admin/previews/{job_id}", summary="Read a preview", tags=["admin"],
             **_answers(PreviewResponse, _NO_PREVIEW, _UNKNOWN))  # fmt: skip
    def read_preview(
        job_id: Annotated[str, Path(description="Id of the preview's job.", examples=[JOB_ID])],
        query: Annotated[NoQuery, Query()],
    ) -> Response:
        """Return which questions would find other clauses first, and how much better or worse."""
        found = WordStore(live.parts.store.path).proposed(job_id)
        if found is None or found.result is None:
            message = _NO_PREVIEW.message.replace(repr("0" * 32), repr(job_id))
            raise Refused(Problem(404, _NO_PREVIEW.code, message, "job_id"))
        return _json(PreviewResponse.model_validate({"kind": found.kind, "text": found.text, **found.result}))

    @api.post("/admin/reindex", status_code=202, summary="Rebuild the index", tags=["admin"],
              **_answers(ToldJob, _UNDER_WAY, _UNKNOWN, _FULL))  # fmt: skip
    def rebuild_index(query: Annotated[NoQuery, Query()]) -> Response:
        """Rebuild the index from its own documents with the dictionary as it is now; questions are answered from the
        old one until the new one is published. Where nothing would change nothing is done.
        """
        return words.accepted(words.reindex())

    return api


class Changes:
    """What an administrator does to words and index, for the API and the page alike."""

    def __init__(self, live: Live, operations: Operations) -> None:
        self._live = live
        self._operations = operations

    def told(self, kind: Kind) -> WordsResponse:
        """The file as it is now."""
        parts = self._live.parts
        file = word_file(parts, kind)
        former = [
            FormerWords(id=one.id, replaced=iso_time(one.replaced), text=one.text)
            for one in WordStore(parts.store.path).former(kind)
        ]
        return WordsResponse(
            kind=kind, file=str(file.path), configured=file.configured, text=file.text, version=file.version,
            entries=file.entries, unreadable=file.problem or None, former=former,
            problems=[WordsProblem(line=b.number, text=b.text, message=b.why) for b in file.bad],
            reindex_needed=kind == "dictionary" and self.reindex_needed(),
        )  # fmt: skip

    def reindex_needed(self) -> bool:
        """True where the dictionary file changed since the index that is served was made."""
        manifest = self._live.manifest
        try:
            return manifest is not None and manifest.tokenizer != self._live.parts.tokenizer_now().fingerprint
        except TiaowenError:  # it cannot be read, which `told` says
            return False

    def check(self, kind: Kind, text: str) -> None:
        """Raises Refused naming every bad line."""
        bad = bad_lines(kind, text)
        if len(text) > MAX_CHARS:
            bad.append(
                BadLine(text.count("\n") + 1, "", "many", f"the text is longer than {MAX_CHARS:,} characters")
            )
        if bad:
            raise Refused(bad_words(kind, bad))

    def preview(self, kind: Kind, text: str, version: str, questions: str) -> Job:
        """Raises Refused."""
        self.check(kind, text)
        try:
            asked = questions_of(questions)
        except TiaowenError as error:
            raise Refused(Problem(422, "questions_invalid", str(error), "questions")) from None
        job, store = new_job_id(), self._live.parts.store.path
        WordStore(store).propose(job, kind, text, version, asked)
        return self._submit("preview", job)

    def save(self, kind: Kind, text: str, version: str) -> Job | None:
        """Save and start what makes it count. Raises Refused, StoreError."""
        self.check(kind, text)
        try:
            changed = save(self._live.parts, kind, text, version)
        except WordsChangedError as error:
            raise Refused(Problem(409, _CHANGED.code, _CHANGED.message, "version")) from error
        if not changed or kind == "synonyms":
            return None
        try:  # one that is being worked on may have read the former words
            return self._submit("reindex", new_job_id(), ("queued",))
        except Refused:
            return next((j for j in Journal(self._live.parts.store.path).recent(200)
                         if j.kind == "reindex" and j.state == "queued"), None)  # fmt: skip

    def reindex(self) -> Job:
        """Raises Refused where one is under way."""
        return self._submit("reindex", new_job_id(), ("queued", "running"))

    def accepted(self, job: Job) -> Response:
        answer = Response(told(job).model_dump_json(), 202, media_type="application/json")
        answer.headers["Location"] = f"/v1/jobs/{job.id}"
        return answer

    def _submit(self, kind: str, job: str, unless: tuple[str, ...] = ()) -> Job:
        try:
            submitted = Journal(self._live.parts.store.path).submit(
                job, kind, most_queued=self._operations.most_queued, unless=unless
            )
        except QueueFullError:
            raise Refused(_FULL) from None
        except UnderWayError:
            raise Refused(_UNDER_WAY) from None
        self._operations.job_queued()
        return submitted


def bad_words(kind: Kind, bad: list[BadLine]) -> Problem:
    """Every bad line with its number, as far as one can read them."""
    lines = "; ".join(f"line {b.number} {b.text!r}: {b.why}" for b in bad[:TOLD_LINES])
    more = f"; and {len(bad) - TOLD_LINES:,} more" if len(bad) > TOLD_LINES else ""
    return Problem(
        422, "words_invalid", f"the {kind} cannot be taken, nothing was changed: {lines}{more}", "text"
    )


def _answers(model: type[BaseModel], *refusals: Problem) -> dict[str, Any]:
    return {"response_model": model, "responses": examples.documented(*refusals)}


def _json(told_model: BaseModel) -> Response:
    return Response(told_model.model_dump_json(), media_type="application/json")
