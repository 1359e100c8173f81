// SPDX-License-Identifier: BSL-1.0
// What the compiler and the reports say of a backend: does it hold together, what does it make of a model, how does it
// differ from a built-in one.
#include "accelerator.hpp"

#include <boost/hana.hpp>
#include <cstdio>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/report/backend_diff.hpp>
#include <quantype/report/coverage.hpp>
#include <quantype/report/explain.hpp>

struct residual {
    nn::conv2d<8, 8, 3, nn::padding<1>> conv;
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return conv(x) + x; }
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 16, 16>>;
    nn::conv2d<3, 8, 3, nn::stride<2>> stem;
    nn::batch_norm2d<8> bn;
    nn::relu relu;
    residual block;
    nn::max_pool2d<2> pool;
    nn::linear<72, 10> fc;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(stem, bn, relu, block, pool, fc, sigmoid)
    constexpr auto forward(auto x) const {
        x = pool(block(relu(bn(stem(x)))));
        return sigmoid(fc(x.reshape({1, -1})));
    }
};
struct mapping {
    static constexpr qz::qconfig everywhere{qz::histogram_observer().quant_range(0, 255).eps(0x1p-12),
                                            qz::per_channel_min_max_observer()
                                                .dtype(qz::qint8)
                                                .qscheme(qz::per_channel_symmetric)
                                                .quant_range(-127, 127)
                                                .eps(0x1p-12)};
    static constexpr auto value = qz::qconfig_mapping().set_global(everywhere);
};

// All multiply-adds run in int8.
static_assert(qz::coverage<net, accelerator, mapping>.macs_share() == 1);
// The patterns are types, for Hana's algorithms.
static_assert(decltype(boost::hana::length(accelerator::configs()))::value == 10);

int main() {
    std::printf("%s\n", qz::report::explain(qz::prepared_view_of<net, accelerator, mapping>()).c_str());
    std::printf("%s\n", qz::report::coverage_text<net, accelerator, mapping>().c_str());
    const std::string diff = qz::report::backend_diff_text<accelerator, qz::backends::qnnpack>();
    std::printf("%s\n", diff.substr(0, diff.find('\n')).c_str());
}
