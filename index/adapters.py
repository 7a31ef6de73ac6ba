"""The adapters of the default model → what its encoder adds to a question or a piece, by what the vector is for.

An adapter is a low-rank addition to every linear map of the encoder (LoRA; Hu et al. 2021): `x A^T B^T` beside `x W^T`.
Clauses are embedded without one, so that fitting one anew leaves every index as it is. `python -m eval.fit_questions`
makes the file, `python -m eval.fit_context` adds those that pieces in context are compared by.
"""

from collections.abc import Mapping
from enum import StrEnum
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Adapters = Mapping[str, NDArray[np.float32]]
"""Names of linear maps (`l6.q`) with `.a` (ranks, inputs) and `.b` (outputs, ranks), one purpose after another; and
`silence.direction` (dimension,) and `silence.offset` (1,), the plane that was fitted with the adapter for answers, and
`context.direction` and `context.offset`, that of the adapter for pieces in context."""

FIRST_LAYER = 6
"""Of twelve: adapting all of them brings no more to documents that were left out, and takes twice as long."""


class Purpose(StrEnum):
    """What a question's vector is compared with, or what a piece's vector is."""

    SEARCH = "search"
    """Clauses, to rank them."""
    ANSWER = "answer"
    """Pieces of clauses by themselves, to find the words that answer, or that none do."""
    CONTEXT = "context"
    """The same pieces as they stand in their clause."""
    PIECE = "piece"
    """The vector of a piece as it stands in its clause."""


RANKS = {Purpose.SEARCH: 8, Purpose.ANSWER: 16, Purpose.CONTEXT: 16, Purpose.PIECE: 16}
"""Of each adapter, in the order of the file."""


def ranks_of(purpose: Purpose) -> slice:
    """Which ranks of a file are those of that adapter."""
    before = list(RANKS)[: list(RANKS).index(purpose)]
    first = sum(RANKS[one] for one in before)
    return slice(first, first + RANKS[purpose])


def shipped() -> bytes:
    """The file that comes with the package."""
    return resources.files("index").joinpath("data/adapters.safetensors").read_bytes()


def parsed(stored: bytes) -> Adapters:
    """What a file of adapters holds."""
    from safetensors.numpy import load

    return {name: tensor.astype(np.float32) for name, tensor in load(stored).items()}
