"""Texts → unit vectors by the default model, or states of their tokens, without torch: ONNX Runtime over its folder."""

import json
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.adapters import Purpose
from index.errors import ModelError
from index.model_folder import MAX_TOKENS
from index.onnx_encoder import upper_file
from index.remembered import Remembered
from index.vectors import Vectors

REMEMBERED_TEXTS = 8
"""An answer needs a question's vectors for three purposes."""
Offsets = NDArray[np.int32]
"""(tokens, 2) where each token begins and ends in its text, in code points."""


class OnnxEngine:
    """ONNX Runtime over the graphs of a model folder; word embeddings are read row by row from the checkpoint.

    A run takes one text and one thread: two threads bring a question 6 % sooner for 40 % more of the cores, a batch
    brings nothing, and a text alone has a vector that depends on no other. Who has many texts runs them side by side.
    """

    def __init__(self, folder: Path) -> None:
        # Newer packages for Linux and macOS tell their maker of every process, and keep an id of the
        # user on the disk, unless this is set before they are loaded. Nothing leaves this machine.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from tokenizers import Tokenizer

        onnxruntime.disable_telemetry_events()
        self._folder = folder
        self._upper: dict[Purpose | None, Any] = {}
        self._opening = Lock()
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._words = _WordEmbeddings(folder / "model.safetensors")
            self._lower = _session(folder / "lower.onnx")
        except Exception as error:  # three libraries, three error trees
            raise _damaged(folder, error) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._remembered: Remembered[Vectors] = Remembered(REMEMBERED_TEXTS)

    def clause(self, text: str) -> Vectors:
        """(384,) float32, unit length."""
        return self._vector(self._below(self._tokenizer.encode(text)), None)

    def question(self, text: str, purpose: Purpose | None) -> Vectors:
        """(384,) float32, unit length; without a purpose as a clause is embedded."""
        # What the lower layers make of a question is the same for every purpose.
        below = self._remembered.get(text, lambda: self._below(self._tokenizer.encode(text)))
        return self._vector(below, purpose)

    def tokens(self, text: str, purpose: Purpose) -> tuple[Vectors, Offsets]:
        """(tokens, 384) last states, and where each token begins and ends in the text."""
        encoding = self._tokenizer.encode(text)
        states: Vectors = self._above("last", self._below(encoding), purpose)[0]
        return states, np.array(encoding.offsets, np.int32).reshape(-1, 2)

    def _vector(self, below: Vectors, purpose: Purpose | None) -> Vectors:
        vector: Vectors = self._above("vector", below, purpose)[0]
        return vector

    def _below(self, encoding: Any) -> Vectors:
        """(1, tokens, hidden) what the lower layers make of a tokenized text."""
        states: Vectors = self._lower.run(None, {"embeddings": self._words.rows(encoding.ids)[None]})[0]
        return states

    def _above(self, output: str, states: Vectors, purpose: Purpose | None) -> Any:
        with self._opening:  # most processes need some purposes only
            if purpose not in self._upper:
                try:
                    self._upper[purpose] = _session(self._folder / upper_file(purpose))
                except Exception as error:  # an error tree of its own
                    raise _damaged(self._folder, error) from error
        return self._upper[purpose].run([output], {"states": states})[0]


def _session(graph: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep what the longest text needed
    # Else all that a run needs is one aligned block of about a megabyte. glibc 2.36 does not reuse the place of
    # a freed one once something small lies beside it: with every swap under load four more were lost.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _damaged(folder: Path, error: Exception) -> ModelError:
    return ModelError(f"the model folder {folder} is damaged ({error}); delete it, it is written anew at the next "
                      "start")  # fmt: skip


class _WordEmbeddings:
    """The (vocabulary, hidden) matrix of a safetensors file, read row by row: header length, JSON header, tensors.

    Not mapped: a mapping counts 64 KiB as resident for every row of 1.5 KiB that is looked at.
    """

    def __init__(self, checkpoint: Path) -> None:
        self._file = checkpoint.open("rb")
        (header_bytes,) = struct.unpack("<Q", self._file.read(8))
        entry = json.loads(self._file.read(header_bytes))["embeddings.word_embeddings.weight"]
        self._start = 8 + header_bytes + entry["data_offsets"][0]
        self.hidden: int = entry["shape"][1]

    def rows(self, ids: Sequence[int]) -> Vectors:
        """(n, hidden) float32."""
        size, handle = 4 * self.hidden, self._file.fileno()
        read = b"".join(os.pread(handle, size, self._start + i * size) for i in ids)
        return np.frombuffer(read, np.float32).reshape(-1, self.hidden)
