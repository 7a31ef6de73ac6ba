"""Texts → unit vectors by any sentence-transformers model, the default one in bulk too."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.adapters import Purpose
from index.errors import ModelError
from index.model_folder import PASSAGE_PROMPT, QUERY_PROMPT
from index.passage import Passage
from index.vectors import Vectors, batches, unit


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

    def embed_question(self, text: str, purpose: Purpose = Purpose.SEARCH) -> Vectors:
        vector: Vectors = self._unit(self._model().encode_query([text], **self._prompt("query")))[0]
        return vector

    @property
    def pieces_fingerprint(self) -> str:
        return self.fingerprint

    def embed_in_context(self, passages: Sequence[Passage]) -> list[Vectors] | None:
        return None

    def embed_clauses(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        model, prompt = self._model(), self._prompt("document")
        for positions in batches(texts):
            batch = [texts[i] for i in positions]
            yield positions, self._unit(model.encode_document(batch, batch_size=len(batch), **prompt))

    def _unit(self, vectors: Any) -> Vectors:
        return unit(np.array(vectors, np.float32))

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
