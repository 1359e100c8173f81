# SPDX-License-Identifier: BSL-1.0
"""ResNet-18 and MobileNetV2 as plain nn.Module code, built as torchvision builds them. Random
weights from a fixed seed; batch norms hold the statistics of a few random batches, so that activations keep their size."""
from collections import OrderedDict

import torch
from torch import nn

SIZE = 64  # of the images
CLASSES = 100


class BasicBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class ResNet18(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self.layer(64, 64, 1)
        self.layer2 = self.layer(64, 128, 2)
        self.layer3 = self.layer(128, 256, 2)
        self.layer4 = self.layer(256, 512, 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, CLASSES)

    @staticmethod
    def layer(inputs: int, outputs: int, stride: int) -> nn.Sequential:
        return nn.Sequential(BasicBlock(inputs, outputs, stride), BasicBlock(outputs, outputs, 1))

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = torch.flatten(self.avgpool(x), 1)
        return self.fc(x)


class ConvNormActivation(nn.Sequential):
    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU6(inplace=True),
        )


class InvertedResidual(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, expand: int) -> None:
        super().__init__()
        hidden = inputs * expand
        self.use_res_connect = stride == 1 and inputs == outputs
        layers = [ConvNormActivation(inputs, hidden, 1)] if expand != 1 else []
        layers += [
            ConvNormActivation(hidden, hidden, 3, stride, hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    # expansion, channels, repetitions, stride
    BLOCKS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]

    def __init__(self) -> None:
        super().__init__()
        features = [ConvNormActivation(3, 32, stride=2)]
        channels = 32
        for expand, outputs, count, stride in self.BLOCKS:
            for i in range(count):
                features.append(InvertedResidual(channels, outputs, stride if i == 0 else 1, expand))
                channels = outputs
        features.append(ConvNormActivation(channels, 1280, 1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, CLASSES))

    def forward(self, x):
        x = self.features(x)
        x = nn.functional.adaptive_avg_pool2d(x, (1, 1))
        x = torch.flatten(x, 1)
        return self.classifier(x)


def images(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(seed))


def with_statistics(model: nn.Module) -> nn.Module:
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.normal_(m.bias, 0.0, 0.2)
    model.train()
    with torch.no_grad():
        for seed in range(3):
            model(images(4, seed))
    return model.eval()


def resnet18() -> nn.Module:
    torch.manual_seed(18)
    return with_statistics(ResNet18())


def mobilenet_v2() -> nn.Module:
    torch.manual_seed(2)
    return with_statistics(MobileNetV2())


class Head(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 8))
        self.bias = nn.Parameter(torch.randn(3))

    def forward(self, x, y=None):
        y = x if y is None else y
        return nn.functional.linear(torch.tanh(x) * 0.5 + y, self.weight, self.bias)


class Features(nn.Module):
    """Every construct that a header can hold, in one model: two inputs, two outputs, lists, parameters, sizes, defaults."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(OrderedDict(conv=nn.Conv2d(2, 4, (3, 1), padding="same"), act=nn.Hardswish()))
        self.second = nn.Conv2d(2, 4, 3, stride=2, padding=(1, 1), dilation=1, groups=2)
        self.layers = nn.ModuleList([nn.Linear(8, 8), nn.Sigmoid(), nn.Linear(8, 8, bias=False)])
        self.norm = nn.BatchNorm1d(8, eps=0.001)
        self.parts = nn.ModuleDict({"left": Head(), "right": Head()})
        self.average = nn.AvgPool2d(2, count_include_pad=False, padding=1)
        self.unused = nn.GELU()

    def forward(self, x, y, scale: float = 2.0):
        a = self.average(self.first(x))
        b = nn.functional.pad(self.second(y), [0, 1, 1, 0])
        joined = torch.cat([a, b], dim=1) * scale
        flat = joined.mean([2, 3]).view(x.size(0), -1)
        for layer in self.layers:
            flat = layer(flat)
        flat = self.norm(nn.functional.relu(flat)).reshape(x.shape[0], 8)
        return self.parts["left"](flat), self.parts["right"](flat, flat + 1)


def features() -> nn.Module:
    torch.manual_seed(5)
    model = Features()
    nn.init.normal_(model.norm.running_mean)
    nn.init.uniform_(model.norm.running_var, 0.5, 2.0)
    return model.eval()
