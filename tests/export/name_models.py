# SPDX-License-Identifier: BSL-1.0
"""A model of the functions, methods and modules that only some tables name, with random weights from a fixed seed; its
backend and its inputs."""
import torch
from torch import nn
from torch.ao.quantization import backend_config as configs


class Names(nn.Module):
    """On codes are the methods that end in _; all others stay in float between a quantize and a dequantize."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.pad = nn.ConstantPad2d((1, 0, 2, 1), 0.25)
        self.weight = nn.Parameter(torch.randn(12, 5))
        self.bias = nn.Parameter(torch.randn(5))
        self.table = nn.Parameter(torch.randn(7, 6))

    def forward(self, x, indices):
        y = self.conv(x)
        last = torch.permute_copy(y, (0, 2, 3, 1))
        rows = torch.concat([last, torch.permute(y, (0, 2, 3, 1))], 1)
        wide = torch.concatenate([rows, rows], 3)
        # Of x, not of y: resize_ goes by the order in memory, and a quantized convolution gives its channels last.
        lines = nn.functional.relu(x).unsqueeze_(1).squeeze_(1)
        lines = lines.resize_(x.shape[0] * x.shape[1] * x.shape[2] // 2, x.size(3) * 2)
        sums = torch.addmm(self.bias, lines, self.weight)
        return self.pad(y), wide, lines, sums, nn.functional.embedding(indices, self.table)


def names() -> nn.Module:
    torch.manual_seed(8)
    return Names().eval()


def inputs(seed: int) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(seed)
    return torch.randn(2, 3, 8, 6), torch.randint(0, 7, (3, 2))


def backend() -> configs.BackendConfig:
    """qnnpack's table with the rows that ExecuTorch and TensorRT have beside it, in the dtypes that PyTorch's engine
    qnnpack computes."""
    codes = configs.DTypeConfig(torch.quint8, torch.quint8)
    weighted = configs.DTypeConfig(torch.quint8, torch.quint8, torch.qint8, torch.float)
    tables = configs.DTypeConfig(torch.float, torch.float, torch.quint8)
    rows = []
    for op in (nn.ConstantPad2d, torch.permute, torch.permute_copy, torch.concat, torch.concatenate):
        row = configs.BackendPatternConfig(op).add_dtype_config(codes)
        rows.append(row.set_observation_type(configs.ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT))
    rows.append(configs.BackendPatternConfig(torch.addmm).add_dtype_config(weighted)
                ._set_input_type_to_index({"bias": 0, "input": 1, "weight": 2}))
    rows.append(configs.BackendPatternConfig(nn.functional.embedding).add_dtype_config(tables)
                ._set_input_type_to_index({"weight": 1}))
    return configs.get_qnnpack_backend_config().set_name("names").set_backend_pattern_configs(rows)
