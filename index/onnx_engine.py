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

    A run takes one thread: with two a question came back 6 % sooner and took 40 % more of the cores. Whoever has more
    than one batch runs them beside each other.
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

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32 unit rows of clauses."""
        vectors: Vectors = self._above(
            "vectors", *self._below(self._tokenizer.encode_batch(list(texts))), None
        )
        return vectors

    def question(self, text: str, purpose: Purpose | None) -> Vectors:
        """(384,) float32, unit length; None is a clause's purpose."""
        # What the lower layers make of a question is the same for every purpose.
        below = self._remembered.get(text, lambda: self._below([self._tokenizer.encode(text)])[0])
        vector: Vectors = self._above("vectors", below, np.ones(below.shape[:2], np.int32), purpose)[0]
        return vector

    def tokens(self, texts: Sequence[str], purpose: Purpose) -> list[tuple[Vectors, Offsets]]:
        """For each text the (tokens, 384) last states and where each token begins and ends in it."""
        encodings = self._tokenizer.encode_batch(list(texts))
        last = self._above("last", *self._below(encodings), purpose)
        return [
            (rows[: len(encoding.ids)], np.array(encoding.offsets, np.int32).reshape(-1, 2))
            for rows, encoding in zip(last, encodings, strict=True)
        ]

    def _below(self, encodings: Sequence[Any]) -> tuple[Vectors, NDArray[np.int32]]:
        """(n, length, hidden) states of tokenized texts, and (n, length) 1 for their tokens."""
        embeddings, mask = padded([self._words.rows(encoding.ids) for encoding in encodings])
        states: Vectors = self._lower.run(None, {"embeddings": embeddings, "mask": mask})[0]
        return states, mask

    def _above(self, name: str, states: Vectors, mask: NDArray[np.int32], purpose: Purpose | None) -> Any:
        with self._opening:  # most processes need some purposes only
            if purpose not in self._upper:
                try:
                    self._upper[purpose] = _session(self._folder / upper_file(purpose))
                except Exception as error:  # an error tree of its own
                    raise _damaged(self._folder, error) from error
        return self._upper[purpose].run([name], {"states": states, "mask": mask})[0]


def _session(graph: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep what the largest batch of a build needed
    # Else all that a run needs is one aligned block of about a megabyte. glibc 2.36 does not reuse the place of
    # a freed one once something small lies beside it: with every swap under load four more were lost.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _damaged(folder: Path, error: Exception) -> ModelError:
    return ModelError(f"the model folder {folder} is damaged ({error}); delete it, it is written anew at the next "
                      "start")  # fmt: skip


def padded(rows: Sequence[Vectors]) -> tuple[Vectors, NDArray[np.int32]]:
    """Sequences of (tokens, hidden) → (n, length, hidden), and (n, length) 1 for their tokens."""
    length = max(map(len, rows))
    together = np.zeros((len(rows), length, rows[0].shape[1]), np.float32)
    mask = np.zeros((len(rows), length), np.int32)
    for place, own in enumerate(rows):
        together[place, : len(own)] = own
        mask[place, : len(own)] = 1
    return together, mask


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
