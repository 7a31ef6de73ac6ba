"""Questions of the built-in sets → folds, so that what is learned of one can be asked about those left out."""

from collections.abc import Iterable
from importlib import resources

from eval.judgements import FICTIONAL

FOLDS = 4
_WRITERS = {"c": 0, "d": 1, "e": 2, "g": 3, "f": 0}
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
