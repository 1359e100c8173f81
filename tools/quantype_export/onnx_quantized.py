# SPDX-License-Identifier: BSL-1.0
"""The quantized part of an ONNX graph: taken out of it, so that a float graph is left, and kept as numbers.

A dynamic layer (DynamicQuantizeLinear, MatMulInteger, Cast, Mul) becomes a MatMul whose constant has codes. QLinearConv,
QLinearMatMul, ConvInteger and MatMulInteger are written as the float op between DequantizeLinear and QuantizeLinear that they
stand for. Then each QuantizeLinear - DequantizeLinear pair becomes a note on its value, and each
dequantized constant a float constant with a note of its codes.
"""
from dataclasses import dataclass, field

import numpy
import onnx

from .onnx_graph import CODES, FLOAT, Graph, Op, OnnxNode
from .problems import Problems, Refused

INT8, INT32 = onnx.TensorProto.INT8, onnx.TensorProto.INT32


@dataclass
class Codes:
    """A quantized constant. Scale and zero point have the codes' number of dimensions, 1 but for the channel's."""

    codes: numpy.ndarray
    scale: numpy.ndarray
    zero_point: numpy.ndarray
    source: str

    def turned(self) -> "Codes":
        return Codes(self.codes.T, self.scale.T, self.zero_point.T, self.source)

    def floats(self) -> numpy.ndarray:
        return ((self.codes.astype(numpy.int32) - self.zero_point).astype(numpy.float32) * self.scale).astype(numpy.float32)


@dataclass
class Quantization:
    """Scale and zero point (of quint8) by value, codes by constant; all names are those of the float graph."""

    values: dict[str, tuple[float, int]] = field(default_factory=dict)
    constants: dict[str, Codes] = field(default_factory=dict)
    dynamic: set[str] = field(default_factory=set)  # results of layers that quantize their input when they run
    coded_inputs: list[int] = field(default_factory=list)  # that are uint8 codes in the file, by number
    coded_outputs: list[int] = field(default_factory=list)


def _spread(x: numpy.ndarray, rank: int, axis: int) -> numpy.ndarray:
    if x.size == 1:
        return x.reshape([1] * rank)
    shape = [1] * rank
    shape[axis] = x.size
    return x.reshape(shape)


# --- ops on codes, as the float ops that they stand for ------------------------------------------------------------------


class Unfuser:
    def __init__(self, graph: Graph, problems: Problems) -> None:
        self.graph = graph
        self.problems = problems
        self.nodes: list[OnnxNode] = []
        self.dynamic: set[str] = set()

    def run(self) -> None:
        self._dynamic_layers()
        for node in self.graph.nodes:
            write = getattr(self, "_" + node.op.lower(), None) if node.domain == "" else None
            if write is None:
                self.nodes.append(node)
            else:
                write(Op(node, self.graph))
        self.graph.nodes = self.nodes

    def _dynamic_layers(self) -> None:
        for node in [n for n in self.graph.nodes if n.op == "DynamicQuantizeLinear" and n.domain == ""]:
            if not self.graph.readers(node.outputs[0]) or any(o in self.graph.outputs for o in node.outputs):
                raise Refused("DynamicQuantizeLinear by itself; only one before MatMulInteger can be expressed")
            for product in self.graph.readers(node.outputs[0]):
                self._dynamic_layer(node, Op(product, self.graph))
            self._remove(node)

    def _only_reader(self, value: str, kind: str) -> OnnxNode:
        readers = self.graph.readers(value)
        if len(readers) != 1 or readers[0].op != kind:
            raise Refused(f"DynamicQuantizeLinear: {kind} alone is to read {value!r}; only MatMulInteger, Cast and Mul by "
                          "both scales can be expressed")
        return readers[0]

    def _dynamic_layer(self, quantize: OnnxNode, product: Op) -> None:
        """MatMulInteger(codes, W), Cast, Mul by (scale of x * scale of W): a MatMul of x with a dequantized constant."""
        if product.node.op != "MatMulInteger" or not product.is_constant(1):
            raise Refused(f"DynamicQuantizeLinear before {product.node.op}; only MatMulInteger with a constant can be "
                          "expressed")
        cast = self._only_reader(product.node.outputs[0], "Cast")
        scaled = self._only_reader(cast.outputs[0], "Mul")
        factor = next(i for i in scaled.inputs if i != cast.outputs[0])
        scales = self._only_reader(quantize.outputs[1], "Mul") if factor != quantize.outputs[1] else None
        if scales is None or factor not in scales.outputs:
            raise Refused("DynamicQuantizeLinear: the product is not multiplied by both scales")
        weight_scale = next(i for i in scales.inputs if i != quantize.outputs[1])
        zero_point = [product.input(3)] if product.has(3) else []
        name = self._name(product, "weight")
        self.graph.shapes[name] = product.shape(1)
        at = self.graph.nodes.index(product.node)
        self.graph.nodes[at : at + 1] = [
            OnnxNode("DequantizeLinear", [product.input(1), weight_scale, *zero_point], [name], {"axis": 1}),
            OnnxNode("MatMul", [quantize.inputs[0], name], scaled.outputs, {}, product.node.name)]
        for gone in (cast, scaled, scales):
            self._remove(gone)
        self.dynamic.add(scaled.outputs[0])

    def _remove(self, node: OnnxNode) -> None:
        self.graph.nodes = [n for n in self.graph.nodes if n is not node]

    def _name(self, op: Op, what: str) -> str:
        name = f"{op.node.outputs[0]}.{what}"
        if op.node.outputs[0] in self.graph.shapes:
            self.graph.shapes[name] = self.graph.shapes[op.node.outputs[0]]
        return name

    def _dequantized(self, op: Op, i: int, scale: str, zero_point: str, what: str, axis: int = 1) -> str:
        """A DequantizeLinear of input `i`."""
        name = self._name(op, what)
        if op.input(i) in self.graph.shapes:
            self.graph.shapes[name] = self.graph.shapes[op.input(i)]
        inputs = [op.input(i), scale] + ([zero_point] if zero_point else [])
        self.nodes.append(OnnxNode("DequantizeLinear", inputs, [name], {"axis": axis}))
        return name

    def _constant(self, name: str, value: numpy.ndarray) -> str:
        self.graph.constants[name] = value
        self.graph.shapes[name] = list(value.shape)
        return name

    def _quantized(self, op: Op, value: str, scale: int, zero_point: int) -> None:
        self.nodes.append(OnnxNode("QuantizeLinear", [value, op.input(scale), op.input(zero_point)], op.node.outputs))

    def _qlinearconv(self, op: Op) -> None:
        x = self._dequantized(op, 0, op.input(1), op.input(2), "x")
        w = self._dequantized(op, 3, op.input(4), op.input(5), "w", 0)
        inputs = [x, w]
        if op.has(8):
            scale = op.constant(1, "scale of x").reshape(-1) * op.constant(4, "scale of w").reshape(-1)
            inputs.append(self._dequantized(op, 8, self._constant(self._name(op, "bias_scale"), scale), "", "bias", 0))
        y = self._name(op, "float")
        self.nodes.append(OnnxNode("Conv", inputs, [y], op.node.attributes, op.node.name))
        self._quantized(op, y, 6, 7)

    def _qlinearmatmul(self, op: Op) -> None:
        a = self._dequantized(op, 0, op.input(1), op.input(2), "a")
        b = self._dequantized(op, 3, op.input(4), op.input(5), "b")
        y = self._name(op, "float")
        self.nodes.append(OnnxNode("MatMul", [a, b], [y], {}, op.node.name))
        self._quantized(op, y, 6, 7)

    def _without_zero_point(self, op: Op, i: int, zero_point: int, what: str) -> str:
        """Codes as numbers: a constant, or a sum of the value and the negative zero point."""
        zero = op.constant(zero_point, "zero point") if op.has(zero_point) else numpy.zeros(1, numpy.int32)
        if zero.size != 1:
            raise Refused(f"{op.node.op}: zero points per axis")
        name = self._name(op, what)
        offset = int(zero.reshape(-1)[0])
        self.graph.shapes[name] = op.shape(i)
        if op.is_constant(i):
            return self._constant(name, (op.constant(i, what).astype(numpy.int32) - offset).astype(numpy.float32))
        if op.input(i) not in self.graph.inputs:
            raise Refused(f"{op.node.op} reads {op.input(i)!r}, which is no input of the model")
        self.graph.types[op.input(i)] = FLOAT
        self.problems.note(f"{op.input(i)} holds integer codes, as float32")
        if offset == 0:
            return op.input(i)
        minus = self._constant(f"{name}.zero", numpy.array(-offset, numpy.float32))
        self.nodes.append(OnnxNode("Add", [op.input(i), minus], [name]))
        return name

    def _on_integers(self, op: Op, plain: str) -> None:
        """int32 results as float32: exact as long as every sum stays below 2^24."""
        a, b = self._without_zero_point(op, 0, 2, "a"), self._without_zero_point(op, 1, 3, "b")
        self.nodes.append(OnnxNode(plain, [a, b], op.node.outputs, op.node.attributes, op.node.name))

    def _convinteger(self, op: Op) -> None:
        self._on_integers(op, "Conv")

    def _matmulinteger(self, op: Op) -> None:
        self._on_integers(op, "MatMul")


def unquantize(graph: Graph, problems: Problems) -> Quantization:
    """Takes the quantization out of the graph; what has no counterpart is a problem and stays where it is."""
    unfuser = Unfuser(graph, problems)
    try:
        unfuser.run()
    except Refused as why:
        problems.add("", "an operator on codes", why)
    result = Stripper(graph, problems).run()
    result.dynamic = unfuser.dynamic
    return result


# --- pairs of QuantizeLinear and DequantizeLinear ------------------------------------------------------------------------


class Stripper:
    def __init__(self, graph: Graph, problems: Problems) -> None:
        self.graph = graph
        self.problems = problems
        self.result = Quantization()
        self.float_of: dict[str, str] = {}  # values of codes -> the float value that they stand for
        self.same: dict[str, str] = {}  # values that are gone -> what is read in their place

    def run(self) -> Quantization:
        left = []
        for node in self.graph.nodes:
            node.inputs = [self.same.get(i, i) for i in node.inputs]
            op = Op(node, self.graph)
            try:
                gone = self._quantize(op) if node.op == "QuantizeLinear" else self._dequantize(op)
            except Refused as why:
                self.problems.add(node.where(), node.op, why)
                gone = True
            if not gone:
                left.append(node)
        self.graph.nodes = left
        self.result.coded_inputs = self._coded(self.graph.inputs)
        self.result.coded_outputs = self._coded(self.graph.outputs)
        self.graph.outputs = [self._as_float(self.same.get(o, o)) for o in self.graph.outputs]
        self.graph.inputs = [self._as_float(i) for i in self.graph.inputs]
        return self.result

    def _coded(self, values: list[str]) -> list[int]:
        return [i for i, value in enumerate(values)
                if value in self.float_of and self.graph.types.get(value) == onnx.TensorProto.UINT8]

    def _as_float(self, value: str) -> str:
        if value in self.float_of:
            self.problems.note(f"{value} holds codes in the file, here the numbers that they stand for")
        return self.float_of.get(value, value)

    def _numbers(self, op: Op, kind: int) -> tuple[float, int]:
        """Scale and zero point of a value, as quint8."""
        scale = op.constant(1, "scale")
        zero_point = op.constant(2, "zero point") if op.has(2) else numpy.zeros(1, numpy.uint8)
        if scale.size != 1 or zero_point.size != 1:
            raise Refused("scales per axis; only constants can be quantized per channel")
        if kind not in CODES:
            raise Refused(f"codes of type {onnx.TensorProto.DataType.Name(kind)}; only uint8 and int8 can be expressed")
        shift = 128 if kind == INT8 else 0
        return float(scale.reshape(-1)[0]), int(zero_point.reshape(-1)[0]) + shift

    def _type_of_zero_point(self, op: Op) -> int:
        if not op.has(2):
            return onnx.TensorProto.UINT8
        return onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[op.constant(2, "zero point").dtype]

    def _note(self, value: str, numbers: tuple[float, int]) -> None:
        if self.result.values.setdefault(value, numbers) != numbers:
            raise Refused(f"{value!r} is quantized twice, with different scales or zero points")

    def _quantize(self, op: Op) -> bool:
        if op.is_constant(0):
            raise Refused("quantizes a constant; give its codes and a DequantizeLinear")
        self._note(op.input(0), self._numbers(op, self._type_of_zero_point(op)))
        self.float_of[op.node.outputs[0]] = op.input(0)
        return True

    def _dequantize(self, op: Op) -> bool:
        if op.node.op != "DequantizeLinear":
            return False
        if op.is_constant(0):
            self._dequantize_constant(op)
            return True
        codes = op.input(0)
        if codes not in self.float_of:
            if codes not in self.graph.inputs:
                raise Refused(f"its input {codes!r} is not the result of a QuantizeLinear")
            self.float_of[codes] = f"{codes}.float"
            self.graph.types[f"{codes}.float"] = FLOAT
            self.graph.shapes[f"{codes}.float"] = op.shape()
        value = self.float_of[codes]
        kind = self.graph.types.get(codes) or self._type_of_zero_point(op)
        self._note(value, self._numbers(op, kind))
        self.same[op.node.outputs[0]] = value
        return True

    def _dequantize_constant(self, op: Op) -> None:
        codes, scale = op.constant(0, "codes"), op.constant(1, "scale").astype(numpy.float32)
        zero_point = op.constant(2, "zero point") if op.has(2) else numpy.zeros(1, codes.dtype)
        axis = int(op.attribute("axis", 1)) % max(1, codes.ndim)
        found = Codes(codes, _spread(scale, codes.ndim, axis),
                      _spread(zero_point.astype(numpy.int32), codes.ndim, axis), op.input(0))
        name = op.node.outputs[0]
        self.result.constants[name] = found
        self.graph.constants[name] = found.floats()
        self.graph.shapes[name] = list(codes.shape)


# --- as tensors for quantype::onnx_parameters ----------------------------------------------------------------------------


def weight_numbers(path: str, weight: Codes) -> dict[str, numpy.ndarray]:
    """<path>.weight, .weight_scale, .weight_zero_point: int8 codes with zero point 0, scales per tensor or channel."""
    codes = weight.codes.astype(numpy.int32) - weight.zero_point
    if codes.min() < -128 or codes.max() > 127:
        raise Refused(f"weight codes from {codes.min()} to {codes.max()} around their zero point; kernels take int8 "
                      "with zero point 0")
    if weight.scale.size not in (1, codes.shape[0]) or weight.scale.shape[0] != weight.scale.size:
        raise Refused("weights with scales along another axis than that of the output channels")
    scale = numpy.ascontiguousarray(weight.scale.reshape(-1))
    return {f"{path}.weight": numpy.ascontiguousarray(codes.astype(numpy.int8)), f"{path}.weight_scale": scale,
            f"{path}.weight_zero_point": numpy.zeros(scale.size, numpy.int32)}


def bias_numbers(path: str, bias: numpy.ndarray, codes: Codes | None, input_scale: float,
                 weight: Codes) -> dict[str, numpy.ndarray]:
    """<path>.bias, and <path>.integer_bias where the bias is given in units of the accumulator, as it should be."""
    numbers = {f"{path}.bias": numpy.ascontiguousarray(bias, numpy.float32)}
    if codes is None or codes.codes.dtype != numpy.int32 or codes.zero_point.any():
        return numbers
    unit = numpy.broadcast_to(numpy.float32(input_scale) * weight.scale.reshape(-1), bias.shape)
    have = numpy.broadcast_to(codes.scale.reshape(-1), bias.shape)
    if not numpy.allclose(have, unit, rtol=1e-6, atol=0):
        raise Refused(f"a bias with scale {have.flat[0]} where input and weight have {unit.flat[0]}")
    return numbers | {f"{path}.integer_bias": numpy.ascontiguousarray(codes.codes)}
