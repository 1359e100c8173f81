// SPDX-License-Identifier: BSL-1.0
// What a generated test of one real model runs. See tools/model_generator/real_models.py.
#pragma once
#include <type_traits>

#include "golden/real_published.hpp"
#include "golden/real_torch.hpp"

namespace real_models {

inline void report(const std::string& name, const tally& t) {
    std::printf("golden real_models_%s: %d cases run, %d skipped\n", name.c_str(), t.run, t.skipped);
    std::fflush(stdout);
}

/// The model was not there when the test was written.
inline void skip(const std::string& name) {
    WARN("SKIPPED golden real_models_" << name << ": no " QUANTYPE_MODELS_DIR "/" << name);
    report(name, {0, 1});
}

/// As many samples as that many multiplications take. QUANTYPE_TEST_EMULATED: an emulator runs the test, 30 times slower.
inline int samples_for(const real_model& m, double multiplications) {
#ifdef QUANTYPE_TEST_EMULATED
    multiplications /= 30;
#endif
    return static_cast<int>(std::max(3.0, multiplications / m.macs()));
}
inline int published_samples(const real_model& m) {
#ifdef QUANTYPE_TEST_EMULATED
    return std::min(m.inputs.count, samples_for(m, 6e9));
#else
    return m.inputs.count;
#endif
}

template <class TorchNet, class PublishedNet>
void run(const std::string& name) {
    if (!exists(std::string(QUANTYPE_MODELS_DIR "/") + name + "/model.json")) return skip(name);
    const real_model m(name);
    tally t;
    const int samples = samples_for(m, 0.5e9);
    check_recorded<TorchNet, qz::backends::qnnpack, qz::default_qnnpack_mapping>(m, "qnnpack", samples, t);
    check_recorded<TorchNet, qz::backends::qnnpack, qz::default_qnnpack_mapping>(m, "minmax", samples, t);
    check_recorded<TorchNet, fbgemm_by_onednn, qz::default_x86_mapping>(m, "x86", samples, t);
    check_strict<TorchNet>(m, t);
    check_calibrated<TorchNet>(m, samples_for(m, 13e9), t);
    if constexpr (!std::is_void_v<PublishedNet>) check_published<PublishedNet>(m, published_samples(m), t);
    report(name, t);
}

}  // namespace real_models
