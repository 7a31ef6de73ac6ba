"""Queued jobs → published snapshots, one after the other, by whichever process of a store holds its jobs.lock."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.catalogue import Catalogue
from index.configuration import Parts
from index.document import Source
from index.errors import NotFoundError, StoreBusyError, TiaowenError
from index.snapshot import Store
from retriever.preview import Previewer
from service.jobs import uploads
from service.jobs.child import StoppedError, Tell, run_in_child
from service.jobs.journal import FileProblem, Job, Journal
from service.jobs.previewing import installed_previewer, preview_in_child
from service.jobs.sandbox import ReadLimits, loaded, originals_of, read_in_child

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
"""Another process may have put a job into the queue."""
TELL_SECONDS = 0.3
"""Progress is written down no more often than this."""
SWEEP_SECONDS = 600
"""What crashes left is looked for at the start and this often: then it is too young to tell from a running upload."""


class Runner:
    """A thread that works on the queue while it holds the lock; a process that dies lets go of it."""

    def __init__(
        self,
        journal: Journal,
        open_parts: Callable[[], Parts],
        limits: ReadLimits = ReadLimits(),  # noqa: B008 — it is frozen
        published: Callable[[], object] = lambda: None,
        open_previewer: Callable[[], Previewer] = installed_previewer,
        keep_originals: bool = True,
    ) -> None:
        """`open_parts` and `open_previewer` are called in a child process, so they must be picklable; `published` after
        each new snapshot."""
        self._journal = journal
        self._open_parts = open_parts
        self._limits = limits
        self._published = published
        self._open_previewer = open_previewer
        self._keep_originals = keep_originals
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tiaowen-jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """A job was put into the queue."""
        self._wake.set()

    def stop(self, seconds: float = 10) -> None:
        """End the work; a job under way is taken up again by the next runner."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        store = self._journal.store
        while not self._stop.is_set():
            try:
                if (store / "jobs.sqlite").exists() or uploads.folders(store):  # else make nothing
                    with FileLock(store / "jobs.lock", timeout=0):
                        self._work()
            except Timeout:
                pass  # another process of this store works
            except Exception:
                log.exception("the job queue cannot be worked on; it is tried again")
            self._stop.wait(POLL_SECONDS)

    def _work(self) -> None:
        swept = float("-inf")
        while not self._stop.is_set():
            if time.monotonic() - swept > SWEEP_SECONDS:
                uploads.sweep(self._journal.store, self._journal)
                swept = time.monotonic()
            jobs = self._journal.take()
            if not jobs:
                self._wake.wait(POLL_SECONDS)
                self._wake.clear()
                continue
            try:
                self._do(jobs)
            except StoppedError:
                return
            except TiaowenError as error:
                self._fail(jobs, str(error))
            except Exception as error:
                log.exception("a job failed: %s", ", ".join(job.id for job in jobs))
                self._fail(jobs, f"the service failed ({type(error).__name__}); its log says more")
            for job in jobs:
                uploads.drop(self._journal.store, job.id)

    def _fail(self, jobs: Sequence[Job], message: str) -> None:
        for job in jobs:
            self._journal.finish(job.id, message=message)

    def _do(self, jobs: Sequence[Job]) -> None:
        """Read the files of every job, then publish one snapshot. Raises TiaowenError if that fails for all."""
        if jobs[0].kind == "preview":
            self._preview(jobs[0])
            return
        removal = jobs[0].removal or self._resolved(jobs[0])
        read: list[tuple[Job, list[Path], list[FileProblem]]] = []
        for job in jobs:
            folder = uploads.folder_of(self._journal.store, job.id) / "read"
            problems: list[FileProblem] = []
            if job.files:
                problems = read_in_child(
                    uploads.paths(self._journal.store, job.id, job.files), folder, job.facts, self._limits,
                    self._stop, self._teller([job], "read"), self._keep_originals,
                )  # fmt: skip
            sources = sorted(folder.glob("*.json"))
            if job.files and not sources:
                message = "none of the files could be read; nothing was changed"
                self._journal.finish(job.id, message=message, problems=problems)
            else:
                read.append((job, sources, problems))
        if not read:
            return
        told = self._built(
            [job for job, _, _ in read], [str(s) for _, sources, _ in read for s in sources], removal
        )
        with suppress(Exception):  # whatever it is, the service tells it at the next request
            self._published()
        documents = iter(told["documents"])
        for job, sources, problems in read:
            became = dict.fromkeys(islice(documents, len(sources)))
            self._journal.finish(job.id, problems=problems, documents=list(became), snapshot=told["snapshot"])

    def _preview(self, job: Job) -> None:
        """Find out what proposed words would change; nothing is published. Raises TiaowenError."""
        told: dict[str, Any] = {}
        code = run_in_child(
            preview_in_child, self._open_parts, self._open_previewer, job.id,
            hear=partial(_hear, told, self._teller([job])), stop=self._stop,
        )  # fmt: skip
        if "done" not in told:
            raise TiaowenError(
                told.get("failed") or f"the preview died (status {code}), probably for want of memory"
            )
        self._journal.finish(job.id)

    def _built(
        self, jobs: Sequence[Job], sources: Sequence[str], removal: Mapping[str, str]
    ) -> dict[str, Any]:
        """What the building child told: the snapshot, and the id for each source. Raises TiaowenError."""
        while True:
            told: dict[str, Any] = {}
            hear = partial(_hear, told, self._teller(jobs))
            code = run_in_child(
                _build, self._open_parts, list(sources), dict(removal), hear=hear, stop=self._stop
            )
            if "snapshot" in told:
                return told
            if "busy" not in told:
                raise TiaowenError(told.get("failed") or f"the build died (status {code}), probably for want of "
                                   "memory; nothing was published")  # fmt: skip
            for job in jobs:
                self._journal.progress(job.id, "waiting", 0, 0)
            if self._stop.wait(1.0):
                raise StoppedError

    def _resolved(self, job: Job) -> Mapping[str, str]:
        """What the job takes out, written down before anything is changed. Raises TiaowenError if it is gone."""
        if not job.target:
            return {}
        from index.merge import text_digest

        store = Store(self._journal.store)
        _, folder = store.verified(store.current())
        try:
            text = Catalogue(folder / "catalogue.sqlite").document(job.target).text
        except NotFoundError:
            raise TiaowenError(f"the document {job.target!r} is gone; an earlier job took it out") from None
        removal = {job.target: text_digest(text)}
        self._journal.resolve(job.id, removal)
        return removal

    def _teller(self, jobs: Sequence[Job], usual: str = "") -> Callable[..., None]:
        last, seen = 0.0, ""

        def tell(done: int, total: int, stage: str = usual) -> None:
            nonlocal last, seen
            now = time.monotonic()
            if stage != seen or now - last > TELL_SECONDS:
                last, seen = now, stage
                for job in jobs:
                    self._journal.progress(job.id, stage, done, total)

        return tell


def _hear(told: dict[str, Any], teller: Callable[..., None], message: dict[str, Any]) -> None:
    if "stage" in message:
        teller(message["done"], message["total"], message["stage"])
    else:
        told.update(message)


def _build(open_parts: Callable[[], Parts], sources: list[str], removal: dict[str, str], tell: Tell) -> None:
    """In a child process, so that a build neither slows questions nor keeps its memory."""
    from index.build import build

    last, seen = 0.0, ""

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last, seen
        now = time.monotonic()
        if stage != seen or now - last > TELL_SECONDS:
            last, seen = now, stage
            tell({"stage": stage, "done": done, "total": total})

    try:
        parts = open_parts()
        built = build(
            (_taken(parts, Path(name)) for name in sources), parts, remove=removal, progress=progress
        )
        tell({"snapshot": built.manifest.id, "documents": list(built.added)})
    except StoreBusyError:
        tell({"busy": True})
    except TiaowenError as error:
        tell({"failed": str(error)})


def _taken(parts: Parts, path: Path) -> Source:
    """A source that was read, once the store keeps its original."""
    source = loaded(path.read_text(encoding="ascii"))
    if source.original:
        parts.store.originals.take(source.original, originals_of(path.parent))
    return source
