# SPDX-License-Identifier: BSL-1.0
"""Reads a case of the golden group `graphs`: a float graph and the printed modules, without shapes."""
import re
from typing import Any

import shapes
from record import Model, PrintedModule, RecordError, printed_module, read_nodes

# Parameters by class: name and shape, from the printed arguments.
CONVOLUTION = re.compile(r"Conv([123])d|ConvTranspose([123])d")


def printed_modules(entries: dict[str, str]) -> dict[str, PrintedModule]:
    """Modules by path; a container's children stand in the lines of its own print."""
    found: dict[str, PrintedModule] = {}
    for path, text in entries.items():
        lines = text.splitlines()
        if len(lines) == 1:
            _add(found, path, text)
            continue
        parents = [path]
        for line in lines[1:-1]:
            match = re.fullmatch(r"( +)\((\w+)\): (.*)", line)
            if match:
                depth = len(match[1]) // 2
                parents = parents[:depth] + [match[2]]
                _add(found, ".".join(parents), match[3])
    return found


def _add(found: dict[str, PrintedModule], path: str, text: str) -> None:
    match = re.fullmatch(r"([^(]+)\((.*)\)", text)
    if match:
        found[path] = printed_module(match[1], match[2])


def parameter_shapes(printed: dict[str, PrintedModule]) -> dict[str, list[int]]:
    """Shapes of weights and biases, which follow from the printed sizes."""
    params: dict[str, list[int]] = {}
    for path, module in printed.items():
        args, kw, kind = module.args, module.kwargs, module.class_name
        match = CONVOLUTION.fullmatch(kind)
        if match:
            groups = int(kw.get("groups", 1))
            first, second = (args[0], args[1]) if match[2] else (args[1], args[0])
            params[f"{path}.weight"] = [first, second // groups, *kw["kernel_size"]]
            if kw.get("bias", True):
                params[f"{path}.bias"] = [args[1]]
        elif kind == "Linear":
            params[f"{path}.weight"] = [kw["out_features"], kw["in_features"]]
            if kw.get("bias", True):
                params[f"{path}.bias"] = [kw["out_features"]]
        elif kind.startswith("BatchNorm"):
            params[f"{path}.weight"] = params[f"{path}.bias"] = [args[0]]
    return params


def graph_model(case: dict[str, Any]) -> Model:
    """The float model of a case that records its float graph."""
    if "float_graph" not in case:
        raise RecordError(f"{case['model']}: no record of this model holds its float graph")
    printed = printed_modules(case["float_modules"])
    model = Model(
        name=case["model"],
        nodes=read_nodes(case["float_graph"]),
        params=parameter_shapes(printed),
        values={},
        printed=printed,
        inputs=[],
        trained=bool(case.get("qat", False)),
    )
    shapes.complete(model)
    return model
