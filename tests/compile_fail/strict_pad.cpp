// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend has no pattern for this op, but the mapping asks to quantize it
// EXPECT_NOTE: torch.nn.functional.pad
// EXPECT_NOTE: forward of the model
// The start of a keyword spotting model (MLPerf Tiny's DS-CNN), whose first padding is not the same on both sides: as a
// call of pad it stays float under PyTorch's backends, so that strict names it; within the convolution it is quantized.
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/quantype.hpp>

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<1, 1, 49, 10>>;
#ifdef QUANTYPE_TWIN
    nn::conv2d<1, 64, nn::extent(10, 4), nn::stride<2, 2>, nn::padding<4, 5, 1, 1>> conv;
#else
    nn::conv2d<1, 64, nn::extent(10, 4), nn::stride<2, 2>> conv;
#endif
    nn::relu relu;
    QUANTYPE_MODULES(conv, relu)
    constexpr auto forward(auto x) const {
#ifdef QUANTYPE_TWIN
        return relu(conv(x));
#else
        return relu(conv(pad(x, {1, 1, 4, 5})));
#endif
    }
};
static_assert(qz::can_quantize<net, qz::backends::qnnpack, qz::default_qnnpack_mapping>);
