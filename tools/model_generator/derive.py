# SPDX-License-Identifier: BSL-1.0
"""Hyper-parameters of modules, from what a record holds: the printed module first, then the shapes.

A prepared or lowered model prints the modules that are left; those that fusion swallowed print nothing, and their
numbers follow from the shapes of parameters and values. What the record cannot tell is PyTorch's default, and every
such choice is written down in `notes`.
"""
from dataclasses import dataclass, field
from typing import Any

from record import Model, Node, RecordError


@dataclass
class Conv:
    """Sizes of a convolution; one number for each spatial dimension where there may be several."""

    inputs: int
    outputs: int
    kernel: list[int]
    stride: list[int]
    padding: list[int]
    dilation: list[int]
    groups: int
    bias: bool


@dataclass
class Derived:
    """What was derived for a model, with remarks on what was inferred."""

    notes: list[str] = field(default_factory=list)


def _list(value: Any, rank: int) -> list[int]:
    return [int(v) for v in value] if isinstance(value, (tuple, list)) else [int(value)] * rank


def source_shape(model: Model, node: Node) -> list[int] | None:
    """Shape of a node's first input, where recorded."""
    inputs = node.inputs()
    return model.values.get(inputs[0]) if inputs else None


def conv(model: Model, node: Node, rank: int, derived: Derived) -> Conv:
    weight = parameter(model, node, "weight")
    if len(weight) != rank + 2:
        raise RecordError(f"{model.name}: {node.name}: a weight of {len(weight)} dimensions for a {rank}-d convolution")
    bias = f"{node.target}.bias" in model.params
    kernel = weight[2:]
    printed = model.printed.get(node.target) or model.printed.get(node.target + ".0")
    if printed and "kernel_size" in printed.kwargs:
        k = printed.kwargs
        if isinstance(k.get("padding"), str) or k.get("padding_mode", "zeros") != "zeros":
            raise RecordError(f"{model.name}: {node.name}: padding {k.get('padding', k.get('padding_mode'))!r}")
        groups = int(k.get("groups", 1))
        return Conv(weight[1] * groups, weight[0], kernel, _list(k.get("stride", 1), rank),
                    _list(k.get("padding", 0), rank), _list(k.get("dilation", 1), rank), groups, bias)
    return _conv_from_shapes(model, node, weight, bias, derived)


def _conv_from_shapes(model: Model, node: Node, weight: list[int], bias: bool, derived: Derived) -> Conv:
    rank = len(weight) - 2
    before, after = source_shape(model, node), model.values.get(node.name)
    if before is None or after is None:
        derived.notes.append(f"{node.target}: neither printed nor its shapes recorded; stride 1, padding 0, one group")
        return Conv(weight[1], weight[0], weight[2:], [1] * rank, [0] * rank, [1] * rank, 1, bias)
    stride, padding = [], []
    for i in range(rank):
        s, p = _step(before[2 + i], weight[2 + i], after[2 + i], model, node)
        stride.append(s)
        padding.append(p)
    derived.notes.append(f"{node.target}: not printed; stride {stride} and padding {padding} are the smallest that "
                         f"take {before} to {after}")
    return Conv(before[1], weight[0], weight[2:], stride, padding, [1] * rank, before[1] // weight[1], bias)


def _step(size: int, kernel: int, result: int, model: Model, node: Node) -> tuple[int, int]:
    for stride in range(1, size + 1):
        for padding in range(kernel):
            if (size + 2 * padding - kernel) // stride + 1 == result:
                return stride, padding
    raise RecordError(f"{model.name}: {node.name}: no stride and padding take {size} to {result}")


def parameter(model: Model, node: Node, name: str) -> list[int]:
    full = f"{node.target}.{name}" if name else node.target
    if full not in model.params:
        raise RecordError(f"{model.name}: {node.name}: parameter {full} is not recorded")
    return model.params[full]


def printed_number(model: Model, node: Node, name: str, usual: Any, derived: Derived) -> Any:
    """A printed argument of a module, or PyTorch's default with a note."""
    printed = model.printed.get(node.target)
    if printed and name in printed.kwargs:
        return printed.kwargs[name]
    derived.notes.append(f"{node.target}: {name} is not printed; {usual}, PyTorch's default")
    return usual


def window(model: Model, node: Node, derived: Derived) -> dict[str, Any]:
    """Arguments of a pooling module."""
    printed = model.printed.get(node.target)
    if printed and "kernel_size" in printed.kwargs:
        k = printed.kwargs
        return {
            "kernel": _list(k["kernel_size"], 2),
            "stride": _list(k.get("stride") or k["kernel_size"], 2),
            "padding": _list(k.get("padding", 0), 2),
            "dilation": _list(k.get("dilation", 1), 2),
            "ceil_mode": bool(k.get("ceil_mode", False)),
            "count_include_pad": bool(k.get("count_include_pad", True)),
            "divisor_override": k.get("divisor_override"),
        }
    before, after = source_shape(model, node), model.values.get(node.name)
    if before is None or after is None or any(b % a for b, a in zip(before[2:], after[2:])):
        raise RecordError(f"{model.name}: {node.name}: the window of this pool is not recorded")
    kernel = [b // a for b, a in zip(before[2:], after[2:])]
    derived.notes.append(f"{node.target}: not printed; window {kernel} and equal stride take {before} to {after}")
    return {"kernel": kernel, "stride": kernel, "padding": [0, 0], "dilation": [1, 1], "ceil_mode": False,
            "count_include_pad": True, "divisor_override": None}
