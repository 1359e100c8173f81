# SPDX-License-Identifier: BSL-1.0
"""ONNX operators in PyTorch's vocabulary: each function turns one node into calls of modules, functions and methods.

`OPERATORS` is the set that is read. Every function takes the node and the body to write into, gives the result, and
raises Refused for a form of the operator that has no counterpart.
"""
import math
from typing import Any, Callable, Protocol

import numpy

from .model import Ref
from .onnx_graph import Op
from .problems import Refused


class Body(Protocol):
    """Where calls are written."""

    def value(self, op: Op, i: int = 0) -> Ref: ...
    def module(self, op: Op, cls: str, settings: dict[str, Any], parameters: dict[str, numpy.ndarray], x: Ref,
               turned: bool = False) -> Ref:
        """A call of a new module. Its first parameter comes from input 1 of the node, transposed where `turned`."""
        ...

    def bias_behind(self, op: Op) -> numpy.ndarray | None:
        """The vector that the only reader of the node adds; that reader is then part of the node."""
        ...

    def further_results(self, op: Op, results: dict[int, Ref]) -> None:
        """What the outputs of the node stand for, where it has several."""
        ...

    def function(self, target: str, *args: Any) -> Ref: ...
    def method(self, target: str, *args: Any) -> Ref: ...


def short(x: Any) -> float:
    """A float32 as the shortest decimal number that stands for it: 1e-05, not 9.99999974e-06."""
    return float(str(numpy.float32(x)))


# --- windows -----------------------------------------------------------------------------------------------------------


def _same_pads(op: Op, sizes: list[int], kernel: list[int], stride: list[int], dilation: list[int]) -> list[int]:
    """auto_pad SAME: the output has ceil(size / stride) positions; the odd one goes behind (UPPER) or before."""
    before, after = [], []
    for n, k, s, d in zip(sizes, kernel, stride, dilation):
        total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
        less, more = total // 2, total - total // 2
        upper = op.attribute("auto_pad") == "SAME_UPPER"
        before.append(less if upper else more)
        after.append(more if upper else less)
    return before + after


def _window(op: Op, kernel: list[int]) -> tuple[dict[str, Any], list[int]]:
    """kernel_size, stride and dilation; and the padding, before then after."""
    rank = len(kernel)
    stride = [int(s) for s in op.attribute("strides", [1] * rank)]
    dilation = [int(d) for d in op.attribute("dilations", [1] * rank)]
    pads = [int(p) for p in op.attribute("pads", [0] * 2 * rank)]
    if op.attribute("auto_pad", "NOTSET") in ("SAME_UPPER", "SAME_LOWER"):
        pads = _same_pads(op, op.shape()[2:], kernel, stride, dilation)
    return dict(kernel_size=tuple(kernel), stride=tuple(stride), dilation=tuple(dilation)), pads


def _symmetric(pads: list[int]) -> list[int] | None:
    half = len(pads) // 2
    return pads[:half] if pads[:half] == pads[half:] else None


def _padded(x: Ref, pads: list[int], to: Body) -> Ref:
    """A zero padding of its own, in torch.nn.functional.pad's order: last dimension first."""
    half = len(pads) // 2
    amounts = [p for d in reversed(range(half)) for p in (pads[d], pads[half + d])]
    return to.function("torch.nn.functional.pad", x, amounts)


def conv(op: Op, to: Body) -> Ref:
    weight = op.constant(1, "weight")
    rank = weight.ndim - 2
    if not 1 <= rank <= 3:
        raise Refused(f"a weight of {weight.ndim} dimensions")
    groups = int(op.attribute("group", 1))
    settings, pads = _window(op, list(weight.shape[2:]))
    x = to.value(op)
    padding = _symmetric(pads)
    if padding is None and rank == 2:
        padding = [pads[0], pads[2], pads[1], pads[3]]
    elif padding is None:
        x, padding = _padded(x, pads, to), [0] * rank
    parameters = {"weight": weight}
    if op.has(2):
        parameters["bias"] = op.constant(2, "bias")
    settings |= dict(in_channels=weight.shape[1] * groups, out_channels=weight.shape[0], groups=groups,
                     padding=tuple(padding), bias=parameters.get("bias"))
    return to.module(op, f"torch.nn.Conv{rank}d", settings, parameters, x)


def conv_transpose(op: Op, to: Body) -> Ref:
    weight = op.constant(1, "weight")
    rank = weight.ndim - 2
    groups = int(op.attribute("group", 1))
    settings, pads = _window(op, list(weight.shape[2:]))
    extra = [int(v) for v in op.attribute("output_padding", [0] * rank)]
    stretched = [s * (n - 1) + e + (k - 1) * d + 1 for n, k, s, d, e in
                 zip(op.shape()[2:], settings["kernel_size"], settings["stride"], settings["dilation"], extra)]
    wanted = op.attribute("output_shape")
    if wanted is None and op.attribute("auto_pad", "NOTSET").startswith("SAME"):
        wanted = [n * s for n, s in zip(op.shape()[2:], settings["stride"])]
    if wanted is not None:
        total = [s - int(w) for s, w in zip(stretched, list(wanted)[-rank:])]
        extra = [e + max(0, -t) for e, t in zip(extra, total)]
        upper = op.attribute("auto_pad") == "SAME_UPPER"
        less = [max(0, t) // 2 for t in total]
        more = [max(0, t) - a for t, a in zip(total, less)]
        pads = less + more if upper else more + less
    padding = _symmetric(pads)
    if padding is None:
        raise Refused(f"pads {pads}; a transposed convolution takes off as much before as behind")
    if any(e >= s for e, s in zip(extra, settings["stride"])) and any(extra):
        raise Refused(f"output_padding {extra} is not below the stride")
    parameters = {"weight": weight}
    if op.has(2):
        parameters["bias"] = op.constant(2, "bias")
    settings |= dict(in_channels=weight.shape[0], out_channels=weight.shape[1] * groups, groups=groups,
                     padding=tuple(padding), output_padding=tuple(extra), bias=parameters.get("bias"))
    return to.module(op, f"torch.nn.ConvTranspose{rank}d", settings, parameters, to.value(op))


def _pool(kind: str) -> Callable[[Op, Body], Ref]:
    def write(op: Op, to: Body) -> Ref:
        kernel = [int(k) for k in op.attribute("kernel_shape")]
        if len(kernel) not in (1, 2):
            raise Refused(f"a window of {len(kernel)} dimensions; pools have one or two here")
        if op.is_read(1):
            raise Refused("its indices are read; only the values can be expressed")
        settings, pads = _window(op, kernel)
        x = to.value(op)
        if len(kernel) == 1:  # (N, C, L) as (N, C, 1, L)
            settings = {key: (1, *value) for key, value in settings.items()}
            pads = [0, pads[0], 0, pads[1]]
            x = to.method("reshape", x, [*op.shape()[:2], 1, op.shape()[2]])
        top, left, bottom, right = pads
        settings["padding"] = (top, left) if (top, left) == (bottom, right) else (top, bottom, left, right)
        if kind == "Avg" and settings.pop("dilation") != (1, 1):
            raise Refused("dilations of an average pool cannot be expressed")
        settings["ceil_mode"] = bool(op.attribute("ceil_mode", 0))
        if kind == "Avg":
            settings["count_include_pad"] = bool(op.attribute("count_include_pad", 0)) or not any(pads)
        y = to.module(op, f"torch.nn.{kind}Pool2d", settings, {}, x)
        return y if len(kernel) == 2 else to.method("reshape", y, op.output_shape())

    return write


def global_average_pool(op: Op, to: Body) -> Ref:
    rank = len(op.shape())
    if rank == 4:
        return to.function("torch.nn.functional.adaptive_avg_pool2d", to.value(op), 1)
    return to.method("mean", to.value(op), list(range(2, rank)), True)


# --- products ----------------------------------------------------------------------------------------------------------


def _linear(op: Op, to: Body, x: Ref, weight: numpy.ndarray, bias: numpy.ndarray | None,
            turned: bool) -> Ref:
    """`weight` as PyTorch has it: (out, in)."""
    parameters = {"weight": weight} | ({} if bias is None else {"bias": bias})
    settings = dict(in_features=weight.shape[1], out_features=weight.shape[0], bias=bias)
    return to.module(op, "torch.nn.Linear", settings, parameters, x, turned)


def gemm(op: Op, to: Body) -> Ref:
    alpha, beta = op.attribute("alpha", 1.0), op.attribute("beta", 1.0)
    if not op.is_constant(1):
        if op.attribute("transA", 0):
            raise Refused("transA=1 of a product of two values")
        if alpha != 1.0 or op.attribute("transB", 0) or (op.has(2) and beta != 1.0):
            raise Refused("both factors are values of the graph, with alpha, beta or transB; only a plain product can "
                          "be expressed")
        y = to.function("torch.matmul", to.value(op, 0), to.value(op, 1))
        return to.function("operator.add", y, to.value(op, 2)) if op.has(2) else y
    weight = op.constant(1, "B")
    weight = weight if op.attribute("transB", 0) else numpy.ascontiguousarray(weight.T)
    if alpha != 1.0:
        weight = (numpy.float32(alpha) * weight).astype(numpy.float32)
    bias = None
    if op.has(2):
        bias = op.constant(2, "C")
        if bias.ndim == 2 and bias.shape[0] != 1:
            raise Refused("C differs from row to row; only one bias for each column can be expressed")
        bias = numpy.broadcast_to(bias.reshape(-1), (weight.shape[0],))
        bias = bias if beta == 1.0 else (numpy.float32(beta) * bias).astype(numpy.float32)
    x = to.value(op)
    x = to.method("transpose", x, 0, 1) if op.attribute("transA", 0) else x
    return _linear(op, to, x, weight, bias, not op.attribute("transB", 0))


def matmul(op: Op, to: Body) -> Ref:
    if op.is_constant(1) and op.constant(1, "factor").ndim == 2:
        bias = to.bias_behind(op)
        return _linear(op, to, to.value(op), numpy.ascontiguousarray(op.constant(1, "factor").T), bias, True)
    if min(len(op.shape(0)), len(op.shape(1))) < 2:
        raise Refused("a factor with one dimension; only matrices can be expressed")
    return to.function("torch.matmul", to.value(op, 0), to.value(op, 1))


# --- elementwise -------------------------------------------------------------------------------------------------------


def _check_old_broadcast(op: Op) -> None:
    axis = op.attribute("axis")
    if axis is not None and int(axis) % len(op.shape(0)) != len(op.shape(0)) - len(op.shape(1)):
        raise Refused(f"axis {axis} of an old opset; only broadcasting from the last dimension can be expressed")


def _scalar(op: Op, i: int) -> float:
    """A constant of one element that does not add dimensions to the other operand."""
    value = op.constant(i, "operand")
    if value.size != 1 or value.ndim > len(op.shape(1 - i)):
        raise Refused(f"a constant of shape {list(value.shape)} as operand; only one number can be expressed")
    return float(value.reshape(-1)[0])


def _binary(target: str) -> Callable[[Op, Body], Ref]:
    def write(op: Op, to: Body) -> Ref:
        _check_old_broadcast(op)
        values = [_scalar(op, i) if op.is_constant(i) else to.value(op, i) for i in (0, 1)]
        return to.function(target, *values)

    return write


def subtract(op: Op, to: Body) -> Ref:
    _check_old_broadcast(op)
    if op.is_constant(0):
        raise Refused("a constant from which is subtracted cannot be expressed")
    if op.is_constant(1):
        return to.function("operator.add", to.value(op), -_scalar(op, 1))
    return to.function("torch.sub", to.value(op, 0), to.value(op, 1))


def divide(op: Op, to: Body) -> Ref:
    _check_old_broadcast(op)
    if op.is_constant(0) or not op.is_constant(1):
        raise Refused("only a division by a number can be expressed")
    by = _scalar(op, 1)
    if by == 0 or abs(math.frexp(by)[0]) != 0.5:
        raise Refused(f"a division by {by}; only one by a power of two is exactly a product")
    return to.function("operator.mul", to.value(op), 1.0 / by)


def total(op: Op, to: Body) -> Ref:
    y = to.value(op, 0)
    if len(op.node.inputs) == 1:
        return to.module(op, "torch.nn.Identity", {}, {}, y)
    for i in range(1, len(op.node.inputs)):
        y = to.function("operator.add", y, to.value(op, i))
    return y


def _function(target: str) -> Callable[[Op, Body], Ref]:
    return lambda op, to: to.function(target, to.value(op))


def _module(cls: str) -> Callable[[Op, Body], Ref]:
    return lambda op, to: to.module(op, cls, {}, {}, to.value(op))


def _with_number(cls: str, attribute: str, usual: float, setting: str) -> Callable[[Op, Body], Ref]:
    return lambda op, to: to.module(op, cls, {setting: short(op.attribute(attribute, usual))}, {}, to.value(op))


def hard_sigmoid(op: Op, to: Body) -> Ref:
    alpha, beta = op.attribute("alpha", 0.2), op.attribute("beta", 0.5)
    if numpy.float32(alpha) != numpy.float32(1 / 6) or beta != 0.5:
        raise Refused(f"alpha {short(alpha)}, beta {short(beta)}; PyTorch's hardsigmoid has 1/6 and 0.5")
    return to.module(op, "torch.nn.Hardsigmoid", {}, {}, to.value(op))


def clip(op: Op, to: Body) -> Ref:
    low, high = op.number(1, "min", None), op.number(2, "max", None)
    low = None if low is not None and low <= numpy.finfo(numpy.float32).min else low
    high = None if high is not None and high >= numpy.finfo(numpy.float32).max else high
    if (low, high) == (None, None):
        return to.module(op, "torch.nn.Identity", {}, {}, to.value(op))
    if (low, high) == (0, None):
        return to.function("torch.nn.functional.relu", to.value(op))
    if (low, high) == (0, 6):
        return to.module(op, "torch.nn.ReLU6", {}, {}, to.value(op))
    if low is not None and high is not None and float(low).is_integer() and float(high).is_integer():
        return to.module(op, "torch.nn.Hardtanh", dict(min_val=low, max_val=high), {}, to.value(op))
    bounds = [None if b is None else short(b) for b in (low, high)]
    return to.function("torch.clamp", to.value(op), *(bounds if high is not None else bounds[:1]))


def prelu(op: Op, to: Body) -> Ref:
    slope, x = op.constant(1, "slope"), op.shape()
    channels = x[1] if len(x) > 1 else 1
    old = op.graph.opset < 7 and slope.ndim == 1
    per_channel = slope.size == channels and (old or slope.ndim == len(x) - 1 and slope.shape[0] == channels
                                              or slope.ndim == len(x) and slope.shape[1] == channels)
    if slope.size != 1 and not per_channel:
        raise Refused(f"slopes of shape {list(slope.shape)}; only one, or one for each channel, can be expressed")
    return to.module(op, "torch.nn.PReLU", dict(num_parameters=slope.size), {"weight": slope.reshape(-1)}, to.value(op))


def softmax(op: Op, to: Body) -> Ref:
    rank = len(op.shape())
    axis = int(op.attribute("axis", 1 if op.graph.opset < 13 else -1)) % rank
    if op.graph.opset < 13 and math.prod(op.shape()[axis + 1 :]) != 1:
        raise Refused(f"axis {axis} of opset {op.graph.opset} joins all dimensions behind it")
    return to.module(op, "torch.nn.Softmax", dict(dim=axis), {}, to.value(op))


# --- norms -------------------------------------------------------------------------------------------------------------


def _channels(op: Op, rank: int) -> dict[str, Any]:
    if rank not in (3, 4, 5):
        raise Refused(f"an input of {rank} dimensions")
    return dict(num_features=op.shape()[1], eps=short(op.attribute("epsilon", 1e-05)))


def batch_norm(op: Op, to: Body) -> Ref:
    if op.attribute("training_mode", 0) or op.is_read(1) or not op.attribute("spatial", 1):
        raise Refused("training_mode=1, further outputs and spatial=0 cannot be expressed")
    rank = len(op.shape())
    names = ("weight", "bias", "running_mean", "running_var")
    parameters = {name: op.constant(1 + i, name) for i, name in enumerate(names)}
    settings = _channels(op, 3 if rank == 2 else rank) | dict(affine=True, track_running_stats=True)
    return to.module(op, f"torch.nn.BatchNorm{max(rank, 3) - 2}d", settings, parameters, to.value(op))


def instance_norm(op: Op, to: Body) -> Ref:
    rank = len(op.shape())
    parameters = {"weight": op.constant(1, "scale"), "bias": op.constant(2, "bias")}
    settings = _channels(op, rank) | dict(affine=True, track_running_stats=False)
    return to.module(op, f"torch.nn.InstanceNorm{rank - 2}d", settings, parameters, to.value(op))


def layer_norm(op: Op, to: Body) -> Ref:
    if op.is_read(1) or op.is_read(2):
        raise Refused("its mean or deviation is read; only the values can be expressed")
    shape = op.shape()
    shape = shape[int(op.attribute("axis", -1)) % len(shape) :]
    weight = numpy.broadcast_to(op.constant(1, "scale"), shape)
    bias = numpy.broadcast_to(op.constant(2, "bias"), shape) if op.has(2) else numpy.zeros(shape, numpy.float32)
    settings = dict(normalized_shape=shape, eps=short(op.attribute("epsilon", 1e-05)), elementwise_affine=True, bias=bias)
    return to.module(op, "torch.nn.LayerNorm", settings, {"weight": weight, "bias": bias}, to.value(op))


def dropout(op: Op, to: Body) -> Ref:
    if op.is_read(1) or op.number(2, "training_mode", False):
        raise Refused("its mask or its training mode cannot be expressed")
    return to.module(op, "torch.nn.Dropout", dict(p=op.number(1, "ratio", 0.5)), {}, to.value(op))


# --- shapes ------------------------------------------------------------------------------------------------------------


def reshaped(op: Op, to: Body) -> Ref:
    """Reshape, Squeeze, Unsqueeze: to the shape that inference gives."""
    if op.node.op == "Reshape" and op.graph.opset >= 5:
        op.constant(1, "shape")
    shape = op.output_shape()
    if not shape or 0 in shape:
        raise Refused(f"a result of shape {shape} cannot be expressed")
    return _to_shape(op, to, shape)


def _to_shape(op: Op, to: Body, shape: list[int]) -> Ref:
    given = op.shape()
    if len(given) > 2 and shape == [given[0], math.prod(given[1:])]:
        return to.function("torch.flatten", to.value(op), 1)
    return to.method("reshape", to.value(op), shape)


def flatten(op: Op, to: Body) -> Ref:
    shape, axis = op.shape(), int(op.attribute("axis", 1))
    axis = axis if axis >= 0 else axis + len(shape)
    return _to_shape(op, to, [math.prod(shape[:axis]), math.prod(shape[axis:])])


def transpose(op: Op, to: Body) -> Ref:
    usual = list(reversed(range(len(op.shape()))))
    return to.method("permute", to.value(op), *[int(p) for p in op.attribute("perm", usual)])


def concat(op: Op, to: Body) -> Ref:
    if len(op.node.inputs) > 16:
        raise Refused(f"{len(op.node.inputs)} values; cat takes 16")
    return to.function("torch.cat", [to.value(op, i) for i in range(len(op.node.inputs))], int(op.attribute("axis", 1)))


def pad(op: Op, to: Body) -> Ref:
    pads = op.numbers(1, "pads") or op.numbers(1, "paddings") or []
    if op.attribute("mode", "constant") != "constant" or op.number(2, "value", 0) != 0:
        raise Refused("only padding with zeros can be expressed")
    if op.has(3):
        raise Refused("axes of a Pad cannot be expressed")
    half = len(pads) // 2
    used = next((d for d in range(half) if pads[d] or pads[half + d]), half - 1)
    return _padded(to.value(op), pads[used:half] + pads[half + used :], to)


def reduce_mean(op: Op, to: Body) -> Ref:
    axes = op.numbers(1, "axes")
    keep = bool(op.attribute("keepdims", 1))
    axes = list(range(len(op.shape()))) if axes is None else axes
    if not keep and len(axes) == len(op.shape()):
        raise Refused("a result without dimensions cannot be expressed")
    return to.method("mean", to.value(op), axes, keep)


# --- parts and copies ----------------------------------------------------------------------------------------------------


def _part(x: Ref, axis: int, start: int, length: int, to: Body) -> Ref:
    if length < 1:
        raise Refused("a part without elements")
    return to.function("torch.narrow", x, axis, start, length)


def slices(op: Op, to: Body) -> Ref:
    starts, ends = op.numbers(1, "starts"), op.numbers(2, "ends")
    if starts is None or ends is None:
        raise Refused("its starts and ends are values of the graph; only constants can be expressed")
    shape, steps = op.shape(), op.numbers(4, "steps") or [1] * len(starts)
    axes = op.numbers(3, "axes") or list(range(len(starts)))
    y = to.value(op)
    for axis, start, end, step in zip(axes, starts, ends, steps):
        if step != 1:
            raise Refused(f"steps {steps}; only consecutive elements can be expressed")
        first, last, _ = slice(start, end).indices(shape[axis])
        y = _part(y, axis % len(shape), first, last - first, to)
    return y


def split(op: Op, to: Body) -> Ref:
    axis, shape = int(op.attribute("axis", 0)), op.shape()
    count = len(op.node.outputs)
    lengths = op.numbers(1, "split") or [shape[axis] // count] * count
    x, parts, start = to.value(op), [], 0
    for length in lengths:
        parts.append(_part(x, axis % len(shape), start, length, to))
        start += length
    to.further_results(op, dict(enumerate(parts)))
    return parts[0]


def tile(op: Op, to: Body) -> Ref:
    return to.method("repeat", to.value(op), *(int(n) for n in op.constant(1, "repeats").reshape(-1)))


def depth_to_space(op: Op, to: Body) -> Ref:
    if op.attribute("mode", "DCR") != "CRD":
        raise Refused("mode DCR; PyTorch's pixel_shuffle is mode CRD")
    return to.module(op, "torch.nn.PixelShuffle", dict(upscale_factor=int(op.attribute("blocksize"))), {}, to.value(op))


OPERATORS: dict[str, Callable[[Op, Body], Ref]] = {
    "Add": _binary("operator.add"),
    "AveragePool": _pool("Avg"),
    "BatchNormalization": batch_norm,
    "Clip": clip,
    "Concat": concat,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "DepthToSpace": depth_to_space,
    "Div": divide,
    "Dropout": dropout,
    "Elu": _with_number("torch.nn.ELU", "alpha", 1.0, "alpha"),
    "Flatten": flatten,
    "Gemm": gemm,
    "GlobalAveragePool": global_average_pool,
    "HardSigmoid": hard_sigmoid,
    "HardSwish": _module("torch.nn.Hardswish"),
    "Identity": _module("torch.nn.Identity"),
    "InstanceNormalization": instance_norm,
    "LayerNormalization": layer_norm,
    "LeakyRelu": _with_number("torch.nn.LeakyReLU", "alpha", 0.01, "negative_slope"),
    "MatMul": matmul,
    "MaxPool": _pool("Max"),
    "Mul": _binary("operator.mul"),
    "PRelu": prelu,
    "Pad": pad,
    "ReduceMean": reduce_mean,
    "Relu": _function("torch.nn.functional.relu"),
    "Reshape": reshaped,
    "Sigmoid": _function("torch.sigmoid"),
    "Sin": _function("torch.sin"),
    "Slice": slices,
    "Softmax": softmax,
    "Split": split,
    "Squeeze": reshaped,
    "Sub": subtract,
    "Sum": total,
    "Tanh": _function("torch.tanh"),
    "Tile": tile,
    "Transpose": transpose,
    "Unsqueeze": reshaped,
}

