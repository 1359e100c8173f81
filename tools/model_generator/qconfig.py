# SPDX-License-Identifier: BSL-1.0
"""A recorded QConfig as a C++ expression of quantype's observer configurations."""
from typing import Any

from record import RecordError

OBSERVERS = {
    "MinMaxObserver": "min_max_observer()",
    "MovingAverageMinMaxObserver": "moving_average_min_max_observer()",
    "PerChannelMinMaxObserver": "per_channel_min_max_observer()",
    "MovingAveragePerChannelMinMaxObserver": "moving_average_per_channel_min_max_observer()",
    "HistogramObserver": "histogram_observer()",
    "PlaceholderObserver": "placeholder_observer()",
    "NoopObserver": "noop_observer()",
    "RecordingObserver": "recording_observer()",
    "ReuseInputObserver": "reuse_input_observer()",
}
FAKE_QUANTIZERS = {
    "FakeQuantize": "fake_quantize",
    "FixedQParamsFakeQuantize": "fixed_qparams_fake_quantize",
    "FusedMovingAvgObsFakeQuantize": "fused_moving_avg_obs_fake_quantize",
}
NUMBERS = ("quant_min", "quant_max", "eps", "averaging_constant", "ch_axis", "bins")
FLAGS = ("reduce_range", "is_dynamic")


def short_name(dotted: str) -> str:
    return dotted.rsplit(".", 1)[-1]


def observer(record: dict[str, Any]) -> str:
    """`qz::min_max_observer().dtype(qz::qint8)...` for {"class": ..., argument: value, ...}; a fake-quantize, which has
    an entry "observer", as `qz::fake_quantize(<observer>)...`."""
    name = short_name(record["class"])
    if "observer" in record:
        if name not in FAKE_QUANTIZERS:
            raise RecordError(f"fake-quantize {record['class']}: not in the vocabulary")
        text = f"qz::{FAKE_QUANTIZERS[name]}({observer(record['observer'])})"
    elif name in OBSERVERS:
        text = "qz::" + OBSERVERS[name]
    else:
        raise RecordError(f"observer {record['class']}: no such observer in the vocabulary")
    for key, value in record.items():
        if key not in ("class", "observer"):
            text += "." + _setter(record["class"], key, value)
    return text


def _setter(owner: str, key: str, value: Any) -> str:
    if key == "dtype":
        return f"dtype(qz::{short_name(value)})"
    if key == "qscheme":
        return f"qscheme(qz::qscheme::{short_name(value)})"
    if key in NUMBERS:
        return f"{key}({value})"
    if key in FLAGS:
        return f"{key}({'true' if value else 'false'})"
    raise RecordError(f"observer {owner}: argument {key} is not in the vocabulary")


def qconfig(record: dict[str, Any]) -> str:
    indent = " " * 16
    return f"qz::qconfig{{\n{indent}{observer(record['activation'])},\n{indent}{observer(record['weight'])}}}"
