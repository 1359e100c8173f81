// SPDX-License-Identifier: BSL-1.0
// Pads folded into convolutions: which go, what the convolutions then hold, and that strict accepts the model.
#include <quantype/backend/qnnpack.hpp>
#include <quantype/model/folded_pads.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/quantype.hpp>

namespace qz = quantype;
namespace nn = qz::nn;

// Nodes: 0 input, 1 pad, 2 conv, 3 relu, 4 pad, 5 conv with a padding of its own, 6 conv, 7 sum.
struct net {
    using inputs = qz::inputs<qz::f32<1, 1, 49, 10>>;
    nn::conv2d<1, 8, nn::extent(10, 4), nn::stride<2, 2>> first;
    nn::relu relu;
    nn::pad<0, 1, 2, 0> zeros;
    nn::conv2d<8, 4, 3, nn::padding<1>> second;
    nn::conv2d<8, 4, 3, nn::padding<1>> third;
    QUANTYPE_MODULES(first, relu, zeros, second, third)
    constexpr auto forward(auto x) const {
        const auto y = zeros(relu(first(pad(x, {1, 1, 4, 5}))));
        return second(y) + third(y);
    }
};
using folded = qz::folded_pads<net>;

constexpr bool gone(int node) { return qz::traced<folded>::view.graph[node].erased; }
constexpr qz::window window_of(int node) {
    return qz::traced<folded>::view.call(qz::traced<folded>::view.graph[node]).attrs().geometry;
}
constexpr bool pads(int node, int top, int bottom, int left, int right) {
    const qz::window w = window_of(node);
    return w.pad_before[0] == top && w.pad_after[0] == bottom && w.pad_before[1] == left && w.pad_after[1] == right;
}

static_assert(gone(1) && gone(4) && !gone(2));
static_assert(pads(2, 4, 5, 1, 1) && pads(5, 3, 1, 1, 2) && pads(6, 3, 1, 1, 2));
static_assert(qz::can_quantize<folded, qz::backends::qnnpack, qz::default_qnnpack_mapping>);

// What something else reads stays, and so does a pad of other dimensions than the convolution's window.
struct stays {
    using inputs = qz::inputs<qz::f32<1, 2, 8, 8>>;
    nn::conv2d<2, 2, 3, nn::padding<1>> conv;
    nn::conv2d<3, 2, 3> other;
    QUANTYPE_MODULES(conv, other)
    constexpr auto forward(auto x) const {
        const auto y = pad(x, {1, 1, 1, 1});
        return qz::tuple(conv(y), y, other(pad(x, {0, 0, 0, 0, 1, 0})));
    }
};
constexpr qz::graph_view kept = qz::traced<qz::folded_pads<stays>>::view.graph;
static_assert(!kept[1].erased && !kept[3].erased);
static_assert(qz::traced<qz::folded_pads<stays>>::view.call(kept[2]).attrs().geometry.pad_before[0] == 2);

// The model itself is as it was.
static_assert(!qz::traced<net>::view.graph[1].erased);
