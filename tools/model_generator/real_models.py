#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes the test of one real model as a C++ file: its description (model.json) as a model struct.

usage: real_models.py MODELS_DIR MODEL OUTPUT.cpp

The file holds `torch_net`, the model as PyTorch recorded it (an asymmetric padding is a call of pad, softmax is left
out), and, where a published .tflite stands beside it, `published_net`, where paddings belong to the convolutions and
softmax is in. Everything that depends on shapes is written here; the numbers are read when the test runs. A model that
is not there gives a test that says so.
"""
import json
import os
import struct
import sys
from types import SimpleNamespace

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from quantype_export.model import Leaf, Model, Node, Ref, Struct  # noqa: E402
from quantype_export.modules import module_text  # noqa: E402
from quantype_export.problems import Problems  # noqa: E402
from quantype_export.write_model import HeaderWriter  # noqa: E402


def pair(value):
    return list(value) if isinstance(value, list) else [value, value]


class Description:
    """One description, with the differences between its sources evened out."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "model.json")) as f:
            self.record = json.load(f)
        self.shapes = {}
        for name in ("weights.safetensors", "weights_u8.safetensors"):
            if os.path.exists(os.path.join(folder, name)):
                self.shapes = safetensors_shapes(os.path.join(folder, name))

    def is_published(self):
        return os.path.exists(os.path.join(self.folder, "published_int8", "quant.json"))


def safetensors_shapes(path):
    with open(path, "rb") as f:
        length = struct.unpack("<Q", f.read(8))[0]
        header = json.loads(f.read(length))
    return {name: entry["shape"] for name, entry in header.items() if name != "__metadata__"}


class Writer:
    """The exporter's model of a description."""

    def __init__(self, description, published):
        self.description = description
        self.published = published
        self.members = {}
        self.body = [Node("x", "placeholder", "x")]
        self.values = {}  # name of the node that stands for a node of the description

    def append(self, node, op, target, *args):
        name = node["name"] if node["name"] != "x" else "x_out"
        while any(n.name == name for n in self.body):
            name += "_out"
        self.body.append(Node(name, op, target, list(args)))
        self.values[node["name"]] = name

    def call(self, node, kind, inputs=None, path=None, **attributes):
        """A module of torch.nn, which becomes a member at its path."""
        *holders, last = (path or self.path(node)).split(".")
        place, at = self.members, ""
        for holder in holders:
            at = (at + "." + holder).lstrip(".")
            place = place.setdefault(holder, Struct(holder + "_module", at, {}, [])).members
        place[last] = Leaf(module_text("torch.nn." + kind, SimpleNamespace(**attributes)))
        self.append(node, "call_module", ".".join([*holders, last]), *(inputs or self.inputs(node)))

    def inputs(self, node):
        return [Ref(self.values.get(name, "x")) for name in node["inputs"]]

    def add(self, node):
        getattr(self, "add_" + node["op"])(node, node.get("attrs") or {})
        if node.get("act") == "relu":
            self.call(node, "ReLU", [Ref(self.values[node["name"]])], node["name"] + "_relu")

    @staticmethod
    def path(node):
        return node.get("module") or node["name"]

    def pad_before(self, node, left, right, top, bottom):
        self.append(node, "call_function", "torch.nn.functional.pad", *self.inputs(node), [left, right, top, bottom])

    def add_conv2d(self, node, a):
        weight = self.description.shapes[self.path(node) + ".weight"]
        pad = a.get("pad_top_bottom_left_right") or [p for p in pair(a["padding"]) for _ in range(2)]
        inputs, padding = self.inputs(node), [pad[0], pad[2]]
        if pad[0] != pad[1] or pad[2] != pad[3]:
            self.pad_before(node, pad[2], pad[3], pad[0], pad[1])
            inputs, padding = [Ref(self.values[node["name"]])], [0, 0]
        self.call(node, "Conv2d", inputs, in_channels=weight[1] * a["groups"], out_channels=weight[0],
                  kernel_size=weight[2:], stride=a["stride"], padding=padding, dilation=a.get("dilation", [1, 1]),
                  groups=a["groups"], bias=self.description.shapes.get(self.path(node) + ".bias"))

    def add_linear(self, node, a):
        self.call(node, "Linear", in_features=a["in_features"], out_features=a["out_features"], bias=True)

    def add_batchnorm2d(self, node, a):
        features = self.description.shapes[self.path(node) + ".weight"][0]
        self.call(node, "BatchNorm2d", num_features=features, eps=a["eps"], affine=True, track_running_stats=True)

    def add_relu(self, node, a):
        self.call(node, "ReLU")

    def add_relu6(self, node, a):
        self.call(node, "ReLU6")

    def add_add(self, node, a):
        first, *rest = self.inputs(node)
        for other in rest:
            self.append(node, "call_function", "operator.add", first, other)
            first = Ref(self.values[node["name"]])

    def add_maxpool2d(self, node, a):
        self.call(node, "MaxPool2d", kernel_size=pair(a["kernel_size"]), **self.window(a))

    def add_avgpool2d(self, node, a):
        self.call(node, "AvgPool2d", kernel_size=a["kernel"], **self.window(a))

    @staticmethod
    def window(a):
        return {"stride": pair(a["stride"]), "padding": pair(a.get("padding", 0)), "ceil_mode": False}

    def add_adaptiveavgpool2d(self, node, a):
        self.call(node, "AdaptiveAvgPool2d", output_size=a["output_size"])

    def add_flatten(self, node, a):
        if node.get("module"):
            self.call(node, "Flatten", start_dim=1, end_dim=-1)
        else:
            self.append(node, "call_function", "torch.flatten", *self.inputs(node), 1)

    def add_pad(self, node, a):
        top, bottom, left, right = a["pad_top_bottom_left_right"]
        self.pad_before(node, left, right, top, bottom)

    def add_identity(self, node, a):
        self.values[node["name"]] = self.inputs(node)[0].name

    def add_softmax(self, node, a):
        if self.published:
            self.call(node, "Softmax", dim=-1)
        else:
            self.add_identity(node, a)

    def add_input(self, node, a):
        self.values[node["name"]] = "x"

    def struct(self, name):
        """The lines of the struct `name`."""
        nodes = self.description.record["nodes"]
        for node in nodes:
            self.add(node)
        self.body.append(Node("output", "output", "output", [Ref(self.values[nodes[-1]["name"]])]))
        problems = Problems()
        model = Model(name, [self.description.record["input_shape_nchw"]], Struct(name, "", self.members, self.body))
        lines = HeaderWriter(model, problems).struct_lines()
        problems.raise_if_any()
        return lines


def test_text(models, name):
    folder = os.path.join(models, name)
    lines = ["// Generated by tools/model_generator/real_models.py from %s/model.json." % name,
             '#include "golden/real_models.hpp"', ""]
    if not os.path.exists(os.path.join(folder, "model.json")):
        return lines + ['TEST_CASE("golden real_models_%s") { real_models::skip("%s"); }' % (name, name)]
    description = Description(folder)
    lines += ["namespace {", "namespace qz = quantype;", "namespace nn = quantype::nn;", ""]
    lines += Writer(description, False).struct("torch_net") + [""]
    published = "void"
    if description.is_published():
        published = "published_net"
        lines += Writer(description, True).struct("published_net") + [""]
    lines += ["}  // namespace", ""]
    return lines + ['TEST_CASE("golden real_models_%s") { real_models::run<torch_net, %s>("%s"); }' %
                    (name, published, name)]


def main():
    models, name, output = sys.argv[1:4]
    text = "\n".join(test_text(models, name)) + "\n"
    if os.path.exists(output):
        with open(output) as f:
            if f.read() == text:
                return  # an unchanged source need not be compiled again
    with open(output, "w") as f:
        f.write(text)


if __name__ == "__main__":
    main()
