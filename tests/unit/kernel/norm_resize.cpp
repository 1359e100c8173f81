// SPDX-License-Identifier: BSL-1.0
// Normalisation, transpose, resize, 3-d pool and embedding on cases small enough to work out by hand, in the compiler.
#include <quantype/kernel/scalar/avg_pool3d.hpp>
#include <quantype/kernel/scalar/embedding.hpp>
#include <quantype/kernel/scalar/normalize.hpp>
#include <quantype/kernel/scalar/resize.hpp>
#include <quantype/kernel/scalar/transpose.hpp>

#include <array>

#include "support/catch.hpp"

using namespace quantype;
using u8 = std::uint8_t;

namespace {

constexpr auto normalized() {
    const u8 x[4] = {10, 20, 10, 20};  // mean 15, deviation 5
    const float weight[2] = {1.0f, 2.0f}, bias[2] = {0.0f, 1.0f};
    std::array<u8, 4> y{};
    kernel::normalize_args<u8, u8> args{x, y.data(), weight, bias, 1.0f, 1e-12f, 10.0f, 100};
    kernel::scalar::normalize<kernel::normalize_config{1, 4, 2, 1}>(args);
    return y;
}
static_assert(normalized() == std::array<u8, 4>{90, 110, 90, 130});

constexpr auto transposed() {
    const u8 x[6] = {1, 2, 3, 4, 5, 6};
    constexpr int extents[2] = {2, 3}, order[2] = {1, 0};
    std::array<u8, 6> y{};
    kernel::scalar::transpose<kernel::transpose(2, extents, order)>(kernel::transpose_args<u8>{x, y.data()});
    return y;
}
static_assert(transposed() == std::array<u8, 6>{1, 4, 2, 5, 3, 6});

template <kernel::resize_mode Mode>
constexpr auto resized() {
    const u8 x[2] = {10, 20};
    std::array<u8, 4> y{};
    kernel::scalar::resize<kernel::resize_config{1, {1, 2, 1}, {1, 4, 1}, Mode}>(
        kernel::resize_args<u8>{x, y.data(), 10});
    return y;
}
static_assert(resized<kernel::resize_mode::nearest>() == std::array<u8, 4>{10, 10, 20, 20});
static_assert(resized<kernel::resize_mode::bilinear>() == std::array<u8, 4>{10, 12, 18, 20});  // 2.5 -> 2, 7.5 -> 8

constexpr auto pooled() {
    const u8 x[8] = {1, 2, 3, 4, 5, 6, 7, 8};  // mean 4.5
    std::array<u8, 1> y{};
    constexpr kernel::avg_pool3d_config config{{1, 1, {2, 2, 2}, {1, 1, 1}, {2, 2, 2}, {2, 2, 2}}};
    kernel::scalar::avg_pool3d<config>(kernel::avg_pool3d_args<u8>{x, y.data(), 0});
    return y[0];
}
static_assert(pooled() == 4);

constexpr auto embedded() {
    const u8 codes[4] = {1, 2, 3, 4};
    const kernel::embedding_row rows[2] = {{1.0f, 0.0f}, {0.5f, -1.0f}};
    const std::int64_t indices[3] = {1, 0, 1}, offsets[3] = {0, 2, 2};
    std::array<float, 6> y{};
    kernel::scalar::embedding<kernel::embedding_config{2, 2, 3, 3}>({codes, rows, indices, offsets, y.data()});
    return y;
}
static_assert(embedded() == std::array<float, 6>{1.5f, 3.0f, 0.0f, 0.0f, 0.5f, 1.0f});

}  // namespace

TEST_CASE("normalisation, transpose, resize, pool and embedding: the same at run time") {
    CHECK(normalized() == std::array<u8, 4>{90, 110, 90, 130});
    CHECK(transposed() == std::array<u8, 6>{1, 4, 2, 5, 3, 6});
    CHECK(resized<kernel::resize_mode::bilinear>() == std::array<u8, 4>{10, 12, 18, 20});
    CHECK(pooled() == 4);
    CHECK(embedded()[1] == 3.0f);
}
