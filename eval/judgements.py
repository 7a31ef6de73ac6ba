"""A built-in set or a BEIR folder → questions and graded judgements, checked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from eval.spans import Span
from index.errors import TiaowenError

PLAN = "plan"
"""Name of the built-in set on the bundled plan."""
FICTIONAL = "fictional"
"""Name of the built-in set on documents that exist nowhere: a regulation, a notice and a measure, written for it."""
BUILT_IN = (PLAN, FICTIONAL)

Qrels = Mapping[str, Mapping[str, int]]
"""Question id → address → grade, higher is better; an absent address has grade 0."""


class EvalError(TiaowenError):
    """An eval set, a run or a report cannot be read."""


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """A question as its set states it."""

    id: str
    text: str
    kinds: tuple[str, ...] = ()
    language: str = ""
    split: str = ""
    answerable: bool = True
    """False where the set says that no clause answers; such questions are in no retrieval measure."""
    spans: tuple[Span, ...] = ()
    """The words that answer, as the set marks them; copies of one statement each by itself."""


@dataclass(frozen=True, slots=True)
class EvalSet:
    """Questions with their judgements."""

    name: str
    questions: tuple[EvalQuestion, ...]
    qrels: Qrels
    relevant_from: int = 1
    """Lowest grade that counts as relevant where a measure knows only relevant or not."""
    folder: Path | None = None
    """The BEIR folder that holds the corpus; None for a built-in set."""
    split: str = "all"
    unknown_questions: int = 0
    """Questions that the judgements name and the set does not hold."""

    @property
    def measured(self) -> tuple[EvalQuestion, ...]:
        """The questions that retrieval measures are taken over: those with a relevant clause."""
        return tuple(q for q in self.questions if self.relevant(q.id))

    def relevant(self, question_id: str) -> list[str]:
        """Addresses of the relevant clauses, best grade first."""
        grades = self.qrels.get(question_id, {})
        return sorted((a for a in grades if grades[a] >= self.relevant_from), key=lambda a: (-grades[a], a))

    def only(self, split: str = "all", limit: int | None = None) -> "EvalSet":
        """The questions of one split, and of those the first `limit`. Raises EvalError for an unknown split."""
        known = sorted({q.split for q in self.questions})
        if split != "all" and split not in known:
            raise EvalError(f"the set {self.name} has no split {split!r}; it has {', '.join(known)} and all")
        chosen = [q for q in self.questions if split in ("all", q.split)][:limit]
        return replace(self, questions=tuple(chosen), split=split)


def open_set(name: str, qrels_name: str | None = None) -> EvalSet:
    """Open the built-in set `plan` or `fictional`, or the BEIR folder of that path. Raises EvalError."""
    return built_in_set(name) if name in BUILT_IN else beir_set(Path(name), qrels_name)


def plan_set() -> EvalSet:
    """The questions on the bundled plan; GUIDELINE.md beside them says how they were judged."""
    return built_in_set(PLAN)


def built_in_set(name: str) -> EvalSet:
    """The questions of a built-in set.

    A grade of 1 is about the thing asked without answering it, so a clause is relevant from grade 2.
    """
    text = resources.files("eval").joinpath(f"data/{name}/questions.jsonl").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    questions = tuple(
        EvalQuestion(
            r["id"],
            r["text"],
            tuple(r["kinds"]),
            r["language"],
            r["split"],
            r["answerable"],
            tuple(Span(of["address"], of["text"]) for of in r["answer"]),
        )
        for r in records
    )
    return EvalSet(name, questions, {r["id"]: r["judgements"] for r in records}, relevant_from=2)


def beir_set(folder: Path, qrels_name: str | None = None) -> EvalSet:
    """Read queries.jsonl and one file of qrels/ of a BEIR folder (Thakur et al. 2021).

    `qrels_name` is the file without `.tsv`; by default the only one, else `test`. Raises EvalError.
    """
    if not folder.is_dir():
        raise EvalError(
            f"{folder} is no folder; give `{PLAN}` or a folder with corpus.jsonl, queries.jsonl, qrels/"
        )
    path = _qrels_file(folder, qrels_name)
    split = path.stem
    questions: dict[str, EvalQuestion] = {}
    for line, record in json_lines(folder / "queries.jsonl"):
        question_id, text = field(record, "_id", line), field(record, "text", line)
        if question_id in questions:
            raise EvalError(f"{line}: the question id {question_id!r} was used before; ids must be unique")
        questions[question_id] = EvalQuestion(question_id, text, split=split)
    qrels = _read_qrels(path)
    unknown = [question_id for question_id in qrels if question_id not in questions]
    judged = tuple(q for q in questions.values() if q.id in qrels)
    if not judged:
        raise EvalError(f"{path} judges no question of queries.jsonl; the ids of the two files do not match")
    kept = {q.id: qrels[q.id] for q in judged}
    return EvalSet(
        folder.resolve().name, judged, kept, folder=folder, split=split, unknown_questions=len(unknown)
    )


def _qrels_file(folder: Path, name: str | None) -> Path:
    files = {path.stem: path for path in sorted((folder / "qrels").glob("*.tsv"))}
    if not files:
        raise EvalError(f"{folder / 'qrels'} holds no .tsv file; BEIR keeps judgements in qrels/test.tsv")
    if name is None:
        name = next(iter(files)) if len(files) == 1 else "test"
    if name not in files:
        raise EvalError(
            f"{folder / 'qrels'} has no {name}.tsv; it has {', '.join(files)}, choose with --qrels"
        )
    return files[name]


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Lines of question id, address, grade, tab-separated, below a header."""
    qrels: dict[str, dict[str, int]] = {}
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            cells = line.rstrip("\r\n").split("\t")
            if cells == [""] or (number == 1 and not cells[-1].lstrip("-").isdigit()):
                continue
            try:
                question_id, address, grade = cells[0], cells[1], int(cells[2])
            except (IndexError, ValueError):
                raise EvalError(
                    f"{path}:{number}: expected question id, clause id and a whole grade, tab-separated"
                ) from None
            if qrels.setdefault(question_id, {}).setdefault(address, grade) != grade:
                raise EvalError(
                    f"{path}:{number}: {question_id} {address} was judged before with another grade"
                )
    return qrels


def json_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield `file:line` and the value of every line that is not blank, without holding the file in memory."""
    with open_text(path) as file:
        number = 0
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", json.loads(line)
        except ValueError as error:  # JSON and UTF-8 alike
            raise EvalError(f"{path}:{number + (not isinstance(error, json.JSONDecodeError))}: {error}; "
                            "expected one JSON object a line in UTF-8") from error  # fmt: skip
        except (EOFError, OSError) as error:
            raise EvalError(f"cannot read {path} to its end ({error}); it may be cut off") from error


def field(record: Any, name: str, where: str) -> str:
    """The record's field as text. Raises EvalError if it is absent."""
    if not isinstance(record, dict) or not isinstance(record.get(name), str | int):
        raise EvalError(f"{where}: the line has no {name!r}")
    return str(record[name])


def open_text(path: Path) -> Any:
    """Open a text file, through gzip where its name ends so. Raises EvalError if it is missing."""
    import gzip

    try:
        opener: Any = gzip.open if path.suffix == ".gz" else open
        return opener(path, "rt", encoding="utf-8-sig")
    except OSError as error:
        raise EvalError(f"cannot open {path}: {error.strerror}") from error


def unknown_clauses(judged: EvalSet, addresses: set[str]) -> int:
    """How many judgements name a clause that the index does not hold; such a clause can never be found."""
    return sum(a not in addresses for q in judged.questions for a in judged.qrels.get(q.id, ()))
