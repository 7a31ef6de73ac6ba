"""Questions of the built-in sets → folds, so that what is learned of some can be asked about those left out."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from eval.judgements import FICTIONAL, EvalError
from index.embed import BundledEmbedder
from index.model_folder import default_model_folder

FOLDS = 4
_WRITERS = {"c": 0, "d": 1, "e": 2, "f": 0, "g": 3, "i": 1, "j": 2, "k": 3, "l": 0, "t": 1, "u": 2, "v": 3}
"""First letters of the tune questions of the fictional set: a fold leaves out whole documents."""


def folds(name: str, ids: Iterable[str]) -> dict[str, int]:
    """Question id → fold: of the fictional set by its documents, else in turn."""
    if name == FICTIONAL:
        return {id_: _WRITERS[id_[0]] for id_ in ids}
    return {id_: place % FOLDS for place, id_ in enumerate(ids)}


def elsewhere() -> list[str]:
    """Questions that no document of the sets answers."""
    text = resources.files("eval").joinpath("data/elsewhere.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def name_of(fold: int | None) -> str:
    """The adapters' name, as `eval.fit_questions` takes it and calls their file; None for those of all questions."""
    return "adapters" if fold is None else f"without-{fold}"


@contextmanager
def fitted_without(adapters: Path, fold: int) -> Iterator[tuple[BundledEmbedder, bytes]]:
    """The default model with the adapters that were fitted without a fold, and their file.

    `adapters` is the folder that `eval.fit_questions` wrote. Raises EvalError.
    """
    file = adapters / f"{name_of(fold)}.safetensors"
    try:
        stored = file.read_bytes()
    except OSError as error:
        raise EvalError(
            f"cannot read {file} ({error.strerror}); `python -m eval.fit_questions` writes it"
        ) from error
    with tempfile.TemporaryDirectory() as scratch:
        yield BundledEmbedder(default_model_folder(Path(scratch), adapters=stored)), stored
