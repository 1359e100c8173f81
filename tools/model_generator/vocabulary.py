# SPDX-License-Identifier: BSL-1.0
"""quantype's words for torch's modules, functions and methods. Whatever is not here cannot be expressed."""
from fractions import Fraction
from typing import Any, Callable

import derive
from derive import Derived
from record import Model, Node, RecordError


def _numbers(values: list[int]) -> str:
    return ", ".join(map(str, values))


def _option(name: str, values: list[int], usual: int) -> list[str]:
    if all(v == usual for v in values):
        return []
    return [f"nn::{name}<{_numbers(values[:1] if len(set(values)) == 1 else values)}>"]


def _extent(sizes: list[int]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else f"nn::extent({_numbers(sizes)})"


def _conv(rank: int) -> Callable[[Model, Node, Derived], str]:
    def write(model: Model, node: Node, derived: Derived) -> str:
        c = derive.conv(model, node, rank, derived)
        options = _option("stride", c.stride, 1) + _option("padding", c.padding, 0) + _option("dilation", c.dilation, 1)
        options += [f"nn::groups<{c.groups}>"] if c.groups != 1 else []
        options += [] if c.bias else ["nn::no_bias"]
        return f"nn::conv{rank}d<{', '.join([str(c.inputs), str(c.outputs), _extent(c.kernel)] + options)}>"

    return write


def _linear(model: Model, node: Node, derived: Derived) -> str:
    outputs, inputs = derive.parameter(model, node, "weight")
    bias = f"{node.target}.bias" in model.params
    return f"nn::linear<{inputs}, {outputs}{'' if bias else ', nn::no_bias'}>"


def _batch_norm(rank: int) -> Callable[[Model, Node, Derived], str]:
    def write(model: Model, node: Node, derived: Derived) -> str:
        features = derive.parameter(model, node, "weight")[0]
        eps = float(derive.printed_number(model, node, "eps", 1e-05, derived))
        if eps == 1e-05:
            return f"nn::batch_norm{rank}d<{features}>"
        denominator = round(1 / eps)
        if 1 / denominator != eps:
            raise RecordError(f"{model.name}: {node.name}: eps {eps} is not one over an integer")
        return f"nn::batch_norm{rank}d<{features}, nn::eps<1, {denominator}>>"

    return write


def _plain(name: str) -> Callable[[Model, Node, Derived], str]:
    return lambda model, node, derived: f"nn::{name}"


def _pool(kind: str) -> Callable[[Model, Node, Derived], str]:
    def write(model: Model, node: Node, derived: Derived) -> str:
        w = derive.window(model, node, derived)
        options = [] if w["stride"] == w["kernel"] else [f"nn::stride<{_numbers(w['stride'])}>"]
        options += _option("padding", w["padding"], 0) + _option("dilation", w["dilation"], 1)
        options += ["nn::ceil_mode"] if w["ceil_mode"] else []
        options += [] if w["count_include_pad"] else ["nn::exclude_pad"]
        options += [f"nn::divisor_override<{w['divisor_override']}>"] if w["divisor_override"] else []
        return f"nn::{kind}<{', '.join([_extent(w['kernel'])] + options)}>"

    return write


def _adaptive(model: Model, node: Node, derived: Derived) -> str:
    size = derive.printed_number(model, node, "output_size", 1, derived)
    return f"nn::adaptive_avg_pool2d<{_numbers(list(size)) if isinstance(size, (tuple, list)) else size}>"


def _softmax(model: Model, node: Node, derived: Derived) -> str:
    return f"nn::softmax<{derive.printed_number(model, node, 'dim', -1, derived)}>"


def _flatten(model: Model, node: Node, derived: Derived) -> str:
    start = derive.printed_number(model, node, "start_dim", 1, derived)
    return f"nn::flatten<{start}, {derive.printed_number(model, node, 'end_dim', -1, derived)}>"


def _dropout(model: Model, node: Node, derived: Derived) -> str:
    return f"nn::dropout<{round(100 * float(derive.printed_number(model, node, 'p', 0.5, derived)))}>"


def _conv_transpose(rank: int) -> Callable[[Model, Node, Derived], str]:
    def write(model: Model, node: Node, derived: Derived) -> str:
        printed = model.printed.get(node.target)
        if printed is None:
            raise RecordError(f"{model.name}: {node.name}: this transposed convolution is not printed")
        kw = printed.kwargs

        def sizes(name: str, usual: int) -> list[int]:
            value = kw.get(name, usual)
            return list(value) if isinstance(value, (tuple, list)) else [int(value)] * rank

        options = _option("stride", sizes("stride", 1), 1) + _option("padding", sizes("padding", 0), 0)
        options += _option("dilation", sizes("dilation", 1), 1)
        options += _option("output_padding", sizes("output_padding", 0), 0)
        groups = int(kw.get("groups", 1))
        options += [f"nn::groups<{groups}>"] if groups != 1 else []
        options += [] if kw.get("bias", True) else ["nn::no_bias"]
        head = [str(printed.args[0]), str(printed.args[1]), _extent(sizes("kernel_size", 1))]
        return f"nn::conv_transpose{rank}d<{', '.join(head + options)}>"

    return write


def _printed(model: Model, node: Node) -> Any:
    printed = model.printed.get(node.target)
    if printed is None:
        raise RecordError(f"{model.name}: {node.name}: module {node.target} is not printed")
    return printed


def _instance_norm(rank: int) -> Callable[[Model, Node, Derived], str]:
    def write(model: Model, node: Node, derived: Derived) -> str:
        printed = _printed(model, node)
        affine = ", nn::affine" if printed.kwargs.get("affine", False) else ""
        return f"nn::instance_norm{rank}d<{printed.args[0]}{affine}>"

    return write


def _layer_norm(model: Model, node: Node, derived: Derived) -> str:
    return f"nn::layer_norm<{_numbers(list(_printed(model, node).args[0]))}>"


def _prelu(model: Model, node: Node, derived: Derived) -> str:
    return f"nn::prelu<{_printed(model, node).kwargs.get('num_parameters', 1)}>"


def _two_sizes(name: str) -> Callable[[Model, Node, Derived], str]:
    return lambda model, node, derived: f"nn::{name}<{_numbers(list(_printed(model, node).args[:2]))}>"


def _fraction(name: str, key: str, usual: float) -> Callable[[Model, Node, Derived], str]:
    def write(model: Model, node: Node, derived: Derived) -> str:
        value = Fraction(repr(float(derive.printed_number(model, node, key, usual, derived))))
        return f"nn::{name}<{value.numerator}, {value.denominator}>"

    return write


MODULES: dict[str, Callable[[Model, Node, Derived], str]] = {
    "torch.nn.Linear": _linear,
    "torch.nn.Conv1d": _conv(1),
    "torch.nn.Conv2d": _conv(2),
    "torch.nn.Conv3d": _conv(3),
    "torch.nn.BatchNorm1d": _batch_norm(1),
    "torch.nn.BatchNorm2d": _batch_norm(2),
    "torch.nn.BatchNorm3d": _batch_norm(3),
    "torch.nn.ReLU": _plain("relu"),
    "torch.nn.ReLU6": _plain("relu6"),
    "torch.nn.Sigmoid": _plain("sigmoid"),
    "torch.nn.Tanh": _plain("tanh"),
    "torch.nn.Hardswish": _plain("hardswish"),
    "torch.nn.Hardsigmoid": _plain("hardsigmoid"),
    "torch.nn.Identity": _plain("identity"),
    "torch.nn.Dropout": _dropout,
    "torch.nn.Softmax": _softmax,
    "torch.nn.MaxPool2d": _pool("max_pool2d"),
    "torch.nn.AvgPool2d": _pool("avg_pool2d"),
    "torch.nn.AdaptiveAvgPool2d": _adaptive,
    "torch.nn.Flatten": _flatten,
    "torch.nn.ConvTranspose1d": _conv_transpose(1),
    "torch.nn.ConvTranspose2d": _conv_transpose(2),
    "torch.nn.ConvTranspose3d": _conv_transpose(3),
    "torch.nn.InstanceNorm1d": _instance_norm(1),
    "torch.nn.InstanceNorm2d": _instance_norm(2),
    "torch.nn.InstanceNorm3d": _instance_norm(3),
    "torch.nn.LayerNorm": _layer_norm,
    "torch.nn.PReLU": _prelu,
    "torch.nn.LeakyReLU": _fraction("leaky_relu", "negative_slope", 0.01),
    "torch.nn.ELU": _fraction("elu", "alpha", 1.0),
    "torch.nn.Embedding": _two_sizes("embedding"),
    "torch.nn.EmbeddingBag": _two_sizes("embedding_bag"),
    "torch.nn.LSTM": _two_sizes("lstm"),
    "torch.nn.GRU": _two_sizes("gru"),
}

# Op types for object-type rules of a mapping.
OPS = {
    "torch.sigmoid": "fn::sigmoid",
    "torch.tanh": "fn::tanh",
    "torch.nn.Sigmoid": "nn::sigmoid",
    "torch.nn.Tanh": "nn::tanh",
    "torch.nn.Hardsigmoid": "nn::hardsigmoid",
    "torch.nn.Softmax": "nn::softmax<>",
}
# Fixed qparams by op: the range decides which of the two named QConfigs.
NEGATIVE_RANGE = {"torch.tanh", "torch.nn.Tanh"}

UNARY = {
    "torch.nn.functional.relu": "qz::relu",
    "torch.sigmoid": "qz::sigmoid",
    "torch.tanh": "qz::tanh",
    "torch.sin": "qz::sin",
}
CONVOLUTIONS = {
    "torch.conv1d": "conv1d",
    "torch.nn.functional.conv1d": "conv1d",
    "torch.nn.functional.conv2d": "conv2d",
    "torch.nn.functional.conv3d": "conv3d",
}
# Ops whose value has the input's shape, for qz::call.
CALLS = {
    "torch.nn.functional.elu": "fn::elu",
    "torch.nn.functional.hardswish": "fn::hardswish",
    "torch.nn.functional.hardsigmoid": "fn::hardsigmoid",
    "torch.nn.functional.leaky_relu": "fn::leaky_relu",
    "torch.nn.functional.dropout": "fn::dropout",
    "torch.nn.functional.hardtanh": "fn::hardtanh",
    "torch.nn.functional.relu6": "fn::relu6",
    "torch.clamp": "fn::clamp",
    "torch.add": "fn::torch_add",
    "torch.mul": "fn::torch_mul",
    "torch.sub": "fn::torch_sub",
    "operator.sub": "fn::sub",
    "torch.relu": "fn::torch_relu",
    "clamp": "method::clamp",
    "detach": "method::detach",
    "hardsigmoid": "method::hardsigmoid",
    "leaky_relu": "method::leaky_relu",
    "relu": "method::relu",
    "relu_": "method::relu_",
    "sigmoid": "method::sigmoid",
    "tanh": "method::tanh",
}
WEIGHTED = {"torch.nn.functional.linear", *CONVOLUTIONS}
BINARY = {"operator.add": "+", "operator.mul": "*"}


def _call(op: str, args: list[Any], kwargs: dict[str, Any], value: Callable[[Any], str]) -> str:
    if not args or not (isinstance(args[0], str) and args[0].startswith("%")):
        raise RecordError(f"{op}: the first argument is not a value of the graph")

    def written(x: Any) -> str:
        if x is None:
            return "qz::argument{}"
        return ("true" if x else "false") if isinstance(x, bool) else value(x)

    parts = [written(a) for a in args] + [f'qz::keyword<"{k}">({written(v)})' for k, v in kwargs.items()]
    return f"qz::call<qz::{op}>({', '.join(parts)})"


def call_expression(model: Model, node: Node, value: Callable[[Any], str]) -> str:
    """The C++ expression of a call_function or call_method node. `value` writes one argument."""
    args, kwargs, target = node.args, node.kwargs, node.target

    def refuse(why: str) -> RecordError:
        return RecordError(f"{model.name}: node {node.name} ({node.op} {target}): {why}")

    def argument(i: int, key: str, usual: Any = None) -> Any:
        return args[i] if len(args) > i else kwargs.get(key, usual)

    parameters = {n.name for n in model.nodes if n.op == "get_attr"}
    if target not in WEIGHTED and any(name in parameters for name in node.inputs()):
        raise refuse("a parameter is taken as a weight or bias only")
    if target in WEIGHTED and str(argument(1, "weight"))[1:] not in parameters:
        raise refuse("the weight is not a parameter")

    def integers(x: Any) -> str:
        return "{" + _numbers([x] if isinstance(x, int) else list(x)) + "}"

    if node.op == "call_method":
        if target == "mean":
            keep = ", true" if argument(2, "keepdim", False) else ""
            return f"{value(args[0])}.mean({integers(argument(1, 'dim'))}{keep})"
        if target in ("reshape", "view"):
            sizes = args[1] if isinstance(args[1], list) else args[1:]
            return f"{value(args[0])}.{target}({{{', '.join(value(s) for s in sizes)}}})"
        if target == "permute" and not isinstance(args[1], list):
            return f"{value(args[0])}.permute({integers(args[1:])})"
        counts = {"transpose": (2,), "flatten": (0, 1, 2), "size": (1,)}
        if len(args) - 1 in counts.get(target, ()) and all(isinstance(a, int) for a in args[1:]) and not kwargs:
            return f"{value(args[0])}.{target}({_numbers(args[1:])})"
        if target == "contiguous":
            return f"{value(args[0])}.contiguous()"
        if target == "masked_fill":
            return f"{value(args[0])}.masked_fill({value(args[1])}, {value(args[2])})"
        if target in CALLS:
            return _call(CALLS[target], args, kwargs, value)
        raise refuse("this method is not in the vocabulary")
    if target in UNARY:
        return f"{UNARY[target]}({value(args[0])})"
    if target in BINARY:
        return f"{value(args[0])} {BINARY[target]} {value(args[1])}"
    if target == "torch.cat":
        return f"qz::cat({{{', '.join(value(a) for a in args[0])}}}, {argument(1, 'dim', 0)})"
    if target == "torch.flatten":
        end = argument(2, "end_dim")
        return f"qz::flatten({value(args[0])}, {argument(1, 'start_dim', 0)}{'' if end is None else f', {end}'})"
    if target == "torch.matmul":
        return f"qz::matmul({value(args[0])}, {value(args[1])})"
    if target == "torch.nn.functional.adaptive_avg_pool2d":
        size = argument(1, "output_size")
        if not isinstance(size, int):
            raise refuse("only one size for both dimensions can be expressed")
        return f"qz::adaptive_avg_pool2d({value(args[0])}, {size})"
    if target == "torch.nn.functional.pad":
        return f"qz::pad({value(args[0])}, {integers(args[1])})"
    if target in CALLS:
        return _call(CALLS[target], args, kwargs, value)
    if target == "operator.getitem" and isinstance(args[1], int):
        return f"{value(args[0])}[{args[1]}]"
    if target in CONVOLUTIONS and not kwargs:
        sizes = [integers(a) if isinstance(a, list) else str(a) for a in args[3:]]
        bias = args[2] if len(args) > 2 else None
        parts = [value(args[0]), value(args[1])] + (["qz::nn::no_bias{}"] if bias is None else [value(bias)])
        return f"qz::{CONVOLUTIONS[target]}({', '.join(parts + sizes)})"
    if target == "torch.nn.functional.linear":
        bias = argument(2, "bias")
        last = "" if bias is None else f", {value(bias)}"
        return f"qz::linear({value(args[0])}, {value(argument(1, 'weight'))}{last})"
    raise refuse("this function is not in the vocabulary")
