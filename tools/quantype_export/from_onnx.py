# SPDX-License-Identifier: BSL-1.0
"""From an ONNX file to the same in-between form as from PyTorch: one struct, since an ONNX graph is flat."""
import builtins
import keyword
import re
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
from onnx import TensorProto

from .files import safetensors, write_all
from .model import Leaf, Model, Module, Node, Ref, Struct
from .modules import module_text
from .onnx_graph import FLOAT, Graph, Op, OnnxNode, load, read_graph
from .onnx_ops import OPERATORS
from .onnx_recurrent import recurrent
from .onnx_quantized import Codes, Quantization, bias_numbers, unquantize, weight_numbers
from .problems import Problems, Refused
from .vocabulary import op_name
from .write_model import KEYWORDS, MAX_MEMBERS, TAKEN, header_text, snake_case

READ = OPERATORS | {"LSTM": recurrent, "GRU": recurrent}
INPUT_NAMES = ["x", "y", "z", "input_3", "input_4", "input_5", "input_6", "input_7"]  # as model/traced.hpp has them
WEIGHT_NAME = re.compile(r"(.+)\.(?:weight|bias|running_mean|running_var)\w*")
# Calls whose result has scale and zero point of its operand when they are quantized.
KEEP_NUMBERS = {"torch.nn.Identity", "torch.nn.ReLU6", "torch.nn.Hardtanh", "torch.nn.MaxPool2d", "torch.nn.AvgPool2d",
                "fn::relu", "fn::flatten", "fn::adaptive_avg_pool2d", "fn::cat", "fn::clamp", "fn::narrow",
                "torch.nn.PixelShuffle", "method::reshape", "method::permute", "method::transpose", "method::mean",
                "method::repeat"}
FUSE_WITH_RELU = {"torch.nn.Conv1d", "torch.nn.Conv2d", "torch.nn.Conv3d", "torch.nn.Linear", "fn::add", "fn::mul",
                  "torch.nn.BatchNorm2d", "torch.nn.BatchNorm3d"}
# Names that torch.fx does not give to a node.
RESERVED = set(keyword.kwlist) | set(dir(builtins)) | {"inf", "nan", "torch", "device"} | KEYWORDS | TAKEN


@dataclass
class Call:
    """A call in the body: what it is in C++ and which values it reads."""

    name: str
    member: str  # of a module
    op: str  # a module's class in PyTorch, a function or method in C++
    index: int  # how many calls of the same function or method stand before it
    value: str  # the ONNX value that it gives
    inputs: list[str] = field(default_factory=list)


class NameSpace:
    """Gives out names as torch.fx does: a trailing _<number> is the counter of the name."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.counts: dict[str, int] = {}

    def create(self, wanted: str) -> str:
        counted = re.fullmatch(r"(.+)_(\d{1,8})", wanted)
        base, number = (counted[1], int(counted[2])) if counted else (wanted, 0)
        name = f"{base}_{number}" if counted else wanted
        number = number or self.counts.get(base, 0)
        while name in self.used or name in RESERVED:
            number += 1
            name = f"{base}_{number}"
        self.used.add(name)
        self.counts[base] = number
        return name


class OnnxBody:
    """The calls of the model in order; see onnx_ops.Body."""

    def __init__(self, graph: Graph, quantization: Quantization, problems: Problems, in_parts: bool = False) -> None:
        """`in_parts`: members lie in structs part_1, part_2 ..., for more of them than one struct takes."""
        self.graph = graph
        self.in_parts = in_parts
        self.quantization = quantization
        self.problems = problems
        self.members: dict[str, Module] = {}
        self.nodes: list[Node] = []
        self.calls: list[Call] = []
        self.parameters: dict[str, numpy.ndarray] = {}
        self.numbers: dict[str, numpy.ndarray] = {}
        self.refs: dict[str, Ref] = {}
        self.joined: dict[int, str] = {}  # nodes that are part of an earlier one, by id
        self.names = NameSpace()
        self.shared: dict[tuple[str, bool], str] = {}  # members without parameters, by type and whether codes leave them

    # --- reading ---

    def value(self, op: Op, i: int = 0) -> Ref:
        name = op.input(i)
        if name in self.graph.constants:
            raise Refused(f"its operand {name!r} is a constant tensor; only weights, and single numbers in sums and "
                          "products, can be constant")
        return self.refs[name]

    def bias_behind(self, op: Op) -> numpy.ndarray | None:
        value = op.node.outputs[0]
        readers = self.graph.readers(value)
        if len(readers) != 1 or readers[0].op != "Add" or value in self.graph.outputs:
            return None
        if value in self.quantization.values:
            return None
        add = Op(readers[0], self.graph)
        other = 1 - add.node.inputs.index(value)
        width = op.output_shape()[-1]
        if not add.is_constant(other) or add.constant(other, "bias").size != width:
            return None
        if add.shape(other)[-1] != width or add.output_shape() != op.output_shape():
            return None
        self.joined[id(readers[0])] = add.node.inputs[other]
        return add.constant(other, "bias").reshape(-1)

    # --- writing ---

    def module(self, op: Op, cls: str, settings: dict[str, Any], parameters: dict[str, numpy.ndarray], x: Ref,
               turned: bool = False) -> Ref:
        text = module_text(cls, SimpleNamespace(**settings))
        member = "" if parameters else self.shared.get((text, self._is_coded(op)), "")
        if not member:
            member = self._member_name(op)
            self.members[member] = Leaf(text)
            self.shared[text, self._is_coded(op)] = member
        for key, value in parameters.items():
            self.parameters[f"{member}.{key}"] = numpy.ascontiguousarray(value, numpy.float32)
        if parameters:
            self._weight(op, member, parameters, turned)
        name = self.names.create(member.replace(".", "_"))
        self.nodes.append(Node(name, "call_module", member, [x]))
        self.calls.append(Call(name, member, cls, 0, op.node.outputs[0], [x.name]))
        return Ref(name)

    def _is_coded(self, op: Op) -> bool:
        return op.node.outputs[0] in self.quantization.values

    def further_results(self, op: Op, results: dict[int, Ref]) -> None:
        self.refs |= {op.node.outputs[i]: ref for i, ref in results.items()}

    def function(self, target: str, *args: Any) -> Ref:
        return self._call("call_function", target, op_name(target), target.rpartition(".")[2], list(args))

    def method(self, target: str, *args: Any) -> Ref:
        return self._call("call_method", target, op_name(f"method:{target}"), target, list(args))

    def _call(self, kind: str, target: str, cpp: str, short: str, args: list[Any]) -> Ref:
        name = self.names.create(short)
        index = sum(c.op == cpp for c in self.calls)
        node = Node(name, kind, target, args)
        self.nodes.append(node)
        self.calls.append(Call(name, "", cpp, index, "", node.inputs()))
        return Ref(name)

    def _member_name(self, op: Op) -> str:
        source = op.node.inputs[1] if len(op.node.inputs) > 1 else ""
        if source in self.quantization.constants:
            source = self.quantization.constants[source].source
        found = WEIGHT_NAME.fullmatch(source) if op.is_constant(1) else None
        wanted = found[1] if found else snake_case(op.node.op)
        base = re.sub(r"\W+", "_", snake_case(wanted)).strip("_")
        base = f"m{base}" if not base or base[0].isdigit() else base
        name, number = base, 0
        # A function of the same name may come later; a module keeps clear of it.
        functions = {"relu", "sigmoid", "tanh", "sin", "add", "mul", "cat", "flatten", "matmul", "pad", "mean", "reshape",
                     "permute", "adaptive_avg_pool2d", "size", *INPUT_NAMES}
        own = {path.rpartition(".")[2] for path in self.members}
        while name in self.names.used or name in own or name in RESERVED or name in functions:
            number += 1
            name = f"{base}_{number}"
        return f"part_{len(self.members) // MAX_MEMBERS + 1}.{name}" if self.in_parts else name

    def tree(self) -> dict[str, Module]:
        """The members as the root has them."""
        root: dict[str, Module] = {}
        for path, member in self.members.items():
            part, _, name = path.rpartition(".")
            if part:
                root.setdefault(part, Struct("Members", part, {}, [])).members[name] = member
            else:
                root[name] = member
        return root

    def _weight(self, op: Op, name: str, parameters: dict[str, numpy.ndarray], turned: bool) -> None:
        """The codes of a weight, and its bias in units of the accumulator."""
        weight = self.quantization.constants.get(op.node.inputs[1])
        if weight is None:
            return
        if "weight" not in parameters:
            raise Refused("quantized weights of this operator cannot be expressed")
        if weight.codes.size != parameters["weight"].size or op.attribute("alpha", 1.0) != 1.0:
            raise Refused("a quantized weight that is scaled or reshaped cannot be expressed")
        weight = weight.turned() if turned else weight
        self.numbers |= weight_numbers(name, weight)
        if "bias" not in parameters:
            return
        codes = self._bias_codes(op, parameters["bias"])
        scale = self.quantization.values.get(op.input(0))
        if codes is not None and scale is None:
            raise Refused("a quantized bias without a quantized input")
        self.numbers |= bias_numbers(name, parameters["bias"], codes, scale[0] if scale else 0.0, weight)

    def _bias_codes(self, op: Op, bias: numpy.ndarray) -> Codes | None:
        added = [b for node, b in self.joined.items() if op.node.outputs[0] in next(
            n.inputs for n in self.graph.nodes if id(n) == node)]
        source = added[0] if added else (op.node.inputs[2] if op.has(2) else "")
        return self.quantization.constants.get(source) if op.attribute("beta", 1.0) == 1.0 else None

    # --- the whole ---

    def run(self) -> None:
        for i, value in enumerate(self.graph.inputs):
            self._input(i, value)
        self.problems.raise_if_any()
        for node in self.graph.nodes:
            self._node(node)
        if not self.problems.found:
            self._output()

    def _input(self, i: int, value: str) -> None:
        if i >= len(INPUT_NAMES):
            self.problems.add(value, "an input", f"a model takes {len(INPUT_NAMES)} inputs")
            return
        if self.graph.types.get(value) != FLOAT:
            kind = TensorProto.DataType.Name(self.graph.types.get(value, 0)).lower()
            self.problems.add(value, "an input", f"its type is {kind}; only float32 tensors can be expressed")
        elif not self.graph.shapes.get(value) or 0 in self.graph.shapes[value]:
            self.problems.add(value, "an input", f"its shape {self.graph.shapes.get(value, 'is not known')}; give the "
                              "shapes of all inputs with --input, at least one dimension each")
        elif len(self.graph.shapes[value]) > 6:
            self.problems.add(value, "an input", f"{len(self.graph.shapes[value])} dimensions; a tensor has up to 6")
        self.names.create(INPUT_NAMES[i])
        self.refs[value] = Ref(INPUT_NAMES[i])
        self.nodes.append(Node(INPUT_NAMES[i], "placeholder", INPUT_NAMES[i]))

    def _node(self, node: OnnxNode) -> None:
        if id(node) in self.joined:
            self.refs[node.outputs[0]] = self.refs[next(i for i in node.inputs if i in self.refs)]
            self._named(node)
            return
        try:
            if node.domain != "" or node.op not in READ:
                raise Refused("the importer has no such operator")
            result = READ[node.op](Op(node, self.graph), self)
            self.refs.setdefault(node.outputs[0], result)
            self._named(node)
        except Refused as why:
            self.problems.add(node.where(), f"{node.domain}.{node.op}".lstrip("."), why)
            self.refs |= {o: Ref("refused") for o in node.outputs}

    def _named(self, node: OnnxNode) -> None:
        self.calls[-1].value = node.outputs[0]

    def _output(self) -> None:
        results = []
        for value in self.graph.outputs:
            if value in self.graph.constants:
                self.problems.add(value, "an output", "is a constant")
                return
            ref = self.refs[value]
            if ref.name in INPUT_NAMES:  # nothing but an input, perhaps quantized
                node = OnnxNode("Identity", [value], [f"{value}.output"])
                ref = self.refs[node.outputs[0]] = OPERATORS["Identity"](Op(node, self.graph), self)
                if value in self.quantization.values:
                    self.quantization.values[node.outputs[0]] = self.quantization.values[value]
            results.append(ref)
        self.nodes.append(Node("output", "output", "output", [results[0] if len(results) == 1 else results]))

    # --- numbers and mapping ---

    def is_quantized(self) -> bool:
        return bool(self.quantization.values or self.numbers)

    def value_numbers(self) -> None:
        """<name>.scale and <name>.zero_point of every quantized value, by the name of the call that gives it."""
        for value, (scale, zero_point) in self.quantization.values.items():
            if value in self.refs:
                name = self.refs[value].name
                self.numbers[f"{name}.scale"] = numpy.array([scale], numpy.float32)
                self.numbers[f"{name}.zero_point"] = numpy.array([zero_point], numpy.int32)

    def float_calls(self) -> list[Call]:
        """Calls that stay in float between what the file dequantizes and quantizes."""
        coded = {self.refs[v].name: q for v, q in self.quantization.values.items() if v in self.refs}
        left = []
        dynamic = self.dynamic_calls()
        for call in self.calls:
            if call in dynamic:
                continue
            if call.op in ("fn::add", "fn::mul") and len(call.inputs) == 1:
                left.append(call)  # with a number: quantized, it would choose scale and zero point of its own
                continue
            if call.name in coded:
                if call.op in KEEP_NUMBERS and any(coded.get(x) != coded[call.name] for x in call.inputs):
                    if not self._is_relu_of(call, coded):
                        left.append(call)
            elif not any(self._is_relu_of(c, coded) and call.name in c.inputs and c.name in coded for c in self.calls):
                left.append(call)
        return left

    def dynamic_calls(self) -> list[Call]:
        """Layers that quantize their input when they run."""
        names = {self.refs[v].name for v in self.quantization.dynamic}
        return [c for c in self.calls if c.name in names]

    def _is_relu_of(self, call: Call, coded: dict[str, tuple[float, int]]) -> bool:
        """A relu that alone reads a call with which it fuses, and which is not quantized on its own."""
        if call.op != "fn::relu" or call.inputs[0] in coded:
            return False
        source = next((c for c in self.calls if c.name == call.inputs[0]), None)
        return source is not None and source.op in FUSE_WITH_RELU and sum(
            source.name in c.inputs for c in self.calls) == 1

    def check_mapping(self) -> None:
        """Refuses what no mapping can say: codes between a call and the relu that fuses with it; calls of a method of
        which some are quantized."""
        left = self.float_calls()
        for call in self.calls:
            if call.op.startswith("method::") and call not in left and any(c.op == call.op for c in left):
                self.problems.add(call.value, call.op.removeprefix("method::"), "some calls of this method are quantized "
                                  "and some are not; a mapping names a method only as a whole")
        coded = {self.refs[v].name for v in self.quantization.values if v in self.refs}
        for call in self.calls:
            source = next((c for c in self.calls if c.name in call.inputs), None)
            if call.op != "fn::relu" or source is None or source.op not in FUSE_WITH_RELU or source.name not in coded:
                continue
            if sum(source.name in c.inputs for c in self.calls) == 1:
                self.problems.add(call.value, "Relu", f"{source.name} is quantized before its relu; the two are one op "
                                  "here, quantized behind the relu")


def _rule(call: Call, value: str = "no_qconfig") -> str:
    if call.member:
        return f'.set_module_name("{call.member}", qz::{value})'
    if call.op.startswith("method::"):  # which have no order in a mapping, as in PyTorch
        return f".set_object_type<qz::{call.op}>(qz::no_qconfig)"
    return f'.set_module_name_object_type_order<qz::{call.op}>("", {call.index}, qz::no_qconfig)'


def mapping_text(name: str, body: OnnxBody) -> str:
    """The QConfig mapping that quantizes what the file quantizes."""
    rules = dict.fromkeys(_rule(c) for c in body.float_calls())
    rules |= dict.fromkeys(_rule(c, "default_dynamic_qconfig") for c in body.dynamic_calls())
    value = "qz::qconfig_mapping().set_global(qz::default_qnnpack_qconfig)"
    lines = "".join(f"\n            {rule}" for rule in rules)
    return (f"/// Quantizes what the file quantizes. The numbers are those of {name}_quantized.safetensors.\n"
            f"struct {name}_mapping {{\n    static constexpr auto value = {value}{lines};\n}};\n" + codes_text(name, body))


def codes_text(name: str, body: OnnxBody) -> str:
    """The custom config of the codes that the file takes and gives; empty where it has none."""
    setters = "".join(f"\n            .set_{what}_quantized_indexes({{{', '.join(map(str, indexes))}}})"
                      for what, indexes in (("input", body.quantization.coded_inputs),
                                            ("output", body.quantization.coded_outputs)) if indexes)
    if not setters:
        return ""
    return (f"\n/// What are codes in the file; qz::customized<{name}, {name}_codes> takes and gives them as codes.\n"
            f"struct {name}_codes {{\n    static constexpr auto value =\n        qz::prepare_custom_config(){setters};\n}};\n")


@dataclass
class Imported:
    """A model as it is written, its parameters and its numbers by name."""

    model: Model
    body: OnnxBody


def read_onnx(proto: Any, name: str, shapes: list[list[int]] | None, problems: Problems,
              given: dict[str, numpy.ndarray] | None = None) -> Imported:
    """Reads a ModelProto. Inputs in `given` are constants with these values. Raises CannotExport."""
    graph = read_graph(proto, shapes, given or {}, problems)
    quantization = unquantize(graph, problems)
    body = OnnxBody(graph, quantization, problems)
    body.run()
    problems.raise_if_any()
    if len(body.members) > MAX_MEMBERS:
        body = OnnxBody(graph, quantization, problems, in_parts=True)
        body.run()
    body.check_mapping()
    problems.raise_if_any()
    body.value_numbers()
    root = Struct(graph.name or "Graph", "", body.tree(), body.nodes)
    return Imported(Model(name, [graph.shapes[v] for v in graph.inputs], root), body)


def _entry(x: numpy.ndarray) -> tuple[str, list[int], bytes]:
    kind = {"float32": "F32", "int8": "I8", "int32": "I32", "uint8": "U8", "int64": "I64"}[x.dtype.name]
    return kind, list(x.shape), x.astype(x.dtype.newbyteorder("<")).tobytes()


def tensors_of(values: dict[str, numpy.ndarray]) -> bytes:
    return safetensors({key: _entry(value) for key, value in values.items()})


def import_model(source: Path, shapes: list[list[int]] | None, folder: Path, name: str = "",
                 namespace: str = "exported") -> tuple[list[Path], list[str]]:
    """Writes the files of an ONNX model and gives their paths and remarks. Raises CannotExport."""
    problems = Problems()
    name = name or re.sub(r"\W+", "_", snake_case(source.stem))
    found = read_onnx(load(source), name, shapes, problems)
    title = f"Written by quantype_export from {source.name} ({found.body.graph.producer or 'ONNX'}). Weights: {name}.safetensors"
    more = mapping_text(name, found.body) if found.body.is_quantized() else ""
    header = header_text(found.model, title, problems, namespace, more)
    problems.raise_if_any()
    files = {folder / f"{name}.hpp": header.encode(), folder / f"{name}.safetensors": tensors_of(found.body.parameters)}
    if more:
        files[folder / f"{name}_quantized.safetensors"] = tensors_of(found.body.numbers)
    write_all(files)
    return list(files), problems.notes
