# SPDX-License-Identifier: BSL-1.0
"""Writes a model as a C++ struct in quantype's vocabulary. This side reads no file."""
from typing import Any

import qconfig
from derive import Derived, parameter
from record import Model, Node, RecordError
from scopes import Scope, module_tree
from vocabulary import MODULES, NEGATIVE_RANGE, OPS, call_expression

KEYWORDS = set(
    "alignas alignof and asm auto bool break case catch char class concept const constexpr continue default delete do "
    "double else enum explicit export extern false float for forward friend goto if inline inputs int long mutable "
    "namespace new noexcept not nullptr operator or private protected public register requires return short signed "
    "sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void "
    "volatile while xor".split()
)


class StructWriter:
    """Writes the struct of one scope and, before its members, the structs of its containers."""

    def __init__(self, model: Model, derived: Derived) -> None:
        self.model = model
        self.derived = derived
        self.by_name = {n.name: n for n in model.nodes}

    def write(self, scope: Scope, name: str, indent: str = "") -> list[str]:
        inner = indent + "    "
        lines = [f"{indent}struct {name} {{"]
        if not scope.path:
            shapes = ", ".join(
                f"qz::{kind}<{', '.join(map(str, s))}>" for kind, s in zip(input_kinds(self.model), self.model.inputs)
            )
            lines.append(f"{inner}using inputs = qz::inputs<{shapes}>;")
        for key, member in scope.members.items():
            lines += self._member(key, member, inner)
        lines.append(f"{inner}QUANTYPE_MODULES({', '.join(scope.members)})")
        if not scope.path or scope.whole:
            lines += self._forward(scope, name, inner)
        lines.append(f"{indent}}};")
        return lines

    def _member(self, key: str, member: "Node | Scope", indent: str) -> list[str]:
        if key in KEYWORDS or not key.isidentifier():
            path = member.path if isinstance(member, Scope) else member.target
            raise RecordError(f"{self.model.name}: {path}: {key!r} cannot be the name of a C++ member")
        if isinstance(member, Node):
            return [f"{indent}{self._leaf(member)} {key};"]
        if member.numbered():
            return [f"{indent}{self._sequential(member)} {key};"]
        return self.write(member, key + "_type", indent) + [f"{indent}{key}_type {key};"]

    def _sequential(self, scope: Scope) -> str:
        parts = []
        for member in scope.members.values():
            if isinstance(member, Node):
                parts.append(self._leaf(member))
            elif member.numbered():
                parts.append(self._sequential(member))
            else:
                raise RecordError(f"{self.model.name}: {member.path}: a container of named modules inside a numbered "
                                  "one is not written yet")
        return f"qz::sequential<{', '.join(parts)}>"

    def _leaf(self, node: Node) -> str:
        if node.op == "get_attr":
            return f"nn::parameter<{', '.join(map(str, parameter(self.model, node, '')))}>"
        if node.module not in MODULES:
            raise RecordError(f"{self.model.name}: node {node.name} (call_module {node.target}): {node.module or '?'} "
                              "is not in the vocabulary")
        return MODULES[node.module](self.model, node, self.derived)

    def _forward(self, scope: Scope, name: str, indent: str) -> list[str]:
        taken = {name, *scope.members}
        local: dict[str, str] = {}

        def new_local(name: str) -> str:
            text = name
            while text in taken or text in KEYWORDS:
                text += "_out"
            taken.add(text)
            local[name] = text
            return text

        def value(x: Any) -> str:
            if isinstance(x, str) and x.startswith("%"):
                node = self.by_name[x[1:]]
                return self._access(scope, node.target) if node.op == "get_attr" else local[x[1:]]
            if isinstance(x, (int, float)) and not isinstance(x, bool):
                return repr(x)
            raise RecordError(f"{self.model.name}: the argument {x!r} cannot be expressed")

        placeholders = [n.name for n in self.model.nodes if n.op == "placeholder"] if not scope.path else [scope.source]
        head = ", ".join("auto " + new_local(p) for p in placeholders)
        lines = [f"{indent}constexpr auto forward({head}) const {{"]
        for step in scope.body:
            if isinstance(step, Scope):
                call = f"{self._access(scope, step.path)}({value('%' + step.source)})"
                lines.append(f"{indent}    const auto {new_local(step.result)} = {call};")
            elif step.op == "output":
                lines.append(f"{indent}    return {self._returned(step, value)};")
            elif step.op == "call_module":
                call = f"{self._access(scope, step.target)}({', '.join(value(a) for a in step.args)})"
                lines.append(f"{indent}    const auto {new_local(step.name)} = {call};")
            elif step.op != "placeholder":
                call = call_expression(self.model, step, value)
                lines.append(f"{indent}    const auto {new_local(step.name)} = {call};")
        if scope.path:
            lines.append(f"{indent}    return {local[scope.result]};")
        return lines + [f"{indent}}}"]

    @staticmethod
    def _access(scope: Scope, path: str) -> str:
        return path[len(scope.path) + 1 :] if scope.path else path

    @staticmethod
    def _returned(node: Node, value: Any) -> str:
        result = node.args[0]
        if not isinstance(result, list):
            return value(result)
        return f"qz::tuple({', '.join(value(r) for r in result)})"


def input_kinds(model: Model) -> list[str]:
    """Types of the inputs: indices where a table is looked up, true and false where a mask is, else float32."""
    kinds = []
    for name in (n.name for n in model.nodes if n.op == "placeholder"):
        readers = [n for n in model.nodes if name in n.inputs()]
        if any(n.module.startswith("torch.nn.Embedding") for n in readers):
            kinds.append("i64")
        elif any(n.target == "masked_fill" and n.args[1] == f"%{name}" for n in readers):
            kinds.append("boolean")
        else:
            kinds.append("f32")
    return kinds


def struct_text(model: Model, derived: Derived) -> str:
    """The struct of a model, named as the model is."""
    return "\n".join(StructWriter(model, derived).write(module_tree(model), model.name))


def mapping_text(model: Model) -> str:
    """The mapping of a model with a global QConfig: `<name>_mapping`."""
    if model.qconfig is None:
        raise RecordError(f"{model.name}: no global QConfig is recorded")
    everywhere = qconfig.qconfig(model.qconfig)
    text = f"    static constexpr auto value =\n        qz::qconfig_mapping().set_global({everywhere})"
    for target in model.fixed:
        if target not in OPS:
            raise RecordError(f"{model.name}: {target} has fixed qparams, but no word in the vocabulary")
        span = "neg1to1" if target in NEGATIVE_RANGE else "0to1"
        text += f"\n            .set_object_type<{OPS[target]}>(qz::default_fixed_qparams_range_{span}_qconfig)"
    return f"struct {model.name}_mapping {{\n{text};\n}};"


def header_text(model: Model, source: str) -> str:
    """A whole header: the model's struct and, where the record has a global QConfig, its mapping."""
    derived = Derived()
    struct = struct_text(model, derived)
    notes = "".join(f"// {note}.\n" for note in derived.notes)
    unused = sorted(set(model.params) - used_parameters(model))
    if unused:
        notes += f"// Recorded but not read by the graph: {', '.join(unused)}.\n"
    mapping = "\n\n" + mapping_text(model) if model.qconfig is not None else ""
    return (
        f"// Generated from {source}, case {model.name}. Do not edit.\n{notes}#pragma once\n"
        "#include <quantype/model/functional.hpp>\n#include <quantype/qconfig/qconfig_mapping.hpp>\n\n"
        "namespace recorded {\n\nnamespace qz = quantype;\nnamespace nn = qz::nn;\nnamespace fn = qz::fn;\n\n"
        f"{struct}{mapping}\n\n}}  // namespace recorded\n"
    )


def used_parameters(model: Model) -> set[str]:
    used = set()
    for node in model.nodes:
        if node.op in ("call_module", "get_attr"):
            used |= {p for p in model.params if p == node.target or p.rpartition(".")[0] == node.target}
    return used
