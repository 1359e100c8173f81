// SPDX-License-Identifier: BSL-1.0
// How modules, observers and Python values print.
#include <quantype/report/module_text.hpp>

#include "support/catch.hpp"
#include "unit/report/report_models.hpp"

namespace {

using namespace report_models;
namespace text = qz::report;

template <class Module>
std::string between_parentheses() {
    return text::detail::float_arguments(Module::attrs());
}

}  // namespace

TEST_CASE("float modules print the arguments that torch.nn prints", "[report]") {
    CHECK(between_parentheses<nn::linear<36, 5>>() == "in_features=36, out_features=5, bias=True");
    CHECK(between_parentheses<nn::linear<36, 5, nn::no_bias>>() == "in_features=36, out_features=5, bias=False");
    CHECK(between_parentheses<nn::conv1d<3, 4, 3>>() == "3, 4, kernel_size=(3,), stride=(1,)");
    CHECK(between_parentheses<nn::conv2d<8, 8, 3, nn::padding<1>, nn::groups<8>>>() ==
          "8, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), groups=8");
    CHECK(
        between_parentheses<
            nn::conv2d<2, 4, nn::extent{10, 4}, nn::stride<2>, nn::padding<5, 1>, nn::dilation<1, 2>, nn::no_bias>>() ==
        "2, 4, kernel_size=(10, 4), stride=(2, 2), padding=(5, 1), dilation=(1, 2), bias=False");
    CHECK(between_parentheses<nn::conv2d<1, 1, 3, nn::padding<0, 1, 0, 1>>>() ==
          "1, 1, kernel_size=(3, 3), stride=(1, 1), padding=((0, 1), (0, 1))");
    CHECK(between_parentheses<nn::conv3d<1, 2, 3>>() == "1, 2, kernel_size=(3, 3, 3), stride=(1, 1, 1)");
    CHECK(between_parentheses<nn::batch_norm2d<3>>() ==
          "3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True");
    CHECK(between_parentheses<nn::batch_norm1d<3, nn::eps<1, 1000>>>() ==
          "3, eps=0.001, momentum=0.1, affine=True, bias=True, track_running_stats=True");
    CHECK(between_parentheses<nn::max_pool2d<2>>() ==
          "kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False");
    CHECK(between_parentheses<nn::max_pool2d<nn::extent{3, 2}, nn::stride<2, 1>, nn::ceil_mode>>() ==
          "kernel_size=(3, 2), stride=(2, 1), padding=0, dilation=1, ceil_mode=True");
    CHECK(between_parentheses<nn::avg_pool2d<4>>() == "kernel_size=4, stride=4, padding=0");
    CHECK(between_parentheses<nn::adaptive_avg_pool2d<1>>() == "output_size=1");
    CHECK(between_parentheses<nn::adaptive_avg_pool2d<3, 2>>() == "output_size=(3, 2)");
    CHECK(between_parentheses<nn::dropout<50>>() == "p=0.5, inplace=False");
    CHECK(between_parentheses<nn::softmax<1>>() == "dim=1");
    CHECK(between_parentheses<nn::flatten<>>() == "start_dim=1, end_dim=-1");
    CHECK(between_parentheses<nn::pad<1, 1, 2, 2>>() == "(1, 1, 2, 2)");
    CHECK(between_parentheses<nn::relu>().empty());
    CHECK(between_parentheses<nn::hardswish>().empty());
}

TEST_CASE("observers print what they saw", "[report]") {
    const text::observed_range seen{{-0.1f}, {2.0f}};
    CHECK(text::detail::observer_text(qz::histogram_observer(), seen) ==
          "HistogramObserver(min_val=-0.10000000149011612, max_val=2.0)");
    CHECK(text::detail::observer_text(qz::moving_average_min_max_observer(), {}) ==
          "MovingAverageMinMaxObserver(min_val=inf, max_val=-inf)");
    CHECK(text::detail::observer_text(qz::fixed_qparams_observer(0.5, 1), {}) == "FixedQParamsObserver()");
    CHECK(text::detail::observer_text(qz::default_dynamic_quant_observer, {}) ==
          "PlaceholderObserver(dtype=torch.quint8, is_dynamic=True)");
    CHECK(text::detail::observer_text(qz::per_channel_min_max_observer(), {{}, {}}) ==
          "PerChannelMinMaxObserver(min_val=tensor([]), max_val=tensor([]))");
    const std::vector<float> many(12, 0.25f);
    CHECK(text::detail::observer_text(qz::per_channel_min_max_observer(), {many, many}) ==
          "PerChannelMinMaxObserver(\n"
          "  min_val=tensor([0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500,\n"
          "          0.2500, 0.2500, 0.2500]), max_val=tensor([0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500, "
          "0.2500, 0.2500,\n"
          "          0.2500, 0.2500, 0.2500])\n"
          ")");
}

TEST_CASE("tensors print with PyTorch's widths, decimals and exponents", "[report]") {
    CHECK(text::tensor_text({0, 1, 2}) == "tensor([0., 1., 2.])");
    CHECK(text::tensor_text({0.1f, -1.5f}) == "tensor([ 0.1000, -1.5000])");
    CHECK(text::tensor_text({0.1f, 1000.0f}) == "tensor([1.0000e-01, 1.0000e+03])");
    CHECK(text::tensor_text({1e-5f}) == "tensor([1.0000e-05])");
    CHECK(text::tensor_text({1, 2000}) == "tensor([1.0000e+00, 2.0000e+03])");
    CHECK(text::tensor_text({1.5f, std::numeric_limits<float>::infinity()}) == "tensor([1.5000,    inf])");
}

TEST_CASE("Python values", "[report]") {
    CHECK(text::python_float(0.1f) == "0.10000000149011612");
    CHECK(text::python_float(1e-05) == "1e-05");
    CHECK(text::python_float(3.0) == "3.0");
    CHECK(text::python_float(1e16) == "1e+16");
    const int values[] = {3, 4};
    CHECK(text::python_tuple(values, 1) == "(3,)");
    CHECK(text::python_tuple(values, 2) == "(3, 4)");
    CHECK(text::attribute_access("self", "a.0.b") == "getattr(self.a, \"0\").b");
    CHECK(text::attribute_access("self", "0_scale_0") == "getattr(self, \"0_scale_0\")");
}
