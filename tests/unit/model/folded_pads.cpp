// SPDX-License-Identifier: BSL-1.0
// A folded pad computes what the pad did: in float, and in integers when both observers see the same range.
#include "support/catch.hpp"

#include <cmath>
#include <cstring>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/model/folded_pads.hpp>
#include <quantype/run/model.hpp>

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 11, 10>>;
    nn::conv2d<3, 8, nn::extent(3, 3), nn::stride<2, 2>> first;
    nn::relu relu;
    nn::pad<0, 1, 2, 0> zeros;
    nn::conv2d<8, 8, 3, nn::groups<8>> second;
    QUANTYPE_MODULES(first, relu, zeros, second)
    constexpr auto forward(auto x) const { return second(zeros(relu(first(pad(x, {0, 1, 0, 1}))))); }
};
// Minimum and maximum: a pad adds only zeros, which every range holds.
struct mapping {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};

qz::any_tensor wave(const qz::shape& s, float step) {
    qz::any_tensor t{qz::dtype::float32, s, {}};
    std::vector<float> values;
    for (int i = 0; i < static_cast<int>(s.count()); ++i) values.push_back(std::sin(step * static_cast<float>(i)));
    t.bytes.resize(values.size() * sizeof(float));
    std::memcpy(t.bytes.data(), values.data(), t.bytes.size());
    return t;
}

}  // namespace

TEST_CASE("a folded pad gives the same floats and the same codes") {
    const qz::tensor_map weights{{"first.weight", wave(qz::shape(8, 3, 3, 3), 0.7F)},
                                 {"first.bias", wave(qz::shape(8), 0.3F)},
                                 {"second.weight", wave(qz::shape(8, 1, 3, 3), 1.1F)},
                                 {"second.bias", wave(qz::shape(8), 0.9F)}};
    auto apart = qz::prepare<net, qz::backends::qnnpack, mapping, qz::keep_float>(weights);
    auto folded = qz::prepare<qz::folded_pads<net>, qz::backends::qnnpack, mapping>(weights);
    const qz::any_tensor input = wave(qz::shape(1, 3, 11, 10), 0.05F);
    const qz::tensor<float> x = qz::values_of<float>(input);

    const auto float_apart = apart(x), float_folded = folded(x);
    REQUIRE(float_apart[0].extents == float_folded[0].extents);
    for (std::size_t i = 0; i < float_apart[0].data.size(); ++i)
        CHECK(std::fabs(float_apart[0].data[i] - float_folded[0].data[i]) <= 1e-5F);

    const auto codes_apart = qz::convert(apart)(x), codes_folded = qz::convert(folded)(x);
    CHECK(codes_apart[0].data == codes_folded[0].data);
    CHECK(codes_folded[0].data != float_folded[0].data);
}
