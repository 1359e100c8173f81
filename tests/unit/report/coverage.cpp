// SPDX-License-Identifier: BSL-1.0
// coverage and backend_diff, as constants and as text.
#include <catch2/catch.hpp>
#include <quantype/backend/executorch.hpp>
#include <quantype/backend/fbgemm.hpp>
#include <quantype/backend/native.hpp>
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/x86.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/report/backend_diff.hpp>
#include <quantype/report/coverage.hpp>

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<1, 4, 8, 8>>;
    nn::conv2d<4, 8, 3, nn::padding<1>> conv;
    nn::batch_norm2d<8> bn;
    nn::relu relu;
    nn::conv2d<8, 8, 3, nn::stride<2>, nn::groups<8>> depthwise;
    nn::flatten<> flatten;
    nn::linear<72, 5> fc;
    QUANTYPE_MODULES(conv, bn, relu, depthwise, flatten, fc)
    constexpr auto forward(auto x) const { return fc(flatten(depthwise(relu(bn(conv(x)))))); }
};
struct without_fc {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_global(qz::default_qconfig)
                                      .set_module_name("fc", qz::no_qconfig)
                                      .set_module_name("flatten", qz::no_qconfig);
};

using qnnpack = qz::backends::qnnpack;
constexpr qz::coverage_counts all = qz::coverage<net, qnnpack, qz::default_qnnpack_mapping>;
// 8 * 8 * 8 outputs of 4 * 3 * 3 products; 8 * 3 * 3 of 9; 5 of 72. Fused parts count with what they became.
static_assert(all.macs == 8 * 64 * 36 + 8 * 9 * 9 + 5 * 72 && all.quantized_macs == all.macs);
static_assert(all.ops == 6 && all.quantized_ops == 5);  // no backend of PyTorch's knows nn.Flatten
static_assert(qz::coverage<net, qnnpack, without_fc>.quantized_macs == all.macs - 5 * 72);
static_assert(qz::coverage<net, qnnpack, without_fc>.quantized_ops == 4);

// Counts of equal and different rows as PyTorch's own tables give them, compared entry by entry.
template <class First, class Second>
constexpr bool differs(int equal, int different, int only_in_first, int only_in_second) {
    constexpr auto& d = qz::backend_diff<First, Second>;
    return d.equal == equal && d.different == different && d.only_in_first == only_in_first &&
           d.only_in_second == only_in_second && d.count == different + only_in_first + only_in_second;
}
static_assert(differs<qz::backends::native, qnnpack>(9, 181, 4, 0));
static_assert(differs<qz::backends::x86, qz::backends::fbgemm>(162, 30, 0, 0));
static_assert(differs<qz::backends::x86, qz::backends::onednn>(139, 51, 2, 31));
static_assert(differs<qz::backends::executorch, qnnpack>(39, 27, 18, 124));
static_assert(qz::backend_diff<qnnpack, qnnpack>.equal == 190 && qz::backend_diff<qnnpack, qnnpack>.count == 0);

}  // namespace

TEST_CASE("coverage: a line for each kind of op, and the sums") {
    const std::string text = qz::report::coverage_text<net, qnnpack, without_fc>();
    CHECK(text ==
          "Conv2d       2 of 2 ops  19080 of 19080 MACs (100.0 %)\n"
          "BatchNorm2d  1 of 1 ops\n"
          "ReLU         1 of 1 ops\n"
          "Flatten      0 of 1 ops\n"
          "Linear       0 of 1 ops  0 of 360 MACs (0.0 %)\n"
          "all          4 of 6 ops  19080 of 19440 MACs (98.1 %)\n");
}

TEST_CASE("backend_diff: counts, the patterns of one alone, and what differs in common ones") {
    const std::string text = qz::report::backend_diff_text<qz::backends::native, qnnpack>();
    CHECK(text.rfind("native (194 patterns) against qnnpack (190): ", 0) == 0);
    std::size_t alone = 0;
    for (std::size_t at = 0; (at = text.find("\nonly in native: ", at)) != std::string::npos; ++at) ++alone;
    CHECK(alone == 4);
    CHECK(text.find("\ntorch.nn.Linear: 3 dtype configs against 4\n") != std::string::npos);
    const std::string twins = qz::report::backend_diff_text<qz::backends::x86, qz::backends::fbgemm>();
    CHECK(twins.find("\noperator.add: quint8 x qint8 -> quint8 against quint8 -> quint8\n") != std::string::npos);
    const std::string reverse = qz::report::backend_diff_text<qnnpack, qz::backends::native>();
    CHECK(reverse.find("4 only in native") != std::string::npos);
}
