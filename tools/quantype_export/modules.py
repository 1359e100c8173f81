# SPDX-License-Identifier: BSL-1.0
"""Modules of torch.nn as C++ types: `nn::conv2d<3, 16, 3, nn::padding<1>>`.

Each writer reads the attributes of a module object by their PyTorch names, so it works without torch as well.
"""
from fractions import Fraction
from typing import Any, Callable

from .problems import Refused


def numbers(values: Any) -> str:
    return ", ".join(str(int(v)) for v in values)


def _tuple(value: Any, rank: int) -> list[int]:
    return [int(v) for v in value] if isinstance(value, (tuple, list)) else [int(value)] * rank


def _short(values: list[int]) -> list[int]:
    return values[:1] if all(v == values[0] for v in values) else values


def _extent(values: list[int]) -> str:
    short = _short(values)
    return str(short[0]) if len(short) == 1 else f"nn::extent({numbers(short)})"


def _option(name: str, values: list[int], usual: list[int]) -> list[str]:
    return [] if values == usual else [f"nn::{name}<{numbers(_short(values))}>"]


def _padding(m: Any, rank: int) -> list[int]:
    if m.padding == "valid":
        return [0] * rank
    if m.padding != "same":
        return _tuple(m.padding, rank)
    spans = [d * (k - 1) for k, d in zip(_tuple(m.kernel_size, rank), _tuple(m.dilation, rank))]
    if any(s % 2 for s in spans):
        raise Refused("padding 'same' of a kernel of even size pads one side more than the other; pad before instead")
    return [s // 2 for s in spans]


def _conv(rank: int) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        if getattr(m, "padding_mode", "zeros") != "zeros":
            raise Refused(f"padding_mode {m.padding_mode!r}; only zeros can be expressed")
        options = _option("stride", _tuple(m.stride, rank), [1] * rank)
        options += _option("padding", _padding(m, rank), [0] * rank)
        options += _option("dilation", _tuple(m.dilation, rank), [1] * rank)
        options += [f"nn::groups<{m.groups}>"] if m.groups != 1 else []
        options += [] if m.bias is not None else ["nn::no_bias"]
        sizes = [str(m.in_channels), str(m.out_channels), _extent(_tuple(m.kernel_size, rank))]
        return f"nn::conv{rank}d<{', '.join(sizes + options)}>"

    return write


def _linear(m: Any) -> str:
    return f"nn::linear<{m.in_features}, {m.out_features}{'' if m.bias is not None else ', nn::no_bias'}>"


def _batch_norm(rank: int) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        if not m.affine:
            raise Refused("affine=False; only a batch norm with weight and bias can be expressed")
        if not m.track_running_stats:
            raise Refused("track_running_stats=False; quantization needs the statistics of training")
        if m.eps == 1e-05:
            return f"nn::batch_norm{rank}d<{m.num_features}>"
        denominator = round(1 / m.eps)
        if 1 / denominator != m.eps:
            raise Refused(f"eps {m.eps} is not one over an integer")
        return f"nn::batch_norm{rank}d<{m.num_features}, nn::eps<1, {denominator}>>"

    return write


def _plain(name: str) -> Callable[[Any], str]:
    return lambda m: f"nn::{name}"


def _pool(kind: str) -> Callable[[Any], str]:
    rank = int(kind[-2])

    def write(m: Any) -> str:
        if getattr(m, "return_indices", False):
            raise Refused("return_indices=True; only the values can be expressed")
        kernel = _tuple(m.kernel_size, rank)
        options = _option("stride", _tuple(m.stride, rank), kernel)
        options += _option("padding", _tuple(m.padding, rank), [0] * rank)
        options += _option("dilation", _tuple(getattr(m, "dilation", 1), rank), [1] * rank)
        options += ["nn::ceil_mode"] if m.ceil_mode else []
        options += [] if getattr(m, "count_include_pad", True) else ["nn::exclude_pad"]
        if getattr(m, "divisor_override", None):
            options.append(f"nn::divisor_override<{m.divisor_override}>")
        return f"nn::{kind}<{', '.join([_extent(kernel)] + options)}>"

    return write


def _adaptive(rank: int) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        size = _tuple(m.output_size, rank) if not isinstance(m.output_size, (tuple, list)) else list(m.output_size)
        if any(s is None for s in size):
            raise Refused("output_size holds None; give all sizes")
        return f"nn::adaptive_avg_pool{rank}d<{numbers(_short([int(s) for s in size]))}>"

    return write


def _group_norm(m: Any) -> str:
    _usual_eps(m)
    if not m.affine:
        raise Refused("affine=False; only a group norm with weight and bias can be expressed")
    return f"nn::group_norm<{m.num_groups}, {m.num_channels}>"


def _softmax(m: Any) -> str:
    if m.dim is None:
        raise Refused("dim is None; give the dimension")
    return f"nn::softmax<{m.dim}>"


def _dropout(m: Any) -> str:
    return f"nn::dropout<{round(100 * float(m.p))}>"


def _zero_pad(m: Any) -> str:
    return f"nn::pad<{numbers(_tuple(m.padding, 4))}>"


def _constant_pad(m: Any) -> str:
    value = Fraction(repr(float(m.value)))
    text = f"nn::value<{value.numerator}" + (f", {value.denominator}>" if value.denominator != 1 else ">")
    return f"nn::constant_pad2d<{text}, {numbers(_tuple(m.padding, 4))}>"


def _conv_transpose(rank: int) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        if getattr(m, "padding_mode", "zeros") != "zeros":
            raise Refused(f"padding_mode {m.padding_mode!r}; only zeros can be expressed")
        options = _option("stride", _tuple(m.stride, rank), [1] * rank)
        options += _option("padding", _tuple(m.padding, rank), [0] * rank)
        options += _option("dilation", _tuple(m.dilation, rank), [1] * rank)
        options += _option("output_padding", _tuple(m.output_padding, rank), [0] * rank)
        options += [f"nn::groups<{m.groups}>"] if m.groups != 1 else []
        options += [] if m.bias is not None else ["nn::no_bias"]
        sizes = [str(m.in_channels), str(m.out_channels), _extent(_tuple(m.kernel_size, rank))]
        return f"nn::conv_transpose{rank}d<{', '.join(sizes + options)}>"

    return write


def _usual_eps(m: Any) -> None:
    if m.eps != 1e-05:
        raise Refused(f"eps {m.eps}; only 1e-05 can be expressed")


def _instance_norm(rank: int) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        _usual_eps(m)
        if m.track_running_stats:
            raise Refused("track_running_stats=True; only statistics of the input can be expressed")
        return f"nn::instance_norm{rank}d<{m.num_features}{', nn::affine' if m.affine else ''}>"

    return write


def _layer_norm(m: Any) -> str:
    _usual_eps(m)
    if not m.elementwise_affine or m.bias is None:
        raise Refused("only a layer norm with weight and bias can be expressed")
    return f"nn::layer_norm<{numbers(m.normalized_shape)}>"


def _fraction(kind: str, name: str) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        value = Fraction(repr(float(getattr(m, name))))
        return f"nn::{kind}<{value.numerator}, {value.denominator}>"

    return write


def _hardtanh(m: Any) -> str:
    if m.min_val != int(m.min_val) or m.max_val != int(m.max_val):
        raise Refused(f"bounds {m.min_val} and {m.max_val}; only integers can be expressed")
    return f"nn::hardtanh<{int(m.min_val)}, {int(m.max_val)}>"


def _recurrent(kind: str) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        if getattr(m, "proj_size", 0):
            raise Refused("a projection (proj_size) cannot be expressed")
        layers = getattr(m, "num_layers", 1)
        if layers > 8:
            raise Refused(f"{layers} layers; up to 8 can be expressed")
        options = [f"nn::layers<{layers}>"] if layers != 1 else []
        options += ["nn::bidirectional"] if getattr(m, "bidirectional", False) else []
        options += ["nn::batch_first"] if getattr(m, "batch_first", False) else []
        options += ["nn::relu_nonlinearity"] if getattr(m, "nonlinearity", "tanh") == "relu" else []
        options += [] if m.bias else ["nn::no_bias"]
        return f"nn::{kind}<{', '.join([str(m.input_size), str(m.hidden_size)] + options)}>"

    return write


def _embedding(kind: str) -> Callable[[Any], str]:
    def write(m: Any) -> str:
        if getattr(m, "mode", "sum") != "sum":
            raise Refused(f"mode {m.mode!r}; only 'sum' can be expressed")
        if kind == "embedding_bag" and (m.padding_idx is not None or m.include_last_offset):
            raise Refused("padding_idx and include_last_offset cannot be expressed")
        if m.max_norm is not None:
            raise Refused("max_norm cannot be expressed")
        return f"nn::{kind}<{m.num_embeddings}, {m.embedding_dim}>"

    return write


MODULES: dict[str, Callable[[Any], str]] = {
    "torch.nn.Linear": _linear,
    "torch.nn.Conv1d": _conv(1),
    "torch.nn.Conv2d": _conv(2),
    "torch.nn.Conv3d": _conv(3),
    "torch.nn.BatchNorm1d": _batch_norm(1),
    "torch.nn.BatchNorm2d": _batch_norm(2),
    "torch.nn.BatchNorm3d": _batch_norm(3),
    "torch.nn.ReLU": _plain("relu"),
    "torch.nn.ReLU6": _plain("relu6"),
    "torch.nn.Sigmoid": _plain("sigmoid"),
    "torch.nn.Tanh": _plain("tanh"),
    "torch.nn.Hardswish": _plain("hardswish"),
    "torch.nn.Hardsigmoid": _plain("hardsigmoid"),
    "torch.nn.Identity": _plain("identity"),
    "torch.nn.Dropout": _dropout,
    "torch.nn.Softmax": _softmax,
    "torch.nn.MaxPool2d": _pool("max_pool2d"),
    "torch.nn.AvgPool2d": _pool("avg_pool2d"),
    "torch.nn.MaxPool1d": _pool("max_pool1d"),
    "torch.nn.MaxPool3d": _pool("max_pool3d"),
    "torch.nn.AvgPool1d": _pool("avg_pool1d"),
    "torch.nn.AvgPool3d": _pool("avg_pool3d"),
    "torch.nn.AdaptiveAvgPool1d": _adaptive(1),
    "torch.nn.AdaptiveAvgPool2d": _adaptive(2),
    "torch.nn.AdaptiveAvgPool3d": _adaptive(3),
    "torch.nn.PixelShuffle": lambda m: f"nn::pixel_shuffle<{m.upscale_factor}>",
    "torch.nn.PixelUnshuffle": lambda m: f"nn::pixel_unshuffle<{m.downscale_factor}>",
    "torch.nn.ChannelShuffle": lambda m: f"nn::channel_shuffle<{m.groups}>",
    "torch.nn.GroupNorm": _group_norm,
    "torch.nn.Flatten": lambda m: f"nn::flatten<{m.start_dim}, {m.end_dim}>",
    "torch.nn.ZeroPad2d": _zero_pad,
    "torch.nn.ConstantPad2d": _constant_pad,
    "torch.nn.ConvTranspose1d": _conv_transpose(1),
    "torch.nn.ConvTranspose2d": _conv_transpose(2),
    "torch.nn.ConvTranspose3d": _conv_transpose(3),
    "torch.nn.InstanceNorm1d": _instance_norm(1),
    "torch.nn.InstanceNorm2d": _instance_norm(2),
    "torch.nn.InstanceNorm3d": _instance_norm(3),
    "torch.nn.LayerNorm": _layer_norm,
    "torch.nn.PReLU": lambda m: f"nn::prelu<{m.num_parameters}>",
    "torch.nn.LeakyReLU": _fraction("leaky_relu", "negative_slope"),
    "torch.nn.ELU": _fraction("elu", "alpha"),
    "torch.nn.Hardtanh": _hardtanh,
    "torch.nn.LSTM": _recurrent("lstm"),
    "torch.nn.GRU": _recurrent("gru"),
    "torch.nn.LSTMCell": _recurrent("lstm_cell"),
    "torch.nn.GRUCell": _recurrent("gru_cell"),
    "torch.nn.RNNCell": _recurrent("rnn_cell"),
    "torch.nn.Embedding": _embedding("embedding"),
    "torch.nn.EmbeddingBag": _embedding("embedding_bag"),
}


def module_text(name: str, m: Any) -> str:
    """The C++ type of a module of the class `name`; raises Refused."""
    if name not in MODULES:
        raise Refused("quantype has no module for this class")
    return MODULES[name](m)
