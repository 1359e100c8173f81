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

MAX_LISTED = 80  # members that QUANTYPE_MODULES takes


def options(*pairs):
    return "".join(", nn::%s<%s>" % (name, ", ".join(map(str, values))) for name, values in pairs if values)


def extent(sizes):
    return "nn::extent(%s)" % ", ".join(map(str, sizes))


def pair(value):
    return list(value) if isinstance(value, list) else [value, value]


def not_all(values, usual):
    return [] if all(v == usual for v in values) else values


class Model:
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
    """Members and forward of one struct, from the nodes of a description."""

    def __init__(self, model, published):
        self.model = model
        self.published = published
        self.members = []  # (path, type)
        self.forward = []
        self.values = {}

    def member(self, path, kind):
        self.members.append((path, kind))
        return path

    def line(self, node, text):
        self.values[node["name"]] = "v_" + node["name"]
        self.forward.append("const auto v_%s = %s;" % (node["name"], text))

    def call(self, node, kind):
        path = self.member(node.get("module") or node["name"], kind)
        self.line(node, "%s(%s)" % (path, self.inputs(node)))

    def inputs(self, node):
        return ", ".join(self.values.get(name, "x") for name in node["inputs"])

    def add(self, node):
        getattr(self, "add_" + node["op"])(node, node.get("attrs") or {})
        activation = node.get("act")
        if activation == "relu":
            before = self.values[node["name"]]
            path = self.member(node["name"] + "_relu", "nn::relu")
            self.forward.append("const auto v_%s = %s(%s);" % (path, path, before))
            self.values[node["name"]] = "v_" + path

    def add_conv2d(self, node, a):
        weight = self.model.shapes[self.path(node) + ".weight"]
        groups = a["groups"]
        pad = a.get("pad_top_bottom_left_right") or [p for p in pair(a["padding"]) for _ in range(2)]
        value = self.inputs(node)
        padding = [pad[0], pad[2]]
        if pad[0] != pad[1] or pad[2] != pad[3]:
            value = "pad(%s, {%d, %d, %d, %d})" % (value, pad[2], pad[3], pad[0], pad[1])
            padding = [0]
        kind = "nn::conv2d<%d, %d, %s" % (weight[1] * groups, weight[0], extent(weight[2:]))
        kind += options(("stride", not_all(a["stride"], 1)), ("padding", not_all(padding, 0)),
                        ("dilation", not_all(a.get("dilation", [1, 1]), 1)), ("groups", not_all([groups], 1)))
        if self.path(node) + ".bias" not in self.model.shapes:
            kind += ", nn::no_bias"
        path = self.member(self.path(node), kind + ">")
        self.line(node, "%s(%s)" % (path, value))

    @staticmethod
    def path(node):
        return node.get("module") or node["name"]

    def add_linear(self, node, a):
        self.call(node, "nn::linear<%d, %d>" % (a["in_features"], a["out_features"]))

    def add_batchnorm2d(self, node, a):
        features = self.model.shapes[self.path(node) + ".weight"][0]
        eps = {1e-5: "", 1e-3: ", nn::eps<1, 1000>"}[a["eps"]]
        self.call(node, "nn::batch_norm2d<%d%s>" % (features, eps))

    def add_relu(self, node, a):
        self.call(node, "nn::relu")

    def add_relu6(self, node, a):
        self.call(node, "nn::relu6")

    def add_add(self, node, a):
        self.line(node, " + ".join(self.values[name] for name in node["inputs"]))

    def add_maxpool2d(self, node, a):
        self.call(node, "nn::max_pool2d<%s%s>" % (extent(pair(a["kernel_size"])), self.window(a)))

    def add_avgpool2d(self, node, a):
        self.call(node, "nn::avg_pool2d<%s%s>" % (extent(a["kernel"]), self.window(a)))

    @staticmethod
    def window(a):
        return options(("stride", pair(a["stride"])), ("padding", not_all(pair(a.get("padding", 0)), 0)))

    def add_adaptiveavgpool2d(self, node, a):
        self.call(node, "nn::adaptive_avg_pool2d<%d>" % a["output_size"])

    def add_flatten(self, node, a):
        if node.get("module"):
            self.call(node, "nn::flatten<>")
        else:
            self.line(node, "flatten(%s, 1)" % self.inputs(node))

    def add_pad(self, node, a):
        top, bottom, left, right = a["pad_top_bottom_left_right"]
        self.line(node, "pad(%s, {%d, %d, %d, %d})" % (self.inputs(node), left, right, top, bottom))

    def add_identity(self, node, a):
        self.values[node["name"]] = self.inputs(node)

    def add_softmax(self, node, a):
        if self.published:
            self.call(node, "nn::softmax<-1>")
        else:
            self.values[node["name"]] = self.inputs(node)

    def add_input(self, node, a):
        self.values[node["name"]] = "x"

    def struct(self, name):
        nodes = self.model.record["nodes"]
        for node in nodes:
            self.add(node)
        last = self.values[nodes[-1]["name"]]
        shape = ", ".join(map(str, self.model.record["input_shape_nchw"]))
        lines = ["struct %s {" % name, "    using inputs = qz::inputs<qz::f32<%s>>;" % shape]
        lines += scope_lines(self.members, "    ")
        lines += ["    constexpr auto forward(auto x) const {"]
        lines += ["        " + text for text in self.forward]
        return lines + ["        return %s;" % last, "    }", "};"]


def scope_lines(members, indent):
    """Members of one module; a dot in a path makes a module below it."""
    lines, names, below = [], [], {}
    for path, kind in members:
        head, _, rest = path.partition(".")
        if head not in names:
            names.append(head)
        if rest:
            below.setdefault(head, []).append((rest, kind))
        else:
            lines.append("%s%s %s;" % (indent, kind, path))
    for head, inner in below.items():
        lines += ["%sstruct %s_module {" % (indent, head)]
        lines += scope_lines(inner, indent + "    ") + ["%s} %s;" % (indent, head)]
    return lines + listing(names, indent)


def listing(names, indent):
    if len(names) <= MAX_LISTED:
        return ["%sQUANTYPE_MODULES(%s)" % (indent, ", ".join(names))]
    visits = ["%s    visitor(self.%s, \"%s\");" % (indent, name, name) for name in names]
    return ["%sqz::detail::scope_number quantype_scope{};  // more members than QUANTYPE_MODULES takes" % indent,
            "%stemplate <class Self, class Visitor>" % indent,
            "%sstatic constexpr void quantype_visit(Self& self, Visitor&& visitor) {" % indent
            ] + visits + [indent + "}"]


def test_text(models, name):
    folder = os.path.join(models, name)
    lines = ["// Generated by tools/model_generator/real_models.py from %s/model.json." % name,
             '#include "golden/real_models.hpp"', ""]
    if not os.path.exists(os.path.join(folder, "model.json")):
        return lines + ['TEST_CASE("golden real_models_%s") { real_models::skip("%s"); }' % (name, name)]
    model = Model(folder)
    lines += ["namespace {", "namespace qz = quantype;", "namespace nn = quantype::nn;", ""]
    lines += Writer(model, False).struct("torch_net") + [""]
    published = "void"
    if model.is_published():
        published = "published_net"
        lines += Writer(model, True).struct("published_net") + [""]
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
