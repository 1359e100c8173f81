// SPDX-License-Identifier: BSL-1.0
// The kernel column of explain: fused ops, views, permutations, float steps.
#include <catch2/catch.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/explain.hpp>

#include <sstream>

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 4, 4>>;
    nn::conv2d<3, 2, 3> conv;
    nn::relu relu;
    nn::tanh tanh;
    nn::flatten<> flatten;
    nn::linear<8, 2> fc;
    QUANTYPE_MODULES(conv, relu, tanh, flatten, fc)
    constexpr auto forward(auto x) const { return fc(flatten(tanh(relu(conv(x))))); }
};

/// The second activation's input is read twice, so it stays a step of its own.
struct clamps {
    using inputs = qz::inputs<qz::f32<1, 3, 4, 4>>;
    nn::conv2d<3, 2, 3> a;
    nn::conv2d<2, 2, 1> b;
    nn::relu6 first, second;
    QUANTYPE_MODULES(a, b, first, second)
    constexpr auto forward(auto x) const {
        const auto y = b(first(a(x)));
        return second(y) + y;
    }
};

}  // namespace

TEST_CASE("explain: one line an op, with the kernel calls it became") {
    const std::string text = qz::explain<net, qz::backends::qnnpack, qz::default_qnnpack_mapping>();
    INFO(text);
    std::istringstream lines(text);
    const char* expected[][4] = {{"x", "input", "-", nullptr},
                                 {"conv", "Conv2d", "quantized", "conv"},
                                 {"relu", "ReLU", "quantized", nullptr},
                                 {"tanh", "Tanh", "quantized", "lookup"},
                                 {"flatten", "Flatten", "float", "float32"},
                                 {"fc", "Linear", "quantized", "linear"}};
    for (const auto& row : expected) {
        std::string line, word;
        REQUIRE(std::getline(lines, line));
        std::istringstream words(line);
        for (const char* column : row) {
            if (column == nullptr) continue;
            words >> word;
            CHECK(word == column);
        }
    }
    CHECK(text.find("no pattern of the backend matches") != std::string::npos);
    CHECK(text.find("4 of 5 ops quantized") != std::string::npos);
}

TEST_CASE("an activation that clamps codes is done by the step that wrote them, where nobody else reads them") {
    constexpr const auto& plan = qz::stage::plan<clamps, qz::backends::qnnpack, qz::default_qnnpack_mapping>;
    int alone = 0, inside = 0;
    for (int i = 0; i < plan.step_count; ++i) {
        alone += plan.steps[i].kind == qz::step_kind::clamp;
        inside += plan.steps[i].clamp_node >= 0;
    }
    CHECK(alone == (QUANTYPE_FUSE_STEPS ? 1 : 2));
    CHECK(inside == (QUANTYPE_FUSE_STEPS ? 1 : 0));
    const std::string text = qz::explain<clamps, qz::backends::qnnpack, qz::default_qnnpack_mapping>();
    INFO(text);
    CHECK((text.find("in conv") != std::string::npos) == (QUANTYPE_FUSE_STEPS == 1));
}
