"""Linear maps in 8 and in 7 bits give what they give in float32, on every kind of processor."""

import platform
from pathlib import Path

import numpy as np
import pytest

from index import rounding
from index.embed import BundledEmbedder
from index.model_folder import default_model_folder
from index.rounding import factors, rounded, shipped_ranges, weight_bits
from index.torch_engine import SentenceTransformersEmbedder

TEXTS = ["由谁负责落实这个方案", "第五条　用人单位应当依法建立和完善规章制度。", "Who pays for it?"]


def test_rounded_weights_are_at_most_half_a_step_away() -> None:
    weights = np.random.default_rng(0).normal(size=(5, 40)).astype(np.float32)
    weights[3] = 0
    for bits, most in ((8, 127), (7, 63)):
        steps, scale = rounded(weights, bits)
        assert abs(steps).max(axis=1).tolist() == [most, most, most, 0, most]
        assert (abs(steps * scale[:, None] - weights) <= scale[:, None] * 0.501).all()


def test_no_pair_of_products_in_7_bits_leaves_16_bits() -> None:
    steps, _ = rounded(np.ones((1, 2), np.float32), 7)
    assert 255 * int(steps[0, 0]) + 255 * int(steps[0, 1]) < 2**15


def test_factors_bring_the_inputs_of_a_map_closer_to_each_other_and_change_no_product() -> None:
    weights = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    ranges = {"l0.fi": np.array([1, 1, 1, 40], np.float32)}
    by = factors("l0.fi", ranges, weights)
    assert (ranges["l0.fi"] / by).max() / (ranges["l0.fi"] / by).min() < 8
    x = np.array([0.5, -1, 0.2, 30], np.float32)
    assert np.allclose((weights * by) @ (x / by), weights @ x, rtol=1e-4)


def test_ranges_are_there_for_the_inputs_of_every_layer() -> None:
    ranges = shipped_ranges()
    assert {name: len(found) for name, found in ranges.items()} == {
        f"l{layer}.{part}": 1536 if part == "fo" else 384
        for layer in range(12) for part in ("q", "ao", "fi", "fo")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("machine", "flags", "bits"),
    [
        ("x86_64", "flags : fpu avx2 avx512f avx512_vnni", 8),
        ("x86_64", "flags : fpu avx2 avx_vnni", 8),
        ("x86_64", "flags : fpu avx2 avx512f", 7),
        ("aarch64", "Features : fp asimd", 8),
        ("AMD64", None, 7),
    ],
)
def test_weights_have_7_bits_where_pairs_of_products_might_be_cut_off(
    machine: str, flags: str | None, bits: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "cpuinfo"
    if flags is not None:
        file.write_text(flags)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(rounding, "PROCESSOR", file)
    assert weight_bits() == bits


@pytest.mark.parametrize("bits", [7, 8])
def test_both_give_the_vectors_of_float32(
    bits: int, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.model_folder.weight_bits", lambda: bits)
    folder = default_model_folder(tmp_path)
    assert folder.name.endswith("-7bit") == (bits == 7)
    theirs = SentenceTransformersEmbedder(str(default_model_folder(models)))
    for (_, one), (_, other) in zip(
        BundledEmbedder(folder).embed_clauses(TEXTS),
        (([i], rows) for i, rows in enumerate(_each(theirs))),
        strict=True,
    ):
        assert (one[0] @ other) > (0.9993 if bits == 8 else 0.998)


def _each(embedder: SentenceTransformersEmbedder) -> list[np.ndarray]:
    rows = np.empty((len(TEXTS), embedder.dimension), np.float32)
    for positions, vectors in embedder.embed_clauses(TEXTS):
        rows[positions] = vectors
    return list(rows)
