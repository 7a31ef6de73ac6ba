"""A passage and the places of its pieces → the vector of each piece as it stands there.

A vector of a piece by itself knows nothing of its subject. Here the whole passage is encoded and the states of a
piece's own tokens are averaged (late chunking; Günther et al. 2024).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and where its pieces stand."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """Where each piece begins and ends, in code points."""

    @property
    def pieces(self) -> list[str]:
        return [self.text[start:end] for start, end in self.spans]


def pooling(offsets: NDArray[np.integer[Any]], spans: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    """(spans, tokens) the share of each token in the mean of each span: those count whose middle lies in it.

    `offsets`: (tokens, 2) where each token begins and ends, as the spans are counted. For a span that holds no token,
    as one behind the last of a cut text, the nearest counts.
    """
    middles = offsets.mean(axis=1)
    own = offsets[:, 1] > offsets[:, 0]
    shares = np.zeros((len(spans), len(offsets)), np.float32)
    for row, (start, end) in zip(shares, spans, strict=True):
        held = own & (middles >= start) & (middles <= end)
        if held.any():
            row[held] = 1 / held.sum()
        else:
            row[np.abs(middles - (start + end) / 2).argmin()] = 1
    return shares
