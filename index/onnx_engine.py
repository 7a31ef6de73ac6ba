"""Texts → unit vectors by the default model without torch: ONNX Runtime over its folder."""

import json
import os
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.adapters import Purpose, gate
from index.errors import ModelError
from index.model_folder import MAX_TOKENS
from index.vectors import Vectors


class OnnxEngine:
    """ONNX Runtime over `encoder.onnx`; word embeddings are read row by row from the checkpoint."""

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
            self._session = onnxruntime.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # three libraries, three error trees
            raise ModelError(f"the model folder {folder} is damaged ({error}); delete it, "
                             "it is written anew at the next start") from error  # fmt: skip
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, texts: Sequence[str], purpose: Purpose | None = None) -> Vectors:
        """(n, 384) float32 unit rows; `purpose` is that of questions, None for clauses."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        length = max(map(len, ids))
        embeddings = np.zeros((len(ids), length, self._words.hidden), np.float32)
        mask = np.zeros((len(ids), length), np.int32)
        for row, tokens in enumerate(ids):
            embeddings[row, : len(tokens)] = self._words.rows(tokens)
            mask[row, : len(tokens)] = 1
        vectors: Vectors = self._session.run(
            None, {"embeddings": embeddings, "mask": mask, "gate": gate(purpose)}
        )[0]
        return vectors


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
