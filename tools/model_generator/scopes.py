# SPDX-License-Identifier: BSL-1.0
"""The tree of modules behind a flat graph, and which containers can be called as a whole.

A recorded graph is flat: containers show only in the module paths. A container whose calls stand together, read one
value from outside and give one value to the outside becomes a struct with a `forward` of its own; any other one becomes
a struct whose members are called from outside. Children that are numbered (torch.nn.Sequential) need the first kind.
"""
from dataclasses import dataclass, field

from record import Model, Node, RecordError


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
