"""TREC run and qrels files, in and out, as trec_eval reads them."""

from collections.abc import Mapping
from pathlib import Path

from eval.judgements import EvalError, Qrels, open_text
from eval.run import Ranking, Run, distinct


def write_run(path: Path, run: Run) -> None:
    """One line a clause: question id, Q0, address, 1-based rank, score, name of the run."""
    with path.open("w", encoding="utf-8") as file:
        for question_id, ranking in run.rankings.items():
            for rank, (address, score) in enumerate(ranking, 1):
                file.write(f"{question_id} Q0 {_word(address)} {rank} {score:.9g} {run.name}\n")


def write_qrels(path: Path, qrels: Qrels) -> None:
    """One line a judgement: question id, 0, address, grade."""
    with path.open("w", encoding="utf-8") as file:
        for question_id, grades in qrels.items():
            file.writelines(f"{question_id} 0 {_word(a)} {grade}\n" for a, grade in grades.items())


def read_run(path: Path) -> Run:
    """Read a run; as in trec_eval the score gives the order, not the rank column. Raises EvalError."""
    found: dict[str, list[tuple[str, float]]] = {}
    name = path.stem
    for number, cells in _lines(path, 6):
        try:
            found.setdefault(cells[0], []).append((cells[2], float(cells[4])))
        except ValueError:
            raise EvalError(f"{path}:{number}: the score {cells[4]!r} is no number") from None
        name = cells[5]
    rankings: Mapping[str, Ranking] = {
        # Ties by id, descending, as trec_eval has them.
        question_id: distinct(sorted(sorted(pairs, reverse=True), key=lambda pair: -pair[1]))
        for question_id, pairs in found.items()
    }
    return Run(name, rankings, {})


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Question id → address → grade. Raises EvalError."""
    qrels: dict[str, dict[str, int]] = {}
    for number, cells in _lines(path, 4):
        try:
            qrels.setdefault(cells[0], {})[cells[2]] = int(cells[3])
        except ValueError:
            raise EvalError(f"{path}:{number}: the grade {cells[3]!r} is no whole number") from None
    return qrels


def _lines(path: Path, columns: int) -> list[tuple[int, list[str]]]:
    lines = []
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            cells = line.split()
            if cells and len(cells) != columns:
                raise EvalError(f"{path}:{number}: expected {columns} columns, found {len(cells)}")
            if cells:
                lines.append((number, cells))
    return lines


def _word(address: str) -> str:
    """TREC columns are parted by blanks, so an address that holds one cannot be written."""
    if len(address.split()) != 1:
        raise EvalError(f"the address {address!r} holds a blank and cannot stand in a TREC file")
    return address
