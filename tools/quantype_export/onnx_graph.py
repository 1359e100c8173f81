# SPDX-License-Identifier: BSL-1.0
"""An ONNX graph as its importer reads it: nodes with constants, shapes and attributes at hand. Reads with python3-onnx."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
import onnx
from onnx import numpy_helper, shape_inference

from .problems import Problems, Refused

FLOAT = onnx.TensorProto.FLOAT
CODES = (onnx.TensorProto.UINT8, onnx.TensorProto.INT8)


@dataclass
class OnnxNode:
    """One node; a graph of our own making may hold nodes that no file had."""

    op: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    domain: str = ""

    def where(self) -> str:
        return self.name or (self.outputs[0] if self.outputs else "")


@dataclass
class Graph:
    """Nodes in order, the tensors that are constant, shapes and element types as far as they are known."""

    name: str
    opset: int
    producer: str
    nodes: list[OnnxNode]
    inputs: list[str]
    outputs: list[str]
    constants: dict[str, numpy.ndarray]
    shapes: dict[str, list[int]]
    types: dict[str, int]

    def readers(self, value: str) -> list[OnnxNode]:
        return [n for n in self.nodes if value in n.inputs]


def _attribute(a: Any) -> Any:
    value = onnx.helper.get_attribute_value(a)
    return value.decode() if isinstance(value, bytes) else value


def _shape_of(value: Any) -> list[int] | None:
    dims = value.type.tensor_type.shape.dim
    if not value.type.tensor_type.HasField("shape") or any(not d.HasField("dim_value") for d in dims):
        return None
    return [d.dim_value for d in dims]


def _give_shapes(model: Any, shapes: list[list[int]], problems: Problems) -> None:
    """Replaces the shapes of the inputs by the given ones."""
    constant = {i.name for i in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in constant]
    if len(inputs) != len(shapes):
        problems.add("", "--input", f"{len(shapes)} shapes for {len(inputs)} inputs")
        return
    for value, shape in zip(inputs, shapes):
        dims = value.type.tensor_type.shape.dim
        known = [d.dim_value if d.HasField("dim_value") else None for d in dims]
        if len(known) != len(shape) or any(k not in (None, 0, s) for k, s in zip(known, shape)):
            problems.add(value.name, "--input", f"{shape} where the file says {known}")
        del dims[:]
        for extent in shape:
            dims.add().dim_value = extent


def read_graph(model: Any, shapes: list[list[int]] | None, given: dict[str, numpy.ndarray], problems: Problems) -> Graph:
    """The graph of a ModelProto. `shapes` replace those of the inputs; inputs in `given` are constants."""
    if shapes is not None:
        _give_shapes(model, shapes, problems)
        problems.raise_if_any()
    opset = max((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), default=0)
    constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer} | given
    try:
        model = shape_inference.infer_shapes(model, data_prop=True)
    except Exception as error:  # of the C++ library, with reasons of its own
        problems.add("", "the graph", f"its shapes cannot be inferred: {error}")
        problems.raise_if_any()
    values = [*model.graph.input, *model.graph.value_info, *model.graph.output]
    known = {v.name: _shape_of(v) for v in values if v.type.HasField("tensor_type")}
    nodes = [OnnxNode(n.op_type, list(n.input), list(n.output), {a.name: _attribute(a) for a in n.attribute}, n.name,
                      "" if n.domain == "ai.onnx" else n.domain) for n in model.graph.node]
    graph = Graph(
        model.graph.name, opset, f"{model.producer_name} {model.producer_version}".strip(), nodes,
        [i.name for i in model.graph.input if i.name not in constants], [o.name for o in model.graph.output], constants,
        {k: v for k, v in known.items() if v is not None} | {k: list(v.shape) for k, v in constants.items()},
        {v.name: v.type.tensor_type.elem_type for v in values if v.type.HasField("tensor_type")})
    fold_constants(graph)
    return graph


def load(path: Path) -> Any:
    """A ModelProto, checked; raises OSError or CannotExport."""
    problems = Problems()
    try:
        model = onnx.load(str(path))
        onnx.checker.check_model(model)
    except OSError:
        raise
    except Exception as error:  # a broken file; the library's classes of error are not ours
        problems.add("", str(path), f"is not an ONNX model that onnx {onnx.__version__} accepts: {error}")
    problems.raise_if_any()
    return model


class Op:
    """A node together with what is known of its inputs."""

    def __init__(self, node: OnnxNode, graph: Graph) -> None:
        self.node = node
        self.graph = graph

    def attribute(self, name: str, usual: Any = None) -> Any:
        return self.node.attributes.get(name, usual)

    def has(self, i: int) -> bool:
        return i < len(self.node.inputs) and self.node.inputs[i] != ""

    def input(self, i: int) -> str:
        if not self.has(i):
            raise Refused(f"input {i} is missing")
        return self.node.inputs[i]

    def is_constant(self, i: int) -> bool:
        return self.has(i) and self.node.inputs[i] in self.graph.constants

    def constant(self, i: int, what: str) -> numpy.ndarray:
        if not self.is_constant(i):
            raise Refused(f"its {what} is a value of the graph; only a constant can be expressed")
        return self.graph.constants[self.node.inputs[i]]

    def number(self, i: int, name: str, usual: Any) -> Any:
        """A scalar that was an attribute in old opsets and is an input in newer ones."""
        if self.has(i):
            return self.constant(i, name).reshape(-1)[0].item()
        return self.attribute(name, usual)

    def numbers(self, i: int, name: str) -> list[int] | None:
        if self.has(i):
            return [int(v) for v in self.constant(i, name).reshape(-1)]
        found = self.attribute(name)
        return None if found is None else [int(v) for v in found]

    def shape(self, i: int = 0) -> list[int]:
        return self._known(self.input(i))

    def output_shape(self) -> list[int]:
        return self._known(self.node.outputs[0])

    def _known(self, value: str) -> list[int]:
        if value not in self.graph.shapes:
            raise Refused(f"the shape of {value!r} is not known; give the shapes of the inputs with --input")
        return self.graph.shapes[value]

    def is_read(self, i: int) -> bool:
        """Whether something reads output `i`."""
        if i >= len(self.node.outputs) or self.node.outputs[i] == "":
            return False
        name = self.node.outputs[i]
        return name in self.graph.outputs or bool(self.graph.readers(name))


def fold_constants(graph: Graph) -> None:
    """Computes nodes that depend on constants and shapes alone, as exporters write them around Reshape."""
    left = []
    for node in graph.nodes:
        value = _fold(Op(node, graph)) if node.domain == "" else None
        if value is None:
            left.append(node)
            continue
        graph.constants[node.outputs[0]] = value
        graph.shapes[node.outputs[0]] = list(value.shape)
    graph.nodes = left


def _fold(op: Op) -> numpy.ndarray | None:
    if op.node.op == "Constant":
        return _constant(op)
    if op.node.op == "Shape" and op.input(0) in op.graph.shapes:
        return numpy.array(op.shape()[op.attribute("start", 0) : op.attribute("end")], numpy.int64)
    if op.node.op not in FOLDED or not all(op.is_constant(i) for i in range(len(op.node.inputs))):
        return None
    try:
        return numpy.asarray(FOLDED[op.node.op](op, *(op.constant(i, "input") for i in range(len(op.node.inputs)))))
    except (Refused, ValueError, IndexError):
        return None


def _constant(op: Op) -> numpy.ndarray | None:
    if "value" in op.node.attributes:
        return numpy_helper.to_array(op.attribute("value"))
    for name, kind in (("value_float", "float32"), ("value_floats", "float32"), ("value_int", "int64"),
                       ("value_ints", "int64")):
        if name in op.node.attributes:
            return numpy.array(op.attribute(name), kind)
    return None


def _unsqueeze(op: Op, x: numpy.ndarray, *rest: numpy.ndarray) -> numpy.ndarray:
    axes = [a % (x.ndim + len(op.numbers(1, "axes") or [])) for a in op.numbers(1, "axes") or []]
    for axis in sorted(axes):
        x = numpy.expand_dims(x, axis)
    return x


def _squeeze(op: Op, x: numpy.ndarray, *rest: numpy.ndarray) -> numpy.ndarray:
    axes = op.numbers(1, "axes")
    return numpy.squeeze(x, None if axes is None else tuple(axes))


def _cast(op: Op, x: numpy.ndarray) -> numpy.ndarray:
    return x.astype(onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[op.attribute("to")])


def _transpose(op: Op, x: numpy.ndarray) -> numpy.ndarray:
    return numpy.transpose(x, op.attribute("perm"))


FOLDED = {
    "Identity": lambda op, x: x,
    "Gather": lambda op, x, i: numpy.take(x, i, op.attribute("axis", 0)),
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Cast": _cast,
    "Transpose": _transpose,
    "Concat": lambda op, *parts: numpy.concatenate(parts, op.attribute("axis")),
    "Mul": lambda op, x, y: x * y,
    "Add": lambda op, x, y: x + y,
}
