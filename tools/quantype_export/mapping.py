# SPDX-License-Identifier: BSL-1.0
"""Writes a QConfig mapping as C++, from its JSON form:

{"name": ..., "global": QCONFIG, "object_type": [["torch.nn.Linear", QCONFIG], ...],
 "module_name_regex": [[EXPRESSION, QCONFIG], ...], "module_name": [["layer1.0", QCONFIG], ...],
 "module_name_object_type_order": [["layer1", "operator.add", 0, QCONFIG], ...]}

QCONFIG is null or {"activation": OBSERVER, "weight": OBSERVER}; an OBSERVER is {"class":
"torch.ao.quantization.MinMaxObserver", argument: value, ...}, and a fake-quantize has its observer as "observer".
report/mapping_json.hpp writes this form; mapping_from_torch.py makes it of a Python QConfigMapping. Nothing here needs
torch.
"""
import json
import re
from pathlib import Path
from typing import Any

from .files import write_all
from .problems import Problems, Refused
from .vocabulary import op_name

OBSERVERS = {
    "MinMaxObserver": "min_max_observer",
    "MovingAverageMinMaxObserver": "moving_average_min_max_observer",
    "PerChannelMinMaxObserver": "per_channel_min_max_observer",
    "MovingAveragePerChannelMinMaxObserver": "moving_average_per_channel_min_max_observer",
    "HistogramObserver": "histogram_observer",
    "FixedQParamsObserver": "fixed_qparams_observer",
    "PlaceholderObserver": "placeholder_observer",
    "NoopObserver": "noop_observer",
    "RecordingObserver": "recording_observer",
    "ReuseInputObserver": "reuse_input_observer",
    "Identity": "identity_observer",
}
FAKE_QUANTIZES = {
    "FakeQuantize": "fake_quantize",
    "FixedQParamsFakeQuantize": "fixed_qparams_fake_quantize",
    "FusedMovingAvgObsFakeQuantize": "fused_moving_avg_obs_fake_quantize",
}
NAMES = ("dtype", "qscheme")
NUMBERS = ("quant_min", "quant_max", "eps", "averaging_constant", "ch_axis", "bins", "scale", "zero_point")
SWITCHES = ("reduce_range", "is_dynamic")
LEVELS = ("object_type", "module_name_regex", "module_name", "module_name_object_type_order")


def argument_text(key: str, value: Any) -> str:
    if key in NAMES:
        return f".{key}(qz::{value})"
    if key in SWITCHES and isinstance(value, bool):
        return f".{key}({'true' if value else 'false'})"
    if key in NUMBERS and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f".{key}({value!r})"
    raise Refused(f"the argument {key}={value!r} has no C++ form")


def observer_text(o: dict[str, Any]) -> str:
    """`qz::min_max_observer().dtype(qz::qint8)`; arguments keep their order."""
    kind = o["class"].rpartition(".")[2]
    given = {k: v for k, v in o.items() if k not in ("class", "observer")}
    if kind in FAKE_QUANTIZES:
        if "observer" not in o:
            raise Refused(f"{kind} without an observer; give it as \"observer\"")
        text = f"qz::{FAKE_QUANTIZES[kind]}({observer_text(o['observer'])})"
    elif kind not in OBSERVERS:
        raise Refused(f"{o['class']} is no observer that quantype has")
    elif kind == "FixedQParamsObserver":
        first = [given.pop(key, None) for key in ("scale", "zero_point")]
        if None in first:
            raise Refused("FixedQParamsObserver needs scale and zero_point")
        text = f"qz::fixed_qparams_observer({first[0]!r}, {first[1]!r})"
    else:
        text = f"qz::{OBSERVERS[kind]}()"
    return text + "".join(argument_text(key, value) for key, value in given.items())


class Qconfigs:
    """The QConfigs of a mapping, each written once."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def name(self, q: dict[str, Any] | None) -> str:
        if q is None:
            return "qz::no_qconfig"
        text = "{\n        " + ",\n        ".join(observer_text(q[role]) for role in ("activation", "weight")) + "}"
        if text not in self.texts:
            self.texts.append(text)
        return f"qconfig_{self.texts.index(text)}"

    def lines(self) -> list[str]:
        return [f"    static constexpr qz::qconfig qconfig_{i}{text};" for i, text in enumerate(self.texts)]


def quoted(text: str) -> str:
    """As a C++ string literal."""
    return json.dumps(text, ensure_ascii=True) if text.isascii() and text.isprintable() else _refuse(text)


def _refuse(text: str) -> str:
    raise Refused(f"{text!r} is not printable ASCII")


def rule_text(level: str, key: list[Any], value: str) -> str:
    if level == "object_type":
        return f".set_object_type<{op_name(key[0])}>({value})"
    if level == "module_name_regex":
        return f".set_module_name_regex<qz::regex<{quoted(key[0])}>>({value})"
    if level == "module_name":
        return f".set_module_name({quoted(key[0])}, {value})"
    return f".set_module_name_object_type_order<{op_name(key[1])}>({quoted(key[0])}, {int(key[2])}, {value})"


def mapping_text(source: dict[str, Any], name: str, problems: Problems, namespace: str, title: str) -> str:
    """The header of a mapping called `name`. What cannot be written is in `problems`."""
    qconfigs, rules = Qconfigs(), []
    try:
        if source.get("global") is not None:
            rules.append(f".set_global({qconfigs.name(source['global'])})")
    except Refused as why:
        problems.add("the global QConfig", "observers", why)
    for level in LEVELS:
        for *key, q in source.get(level, []):
            try:
                rules.append(rule_text(level, key, qconfigs.name(q)))
            except Refused as why:
                problems.add(level, str(key[1] if len(key) > 1 else key[0]), why)
    value = "".join(f"\n            {rule}" for rule in rules)
    regex = "#include <quantype/qconfig/regex.hpp>\n" if source.get("module_name_regex") else ""
    return (
        f"// {title}\n// clang-format off\n#pragma once\n#include <quantype/model/vocabulary/op_lists.hpp>\n"
        "#include <quantype/qconfig/qconfig.hpp>\n#include <quantype/qconfig/qconfig_mapping.hpp>\n"
        f"{regex}\nnamespace {namespace} {{\n\nnamespace {name}_detail {{\n\nnamespace qz = quantype;\n"
        "namespace nn = qz::nn;\nnamespace fn = qz::fn;\nnamespace method = qz::method;\n\n"
        f"struct mapping {{\n" + "\n".join(qconfigs.lines()) +
        f"\n    static constexpr auto value = qz::qconfig_mapping(){value};\n}};\n\n}}  // namespace {name}_detail\n\n"
        f"/// {source.get('name', '')!r}: {len(rules)} entries.\nusing {name} = {name}_detail::mapping;\n\n"
        f"}}  // namespace {namespace}\n"
    )


def export_mapping(source: Any, path: str | Path, name: str = "", namespace: str = "exported") -> int:
    """Writes the header of a mapping (its JSON form, or a QConfigMapping); gives the number of its entries."""
    problems = Problems()
    if not isinstance(source, dict) or "" in source:
        from .mapping_from_torch import from_torch

        source = from_torch(source)
    given = source.get("name", "")
    name = name or re.sub(r"\W", "_", given) or "mapping"
    title = f"Written by quantype_export from the QConfigMapping {given!r}."
    text = mapping_text(source, name, problems, namespace, title)
    problems.raise_if_any()
    write_all({Path(path): text.encode()})
    return (source.get("global") is not None) + sum(len(source.get(level, [])) for level in LEVELS)
