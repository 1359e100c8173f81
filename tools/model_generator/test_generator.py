#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests of the generator: containers, derived hyper-parameters, refusals."""
import unittest
from typing import Any

from record import Model, Node, RecordError, read_printed, unfused
from scopes import exported, struct_lines

from quantype_export.problems import Problems


def struct_text(net: Model) -> str:
    return "\n".join(struct_lines(net))


def call(name: str, module: str, source: str, target: str = "") -> Node:
    return Node(name, "call_module", target or name, ["%" + source], module=module)


def model(nodes: list[Node], params: dict[str, list[int]], **more: Any) -> Model:
    ends = [Node("x", "placeholder", "x", []), *nodes, Node("output", "output", "output", ["%" + nodes[-1].name])]
    values = {"x": [1, 3, 8, 8], **more.pop("values", {})}
    return Model("net", ends, params, values, more.pop("printed", {}), [[1, 3, 8, 8]], **more)


class Containers(unittest.TestCase):
    def test_a_block_that_is_called_as_a_whole_has_its_own_forward(self) -> None:
        nodes = [call("block_conv", "torch.nn.Conv2d", "x", "block.conv"),
                 call("block_act", "torch.nn.ReLU", "block_conv", "block.act"),
                 Node("add", "call_function", "operator.add", ["%block_act", 1])]
        text = struct_text(model(nodes, {"block.conv.weight": [3, 3, 1, 1]}))
        self.assertIn("struct block_type {", text)
        self.assertEqual(text.count("constexpr auto forward(auto x) const {"), 2)
        self.assertIn("return block(x) + 1;", text)
        self.assertIn("nn::conv2d<3, 3, 1, nn::no_bias> conv;", text)

    def test_a_block_that_is_read_in_the_middle_is_called_by_its_parts(self) -> None:
        nodes = [call("a", "torch.nn.ReLU", "x", "block.a"), call("b", "torch.nn.Tanh", "a", "block.b"),
                 Node("add", "call_function", "operator.add", ["%a", "%b"])]
        text = struct_text(model(nodes, {}))
        self.assertIn("const auto a = block.a(x);", text)
        self.assertEqual(text.count("forward"), 1)

    def test_numbered_modules_become_a_sequential(self) -> None:
        nodes = [call("s_0", "torch.nn.ReLU", "x", "s.0"), call("s_1", "torch.nn.Tanh", "s_0", "s.1")]
        text = struct_text(model(nodes, {}))
        self.assertIn("qz::sequential<nn::relu, nn::tanh> s;", text)
        self.assertIn("return s(x);", text)

    def test_numbered_modules_that_are_read_in_the_middle_are_refused(self) -> None:
        nodes = [call("s_0", "torch.nn.ReLU", "x", "s.0"), call("s_1", "torch.nn.Tanh", "s_0", "s.1"),
                 Node("add", "call_function", "operator.add", ["%s_0", "%s_1"])]
        with self.assertRaisesRegex(RecordError, "s_0.*cannot be expressed"):
            struct_text(model(nodes, {}))


class HyperParameters(unittest.TestCase):
    def test_the_printed_module_comes_first(self) -> None:
        text = "GraphModule(\n  (c): Conv2d(3, 6, kernel_size=(3, 5), stride=(2, 2), padding=(1, 2), groups=3)\n)\n\n"
        params = {"c.weight": [6, 1, 3, 5], "c.bias": [6]}
        net = model([call("c", "torch.nn.Conv2d", "x")], params, printed=read_printed(text))
        self.assertIn("nn::conv2d<3, 6, nn::extent(3, 5), nn::stride<2>, nn::padding<1, 2>, nn::groups<3>> c;",
                      struct_text(net))

    def test_else_the_shapes_tell_and_a_note_says_so(self) -> None:
        net = model([call("c", "torch.nn.Conv2d", "x")], {"c.weight": [4, 3, 3, 3]}, values={"c": [1, 4, 4, 4]})
        self.assertIn("nn::conv2d<3, 4, 3, nn::stride<2>, nn::padding<1>, nn::no_bias> c;", struct_text(net))
        problems = Problems()
        exported(net, problems)
        self.assertEqual(len(problems.notes), 1)

    def test_a_fused_module_is_two(self) -> None:
        nodes = unfused([call("c", "torch.ao.nn.intrinsic.ConvReLU2d", "x"), call("t", "torch.nn.Tanh", "c")])
        self.assertEqual([(n.name, n.module, n.args) for n in nodes],
                         [("c", "torch.nn.Conv2d", ["%x"]), ("relu", "torch.nn.ReLU", ["%c"]),
                          ("t", "torch.nn.Tanh", ["%relu"])])


class Refusals(unittest.TestCase):
    def refused(self, nodes: list[Node], params: dict[str, list[int]], why: str) -> None:
        with self.assertRaisesRegex(RecordError, why):
            struct_text(model(nodes, params))

    def test_unknown_words_are_named_with_their_node(self) -> None:
        self.refused([call("g", "torch.nn.GELU", "x")], {}, "net: g: torch.nn.GELU: quantype has no module")
        self.refused([Node("e", "call_function", "torch.einsum", ["%x"])], {}, "torch.einsum .e.: quantype has no such")
        self.refused([call("c", "torch.nn.Conv2d", "x")], {}, "c: parameter c.weight is not recorded")
        self.refused([call("m", "torch.nn.ReLU", "x", "double")], {}, "'double' cannot name a member")


if __name__ == "__main__":
    unittest.main()
