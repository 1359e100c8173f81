# SPDX-License-Identifier: BSL-1.0
"""A Python BackendConfig, or the dict of its to_dict(), in the JSON form of backend.py."""
from typing import Any

import torch

from .backend import CONSTRAINTS
from .from_torch import FUNCTION_NAMES
from .problems import Problems

HOMES = {"torch.nn.quantized._reference": "torch.ao.nn.quantized.reference", "torch.nn.intrinsic": "torch.ao.nn.intrinsic",
         "torch.nn.qat": "torch.ao.nn.qat"}


def op_text(op: Any) -> str:
    """The dotted name of a class or function, "method:NAME" for a method, "*" for anything."""
    if isinstance(op, str):
        return f"method:{op}"
    if not isinstance(op, type):
        return FUNCTION_NAMES.get(op, f"{getattr(op, '__module__', '?')}.{getattr(op, '__qualname__', op)}")
    if op.__name__ == "MatchAllNode":
        return "*"
    home = op.__module__.split(".modules")[0]
    for old, new in HOMES.items():
        if home == old or home.startswith(old + "."):
            home = new + home[len(old) :]
    return f"{home}.{op.__qualname__}"


def tree_of(config: dict[str, Any]) -> Any:
    """PyTorch 2 writes chains in forward order, 1.13 every pattern as (last op, pattern of its argument)."""
    def nested(p: Any) -> Any:
        return [nested(x) for x in p] if isinstance(p, (tuple, list)) else op_text(p)

    if config.get("pattern_complex_format") is not None:
        return nested(config["pattern_complex_format"])
    pattern = config["pattern"]
    if not isinstance(pattern, (tuple, list)) or int(torch.__version__.split(".")[0]) < 2:
        return nested(pattern)
    tree = op_text(pattern[0])
    for op in pattern[1:]:
        tree = [op_text(op), tree]
    return tree


def fuser_name(fuser: Any) -> str:
    """The name that backend.py knows; PyTorch's wrappers that turn arguments round are looked through."""
    held = {k: c.cell_contents for k, c in zip(getattr(fuser, "__code__", None) and fuser.__code__.co_freevars or (),
                                               getattr(fuser, "__closure__", None) or ())}
    for value in held.values():
        if isinstance(value, type):
            return f"sequential:{op_text(value)}"
        if callable(value):
            return fuser_name(value)
    return getattr(fuser, "__name__", str(fuser))


def dtype_name(d: Any) -> str | None:
    names = {"float": "float32", "half": "float16"}
    text = None if d is None else str(d).removeprefix("torch.")
    return names.get(text, text) if text else None


def with_constraints(d: Any) -> dict[str, Any]:
    plain = isinstance(d, torch.dtype) or d is None
    entry: dict[str, Any] = {"dtype": dtype_name(d if plain else d.dtype)}
    for key in CONSTRAINTS:
        entry[key] = None if plain else getattr(d, key, None)
    return entry


def from_torch(source: Any, problems: Problems) -> dict[str, Any]:
    table = source if isinstance(source, dict) else source.to_dict()
    if isinstance(table, dict) and "configs" not in table:
        problems.add("", type(source).__name__, "is neither a BackendConfig nor the dict of its to_dict()")
        problems.raise_if_any()
    dtype_configs: list[dict[str, Any]] = []
    patterns = []
    for i, c in enumerate(table["configs"]):
        ids = []
        for d in c.get("dtype_configs", []):
            entry = {role: with_constraints(d.get(f"{role}_dtype")) for role in ("input", "output", "weight")}
            entry |= {"bias_dtype": dtype_name(d.get("bias_dtype")), "is_dynamic": d.get("is_dynamic")}
            if entry not in dtype_configs:
                dtype_configs.append(entry)
            ids.append(dtype_configs.index(entry))
        patterns.append(pattern_row(c, i, ids, problems))
    return {"name": table.get("name", ""), "dtype_configs": dtype_configs, "patterns": patterns}


def pattern_row(c: dict[str, Any], index: int, ids: list[int], problems: Problems) -> dict[str, Any]:
    def op(key: str) -> str | None:
        return op_text(c[key]) if c.get(key) is not None else None

    def getter(key: str) -> str | None:
        return getattr(c[key], "__name__", str(c[key])) if c.get(key) is not None else None

    observation = c["observation_type"].name
    if c.get("input_output_observed") is False:  # PyTorch 1.13
        observation = "INPUT_OUTPUT_NOT_OBSERVED"
    if "overwrite_output_observer" in c:
        problems.note("PyTorch 1.13's own observers for ops with fixed scale and zero point are left out; give them in "
                      "the QConfig mapping, as PyTorch 2 does")
    fused, fuser = op("fused_module"), c.get("fuser_method")
    row = {
        "index": index, "pattern_tree": tree_of(c), "observation_type": observation, "dtype_config_ids": ids,
        "root_module": op("root_module"), "qat_module": op("qat_module"), "fused_module": fused,
        "reference_quantized_module": op("reference_quantized_module_for_root") or op("reference_quantized_module"),
        "fuser_method": fuser_name(fuser) if fuser is not None else None,
        "num_tensor_args_to_observation_type": {
            str(k): v.name for k, v in c.get("num_tensor_args_to_observation_type", {}).items()},
        "input_type_to_index": c.get("input_type_to_index", {}),
        "root_node_getter": getter("root_node_getter"), "extra_inputs_getter": getter("extra_inputs_getter"),
    }
    return row
