// SPDX-License-Identifier: BSL-1.0
// Calls the linear kernel as often as its argument says: 48 rows, 256 inputs, 256 outputs. What it counts does not
// depend on the codes, so all are zero.
#include <quantype/kernel/simd/linear.hpp>

#include <cstdlib>

namespace {

namespace qz = quantype;
namespace k = quantype::kernel;
using arch = k::simd::default_arch;
using policy = qz::requantize::qnnpack;
static_assert(k::simd::arch_name<arch>() == QUANTYPE_EXPECT_ARCH, "compiled for another level than asked for");

constexpr k::linear_config config{48, 256, 256};
constexpr k::product_form form = k::simd::form_of<arch>(config, false);

alignas(64) std::int8_t weights[form.weight_bytes()];
alignas(64) policy::params words[k::words_of_channels<policy>(form)];
std::uint8_t input[48 * 256];
std::uint8_t output[48 * 256];

}  // namespace

int main(int argc, char** argv) {
    const int calls = argc > 1 ? std::atoi(argv[1]) : 0;
    const k::linear_args<std::uint8_t, std::uint8_t, policy::params> args{input, weights, words, output, 3,
                                                                          0,     5,       0,     255};
    for (int i = 0; i < calls; ++i) {
        __asm__ volatile("" ::: "memory");
        k::simd::linear<arch, config, policy>(args);
    }
    return 0;
}
