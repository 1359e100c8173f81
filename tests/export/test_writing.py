#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What the exporter writes for a model, without torch: expressions, nested structs, refusals, files."""
import json
import struct
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from quantype_export.calls import METHODS, has_function  # noqa: E402
from quantype_export.files import safetensors, write_all  # noqa: E402
from quantype_export.model import Leaf, Model, Node, Ref, Sequence, Struct  # noqa: E402
from quantype_export.modules import MODULES, module_text  # noqa: E402
from quantype_export.problems import Problems, Refused  # noqa: E402
from quantype_export.vocabulary import callable_ops, op_name  # noqa: E402
from quantype_export.write_model import header_text, snake_case  # noqa: E402

RELU = "torch.nn.functional.relu"


def struct_of(body: list[Node], members: dict | None = None, path: str = "", name: str = "Net") -> Struct:
    return Struct(name, path, members or {}, [Node("x", "placeholder", "x"), *body])


def output(name: str) -> Node:
    return Node("output", "output", "output", [Ref(name)])


def header(root: Struct, problems: Problems | None = None) -> str:
    problems = problems or Problems()
    text = header_text(Model("net", [[1, 4]], root), "A test.", problems)
    problems.raise_if_any()
    return text


def call(name: str, target: str, *args, op: str = "call_function", **kwargs) -> Node:
    return Node(name, op, target, list(args), kwargs)


class Forward(unittest.TestCase):
    def test_a_chain_is_one_expression(self) -> None:
        body = [call("fc", "fc", Ref("x"), op="call_module"), call("relu", RELU, Ref("fc")),
                call("flatten", "torch.flatten", Ref("relu"), 1), output("flatten")]
        text = header(struct_of(body, {"fc": Leaf("nn::linear<4, 3>")}))
        self.assertIn("constexpr auto forward(auto x) const { return qz::flatten(qz::relu(fc(x)), 1); }", text)
        self.assertIn("using inputs = qz::inputs<qz::f32<1, 4>>;", text)

    def test_the_order_of_calls_is_kept(self) -> None:
        body = [call("a", "torch.sigmoid", Ref("x")), call("b", "torch.tanh", Ref("x")),
                call("c", "operator.mul", Ref("a"), Ref("b")), output("c")]
        text = header(struct_of(body))
        self.assertIn("const auto a = qz::sigmoid(x);", text)
        self.assertIn("return a * qz::tanh(x);", text)

    def test_a_value_read_twice_has_a_name(self) -> None:
        body = [call("a", RELU, Ref("x")), call("b", "operator.add", Ref("a"), Ref("a")), output("b")]
        text = header(struct_of(body))
        self.assertIn("const auto a = qz::relu(x);", text)
        self.assertIn("return a + a;", text)

    def test_sums_are_put_in_parentheses(self) -> None:
        body = [call("a", "operator.add", Ref("x"), 3), call("b", "operator.mul", Ref("a"), 0.5),
                call("c", "mean", Ref("b"), [2, 3], op="call_method"), output("c")]
        self.assertIn("return ((x + 3) * 0.5).mean({2, 3});", header(struct_of(body)))
        body = [call("a", "operator.mul", Ref("x"), 0.5), call("b", "operator.add", Ref("a"), Ref("x")), output("b")]
        self.assertIn("return x * 0.5 + x;", header(struct_of(body)))
        body = [call("a", "operator.add", Ref("x"), 3), call("b", "operator.add", Ref("x"), Ref("a")), output("b")]
        self.assertIn("return x + (x + 3);", header(struct_of(body)))

    def test_sizes_are_integers(self) -> None:
        body = [call("s", "size", Ref("x"), 0, op="call_method"), call("r", RELU, Ref("x")),
                call("n", "operator.mul", Ref("s"), 2),
                call("v", "view", Ref("r"), Ref("n"), -1, op="call_method"), output("v")]
        self.assertIn("return r.view({(s * 2), -1});", header(struct_of(body)))

    def test_local_names_do_not_hide_members(self) -> None:
        body = [call("conv", "conv", Ref("x"), op="call_module"), call("y", "operator.add", Ref("conv"), Ref("conv")),
                output("y")]
        text = header(struct_of(body, {"conv": Leaf("nn::relu")}))
        self.assertIn("const auto conv_out = conv(x);", text)

    def test_arguments_are_written_as_given(self) -> None:
        weight = Node("w", "get_attr", "w")
        for node, text in (
                (call("y", "torch.nn.functional.conv2d", Ref("x"), Ref("w"), None, 2, [1, 0]),
                 "qz::conv2d(x, w, nn::no_bias{}, 2, {1, 0})"),
                (call("y", "torch.conv1d", Ref("x"), Ref("w"), groups=2), "qz::conv1d(x, w, nn::no_bias{}, 1, 0, 1, 2)"),
                (call("y", "torch.nn.functional.max_pool2d", Ref("x"), 3, padding=1), "qz::max_pool2d(x, 3, 3, 1)"),
                (call("y", "torch.clamp", Ref("x"), None, 0.5), "qz::call<qz::fn::clamp>(x, qz::argument{}, 0.5)"),
                (call("y", "clamp", Ref("x"), op="call_method", min=2),
                 'qz::call<qz::method::clamp>(x, qz::keyword<"min">(2))'),
                (call("y", "torch.nn.functional.layer_norm", Ref("x"), [4], eps=0.01), "qz::layer_norm(x, {4}, 0.01)")):
            text_of = header(struct_of([weight, node, output("y")], {"w": Leaf("nn::parameter<1, 1, 1, 1>")}))
            self.assertIn(f"return {text};", text_of)

    def test_inputs_that_are_not_read_have_no_name(self) -> None:
        root = Struct("Net", "", {}, [Node("x", "placeholder", "x"), Node("y", "placeholder", "y"), output("x")])
        self.assertIn("forward(auto x, auto) const { return x; }", header(root))

    def test_several_outputs(self) -> None:
        body = [call("a", RELU, Ref("x")), Node("output", "output", "output", [[Ref("a"), Ref("x")]])]
        self.assertIn("return qz::tuple(qz::relu(x), x);", header(struct_of(body)))


class Structs(unittest.TestCase):
    @staticmethod
    def block(path: str, width: int) -> Struct:
        body = [call("fc", "fc", Ref("x"), op="call_module"), call("y", "operator.add", Ref("fc"), Ref("x")), output("y")]
        return struct_of(body, {"fc": Leaf(f"nn::linear<{width}, {width}>")}, path, "BasicBlock")

    def test_equal_modules_share_a_struct(self) -> None:
        members = {"one": self.block("one", 4), "two": Sequence([self.block("two.0", 4), self.block("two.1", 5)])}
        body = [call("one", "one", Ref("x"), op="call_module"), call("two", "two", Ref("one"), op="call_module"),
                output("two")]
        text = header(struct_of(body, members))
        self.assertIn("    // BasicBlock: one, two.0\n    struct basic_block {", text)
        self.assertIn("    // BasicBlock: two.1\n    struct basic_block_2 {", text)
        self.assertIn("    basic_block one;\n    qz::sequential<basic_block, basic_block_2> two;", text)
        self.assertIn("QUANTYPE_MODULES(one, two)", text)

    def test_names(self) -> None:
        self.assertEqual(snake_case("BasicBlock"), "basic_block")
        self.assertEqual(snake_case("MobileNetV2"), "mobile_net_v2")

    def test_a_long_sequential_is_broken(self) -> None:
        text = header(struct_of([call("s", "s", Ref("x"), op="call_module"), output("s")],
                                {"s": Sequence([Leaf(f"nn::linear<{100 + i}, {101 + i}>") for i in range(9)])}))
        self.assertTrue(all(len(line) <= 110 for line in text.splitlines()))
        self.assertIn("qz::sequential<\n        nn::linear<100, 101>,\n", text)


class Refusals(unittest.TestCase):
    def test_all_at_once(self) -> None:
        problems = Problems()
        body = [call("a", "torch.erf", Ref("x")), call("b", "cumsum", Ref("a"), 1, op="call_method"), output("b")]
        members = {"class": Leaf("nn::relu")}
        header_text(Model("net", [[1]], struct_of(body, members)), "A test.", problems)
        self.assertEqual(sorted(map(str, problems.found)), [
            "class: a member's name: 'class' cannot name a member of a C++ struct",
            "the model: method cumsum (b): quantype has no such method",
            "the model: torch.erf (a): quantype has no such function",
        ])

    def test_limits(self) -> None:
        problems = Problems()
        many = {f"m{i}": Leaf("nn::relu") for i in range(81)}
        members = {"a": Struct("A", "a", many, []), "s": Sequence([Leaf("nn::relu")] * 101)}
        header_text(Model("net", [[1]], struct_of([output("x")], members)), "A test.", problems)
        self.assertEqual(len(problems.found), 2)
        text = header(struct_of([output("x")], many))  # the model itself may have more
        self.assertIn('visitor(self.m80, "m80");', text)

    def test_values_changed_in_place(self) -> None:
        problems = Problems()
        change = call("a", "relu_", Ref("x"), op="call_method")
        change.in_place = True
        header_text(Model("net", [[1]], struct_of([change, call("b", "operator.add", Ref("x"), Ref("a")), output("b")])),
                    "A test.", problems)
        self.assertEqual(["the model: method relu_ (a): changes x in place, and b reads it afterwards; give it a result "
                          "of its own"], list(map(str, problems.found)))
        self.assertIn("return qz::call<qz::method::relu_>(x);", header(struct_of([change, output("a")])))

    def test_more_values_than_a_call_takes(self) -> None:
        problems = Problems()
        body = [call("a", "torch.cat", [Ref("x")] * 17, 1), Node("output", "output", "output", [[Ref("a")] * 17])]
        header_text(Model("net", [[1, 4]], struct_of(body)), "A test.", problems)
        self.assertEqual(list(map(str, problems.found)), [
            "the model: torch.cat (a): 17 values; up to 16 are joined at once",
            "the model: the returned value: 17 values; a model gives up to 16"])

    def test_dropout_that_is_on(self) -> None:
        problems = Problems()
        body = [call("a", "torch.nn.functional.dropout", Ref("x"), 0.5, True), output("a")]
        header_text(Model("net", [[1]], struct_of(body)), "A test.", problems)
        self.assertIn("dropout with training=True", str(problems.found[0]))

    def test_parameters_outside_linear(self) -> None:
        problems = Problems()
        body = [Node("w", "get_attr", "w"), call("y", "operator.add", Ref("x"), Ref("w")), output("y")]
        header_text(Model("net", [[1]], struct_of(body, {"w": Leaf("nn::parameter<4>")})), "A test.", problems)
        self.assertIn("functional linear, convolutions, norms, addmm and embedding take parameters", str(problems.found[0]))


class Modules(unittest.TestCase):
    @staticmethod
    def conv(**more) -> SimpleNamespace:
        usual = dict(in_channels=3, out_channels=8, kernel_size=(3, 3), stride=(1, 1), padding=(0, 0), dilation=(1, 1),
                     groups=1, bias=None, padding_mode="zeros")
        return SimpleNamespace(**(usual | more))

    def text(self, **more) -> str:
        return module_text("torch.nn.Conv2d", self.conv(**more))

    def test_convolutions(self) -> None:
        self.assertEqual(self.text(), "nn::conv2d<3, 8, 3, nn::no_bias>")
        self.assertEqual(self.text(kernel_size=(3, 5), stride=(2, 2), padding=(1, 2), bias=1),
                         "nn::conv2d<3, 8, nn::extent(3, 5), nn::stride<2>, nn::padding<1, 2>>")
        self.assertEqual(self.text(padding="same"), "nn::conv2d<3, 8, 3, nn::padding<1>, nn::no_bias>")

    def test_refused_options(self) -> None:
        for more, reason in (({"padding_mode": "reflect"}, "reflect"),
                             ({"padding": "same", "kernel_size": (2, 2)}, "even size")):
            with self.assertRaisesRegex(Refused, reason):
                self.text(**more)
        with self.assertRaisesRegex(Refused, "no module for this class"):
            module_text("torch.nn.Unheard", None)

    def test_modules_without_a_kernel(self) -> None:
        m = SimpleNamespace(num_features=4, eps=1e-05, affine=True, track_running_stats=False)
        self.assertEqual(module_text("torch.nn.InstanceNorm2d", m), "nn::instance_norm2d<4, nn::affine>")
        m.eps = 1e-3
        with self.assertRaisesRegex(Refused, "eps 0.001"):
            module_text("torch.nn.InstanceNorm2d", m)
        lstm = SimpleNamespace(input_size=4, hidden_size=3, bias=True, num_layers=1, bidirectional=False)
        self.assertEqual(module_text("torch.nn.LSTM", lstm), "nn::lstm<4, 3>")
        lstm.bidirectional = True
        self.assertEqual(module_text("torch.nn.LSTM", lstm), "nn::lstm<4, 3, nn::bidirectional>")
        lstm.proj_size = 2
        with self.assertRaisesRegex(Refused, "proj_size"):
            module_text("torch.nn.LSTM", lstm)
        leaky = SimpleNamespace(negative_slope=0.2)
        self.assertEqual(module_text("torch.nn.LeakyReLU", leaky), "nn::leaky_relu<1, 5>")
        bag = SimpleNamespace(num_embeddings=10, embedding_dim=4, mode="mean", padding_idx=None, max_norm=None)
        with self.assertRaisesRegex(Refused, "mode 'mean'"):
            module_text("torch.nn.EmbeddingBag", bag)

    def test_batch_norm(self) -> None:
        m = SimpleNamespace(affine=True, track_running_stats=True, eps=0.001, num_features=8)
        self.assertEqual(module_text("torch.nn.BatchNorm2d", m), "nn::batch_norm2d<8, nn::eps<1, 1000>>")
        m.affine = False
        with self.assertRaisesRegex(Refused, "affine=False"):
            module_text("torch.nn.BatchNorm2d", m)

    def test_vocabulary_is_read_from_the_headers(self) -> None:
        self.assertEqual(op_name("torch.nn.Conv2d"), "nn::conv2d<>")
        self.assertEqual(op_name("operator.add"), "fn::add")
        self.assertEqual(op_name("method:permute"), "method::permute")
        self.assertEqual(op_name("torch.ao.nn.intrinsic.qat.ConvBn2d"), "nn::intrinsic::qat::conv_bn2d")
        self.assertEqual(op_name("torch.nn.functional.conv1d"), "fn::conv1d")  # torch.conv1d
        with self.assertRaises(Refused):
            op_name("torch.nn.Unheard")


class Vocabulary(unittest.TestCase):
    """What a forward can call in C++, the exporter can write."""

    def missing(self, start: str, is_written) -> list[str]:
        ops = {op for op in callable_ops() if op.startswith(start)}
        self.assertGreater(len(ops), 15)
        return sorted(op for op in ops if not is_written(op))

    def test_modules(self) -> None:
        self.assertEqual([op for op in self.missing("torch.nn.", lambda op: op in MODULES or "functional" in op)], [],
                         "are to be added to tools/quantype_export/modules.py")

    def test_functions_and_methods(self) -> None:
        why = "are to be added to tools/quantype_export/calls.py"
        self.assertEqual(self.missing("method:", lambda op: op.removeprefix("method:") in METHODS), [], why)
        self.assertEqual(self.missing("torch.", lambda op: op in MODULES or has_function(op)), [], why)
        self.assertTrue(all(has_function(op) for op in callable_ops() if op.startswith("operator.")))


class Files(unittest.TestCase):
    def test_safetensors(self) -> None:
        data = safetensors({"a": ("F32", [2], b"12345678"), "b": ("I8", [1, 3], b"abc")})
        length = struct.unpack("<Q", data[:8])[0]
        entries = json.loads(data[8 : 8 + length])
        self.assertEqual(length % 8, 0)
        self.assertEqual(entries["b"], {"dtype": "I8", "shape": [1, 3], "data_offsets": [8, 11]})
        self.assertEqual(data[8 + length :], b"12345678abc")
        with self.assertRaises(ValueError):
            safetensors({"a": ("F32", [2], b"123")})

    def test_all_or_none(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "taken").mkdir()
            (folder / "old").write_bytes(b"before")
            with self.assertRaises(OSError):
                write_all({folder / "old": b"after", folder / "taken": b"is a folder"})
            self.assertEqual((folder / "old").read_bytes(), b"before")
            self.assertEqual(sorted(p.name for p in folder.iterdir() if p.name != "taken"), ["old"])


if __name__ == "__main__":
    unittest.main()
