# SPDX-License-Identifier: BSL-1.0
"""The attributes of a recorded module, by their PyTorch names: the printed module first, then the shapes.

A prepared or lowered model prints the modules that are left; those that fusion swallowed print nothing, and their
numbers follow from the shapes of parameters and values. What the record cannot tell is PyTorch's default, and every
such choice becomes a note.
"""
from types import SimpleNamespace
from typing import Any

from record import Model, Node, RecordError

# Names of what PyTorch prints without one, and what it leaves out when it is
# the default, by the class without its "2d".
POSITIONAL = {
    "Conv": ("in_channels", "out_channels"),
    "ConvTranspose": ("in_channels", "out_channels"),
    "BatchNorm": ("num_features",),
    "InstanceNorm": ("num_features",),
    "LayerNorm": ("normalized_shape",),
    "Embedding": ("num_embeddings", "embedding_dim"),
    "EmbeddingBag": ("num_embeddings", "embedding_dim"),
    "LSTM": ("input_size", "hidden_size"),
    "GRU": ("input_size", "hidden_size"),
}
USUAL: dict[str, dict[str, Any]] = {
    "Conv": {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True},
    "ConvTranspose": {"stride": 1, "padding": 0, "dilation": 1, "output_padding": 0, "groups": 1, "bias": True},
    "Linear": {"bias": True},
    "BatchNorm": {"eps": 1e-05, "affine": True, "track_running_stats": True},
    "InstanceNorm": {"eps": 1e-05, "affine": False, "track_running_stats": False},
    "LayerNorm": {"eps": 1e-05, "elementwise_affine": True, "bias": True},
    "MaxPool": {"padding": 0, "dilation": 1, "ceil_mode": False},
    "AvgPool": {"padding": 0, "ceil_mode": False, "count_include_pad": True, "divisor_override": None},
    "AdaptiveAvgPool": {"output_size": 1},
    "Softmax": {"dim": -1},
    "Flatten": {"start_dim": 1, "end_dim": -1},
    "Dropout": {"p": 0.5},
    "LeakyReLU": {"negative_slope": 0.01},
    "ELU": {"alpha": 1.0},
    "PReLU": {"num_parameters": 1},
    "Embedding": {"max_norm": None},
    "EmbeddingBag": {"max_norm": None, "padding_idx": None, "include_last_offset": False, "mode": "sum"},
    "LSTM": {"bias": True},
    "GRU": {"bias": True},
}


def attributes(model: Model, node: Node, notes: Any) -> SimpleNamespace:
    """What quantype_export.modules reads of a module."""
    kind = node.module.rsplit(".", 1)[-1]
    family = kind[:-2] if kind[-2:] in ("1d", "2d", "3d") else kind
    found = dict(USUAL.get(family, {}))
    printed = model.printed.get(node.target) or model.printed.get(node.target + ".0")
    if printed:
        found |= dict(zip(POSITIONAL.get(family, ()), printed.args)) | printed.kwargs
    elif found and family not in ("Conv", "Linear", "MaxPool", "AvgPool"):
        notes.note(f"{node.target}: not printed; {found} are PyTorch's defaults")
    if family == "Conv":
        found |= _conv(model, node, found, int(kind[-2]), notes)
    elif family in ("MaxPool", "AvgPool") and "kernel_size" not in found:
        found |= _window(model, node, notes)
    elif family == "Linear":
        outputs, inputs = parameter(model, node, "weight")
        found |= {"in_features": inputs, "out_features": outputs, "bias": f"{node.target}.bias" in model.params}
    elif family == "BatchNorm":
        found["num_features"] = parameter(model, node, "weight")[0]
    if family in ("Conv", "ConvTranspose", "Linear") and not found["bias"]:
        found["bias"] = None
    return SimpleNamespace(**found)


def parameter(model: Model, node: Node, name: str) -> list[int]:
    full = f"{node.target}.{name}" if name else node.target
    if full not in model.params:
        raise RecordError(f"{model.name}: {node.name}: parameter {full} is not recorded")
    return model.params[full]


def _conv(model: Model, node: Node, found: dict[str, Any], rank: int, notes: Any) -> dict[str, Any]:
    weight = parameter(model, node, "weight")
    if len(weight) != rank + 2:
        raise RecordError(f"{model.name}: {node.name}: a weight of {len(weight)} dimensions for a {rank}-d convolution")
    more: dict[str, Any] = {"out_channels": weight[0], "kernel_size": weight[2:],
                            "bias": f"{node.target}.bias" in model.params}
    if "kernel_size" in found:
        return more | {"in_channels": weight[1] * int(found["groups"])}
    before, after = _shapes_around(model, node)
    if before is None or after is None:
        notes.note(f"{node.target}: neither printed nor its shapes recorded; stride 1, padding 0, one group")
        return more | {"in_channels": weight[1]}
    steps = [_step(before[2 + i], weight[2 + i], after[2 + i], model, node) for i in range(rank)]
    more |= {"stride": [s for s, _ in steps], "padding": [p for _, p in steps]}
    notes.note(f"{node.target}: not printed; stride {more['stride']} and padding {more['padding']} are the smallest "
               f"that take {before} to {after}")
    return more | {"in_channels": before[1], "groups": before[1] // weight[1]}


def _shapes_around(model: Model, node: Node) -> tuple[list[int] | None, list[int] | None]:
    """Shapes of a node's first input and of its value, where recorded."""
    inputs = node.inputs()
    return model.values.get(inputs[0]) if inputs else None, model.values.get(node.name)


def _step(size: int, kernel: int, result: int, model: Model, node: Node) -> tuple[int, int]:
    for stride in range(1, size + 1):
        for padding in range(kernel):
            if (size + 2 * padding - kernel) // stride + 1 == result:
                return stride, padding
    raise RecordError(f"{model.name}: {node.name}: no stride and padding take {size} to {result}")


def _window(model: Model, node: Node, notes: Any) -> dict[str, Any]:
    before, after = _shapes_around(model, node)
    if before is None or after is None or any(b % a for b, a in zip(before[2:], after[2:])):
        raise RecordError(f"{model.name}: {node.name}: the window of this pool is not recorded")
    kernel = [b // a for b, a in zip(before[2:], after[2:])]
    notes.note(f"{node.target}: not printed; window {kernel} and equal stride take {before} to {after}")
    return {"kernel_size": kernel, "stride": kernel}
