# SPDX-License-Identifier: BSL-1.0
import torch
from torch import nn
from torch.ao.quantization import get_default_qconfig_mapping
from torch.ao.quantization.backend_config import get_qnnpack_backend_config
from torch.ao.quantization.quantize_fx import prepare_fx


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.bn(self.conv(x)) + x)


class SmallNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, stride=2, padding=1)
        self.blocks = nn.Sequential(Residual(4), Residual(4))
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        x = self.blocks(nn.functional.relu(self.stem(x)))
        return self.fc(x.mean([2, 3]))


def small_net():
    torch.manual_seed(7)
    return SmallNet().eval()


def prepared_small_net():
    """The float model, the same prepared and calibrated, and the backend it was prepared for."""
    backend = get_qnnpack_backend_config()
    prepared = prepare_fx(small_net(), get_default_qconfig_mapping("qnnpack"), (torch.zeros(1, 1, 8, 8),),
                          backend_config=backend)
    for seed in range(4):
        prepared(torch.randn(8, 1, 8, 8, generator=torch.Generator().manual_seed(seed)))
    return small_net(), prepared, backend
