// SPDX-License-Identifier: BSL-1.0
// Image ops in bands of rows: what that does to the memory a model needs. See docs/kernels.md.
#include <cstdio>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/explain.hpp>

namespace qz = quantype;
namespace nn = qz::nn;

/// Two inverted residuals of MobileNetV2.
template <int In, int Out, int Step>
struct inverted {
    nn::conv2d<In, 6 * In, 1> expand;
    nn::conv2d<6 * In, 6 * In, 3, nn::stride<Step>, nn::padding<1>, nn::groups<6 * In>> depthwise;
    nn::conv2d<6 * In, Out, 1> project;
    nn::relu6 relu6;
    QUANTYPE_MODULES(expand, depthwise, project, relu6)
    constexpr auto forward(auto x) const {
        const auto y = project(relu6(depthwise(relu6(expand(x)))));
        if constexpr (In == Out)
            return x + y;
        else
            return y;
    }
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 16, 112, 112>>;
    inverted<16, 24, 2> first;
    inverted<24, 24, 1> second;
    QUANTYPE_MODULES(first, second)
    constexpr auto forward(auto x) const { return second(first(x)); }
};

using whole = qz::backends::qnnpack;
/// Some rows at a time, so that what is between two ops stays in the cache.
struct in_cache : qz::backends::qnnpack {
    static constexpr qz::band_policy bands = qz::band_policy::cache;
};
/// One row at a time, where that makes the arena smaller.
struct little_memory : qz::backends::qnnpack {
    static constexpr qz::band_policy bands = qz::band_policy::memory;
};

template <class Backend>
inline constexpr int arena = qz::stage::plan<net, Backend, qz::default_qnnpack_mapping>.arena_bytes;
static_assert(arena<little_memory> < arena<in_cache> && arena<in_cache> < arena<whole>);

int main() {
    std::printf("arena: %d bytes whole, %d in bands for the cache, %d in bands for little memory\n\n", arena<whole>,
                arena<in_cache>, arena<little_memory>);
    std::fputs(qz::explain<net, in_cache, qz::default_qnnpack_mapping>().c_str(), stdout);
}
