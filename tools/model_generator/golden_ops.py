#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes whole models for cases of the golden groups ops_gemm, ops_elementwise and ops_pool_norm.

usage: golden_ops.py GOLDEN_FOLDER OUTPUT.hpp

A case becomes a model of one op, as module or as function, and a line of the list that the test runs: planned, with the
case's scales and zero points, it must give the recorded codes. One case is taken for each op and form that differ in
their plan. Groups whose manifest is not there give nothing.
"""
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable

from record import RecordError, read_manifest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from quantype_export.model import Leaf, Model, Node, Ref, Struct  # noqa: E402
from quantype_export.modules import module_text  # noqa: E402
from quantype_export.problems import Problems  # noqa: E402
from quantype_export.write_model import HeaderWriter  # noqa: E402

Case = dict[str, Any]
# At most so many cases of an op; each costs about a second of compilation.
CASES_OF_AN_OP = {"conv_transpose2d": 3, "layer_norm": 2, "mean": 4, "interpolate": 2, "adaptive_avg_pool2d": 1}
F = "torch.nn.functional."


def shape_of(case: Case, key: str) -> list[int]:
    return case[key]["shape"]


class Form:
    """A model of one op: its members, its calls in order, and which of its parameters holds which recorded tensor."""

    def __init__(self, members: dict[str, str], calls: list[Node], parameters: dict[str, str]) -> None:
        self.members, self.calls, self.parameters = members, calls, parameters


def module(name: str, parameters: dict[str, str] | None = None, **attributes: Any) -> Form:
    text = module_text(f"torch.nn.{name}", SimpleNamespace(**attributes))
    return Form({"m": text}, [Node("result", "call_module", "m", [Ref("x")])],
                {f"m.{k}": v for k, v in (parameters or {}).items()})


def function(target: str, *args: Any, op: str = "call_function", **kwargs: Any) -> Form:
    return Form({}, [Node("result", op, target, [Ref("x"), *args], kwargs)], {})


def with_parameters(form: Form, shapes: dict[str, list[int]]) -> Form:
    """A function that reads parameters of the model, named as the recorded tensors are."""
    form.members = {name: f"nn::parameter<{', '.join(map(str, shape))}>" for name, shape in shapes.items()}
    form.calls = [Node(name, "get_attr", name) for name in shapes] + form.calls
    form.parameters = {name: name for name in shapes}
    return form


def then_relu(form: Form, case: Case) -> Form:
    if case["op"].endswith("_relu"):
        form.calls.append(Node("relu", "call_function", F + "relu", [Ref(form.calls[-1].name)]))
    return form


def parameters_of(case: Case) -> dict[str, str]:
    return {"weight": "weight"} | ({"bias": "bias"} if case.get("bias") else {})


def parameter_shapes(case: Case) -> dict[str, list[int]]:
    return {name: shape_of(case, name) for name in parameters_of(case)}


def bias_of(case: Case) -> Ref | None:
    return Ref("bias") if case.get("bias") else None


def transposed(case: Case) -> Form:
    w, a = shape_of(case, "weight"), case["attrs"]
    return module(f"ConvTranspose{len(w) - 2}d", parameters_of(case), in_channels=w[0], out_channels=w[1] * a["groups"],
                  kernel_size=w[2:], bias=bias_of(case),
                  **{k: a[k] for k in ("stride", "padding", "output_padding", "dilation", "groups")})


def functional_conv(case: Case) -> Form:
    name, a = case["op"].removesuffix("_relu"), case["attrs"]
    order = ("stride", "padding", "dilation", "groups")
    if name.startswith("conv_transpose"):
        order = ("stride", "padding", "output_padding", "groups", "dilation")
    call = function(F + name, Ref("weight"), bias_of(case), *(a[k] for k in order))
    return then_relu(with_parameters(call, parameter_shapes(case)), case)


def functional_linear(case: Case) -> Form:
    call = function(F + "linear", Ref("weight"), bias_of(case))
    return then_relu(with_parameters(call, parameter_shapes(case)), case)


def layer_norm(case: Case) -> Form:
    dims = case["attrs"]["normalized_shape"]
    if not case.get("weight"):
        return function(F + "layer_norm", dims)
    return module("LayerNorm", parameters_of(case), normalized_shape=dims, eps=1e-05, elementwise_affine=True, bias=True)


def functional_layer_norm(case: Case) -> Form:
    dims = case["attrs"]["normalized_shape"]
    call = function(F + "layer_norm", dims, Ref("weight"), Ref("bias"))
    return with_parameters(call, {"weight": dims, "bias": dims})


def instance_norm(case: Case) -> Form:
    x = shape_of(case, "x")
    return module(f"InstanceNorm{len(x) - 2}d", parameters_of(case), num_features=x[1], eps=1e-05, affine=True,
                  track_running_stats=False)


def functional_instance_norm(case: Case) -> Form:
    call = function(F + "instance_norm", weight=Ref("weight"), bias=Ref("bias"))
    return with_parameters(call, {"weight": shape_of(case, "x")[1:2], "bias": shape_of(case, "x")[1:2]})


def batch_norm(case: Case) -> Form:
    x = shape_of(case, "x")
    names = {"weight": "weight", "bias": "bias", "running_mean": "mean", "running_var": "var"}
    form = module(f"BatchNorm{len(x) - 2}d", names, num_features=x[1], eps=1e-05, affine=True, track_running_stats=True)
    if case["op"].endswith("_relu"):
        form.members["r"] = "nn::relu"
        form.calls.append(Node("r", "call_module", "r", [Ref("result")]))
    return form


def pool_module(case: Case) -> Form:
    kind, _, rank = case["op"].partition("_pool")
    sizes = {k: case["attrs"][k] for k in ("kernel_size", "stride", "padding")}
    return module(f"{kind.capitalize()}Pool{rank}", ceil_mode=False, **sizes)


def recorded(target: str, *keys: str, op: str = "call_function") -> Callable[[Case], Form]:
    """A call with attributes of the case as its arguments."""
    return lambda case: function(target, *(case["attrs"][k] for k in keys), op=op)


# The forms of each op; each is run.
FORMS: dict[str, list[Callable[[Case], Form]]] = {
    "linear": [functional_linear],
    "linear_relu": [functional_linear],
    "conv1d": [functional_conv],
    "conv1d_relu": [functional_conv],
    "conv2d_relu": [functional_conv],
    "conv3d": [functional_conv],
    "conv_transpose1d": [transposed, functional_conv],
    "conv_transpose2d": [transposed],
    "prelu": [lambda case: module("PReLU", {"weight": "weight"}, num_parameters=1)],
    "clamp": [recorded("torch.clamp", "min", "max")],
    "hardtanh": [recorded(F + "hardtanh", "min_val", "max_val")],
    "leaky_relu": [recorded(F + "leaky_relu", "negative_slope")],
    "elu": [recorded(F + "elu", "alpha")],
    "matmul": [lambda case: function("torch.matmul", Ref("y"))],
    "max_pool1d": [pool_module, recorded(F + "max_pool1d", "kernel_size", "stride", "padding")],
    "avg_pool3d": [pool_module, recorded(F + "avg_pool3d", "kernel_size", "stride", "padding")],
    "adaptive_avg_pool2d": [recorded(F + "adaptive_avg_pool2d", "output_size")],
    "mean": [recorded("mean", "dim", "keepdim", op="call_method")],
    "softmax": [lambda case: module("Softmax", dim=-1)],
    "layer_norm": [layer_norm, lambda case: functional_layer_norm(case) if case.get("weight") else layer_norm(case)],
    "instance_norm": [instance_norm, functional_instance_norm],
    "batch_norm2d_relu": [batch_norm],
    "batch_norm3d": [batch_norm],
    "batch_norm3d_relu": [batch_norm],
    "interpolate": [lambda case: function(F + "interpolate", case["attrs"]["size"], mode=case["attrs"]["mode"])],
    "pixel_shuffle": [lambda case: module("PixelShuffle", upscale_factor=case["attrs"]["upscale_factor"]),
                      recorded(F + "pixel_shuffle", "upscale_factor")],
}


def inputs_of(case: Case) -> list[str]:
    if "xs" in case:
        return []
    return ["a", "b"] if "a" in case else ["x"]


def model(name: str, case: Case, form: Form) -> list[str]:
    keys = inputs_of(case)
    extents = [shape_of(case, k) for k in keys]
    if case["op"] == "prelu":
        extents = [[1, *e] for e in extents]
    body = [Node(n, "placeholder", n) for n in ["x", "y"][: len(keys)]] + form.calls
    body.append(Node("output", "output", "output", [Ref(body[-1].name)]))
    problems = Problems()
    root = Struct(name, "", {member: Leaf(text) for member, text in form.members.items()}, body)
    lines = HeaderWriter(Model(name, extents, root), problems).struct_lines()
    if problems.found:
        raise RecordError(f"{name}: {problems.found[0]}")
    return lines


def write(folder: Path) -> str:
    structs: list[str] = []
    list_lines: list[str] = []
    for group in ("ops_gemm", "ops_elementwise", "ops_pool_norm"):
        path = folder / group / "manifest.json"
        taken: dict[str, int] = {}
        for number, case in enumerate(read_manifest(path)["cases"] if path.exists() else []):
            op = case["op"]
            taken[op] = taken.get(op, 0) + 1
            if op not in FORMS or taken[op] > CASES_OF_AN_OP.get(op, 1):
                continue
            for k, make in enumerate(FORMS[op]):
                form = make(case)
                name = f"{case['id']}_{k}"
                structs += model(name, case, form)
                pairs = ", ".join(f'{{"{p}", "{key}"}}' for p, key in form.parameters.items())
                names = ", ".join(f'"{n}"' for n in inputs_of(case))
                list_lines.append(f'    run.of<recorded::{name}>("{group}", {number}, {{{names}}}, {{{pairs}}});')
    lines = ["// Generated from the manifests of the ops groups. Do not edit.", "#pragma once",
             '#include "golden/generated/ops_setup.hpp"', "", "namespace recorded {", "namespace qz = quantype;",
             "namespace nn = qz::nn;", "", *structs, "}  // namespace recorded", "", "namespace planned {",
             "inline void run_all(runner& run) {", "    static_cast<void>(run);", *list_lines, "}",
             "}  // namespace planned", ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    output = Path(arguments[2])
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(write(Path(arguments[1])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
