#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes the test cases of the golden group `graphs` from its manifest.

usage: golden_graphs.py MANIFEST OUTPUT.hpp

One C++ struct for each model that a case records as a float graph, the mapping that each case names with the edits that
belong to the model, and a list of cases. A manifest that is not there gives an empty list; a case that cannot be
expressed becomes one with the reason, which the test counts as a failure.
"""
import sys
from pathlib import Path
from typing import Any

from graph_record import graph_model
from record import Model, RecordError, read_manifest
from scopes import struct_lines

BACKENDS = ("native", "fbgemm", "qnnpack", "x86", "onednn", "executorch", "tensorrt")
# The mapping column of a case, for calibration and for training.
MAPPINGS = {
    "x86": ("qz::default_x86_mapping", "qz::default_qat_x86_mapping"),
    "fbgemm": ("qz::default_fbgemm_mapping", "qz::default_qat_fbgemm_mapping"),
    "qnnpack": ("qz::default_qnnpack_mapping", "qz::default_qat_qnnpack_mapping"),
    "onednn": ("qz::default_onednn_mapping", "qz::default_qat_onednn_mapping"),
    "sym": ("qz::symmetric_qnnpack_mapping", "qz::symmetric_qnnpack_qat_mapping"),
    "trt": ("graphs::tensorrt_mapping", "graphs::tensorrt_qat_mapping"),
}
# What the record calls "explicit": a mode that the model's name begins with.
MODES = {
    "dynamic_": "graphs::dynamic_mapping",
    "weight_only_": "graphs::weight_only_mapping",
    "fp16_": "graphs::float16_mapping",
}
# Edits of the mapping by model.
EDITS = {
    "module_name_none": '.set_module_name("b", qz::no_qconfig)',
    "module_name_regex": '.set_module_name_regex<qz::regex<"blk[01]">>(qz::no_qconfig)',
    "object_type_order": '.set_module_name_object_type_order<qz::fn::linear>("", 1, qz::no_qconfig)',
    "fused_parts_disagree": ".set_object_type<qz::nn::relu>(qz::no_qconfig)",
}
# Custom configs by model.
CUSTOM = {
    "quantized_io": ".set_input_quantized_indexes({0}).set_output_quantized_indexes({1})",
    "standalone_module": '.set_standalone_module_name("sub")',
}


def mapping_of(case: dict[str, Any]) -> str:
    if case["mapping"] in MAPPINGS:
        return MAPPINGS[case["mapping"]][1 if case.get("qat") else 0]
    for start, mapping in MODES.items():
        if case["mapping"] == "explicit" and case["model"].startswith(start):
            return mapping
    raise RecordError(f"{case['model']}: mapping {case['mapping']!r} is not known")


def model_lines(model: Model) -> list[str]:
    """The struct of a model, and what it is called with its custom config and mode."""
    lines = ["namespace recorded {", *struct_lines(model)]
    name = model.name
    if name in CUSTOM:
        value = f"qz::prepare_custom_config(){CUSTOM[name]}"
        lines.append(f"struct {name}_custom {{ static constexpr auto value = {value}; }};")
    text = f"qz::customized<{name}, {name}_custom>" if name in CUSTOM else name
    lines.append(f"using {name}_net = {f'qz::training<{text}>' if model.trained else text};")
    return lines + ["}  // namespace recorded", ""]


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


class Writer:
    """Collects the structs, the edited mappings and the list."""

    def __init__(self) -> None:
        self.structs: list[str] = []
        self.mappings: list[str] = []
        self.cases: list[str] = []
        self.refused: dict[str, str] = {}

    def add_models(self, cases: list[dict[str, Any]]) -> None:
        for case in cases:
            if "float_graph" not in case:
                continue
            try:
                self.structs += model_lines(graph_model(case))
            except (RecordError, KeyError, IndexError, TypeError, AttributeError) as error:
                self.refused[case["model"]] = f"{type(error).__name__}: {error}"

    def add_case(self, number: int, case: dict[str, Any], known: set[str]) -> None:
        name = case["model"]
        try:
            if name in self.refused:
                raise RecordError(self.refused[name])
            if name not in known:
                raise RecordError(f"{name}: no case records the float graph")
            if case["backend"] not in BACKENDS:
                raise RecordError(f"{name}: backend {case['backend']!r} is not known")
            mapping = mapping_of(case)
        except RecordError as error:
            print(f"golden_graphs.py: case {number} cannot be expressed: {error}", file=sys.stderr)
            self.cases.append(f"    cannot_express({number}, {quoted(str(error))}),")
            return
        if name in EDITS:
            edited = f"{name}_{case['backend']}_mapping"
            self.mappings.append(f"struct {edited} {{ static constexpr auto value = {mapping}::value{EDITS[name]}; }};")
            mapping = f"recorded::{edited}"
        backend = f"qz::backends::{case['backend']}"
        self.cases.append(f"    case_of<recorded::{name}_net, {backend}, {mapping}>({number}),")


def write(manifest: dict[str, Any]) -> str:
    writer = Writer()
    cases = manifest["cases"]
    writer.add_models(cases)
    known = {c["model"] for c in cases if "float_graph" in c}
    for number, case in enumerate(cases):
        writer.add_case(number, case, known)
    lines = [
        "// Generated from graphs/manifest.json. Do not edit.",
        "#pragma once",
        '#include "golden/generated/graph_setup.hpp"',
        "",
        "namespace recorded {",
        "namespace qz = quantype;",
        "namespace nn = qz::nn;",
        "}  // namespace recorded",
        "",
        *writer.structs,
        "namespace recorded {",
        *writer.mappings,
        "}  // namespace recorded",
        "",
        "namespace graphs {",
        "inline std::vector<graph_case> all_cases() {",
        "    return {",
        *writer.cases,
        "    };",
        "}",
        "}  // namespace graphs",
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    path, output = Path(arguments[1]), Path(arguments[2])
    manifest: dict[str, Any] = read_manifest(path) if path.exists() else {"cases": []}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(write(manifest), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
