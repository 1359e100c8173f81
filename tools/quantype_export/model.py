# SPDX-License-Identifier: BSL-1.0
"""A model between PyTorch and C++: a tree of modules, each with its own forward as a list of nodes.

Nodes are those of torch.fx, with classes and functions by their dotted names. Nothing here needs torch.
"""
from dataclasses import dataclass, field
from typing import Any, Union


@dataclass(frozen=True)
class Ref:
    """The result of another node, as an argument."""

    name: str


@dataclass
class Node:
    """One node of a forward. `target` is a member's path, or a dotted name such as "torch.cat" or "view"."""

    name: str
    op: str  # placeholder, get_attr, call_module, call_function, call_method, output
    target: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    in_place: bool = False  # PyTorch changes the first input

    def inputs(self) -> list[str]:
        """Names of the nodes that this one reads, in order."""
        found: list[str] = []

        def collect(x: Any) -> None:
            if isinstance(x, Ref):
                found.append(x.name)
            elif isinstance(x, dict):
                collect(list(x.values()))
            elif isinstance(x, (list, tuple)):
                for item in x:
                    collect(item)

        collect(self.args)
        collect(self.kwargs)
        return found


class Indices(list):
    """The shape of an input that holds indices (int64); inputs without a class of their own are float32."""


class Mask(list):
    """The shape of an input that holds true and false."""


@dataclass
class Leaf:
    """A module that is called as a whole, or a parameter that forward reads: its C++ type."""

    text: str


@dataclass
class Sequence:
    """Modules called one after another."""

    parts: "list[Module]"


@dataclass
class Struct:
    """A user's module. `body` is empty where it only holds members."""

    class_name: str
    path: str
    members: "dict[str, Module]"
    body: list[Node]


Module = Union[Leaf, Sequence, Struct]


@dataclass
class Model:
    """A whole model: its name in C++, the shapes of its inputs, its outermost module."""

    name: str
    inputs: list[list[int]]
    root: Struct
