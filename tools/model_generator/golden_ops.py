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
from typing import Any, Callable

from record import read_manifest

Case = dict[str, Any]
# At most so many cases of an op; each costs about a second of compilation.
CASES_OF_AN_OP = {"conv_transpose2d": 3, "layer_norm": 2, "mean": 4, "interpolate": 2, "adaptive_avg_pool2d": 1}


def numbers(values: Any) -> str:
    return ", ".join(str(v) for v in values)


def shape_of(case: Case, key: str) -> list[int]:
    return case[key]["shape"]


def attribute(case: Case, key: str) -> str:
    value = case["attrs"][key]
    return numbers(value if isinstance(value, list) else [value])


def braced(case: Case, key: str) -> str:
    return "{" + attribute(case, key) + "}"


class Form:
    """A model of one op: member declarations by name, the body of forward, and which parameter holds which tensor."""

    def __init__(self, members: dict[str, str], body: str, parameters: dict[str, str], extra: str = "") -> None:
        self.members, self.body, self.parameters, self.extra = members, body, parameters, extra


def module(declaration: str, parameters: dict[str, str] | None = None, body: str = "m(x)") -> Form:
    return Form({"m": declaration}, body, {f"m.{k}": v for k, v in (parameters or {}).items()})


def parameters_of(case: Case) -> dict[str, str]:
    return {"weight": "weight"} | ({"bias": "bias"} if case.get("bias") else {})


def transposed(case: Case) -> Form:
    w, rank = shape_of(case, "weight"), len(shape_of(case, "weight")) - 2
    groups = case["attrs"]["groups"]
    options = [f"nn::{o}<{attribute(case, o)}>" for o in ("stride", "padding", "output_padding", "dilation")]
    options += [f"nn::groups<{groups}>"] + ([] if case.get("bias") else ["nn::no_bias"])
    kernel = w[2] if rank == 1 else f"nn::extent({numbers(w[2:])})"
    return module(f"nn::conv_transpose{rank}d<{w[0]}, {w[1] * groups}, {kernel}, {', '.join(options)}>",
                  parameters_of(case))


def functional_conv(case: Case) -> Form:
    w = shape_of(case, "weight")
    name = case["op"].removesuffix("_relu")
    members = {"weight": f"nn::parameter<{numbers(w)}>"}
    bias = "nn::no_bias{}"
    if case.get("bias"):
        members["bias"], bias = f"nn::parameter<{case['bias']['shape'][0]}>", "bias"
    options = [braced(case, k) for k in ("stride", "padding")]
    groups = str(case["attrs"]["groups"])
    if name.startswith("conv_transpose"):
        options += [braced(case, "output_padding"), groups, braced(case, "dilation")]
    else:
        options += [braced(case, "dilation"), groups]
    call = f"qz::{name}(x, weight, {bias}, {', '.join(options)})"
    return Form(members, f"qz::relu({call})" if case["op"].endswith("_relu") else call, {k: k for k in members})


def functional_linear(case: Case) -> Form:
    members = {"weight": f"nn::parameter<{numbers(shape_of(case, 'weight'))}>"}
    if case.get("bias"):
        members["bias"] = f"nn::parameter<{case['bias']['shape'][0]}>"
    call = f"qz::linear(x, {', '.join(members)})"
    return Form(members, f"qz::relu({call})" if case["op"].endswith("_relu") else call, {k: k for k in members})


def layer_norm(case: Case) -> Form:
    dims = attribute(case, "normalized_shape")
    if case.get("weight"):
        return module(f"nn::layer_norm<{dims}>", parameters_of(case))
    return Form({}, f"qz::layer_norm(x, {{{dims}}})", {})


def instance_norm(case: Case) -> Form:
    x = shape_of(case, "x")
    return module(f"nn::instance_norm{len(x) - 2}d<{x[1]}, nn::affine>", parameters_of(case))


def functional_layer_norm(case: Case) -> Form:
    dims = attribute(case, "normalized_shape")
    members = {"weight": f"nn::parameter<{dims}>", "bias": f"nn::parameter<{dims}>"}
    return Form(members, f"qz::layer_norm(x, {{{dims}}}, weight, bias)", {k: k for k in members})


def functional_instance_norm(case: Case) -> Form:
    features = shape_of(case, "x")[1]
    members = {"weight": f"nn::parameter<{features}>", "bias": f"nn::parameter<{features}>"}
    return Form(members, "qz::instance_norm(x, weight, bias)", {k: k for k in members})


def batch_norm(case: Case) -> Form:
    x = shape_of(case, "x")
    members = {"m": f"nn::batch_norm{len(x) - 2}d<{x[1]}>"}
    body = "m(x)"
    if case["op"].endswith("_relu"):
        members["r"], body = "nn::relu", "r(m(x))"
    names = {"weight": "weight", "bias": "bias", "running_mean": "mean", "running_var": "var"}
    return Form(members, body, {f"m.{k}": v for k, v in names.items()})


def pool_module(case: Case) -> Form:
    options = [f"nn::stride<{attribute(case, 'stride')}>", f"nn::padding<{attribute(case, 'padding')}>"]
    return module(f"nn::{case['op']}<{attribute(case, 'kernel_size')}, {', '.join(options)}>")


def pool_function(case: Case) -> Form:
    sizes = ", ".join(attribute(case, k) for k in ("kernel_size", "stride", "padding"))
    return Form({}, f"qz::{case['op']}(x, {sizes})", {})


def mean(case: Case) -> Form:
    keep = "true" if case["attrs"]["keepdim"] else "false"
    return Form({}, f"x.mean({braced(case, 'dim')}, {keep})", {})


def call(op: str, *keys: str) -> Callable[[Case], Form]:
    return lambda case: Form({}, f"qz::call<qz::fn::{op}>(x{''.join(', ' + repr(case['attrs'][k]) for k in keys)})", {})


def given(text: str) -> Callable[[Case], Form]:
    return lambda case: Form({}, text.format(**{k: v if not isinstance(v, list) else numbers(v)
                                                for k, v in case["attrs"].items()}), {})


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
    "prelu": [lambda case: module("nn::prelu<>", {"weight": "weight"})],
    "clamp": [call("clamp", "min", "max")],
    "hardtanh": [call("hardtanh", "min_val", "max_val")],
    "leaky_relu": [call("leaky_relu", "negative_slope")],
    "elu": [call("elu", "alpha")],
    "matmul": [lambda case: Form({}, "qz::matmul(x, y)", {})],
    "max_pool1d": [pool_module, pool_function],
    "avg_pool3d": [pool_module, pool_function],
    "adaptive_avg_pool2d": [given("qz::adaptive_avg_pool2d(x, {output_size})")],
    "mean": [mean],
    "softmax": [lambda case: module("nn::softmax<-1>")],
    "layer_norm": [layer_norm, lambda case: functional_layer_norm(case) if case.get("weight") else layer_norm(case)],
    "instance_norm": [instance_norm, functional_instance_norm],
    "batch_norm2d_relu": [batch_norm],
    "batch_norm3d": [batch_norm],
    "batch_norm3d_relu": [batch_norm],
    "interpolate": [given('qz::interpolate(x, {{{size}}}, "{mode}")')],
    "pixel_shuffle": [lambda case: module(f"nn::pixel_shuffle<{case['attrs']['upscale_factor']}>"),
                      given("qz::pixel_shuffle(x, {upscale_factor})")],
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
    lines = [f"struct {name} {{",
             f"    using inputs = qz::inputs<{', '.join(f'qz::f32<{numbers(e)}>' for e in extents)}>;"]
    lines += [f"    {declaration} {member};" for member, declaration in form.members.items()]
    lines.append(f"    QUANTYPE_MODULES({', '.join(form.members)})")
    parameters = ", ".join(f"auto {n}" for n in ["x", "y"][: len(keys)])
    return lines + [f"    constexpr auto forward({parameters}) const {{ return {form.body}; }}", "};"]


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
