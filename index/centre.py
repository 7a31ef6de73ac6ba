"""An embedder → the mean vector of ordinary official prose, to be taken away from every vector before comparing.

The vectors of one model share a direction that says nothing of the subject and hides what does (Mu and Viswanath 2018,
"All-but-the-Top"). The mean of the indexed clauses themselves would take away their common subject too, in a small
collection most of it; so the mean is that of sentences written for this purpose (`index/data/background.txt`).
"""

import hashlib
from collections.abc import Callable
from importlib import resources

import numpy as np

from index.vectors import Vectors

EmbedTexts = Callable[[list[str]], Vectors]


def background() -> tuple[list[str], list[str]]:
    """The Chinese and the English sentences."""
    text = resources.files("index").joinpath("data/background.txt").read_text(encoding="utf-8")
    sentences = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [s for s in sentences if not s.isascii()], [s for s in sentences if s.isascii()]


def background_digest() -> str:
    """Names the sentences, for the fingerprint of a snapshot."""
    chinese, english = background()
    return hashlib.sha256("\n".join(chinese + english).encode()).hexdigest()[:8]


def centre_of(embed: EmbedTexts) -> Vectors:
    """(dimension,) float32: the mean of both languages' means, so that either language's share is taken away."""
    chinese, english = background()
    vectors = embed(chinese + english)
    means = [vectors[: len(chinese)].mean(axis=0), vectors[len(chinese) :].mean(axis=0)]
    centre: Vectors = np.mean(means, axis=0, dtype=np.float32)
    return centre


def centred(vectors: Vectors, centre: Vectors) -> Vectors:
    """The same rows less the centre, as unit rows."""
    moved = vectors - centre
    moved /= np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    return moved
