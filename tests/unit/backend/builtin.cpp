// SPDX-License-Identifier: BSL-1.0
// The built-in backends with the default mappings on a small residual network: what is fused, observed and planned.
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/x86.hpp>
#include <quantype/lower/plan.hpp>
#include <quantype/model/traced.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "support/catch.hpp"

namespace qz = quantype;
namespace nn = qz::nn;
namespace qb = qz::backends;

namespace {

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::conv2d<3, 8, 3> conv;
    nn::batch_norm2d<8> bn;
    nn::relu relu;
    nn::conv2d<8, 8, 1> project;
    nn::max_pool2d<2> pool;
    nn::linear<128, 10> fc;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(conv, bn, relu, project, pool, fc, sigmoid)
    constexpr auto forward(auto x) const {
        auto y = relu(bn(conv(x)));
        return sigmoid(fc(qz::flatten(pool(y + project(y)), 1)));
    }
};

template <class Backend, class Mapping>
constexpr bool plans =
    qz::can_quantize<net, Backend, Mapping> && qz::stage::plan<net, Backend, Mapping>.error == qz::plan_error::none;

static_assert(plans<qb::qnnpack, qz::default_qnnpack_mapping>);
static_assert(plans<qb::x86, qz::default_x86_mapping>);
static_assert(plans<qb::onednn, qz::default_onednn_mapping>);

/// onednn's table fuses this sum into the convolution too; two shapes have no kernel there.
struct broadcast_net {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>, qz::f32<1, 8, 1, 1>>;
    nn::conv2d<3, 8, 3> conv;
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x, auto y) const { return conv(x) + y; }
};
static_assert(qz::can_quantize<broadcast_net, qb::onednn, qz::default_onednn_mapping>);
static_assert(qz::stage::plan<broadcast_net, qb::onednn, qz::default_onednn_mapping>.error ==
              qz::plan_error::no_kernel);

}  // namespace

TEST_CASE("built-in backends: observers of a residual network") {
    // Nodes: input, conv-bn-relu, project, add, pool, flatten, fc, sigmoid.
    CHECK(qz::stage::prepared<net, qb::qnnpack, qz::default_qnnpack_mapping>.observer_count == 8);
    CHECK(qz::stage::prepared<net, qb::x86, qz::default_x86_mapping>.observer_count == 8);
    // onednn fuses the sum into project.
    CHECK(qz::stage::prepared<net, qb::onednn, qz::default_onednn_mapping>.observer_count == 7);
}

TEST_CASE("built-in backends: engines") {
    CHECK(qb::qnnpack::engine::name == "qnnpack");
    CHECK(qb::x86::engine::name == "fbgemm");
    CHECK(qb::onednn::engine::name == "onednn");
}
