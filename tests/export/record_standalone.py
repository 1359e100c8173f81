# SPDX-License-Identifier: BSL-1.0
"""usage: record_standalone.py FOLDER. Prepares a model with a standalone module in PyTorch, engine qnnpack, and converts it.

Writes the exporter's files, the prepared model's state_dict, and what the converted model gives, for standalone.cpp: once
with floats at the module's border, once with codes."""
import copy
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.ao.quantization import MinMaxObserver, QConfig, QConfigMapping, default_weight_observer
from torch.ao.quantization.backend_config import get_qnnpack_backend_config
from torch.ao.quantization.fx.custom_config import PrepareCustomConfig
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tools")]
from quantype_export.export import export_model  # noqa: E402
from quantype_export.files import safetensors, write_all  # noqa: E402
from quantype_export.from_torch import tensor_entry  # noqa: E402


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.conv(x)) + x


class Standalone(nn.Module):
    """`last` is called only where the block gives codes: PyTorch observes no input of what follows a standalone module, so
    that on floats `last` would be a float convolution."""

    def __init__(self, codes: bool) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.tail = nn.Sequential(Block())
        self.last = nn.Conv2d(4, 2, 1) if codes else nn.Identity()

    def forward(self, x):
        return self.last(self.tail(self.stem(x)))


def record(folder: Path, name: str, codes: bool) -> None:
    torch.manual_seed(9)
    model = Standalone(codes).eval()
    shape = (1, 3, 6, 5)
    qconfig = QConfig(activation=MinMaxObserver.with_args(dtype=torch.quint8), weight=default_weight_observer)
    border = PrepareCustomConfig()
    if codes:
        border.set_input_quantized_indexes([0]).set_output_quantized_indexes([0])
    backend = get_qnnpack_backend_config()
    custom = PrepareCustomConfig().set_standalone_module_name("tail.0", None, (torch.randn(1, 4, 6, 5),), border, backend)
    prepared = prepare_fx(copy.deepcopy(model), QConfigMapping().set_global(qconfig), (torch.randn(shape),), custom,
                          backend_config=backend)
    for _ in range(4):
        prepared(torch.randn(shape))
    export_model(model, [list(shape)], folder, name)
    state = {k: tensor_entry(t) for k, t in prepared.state_dict().items() if t.dtype == torch.float32}
    write_all({folder / f"{name}_prepared.safetensors": safetensors(state)})
    converted = convert_fx(prepared, backend_config=backend)
    tensors = {}
    for sample in range(10):
        x = torch.randn(shape)
        tensors |= {f"{sample}.input": x, f"{sample}.output": converted(x)}
    entries = {k: tensor_entry(t) for k, t in tensors.items()}
    write_all({folder / f"{name}_expected.safetensors": safetensors(entries)})


@torch.no_grad()
def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    torch.backends.quantized.engine = "qnnpack"
    record(folder, "standalone_floats", False)
    record(folder, "standalone_codes", True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
