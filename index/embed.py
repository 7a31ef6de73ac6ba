"""Texts → unit vectors. One protocol; the bundled model, any sentence-transformers model, and a fake for tests.

The bundled model runs on ONNX Runtime: no torch, ready at once. Its folder is a sentence-transformers model as well,
whose vectors are the same; `tests/index/test_embed.py` holds that.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar

import numpy as np

from index.adapters import Purpose
from index.model_folder import FINGERPRINT, PASSAGE_PROMPT, QUERY_PROMPT, default_model_folder
from index.onnx_engine import OnnxEngine
from index.passage import Passage, pooling
from index.remembered import Remembered
from index.torch_engine import SentenceTransformersEmbedder
from index.vectors import Vectors, unit

Report = Callable[[str], None]

DEFAULT_MODEL = "default"
SENT_AHEAD = 512
"""Texts that wait for a thread at a time."""
REMEMBERED_QUESTIONS = 32
"""An answer needs the question's vector again after the search, and two of its own."""


Given = TypeVar("Given")
Made = TypeVar("Made")


class Embedder(Protocol):
    """Turns questions and clauses into unit rows; equal fingerprints mean comparable vectors."""

    @property
    def fingerprint(self) -> str:
        """Names the weights and prompts; vectors of different fingerprints must never be mixed."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed_question(self, text: str, purpose: Purpose = Purpose.SEARCH) -> Vectors:
        """(dimension,) float32, unit length; an embedder without adapters gives the same for every purpose."""
        ...

    @property
    def pieces_fingerprint(self) -> str:
        """Names what vectors of pieces depend on: of different ones none is taken for another."""
        ...

    def embed_in_context(self, passages: Sequence[Passage]) -> list[Vectors] | None:
        """For each passage the (pieces, dimension) unit rows of its pieces as they stand in it.

        None with a model that has not learned it: then pieces are embedded by themselves.
        """
        ...

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Yield batches: positions in `texts` and their (n, dimension) float32 unit rows, in any order."""
        ...


def open_embedder(model: str, models: Path, report: Report = lambda message: None) -> Embedder:
    """Open the default model, or a sentence-transformers model by hub name or folder.

    `models` is where the default model's folder is kept. Raises ModelError.
    """
    if model == DEFAULT_MODEL:
        return BundledEmbedder(default_model_folder(models, report))
    return SentenceTransformersEmbedder(model)


class BundledEmbedder:
    """The default offline model over its local folder."""

    dimension = 384
    fingerprint = FINGERPRINT

    def __init__(self, folder: Path, adapted: bool = True) -> None:
        self._folder = folder
        self._adapted = adapted
        self._asked: Remembered[Vectors] = Remembered(REMEMBERED_QUESTIONS)
        self._engine: OnnxEngine | None = None
        self._opening = Lock()

    def embed_question(self, text: str, purpose: Purpose = Purpose.SEARCH) -> Vectors:
        return self._asked.get((text, purpose), lambda: self._question(text, purpose))

    def _question(self, text: str, purpose: Purpose) -> Vectors:
        vector = self._onnx().question(QUERY_PROMPT + text, purpose if self._adapted else None)
        vector.setflags(write=False)
        return vector

    @property
    def pieces_fingerprint(self) -> str:
        return self._folder.name if self._adapted else self.fingerprint

    def embed_in_context(self, passages: Sequence[Passage]) -> list[Vectors] | None:
        if not self._adapted:
            return None

        def pieces(passage: Passage) -> Vectors:
            states, offsets = self._onnx().tokens(PASSAGE_PROMPT + passage.text, Purpose.PIECE)
            return unit(pooling(offsets - len(PASSAGE_PROMPT), passage.spans) @ states)

        return list(_beside(pieces, passages))

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        def clause(text: str) -> Vectors:
            return self._onnx().clause(PASSAGE_PROMPT + text)

        for at, vector in enumerate(_beside(clause, texts)):
            yield [at], vector[None]

    def unadapted(self) -> "BundledEmbedder":
        """The same without adapters for questions, so that evaluation sees what they bring."""
        return BundledEmbedder(self._folder, adapted=False)

    def _onnx(self) -> OnnxEngine:
        with self._opening:
            self._engine = self._engine or OnnxEngine(self._folder)
            return self._engine


def _beside(work: Callable[[Given], Made], given: Sequence[Given]) -> Iterator[Made]:
    """`map` by as many threads as there are cores: a run of the engine takes one and holds no lock of Python."""
    if len(given) < 2:
        yield from map(work, given)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(given), SENT_AHEAD):
            yield from pool.map(work, given[start : start + SENT_AHEAD])


class HashEmbedder:
    """A fake for tests and dry runs: hashed character bigrams. Fast, deterministic, no model."""

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.fingerprint = f"hash-{dimension}"

    def embed_question(self, text: str, purpose: Purpose = Purpose.SEARCH) -> Vectors:
        vector: Vectors = np.zeros(self.dimension, np.float32)
        for pair in zip(text, text[1:] + " ", strict=True):
            digest = hashlib.blake2b("".join(pair).encode(), digest_size=8).digest()
            vector[int.from_bytes(digest) % self.dimension] += 1.0
        return vector / max(float(np.linalg.norm(vector)), 1e-12)

    @property
    def pieces_fingerprint(self) -> str:
        return self.fingerprint

    def embed_in_context(self, passages: Sequence[Passage]) -> list[Vectors] | None:
        return None

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        for i, text in enumerate(texts):
            yield [i], self.embed_question(text)[None]
