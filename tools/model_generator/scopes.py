# SPDX-License-Identifier: BSL-1.0
"""The exporter's tree of modules behind a flat graph, and which containers can be called as a whole.

A recorded graph is flat: containers show only in the module paths. A container whose calls stand together, read one
value from outside and give one value to the outside becomes a struct with a `forward` of its own; any other one becomes
a struct whose members are called from outside. Children that are numbered (torch.nn.Sequential) need the first kind.
"""
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from derive import attributes, parameter
from record import Model, Node, RecordError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from quantype_export import model as tree  # noqa: E402
from quantype_export.modules import module_text  # noqa: E402
from quantype_export.problems import CannotExport, Problems, Refused  # noqa: E402
from quantype_export.write_model import HeaderWriter  # noqa: E402


@dataclass
class Scope:
    """A container: members in order of their first use, each a node (leaf module or parameter) or another container."""

    path: str
    members: dict[str, "Node | Scope"] = field(default_factory=dict)
    body: list["Node | Scope"] = field(default_factory=list)  # steps of its forward, when it is called as a whole
    source: str = ""  # node read from outside
    result: str = ""  # node that the outside reads
    whole: bool = False

    def numbered(self) -> bool:
        return bool(self.members) and all(name.isdigit() for name in self.members)


def owns_module(node: Node) -> bool:
    return node.op in ("call_module", "get_attr")


def module_tree(model: Model) -> Scope:
    """The tree of the model's modules; the top scope's body is the whole graph."""
    top = Scope("")
    for node in model.nodes:
        if owns_module(node):
            _insert(top, node, model)
    _divide(top, [n for n in model.nodes if n.op != "get_attr"], model)
    return top


def _insert(top: Scope, node: Node, model: Model) -> None:
    scope = top
    parts = node.target.split(".")
    for i, part in enumerate(parts[:-1]):
        child = scope.members.setdefault(part, Scope(".".join(parts[: i + 1])))
        if not isinstance(child, Scope):
            raise RecordError(f"{model.name}: {node.name}: {child.target} is a module and holds modules")
        scope = child
    scope.members.setdefault(parts[-1], node)


def _divide(scope: Scope, nodes: list[Node], model: Model) -> None:
    """Fills the body of a scope: its own nodes, and whole containers in place of theirs."""
    scope.body = list(nodes)
    for member in scope.members.values():
        if isinstance(member, Scope):
            _collapse(scope, member, model)


def _collapse(scope: Scope, child: Scope, model: Model) -> None:
    inside = child.path + "."
    at = [i for i, s in enumerate(scope.body) if isinstance(s, Node) and owns_module(s) and s.target.startswith(inside)]
    steps = scope.body[at[0] : at[-1] + 1] if at else []
    run = [s for s in steps if isinstance(s, Node)]
    strangers = [s for s in run if owns_module(s) and not s.target.startswith(inside)]
    names = {n.name for n in run}
    sources = {i for n in run for i in n.inputs() if i not in names and not _is_parameter(model, i)}
    results = {i for n in model.nodes if n.name not in names for i in n.inputs() if i in names}
    targets = [n.target for n in run if n.op == "call_module"]
    child.whole = bool(run) and len(run) == len(steps) and not strangers and len(sources) == 1 and len(results) == 1
    child.whole = child.whole and len(targets) == len(set(targets))
    if child.whole:
        child.source, child.result = sources.pop(), results.pop()
        scope.body[at[0] : at[-1] + 1] = [child]
        _divide(child, run, model)
    else:
        for member in child.members.values():
            if isinstance(member, Scope):
                _collapse(scope, member, model)
    if child.numbered():
        _check_sequential(child, run, model)


def _is_parameter(model: Model, name: str) -> bool:
    return any(n.name == name and n.op == "get_attr" for n in model.nodes)


def _check_sequential(child: Scope, run: list[Node], model: Model) -> None:
    first = run[0].name if run else child.path
    if not child.whole or list(child.members) != [str(i) for i in range(len(child.members))]:
        raise RecordError(f"{model.name}: {first}: the modules of {child.path} are numbered but not called one after "
                          "another; this cannot be expressed")
    expected = child.source
    for step in child.body:
        if isinstance(step, Scope):
            source, result = step.source, step.result
        else:
            source, result = ",".join(step.inputs()), step.name
        if source != expected or (isinstance(step, Node) and step.op != "call_module"):
            raise RecordError(f"{model.name}: {result}: stands between the modules of {child.path}, which are numbered; "
                              "this cannot be expressed")
        expected = result


class TreeBuilder:
    """Scopes as the exporter's modules."""

    def __init__(self, model: Model, problems: Problems) -> None:
        self.model = model
        self.problems = problems

    def module(self, member: "Node | Scope") -> tree.Module:
        if isinstance(member, Scope):
            return self.sequence(member) if member.numbered() else self.struct(member)
        if member.op == "get_attr":
            return tree.Leaf(f"nn::parameter<{', '.join(map(str, parameter(self.model, member, '')))}>")
        try:
            return tree.Leaf(module_text(member.module, attributes(self.model, member, self.problems)))
        except Refused as why:
            self.problems.add(member.target, member.module or "?", why)
            return tree.Leaf("refused")

    def sequence(self, scope: Scope) -> tree.Sequence:
        return tree.Sequence([self.module(m) for m in scope.members.values()])

    def struct(self, scope: Scope) -> tree.Struct:
        members = {key: self.module(m) for key, m in scope.members.items()}
        name = scope.path.rpartition(".")[2] + "_type" if scope.path else self.model.name
        return tree.Struct(name, scope.path, members, self.body(scope) if scope.whole or not scope.path else [])

    def body(self, scope: Scope) -> list[tree.Node]:
        steps = [self.step(scope, s) for s in scope.body]
        read = {name for step in steps for name in step.inputs()}
        nodes = [tree.Node(n.name, "get_attr", self.inside(scope, n))
                 for n in self.model.nodes if n.op == "get_attr" and n.name in read]
        if scope.path:
            nodes.append(tree.Node(scope.source, "placeholder", scope.source))
            steps.append(tree.Node("output", "output", "output", [tree.Ref(scope.result)]))
        return nodes + steps

    def step(self, scope: Scope, step: "Node | Scope") -> tree.Node:
        if isinstance(step, Scope):
            return tree.Node(step.result, "call_module", self.inside(scope, step), [tree.Ref(step.source)])
        target = self.inside(scope, step) if owns_module(step) else step.target
        return tree.Node(step.name, step.op, target, references(step.args), references(step.kwargs))

    def inside(self, scope: Scope, x: "Node | Scope") -> str:
        path = x.path if isinstance(x, Scope) else x.target
        if scope.path and not path.startswith(scope.path + "."):
            raise RecordError(f"{self.model.name}: {scope.path} reads {path}, which is not its own")
        return path[len(scope.path) + 1 :] if scope.path else path


def references(x: Any) -> Any:
    """Arguments with Ref for "%name"."""
    if isinstance(x, str):
        return tree.Ref(x[1:]) if x.startswith("%") else x
    if isinstance(x, dict):
        return {k: references(v) for k, v in x.items()}
    return [references(item) for item in x] if isinstance(x, list) else x


def input_shapes(model: Model) -> list[list[int]]:
    """Indices where a table is looked up, a mask where one is taken, else float32."""
    shapes: list[list[int]] = []
    for name, shape in zip((n.name for n in model.nodes if n.op == "placeholder"), model.inputs):
        readers = [n for n in model.nodes if name in n.inputs()]
        if any(n.module.startswith("torch.nn.Embedding") for n in readers):
            shapes.append(tree.Indices(shape))
        elif any(n.target == "masked_fill" and n.args[1] == f"%{name}" for n in readers):
            shapes.append(tree.Mask(shape))
        else:
            shapes.append(shape)
    return shapes


def exported(model: Model, problems: Problems) -> tree.Model:
    """A recorded model as the exporter's."""
    root = TreeBuilder(model, problems).struct(module_tree(model))
    return tree.Model(model.name, input_shapes(model), root)


def struct_lines(model: Model) -> list[str]:
    """The struct of a recorded model, as the exporter writes it. Raises RecordError."""
    problems = Problems()
    lines = HeaderWriter(exported(model, problems), problems).struct_lines()
    try:
        problems.raise_if_any()
    except CannotExport as error:
        raise RecordError(f"{model.name}: {error}") from error
    return lines
