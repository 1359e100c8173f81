# SPDX-License-Identifier: BSL-1.0
"""A Python QConfigMapping, or the dict of its to_dict(), in the JSON form of mapping.py."""
import functools
from typing import Any

import torch

from .backend_from_torch import op_text
from .problems import Refused

# Arguments that say where a tensor lives, nothing of quantization.
IGNORED = {"factory_kwargs"}


def _value(x: Any) -> Any:
    if isinstance(x, (torch.dtype, torch.qscheme)):
        names = {"float": "float32", "half": "float16"}
        text = str(x).removeprefix("torch.")
        return names.get(text, text)
    return x.item() if isinstance(x, torch.Tensor) else x


def observer(constructor: Any) -> dict[str, Any]:
    """A class, or with_args around one."""
    given: dict[str, Any] = {}
    call = getattr(constructor, "p", constructor)
    while isinstance(call, functools.partial):
        given = {**call.keywords, **given}
        call = getattr(call.func, "p", call.func)
    if not isinstance(call, type):
        raise Refused(f"{constructor!r} is no observer class")
    home = "torch.nn" if issubclass(call, torch.nn.Identity) else "torch.ao.quantization"
    result: dict[str, Any] = {"class": f"{home}.{call.__name__}"}
    if "observer" in given:
        result["observer"] = observer(given.pop("observer"))
    elif call.__name__ == "FusedMovingAvgObsFakeQuantize":
        result["observer"] = {"class": "torch.ao.quantization.MovingAverageMinMaxObserver"}
    if given.pop("compute_dtype", None) is not None:  # how PyTorch 1.13 says that an observer is dynamic
        given["is_dynamic"] = True
    return result | {k: _value(v) for k, v in given.items() if k not in IGNORED}


def qconfig(q: Any) -> dict[str, Any] | None:
    return None if q is None else {"activation": observer(q.activation), "weight": observer(q.weight)}


def from_torch(mapping: Any) -> dict[str, Any]:
    levels = mapping if isinstance(mapping, dict) else mapping.to_dict()
    return {
        "name": "",
        "global": qconfig(levels.get("")),
        "object_type": [[op_text(o), qconfig(q)] for o, q in levels.get("object_type", [])],
        "module_name_regex": [[text, qconfig(q)] for text, q in levels.get("module_name_regex", [])],
        "module_name": [[path, qconfig(q)] for path, q in levels.get("module_name", [])],
        "module_name_object_type_order": [[path, op_text(o), index, qconfig(q)]
                                          for path, o, index, q in levels.get("module_name_object_type_order", [])],
    }
