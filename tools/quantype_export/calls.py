# SPDX-License-Identifier: BSL-1.0
"""Functions, operators and tensor methods as C++ expressions."""
from typing import Any, Callable

from .model import Node, Ref
from .problems import Refused

UNARY = {
    "torch.nn.functional.relu": "qz::relu",
    "torch.sigmoid": "qz::sigmoid",
    "torch.tanh": "qz::tanh",
    "torch.sin": "qz::sin",
}
BINARY = {"operator.add": "+", "operator.mul": "*", "operator.iadd": "+", "operator.imul": "*"}
INTEGER = {"operator.add": "+", "operator.sub": "-", "operator.mul": "*", "operator.floordiv": "/"}
# Arguments that change nothing in evaluation.
IGNORED = {"inplace"}


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


def _reshape(method: str) -> Callable[[Arguments], str]:
    def write(a: Arguments) -> str:
        sizes = a.node.args[1] if isinstance(a.node.args[1], (list, tuple)) else a.node.args[1:]
        return f"{a.operand(0)}.{method}({a.integers(sizes)})"

    return write


def _joined(name: str) -> Callable[[Arguments], str]:
    def write(a: Arguments) -> str:
        values = a.get(0, "tensors")
        if not isinstance(values, (list, tuple)):
            raise Refused("the values to join must be written out as a list")
        return f"qz::{name}({a.integers(values)}, {a.get(1, 'dim', 0)})"

    return write


def _flatten(a: Arguments) -> str:
    start, end = a.get(1, "start_dim", 0), a.get(2, "end_dim")
    return f"qz::flatten({a.text(0)}, {start}{'' if end is None else f', {end}'})"


def _adaptive_avg_pool2d(a: Arguments) -> str:
    size = a.get(1, "output_size")
    sizes = list(size) if isinstance(size, (list, tuple)) else [size, size]
    if len(sizes) != 2 or sizes[0] != sizes[1] or not isinstance(sizes[0], int):
        raise Refused(f"output size {size}; only one size for both dimensions can be expressed")
    return f"qz::adaptive_avg_pool2d({a.text(0)}, {sizes[0]})"


def _adaptive_avg_pool3d(a: Arguments) -> str:
    size = a.get(1, "output_size")
    sizes = list(size) if isinstance(size, (list, tuple)) else [size]
    if not all(isinstance(s, int) for s in sizes):
        raise Refused(f"output size {size}; only numbers can be expressed")
    text = ", ".join(str(s) for s in sizes)
    return f"qz::adaptive_avg_pool3d({a.text(0)}, {text if len(sizes) == 1 else '{' + text + '}'})"


def _pad(a: Arguments) -> str:
    if a.get(2, "mode", "constant") != "constant" or a.get(3, "value") not in (None, 0, 0.0):
        raise Refused("only zero padding can be expressed")
    return f"qz::pad({a.text(0)}, {a.integers(a.get(1, 'pad'))})"


def _linear(a: Arguments) -> str:
    bias = a.get(2, "bias")
    last = "" if bias is None else f", {a.value(bias)}"
    return f"qz::linear({a.text(0)}, {a.text(1, 'weight')}{last})"


def _conv(name: str) -> Callable[[Arguments], str]:
    def write(a: Arguments) -> str:
        groups = a.get(6, "groups", 1)
        bias = a.get(2, "bias")
        parts = [a.text(0), a.text(1, "weight"), "nn::no_bias{}" if bias is None else a.value(bias)]
        for i, key, usual in ((3, "stride", 1), (4, "padding", 0), (5, "dilation", 1)):
            size = a.get(i, key, usual)
            if isinstance(size, str):
                raise Refused(f"padding {size!r} of a function cannot be expressed")
            parts.append(a.integers(size) if isinstance(size, (list, tuple)) else a.value(size))
        return f"qz::{name}({', '.join(parts + [a.value(groups)])})"

    return write


def _item(a: Arguments) -> str:
    if not isinstance(a.get(1, "index"), int):
        raise Refused("only one integer as index can be expressed")
    return f"{a.operand(0)}[{a.get(1, 'index')}]"


def _permute(a: Arguments) -> str:
    dims = a.node.args[1] if isinstance(a.node.args[1], (list, tuple)) else a.node.args[1:]
    return f"{a.operand(0)}.permute({a.integers(dims)})"


def _permute_function(name: str) -> Callable[[Arguments], str]:
    return lambda a: f"qz::{name}({a.text(0)}, {a.integers(a.get(1, 'dims'))})"


def _along(name: str, method: bool) -> Callable[[Arguments], str]:
    """squeeze and unsqueeze: one dimension, given."""

    def write(a: Arguments) -> str:
        dim = a.get(1, "dim")
        if not isinstance(dim, int):
            raise Refused(f"{name} without one dimension cannot be expressed")
        return f"{a.operand(0)}.{name}({dim})" if method else f"qz::{name}({a.text(0)}, {dim})"

    return write


def _addmm(a: Arguments) -> str:
    if a.get(3, "beta", 1) != 1 or a.get(4, "alpha", 1) != 1:
        raise Refused("addmm with factors beta and alpha cannot be expressed")
    return f"qz::addmm({a.text(0)}, {a.text(1, 'mat1')}, {a.text(2, 'mat2')})"


def _embedding(a: Arguments) -> str:
    if a.get(3, "max_norm") is not None:
        raise Refused("max_norm cannot be expressed")
    return f"qz::embedding({a.text(0)}, {a.text(1, 'weight')})"


def _numbers_behind(method: str) -> Callable[[Arguments], str]:
    """A method whose further arguments are numbers by position."""

    def write(a: Arguments) -> str:
        if a.node.kwargs:
            raise Refused(f"arguments of {method} by name cannot be expressed; give them by position")
        return f"{a.operand(0)}.{method}({', '.join(a.value(x) for x in a.node.args[1:])})"

    return write


FUNCTIONS: dict[str, Callable[[Arguments], str]] = {
    "torch.cat": _joined("cat"),
    "torch.concat": _joined("concat"),
    "torch.concatenate": _joined("concatenate"),
    "torch.stack": _joined("stack"),
    "torch.permute": _permute_function("permute"),
    "torch.permute_copy": _permute_function("permute_copy"),
    "torch.squeeze": _along("squeeze", False),
    "torch.unsqueeze": _along("unsqueeze", False),
    "torch.addmm": _addmm,
    "torch.nn.functional.embedding": _embedding,
    "torch.flatten": _flatten,
    "torch.matmul": lambda a: f"qz::matmul({a.text(0)}, {a.text(1, 'other')})",
    "torch.nn.functional.adaptive_avg_pool2d": _adaptive_avg_pool2d,
    "torch.nn.functional.adaptive_avg_pool3d": _adaptive_avg_pool3d,
    "torch.nn.functional.pad": _pad,
    "torch.nn.functional.linear": _linear,
    "torch.conv1d": _conv("conv1d"),
    "torch.nn.functional.conv2d": _conv("conv2d"),
    "torch.nn.functional.conv3d": _conv("conv3d"),
    "operator.getitem": _item,
}
METHODS: dict[str, Callable[[Arguments], str]] = {
    "mean": _mean,
    "reshape": _reshape("reshape"),
    "view": _reshape("view"),
    "resize_": _reshape("resize_"),
    "squeeze": _along("squeeze", True),
    "squeeze_": _along("squeeze_", True),
    "unsqueeze": _along("unsqueeze", True),
    "unsqueeze_": _along("unsqueeze_", True),
    "permute": _permute,
    "transpose": _numbers_behind("transpose"),
    "flatten": _numbers_behind("flatten"),
    "size": _numbers_behind("size"),
    "contiguous": lambda a: f"{a.operand(0)}.contiguous()",
    "masked_fill": lambda a: f"{a.operand(0)}.masked_fill({a.text(1, 'mask')}, {a.text(2, 'value')})",
}


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
    if node.target not in FUNCTIONS:
        raise Refused("quantype has no such function")
    return FUNCTIONS[node.target](a)


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
