"""Evidence → chances: a choice among pieces and a logistic regression, both fitted by `python -m eval.fit_answers`.

The second also hears how a question is put: a telephone number, a list of names or a fee is what documents of policy
seldom tell, and the vector of the question shows that such a thing is asked (`eval.fit_questions`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.adapters import Adapters, parsed, shipped
from index.model_folder import FINGERPRINT
from retriever.answers.choose import Run
from retriever.answers.evidence import FEATURES, Evidence
from retriever.answers.signs import SIGNS, signs
from retriever.answers.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Logistic:
    """`1 / (1 + exp(-(bias + weights · x)))`; a feature that is not listed has no weight."""

    bias: float
    weights: Mapping[str, float]

    def chances(self, table: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
        """(n,) for an (n, features) table whose columns are `names`."""
        weights = np.array([self.weights.get(name, 0.0) for name in names])
        odds = np.clip(self.bias + table @ weights, -30, 30)
        chances: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return chances


ANSWERING = 1.5
"""Pieces that an answer is expected to have. With more, quotes grow longer than what was asked."""
SHARPNESS = 2.0
"""What odds are multiplied by: learned to be right on the whole, they leave too much to what is not quoted."""
SUREST = 0.99


@dataclass(frozen=True, slots=True)
class Choice:
    """`exp(SHARPNESS * weights · x)` of a piece, over the sum of all: what one gains, the others lose."""

    weights: Mapping[str, float]

    def chances(self, table: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
        """(n,) chance of each row of an (n, features) table to belong to the answer, whose columns are `names`."""
        odds = SHARPNESS * table @ np.array([self.weights.get(name, 0.0) for name in names])
        shares = np.exp(odds - odds.max(initial=-np.inf))
        chances: NDArray[np.float64] = np.minimum(SUREST, ANSWERING * shares / max(shares.sum(), 1.0))
        return chances


@dataclass(frozen=True, slots=True)
class Silence:
    """How near a piece must be to a question to answer it: a plane over the question vectors of one embedder."""

    embedder: str
    """The beginning of its fingerprint; with another the direction means nothing."""
    offset: float
    direction: NDArray[np.float64]
    """(dimension,)"""

    def nearness(self, vector: NDArray[np.float32], fingerprint: str) -> float:
        """The cosine that nothing answers with, for a question of this vector."""
        if len(vector) != len(self.direction) or not fingerprint.startswith(self.embedder):
            return self.offset
        return float(self.direction @ vector) + self.offset


def silence_of(adapters: Adapters, name: str) -> Silence:
    """The plane that was fitted with an adapter of the default model: `silence` or `context`."""
    direction = adapters[f"{name}.direction"].astype(np.float64)
    return Silence(FINGERPRINT, float(adapters[f"{name}.offset"][0]), direction)


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """The chance of a piece to belong to the answer, and the chance of the chosen quotes to be one."""

    piece: Choice
    answer: Logistic
    silence: Silence
    """Of pieces by themselves."""
    in_context: Silence
    """Of pieces as they stand in their clauses."""

    def chances(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.piece.chances(table, FEATURES)

    def confidence(
        self, evidence: Evidence, chances: NDArray[np.float64], runs: Sequence[Run], expected: float,
        asked: Wanted, fingerprint: str = "",
    ) -> float:  # fmt: skip
        """`fingerprint` is that of the embedder that made the evidence."""
        if not runs:
            return 0.0
        silences = (
            self.silence.nearness(evidence.vector, fingerprint),
            self.in_context.nearness(evidence.in_context, fingerprint),
        )
        row = signs(evidence, chances, runs, expected, asked, silences)
        return float(self.answer.chances(row[None], SIGNS)[0])


@cache
def load_model() -> AnswerModel:
    """The weights and the adapters that come with the package."""
    text = resources.files("retriever.answers").joinpath("data/weights.json").read_text(encoding="utf-8")
    stored: Any = json.loads(text)
    answer = Logistic(stored["answer"]["bias"], stored["answer"]["weights"])
    adapters = parsed(shipped())
    silences = silence_of(adapters, "silence"), silence_of(adapters, "context")
    return AnswerModel(Choice(stored["piece"]["weights"]), answer, *silences)
