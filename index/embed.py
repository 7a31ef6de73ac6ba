"""Texts → unit vectors. One protocol; the bundled model, any sentence-transformers model, and a fake for tests.

The bundled model has two engines over the same weights: ONNX Runtime for questions and small builds (no torch,
ready at once) and sentence-transformers in bfloat16 for bulk. `tests/index/test_embed.py` holds their agreement.
"""

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.model_folder import MAX_TOKENS, PASSAGE_PROMPT, QUERY_PROMPT, default_model_folder

Vectors = NDArray[np.float32]
Report = Callable[[str], None]

DEFAULT_MODEL = "default"
BULK_FROM = 1000
"""Texts from which loading torch (5 s here) pays off."""
_BATCH_TOKENS = 1024
"""Padded tokens in one batch; from 512 to 4,096 made little difference on 2 cores (54 to 59 texts a second)."""


class Embedder(Protocol):
    """Turns questions and clauses into unit rows; equal fingerprints mean comparable vectors."""

    @property
    def fingerprint(self) -> str:
        """Names the weights and prompts; vectors of different fingerprints must never be mixed."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed_question(self, text: str) -> Vectors:
        """(dimension,) float32, unit length."""
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

    def __init__(self, folder: Path, bulk_from: int = BULK_FROM) -> None:
        self._folder = folder
        self._bulk_from = bulk_from
        # The folder's name carries package and format versions, from which its content is computed.
        self.fingerprint = folder.name
        self._encoder: _OnnxEncoder | None = None

    def embed_question(self, text: str) -> Vectors:
        vectors: Vectors = self._onnx().encode([QUERY_PROMPT + text])[0]
        return vectors

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        if len(texts) >= self._bulk_from:
            yield from SentenceTransformersEmbedder(str(self._folder)).embed_clauses(texts)
            return
        for positions in _batches(texts):
            yield positions, self._onnx().encode([PASSAGE_PROMPT + texts[i] for i in positions])

    def _onnx(self) -> "_OnnxEncoder":
        if self._encoder is None:
            self._encoder = _OnnxEncoder(self._folder)
        return self._encoder


class _OnnxEncoder:
    """ONNX Runtime over `encoder.onnx`; word embeddings are read row by row from the checkpoint."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._words = _WordEmbeddings(folder / "model.safetensors")
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = min(4, os.cpu_count() or 1)
            options.enable_cpu_mem_arena = False  # it would keep what the largest batch of a build needed
            # Waiting threads that spin take the cores from the event loop: 28 ms a question over HTTP against 12.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # three libraries, three error trees
            raise ModelError(f"the model folder {folder} is damaged ({error}); delete it, "
                             "it is written anew at the next start") from error  # fmt: skip
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32 unit rows."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        length = max(map(len, ids))
        embeddings = np.zeros((len(ids), length, self._words.hidden), np.float32)
        mask = np.zeros((len(ids), length), np.int32)
        for row, tokens in enumerate(ids):
            embeddings[row, : len(tokens)] = self._words.rows(tokens)
            mask[row, : len(tokens)] = 1
        vectors: Vectors = self._session.run(None, {"embeddings": embeddings, "mask": mask})[0]
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


class SentenceTransformersEmbedder:
    """Any sentence-transformers model, by hub name or folder; loaded when first used."""

    def __init__(self, model: str) -> None:
        self._name = model
        self._loaded: Any = None

    @property
    def fingerprint(self) -> str:
        return f"sentence-transformers:{self._name}:{_folder_digest(Path(self._name))}"

    @property
    def dimension(self) -> int:
        return int(self._model().get_embedding_dimension())

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._unit(self._model().encode_query([text], **self._prompt("query")))[0]
        return vector

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        model, prompt = self._model(), self._prompt("document")
        for positions in _batches(texts):
            batch = [texts[i] for i in positions]
            yield positions, self._unit(model.encode_document(batch, batch_size=len(batch), **prompt))

    def _unit(self, vectors: Any) -> Vectors:
        rows: Vectors = np.array(vectors, np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return rows

    def _prompt(self, side: str) -> dict[str, str]:
        """E5 checkpoints need their prefixes but most declare none (model card of intfloat/multilingual-e5-small)."""
        if self._model().prompts.get(side) or "e5" not in Path(self._name).name.lower():
            return {}
        return {"prompt": QUERY_PROMPT if side == "query" else PASSAGE_PROMPT}

    def _model(self) -> Any:
        if self._loaded is None:
            try:
                import torch
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging

                quiet: Any = logging  # its functions carry no types
                quiet.set_verbosity_error()
                quiet.disable_progress_bar()
                dtype = torch.bfloat16 if _has_fast_bfloat16() else torch.float32
                self._loaded = SentenceTransformer(self._name, model_kwargs={"dtype": dtype})
            except Exception as error:  # the library raises OSError, ValueError, hub and torch errors
                raise ModelError(f"cannot load the sentence-transformers model {self._name!r} ({error}); give the "
                                 "folder of a downloaded model, or leave the setting out for the bundled model"
                                 ) from error  # fmt: skip
        return self._loaded


def _has_fast_bfloat16() -> bool:
    """True with a GPU or a CPU that multiplies bfloat16 (AVX512_BF16, AMX): there it is twice as fast."""
    import torch

    if torch.cuda.is_available():
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _folder_digest(folder: Path) -> str:
    """Digest of names, sizes and configuration of a local model, so that replacing the weights is noticed."""
    if not folder.is_dir():
        return "hub"
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(folder)} {path.stat().st_size} ".encode())
        digest.update(path.read_bytes() if path.suffix == ".json" else str(path.stat().st_mtime_ns).encode())
    return digest.hexdigest()[:16]


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Positions in batches of similar length, longest first, at most `_BATCH_TOKENS` padded tokens each."""
    order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
    start = 0
    while start < len(order):
        longest = min(MAX_TOKENS, int(len(texts[order[start]]) * 0.8) + 8)  # about 0.8 tokens a character
        size = max(1, _BATCH_TOKENS // longest)
        yield order[start : start + size]
        start += size


class HashEmbedder:
    """A fake for tests and dry runs: hashed character bigrams. Fast, deterministic, no model."""

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.fingerprint = f"hash-{dimension}"

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = np.zeros(self.dimension, np.float32)
        for pair in zip(text, text[1:] + " ", strict=True):
            digest = hashlib.blake2b("".join(pair).encode(), digest_size=8).digest()
            vector[int.from_bytes(digest) % self.dimension] += 1.0
        return vector / max(float(np.linalg.norm(vector)), 1e-12)

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        for i, text in enumerate(texts):
            yield [i], self.embed_question(text)[None]
