# SPDX-License-Identifier: BSL-1.0
"""The numbers of a model prepared by torch.ao.quantization: what its observers or fake-quantizes chose, weight codes.

Names of the tensors, read again by quantype::parameters_from_torch:
  activation_post_process_<n>.scale, .zero_point          of every observed value with fixed scale and zero point
  activation_post_process_<n>.min_val, .max_val           the range it saw, where it has one
  <module>.weight, .weight_scale, .weight_zero_point      int8 codes and their scales, one or one for each channel
  <module>.bias                                           float32, batch norm folded
  <module>.weight_ih_l0, .weight_ih_l0_scale, ...         the same for each weight of a recurrent layer
  <parameter>, <parameter>_scale, <parameter>_zero_point  the weight of a function
  <table>.weight, .weight_scale, .weight_zero_point       uint8 codes (one a byte, of 4 bits too), float32 for each row
float16 weights are not among them: they are the float weights, rounded.
"""
import copy
import re
import warnings
from typing import Any

import torch
from torch.ao.nn.quantized.reference.modules.rnn import get_quantized_weight
from torch.ao.quantization.quantize_fx import convert_to_reference_fx

from .problems import Problems

QUANTIZED = (torch.quint8, torch.qint8)
TABLES = (torch.quint8, torch.quint4x2)
OBSERVER = re.compile(r"activation_post_process_\d+")


def is_prepared(m: torch.nn.Module) -> bool:
    return isinstance(m, torch.fx.GraphModule) and any(OBSERVER.fullmatch(name) for name, _ in m.named_children())


def quantized_tensors(prepared: torch.fx.GraphModule, backend_config: Any, problems: Problems) -> dict[str, torch.Tensor]:
    """Scales, zero points and codes of a prepared model, as PyTorch's convert computes them."""
    tensors: dict[str, torch.Tensor] = {}
    for name, observer in prepared.named_modules(remove_duplicate=False):
        if OBSERVER.fullmatch(name) and _chooses(observer):
            _observer(name, observer, tensors, problems)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = convert_to_reference_fx(copy.deepcopy(prepared), backend_config=backend_config)
    for name, m in reference.named_modules():
        if hasattr(m, "get_quantized_weight") and hasattr(m, "weight"):
            path = name[:-2] if name.endswith(".0") and _is_fused(reference.get_submodule(name[:-2])) else name
            _weight(f"{path}.weight", m.get_quantized_weight(), tensors)
            if getattr(m, "bias", None) is not None and f"{path}.weight" in tensors:
                tensors[f"{path}.bias"] = m.bias.detach().to(torch.float32)
        elif type(m).__module__.endswith("reference.modules.rnn"):
            _recurrent(name, m, tensors)
    _functional_weights(reference, tensors)
    return tensors


def _chooses(observer: Any) -> bool:
    """Whether scale and zero point are fixed before the model runs: not for dynamic quantization, nor for float16."""
    if isinstance(observer, torch.ao.quantization.PlaceholderObserver) or getattr(observer, "is_dynamic", False):
        return False
    return observer.dtype in QUANTIZED


def _observer(name: str, observer: Any, tensors: dict[str, torch.Tensor], problems: Problems) -> None:
    ranged = getattr(observer, "activation_post_process", observer)
    low, high = getattr(ranged, "min_val", None), getattr(ranged, "max_val", None)
    if low is not None and low.numel() == 1 and not low <= high:
        problems.add(name, type(observer).__name__, "has seen nothing; run the prepared model on data first")
        return
    scale, zero_point = observer.calculate_qparams()
    tensors[f"{name}.scale"] = scale.detach().to(torch.float32).reshape(-1)
    tensors[f"{name}.zero_point"] = zero_point.detach().to(torch.int32).reshape(-1)
    if low is not None and low.numel() > 0:
        tensors[f"{name}.min_val"] = low.detach().to(torch.float32).reshape(-1)
        tensors[f"{name}.max_val"] = high.detach().to(torch.float32).reshape(-1)


def _recurrent(path: str, m: torch.nn.Module, tensors: dict[str, torch.Tensor]) -> None:
    """An LSTM, a GRU or a cell: each weight with its codes, biases in float32."""
    for key, value in m.named_parameters():
        if key.startswith("weight") and hasattr(m, f"{key}_scale"):
            _weight(f"{path}.{key}", get_quantized_weight(m, key), tensors)
        elif key.startswith("bias") and getattr(m, key.replace("bias", "weight") + "_dtype", None) == torch.qint8:
            tensors[f"{path}.{key}"] = value.detach().to(torch.float32)


def _is_fused(m: torch.nn.Module) -> bool:
    return ".intrinsic." in type(m).__module__


def _weight(name: str, q: torch.Tensor, tensors: dict[str, torch.Tensor]) -> None:
    if not q.is_quantized or q.dtype not in (torch.qint8, *TABLES):
        return  # float16, or left in float
    if q.dtype in TABLES:
        tensors[name] = _table_codes(q)
        tensors[f"{name}_scale"] = q.q_per_channel_scales().to(torch.float32)
        tensors[f"{name}_zero_point"] = q.q_per_channel_zero_points().to(torch.float32)
        return
    per_channel = q.qscheme() in (torch.per_channel_affine, torch.per_channel_symmetric)
    scale = q.q_per_channel_scales() if per_channel else torch.tensor([q.q_scale()])
    zero_point = q.q_per_channel_zero_points() if per_channel else torch.tensor([q.q_zero_point()])
    tensors[name] = q.int_repr()
    tensors[f"{name}_scale"] = scale.to(torch.float32)
    tensors[f"{name}_zero_point"] = zero_point.to(torch.int32)


def _table_codes(q: torch.Tensor) -> torch.Tensor:
    """One code a byte. PyTorch keeps two codes of 4 bits in a byte, the first in the low half, rows not aligned."""
    codes = q.int_repr()
    if q.dtype == torch.quint8:
        return codes
    packed = codes.reshape(-1)
    return torch.stack([packed & 15, packed >> 4], 1).reshape(-1)[: q.numel()].reshape(q.shape)


def _functional_weights(reference: torch.fx.GraphModule, tensors: dict[str, torch.Tensor]) -> None:
    """Parameters that the reference form quantizes by a call."""
    parameters = dict(reference.named_parameters())
    calls = {torch.quantize_per_tensor, torch.quantize_per_channel}
    for node in reference.graph.nodes:
        if node.op != "call_function" or node.target not in calls or node.args[0].op != "get_attr":
            continue
        source = node.args[0].target
        if source not in parameters:
            continue
        rest = [getattr(reference, a.target) if isinstance(a, torch.fx.Node) else a for a in node.args[1:]]
        _weight(source, node.target(parameters[source].detach(), *rest), tensors)


# --- trained with fake quantization ----------------------------------------------------------------------------------


def trained_parameters(m: torch.nn.Module, prepared: torch.fx.GraphModule, names: list[str],
                       problems: Problems) -> dict[str, torch.Tensor]:
    """The float parameters `names` of `m`, with the values that training left in the prepared model. There a batch norm
    lies inside the convolution that it followed."""
    trained = dict(prepared.state_dict())
    inside = _batch_norms(m)
    values: dict[str, torch.Tensor] = {}
    for name in names:
        path, _, key = name.rpartition(".")
        candidates = [name, f"{path}.0.{key}"] + ([f"{inside[path]}.bn.{key}"] if path in inside else [])
        found = [c for c in candidates if c in trained]
        if found:
            values[name] = trained[found[0]]
        else:
            problems.add(path, key, "the trained model has no such parameter; was it prepared from this model?")
    return values


def _batch_norms(m: torch.nn.Module) -> dict[str, str]:
    """Paths of batch norms, and the path of the layer whose result each normalises."""
    graph = torch.fx.Tracer().trace(m)
    modules = dict(m.named_modules())
    return {
        n.target: n.args[0].target
        for n in graph.nodes
        if n.op == "call_module" and "batchnorm" in type(modules[n.target]).__module__
        and isinstance(n.args[0], torch.fx.Node) and n.args[0].op == "call_module"
    }


def is_trained(prepared: torch.fx.GraphModule) -> bool:
    """Whether the model was prepared for training with fake quantization."""
    return any("qat" in type(m).__module__ for m in prepared.modules())
