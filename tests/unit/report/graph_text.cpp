// SPDX-License-Identifier: BSL-1.0
// Printed graphs: containers, numbers as operands, several outputs, float functions, what is freed where.
#include <quantype/backend/onednn.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/report/graph_text.hpp>

#include "support/catch.hpp"
#include "unit/report/report_models.hpp"

namespace {

using namespace report_models;

qz::report::graph_values numbered() {
    qz::report::graph_values v;
    v.qparams = [](int slot) { return qz::report::slot_qparams{0.5f * static_cast<float>(slot + 1), slot}; };
    v.range = [](int slot) { return qz::report::observed_range{{-1.0f - static_cast<float>(slot)}, {0.1f}}; };
    return v;
}

template <class Net, class Mapping = mapping>
std::string lowered() {
    return qz::report::lowered_text(qz::prepared_view_of<Net, backend, Mapping>(),
                                    qz::stage::lowered<Net, backend, Mapping>.view(), numbered());
}

const std::string reminder = "\n    \n# To see more debug info, please use `graph_module.print_readable()`";

}  // namespace

TEST_CASE("modules below a container print as a tree", "[report]") {
    CHECK(qz::report::prepared_text(qz::prepared_view_of<nested, backend, mapping>(), numbered()) ==
          "GraphModule(\n"
          "  (activation_post_process_0): MinMaxObserver(min_val=-1.0, max_val=0.10000000149011612)\n"
          "  (body): Module(\n"
          "    (0): ConvReLU2d(\n"
          "      (0): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))\n"
          "      (1): ReLU()\n"
          "    )\n"
          "  )\n"
          "  (activation_post_process_1): MinMaxObserver(min_val=-2.0, max_val=0.10000000149011612)\n"
          "  (tail): Sigmoid()\n"
          ")\n\n\n\n"
          "def forward(self, x):\n"
          "    activation_post_process_0 = self.activation_post_process_0(x);  x = None\n"
          "    body_0 = getattr(self.body, \"0\")(activation_post_process_0);  activation_post_process_0 = None\n"
          "    activation_post_process_1 = self.activation_post_process_1(body_0);  body_0 = None\n"
          "    tail = self.tail(activation_post_process_1);  activation_post_process_1 = None\n"
          "    tail_1 = self.tail(tail);  tail = None\n"
          "    return tail_1" +
              reminder);
}

TEST_CASE("numbers as operands, two inputs and a tuple", "[report]") {
    CHECK(
        lowered<scalars>() ==
        "GraphModule(\n"
        "  (l): QuantizedLinear(in_features=4, out_features=4, scale=1.0, zero_point=1, "
        "qscheme=torch.per_tensor_affine)\n"
        ")\n\n\n\n"
        "def forward(self, x, y):\n"
        "    l_input_scale_0 = self.l_input_scale_0\n"
        "    l_input_zero_point_0 = self.l_input_zero_point_0\n"
        "    quantize_per_tensor = torch.quantize_per_tensor(x, l_input_scale_0, l_input_zero_point_0, torch.quint8);  "
        "x = l_input_scale_0 = l_input_zero_point_0 = None\n"
        "    _input_scale_0 = self._input_scale_0\n"
        "    _input_zero_point_0 = self._input_zero_point_0\n"
        "    quantize_per_tensor_1 = torch.quantize_per_tensor(y, _input_scale_0, _input_zero_point_0, torch.quint8);  "
        "y = _input_scale_0 = _input_zero_point_0 = None\n"
        "    l = self.l(quantize_per_tensor);  quantize_per_tensor = None\n"
        "    add_1 = torch.ops.quantized.add(l, 3);  l = None\n"
        "    mul_2 = torch.ops.quantized.mul(add_1, 0.5);  add_1 = None\n"
        "    dequantize_4 = mul_2.dequantize();  mul_2 = None\n"
        "    mul_3 = torch.ops.quantized.mul(2, quantize_per_tensor_1);  quantize_per_tensor_1 = None\n"
        "    reshape = mul_3.reshape(4, 2);  mul_3 = None\n"
        "    dequantize_6 = reshape.dequantize();  reshape = None\n"
        "    return (dequantize_4, dequantize_6)" +
            reminder);
}

TEST_CASE("a float model prints its functions and the containers of its parameters", "[report]") {
    CHECK(lowered<float_linear, no_mapping>() ==
          "GraphModule(\n  (head): Module()\n)\n\n\n\n"
          "def forward(self, x):\n"
          "    head_w = self.head.w\n"
          "    linear = torch._C._nn.linear(x, head_w);  x = head_w = None\n"
          "    return linear" +
              reminder);
}

TEST_CASE("a functional linear packs its weight into one attribute", "[report]") {
    const auto text = lowered<float_linear>();
    CHECK(text.find("    head_packed_weight_0 = self.head_packed_weight_0\n"
                    "    head_scale_1 = self.head_scale_1\n"
                    "    head_zero_point_1 = self.head_zero_point_1\n"
                    "    linear = torch.ops.quantized.linear(quantize_per_tensor, head_packed_weight_0, head_scale_1, "
                    "head_zero_point_1);  quantize_per_tensor = head_packed_weight_0 = head_scale_1 = "
                    "head_zero_point_1 = None\n") != std::string::npos);
    CHECK(text.find("head_w") == std::string::npos);
}

TEST_CASE("a weight with a scale for each channel shows in the qscheme", "[report]") {
    CHECK(lowered<two_adds, per_channel_mapping>().find("qscheme=torch.per_channel_affine)") != std::string::npos);
    qz::report::graph_values v = numbered();
    v.per_channel = [](int) { return false; };
    const auto p = qz::prepared_view_of<two_adds, backend, per_channel_mapping>();
    const auto& g = qz::stage::lowered<two_adds, backend, per_channel_mapping>;
    CHECK(qz::report::lowered_text(p, g.view(), v).find("qscheme=torch.per_tensor_affine)") != std::string::npos);
}

TEST_CASE("an observer of a functional weight prints a tensor", "[report]") {
    const auto p = qz::prepared_view_of<float_linear, backend, per_channel_mapping>();
    qz::report::graph_values v = numbered();
    v.range = [&](int slot) {
        return p.observer(slot).type->per_channel ? qz::report::observed_range{{-1, -2, -3}, {0.5f, 2, 3}}
                                                  : qz::report::observed_range{};
    };
    const auto text = qz::report::prepared_text(p, v);
    CHECK(text.find(
              "PerChannelMinMaxObserver(min_val=tensor([-1., -2., -3.]), max_val=tensor([0.5000, 2.0000, 3.0000]))") !=
          std::string::npos);
    CHECK(text.find("(activation_post_process_0): MinMaxObserver(min_val=inf, max_val=-inf)") != std::string::npos);
}

TEST_CASE("an add that a convolution swallowed is no child, its relu is named", "[report]") {
    const auto p = qz::prepared_view_of<conv_add, qz::backends::onednn, qz::default_onednn_mapping>();
    const auto text = qz::report::prepared_text(p, {});
    CHECK(text.find("  (b): ConvAddReLU2d(\n"
                    "    (0): Conv2d(3, 3, kernel_size=(1, 1), stride=(1, 1))\n"
                    "    (relu): ReLU()\n"
                    "  )\n") != std::string::npos);
    const auto& g = qz::stage::lowered<conv_add, qz::backends::onednn, qz::default_onednn_mapping>;
    CHECK(
        qz::report::lowered_text(p, g.view(), {})
            .find(
                "  (b): QuantizedConvAddReLU2d(3, 3, kernel_size=(1, 1), stride=(1, 1), scale=1.0, zero_point=0)\n") !=
        std::string::npos);
}

TEST_CASE("a number or the convolution itself is no second input to fuse with", "[report]") {
    const auto p = qz::prepared_view_of<conv_add_odd, qz::backends::onednn, qz::default_onednn_mapping>();
    const auto text = qz::report::prepared_text(p, {});
    CHECK(text.find("ConvAdd") == std::string::npos);
    CHECK(text.find(" + 3;") != std::string::npos);
}
