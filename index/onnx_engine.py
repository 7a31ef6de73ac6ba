"""Texts → unit vectors by the default model, or states of their tokens, without torch: ONNX Runtime over its folder."""

import json
import os
import struct
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.adapters import Purpose, gate
from index.errors import ModelError
from index.model_folder import MAX_TOKENS
from index.vectors import Vectors

REMEMBERED_TEXTS = 8
"""An answer needs a question's vectors for three purposes."""
Offsets = NDArray[np.int32]
"""(tokens, 2) where each token begins and ends in its text, in code points."""


class OnnxEngine:
    """ONNX Runtime over `lower.onnx` and `upper.onnx`; word embeddings are read row by row from the checkpoint."""

    def __init__(self, folder: Path) -> None:
        # Newer packages for Linux and macOS tell their maker of every process, and keep an id of the
        # user on the disk, unless this is set before they are loaded. Nothing leaves this machine.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from tokenizers import Tokenizer

        onnxruntime.disable_telemetry_events()
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._words = _WordEmbeddings(folder / "model.safetensors")
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = min(4, os.cpu_count() or 1)
            options.enable_cpu_mem_arena = False  # it would keep what the largest batch of a build needed
            # Else all that a run needs is one aligned block of about a megabyte. glibc 2.36 does not reuse the place of
            # a freed one once something small lies beside it: with every swap under load four more were lost.
            options.enable_mem_pattern = False
            # Waiting threads that spin take the cores from the event loop: 28 ms a question over HTTP against 12.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._lower, self._upper = (
                onnxruntime.InferenceSession(
                    str(folder / f"{name}.onnx"), options, providers=["CPUExecutionProvider"]
                )
                for name in ("lower", "upper")
            )
        except Exception as error:  # three libraries, three error trees
            raise ModelError(f"the model folder {folder} is damaged ({error}); delete it, "
                             "it is written anew at the next start") from error  # fmt: skip
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Sequence[str], purpose: Purpose | None = None) -> Vectors:
        """(n, 384) float32 unit rows; `purpose` is that of questions, None for clauses."""
        if purpose is None:
            states, mask = self._below(self._tokenizer.encode_batch(list(texts)))
        else:  # what the lower layers make of a question is the same for every purpose
            states, mask = padded(self._states(texts))
        vectors: Vectors = self._above("vectors", states, mask, purpose)
        return vectors

    def tokens(self, texts: Sequence[str], purpose: Purpose) -> list[tuple[Vectors, Offsets]]:
        """For each text the (tokens, 384) last states and where each token begins and ends in it."""
        encodings = self._tokenizer.encode_batch(list(texts))
        last = self._above("last", *self._below(encodings), purpose)
        return [
            (rows[: len(encoding.ids)], np.array(encoding.offsets, np.int32).reshape(-1, 2))
            for rows, encoding in zip(last, encodings, strict=True)
        ]

    def _states(self, texts: Sequence[str]) -> list[Vectors]:
        """(tokens, hidden) what the lower layers make of each text, remembered."""
        with self._lock:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
        lacking = [text for text in dict.fromkeys(texts) if text not in known]
        if lacking:
            encodings = self._tokenizer.encode_batch(lacking)
            rows, _ = self._below(encodings)
            for text, encoding, own in zip(lacking, encodings, rows, strict=True):
                known[text] = own[: len(encoding.ids)].copy()
        with self._lock:
            self._remembered.update(known)
            while len(self._remembered) > REMEMBERED_TEXTS:
                self._remembered.popitem(last=False)
        return [known[text] for text in texts]

    def _below(self, encodings: Sequence[Any]) -> tuple[Vectors, NDArray[np.int32]]:
        """(n, length, hidden) states of tokenized texts, and (n, length) 1 for their tokens."""
        embeddings, mask = padded([self._words.rows(encoding.ids) for encoding in encodings])
        states: Vectors = self._lower.run(None, {"embeddings": embeddings, "mask": mask})[0]
        return states, mask

    def _above(self, name: str, states: Vectors, mask: NDArray[np.int32], purpose: Purpose | None) -> Any:
        return self._upper.run([name], {"states": states, "mask": mask, "gate": gate(purpose)})[0]


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
