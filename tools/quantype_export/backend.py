# SPDX-License-Identifier: BSL-1.0
"""Writes a backend as a C++ type, from the JSON form of a table:

{"name": ..., "dtype_configs": [{"input": {"dtype": "quint8", "scale_min_lower_bound": null, ...}, "output": ...,
 "weight": ..., "bias_dtype": ..., "is_dynamic": ...}], "patterns": [{"pattern_tree": "torch.nn.Linear" or
 [last op, pattern of its first argument, ...], "observation_type": ..., "dtype_config_ids": [0], "root_module": ...}]}

backend_from_torch.py makes the same of a Python BackendConfig. Nothing here needs torch.
"""
import json
import re
from pathlib import Path
from typing import Any

from .files import write_all
from .problems import Problems, Refused
from .vocabulary import op_name

WIDTH = 110

Tree = Any  # "op", "*" or [op, tree, ...]

OBSERVATION = {
    "OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT": "",
    "OUTPUT_SHARE_OBSERVER_WITH_INPUT": "qb::shared",
    "INPUT_OUTPUT_NOT_OBSERVED": "qb::not_observed",
}
CONSTRAINTS = ("quant_min_lower_bound", "quant_max_upper_bound", "scale_min_lower_bound", "scale_max_upper_bound",
               "scale_exact_match", "zero_point_exact_match")
ENGINES = {"native": "fbgemm", "fbgemm": "fbgemm", "x86": "fbgemm", "onednn": "onednn"}
FOLDING = {"fuse_conv_bn": "conv_bn", "fuse_conv_bn_relu": "conv_bn_relu", "fuse_linear_bn": "linear_bn",
           "fuse_convtranspose_bn": "convtranspose_bn"}
WRAPS = re.compile(r"_fuse_conv_add(_relu)?_(left|right)")
FOLDS_AND_WRAPS = re.compile(r"_fuse_conv_bn_add(_relu)?_(left|right)|_fuse_linear_bn_leaky_relu")
GETTER = re.compile(r"_conv_(bn_)?add_(relu_)?(root_node|extra_inputs)_getter_(left|right)")


# What a row or dtype config may leave out.
ROW_DEFAULTS: dict[str, Any] = {
    "observation_type": "OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT", "dtype_config_ids": [], "root_module": None,
    "qat_module": None, "reference_quantized_module": None, "fused_module": None, "fuser_method": None,
    "num_tensor_args_to_observation_type": {}, "input_type_to_index": {}, "root_node_getter": None,
    "extra_inputs_getter": None,
}
CONFIG_DEFAULTS: dict[str, Any] = {"input": {"dtype": None}, "output": {"dtype": None}, "weight": {"dtype": None},
                                   "bias_dtype": None, "is_dynamic": None}


def complete(source: dict[str, Any]) -> dict[str, Any]:
    """A table with every key present."""
    return {
        "name": source.get("name", ""),
        "dtype_configs": [CONFIG_DEFAULTS | c for c in source.get("dtype_configs", [])],
        "patterns": [ROW_DEFAULTS | row for row in source["patterns"]],
    }


def forward_order(tree: Tree) -> list[str] | None:
    """The ops of a chain as they are executed, at most three; None for other trees."""
    ops: list[str] = []
    while isinstance(tree, list):
        if len(tree) != 2:
            return None
        ops.insert(0, tree[0])
        tree = tree[1]
    ops.insert(0, tree)
    return ops if len(ops) <= 3 and "*" not in ops else None


def pattern_text(tree: Tree) -> str:
    def written(t: Tree) -> str:
        if isinstance(t, list):
            return f"qz::tree<{', '.join(written(x) for x in t)}>"
        return "qz::match_all" if t == "*" else op_name(t)

    chain = forward_order(tree)
    return f"qb::on<{', '.join(op_name(op) for op in chain)}>" if chain else written(tree)


def path_of(tree: Tree) -> str:
    """How a problem names the pattern."""
    chain = forward_order(tree)
    return "pattern " + (", ".join(chain) if chain else json.dumps(tree))


# --- dtype configs ---------------------------------------------------------------------------------------------------


def number(x: float) -> str:
    return repr(float(x))


def dtype_text(d: dict[str, Any]) -> str | None:
    """`qz::dtype_with_constraints(qz::qint8).scale_min(...)`; None when nothing is asked."""
    values = [d.get(key) for key in CONSTRAINTS]
    low, high, scale_min, scale_max, scale, zero_point = values
    if d["dtype"] is None and all(v is None for v in values):
        return None
    text = f"qz::{d['dtype']}" if d["dtype"] else "qz::dtype::none"
    if all(v is None for v in values):
        return text
    text = f"qz::dtype_with_constraints({text})"
    if (low is None) != (high is None):
        raise Refused("only one bound of the quant range is set; give both")
    if (scale is None) != (zero_point is None):
        raise Refused("only one of scale_exact_match and zero_point_exact_match is set; give both")
    text += f".quant_range({low}, {high})" if low is not None else ""
    text += f".scale_min({number(scale_min)})" if scale_min is not None else ""
    text += f".scale_max({number(scale_max)})" if scale_max is not None else ""
    text += f".exactly({number(scale)}, {zero_point})" if scale is not None else ""
    return text


def dtype_config_name(c: dict[str, Any], taken: set[str]) -> str:
    """A name that says what the config holds: quint8_weight_qint8_dynamic."""
    given, result, weight = (c[role]["dtype"] for role in ("input", "output", "weight"))
    name = given or "any"
    name += f"_to_{result or 'any'}" if result != given else ""
    name += f"_weight_{weight}" if weight else ""
    name += "_dynamic" if c["is_dynamic"] else ""
    if any(c[role].get(key) is not None for role in ("input", "output", "weight") for key in CONSTRAINTS):
        name += "_constrained"
    result_name, count = name, 1
    while result_name in taken:
        count += 1
        result_name = f"{name}_{count}"
    taken.add(result_name)
    return result_name


def dtype_config_lines(c: dict[str, Any], name: str) -> list[str]:
    lines = [f"struct {name} : qz::dtype_config {{"]
    for role in ("input", "output", "weight"):
        text = dtype_text(c[role])
        if text is not None:
            line = f"    static constexpr qz::dtype_with_constraints {role}_dtype ="
            lines += [f"{line} {text};"] if len(line + text) < WIDTH else [line, f"        {text};"]
    if c["bias_dtype"] is not None:
        lines.append(f"    static constexpr qz::dtype bias_dtype = qz::{c['bias_dtype']};")
    if c["is_dynamic"] is not None:
        lines.append(f"    static constexpr qz::maybe<bool> is_dynamic = {'true' if c['is_dynamic'] else 'false'};")
    return lines + ["};"]


# --- rows ------------------------------------------------------------------------------------------------------------


def fuser_text(row: dict[str, Any]) -> str | None:
    method, fused = row["fuser_method"], row["fused_module"]
    if method is None:
        return None
    if method.startswith("sequential:"):
        return f"fusers::sequential<{op_name(method.removeprefix('sequential:'))}>"
    if method in FOLDING:
        return f"fusers::{FOLDING[method]}"
    if fused and WRAPS.fullmatch(method):
        return f"fusers::sequential<{op_name(fused)}>"
    if fused and FOLDS_AND_WRAPS.fullmatch(method):
        return f"fusers::fold_into<{op_name(fused)}>"
    raise Refused(f"the fuser {method} is a Python function; write it in C++ and add this pattern by hand")


def getter_text(row: dict[str, Any], kind: str, tree: str) -> str | None:
    name = row[f"{kind}_getter"]
    if name is None:
        return None
    if not GETTER.fullmatch(name):
        raise Refused(f"the getter {name} is a Python function; write it in C++ and add this pattern by hand")
    op = "nn::conv2d<>" if kind == "root_node" else "qz::match_all"
    return f"qz::property::{kind}_getter_is<qb::position_of<{tree}, {op}>>"


def observation_value(name: str) -> str:
    return "qz::observation_type::" + name.lower()


def row_text(row: dict[str, Any], config_names: list[str]) -> list[str]:
    """The template arguments of one row."""
    if row.get("lowering"):
        raise Refused(f"the kernel {row['lowering']} is C++; add this pattern by hand")
    tree = pattern_text(row["pattern_tree"])
    parts = [tree, f"qb::dtype_configs<{', '.join(config_names[i] for i in row['dtype_config_ids'])}>"]
    parts.append(OBSERVATION[row["observation_type"]])
    for count, value in row["num_tensor_args_to_observation_type"].items():
        parts.append(f"qz::property::observation_for_tensor_args<{count}, {observation_value(value)}>")
    for key, word in (("root_module", "root"), ("qat_module", "trained_as"),
                      ("reference_quantized_module", "reference_of"), ("fused_module", "fused")):
        if row[key] is not None:
            parts.append(f"qb::{word}<{op_name(row[key])}>")
    fuser = fuser_text(row)
    parts.append(f"qb::fused_by<{fuser}>" if fuser else "")
    places = row["input_type_to_index"]
    if places:
        positions = [places.get("weight", -1), places.get("bias", -1)] + ([places["input"]] if "input" in places else [])
        parts.append(f"qb::arguments<{', '.join(map(str, positions))}>")
    for kind in ("root_node", "extra_inputs"):
        parts.append(getter_text(row, kind, tree) or "")
    return [p for p in parts if p]


def wrapped(opening: str, parts: list[str], closing: str, indent: str) -> list[str]:
    """`opening part, part closing` over as few lines as fit."""
    lines = [indent + opening]
    for i, part in enumerate(parts):
        text = part + (closing if i + 1 == len(parts) else ",")
        room = "" if lines[-1].endswith("<") else " "
        if len(lines[-1]) + len(room + text) > WIDTH and not lines[-1].endswith("<"):
            lines.append(indent + " " * len(opening) + text)
        else:
            lines[-1] += room + text
    return lines


def backend_text(source: dict[str, Any], name: str, problems: Problems, namespace: str, title: str) -> str:
    """The header of a backend called `name`. What cannot be written is in `problems`."""
    source = complete(source)
    configs: list[str] = []
    taken: set[str] = {name}
    lines: list[str] = []
    for c in source["dtype_configs"]:
        configs.append(dtype_config_name(c, taken))
        try:
            lines += dtype_config_lines(c, configs[-1])
        except Refused as why:
            problems.add(f"dtype config {configs[-1]}", "constraints", why)
    lines += ["", "using patterns = qb::table<"]
    for i, row in enumerate(source["patterns"]):
        try:
            parts = row_text(row, configs)
        except Refused as why:
            problems.add(path_of(row["pattern_tree"]), refused_op(row), why)
            continue
        lines += wrapped("qb::row<", parts, ">" + ("," if i + 1 < len(source["patterns"]) else ">;"), "    ")
    engine = ENGINES.get(source["name"], "qnnpack")
    notes = "".join(f"// {note}.\n" for note in problems.notes)
    return (
        f"// {title}\n// clang-format off\n{notes}#pragma once\n#include <quantype/backend/common/conv_add.hpp>\n"
        "#include <quantype/backend/common/row.hpp>\n#include <quantype/model/vocabulary/op_lists.hpp>\n"
        "#include <quantype/model/vocabulary/quantization.hpp>\n\n"
        f"namespace {namespace} {{\n\nnamespace {name}_table {{\n\nnamespace qz = quantype;\n"
        "namespace qb = qz::backends;\nnamespace nn = qz::nn;\nnamespace fn = qz::fn;\nnamespace method = qz::method;\n"
        "namespace reference = qz::reference;\nnamespace fusers = qz::fusers;\n\n" + "\n".join(lines) +
        f"\n\n}}  // namespace {name}_table\n\n"
        f"/// {source['name']!r}: {len(source['patterns'])} patterns. The arithmetic is that of the engine {engine}.\n"
        f"struct {name} : decltype(quantype::backend_config<\"{source['name']}\">()\n"
        f"                             .set_engine<quantype::engine::{engine}>()\n"
        f"                             .set_backend_pattern_configs_of({name}_table::patterns{{}})) {{}};\n\n"
        f"}}  // namespace {namespace}\n"
    )


def refused_op(row: dict[str, Any]) -> str:
    """The first op of a row that has no C++ name, or the row's last op."""
    names: list[str] = []

    def collect(tree: Tree) -> None:
        for t in tree if isinstance(tree, list) else [tree]:
            collect(t) if isinstance(t, list) else names.append(t)

    collect(row["pattern_tree"])
    names += [row[k] for k in ("root_module", "qat_module", "reference_quantized_module", "fused_module") if row[k]]
    for op in names:
        try:
            op != "*" and op_name(op)
        except Refused:
            return op
    return names[0]


def export_backend(source: Any, path: str | Path, name: str = "", namespace: str = "exported") -> int:
    """Writes the header of a table (dict in JSON form, BackendConfig, or its to_dict()); gives the number of patterns."""
    problems = Problems()
    if not (isinstance(source, dict) and "patterns" in source):
        from .backend_from_torch import from_torch

        source = from_torch(source, problems)
    given = source.get("name", "")
    name = name or re.sub(r"\W", "_", given) or "backend"
    title = f"Written by quantype_export from the BackendConfig {given!r}."
    text = backend_text(source, name, problems, namespace, title)
    problems.raise_if_any()
    write_all({Path(path): text.encode()})
    return len(source["patterns"])
