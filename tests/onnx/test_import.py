#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What the importer makes of an ONNX graph: names, joined nodes, constants, refusals."""
import sys
import tempfile
import unittest
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from quantype_export.from_onnx import Imported, import_model, mapping_text, read_onnx  # noqa: E402
from quantype_export.problems import CannotExport, Problems  # noqa: E402
from quantype_export.write_model import header_text  # noqa: E402


def model(nodes: list, inputs: dict[str, list], outputs: dict[str, list], opset: int = 13, **constants):
    def infos(values: dict[str, list]) -> list:
        return [helper.make_tensor_value_info(k, TensorProto.FLOAT, v) for k, v in values.items()]

    initial = [numpy_helper.from_array(numpy.asarray(v), k) for k, v in constants.items()]
    graph = helper.make_graph(nodes, "g", infos(inputs), infos(outputs), initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def node(op: str, inputs: str, outputs: str, **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), **attributes)


def read(proto, shapes=None) -> tuple[str, Imported]:
    problems = Problems()
    found = read_onnx(proto, "net", shapes, problems)
    text = header_text(found.model, "A test.", problems)
    problems.raise_if_any()
    return text, found


class Float(unittest.TestCase):
    def test_names_come_from_the_weights(self) -> None:
        nodes = [node("Conv", "in layer1.0.conv.weight", "a", pads=[1, 1, 1, 1]), node("Relu", "a", "b"),
                 node("Conv", "b layer1.0.conv2.weight", "c", kernel_shape=[1, 1])]
        weights = {"layer1.0.conv.weight": numpy.zeros((4, 2, 3, 3), "f4"), "layer1.0.conv2.weight": numpy.zeros((5, 4, 1, 1), "f4")}
        text, found = read(model(nodes, {"in": [1, 2, 8, 8]}, {"c": [1, 5, 8, 8]}, **weights))
        self.assertIn("nn::conv2d<2, 4, 3, nn::padding<1>, nn::no_bias> layer1_0_conv;", text)
        self.assertIn("return layer1_0_conv2(qz::relu(layer1_0_conv(x)));", text)
        self.assertEqual(list(found.body.parameters), ["layer1_0_conv.weight", "layer1_0_conv2.weight"])

    def test_matmul_and_add_are_a_linear_layer(self) -> None:
        nodes = [node("MatMul", "in w", "a"), node("Add", "b a", "out")]
        w, b = numpy.arange(12, dtype="f4").reshape(4, 3), numpy.ones(3, "f4")
        text, found = read(model(nodes, {"in": [2, 4]}, {"out": [2, 3]}, w=w, b=b))
        self.assertIn("nn::linear<4, 3> mat_mul;", text)
        self.assertEqual(found.body.parameters["mat_mul.weight"].tolist(), w.T.tolist())

    def test_many_members_lie_in_parts(self) -> None:
        weights = {f"w{i}": numpy.full((4, 4), i, "f4") for i in range(100)}
        nodes = [node("MatMul", f"a{i} w{i}", f"a{i + 1}") for i in range(100)]
        text, found = read(model(nodes, {"a0": [2, 4]}, {"a100": [2, 4]}, **weights))
        self.assertIn("    members part_1;\n    members_2 part_2;\n    QUANTYPE_MODULES(part_1, part_2)", text)
        self.assertEqual(found.body.parameters["part_2.mat_mul_99.weight"][0, 0], 99)
        self.assertIn("part_2.mat_mul_99(", text)

    def test_open_dimensions_are_given(self) -> None:
        proto = model([node("Relu", "in", "out")], {"in": ["batch", 4]}, {"out": ["batch", 4]})
        self.assertIn("qz::f32<3, 4>", read(proto, [[3, 4]])[0])
        with self.assertRaisesRegex(CannotExport, "--input"):
            read(model([node("Relu", "in", "out")], {"in": ["batch", 4]}, {"out": ["batch", 4]}))
        with self.assertRaisesRegex(CannotExport, r"\[3, 5\] where the file says"):
            read(proto, [[3, 5]])

    def test_shapes_are_folded(self) -> None:
        nodes = [node("Shape", "in", "s"), node("Gather", "s zero", "n", axis=0), node("Unsqueeze", "n axes", "n1"),
                 node("Concat", "n1 minus", "shape", axis=0), node("Reshape", "in shape", "out")]
        constants = dict(zero=numpy.array(0), axes=numpy.array([0]), minus=numpy.array([-1]))
        text, _ = read(model(nodes, {"in": [2, 3, 4]}, {"out": [2, 12]}, **constants))
        self.assertIn("return qz::flatten(x, 1);", text)

    def test_refusals_are_told_at_once(self) -> None:
        nodes = [node("Erf", "in", "a"), node("Clip", "a", "b"), node("HardSigmoid", "b", "out")]
        with self.assertRaises(CannotExport) as caught:
            read(model(nodes, {"in": [4]}, {"out": [4]}))
        self.assertEqual([str(p) for p in caught.exception.problems],
                         ["a: Erf: the importer has no such operator",
                          "out: HardSigmoid: alpha 0.2, beta 0.5; PyTorch's hardsigmoid has 1/6 and 0.5"])

    def test_the_example(self) -> None:
        """The file that tests/unit/run/write_onnx.cpp holds the writer to is valid and gives the example's files."""
        example = Path(__file__).resolve().parents[2] / "examples" / "05_onnx"
        onnx.checker.check_model(onnx.load(str(example / "small_net.onnx")), full_check=True)
        with tempfile.TemporaryDirectory() as name:
            files, notes = import_model(example / "small_net.onnx", None, Path(name))
            self.assertEqual((len(files), notes), (3, []))
            for file in files:
                self.assertEqual(file.read_bytes(), (example / file.name).read_bytes(), file.name)

    def test_a_file_that_is_none(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "net.onnx"
            file.write_bytes(b"no protobuf")
            with self.assertRaisesRegex(CannotExport, "is not an ONNX model"):
                import_model(file, None, Path(name))
            self.assertEqual([p.name for p in Path(name).iterdir()], ["net.onnx"])


class Quantized(unittest.TestCase):
    WEIGHTS = dict(s=numpy.float32(0.5), z=numpy.uint8(3), sw=numpy.array([0.25, 0.125], "f4"),
                   zw=numpy.zeros(2, "i1"), sb=numpy.array([0.125, 0.0625], "f4"), zb=numpy.zeros(2, "i4"),
                   sy=numpy.float32(2.0), zy=numpy.uint8(0), w=numpy.arange(-2, 2).astype("i1").reshape(2, 2, 1, 1),
                   b=numpy.array([7, -9], "i4"))

    def pair(self, x: str, scale: str = "s z") -> list:
        return [node("QuantizeLinear", f"{x} {scale}", f"{x}.q"), node("DequantizeLinear", f"{x}.q {scale}", f"{x}.dq")]

    def weights(self) -> list:
        return [node("DequantizeLinear", "w sw zw", "wf", axis=0), node("DequantizeLinear", "b sb zb", "bf", axis=0)]

    def numbers(self, nodes: list, **more) -> tuple[str, dict]:
        proto = model(nodes, {"in": [1, 2, 4, 4]}, {"out": [1, 2, 4, 4]}, **(self.WEIGHTS | more))
        text, found = read(proto)
        return mapping_text("net", found.body) + text, {k: v.tolist() for k, v in found.body.numbers.items()}

    def test_pairs_around_float_ops(self) -> None:
        nodes = [*self.pair("in"), *self.weights(), node("Conv", "in.dq wf bf", "y"), node("Relu", "y", "r"),
                 *self.pair("r", "sy zy"), node("Sigmoid", "r.dq", "out")]
        text, numbers = self.numbers(nodes)
        self.assertEqual(numbers, {
            "conv.weight": [[[[-2]], [[-1]]], [[[0]], [[1]]]], "conv.weight_scale": [0.25, 0.125],
            "conv.weight_zero_point": [0, 0], "conv.bias": [0.875, -0.5625], "conv.integer_bias": [7, -9],
            "x.scale": [0.5], "x.zero_point": [3], "relu.scale": [2.0], "relu.zero_point": [0]})
        self.assertIn('.set_module_name_object_type_order<qz::fn::sigmoid>("", 0, qz::no_qconfig);', text)
        self.assertNotIn("set_module_name(", text)  # the convolution and its relu are quantized

    def test_operators_on_codes_are_pairs(self) -> None:
        with_pairs = [*self.pair("in"), *self.weights(), node("Conv", "in.dq wf bf", "r", pads=[0, 0, 0, 0]),
                      *self.pair("r", "sy zy"), node("Sigmoid", "r.dq", "out")]
        fused = [node("QuantizeLinear", "in s z", "q"), node("QLinearConv", "q s z w sw zw sy zy b", "y"),
                 node("DequantizeLinear", "y sy zy", "yf"), node("Sigmoid", "yf", "out")]
        self.assertEqual(self.numbers(fused)[1], self.numbers(with_pairs)[1])

    def test_codes_at_the_border(self) -> None:
        nodes = [node("DequantizeLinear", "in s z", "x"), *self.weights(), node("Conv", "x wf bf", "y"),
                 node("QuantizeLinear", "y sy zy", "out")]
        graph = model(nodes, {"in": [1, 2, 4, 4]}, {"out": [1, 2, 4, 4]}, **self.WEIGHTS)
        for value in (graph.graph.input[0], graph.graph.output[0]):
            value.type.tensor_type.elem_type = onnx.TensorProto.UINT8
        text, found = read(graph)
        self.assertIn("qz::f32<1, 2, 4, 4>", text)
        config = mapping_text("net", found.body)
        self.assertIn("struct net_codes {", config)
        self.assertIn(".set_input_quantized_indexes({0})", config)
        self.assertIn(".set_output_quantized_indexes({0});", config)
        self.assertEqual(found.body.numbers["x.scale"].tolist(), [0.5])
        self.assertNotIn("net_codes", self.numbers([*self.pair("in"), node("Sigmoid", "in.dq", "out")])[0])

    def test_codes_before_a_fused_relu_are_refused(self) -> None:
        nodes = [*self.pair("in"), *self.weights(), node("Conv", "in.dq wf bf", "y"), *self.pair("y", "sy zy"),
                 node("Relu", "y.dq", "out")]
        with self.assertRaisesRegex(CannotExport, "quantized before its relu"):
            self.numbers(nodes)

    def test_numbers_that_change_in_a_pool_leave_it_in_float(self) -> None:
        for after, expected in (("s z", False), ("sy zy", True)):
            nodes = [*self.pair("in"), node("MaxPool", "in.dq", "r", kernel_shape=[1, 1]), *self.pair("r", after),
                     node("Sigmoid", "r.dq", "out")]
            self.assertEqual('set_module_name("max_pool", qz::no_qconfig)' in self.numbers(nodes)[0], expected)

    def test_dynamic_layers(self) -> None:
        nodes = [node("DynamicQuantizeLinear", "in", "q s z"), node("MatMulInteger", "q w z zw", "i"),
                 node("Cast", "i", "c", to=1), node("Mul", "s sw", "k"), node("Mul", "c k", "y"), node("Add", "y b", "out")]
        constants = dict(w=numpy.array([[1, 2, 3], [130, 140, 255]], "u1"), zw=numpy.array(128, "u1"),
                         sw=numpy.array(0.5, "f4"), b=numpy.ones(3, "f4"))
        text, found = read(model(nodes, {"in": [4, 2]}, {"out": [4, 3]}, **constants))
        self.assertIn("nn::linear<2, 3> mat_mul;", text)
        self.assertEqual(found.body.numbers["mat_mul.weight"].tolist(), [[-127, 2], [-126, 12], [-125, 127]])
        self.assertEqual(found.body.numbers["mat_mul.bias"].tolist(), [1, 1, 1])
        self.assertIn('.set_module_name("mat_mul", qz::default_dynamic_qconfig);', mapping_text("net", found.body))
        with self.assertRaisesRegex(CannotExport, "only MatMulInteger"):
            read(model(nodes[:1] + [node("Cast", "q", "out", to=1)], {"in": [4, 2]}, {"out": [4, 2]}))

    def test_int8_is_moved_to_quint8(self) -> None:
        nodes = [*self.pair("in", "s z8"), node("Relu", "in.dq", "r"), *self.pair("r", "s z8"),
                 node("Sigmoid", "r.dq", "out")]
        _, numbers = self.numbers(nodes, z8=numpy.int8(-5))
        self.assertEqual((numbers["x.zero_point"], numbers["relu.zero_point"]), ([123], [123]))

    def test_refusals(self) -> None:
        for change, reason in ((dict(zw=numpy.array([127, 127], "i1")), "with zero point 0"),
                               (dict(s=numpy.array([1, 2], "f4"), z=numpy.zeros(2, "u1")), "scales per axis"),
                               (dict(z=numpy.int32(0)), "codes of type INT32"),
                               (dict(sb=numpy.array([1.0, 1.0], "f4")), "a bias with scale")):
            nodes = [node("DequantizeLinear", "w sw zw", "wf", axis=0), node("DequantizeLinear", "b sb zb", "bf", axis=0),
                     *self.pair("in"), node("Conv", "in.dq wf bf", "r"), *self.pair("r", "sy zy"),
                     node("Sigmoid", "r.dq", "out")]
            with self.assertRaisesRegex(CannotExport, reason):
                self.numbers(nodes, **change)


if __name__ == "__main__":
    unittest.main()
