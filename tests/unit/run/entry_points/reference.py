# SPDX-License-Identifier: BSL-1.0
"""Has PyTorch fuse a model, convert it to the reference form, and convert it with second mappings.

    /usr/bin/python3 tests/unit/run/entry_points/reference.py tests/unit/run/entry_points

Made with torch 1.13.1. Writes nodes.txt (for every case a line "# <case>" and a line a node: name, kind, what is
called, names of its inputs; or "refused: ...") and expected.safetensors (weights before and after fusion, an input,
outputs of the fused model and of the reference form; a model with codes at its border).
"""
import pathlib
import sys

import torch
from torch import nn
from torch.ao.quantization import (
    FixedQParamsObserver, QConfig, QConfigMapping, default_per_channel_qconfig, default_qconfig, default_weight_observer)
from torch.ao.quantization.fx.custom_config import PrepareCustomConfig
from torch.ao.quantization.quantize_fx import convert_fx, convert_to_reference_fx, fuse_fx, prepare_fx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "qat"))
from write_safetensors import save  # noqa: E402


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=1)
        self.bn = nn.BatchNorm2d(2)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.bn(self.conv(x))) + x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 2, 3, bias=False)
        self.bn = nn.BatchNorm2d(2)
        self.block = Block()
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(8, 4)
        self.act = nn.ReLU()
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        x = self.pool(self.block(self.bn(self.stem(x))))
        return self.head(self.act(self.fc(torch.flatten(x, 1))))


def line(modules, node):
    called = str(node.target) if node.op in ("call_module", "placeholder", "get_attr") else "-"
    if node.op == "call_module":
        place = type(modules[node.target]).__module__
        form = "reference" if ".reference." in place else "quantized" if ".quantized." in place else "float"
        called += f" {form} {type(modules[node.target]).__name__}"
    return " ".join([node.name, node.op, called, *(n.name for n in node.all_input_nodes)])


def nodes(model):
    modules = dict(model.named_modules())
    return [line(modules, n) for n in model.graph.nodes]


# Scales that no float sum decides.
FIXED = QConfig(FixedQParamsObserver.with_args(scale=0.0231, zero_point=117), default_weight_observer)


def mapping(default=default_qconfig):
    return QConfigMapping().set_global(default)


class Borders(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 3)
        self.b = nn.Conv2d(3, 4, 3)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x, y):
        return self.pool(self.a(x) + self.b(y))


def borders(tensors):
    """Codes at input 0 and the output. torch 1.13 knows no more than one such output; what a and b give is looked at
    inside."""
    model = Borders().eval()
    custom = PrepareCustomConfig().set_input_quantized_indexes([0]).set_output_quantized_indexes([0])
    x, y = torch.rand(1, 3, 6, 7), torch.randn(1, 3, 6, 7)
    prepared = prepare_fx(model, mapping(FIXED), (x, y), prepare_custom_config=custom)
    prepared(x, y)
    codes = torch.quantize_per_tensor(x, 0.0043, 7, torch.quint8)
    converted = convert_fx(prepared)
    inside = {}
    for name in "ab":
        getattr(converted, name).register_forward_hook(lambda _, __, out, name=name: inside.update({name: out}))
    output = converted(codes, y)
    tensors |= {f"borders.float.{k}": v for k, v in model.state_dict().items()}
    tensors |= {"borders.x": x, "borders.y": y, "borders.codes": codes.int_repr()}
    tensors["borders.0"] = inside["b"].dequantize()
    for i, out in ((1, inside["a"]), (2, output)):
        tensors[f"borders.{i}"] = out.int_repr()
        tensors[f"borders.{i}.scale"] = torch.tensor([out.q_scale()])
        tensors[f"borders.{i}.zero_point"] = torch.tensor([out.q_zero_point()], dtype=torch.int32)


def main(folder):
    torch.manual_seed(7)
    model = Net().eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight, module.running_var):
                nn.init.uniform_(tensor, 0.5, 1.5)
            for tensor in (module.bias, module.running_mean):
                nn.init.uniform_(tensor, -0.5, 0.5)
    x = torch.randn(1, 1, 6, 6)
    fused = fuse_fx(model)
    tensors = {f"float.{k}": v for k, v in model.state_dict().items() if v.is_floating_point()}
    tensors |= {f"fused.{k}": v for k, v in fused.state_dict().items() if v.is_floating_point()}
    tensors |= {"input": x, "output.fused": fused(x)}
    text = ["# fused", *nodes(fused)]

    def prepared(first):
        p = prepare_fx(model, first, (x,))
        p(x)
        return p

    reference = convert_to_reference_fx(prepared(mapping()))
    tensors["output.reference"] = reference(x)
    text += ["# reference", *nodes(reference)]
    head = mapping().set_module_name("head", default_qconfig)
    cases = {
        "head_in_float": (mapping(), mapping().set_module_name("head", None)),
        "block_in_float": (mapping(), mapping().set_module_name("block", None)),
        "no_linear": (mapping(), mapping().set_object_type(nn.Linear, None)),
        "named_head": (head, mapping().set_module_name("head", None)),
        "unchanged": (head, head),
        "global_none": (mapping(), mapping(None)),
        "global_differs": (mapping(), mapping(default_per_channel_qconfig)),
        "missing_entry": (head, mapping()),
        "another_qconfig": (mapping(), mapping().set_module_name("head", default_per_channel_qconfig)),
        "float_becomes_quantized": (mapping().set_module_name("head", None), head),
    }
    for name, (first, second) in cases.items():
        text.append(f"# {name}")
        try:
            text += nodes(convert_fx(prepared(first), qconfig_mapping=second))
        except AssertionError:
            text.append("refused")
    borders(tensors)
    folder.joinpath("nodes.txt").write_text("\n".join(text) + "\n")
    save(folder / "expected.safetensors", {k: v.detach() for k, v in tensors.items()})


torch.set_num_threads(1)
torch.backends.quantized.engine = "qnnpack"
with torch.no_grad():
    main(pathlib.Path(sys.argv[1]))
