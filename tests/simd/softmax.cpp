// SPDX-License-Identifier: BSL-1.0
// Both softmax rules on batches against the scalar specification: every difference of codes, ragged rows, scales from
// flat to steep.
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/kernel/scalar/softmax_q31.hpp>
#include <quantype/kernel/simd/softmax.hpp>
#include <quantype/kernel/simd/softmax_q31.hpp>

#include "simd/support.hpp"

namespace {

using namespace simd_test;

template <class Code>
std::vector<Code> inputs(const k::rows_config& config, data kind) {
    numbers rng(61);
    auto x = codes<Code>(static_cast<std::size_t>(config.rows * config.input_row()), kind, rng);
    if (kind == data::random)
        for (std::size_t i = 0; i < x.size() && i < 256; ++i) x[i] = static_cast<Code>(i);
    return x;
}

template <k::rows_config Config, class In, class Out>
void compare() {
    const auto size = static_cast<std::size_t>(Config.rows * Config.output_row());
    for (const data kind : all_data) {
        const auto x = inputs<In>(Config, kind);
        for (const double scale : {0.001, 0.05, 0.37, 3.0}) {
            const k::exponential_table table = k::make_exponentials(scale);
            for (const int z : {0, 7}) {
                std::vector<Out> expected(size), got(size);
                k::softmax_args<In, Out> args{x.data(), expected.data(), &table, 256.0f, k::lowest_code<Out> + z};
                k::scalar::softmax<Config>(args);
                args.output = got.data();
                k::simd::softmax<arch, Config>(args);
                expect_equal(expected, got, "softmax", Config.rows, Config.length);
            }
            std::vector<Out> expected(size), got(size);
            k::softmax_q31_args<In, Out> args{x.data(), expected.data(), qz::softmax_q31::make_scaling(scale)};
            k::scalar::softmax_q31<Config>(args);
            args.output = got.data();
            k::simd::softmax_q31<arch, Config>(args);
            expect_equal(expected, got, "softmax_q31", Config.rows, Config.length);
        }
    }
}

}  // namespace

int main() {
    compare<k::rows_config{3, 10, 12, 11}, std::uint8_t, std::uint8_t>();
    compare<k::rows_config{1, 256}, std::int8_t, std::int8_t>();
    compare<k::rows_config{2, 131}, std::uint8_t, std::int8_t>();
    compare<k::rows_config{5, 1}, std::int8_t, std::uint8_t>();
    compare<k::rows_config{2, 2}, std::int8_t, std::int8_t>();
    compare<k::rows_config{2, 64}, std::int8_t, std::int8_t>();
    compare<k::rows_config{1, 1000}, std::int8_t, std::int8_t>();  // all codes near the largest: no share reaches 1
    compare<k::rows_config{1, 4095}, std::uint8_t, std::uint8_t>();
    return finish("softmax");
}
