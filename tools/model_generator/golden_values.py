#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes the tests of the values of a golden group (models or tutorial) from its manifest.

usage: golden_values.py GROUP MANIFEST OUTPUT_FOLDER [PARTS]

Writes <group>_<part>.hpp, the test cases of one program, for part 0 .. PARTS-1, and the header
models/<case>.hpp for each case. A manifest that is not there
gives tests that say so; a case that cannot be expressed gives a skipped case with the reason.
"""
import sys
from pathlib import Path
from typing import Any

from record import Model, RecordError, float_model, read_manifest
from scopes import exported

from quantype_export.mapping import observer_text
from quantype_export.problems import CannotExport, Problems, Refused
from quantype_export.vocabulary import op_name
from quantype_export.write_model import header_text

# The types of tests/golden/generated/setups.hpp and of the library that a manifest names.
BACKENDS = {
    "qnnpack": "quantype::backends::qnnpack",
    "x86": "quantype::backends::x86",
    "fbgemm": "quantype::backends::fbgemm",
    "onednn": "quantype::backends::onednn",
    "tutorial": "values::tutorial_backend",
}
MAPPINGS = {"custom": "values::tutorial_mapping", "default_x86": "values::default_x86_mapping"}
INCLUDES = {"qnnpack": "#include <quantype/backend/qnnpack.hpp>", "x86": "#include <quantype/backend/x86.hpp>",
            "fbgemm": "#include <quantype/backend/fbgemm.hpp>", "onednn": "#include <quantype/backend/onednn.hpp>",
            "tutorial": '#include "golden/generated/tutorial_setup.hpp"'}


# Fixed qparams by op: the range decides which of the two named QConfigs.
NEGATIVE_RANGE = {"torch.tanh", "torch.nn.Tanh"}


def mapping_text(model: Model, qconfig: dict[str, Any]) -> str:
    """The mapping of a model with a global QConfig: `<name>_mapping`."""
    try:
        observers = ",\n                ".join(observer_text(qconfig[role]) for role in ("activation", "weight"))
        rules = [f".set_object_type<qz::{op_name(target)}>(qz::default_fixed_qparams_range_"
                 f"{'neg1to1' if target in NEGATIVE_RANGE else '0to1'}_qconfig)" for target in model.fixed]
    except Refused as why:
        raise RecordError(f"{model.name}: the QConfig or an op with fixed qparams: {why}") from why
    text = "".join(f"\n            {rule}" for rule in rules)
    return (f"struct {model.name}_mapping {{\n    static constexpr auto value =\n        qz::qconfig_mapping().set_global("
            f"qz::qconfig{{\n                {observers}}}){text};\n}};\n")


def mapping_of(model: Model) -> str:
    if model.qconfig is not None:
        return f"recorded::{model.name}_mapping"
    if model.mapping not in MAPPINGS:
        raise RecordError(f"{model.name}: mapping {model.mapping!r} is not known")
    return MAPPINGS[model.mapping]


def model_header(model: Model, source: str) -> str:
    """A whole header: the model's struct and, where the record has a global QConfig, its mapping."""
    problems = Problems()
    tree = exported(model, problems)
    mapping = mapping_text(model, model.qconfig) if model.qconfig is not None else ""
    text = header_text(tree, f"Generated from {source}, case {model.name}. Do not edit.", problems, "recorded", mapping)
    problems.raise_if_any()
    return text


def case_lines(group: str, case: dict[str, Any], backend: str, folder: Path) -> tuple[list[str], list[str]]:
    """The include lines and the statements of one case."""
    name = case["case"]
    try:
        if backend not in BACKENDS:
            raise RecordError(f"{name}: backend {backend!r} is not known")
        model = float_model(group, case)
        mapping = mapping_of(model)
        (folder / "models" / f"{name}.hpp").write_text(model_header(model, f"{group}/manifest.json"), encoding="utf-8")
    except (RecordError, CannotExport, KeyError) as error:
        print(f"golden_values.py: {group}: case {name} is left out: {error}", file=sys.stderr)
        text = str(error).replace("\\", "\\\\").replace('"', '\\"')
        return [], [f'    t.skip("{name}", "{text}");']
    types = f"recorded::{name}, {BACKENDS[backend]}, {mapping}"
    return [f'#include "models/{name}.hpp"'], [f'    values::check_case<{types}>(g, "{name}", t);']


def write_part(group: str, manifest: dict[str, Any], folder: Path, part: int, parts: int) -> None:
    backend = manifest.get("backend", group)
    includes: list[str] = []
    statements: list[str] = []
    for i, case in enumerate(manifest["cases"]):
        if i % parts == part:
            more_includes, more_statements = case_lines(group, case, backend, folder)
            includes += more_includes
            statements += more_statements
    text = [
        f"// Generated from {group}/manifest.json. Do not edit.",
        "#pragma once",
        INCLUDES.get(backend, ""),
        *includes,
        '#include "golden/generated/value_case.hpp"',
        "",
        f'TEST_CASE("recorded values of {group}, part {part}", "[golden]") {{',
        f'    const support::golden_group g("{group}");',
        "    if (!support::available(g)) return;",
        "    values::totals t;",
        *statements,
        f'    t.report("{group}_values_{part}");',
        "}",
        "",
    ]
    (folder / f"{group}_{part}.hpp").write_text("\n".join(text), encoding="utf-8")


def main(arguments: list[str]) -> int:
    if len(arguments) not in (4, 5):
        print(__doc__, file=sys.stderr)
        return 2
    group, path, folder = arguments[1], Path(arguments[2]), Path(arguments[3])
    parts = int(arguments[4]) if len(arguments) == 5 else 1
    (folder / "models").mkdir(parents=True, exist_ok=True)
    manifest: dict[str, Any] = read_manifest(path) if path.exists() else {"cases": []}
    for part in range(parts):
        write_part(group, manifest, folder, part, parts)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
