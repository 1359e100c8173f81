# SPDX-License-Identifier: BSL-1.0
"""usage: record_float_ops.py FOLDER. Exports the models of float_ops.py and writes what PyTorch gives for them,
a header that names them all, and how their outputs are compared, for float_ops.cpp."""
import json
import re
import sys
import warnings
from pathlib import Path

import torch
import torch.fx

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tools"), str(Path(__file__).resolve().parent)]
import float_ops  # noqa: E402
from quantype_export.export import export_model  # noqa: E402
from quantype_export.files import safetensors, write_all  # noqa: E402
from quantype_export.from_torch import class_name, target_name, tensor_entry, trace  # noqa: E402
from quantype_export.model import Indices  # noqa: E402
from quantype_export.vocabulary import callable_ops, op_name  # noqa: E402


def shape_of(x: torch.Tensor) -> list[int]:
    return Indices(x.shape) if x.dtype == torch.int64 else list(x.shape)


def op_of(model: torch.nn.Module, n: torch.fx.Node) -> str:
    """PyTorch's name of what a node calls."""
    if n.op == "call_module":
        return class_name(model.get_submodule(n.target))
    return f"method:{n.target}" if n.op == "call_method" else target_name(n.target)


def ops_behind(model: torch.nn.Module, n: torch.fx.Node) -> set[str]:
    """Ops of a value and of all that it is computed from."""
    if n.op in ("placeholder", "get_attr"):
        return set()
    return {op_of(model, n)}.union(*(ops_behind(model, i) for i in n.all_input_nodes))


def is_exact(ops: set[str]) -> bool:
    return all(re.split("[.:]", op)[-1].lower() in float_ops.EXACT for op in ops)


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    covered: set[str] = set()
    cases, header = {}, []
    for name, (model, inputs) in float_ops.groups().items():
        graph = trace(model, 2)
        output = next(n for n in graph.nodes if n.op == "output").args[0]
        behind = [ops_behind(model, n) for n in (output if isinstance(output, (list, tuple)) else [output])]
        covered = covered.union(*behind)
        cases[name] = [{"ops": ", ".join(sorted(ops)), "exact": is_exact(ops)} for ops in behind]
        export_model(model, [shape_of(x) for x in inputs], folder, name)
        with torch.no_grad():
            outputs = model(*inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        tensors = {f"input.{i}": x for i, x in enumerate(inputs)} | {f"output.{i}": y for i, y in enumerate(outputs)}
        entries = {k: tensor_entry(t) for k, t in tensors.items()}
        write_all({folder / f"{name}_expected.safetensors": safetensors(entries)})
        header.append(name)
    names = {op_name(op) for op in covered}
    left = {op: cpp for op, cpp in callable_ops().items() if cpp not in names}
    unknown = sorted(set(left) - set(float_ops.NOT_COVERED))
    if unknown:
        sys.exit(f"record_float_ops.py: no case runs {', '.join(unknown)}; add one to float_ops.py")
    lines = ["#pragma once", *(f'#include "{name}.hpp"' for name in header), 
             f"#define FLOAT_OPS_MODELS(RUN) {' '.join(f'RUN({name})' for name in header)}", ""]
    report = {"ops": len(names), "models": cases, "left": {op: float_ops.NOT_COVERED[op] for op in sorted(left)}}
    write_all({folder / "float_ops.hpp": "\n".join(lines).encode(), folder / "cases.json": json.dumps(report).encode()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
