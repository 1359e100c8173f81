# SPDX-License-Identifier: BSL-1.0
"""Writes qat_module_reference.hpp: what PyTorch's QAT modules compute on small tensors.

    python3 tests/unit/calibrate/qat_module_reference.py > tests/unit/calibrate/qat_module_reference.hpp

Made with torch 1.13.1. Tensors are filled by the rule of `filled`, which the test repeats.
"""
import torch
import torch.nn.intrinsic.qat as nniqat
import torch.nn.qat as nnqat
from torch.ao.quantization.fake_quantize import (
    default_fused_act_fake_quant, default_fused_per_channel_wt_fake_quant, default_fused_wt_fake_quant,
    default_weight_fake_quant)
from torch.ao.quantization.qconfig import QConfig

PER_TENSOR = QConfig(default_fused_act_fake_quant, default_fused_wt_fake_quant)
PER_CHANNEL = QConfig(default_fused_act_fake_quant, default_fused_per_channel_wt_fake_quant)
PLAIN = QConfig(default_fused_act_fake_quant, default_weight_fake_quant)


def filled(shape, seed):
    """The i-th value is ((i * 37 + seed * 101) mod 127 - 63) / 50 in float32."""
    count = 1
    for extent in shape:
        count *= extent
    values = [((i * 37 + seed * 101) % 127 - 63) / 50 for i in range(count)]
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def prepare(module):
    with torch.no_grad():
        module.weight.copy_(filled(module.weight.shape, 1))
        if module.bias is not None:
            module.bias.copy_(filled(module.bias.shape, 2))
        if hasattr(module, "bn"):
            module.bn.weight.copy_(filled(module.bn.weight.shape, 3) + 2)
            module.bn.bias.copy_(filled(module.bn.bias.shape, 4))
            module.bn.running_mean.copy_(filled(module.bn.running_mean.shape, 5))
            module.bn.running_var.copy_(filled(module.bn.running_var.shape, 6).abs() + 0.5)
    return module


def floats(tensor):
    values = tensor.detach().flatten().tolist()
    lines, line = [], ""
    for value in values:
        digits = f"{value:.9g}"
        text = digits + ("f, " if "." in digits or "e" in digits else ".0f, ")
        if len(line) + len(text) > 104:
            lines.append(line.rstrip())
            line = ""
        line += text
    return "{" + "\n             ".join(lines + [line.rstrip(", ")]) + "}"


def steps_of(module, shape):
    module.train()
    for number in range(3):
        if number == 2:
            module.eval()
        with torch.no_grad():
            y = module(filled(shape, 7 + number))
        bn = getattr(module, "bn", None)
        fq = module.weight_fake_quant
        empty = torch.tensor([])
        yield [y, fq.activation_post_process.min_val, fq.activation_post_process.max_val, fq.scale,
               bn.running_mean if bn else empty, bn.running_var if bn else empty]


CASES = [
    ("linear", nnqat.Linear(5, 3, qconfig=PLAIN), (4, 5)),
    ("linear_relu", nniqat.LinearReLU(5, 3, qconfig=PER_TENSOR), (4, 5)),
    ("linear_bn1d", nniqat.LinearBn1d(5, 3, qconfig=PER_CHANNEL), (4, 5)),
    ("conv1d_bn", nniqat.ConvBn1d(2, 3, 3, padding=1, qconfig=PER_TENSOR), (2, 2, 5)),
    ("conv1d_bn_relu", nniqat.ConvBnReLU1d(2, 3, 3, bias=False, qconfig=PER_CHANNEL), (2, 2, 5)),
    ("conv2d", nnqat.Conv2d(2, 3, 2, qconfig=PER_CHANNEL), (2, 2, 3, 3)),
    ("conv2d_relu", nniqat.ConvReLU2d(2, 3, 2, qconfig=PER_TENSOR), (2, 2, 3, 3)),
    ("conv2d_bn", nniqat.ConvBn2d(4, 4, 3, padding=1, groups=4, bias=True, qconfig=PER_CHANNEL), (1, 4, 3, 3)),
    ("conv2d_bn_relu", nniqat.ConvBnReLU2d(2, 3, 3, stride=2, padding=1, bias=True, qconfig=PLAIN), (2, 2, 4, 4)),
    ("conv3d_bn", nniqat.ConvBn3d(2, 2, 2, bias=True, qconfig=PER_TENSOR), (2, 2, 3, 2, 3)),
    ("conv3d_bn_relu", nniqat.ConvBnReLU3d(2, 2, 2, bias=False, qconfig=PER_CHANNEL), (2, 2, 3, 2, 3)),
]

print("""// SPDX-License-Identifier: BSL-1.0
// Written by qat_module_reference.py with torch 1.13.1: two training steps and one in evaluation mode for each module.
#pragma once
#include <string>
#include <vector>

namespace reference {

/// After a step: output; minimum, maximum and scale of the weight's fake-quantize; running statistics.
struct step {
    std::vector<float> output, min, max, scale, running_mean, running_var;
};
struct module_case {
    std::string name;
    std::vector<step> steps;
};

inline const std::vector<module_case> cases = {""")
for name, module, shape in CASES:
    print(f'    {{"{name}",\n     {{')
    for step in steps_of(prepare(module), shape):
        print("         {" + ",\n          ".join(floats(t) for t in step) + "},")
    print("     }},")
print("};\n\n}  // namespace reference")
