# SPDX-License-Identifier: BSL-1.0
"""The C++ names of PyTorch's ops, read from quantype's headers, where they are written once: "torch.nn.Conv2d" is
nn::conv2d<>, "operator.add" is fn::add, "method:view" is method::view."""
import re
from functools import lru_cache
from pathlib import Path

from .problems import Refused

HEADERS = Path(__file__).resolve().parents[2] / "include" / "quantype" / "model"

SPECIALISED = re.compile(r"op_info\s+op_of<([\w:]+(?:<>)?)>\s*\{\s*\"([\w.:]+)\"")
OWN = re.compile(r"struct (\w+) : vocabulary::(?:module|function|method)_named<\"([\w.:]+)\"(, op_code)?")
OPENED = re.compile(r"^namespace ([\w:]+) \{")
CLOSED = re.compile(r"^\}  // namespace ([\w:]+)$")


def written_names(header: Path) -> dict[str, str]:
    """C++ names of the ops that a header defines, with their PyTorch names."""
    text = header.read_text(encoding="utf-8")
    names = dict(SPECIALISED.findall(text))
    scope: list[str] = []
    for line in text.splitlines():
        if opened := OPENED.match(line):
            scope.append(opened[1])
        elif CLOSED.match(line) and scope:
            scope.pop()
        elif own := OWN.match(line):
            names["::".join([*scope, own[1]])] = own[2]
    return names


@lru_cache
def op_names(folder: Path = HEADERS) -> dict[str, str]:
    """C++ names by PyTorch name."""
    names: dict[str, str] = {}
    for header in sorted(folder.rglob("*.hpp")):
        names.update({op: cpp for cpp, op in written_names(header).items()})
    if not names:
        raise FileNotFoundError(f"{folder}: no quantype headers; the exporter is to be run from quantype's source folder")
    return names


@lru_cache
def op_headers(folder: Path = HEADERS) -> dict[str, str]:
    """The header, as it is included, by C++ name without "<>"."""
    return {cpp.removesuffix("<>"): header.relative_to(folder.parents[1]).as_posix()
            for header in sorted(folder.rglob("*.hpp")) for cpp in written_names(header)}


@lru_cache
def callable_ops() -> dict[str, str]:
    """C++ names by PyTorch name of ops with a meaning (an op_code) that a float model may call: not the classes that
    fusion, conversion and training put in, and not parameters."""
    texts = [header.read_text(encoding="utf-8") for header in sorted(HEADERS.rglob("*.hpp"))]
    ops = {op for text in texts for _, op in SPECIALISED.findall(text)}
    ops |= {op for text in texts for _, op, code in OWN.findall(text) if code}
    return {op: op_name(op) for op in sorted(ops) if not op.startswith("torch.ao.") and op != "torch.nn.Parameter"}


def op_name(name: str) -> str:
    """The C++ name of an op; raises Refused."""
    names = op_names()
    # Some functions live in two places of PyTorch.
    for spelling in (name, name.replace("torch.nn.functional.", "torch.")):
        if spelling in names:
            return names[spelling]
    raise Refused("quantype's vocabulary has no such op")
