// SPDX-License-Identifier: BSL-1.0
// One program for every CPU of an architecture: it carries kernels for several levels and takes the best that the CPU
// has.
//   example_09_every_cpu [<level>]
#include <cstdio>
#include <cstring>
#include <exception>

#include "model.hpp"
namespace qz = quantype;

namespace {

qz::tensor<float> numbers(qz::shape s, int seed, float size) {
    qz::tensor<float> x(s);
    for (float& v : x.data) v = size * (static_cast<float>((seed = seed * 75 % 65537) % 1000) / 500.0f - 1.0f);
    return x;
}

every_cpu::model make_model() {
    const qz::tensor_map weights{{"conv.weight", qz::to_any_tensor(numbers(qz::shape(40, 3, 3, 3), 3, 0.4f))},
                                 {"conv.bias", qz::to_any_tensor(numbers(qz::shape(40), 5, 0.1f))},
                                 {"out.weight", qz::to_any_tensor(numbers(qz::shape(10, 1960), 7, 0.1f))},
                                 {"out.bias", qz::to_any_tensor(numbers(qz::shape(10), 9, 0.1f))}};
    auto prepared = qz::prepare<every_cpu::net, every_cpu::backend, every_cpu::mapping>(weights);
    for (int i = 1; i <= 4; ++i) prepared(numbers(qz::shape(1, 3, 9, 9), i, 1.0f));
    return qz::convert(prepared);
}

bool same_bits(const qz::tensor<float>& a, const qz::tensor<float>& b) {
    return a.data.size() == b.data.size() &&
           std::memcmp(a.data.data(), b.data.data(), a.data.size() * sizeof(float)) == 0;
}

/// False when the level is there and gives other bits. One that is missing is refused with a reason.
bool runs_alike(const every_cpu::model& model, const char* name, const qz::tensor<float>& x,
                const qz::tensor<float>& want) try {
    const qz::level_model other = qz::for_this_cpu(model, name);
    const bool same = other.level() == name && same_bits(other(x)[0], want);
    std::printf("%s: %s\n", name, same ? "same bits" : "OTHER BITS");
    return same;
} catch (const std::exception& e) {
    std::printf("%s\n", e.what());
    return true;
}

}  // namespace

int main(int count, char** words) try {
    const every_cpu::model model = make_model();
    const auto x = numbers(qz::shape(1, 3, 9, 9), 21, 1.0f);
    const auto want = model(x)[0];  // the specification

    const qz::level_model best = qz::for_this_cpu(model, count > 1 ? words[1] : "");
    std::printf("runs at level %s\n", std::string(best.level()).c_str());
    bool same = same_bits(best(x)[0], want);

    for (const char* name : {"sse2", "avx2", "avx512vnni", "neon64", "dotprod", "generic"})
        same = runs_alike(model, name, x, want) && same;
    return same ? 0 : 1;
} catch (const std::exception& e) {
    std::printf("%s\n", e.what());
    return 2;
}
