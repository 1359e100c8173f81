// SPDX-License-Identifier: BSL-1.0
// explain: columns, the sentence of every decision, the summary; and the warnings that PyTorch would give.
#include <quantype/report/explain.hpp>
#include <quantype/report/warnings.hpp>

#include "support/catch.hpp"
#include "unit/report/report_models.hpp"

namespace {

using namespace report_models;
using qz::decision;

qz::finding finding_of(decision d, double h0 = 0, double h1 = 0, double n0 = 0, double n1 = 0) {
    qz::finding f;
    f.what = d;
    f.have[0] = h0;
    f.have[1] = h1;
    f.need[0] = n0;
    f.need[1] = n1;
    return f;
}
double number(qz::dtype d) { return static_cast<double>(d); }

/// Refuses every QConfig: a quant range, a smallest scale.
struct narrow : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 127);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
struct coarse : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).scale_min(0.5);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
struct strict_backend : decltype(qz::backend_config<"strict">().set_backend_pattern_config(
                            qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                .add_dtype_config<narrow>()
                                .add_dtype_config<coarse>()
                                .set_root_module<nn::linear<>>()
                                .set_reference_quantized_module<qz::reference::linear>())){};

}  // namespace

TEST_CASE("explain prints a line a node and a count", "[report]") {
    CHECK(qz::report::explain(qz::prepared_view_of<nested, backend, mapping>()) ==
          "x       input    -\n"
          "body.0  Conv2d   quantized  ConvReLU2d: quint8 x qint8 -> quint8 (dtype config 1 of 1)\n"
          "body.1  ReLU     quantized  fused into body.0 (ConvReLU2d)\n"
          "tail    Sigmoid  float      no pattern of the backend matches; the backend does not know this op\n"
          "tail    Sigmoid  float      no pattern of the backend matches; the backend does not know this op\n"
          "output  output   -\n"
          "2 of 4 ops quantized\n");
}

TEST_CASE("explain shows the kernels it is given", "[report]") {
    const auto kernel = [](int node) { return node == 1 ? std::string("conv2d_avx2") : std::string(); };
    const auto text = qz::report::explain(qz::prepared_view_of<nested, backend, no_mapping>(), kernel);
    CHECK(text.find("body.0  Conv2d   float  conv2d_avx2  the mapping gives no QConfig\n") != std::string::npos);
    CHECK(text.find("body.1  ReLU     float               fused into body.0 (ConvReLU2d)\n") != std::string::npos);
}

TEST_CASE("functions below a module carry its path", "[report]") {
    const auto text = qz::report::explain(qz::prepared_view_of<float_linear, backend, mapping>());
    CHECK(text.find("head.w       parameter  -\n") != std::string::npos);
    CHECK(text.find("head.linear  linear     quantized  linear: quint8 x qint8 -> quint8") != std::string::npos);
}

TEST_CASE("every decision has a sentence with its numbers", "[report]") {
    using qz::report::reason_of;
    CHECK(reason_of(finding_of(decision::not_applicable)).empty());
    CHECK(reason_of(finding_of(decision::quantized)) == "a pattern and a dtype config of the backend fit the QConfig");
    CHECK(reason_of(finding_of(decision::inside_pattern)) == "part of a pattern");
    CHECK(reason_of(finding_of(decision::float_by_choice)) == "the mapping gives no QConfig");
    CHECK(reason_of(finding_of(decision::nothing_to_share)) == "moves data only, and its input is float");
    CHECK(reason_of(finding_of(decision::no_pattern)) == "no pattern of the backend matches");
    CHECK(reason_of(finding_of(decision::activation_dtype, number(qz::quint8), 0, number(qz::qint8))) ==
          "the activation dtype is torch.quint8, the backend needs torch.qint8");
    CHECK(reason_of(finding_of(decision::weight_dtype, number(qz::quint8), 0, number(qz::qint8))) ==
          "the weight dtype is torch.quint8, the backend needs torch.qint8");
    CHECK(reason_of(finding_of(decision::weight_dtype)) == "the bias dtype is not the backend's");
    CHECK(reason_of(finding_of(decision::quant_range_missing)) ==
          "the activation's observer has no quant range, the backend asks for one");
    CHECK(reason_of(finding_of(decision::quant_range, -128, 127, -127, 127)) ==
          "the activation's quant range -128..127 exceeds the backend's -127..127");
    CHECK(reason_of(finding_of(decision::scale_min_missing, 0, 0, 0.25)) ==
          "the activation's observer has no eps, the backend's smallest scale is 0.25");
    qz::finding weight = finding_of(decision::scale_min, 0.125, 0, 0.25);
    weight.on_weight = true;
    CHECK(reason_of(weight) == "the weight's eps 0.125 is below the backend's smallest scale 0.25");
    CHECK(reason_of(finding_of(decision::fixed_missing, 0, 0, 0.00390625, 0)) ==
          "needs a fixed_qparams_observer with scale 0.00390625, zero point 0");
    CHECK(reason_of(finding_of(decision::fixed_mismatch, 0.5, 1, 0.00390625, 0)) ==
          "fixed scale 0.5, zero point 1, the backend needs scale 0.00390625, zero point 0");
    CHECK(reason_of(finding_of(decision::parts_disagree)) == "the ops of the pattern carry different QConfigs");
}

TEST_CASE("patterns print in forward order, trees as calls", "[report]") {
    using qz::report::pattern_text;
    CHECK(pattern_text(qz::tree_of<qz::pattern_of<nn::linear<>>>()) == "Linear");
    CHECK(pattern_text(qz::tree_of<qz::pattern_of<nn::conv2d<>, nn::batch_norm2d<>, nn::relu>>()) ==
          "Conv2d + BatchNorm2d + ReLU");
    CHECK(
        pattern_text(
            qz::tree_of<
                qz::tree<fn::relu, qz::tree<fn::add, qz::tree<nn::batch_norm2d<>, nn::conv2d<>>, qz::match_all>>>()) ==
        "relu(add(BatchNorm2d(Conv2d), *))");
}

TEST_CASE("each alternative that a constraint rules out warns, a differing dtype does not", "[report]") {
    const auto texts = qz::report::predicted_warnings(qz::prepared_view_of<two_adds, strict_backend, mapping>());
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].find("QConfig activation quantization range must fall within the backend's:\n"
                        "QConfig range = (0, 255), BackendConfig range = (0, 127), ignoring QConfig(") == 0);
    CHECK(texts[1].find("QConfig activation eps (tensor([1.1921e-07])) must be greater than or equal to the backend's "
                        "min scale value (0.5), ignoring QConfig(") == 0);
    CHECK(qz::report::predicted_warnings(qz::prepared_view_of<two_adds, backend, mapping>()).empty());
}
