# SPDX-License-Identifier: BSL-1.0
"""Shapes for a graph whose record gives none: inputs and parameters that every module and function accepts.

Modules print their sizes, but nothing says how large the inputs were. `complete` tries input shapes, smallest sizes
first, until a walk through the graph meets no contradiction, and writes them into the model.
"""
import itertools
from typing import Any

from record import Model, Node, RecordError, Shape

SIZES = (8, 6, 7, 5, 9, 10, 4, 12, 16, 3, 14, 20, 24, 28, 32, 2, 1)
ROWS = (2, 1, 3, 4, 5, 6, 8)
FEATURES = (4, 3, 6, 1, 2, 5, 8, 10, 12, 16)  # where nothing decides
RANKS = (4, 2, 3, 5)  # of an input that an elementwise op reads first


class Misfit(Exception):
    """These input shapes do not fit."""


def need(ok: bool) -> None:
    if not ok:
        raise Misfit


def spread(value: Any, rank: int) -> list[int]:
    return [int(v) for v in value] if isinstance(value, (list, tuple)) else [int(value)] * rank


def window(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil: bool = False) -> int:
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    need(room >= 0)
    return (room + stride - 1) // stride + 1 if ceil else room // stride + 1


def windows(x: Shape, rank: int, channels: int, kernel: Any, options: dict[str, Any]) -> Shape:
    need(len(x) == rank + 2)
    k = spread(kernel, rank)
    stride = spread(options.get("stride") or kernel, rank)
    padding, dilation = spread(options.get("padding", 0), rank), spread(options.get("dilation", 1), rank)
    ceil = bool(options.get("ceil_mode", False))
    return [x[0], channels] + [window(x[2 + i], k[i], stride[i], padding[i], dilation[i], ceil) for i in range(rank)]


def broadcast(a: Shape, b: Shape) -> Shape:
    n = max(len(a), len(b))
    wide_a, wide_b = [1] * (n - len(a)) + a, [1] * (n - len(b)) + b
    need(all(p == q or 1 in (p, q) for p, q in zip(wide_a, wide_b)))
    return [max(p, q) for p, q in zip(wide_a, wide_b)]


def count(x: Shape) -> int:
    total = 1
    for d in x:
        total *= d
    return total


def reshaped(x: Shape, sizes: list[int]) -> Shape:
    known = count([s for s in sizes if s != -1])
    need(known > 0 and count(x) % known == 0 and (-1 in sizes or count(x) == known))
    return [count(x) // known if s == -1 else s for s in sizes]


def flattened(x: Shape, start: int, end: int) -> Shape:
    start, end = start % len(x), end % len(x)
    return x[:start] + [count(x[start : end + 1])] + x[end + 1 :]


def reduced(x: Shape, dims: Any, keep: bool) -> Shape:
    gone = {d % len(x) for d in ([dims] if isinstance(dims, int) else dims)}
    return [1 if i in gone else d for i, d in enumerate(x) if keep or i not in gone]


class Walk:
    """One walk through the graph with given input shapes."""

    def __init__(self, model: Model, rows: int, size: int, features: int, rank: int) -> None:
        self.model = model
        self.rows = rows
        self.size = size
        self.features = features
        self.any_shape = [rows, features] + [size] * (rank - 2)
        self.shapes: dict[str, Shape] = {}
        self.numbers: dict[str, int] = {}
        self.by_name = {n.name: n for n in model.nodes}

    def run(self) -> None:
        for node in self.model.nodes:
            if node.op in ("placeholder", "get_attr", "output"):
                continue
            if node.op == "call_module":
                self.shapes[node.name] = self.module(node)
            else:
                self.shapes[node.name] = self.function(node)
        need(all(n.name in self.shapes for n in self.model.nodes if n.op in ("placeholder", "get_attr")))

    def shape(self, x: Any, unknown: Shape | None = None) -> Shape:
        """Shape of an argument; an input or parameter met for the first time gets `unknown`."""
        need(isinstance(x, str) and x.startswith("%"))
        if x[1:] not in self.shapes:
            need(unknown is not None and self.by_name[x[1:]].op in ("placeholder", "get_attr"))
            self.shapes[x[1:]] = list(unknown or [])
        return self.shapes[x[1:]]

    def image(self, x: Any, rank: int, channels: int) -> Shape:
        known = self.shape(x, [self.rows, channels] + [self.size] * rank)
        need(len(known) == rank + 2 and known[1] == channels)
        return known

    def module(self, node: Node) -> Shape:
        printed = self.model.printed.get(node.target)
        if printed is None:
            raise RecordError(f"{self.model.name}: {node.name}: module {node.target} is not printed")
        kind, args, kw = node.module.rsplit(".", 1)[-1], printed.args, printed.kwargs
        x = node.args[0]
        if kind in ("Conv1d", "Conv2d", "Conv3d"):
            rank = int(kind[4])
            return windows(self.image(x, rank, args[0]), rank, args[1], kw["kernel_size"], kw)
        if kind.startswith("ConvTranspose"):
            rank = int(kind[13])
            known = self.image(x, rank, args[0])
            k, s = spread(kw["kernel_size"], rank), spread(kw["stride"], rank)
            p, d = spread(kw.get("padding", 0), rank), spread(kw.get("dilation", 1), rank)
            o = spread(kw.get("output_padding", 0), rank)
            sizes = [(known[2 + i] - 1) * s[i] - 2 * p[i] + d[i] * (k[i] - 1) + o[i] + 1 for i in range(rank)]
            return [known[0], args[1]] + sizes
        if kind == "Linear":
            known = self.shape(x, [self.rows, kw["in_features"]])
            need(known[-1] == kw["in_features"])
            return known[:-1] + [kw["out_features"]]
        if kind in ("BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"):
            return self.image(x, int(kind[-2]), args[0])
        if kind == "BatchNorm1d":
            known = self.shape(x, [self.rows, args[0]])
            need(len(known) in (2, 3) and known[1] == args[0])
            return known
        if kind == "LayerNorm":
            last = list(args[0])
            known = self.shape(x, [self.rows] + last)
            need(known[-len(last) :] == last)
            return known
        if kind in ("MaxPool2d", "AvgPool2d"):
            known = self.shape(x, [self.rows, self.features, self.size, self.size])
            return windows(known, 2, known[1], kw["kernel_size"], kw)
        if kind == "AdaptiveAvgPool2d":
            known = self.shape(x, self.any_shape)
            return known[:2] + spread(kw.get("output_size", args[0] if args else 1), 2)
        if kind == "Flatten":
            return flattened(self.shape(x), kw.get("start_dim", 1), kw.get("end_dim", -1))
        if kind == "Embedding":
            return self.shape(x, [self.rows, self.size]) + [args[1]]
        if kind == "EmbeddingBag":
            return [self.shape(x, [self.rows, self.size])[0], args[1]]
        if kind in ("LSTM", "GRU"):
            known = self.shape(x, [self.size, self.rows, args[0]])
            need(len(known) == 3 and known[-1] == args[0])
            return known[:-1] + [args[1]]
        return self.shape(x, self.any_shape)

    def function(self, node: Node) -> Shape:
        name, args, kw = node.target.rsplit(".", 1)[-1], node.args, node.kwargs

        def argument(i: int, key: str, usual: Any = None) -> Any:
            return args[i] if len(args) > i else kw.get(key, usual)

        if name in ("add", "sub", "mul") and isinstance(args[1], str) and isinstance(args[0], str):
            known = [self.shapes[a[1:]] for a in args[:2] if a[1:] in self.shapes]
            usual = known[0] if known else self.any_shape
            return broadcast(self.shape(args[0], usual), self.shape(args[1], usual))
        if name == "masked_fill":
            known = self.shape(args[0], self.any_shape)
            self.shape(args[1], known)
            return known
        if name in ("add", "sub", "mul"):
            return self.shape(args[0] if isinstance(args[0], str) else args[1], self.any_shape)
        if name == "matmul":
            a = self.shape(args[0], [self.rows, self.size])
            b = self.shape(args[1], a[:-2] + [a[-1], self.features])
            need(len(a) == len(b) >= 2 and a[-1] == b[-2])
            return a[:-1] + b[-1:]
        if name == "linear":
            x = self.shape(args[0], [self.rows, self.features])
            w = self.shape(argument(1, "weight"), [self.features, x[-1]])
            need(len(w) == 2 and w[1] == x[-1])
            if argument(2, "bias") is not None:
                self.shape(argument(2, "bias"), w[:1])
            return x[:-1] + w[:1]
        if name in ("conv1d", "conv2d", "conv3d"):
            rank = int(name[4])
            x = self.shape(args[0], [self.rows, self.features] + [self.size] * rank)
            groups = int(argument(6, "groups", 1))
            w = self.shape(argument(1, "weight"), [self.features, x[1] // groups] + [3] * rank)
            if argument(2, "bias") is not None:
                self.shape(argument(2, "bias"), w[:1])
            options = {"stride": argument(3, "stride", 1), "padding": argument(4, "padding", 0),
                       "dilation": argument(5, "dilation", 1)}
            return windows(x, rank, w[0], w[2:], options)
        if name == "cat":
            parts = [self.shape(a, self.any_shape) for a in args[0]]
            dim = argument(1, "dim", 0)
            need(all(len(p) == len(parts[0]) for p in parts))
            need(all(p[:dim] + p[dim:][1:] == parts[0][:dim] + parts[0][dim:][1:] for p in parts))
            return parts[0][:dim] + [sum(p[dim] for p in parts)] + parts[0][dim:][1:]
        if name == "flatten":
            return flattened(self.shape(args[0]), argument(1, "start_dim", 0), argument(2, "end_dim", -1))
        if name == "mean":
            return reduced(self.shape(args[0]), argument(1, "dim"), bool(argument(2, "keepdim", False)))
        if name == "permute":
            dims = args[1] if isinstance(args[1], list) else args[1:]
            x = self.shape(args[0])
            need(len(dims) == len(x))
            return [x[d] for d in dims]
        if name == "transpose":
            x = list(self.shape(args[0]))
            x[args[1]], x[args[2]] = x[args[2]], x[args[1]]
            return x
        if name in ("reshape", "view"):
            sizes = args[1] if isinstance(args[1], list) else args[1:]
            return reshaped(self.shape(args[0]), [self.number(s) for s in sizes])
        if name == "size":
            self.numbers[node.name] = self.shape(args[0])[args[1]]
            return []
        return self.shape(args[0] if not isinstance(args[0], list) else args[0][0], self.any_shape)

    def number(self, x: Any) -> int:
        return self.numbers[x[1:]] if isinstance(x, str) else int(x)


def complete(model: Model) -> None:
    """Writes shapes of inputs and parameters into a model that has none."""
    for features, rank, rows, size in itertools.product(FEATURES, RANKS, ROWS, SIZES):
        walk = Walk(model, rows, size, features, rank)
        try:
            walk.run()
        except Misfit:
            continue
        model.values.update(walk.shapes)
        model.inputs = [walk.shapes[n.name] for n in model.nodes if n.op == "placeholder"]
        for n in model.nodes:
            if n.op == "get_attr":
                model.params[n.target] = walk.shapes[n.name]
        return
    raise RecordError(f"{model.name}: no input shape was found that the whole graph accepts")
