# SPDX-License-Identifier: BSL-1.0
"""Reads an nn.Module with torch.fx, each module's forward on its own, so that the model keeps the user's structure."""
import dis
import inspect
import operator
from typing import Any

import torch
import torch.fx

from .model import Leaf, Model, Module, Node, Ref, Sequence, Struct
from .modules import MODULES, module_text
from .problems import Problems, Refused
from .write_model import snake_case

# Operators that change their first operand, as functions and methods do whose names end in "_".
IN_PLACE = {"operator.iadd", "operator.imul"}
CONTAINERS = (torch.nn.Sequential, torch.nn.ModuleList)


def class_name(m: torch.nn.Module) -> str:
    """PyTorch's public name of a module's class: "torch.nn.Conv2d"."""
    home = type(m).__module__
    if home.startswith("torch.nn.modules."):
        return f"torch.nn.{type(m).__name__}"
    return f"{home}.{type(m).__qualname__}"


def _function_names() -> dict[Any, str]:
    """Public names of functions; the first place that has one names it."""
    names: dict[Any, str] = {}
    for place, prefix in ((operator, "operator"), (torch.nn.functional, "torch.nn.functional"), (torch, "torch")):
        for name in sorted(dir(place), key=lambda n: (n.startswith("_"), n)):
            function = getattr(place, name)
            if callable(function) and not inspect.isclass(function):
                try:
                    names.setdefault(function, f"{prefix}.{name}")
                except TypeError:  # not hashable
                    continue
    return names


FUNCTION_NAMES = _function_names()


def target_name(target: Any) -> str:
    if isinstance(target, str):
        return target
    if target in FUNCTION_NAMES:
        return FUNCTION_NAMES[target]
    return f"{getattr(target, '__module__', '?')}.{getattr(target, '__qualname__', target)}"


class Value(torch.fx.Proxy):
    """A proxy that `y, h = lstm(x)` can unpack: PyTorch 1.13 looks for the instruction at the wrong place in Python 3.11."""

    def __iter__(self):
        frame = inspect.currentframe()
        assert frame is not None and frame.f_back is not None
        for step in dis.get_instructions(frame.f_back.f_code):
            if step.offset == frame.f_back.f_lasti and step.opname == "UNPACK_SEQUENCE":
                return (self[i] for i in range(step.argval))
        return self.tracer.iter(self)


class OwnForward(torch.fx.Tracer):
    """Records the forward of one module; whatever it calls is a leaf."""

    def proxy(self, node: torch.fx.Node) -> torch.fx.Proxy:
        return Value(node, self)

    def is_leaf_module(self, m: torch.nn.Module, module_qualified_name: str) -> bool:
        return True


def is_in_turn(m: torch.nn.Module) -> bool:
    """A Sequential, or a class derived from it without a forward of its own."""
    return isinstance(m, torch.nn.Sequential) and type(m).forward is torch.nn.Sequential.forward


class Reader:
    """Turns a module tree into a model tree, and remembers which leaves are called."""

    def __init__(self, root: torch.nn.Module, problems: Problems) -> None:
        self.root = root
        self.problems = problems
        self.parameters: dict[str, torch.Tensor] = {}  # by state_dict name, in order
        self.seen: dict[int, str] = {}

    def module(self, m: torch.nn.Module, path: str, given: int = 1) -> Module:
        name = class_name(m)
        self._check_sharing(m, path)
        if name in MODULES:
            return self._leaf(m, path, name)
        if is_in_turn(m):
            return self._sequence(m, path)
        if name.startswith("torch.nn."):
            self.problems.add(path, name, "quantype has no module for this class")
            return Leaf("refused")
        return self._struct(m, path, given)

    def _check_sharing(self, m: torch.nn.Module, path: str) -> None:
        first = self.seen.setdefault(id(m), path)
        if first == path:
            return
        if next(m.parameters(), None) is not None:
            self.problems.add(path, class_name(m), f"is the same object as {first}; weights shared between modules of "
                              "different owners cannot be expressed")

    def _leaf(self, m: torch.nn.Module, path: str, name: str) -> Leaf:
        for key, value in [*m.named_parameters(recurse=False), *m.named_buffers(recurse=False)]:
            if key != "num_batches_tracked":
                self.parameters[f"{path}.{key}".lstrip(".")] = value
        try:
            return Leaf(module_text(name, m))
        except Refused as why:
            self.problems.add(path, name, why)
            return Leaf("refused")

    def _sequence(self, m: torch.nn.Module, path: str) -> Module:
        children = list(m.named_children())
        if any(key != str(i) for i, (key, _) in enumerate(children)):
            return self._named_sequence(m, path)
        if not children:
            self.problems.add(path, class_name(m), "a Sequential without modules cannot be expressed")
        return Sequence([self.module(child, f"{path}.{key}".lstrip(".")) for key, child in children])

    def _named_sequence(self, m: torch.nn.Module, path: str) -> Struct:
        """Sequential(OrderedDict(...)): a struct that calls its members in turn."""
        body, last = [Node("x", "placeholder", "x")], "x"
        members: dict[str, Module] = {}
        for key, child in m.named_children():
            members[key] = self.module(child, f"{path}.{key}".lstrip("."))
            body.append(Node(f"after_{key}", "call_module", key, [Ref(last)]))
            last = f"after_{key}"
        body.append(Node("output", "output", "output", [Ref(last)]))
        return Struct(type(m).__name__, path, members, body)

    def _struct(self, m: torch.nn.Module, path: str, given: int) -> Struct:
        try:
            graph = trace(m, given)
        except Exception as error:  # whatever the user's forward raises on a proxy
            self.problems.add(path, class_name(m), f"torch.fx cannot trace its forward: {_first_line(error)}")
            return Struct(type(m).__name__, path, {}, [])
        body = read_nodes(graph)
        for n in body:
            n.in_place |= n.op == "call_module" and getattr(m.get_submodule(n.target), "inplace", False)
        body = called_in_turn(m, body)
        return Struct(type(m).__name__, path, self._members(m, path, body), body)

    def _members(self, m: torch.nn.Module, path: str, body: list[Node]) -> dict[str, Module]:
        """Children and parameters that the forward uses, in the order of registration."""
        given = {n.target: len(n.args) for n in body if n.op == "call_module"}
        read = {n.target for n in body if n.op == "get_attr"}
        members: dict[str, Module] = {}
        for key, value in [*m.named_parameters(recurse=False), *m.named_buffers(recurse=False)]:
            if key in read:
                members[key] = Leaf(f"nn::parameter<{', '.join(map(str, value.shape))}>")
                self.parameters[f"{path}.{key}".lstrip(".")] = value
        for key, child in m._modules.items():
            full = f"{path}.{key}".lstrip(".")
            below = {t[len(key) + 1 :]: n for t, n in given.items() if t.startswith(key + ".")}
            if child is not None and key in given:
                members[key] = self._called(child, full, given[key])
            elif child is not None and below:
                members[key] = self._holder(child, full, below)
            elif child is not None:
                self.problems.note(f"{full} ({class_name(child)}) is not called by forward and left out")
        self._check_known(path, members, read | {t.split(".")[0] for t in given})
        return members

    def _called(self, child: torch.nn.Module, path: str, given: int) -> Module:
        if isinstance(child, torch.nn.ModuleList):  # see called_in_turn
            return Sequence([self.module(c, f"{path}.{i}") for i, c in enumerate(child)])
        return self.module(child, path, given)

    def _holder(self, m: torch.nn.Module, path: str, given: dict[str, int]) -> Module:
        """A module that only holds modules which its owner calls one by one."""
        if isinstance(m, CONTAINERS):
            self.problems.add(path, class_name(m), "its modules are called one by one; only a container whose modules "
                              "are called once, in turn, can be expressed; give them names of their own")
            return Leaf("refused")
        members: dict[str, Module] = {}
        for key, child in m._modules.items():
            below = {t[len(key) + 1 :]: n for t, n in given.items() if t.startswith(key + ".")}
            if key in given:
                members[key] = self._called(child, f"{path}.{key}", given[key])
            elif below:
                members[key] = self._holder(child, f"{path}.{key}", below)
        return Struct(type(m).__name__, path, members, [])

    def _check_known(self, path: str, members: dict[str, Module], used: set[str]) -> None:
        for name in sorted(used - set(members)):
            self.problems.add(path, name, "is read by forward and is neither a module nor a parameter of this one")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def trace(m: torch.nn.Module, given: int) -> torch.fx.Graph:
    """The graph of a module's own forward with `given` arguments; the others keep their defaults."""
    parameters = list(inspect.signature(type(m).forward).parameters.values())[1:]
    fixed = {p.name: p.default for p in parameters[given:] if p.default is not inspect.Parameter.empty}
    graph = OwnForward().trace(m, concrete_args=fixed or None)
    for unused in [n for n in graph.nodes if n.op == "placeholder"][given:]:
        _erase_with_users(graph, unused)
    return graph


def _erase_with_users(graph: torch.fx.Graph, node: torch.fx.Node) -> None:
    """Takes out an argument that keeps its default, and the assertions on it that torch.fx adds."""
    for user in list(node.users):
        _erase_with_users(graph, user)
    graph.erase_node(node)


def read_nodes(graph: torch.fx.Graph) -> list[Node]:
    """The nodes with names in place of classes and functions; x.shape[i] and x.size()[i] as x.size(i)."""
    sizes = {n for n in graph.nodes if _is_whole_size(n)}

    def plain(x: Any) -> Any:
        if isinstance(x, torch.fx.Node):
            return Ref(x.name)
        if isinstance(x, (list, tuple)):
            return [plain(item) for item in x]
        if isinstance(x, dict):
            return {k: plain(v) for k, v in x.items()}
        return x

    nodes: list[Node] = []
    for n in graph.nodes:
        if _is_item(n) and not n.users:
            continue  # `y, _ = lstm(x)`; conversion takes such a node out
        if n in sizes and all(_is_item(user) for user in n.users):
            continue
        if _is_item(n) and n.args[0] in sizes:
            nodes.append(Node(n.name, "call_method", "size", [plain(n.args[0].args[0]), n.args[1]]))
            continue
        kwargs = {k: plain(v) for k, v in n.kwargs.items() if k != "inplace"}
        target = target_name(n.target)
        changes = n.op in ("call_function", "call_method") and (target in IN_PLACE or target.endswith("_"))
        in_place = changes or bool(n.kwargs.get("inplace"))
        nodes.append(Node(n.name, n.op, target, plain(list(n.args)), kwargs, in_place))
    return nodes


def _is_whole_size(n: torch.fx.Node) -> bool:
    if n.op == "call_method":
        return n.target == "size" and len(n.args) == 1
    return n.op == "call_function" and n.target is getattr and n.args[1] == "shape"


def _is_item(n: torch.fx.Node) -> bool:
    return n.op == "call_function" and n.target is operator.getitem and isinstance(n.args[1], int)


def called_in_turn(m: torch.nn.Module, nodes: list[Node]) -> list[Node]:
    """Calls of all modules of a list (or Sequential), one after another, as one call of the list."""
    result = list(nodes)
    for holder in sorted({n.target.rpartition(".")[0] for n in nodes if n.op == "call_module"} - {""}):
        container = m.get_submodule(holder)
        if not isinstance(container, CONTAINERS):
            continue
        calls = [n for n in result if n.op == "call_module" and n.target.startswith(holder + ".")]
        expected = [f"{holder}.{i}" for i in range(len(container))]
        inputs = [n for n in result if n not in calls]
        chained = all(b.args == [Ref(a.name)] for a, b in zip(calls, calls[1:]))
        read_once = not any(a.name in n.inputs() for a in calls[:-1] for n in inputs)
        if [c.target for c in calls] != expected or not chained or not read_once:
            continue
        whole = Node(calls[-1].name, "call_module", holder, calls[0].args)
        result = [whole if n is calls[-1] else n for n in result if n not in calls[:-1]]
    return result


def read_model(m: torch.nn.Module, inputs: list[list[int]], name: str, problems: Problems) -> tuple[Model, dict[str, Any]]:
    """The model tree of a module in evaluation mode, and its parameters by state_dict name."""
    reader = Reader(m, problems)
    root = reader.module(m, "", len(inputs))
    if not isinstance(root, Struct):  # a bare Sequential or a single layer
        body = [Node("x", "placeholder", "x"), Node("y", "call_module", "model", [Ref("x")]),
                Node("output", "output", "output", [Ref("y")])]
        root = Struct(type(m).__name__, "", {"model": root}, body)
        reader.parameters = {f"model.{k}": v for k, v in reader.parameters.items()}
        problems.note("The model is one module: it is the member `model`, and weights are named after it")
    return Model(name or snake_case(type(m).__name__), inputs, root), reader.parameters


def tensor_entry(t: torch.Tensor) -> tuple[str, list[int], bytes]:
    """A tensor for files.safetensors; floats other than float64 as float32."""
    kinds = {torch.float64: "F64", torch.int8: "I8", torch.uint8: "U8", torch.int32: "I32", torch.int64: "I64"}
    t = t.detach().cpu().contiguous()
    if t.dtype not in kinds:
        t = t.to(torch.float32)
    return kinds.get(t.dtype, "F32"), list(t.shape), bytes(t.numpy().tobytes())
