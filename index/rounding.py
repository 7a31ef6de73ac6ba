"""A linear map → its weights in 8 bits, with what keeps that from costing anything.

A processor multiplies bytes many times as fast as the weights' own blocks of 4 bits. Three things keep the vectors what
they were (cosine 0.9998 with those of float32, where the blocks had 0.9999):

- a few inputs of a map are far larger than the others and would leave these no steps; so each is divided by a factor
  that the weights are multiplied by (SmoothQuant; Xiao et al. 2023), after the greatest value that it takes in ordinary
  prose (`index/data/ranges.safetensors`, made by `python -m eval.ranges`);
- what rounding leaves of the inputs that differ most, those of a layer's last map, is rounded and multiplied, too;
- where a processor adds pairs of products in 16 bits, weights have 7 bits, so that no sum is cut off.
"""

import platform
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ranges = Mapping[str, Floats]
"""Name of a linear map (`l6.q`) → (inputs,) the greatest absolute value of each of its inputs."""

TWICE = "fo"
"""The map of a layer whose inputs are rounded twice: those that come out of the activation."""
SHARES = {"q": 0.7, "ao": 0.7, "fi": 0.7, TWICE: 0.4}
"""Maps of a layer with inputs of their own (those of k and v are those of q), and how much of the differences between
these inputs the weights take over."""
PROCESSOR = Path("/proc/cpuinfo")
_ADDS_IN_32_BITS = ("avx512_vnni", "avx_vnni", "amx_int8")


def shipped_ranges() -> Ranges:
    """Those that come with the package."""
    from safetensors.numpy import load

    stored = resources.files("index").joinpath("data/ranges.safetensors").read_bytes()
    return {name: tensor.astype(np.float32) for name, tensor in load(stored).items()}


def weight_bits() -> int:
    """8, or 7 where this processor adds pairs of products of bytes in 16 bits (x86 without VNNI), or might."""
    if platform.machine().lower() in ("arm64", "aarch64"):
        return 8
    try:
        known = PROCESSOR.read_text().split()
    except OSError:
        return 7
    return 8 if any(flag in known for flag in _ADDS_IN_32_BITS) else 7


def factors(name: str, ranges: Ranges, weights: Floats) -> Floats:
    """(inputs,) what the inputs of a map with (outputs, inputs) weights are divided by, and its columns multiplied."""
    share = SHARES[name.partition(".")[2]]
    least = np.float32(1e-5)
    found = np.maximum(ranges[name], least) ** share / np.maximum(abs(weights).max(axis=0), least) ** (
        1 - share
    )
    balanced: Floats = found / np.exp(np.log(found).mean())
    return balanced


def rounded(weights: Floats, bits: int) -> tuple[NDArray[np.int8], Floats]:
    """(outputs, inputs) weights → the same as steps, and (outputs,) how large a step is."""
    steps = 2 ** (bits - 1) - 1
    scale = np.maximum(abs(weights).max(axis=1), np.float32(1e-12)) / np.float32(steps)
    return np.rint(weights / scale[:, None]).astype(np.int8), scale
