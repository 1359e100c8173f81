# SPDX-License-Identifier: BSL-1.0
"""Every op that runs in float32, as small models: each group of cases is a module that gives one output for each case.

A case is a module, called with the first input, or a function of the group (for its parameters) and both inputs.
"""
from typing import Any, Callable

import torch
from torch import nn
from torch.nn import functional as F

Case = nn.Module | Callable[[Any, Any, Any], Any]


class Group(nn.Module):
    """The cases of a group; parameters of functions are w (a weight), v (for a transposed one), b and s (channels)."""

    def __init__(self, cases: list[Case], parameters: dict[str, tuple[int, ...]]) -> None:
        super().__init__()
        for name, shape in parameters.items():
            setattr(self, name, nn.Parameter(torch.randn(shape) * 0.5))
        self.cases = []
        for i, case in enumerate(cases):
            if isinstance(case, nn.Module):
                setattr(self, f"m{i}", case)
                self.cases.append(lambda group, x, y, name=f"m{i}": getattr(group, name)(x))
            else:
                self.cases.append(case)

    def forward(self, x, y):
        return tuple(case(self, x, y) for case in self.cases)


class Recurrent(nn.Module):
    """Layers and cells with and without a first state."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(4, 3, 2, bidirectional=True)
        self.gru = nn.GRU(4, 3, batch_first=True)
        self.lstm_cell = nn.LSTMCell(4, 3)
        self.gru_cell = nn.GRUCell(4, 3, bias=False)
        self.rnn_cell = nn.RNNCell(4, 3)
        self.relu_cell = nn.RNNCell(4, 3, nonlinearity="relu")

    def forward(self, x, y):
        a, (h, c) = self.lstm(x)
        g, gh = self.gru(x)
        state = self.lstm_cell(y)
        step = self.lstm_cell(y, (state[0], state[1]))
        n = self.gru_cell(y)
        return a, h, c, g, gh, step[0], step[1], self.gru_cell(y, n), self.rnn_cell(y), self.relu_cell(y, n)


def activations() -> list[Case]:
    return [nn.ReLU(), nn.ReLU6(), nn.Sigmoid(), nn.Tanh(), nn.Hardswish(), nn.Hardsigmoid(), nn.Identity(),
            nn.Dropout(0.25), nn.Softmax(1), nn.Softmax(-1), nn.LeakyReLU(0.2), nn.ELU(), nn.ELU(0.5), nn.Hardtanh(),
            nn.Hardtanh(-2, 3), nn.PReLU()]


def activation_functions() -> list[Case]:
    return [lambda g, x, y: F.relu(x), lambda g, x, y: torch.relu(x), lambda g, x, y: F.relu6(x),
            lambda g, x, y: F.elu(x, 0.7), lambda g, x, y: F.hardswish(x), lambda g, x, y: F.hardsigmoid(x),
            lambda g, x, y: F.leaky_relu(x, 0.05), lambda g, x, y: F.leaky_relu_(x + y, 0.3),
            lambda g, x, y: F.dropout(x, 0.5, False), lambda g, x, y: F.hardtanh(x, -0.5, 2.5),
            lambda g, x, y: F.hardtanh_(x * y), lambda g, x, y: torch.clamp(x, -1.5, 0.75),
            lambda g, x, y: torch.sigmoid(x), lambda g, x, y: torch.tanh(x), lambda g, x, y: torch.sin(x),
            lambda g, x, y: F.leaky_relu(x)]


def activation_methods() -> list[Case]:
    return [lambda g, x, y: x.clamp(-1.25, 2.0), lambda g, x, y: x.detach(), lambda g, x, y: (x + y).detach_(),
            lambda g, x, y: x.relu(), lambda g, x, y: (x + y).relu_(), lambda g, x, y: x.sigmoid(),
            lambda g, x, y: (x + y).sigmoid_(), lambda g, x, y: x.tanh(), lambda g, x, y: (x + y).tanh_(),
            lambda g, x, y: x.contiguous(), lambda g, x, y: x.clamp(min=0.5), lambda g, x, y: torch.clamp(x, max=0.5)]


def arithmetic() -> list[Case]:
    return [lambda g, x, y: x + y, lambda g, x, y: x * y, lambda g, x, y: x - y, lambda g, x, y: torch.add(x, y),
            lambda g, x, y: torch.mul(x, y), lambda g, x, y: torch.sub(x, y), lambda g, x, y: x + 1.5,
            lambda g, x, y: x * 0.3, lambda g, x, y: x - 2, lambda g, x, y: x + y[0],
            lambda g, x, y: x * y.mean([2, 3], True), lambda g, x, y: torch.matmul(x, y), nn.Linear(6, 3),
            nn.Linear(6, 5, bias=False), lambda g, x, y: F.linear(x, g.w, g.b), lambda g, x, y: F.linear(x, g.w)]


def moves() -> list[Case]:
    return [lambda g, x, y: torch.cat([x, y], 1), lambda g, x, y: torch.cat((x, y, x)),
            lambda g, x, y: torch.stack([x, y], 1), lambda g, x, y: torch.flatten(x, 1),
            lambda g, x, y: torch.flatten(x, 1, 2), nn.Flatten(), nn.Flatten(2),
            lambda g, x, y: F.pad(x, (1, 2, 0, 3)), nn.ZeroPad2d((1, 0, 2, 1)),
            lambda g, x, y: torch.transpose(x, 1, 3), lambda g, x, y: torch.permute(x, (0, 2, 3, 1)),
            lambda g, x, y: torch.narrow(x, 1, 1, 2), lambda g, x, y: torch.repeat_interleave(x, 2, 1),
            lambda g, x, y: x[1], lambda g, x, y: x[-1], lambda g, x, y: torch.squeeze(torch.unsqueeze(x, 1), 1)]


def move_methods() -> list[Case]:
    return [lambda g, x, y: x.view(x.size(0), -1), lambda g, x, y: x.reshape(2, 8, -1),
            lambda g, x, y: x.permute(0, 3, 1, 2), lambda g, x, y: x.transpose(2, 3), lambda g, x, y: x.flatten(1),
            lambda g, x, y: x.flatten(1, 2), lambda g, x, y: x.repeat(2, 1, 1, 2),
            lambda g, x, y: x.repeat_interleave(3, 2), lambda g, x, y: x.unsqueeze(2).squeeze(2),
            lambda g, x, y: x.mean([2, 3]), lambda g, x, y: x.mean([1], True), lambda g, x, y: torch.mean(x, [2, 3]),
            lambda g, x, y: F.channel_shuffle(x, 2), nn.ChannelShuffle(2), lambda g, x, y: F.interpolate(x, (9, 5)),
            lambda g, x, y: F.interpolate(x, (9, 7), mode="bilinear")]


def shuffles() -> list[Case]:
    return [nn.PixelShuffle(2), nn.PixelUnshuffle(2), lambda g, x, y: F.pixel_shuffle(x, 2),
            lambda g, x, y: F.pixel_unshuffle(x, 3), lambda g, x, y: F.interpolate(x, (3, 3)),
            lambda g, x, y: F.interpolate(x, (4, 11), mode="bilinear"), lambda g, x, y: torch.narrow(x, 3, 2, 3),
            lambda g, x, y: x.permute(3, 0, 2, 1), nn.ConstantPad2d((1, 0, 2, 1), 0.25),
            lambda g, x, y: torch.permute_copy(x, (0, 2, 3, 1)), lambda g, x, y: torch.concat([x, y], 2),
            lambda g, x, y: torch.concatenate([x, y], 3), lambda g, x, y: (x + y).unsqueeze_(1).squeeze_(1),
            lambda g, x, y: (x + y).resize_(4, 144)]


def sequence_layers() -> list[Case]:
    return [nn.Conv1d(4, 6, 3, 2, 1), nn.Conv1d(4, 4, 3, dilation=2, groups=2, bias=False),
            nn.Conv1d(4, 4, 3, padding="same"), nn.ConvTranspose1d(4, 5, 3, 2, 1, 1), nn.BatchNorm1d(4),
            nn.InstanceNorm1d(4), nn.InstanceNorm1d(4, affine=True), nn.MaxPool1d(3, 2, 1),
            nn.MaxPool1d(3, 2, ceil_mode=True), nn.AvgPool1d(2), nn.AvgPool1d(3, 2, 1, count_include_pad=False),
            nn.AdaptiveAvgPool1d(4), nn.LayerNorm(10), nn.LayerNorm((4, 10)), nn.GroupNorm(2, 4), nn.PReLU(4)]


def sequence_functions() -> list[Case]:
    return [lambda g, x, y: F.conv1d(x, g.w, g.b), lambda g, x, y: F.conv1d(x, g.w, None, 2, 1),
            lambda g, x, y: F.conv_transpose1d(x, g.v, g.b, 2),
            lambda g, x, y: F.conv_transpose1d(x, g.v, stride=2, padding=1), lambda g, x, y: F.max_pool1d(x, 3),
            lambda g, x, y: F.max_pool1d(x, 3, 1, 1), lambda g, x, y: F.avg_pool1d(x, 2),
            lambda g, x, y: F.avg_pool1d(x, 3, 2, 1), lambda g, x, y: F.adaptive_avg_pool1d(x, 5),
            lambda g, x, y: F.instance_norm(x), lambda g, x, y: F.instance_norm(x, weight=g.s, bias=g.t),
            lambda g, x, y: F.layer_norm(x, (10,)), lambda g, x, y: F.layer_norm(x, [10], g.r, g.q),
            lambda g, x, y: F.group_norm(x, 2), lambda g, x, y: F.group_norm(x, 4, g.s, g.t),
            lambda g, x, y: F.layer_norm(x, (4, 10), eps=0.01)]


def image_layers() -> list[Case]:
    return [nn.Conv2d(4, 6, 3, 2, 1), nn.Conv2d(4, 4, (3, 2), (1, 2), (1, 0), (1, 2), groups=4),
            nn.ConvTranspose2d(4, 6, 3, 2, 1, 1), nn.ConvTranspose2d(4, 2, (3, 2), dilation=2, groups=2, bias=False),
            nn.BatchNorm2d(4), nn.BatchNorm2d(4, eps=0.001), nn.InstanceNorm2d(4), nn.InstanceNorm2d(4, affine=True),
            nn.MaxPool2d(3, 2, 1), nn.MaxPool2d((2, 3), dilation=(1, 2), ceil_mode=True), nn.AvgPool2d(2),
            nn.AvgPool2d(3, 2, 1, True, False), nn.AvgPool2d(3, 1, divisor_override=5), nn.AdaptiveAvgPool2d((3, 2)),
            nn.GroupNorm(4, 4), nn.LayerNorm((8, 8))]


def image_functions() -> list[Case]:
    return [lambda g, x, y: F.conv2d(x, g.w, g.b, 2, 1),
            lambda g, x, y: F.conv2d(x, g.w, padding=(1, 0), dilation=(1, 2)),
            lambda g, x, y: F.conv_transpose2d(x, g.v, g.b, 2, 1, 1), lambda g, x, y: F.conv_transpose2d(x, g.v),
            lambda g, x, y: F.max_pool2d(x, 2), lambda g, x, y: F.max_pool2d(x, (3, 2), (2, 1), 1),
            lambda g, x, y: F.avg_pool2d(x, 2), lambda g, x, y: F.avg_pool2d(x, 3, 2, 1),
            lambda g, x, y: F.adaptive_avg_pool2d(x, 3), lambda g, x, y: F.adaptive_avg_pool2d(x, (1, 1)),
            lambda g, x, y: F.instance_norm(x, weight=g.s, bias=g.t), nn.PReLU(4)]


def volume_layers() -> list[Case]:
    return [nn.Conv3d(2, 3, 3, 1, 1), nn.Conv3d(2, 2, (1, 3, 2), (1, 2, 1), groups=2, bias=False),
            nn.ConvTranspose3d(2, 3, 2, 2), nn.BatchNorm3d(2), nn.InstanceNorm3d(2),
            nn.InstanceNorm3d(2, affine=True), nn.MaxPool3d(2), nn.MaxPool3d(3, 1, 1), nn.AvgPool3d(2),
            nn.AvgPool3d((2, 3, 3), 1, (1, 1, 0)), nn.AdaptiveAvgPool3d(2), nn.AdaptiveAvgPool3d((1, 2, 3))]


def volume_functions() -> list[Case]:
    return [lambda g, x, y: F.conv3d(x, g.w, g.b), lambda g, x, y: F.conv3d(x, g.w, None, 1, 1),
            lambda g, x, y: F.conv_transpose3d(x, g.v, g.b), lambda g, x, y: F.max_pool3d(x, 2),
            lambda g, x, y: F.max_pool3d(x, 3, 2, 1), lambda g, x, y: F.avg_pool3d(x, 2),
            lambda g, x, y: F.avg_pool3d(x, (1, 2, 3)), lambda g, x, y: F.adaptive_avg_pool3d(x, 2),
            lambda g, x, y: F.adaptive_avg_pool3d(x, (1, 2, 3)), nn.PReLU(2)]


def tables() -> list[Case]:
    return [nn.Embedding(12, 5), nn.EmbeddingBag(12, 4, mode="sum"), lambda g, x, y: F.embedding(x, g.w),
            lambda g, x, y: torch.addmm(g.b, y, g.v)]


class Bags(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(12, 4, mode="sum")

    def forward(self, x, y):
        return self.bag(x, y)


# Inputs by group; parameters of functions by group.
IMAGE, SEQUENCE, VOLUME = [2, 4, 8, 8], [2, 4, 10], [2, 2, 4, 6, 6]
SHAPES = {"arithmetic": [2, 4, 6, 6], "shuffles": [2, 8, 6, 6],
          "sequence_layers": SEQUENCE, "sequence_functions": SEQUENCE,
          "volume_layers": VOLUME, "volume_functions": VOLUME, "tables": [2, 3]}
PARAMETERS: dict[str, dict[str, tuple[int, ...]]] = {
    "arithmetic": {"w": (5, 6), "b": (5,)},
    "sequence_functions": {"w": (3, 4, 3), "v": (4, 3, 3), "b": (3,), "s": (4,), "t": (4,), "r": (10,), "q": (10,)},
    "image_functions": {"w": (3, 4, 3, 3), "v": (4, 3, 3, 3), "b": (3,), "s": (4,), "t": (4,)},
    "volume_functions": {"w": (3, 2, 2, 3, 3), "v": (2, 3, 2, 3, 3), "b": (3,)},
    "tables": {"w": (12, 3), "v": (3, 5), "b": (5,)},
}
CASES = [activations, activation_functions, activation_methods, arithmetic, moves, move_methods, shuffles,
         sequence_layers, sequence_functions, image_layers, image_functions, volume_layers, volume_functions, tables]

# Ops of which every value must have PyTorch's bits: they pick or move values, or round once.
EXACT = {"add", "cat", "channel_shuffle", "channelshuffle", "clamp", "concat", "concatenate", "constantpad2d",
         "contiguous", "detach", "detach_", "dropout", "embedding", "flatten", "getitem", "hardtanh", "hardtanh_",
         "identity", "leaky_relu", "leaky_relu_", "leakyrelu", "mul", "narrow", "pad", "permute", "permute_copy",
         "pixel_shuffle", "pixel_unshuffle", "pixelshuffle", "pixelunshuffle", "prelu", "relu", "relu6", "relu_",
         "repeat", "repeat_interleave", "reshape", "resize_", "size", "squeeze", "squeeze_", "stack", "sub",
         "transpose", "unsqueeze", "unsqueeze_", "view", "zeropad2d",
         *(f"{pool}{rank}d" for pool in ("max_pool", "maxpool") for rank in (1, 2, 3))}
# Why an op that has a float form is in no group.
NOT_COVERED = {
    "method:hardsigmoid": "PyTorch's tensors have no such method",
    "method:hardsigmoid_": "PyTorch's tensors have no such method",
    "method:leaky_relu": "PyTorch's tensors have no such method",
    "method:masked_fill": "no float form: models with inputs of true and false are converted, not run",
}


def with_numbers(model: nn.Module) -> nn.Module:
    """Norms with statistics and weights that are not 0 and 1; weights of PReLU that differ."""
    kinds = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.PReLU)
    for m in (m for m in model.modules() if isinstance(m, kinds)):
        for name, t in [*m.named_parameters(recurse=False), *m.named_buffers(recurse=False)]:
            if "bias" in name or "mean" in name:
                nn.init.normal_(t, 0.0, 0.3)
            elif t.is_floating_point():
                nn.init.uniform_(t, 0.5, 1.5)
    return model.eval()


def groups() -> dict[str, tuple[nn.Module, tuple[torch.Tensor, torch.Tensor]]]:
    """Models and their inputs by name."""
    torch.manual_seed(5)
    found: dict[str, tuple[nn.Module, tuple[torch.Tensor, torch.Tensor]]] = {}
    for make in CASES:
        name = make.__name__
        model = Group(make(), PARAMETERS.get(name, {}))
        shape = SHAPES.get(name, IMAGE)
        inputs = (torch.randn(shape) * 3, torch.randn(shape) * 3)
        found[name] = (model, (torch.randint(0, 12, (2, 5)), inputs[1]) if name == "tables" else inputs)
    found["bags"] = (Bags(), (torch.randint(0, 12, (10,)), torch.tensor([0, 4, 4])))
    found["recurrent"] = (Recurrent(), (torch.randn(3, 2, 4), torch.randn(2, 4)))
    return {name: (with_numbers(model), inputs) for name, (model, inputs) in found.items()}
