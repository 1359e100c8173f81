# SPDX-License-Identifier: BSL-1.0
"""Reads a recorded graph: a list of torch.fx nodes, the shapes of parameters and values, and printed modules.

This side knows nothing of C++. `float_model` gives one case of a golden manifest (groups `models` and `tutorial`) as a
`Model`: the float graph, and everything that was recorded about its modules.
"""
import ast
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Shape = list[int]


class RecordError(Exception):
    """The record lacks something, or is not of the known schema; the message names the case and the node."""


@dataclass
class Node:
    """One node of a torch.fx graph. References to other nodes in `args` and `kwargs` are strings "%name"."""

    name: str
    op: str
    target: str
    args: list[Any]
    kwargs: dict[str, Any] = field(default_factory=dict)
    module: str = ""
    observer: dict[str, Any] | None = None

    def inputs(self) -> list[str]:
        """Names of the nodes that this one reads, in order."""
        found: list[str] = []

        def collect(x: Any) -> None:
            if isinstance(x, str) and x.startswith("%"):
                found.append(x[1:])
            elif isinstance(x, list):
                for item in x:
                    collect(item)
            elif isinstance(x, dict):
                for item in x.values():
                    collect(item)

        collect(self.args)
        collect(self.kwargs)
        return found


@dataclass
class PrintedModule:
    """A module as PyTorch prints it: class name, positional and named arguments that are plain values."""

    class_name: str
    args: list[Any]
    kwargs: dict[str, Any]


@dataclass
class Model:
    """A float model and what the record says about it."""

    name: str
    nodes: list[Node]
    params: dict[str, Shape]
    values: dict[str, Shape]
    printed: dict[str, PrintedModule]
    inputs: list[Shape]
    qconfig: dict[str, Any] | None = None
    mapping: str = ""
    fixed: list[str] = field(default_factory=list)
    trained: bool = False


# Modules that prepare makes of two; the second has no name of its own in a prepared graph.
FUSED = {
    "torch.ao.nn.intrinsic.ConvReLU1d": ("torch.nn.Conv1d", "torch.nn.ReLU"),
    "torch.ao.nn.intrinsic.ConvReLU2d": ("torch.nn.Conv2d", "torch.nn.ReLU"),
    "torch.ao.nn.intrinsic.ConvReLU3d": ("torch.nn.Conv3d", "torch.nn.ReLU"),
    "torch.ao.nn.intrinsic.LinearReLU": ("torch.nn.Linear", "torch.nn.ReLU"),
}


def read_nodes(entries: list[dict[str, Any]]) -> list[Node]:
    return [
        Node(e["name"], e["op"], e["target"], e["args"], e.get("kwargs", {}), e.get("module", ""), e.get("observer"))
        for e in entries
    ]


def read_printed(text: str) -> dict[str, PrintedModule]:
    """Modules by path, from the text of a printed GraphModule (the part before its forward)."""
    found: dict[str, PrintedModule] = {}
    path: list[str] = []
    for line in text.split("\n\n", 1)[0].splitlines()[1:]:
        match = re.fullmatch(r"( +)\((\w+)\): ([^(]+(?:\(Reference\))?)\((.*)", line)
        if not match:
            continue
        depth = len(match[1]) // 2
        path = path[: depth - 1] + [match[2]]
        if match[4].endswith(")"):
            found[".".join(path)] = printed_module(match[3], match[4][:-1])
    return found


def printed_module(class_name: str, arguments: str) -> PrintedModule:
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    try:
        call = ast.parse(f"f({arguments})", mode="eval").body
    except SyntaxError:
        return PrintedModule(class_name, args, kwargs)
    assert isinstance(call, ast.Call)
    for arg in call.args:
        args.append(_plain(arg))
    for keyword in call.keywords:
        if keyword.arg:
            kwargs[keyword.arg] = _plain(keyword.value)
    return PrintedModule(class_name, args, kwargs)


def _plain(expression: ast.expr) -> Any:
    try:
        return ast.literal_eval(expression)
    except ValueError:
        return None


def without_observers(nodes: list[Node]) -> list[Node]:
    """The graph with every observer call replaced by what it observes."""
    source = {n.name: n.args[0][1:] for n in nodes if n.observer}

    def follow(x: Any) -> Any:
        if isinstance(x, str) and x.startswith("%"):
            name = x[1:]
            while name in source:
                name = source[name]
            return "%" + name
        if isinstance(x, list):
            return [follow(item) for item in x]
        return x

    return [
        Node(n.name, n.op, n.target, follow(n.args), {k: follow(v) for k, v in n.kwargs.items()}, n.module)
        for n in nodes
        if not n.observer
    ]


def unfused(nodes: list[Node]) -> list[Node]:
    """Fused float modules as their parts. The second part's own name is not recorded: it gets one that is free."""
    taken = {n.name for n in nodes} | {n.target for n in nodes}
    result: list[Node] = []
    renamed: dict[str, str] = {}

    def follow(x: Any) -> Any:
        if isinstance(x, str) and x.startswith("%"):
            return "%" + renamed.get(x[1:], x[1:])
        return [follow(item) for item in x] if isinstance(x, list) else x

    for n in nodes:
        first, second = FUSED.get(n.module, (n.module, ""))
        kwargs = {k: follow(v) for k, v in n.kwargs.items()}
        result.append(Node(n.name, n.op, n.target, follow(n.args), kwargs, first))
        if second:
            name = "relu" if "relu" not in taken else n.name + "_relu"
            taken.add(name)
            result.append(Node(name, "call_module", name, ["%" + n.name], {}, second))
            renamed[n.name] = name
    return result


def fixed_targets(nodes: list[Node]) -> list[str]:
    """Targets (module classes, functions, methods) whose output an observer with fixed qparams watches."""
    by_name = {n.name: n for n in nodes}
    found: list[str] = []
    for n in nodes:
        if n.observer and n.observer["class"].startswith("FixedQParams"):
            watched = by_name[n.args[0][1:]]
            target = watched.module or watched.target
            if target not in found:
                found.append(target)
    return found


def read_manifest(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        return json.load(file)


def _shapes(tensors: dict[str, Any]) -> dict[str, Shape]:
    return {name: list(t["shape"]) for name, t in tensors.items() if isinstance(t, dict) and "shape" in t}


def float_model(group: str, case: dict[str, Any]) -> Model:
    """The float model of one case of a manifest."""
    prepared = read_nodes(case["prepared_graph"])
    if group == "models":
        values = _shapes(case["engines"]["qnnpack"]["values"])
        nodes = read_nodes(case["float_graph"])
        inputs = [list(case["batches"][-1]["shape"])]
        texts = [case["lowered_text"]]
    elif group == "tutorial":
        values = _shapes(case["engines"]["qnnpack"]["values"]["calibration"])
        nodes = unfused(without_observers(prepared))
        inputs = [list(case["calibration_input"]["shape"])]
        texts = [case["prepared_text"], case["converted_text"]]
    else:
        raise RecordError(f"group {group}: only models and tutorial hold whole models")
    printed: dict[str, PrintedModule] = {}
    for text in texts:
        printed.update(read_printed(text))
    placeholders = [n.name for n in nodes if n.op == "placeholder"]
    if len(placeholders) != len(inputs):
        raise RecordError(f"{case['case']}: {len(placeholders)} placeholders, {len(inputs)} recorded inputs")
    values.update(zip(placeholders, inputs))
    return Model(
        name=case["case"],
        nodes=nodes,
        params=_shapes(case["params"]),
        values=values,
        printed=printed,
        inputs=inputs,
        qconfig=case.get("global_qconfig"),
        mapping=case.get("mapping", ""),
        fixed=fixed_targets(prepared),
        trained=bool(case.get("qat", False)),
    )
