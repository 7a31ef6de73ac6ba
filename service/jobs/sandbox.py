"""Files that nobody has looked at → sources as JSON, read in a child process with bounds on memory and time."""

import json
import resource
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.document import Fact, FactOrigin, Original, Paragraph, Source
from index.errors import ReadError
from index.originals import Keep, Originals, leave
from index.overrides import overrides_of, stated_over
from service.jobs.child import SilentError, Tell, run_in_child
from service.jobs.journal import FileProblem


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading one file may cost."""

    memory_bytes: int = 2 << 30
    """Of address space, the interpreter's own included."""
    seconds: int = 120
    """Of processor time; by the clock, twice as many and ten more."""


def read_in_child(
    files: Sequence[Path],
    folder: Path,
    facts: Mapping[str, str],
    limits: ReadLimits,
    stop: threading.Event | None = None,
    progress: Any = lambda done, total: None,
    keep_originals: bool = True,
) -> list[FileProblem]:
    """Read every file into `folder` as JSON; return why the others could not be read.

    What a source was read from is kept in `originals_of(folder)`, unless that is switched off.
    A file that kills its child is named, and the rest is read by a new one. Raises StoppedError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.iterdir():
        leftover.unlink()
    shutil.rmtree(originals_of(folder).folder, ignore_errors=True)
    problems: list[FileProblem] = []
    first = 0
    while first < len(files):
        at = first - 1

        def hear(message: dict[str, Any]) -> None:
            nonlocal at
            if "reading" in message:
                at = int(message["reading"])
                progress(at, len(files))
            elif "problem" in message:
                problems.append(FileProblem(str(message["file"])[:500], str(message["problem"])[:2000]))

        names = [str(file) for file in files]
        try:
            code = run_in_child(_read, names, first, str(folder), dict(facts), limits, keep_originals,
                                hear=hear, stop=stop, silence_seconds=_patience(limits))  # fmt: skip
            reason = f"its reader died ({_reason(code, limits)})"
        except SilentError:
            code, reason = 1, f"reading it took longer than {_patience(limits)} seconds"
        if code == 0:
            break
        at = max(at, first)
        for half in folder.glob(f"{at:05}-*"):
            half.unlink()
        problems.append(FileProblem(files[at].name, f"{files[at].name}: {reason}; save it anew or split it"))
        first = at + 1
    progress(len(files), len(files))
    return problems


def originals_of(folder: Path) -> Originals:
    """Where the files lie that the sources in `folder` were read from."""
    return Originals(folder.with_name("originals"))


def _patience(limits: ReadLimits) -> int:
    """Seconds by the clock for what may take `limits.seconds` of the processor, on a busy machine."""
    return 2 * limits.seconds + 10


def _reason(code: int, limits: ReadLimits) -> str:
    if code == -24:  # SIGXCPU
        return f"it needs more than {limits.seconds} seconds of processor time"
    return f"signal {-code}" if code < 0 else f"status {code}, probably out of memory"


def _read(
    files: list[str], first: int, folder: str, facts: dict[str, str], limits: ReadLimits, keep_originals: bool,
    tell: Tell,
) -> None:  # fmt: skip
    """In the child."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    from index.readers import read_all
    from index.structure.split import split

    given = overrides_of(facts, "facts")
    for place, name in enumerate(files[first:], first):
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = int(used.ru_utime + used.ru_stime) + 1 + limits.seconds
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        tell({"reading": place})

        def refuse(source: str, error: ReadError) -> None:
            tell({"file": source[:500], "problem": str(error)[:2000]})

        keep = _keeping(originals_of(Path(folder))) if keep_originals else leave
        for number, source in enumerate(read_all([Path(name)], refuse, keep)):
            try:
                clauses = split(source).clauses  # within the bounds too: the build repeats it without them
            except MemoryError:
                refuse(
                    source.name,
                    ReadError(f"{source.name}: there is not enough memory for it; split the file"),
                )
                continue
            if not clauses:
                refuse(
                    source.name,
                    ReadError(f"{source.name}: no clause was found in it; is it a scan or a form?"),
                )
                continue
            stated = replace(source, overrides=stated_over(source.overrides, given))
            (Path(folder) / f"{place:05}-{number:05}.json").write_text(dumped(stated), encoding="ascii")


def _keeping(originals: Originals) -> Keep:
    """A disk that is full costs this file, not the others."""

    def keep(source: Source, content: bytes) -> Source:
        try:
            return originals.keep(source, content)
        except OSError as error:
            raise ReadError(f"{source.name}: the file cannot be kept ({error.strerror}); free some space, then send "
                            "it again") from error  # fmt: skip

    return keep


def dumped(source: Source) -> str:
    return json.dumps(asdict(source))


def loaded(text: str) -> Source:
    fields = json.loads(text)
    fields["paragraphs"] = tuple(Paragraph(**paragraph) for paragraph in fields["paragraphs"])
    fields["warnings"] = tuple(fields["warnings"])
    fields["overrides"] = tuple(
        Fact(**{**fact, "origin": FactOrigin(fact["origin"])}) for fact in fields["overrides"]
    )
    if fields.get("original"):
        fields["original"] = Original(**fields["original"])
    return Source(**fields)
