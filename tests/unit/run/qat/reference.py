# SPDX-License-Identifier: BSL-1.0
"""Trains a small model in PyTorch's QAT and writes, for three mappings, what qat.cpp expects.

    /usr/bin/python3 tests/unit/run/qat/reference.py tests/unit/run/qat

Made with torch 1.13.1. Writes <mapping>_float.safetensors (the float model), <mapping>_trained.safetensors (the
state_dict after three forward passes and three steps of SGD, observers then switched off), <mapping>_printed.txt (the
trained model printed, with the "bias=True" of batch norms that torch 2 adds) and <mapping>_expected.safetensors
(inputs, outputs, and the reference form's weight codes and qparams).
"""
import pathlib
import sys

import torch
from torch import nn
from torch.ao.quantization import disable_observer, get_default_qat_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_to_reference_fx, prepare_qat_fx

from write_safetensors import save


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.alone = nn.BatchNorm2d(2)
        self.c = nn.Conv2d(2, 4, 3, padding=1, bias=False)
        self.b = nn.BatchNorm2d(4)
        self.r = nn.ReLU()
        self.d = nn.Conv2d(4, 4, 3, padding=1)
        self.e = nn.BatchNorm2d(4)
        self.p = nn.MaxPool2d(2)
        self.q = nn.Conv2d(4, 2, 1)
        self.s = nn.Sigmoid()
        self.l = nn.Linear(18, 6)
        self.lb = nn.BatchNorm1d(6)
        self.m = nn.Linear(6, 5)
        self.mr = nn.ReLU()

    def forward(self, x):
        x = self.r(self.b(self.c(self.alone(x))))
        x = self.s(self.q(self.p(x + self.e(self.d(x)))))
        return self.mr(self.m(self.lb(self.l(torch.flatten(x, 1)))))


def converted(model):
    """Codes, scales and biases of the reference modules by float module, and every scale and zero point in order."""
    tensors = {}
    for name, module in model.named_modules():
        if hasattr(module, "weight_scale"):
            name = name.removesuffix(".0")
            tensors[name + ".codes"] = module.get_quantized_weight().int_repr().to(torch.int32)
            tensors[name + ".scale"] = module.weight_scale.flatten().to(torch.float32)
            tensors[name + ".bias"] = module.bias
    return tensors


def write(folder, tag, engine, version, left_in_float=""):
    torch.manual_seed(5)
    model = Net().train()
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.BatchNorm1d)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    save(folder / f"{tag}_float.safetensors", model.state_dict())
    inputs = [torch.randn(4, 2, 6, 6) for _ in range(4)]
    mapping = get_default_qat_qconfig_mapping(engine, version)
    if left_in_float:
        mapping.set_module_name(left_in_float, None)
    prepared = prepare_qat_fx(model, mapping, (inputs[0],))
    expected = {f"x{i}": x for i, x in enumerate(inputs)}
    with torch.no_grad():
        for i in range(3):
            expected[f"train{i}"] = prepared(inputs[i])
    optimizer = torch.optim.SGD(prepared.parameters(), lr=0.05)
    for x in inputs[:3]:
        optimizer.zero_grad()
        (prepared(x) ** 2).mean().backward()
        optimizer.step()
    prepared.eval()
    prepared.apply(disable_observer)
    with torch.no_grad():
        expected["eval"] = prepared(inputs[3])
    save(folder / f"{tag}_trained.safetensors", prepared.state_dict())
    printed = str(prepared).replace("affine=True, track", "affine=True, bias=True, track")
    (folder / f"{tag}_printed.txt").write_text(printed)
    reference = convert_to_reference_fx(prepared)
    with torch.no_grad():
        expected["reference"] = reference(inputs[3])
    save(folder / f"{tag}_expected.safetensors", {**expected, **converted(reference)})


torch.set_num_threads(1)
for arguments in (("x86", "fbgemm", 1), ("v0_qnnpack", "qnnpack", 0), ("partly", "qnnpack", 1, "d")):
    write(pathlib.Path(sys.argv[1]), *arguments)
