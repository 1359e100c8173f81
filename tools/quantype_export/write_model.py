# SPDX-License-Identifier: BSL-1.0
"""Writes a model as a C++ header: a struct for each of the user's classes, nested in the struct of the model."""
import re
from typing import Any

from .calls import MAX_VALUES, TAKE_PARAMETERS, call_text, integer_nodes, size_text
from .model import Indices, Leaf, Mask, Model, Module, Node, Ref, Sequence, Struct
from .problems import Problems, Refused
from .vocabulary import op_headers

WIDTH = 100
MAX_MEMBERS = 80  # QUANTYPE_MODULES
MAX_PARTS = 100  # sequential

KEYWORDS = set(
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t class compl concept const "
    "consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double "
    "dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace "
    "new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires "
    "return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true "
    "try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq".split()
)
# Names that a struct of ours has beside its members.
TAKEN = {"forward", "inputs", "qz", "nn", "fn"}


def snake_case(name: str) -> str:
    """BasicBlock -> basic_block, ResNet18 -> res_net18."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return re.sub(r"\W", "_", text)


def is_free_name(name: str) -> bool:
    return name.isidentifier() and name.isascii() and name not in KEYWORDS | TAKEN and not name.startswith("quantype_")


def member_names(module: Module) -> set[str]:
    """Names of all members below a module."""
    if isinstance(module, Sequence):
        return set().union(*(member_names(p) for p in module.parts))
    if isinstance(module, Struct):
        return set(module.members).union(*(member_names(m) for m in module.members.values()))
    return set()


class ForwardWriter:
    """The forward of one struct. The order of calls is PyTorch's: a result that only the next call reads is written
    into that call; every other one gets a name."""

    def __init__(self, struct: Struct, problems: Problems, indent: str) -> None:
        self.struct = struct
        self.problems = problems
        self.indent = indent
        self.by_name = {n.name: n for n in struct.body}
        self.taken = set(struct.members) | KEYWORDS | TAKEN
        self.texts: dict[str, str] = {}
        self.parameters: set[str] = set()
        self.integers = integer_nodes(struct.body)
        self.lines: list[str] = []

    def write(self) -> list[str]:
        head: list[str] = []
        steps = [n for n in self.struct.body if n.op != "placeholder"]
        read = {name for n in steps for name in n.inputs()}
        for n in self.struct.body:
            if n.op == "placeholder":
                self.texts[n.name] = self._local(n.name)
                head.append("auto " + self.texts[n.name] if n.name in read else "auto")
        for i, node in enumerate(steps):
            self._step(node, steps[i + 1 :])
        opening = f"{self.indent}constexpr auto forward({', '.join(head)}) const {{"
        if len(self.lines) == 1 and len(opening) + len(self.lines[0]) <= WIDTH:
            return [f"{opening} {self.lines[0].strip()} }}"]
        return [opening, *self.lines, self.indent + "}"]

    def _local(self, name: str) -> str:
        text = re.sub(r"\W", "_", name)
        while text in self.taken:
            text += "_out"
        self.taken.add(text)
        return text

    def _value(self, x: Any) -> str:
        if isinstance(x, Ref):
            return self.texts[x.name]
        if isinstance(x, (int, float)) and not isinstance(x, bool):
            return repr(x)
        raise Refused(f"the argument {x!r} cannot be expressed")

    def _step(self, node: Node, later: list[Node]) -> None:
        if node.op == "output":
            self.lines.append(f"{self.indent}    return {self._returned(node)};")
            return
        if node.op == "get_attr":
            self.texts[node.name] = node.target
            self.parameters.add(node.name)
            return
        try:
            self._check_parameters(node)
            self._check_in_place(node, later)
            text = size_text(node, self._value) if node.name in self.integers else self._expression(node)
        except Refused as why:
            kind = {"call_method": "method ", "call_module": "module "}.get(node.op, "")
            what = kind + node.target
            self.problems.add(self.struct.path, f"{what} ({node.name})", why)
            text = "refused"
        if self._is_read_next(node, later) and len(text) <= WIDTH - (16 if later[0].op == "output" else 40):
            self.texts[node.name] = text
        else:
            name = self._local(node.name)
            self.lines.append(f"{self.indent}    const auto {name} = {text};")
            self.texts[node.name] = name

    def _expression(self, node: Node) -> str:
        if node.op != "call_module":
            return call_text(node, self._value)
        if node.kwargs:
            raise Refused("a module is called with arguments by name; pass them by position")
        return f"{node.target}({', '.join(self._argument(a) for a in node.args)})"

    def _argument(self, x: Any) -> str:
        """An argument of a module; a pair is the state (h, c) of an LSTM."""
        if isinstance(x, (list, tuple)):
            return f"qz::tuple({', '.join(self._value(item) for item in x)})"
        return self._value(x)

    def _check_parameters(self, node: Node) -> None:
        if node.op == "call_function" and node.target.rpartition(".")[2] in TAKE_PARAMETERS:
            return
        for name in node.inputs():
            if name in self.parameters:
                raise Refused(f"reads the parameter {self.texts[name]}; only functional linear, convolutions, norms, addmm "
                              "and embedding take parameters")

    @staticmethod
    def _check_in_place(node: Node, later: list[Node]) -> None:
        """A value that PyTorch changes in place and reads again would be the old one here."""
        first = node.inputs()[0] if node.in_place and node.inputs() else ""
        again = [n.name for n in later if first in n.inputs()]
        if again:
            raise Refused(f"changes {first} in place, and {again[0]} reads it afterwards; give it a result of its own")

    def _is_read_next(self, node: Node, later: list[Node]) -> bool:
        """Whether the next call, and it alone and once, reads the result."""
        readers = [n for n in later if node.name in n.inputs()]
        if len(readers) != 1 or readers[0].inputs().count(node.name) != 1:
            return False
        return readers[0] is next(n for n in later if n.op != "get_attr")

    def _returned(self, node: Node) -> str:
        result = node.args[0]
        try:
            if isinstance(result, (list, tuple)):
                if len(result) > MAX_VALUES:
                    raise Refused(f"{len(result)} values; a model gives up to {MAX_VALUES}")
                return f"qz::tuple({', '.join(self._value(r) for r in result)})"
            return self._value(result)
        except Refused as why:
            self.problems.add(self.struct.path, "the returned value", why)
            return "refused"


def input_kind(shape: list[int]) -> str:
    return "i64" if isinstance(shape, Indices) else "boolean" if isinstance(shape, Mask) else "f32"


class HeaderWriter:
    """Structs by their content: two modules of the same class with the same members and forward share one."""

    def __init__(self, model: Model, problems: Problems) -> None:
        self.model = model
        self.problems = problems
        self.names: dict[tuple[str, str], str] = {}  # (class, content) -> name
        self.users: dict[str, list[str]] = {}
        self.structs: list[tuple[str, str, list[str]]] = []  # name, class, lines
        self.taken = {model.name} | member_names(model.root)

    def struct_lines(self) -> list[str]:
        body = self._content(self.model.root, "    ")
        lines = [f"struct {self.model.name} {{"]
        for name, class_name, content in self.structs:
            lines += [f"    // {class_name}: {', '.join(self.users[name])}", f"    struct {name} {{"]
            lines += ["    " + line for line in content] + ["    };", ""]
        shapes = ", ".join(f"qz::{input_kind(s)}<{', '.join(map(str, s))}>" for s in self.model.inputs)
        lines.append(f"    using inputs = qz::inputs<{shapes}>;")
        return lines + body + ["};"]

    def _content(self, struct: Struct, indent: str) -> list[str]:
        lines = []
        if len(struct.members) > MAX_MEMBERS and struct is not self.model.root:
            self.problems.add(struct.path, struct.class_name,
                              f"{len(struct.members)} members; QUANTYPE_MODULES takes {MAX_MEMBERS}")
        for key, member in struct.members.items():
            if not is_free_name(key):
                self.problems.add(f"{struct.path}.{key}".lstrip("."), "a member's name",
                                  f"{key!r} cannot name a member of a C++ struct")
            lines += self._member(key, member, indent)
        lines += self._listed(list(struct.members), indent)
        if struct.body:
            lines += ForwardWriter(struct, self.problems, indent).write()
        return lines

    @staticmethod
    def _listed(names: list[str], indent: str) -> list[str]:
        if len(names) > MAX_MEMBERS:  # of the model itself, which nothing calls
            visits = [f'{indent}    visitor(self.{name}, "{name}");' for name in names]
            return [f"{indent}// More members than QUANTYPE_MODULES takes.",
                    f"{indent}qz::detail::scope_number quantype_scope{{}};",
                    f"{indent}template <class Self, class Visitor>",
                    f"{indent}static constexpr void quantype_visit(Self& self, Visitor&& visitor) {{", *visits,
                    indent + "}"]
        lines = [indent + "QUANTYPE_MODULES(" + ("" if names else ")")]
        for i, name in enumerate(names):
            part = name + (", " if i + 1 < len(names) else ")")
            if len(lines[-1]) + len(part) > WIDTH:
                lines[-1] = lines[-1].rstrip()
                lines.append(indent + " " * len("QUANTYPE_MODULES("))
            lines[-1] += part
        return lines

    def _member(self, key: str, member: Module, indent: str) -> list[str]:
        text = self._type(member)
        if len(indent + text + key) + 2 <= WIDTH:
            return [f"{indent}{text} {key};"]
        lines = self._broken(member, indent)
        return lines[:-1] + [f"{lines[-1]} {key};"]

    def _type(self, module: Module) -> str:
        if isinstance(module, Leaf):
            return module.text
        if isinstance(module, Sequence):
            return f"qz::sequential<{', '.join(self._type(p) for p in module.parts)}>"
        return self._struct_name(module)

    def _broken(self, module: Module, indent: str) -> list[str]:
        """A type over several lines: a line for each part of a sequential that is short enough."""
        text = self._type(module)
        if not isinstance(module, Sequence) or len(indent + text) < WIDTH:
            return [indent + text]
        lines = [indent + "qz::sequential<"]
        for i, part in enumerate(module.parts):
            lines += self._broken(part, indent + "    ")
            lines[-1] += "," if i + 1 < len(module.parts) else ">"
        return lines

    def _struct_name(self, struct: Struct) -> str:
        content = self._content(struct, "    ")
        key = (struct.class_name, "\n".join(content))
        if key not in self.names:
            base = name = snake_case(struct.class_name)
            number = 1
            while not is_free_name(name) or name in self.users or name in self.taken:
                number += 1
                name = f"{base}_{number}"
            self.names[key] = name
            self.users[name] = []
            self.structs.append((name, struct.class_name, content))
        name = self.names[key]
        if struct.path not in self.users[name]:
            self.users[name].append(struct.path)
        return name


def count_parts(module: Module, path: str, problems: Problems) -> None:
    if isinstance(module, Sequence):
        if len(module.parts) > MAX_PARTS:
            problems.add(path, "Sequential", f"{len(module.parts)} modules; sequential takes {MAX_PARTS}")
        for i, part in enumerate(module.parts):
            count_parts(part, f"{path}.{i}", problems)
    elif isinstance(module, Struct):
        for key, member in module.members.items():
            count_parts(member, f"{path}.{key}".lstrip("."), problems)


def headers_for(text: str) -> list[str]:
    """What the structs include: where the modules, functions and methods that they name are declared."""
    used = {f"nn::{name}" for name in re.findall(r"\bnn::(\w+)", text)}
    used |= {f"fn::{name}" for name in re.findall(r"\bqz::(\w+)\(", text)}
    used |= {f"method::{name}" for name in re.findall(r"\.(\w+)\(", text)}
    used |= set(re.findall(r"\bqz::((?:fn|method)::\w+)>", text))
    used |= {"call"} if "qz::call<" in text else set()
    used |= {"fn::getitem"} if re.search(r"[\w)]\[\d+\]", text) else set()
    places = op_headers() | {"call": "quantype/model/call.hpp"}
    always = "quantype/model/functional.hpp"  # which includes the other two
    found = {places[name] for name in used if name in places}
    return sorted(found - {"quantype/model/nn/layers.hpp", "quantype/model/nn/activations.hpp"} | {always})


def header_text(model: Model, title: str, problems: Problems, namespace: str = "exported", mapping: str = "") -> str:
    """The whole header, with `mapping` behind the model. What could not be written is in `problems`; then the text is
    not to be used."""
    if not is_free_name(model.name):
        problems.add("", "the model's name", f"{model.name!r} cannot name a C++ struct")
    count_parts(model.root, "", problems)
    lines = HeaderWriter(model, problems).struct_lines()
    headers = headers_for("\n".join(lines)) + (["quantype/qconfig/qconfig_mapping.hpp"] if mapping else [])
    headers += ["quantype/model/custom_config.hpp"] if "prepare_custom_config" in mapping else []
    includes = "".join(f"#include <{h}>\n" for h in sorted(headers))
    notes = "".join(f"// {note}.\n" for note in problems.notes)
    return (
        f"// {title}\n{notes}#pragma once\n{includes}\nnamespace {namespace} {{\n\n"
        "namespace qz = quantype;\nnamespace nn = qz::nn;\n\n" + "\n".join(lines) + "\n\n" + (mapping + "\n" if mapping else "") +
        f"}}  // namespace {namespace}\n"
    )
