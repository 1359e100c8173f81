# SPDX-License-Identifier: BSL-1.0
"""Functions, operators and tensor methods as C++ expressions."""
from typing import Any, Callable

from .model import Node, Ref
from .problems import Refused
from .vocabulary import op_name

UNARY = {
    "torch.nn.functional.relu": "qz::relu",
    "torch.sigmoid": "qz::sigmoid",
    "torch.tanh": "qz::tanh",
    "torch.sin": "qz::sin",
}
BINARY = {"operator.add": "+", "operator.mul": "*", "operator.iadd": "+", "operator.imul": "*"}
INTEGER = {"operator.add": "+", "operator.sub": "-", "operator.mul": "*", "operator.floordiv": "/"}
# Functions that take parameters of the model.
TAKE_PARAMETERS = {"linear", "addmm", "embedding", "layer_norm", "group_norm", "instance_norm",
                   *(f"{kind}{rank}d" for kind in ("conv", "conv_transpose") for rank in (1, 2, 3))}


MAX_VALUES = 16  # of qz::cat and its like, and of qz::tuple


class Arguments:
    """The arguments of a node, by position or name. `value` writes one of them."""

    def __init__(self, node: Node, value: Callable[[Any], str]) -> None:
        self.node = node
        self.value = value

    def get(self, i: int, key: str, usual: Any = None) -> Any:
        return self.node.args[i] if len(self.node.args) > i else self.node.kwargs.get(key, usual)

    def text(self, i: int, key: str = "input") -> str:
        x = self.get(i, key)
        if x is None:
            raise Refused(f"argument {key!r} is missing")
        return self.value(x)

    def operand(self, i: int, key: str = "input") -> str:
        """As text; a sum or product in parentheses, to stand beside an operator or before a method."""
        text = self.text(i, key)
        return f"({text})" if " + " in text or " * " in text else text

    def integers(self, x: Any) -> str:
        items = list(x) if isinstance(x, (list, tuple)) else [x]
        return "{" + ", ".join(self.value(item) for item in items) + "}"


def _mean(a: Arguments) -> str:
    dims = a.get(1, "dim")
    if dims is None:
        raise Refused("a mean over all dimensions cannot be expressed; name them")
    keep = ", true" if a.get(2, "keepdim", False) else ""
    return f"{a.operand(0)}.mean({a.integers(dims)}{keep})"


def _flatten(a: Arguments) -> str:
    start, end = a.get(1, "start_dim", 0), a.get(2, "end_dim")
    return f"qz::flatten({a.text(0)}, {start}{'' if end is None else f', {end}'})"


def _adaptive_avg_pool2d(a: Arguments) -> str:
    size = a.get(1, "output_size")
    sizes = list(size) if isinstance(size, (list, tuple)) else [size, size]
    if len(sizes) != 2 or sizes[0] != sizes[1] or not isinstance(sizes[0], int):
        raise Refused(f"output size {size}; only one size for both dimensions can be expressed")
    return f"qz::adaptive_avg_pool2d({a.text(0)}, {sizes[0]})"


def _pad(a: Arguments) -> str:
    if a.get(2, "mode", "constant") != "constant" or a.get(3, "value") not in (None, 0, 0.0):
        raise Refused("only zero padding can be expressed")
    return f"qz::pad({a.text(0)}, {a.integers(a.get(1, 'pad'))})"


def _linear(a: Arguments) -> str:
    bias = a.get(2, "bias")
    last = "" if bias is None else f", {a.value(bias)}"
    return f"qz::linear({a.text(0)}, {a.text(1, 'weight')}{last})"


def _sizes(a: Arguments, places: tuple[tuple[int, str, Any], ...]) -> list[str]:
    """Sizes that are each a number or a list, as far as they are given: what is recorded is what was written."""
    given = [a.get(i, key) for i, key, _ in places]
    while given and given[-1] is None:
        given.pop()
    texts = []
    for size, (_, key, usual) in zip(given, places):
        if isinstance(size, str):
            raise Refused(f"{key} {size!r} of a function cannot be expressed")
        size = usual if size is None else size
        texts.append(a.integers(size) if isinstance(size, (list, tuple)) else a.value(size))
    return texts


def _conv(name: str) -> Callable[[Arguments], str]:
    order = ("stride", "padding", "output_padding", "groups", "dilation") if "transpose" in name else (
        "stride", "padding", "dilation", "groups")
    places = tuple((3 + i, key, 0 if "padding" in key else 1) for i, key in enumerate(order))

    def write(a: Arguments) -> str:
        bias = a.get(2, "bias")
        parts = [a.text(0), a.text(1, "weight"), "nn::no_bias{}" if bias is None else a.value(bias)]
        return f"qz::{name}({', '.join(parts + _sizes(a, places))})"

    return write


def _pool(name: str) -> Callable[[Arguments], str]:
    usual = {"ceil_mode": False, "count_include_pad": True, "divisor_override": None, "return_indices": False,
             "dilation": 1}
    order = list(usual)[:3] if name.startswith("avg") else ["dilation", "ceil_mode", "return_indices"]

    def write(a: Arguments) -> str:
        for i, key in enumerate(order):
            if a.get(4 + i, key, usual[key]) != usual[key]:
                raise Refused(f"{key} of the function cannot be expressed; the module takes it")
        sizes = _sizes(a, ((1, "kernel_size", 1), (2, "stride", a.get(1, "kernel_size")), (3, "padding", 0)))
        return f"qz::{name}({', '.join([a.text(0), *sizes])})"

    return write


def _norm(name: str, first: int, *more: tuple[int, str]) -> Callable[[Arguments], str]:
    """A norm; `more` are the arguments before weight and bias, which stand at `first`."""

    def write(a: Arguments) -> str:
        parts = [a.text(0)]
        for i, key in more:
            x = a.get(i, key)
            parts.append(a.integers(x) if isinstance(x, (list, tuple)) else a.value(x))
        weight, bias = a.get(first, "weight"), a.get(first + 1, "bias")
        if (weight is None) != (bias is None):
            raise Refused("weight and bias must both be given, or neither")
        if weight is not None:
            parts += [a.value(weight), a.value(bias)]
        eps = a.get(first + (4 if name == "instance_norm" else 2), "eps", 1e-05)
        return f"qz::{name}({', '.join(parts + ([] if eps == 1e-05 else [a.value(eps)]))})"

    return write


def _instance_norm(a: Arguments) -> str:
    if a.get(1, "running_mean") is not None or not a.get(5, "use_input_stats", True):
        raise Refused("only statistics of the input can be expressed")
    return _norm("instance_norm", 3)(a)


def _interpolate(a: Arguments) -> str:
    size, mode = a.get(1, "size"), a.get(3, "mode", "nearest")
    if not isinstance(size, (list, tuple)) or a.get(2, "scale_factor") is not None:
        raise Refused("interpolate takes its size as a list of two numbers; a scale factor cannot be expressed")
    if mode not in ("nearest", "bilinear") or a.get(4, "align_corners"):
        raise Refused("interpolate is nearest, or bilinear without align_corners")
    return f'qz::interpolate({a.text(0)}, {a.integers(size)}, "{mode}")'


def _addmm(a: Arguments) -> str:
    if a.get(3, "beta", 1) != 1 or a.get(4, "alpha", 1) != 1:
        raise Refused("addmm with factors beta and alpha cannot be expressed")
    return f"qz::addmm({a.text(0)}, {a.text(1, 'mat1')}, {a.text(2, 'mat2')})"


def _embedding(a: Arguments) -> str:
    if a.get(3, "max_norm") is not None:
        raise Refused("max_norm cannot be expressed")
    return f"qz::embedding({a.text(0)}, {a.text(1, 'weight')})"


def _along(name: str, method: bool) -> Callable[[Arguments], str]:
    """squeeze and unsqueeze: one dimension, given."""

    def write(a: Arguments) -> str:
        dim = a.get(1, "dim")
        if not isinstance(dim, int):
            raise Refused(f"{name} without one dimension cannot be expressed")
        return f"{a.operand(0)}.{name}({dim})" if method else f"qz::{name}({a.text(0)}, {dim})"

    return write


def _in_order(name: str, *keys: str) -> Callable[[Arguments], str]:
    """A function whose arguments after the value are numbers, all of them given: by position, or by these names."""

    def write(a: Arguments) -> str:
        return f"qz::{name}({', '.join([a.text(0), *(a.text(1 + i, key) for i, key in enumerate(keys))])})"

    return write


def _list_of_dims(name: str) -> Callable[[Arguments], str]:
    return lambda a: f"qz::{name}({a.text(0)}, {a.integers(a.get(1, 'dims'))})"


def _function_mean(a: Arguments) -> str:
    dims = a.get(1, "dim")
    if dims is None or a.get(2, "keepdim", False):
        raise Refused("the function mean names its dimensions and drops them; the method takes keepdim")
    return f"qz::mean({a.text(0)}, {a.integers(dims)})"


def _adaptive(name: str) -> Callable[[Arguments], str]:
    def write(a: Arguments) -> str:
        size = a.get(1, "output_size")
        if not all(isinstance(s, int) for s in (size if isinstance(size, (list, tuple)) else [size])):
            raise Refused(f"output size {size}; only numbers can be expressed")
        return f"qz::{name}({a.text(0)}, {', '.join(_sizes(a, ((1, 'output_size', 1),)))})"

    return write


def _join(name: str) -> Callable[[Arguments], str]:
    def write(a: Arguments) -> str:
        values = a.get(0, "tensors")
        if not isinstance(values, (list, tuple)):
            raise Refused("the values to join must be written out as a list")
        if len(values) > MAX_VALUES:
            raise Refused(f"{len(values)} values; up to {MAX_VALUES} are joined at once")
        return f"qz::{name}({a.integers(values)}, {a.get(1, 'dim', 0)})"

    return write


def recorded_call(op: str) -> Callable[[Arguments], str]:
    """`qz::call<fn::clamp>(x, 0.5, 6)`: an op whose value has the shape of its inputs, with the arguments as written."""

    def write(a: Arguments) -> str:
        if not a.node.args or not isinstance(a.node.args[0], Ref):
            raise Refused("the first argument is not a value of the graph")

        def text(x: Any) -> str:
            if x is None:
                return "qz::argument{}"
            return str(x).lower() if isinstance(x, bool) else a.value(x)

        parts = [text(x) for x in a.node.args] + [f'qz::keyword<"{k}">({text(x)})' for k, x in a.node.kwargs.items()]
        return f"qz::call<qz::{op_name(op)}>({', '.join(parts)})"

    return write


def _item(a: Arguments) -> str:
    if not isinstance(a.get(1, "index"), int):
        raise Refused("only one integer as index can be expressed")
    return f"{a.operand(0)}[{a.get(1, 'index')}]"


def _dims_behind(method: str) -> Callable[[Arguments], str]:
    """A method that takes integers, as a list or one by one."""

    def write(a: Arguments) -> str:
        dims = a.node.args[1] if isinstance(a.node.args[1], (list, tuple)) else a.node.args[1:]
        return f"{a.operand(0)}.{method}({a.integers(dims)})"

    return write


def _numbers_behind(method: str) -> Callable[[Arguments], str]:
    """A method whose further arguments are numbers by position."""

    def write(a: Arguments) -> str:
        if a.node.kwargs:
            raise Refused(f"arguments of {method} by name cannot be expressed; give them by position")
        return f"{a.operand(0)}.{method}({', '.join(a.value(x) for x in a.node.args[1:])})"

    return write


def _dropout(a: Arguments) -> str:
    if a.get(2, "training", True):
        raise Refused("dropout with training=True; a model in evaluation passes training=self.training")
    return recorded_call(F + "dropout")(a)


F = "torch.nn.functional."
# Ops whose value has the shape of their inputs, written as qz::call.
SAME_SHAPE = {*(F + name for name in ("elu", "hardswish", "hardsigmoid", "leaky_relu", "leaky_relu_", "hardtanh",
                                      "hardtanh_", "relu6")),
              "torch.clamp", "torch.add", "torch.mul", "torch.sub", "torch.relu", "operator.sub"}
SAME_SHAPE_METHODS = {"clamp", "detach", "detach_", "hardsigmoid", "hardsigmoid_", "leaky_relu", "relu", "relu_",
                      "sigmoid", "sigmoid_", "tanh", "tanh_"}

FUNCTIONS: dict[str, Callable[[Arguments], str]] = {
    "operator.getitem": _item,
    "torch.adaptive_avg_pool1d": _adaptive("adaptive_avg_pool1d"),
    "torch.avg_pool1d": _pool("avg_pool1d"),
    "torch.addmm": _addmm,
    "torch.cat": _join("cat"),
    "torch.concat": _join("concat"),
    "torch.concatenate": _join("concatenate"),
    "torch.conv1d": _conv("conv1d"),
    "torch.flatten": _flatten,
    "torch.matmul": lambda a: f"qz::matmul({a.text(0)}, {a.text(1, 'other')})",
    "torch.mean": _function_mean,
    "torch.narrow": _in_order("narrow", "dim", "start", "length"),
    "torch.permute": _list_of_dims("permute"),
    "torch.permute_copy": _list_of_dims("permute_copy"),
    "torch.repeat_interleave": _in_order("repeat_interleave", "repeats", "dim"),
    "torch.squeeze": _along("squeeze", False),
    "torch.stack": _join("stack"),
    "torch.transpose": _in_order("transpose", "dim0", "dim1"),
    "torch.unsqueeze": _along("unsqueeze", False),
    F + "adaptive_avg_pool2d": _adaptive_avg_pool2d,
    F + "adaptive_avg_pool3d": _adaptive("adaptive_avg_pool3d"),
    F + "dropout": _dropout,
    F + "channel_shuffle": _in_order("channel_shuffle", "groups"),
    F + "embedding": _embedding,
    F + "group_norm": _norm("group_norm", 2, (1, "num_groups")),
    F + "instance_norm": _instance_norm,
    F + "interpolate": _interpolate,
    F + "layer_norm": _norm("layer_norm", 2, (1, "normalized_shape")),
    F + "linear": _linear,
    F + "pad": _pad,
    F + "pixel_shuffle": _in_order("pixel_shuffle", "upscale_factor"),
    F + "pixel_unshuffle": _in_order("pixel_unshuffle", "downscale_factor"),
    **{F + name: _conv(name) for name in ("conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
                                          "conv_transpose3d")},
    **{F + name: _pool(name) for name in ("avg_pool2d", "avg_pool3d", "max_pool1d", "max_pool2d", "max_pool3d")},
    **{name: recorded_call(name) for name in SAME_SHAPE},
}
METHODS: dict[str, Callable[[Arguments], str]] = {
    "mean": _mean,
    "reshape": _dims_behind("reshape"),
    "view": _dims_behind("view"),
    "permute": _dims_behind("permute"),
    "repeat": _dims_behind("repeat"),
    "repeat_interleave": lambda a: f"{a.operand(0)}.repeat_interleave({a.text(1, 'repeats')}, {a.text(2, 'dim')})",
    "resize_": _dims_behind("resize_"),
    **{name: _along(name, True) for name in ("squeeze", "squeeze_", "unsqueeze", "unsqueeze_")},
    "transpose": _numbers_behind("transpose"),
    "flatten": _numbers_behind("flatten"),
    "size": _numbers_behind("size"),
    "contiguous": lambda a: f"{a.operand(0)}.contiguous()",
    "masked_fill": lambda a: f"{a.operand(0)}.masked_fill({a.text(1, 'mask')}, {a.text(2, 'value')})",
    **{name: recorded_call(f"method:{name}") for name in SAME_SHAPE_METHODS},
}


def _function(target: str) -> Callable[[Arguments], str] | None:
    """The writer of a function. Some functions have two places in PyTorch."""
    for name in (target, target.replace(F, "torch.")):
        if name in FUNCTIONS:
            return FUNCTIONS[name]
    return None


def has_function(target: str) -> bool:
    """Whether a function or operator has a C++ form."""
    return target in UNARY or target in BINARY or _function(target) is not None


def binary_text(a: Arguments, sign: str) -> str:
    if sign == "*":
        return f"{a.operand(0)} * {a.operand(1, 'other')}"
    right = a.text(1, "other")  # a sum on the left, and products, need no parentheses
    return f"{a.text(0)} + {f'({right})' if ' + ' in right else right}"


def call_text(node: Node, value: Callable[[Any], str]) -> str:
    """The expression of a call_function or call_method node; raises Refused."""
    a = Arguments(node, value)
    if node.op == "call_method":
        if node.target not in METHODS:
            raise Refused("quantype has no such method")
        return METHODS[node.target](a)
    if node.target in UNARY:
        return f"{UNARY[node.target]}({a.text(0)})"
    if node.target in BINARY:
        return binary_text(a, BINARY[node.target])
    write = _function(node.target)
    if write is None:
        raise Refused("quantype has no such function")
    return write(a)


def integer_nodes(nodes: list[Node]) -> set[str]:
    """Nodes that give an integer known from shapes: x.size(0), and sums and products of such."""
    found: set[str] = set()
    for n in nodes:
        if n.op == "call_method" and n.target == "size" and len(n.args) == 2:
            found.add(n.name)
        elif n.op == "call_function" and n.target in INTEGER and n.inputs():
            if all(isinstance(x, int) or (isinstance(x, Ref) and x.name in found) for x in n.args):
                found.add(n.name)
    return found


def size_text(node: Node, value: Callable[[Any], str]) -> str:
    """The expression of one of integer_nodes."""
    if node.op == "call_method":
        return f"{value(node.args[0])}.size({value(node.args[1])})"
    return f"({value(node.args[0])} {INTEGER[node.target]} {value(node.args[1])})"
