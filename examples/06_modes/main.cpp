// SPDX-License-Identifier: BSL-1.0
// One model of words in four modes: dynamic with a weight-only table, 4-bit table and a static layer, float16, float.
#include <cmath>
#include <cstdio>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "../demo/random_tensors.hpp"

namespace qz = quantype;
namespace nn = qz::nn;
using backend = qz::backends::qnnpack;

struct tagger {
    using inputs = qz::inputs<qz::i64<2, 6>>;  // indices
    nn::embedding<50, 16> words;
    nn::lstm<16, 24, nn::bidirectional, nn::batch_first> lstm;
    nn::linear<48, 5> fc;
    QUANTYPE_MODULES(words, lstm, fc)
    constexpr auto forward(auto x) const {
        const auto y = lstm(words(x));  // y[0]: the output; y[1][0], y[1][1]: the last h and c
        return fc(y[0]);
    }
};

struct dynamic {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_global(qz::default_dynamic_qconfig)
                                      .set_object_type<nn::embedding<>>(qz::float_qparams_weight_only_qconfig);
};
struct mixed {
    static constexpr auto value =
        qz::default_qnnpack_mapping::value.set_object_type<nn::lstm<>>(qz::default_dynamic_qconfig)
            .set_object_type<nn::embedding<>>(qz::float_qparams_weight_only_qconfig_4bit);
};
struct half {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::float16_dynamic_qconfig).set_object_type<nn::embedding<>>(qz::no_qconfig);
};
struct in_float {
    static constexpr auto value = qz::qconfig_mapping();
};
static_assert(qz::can_run<tagger, backend, dynamic> && qz::can_run<tagger, backend, mixed>);

namespace {

qz::tensor_map weights() {
    demo::random_tensors random(6);
    qz::tensor_map w;
    const qz::trace_view& t = qz::traced<tagger>::view;
    for (int m = 0; m < t.module_count; ++m)
        for (int k = 0; k < t.modules[m].parameter_count; ++k) {
            const qz::parameter_info& p = t.parameters[t.modules[m].first_parameter + k];
            random.add(w, std::string(t.module_path(m)) + "." + std::string(p.name), p.extents, -0.4f, 0.4f);
        }
    return w;
}
qz::tensor<std::int64_t> sentence(int seed) {
    qz::tensor<std::int64_t> x(qz::shape(2, 6));
    for (std::int64_t& i : x.data) i = (seed = seed * 75 % 65537) % 50;
    return x;
}

/// Bytes of weights and of the arena, and how far the result is from float.
template <class Mapping>
double show(const char* name) {
    auto prepared = qz::prepare<tagger, backend, Mapping>(weights());
    for (int i = 1; i <= 8; ++i) prepared(sentence(i));  // what is static needs it; the other modes take no note
    const auto model = qz::convert(prepared);
    const auto x = sentence(77);
    const auto want = prepared(x)[0], have = model(x)[0];
    double difference = 0;
    for (std::size_t i = 0; i < have.data.size(); ++i)
        difference = std::fmax(difference, std::fabs(static_cast<double>(have.data[i] - want.data[i])));
    std::printf("%-8s %6zu bytes of weights, %5d of arena, %.4f from float\n", name, model.packed().weight_bytes,
                model.arena_bytes, difference);
    return difference;
}

}  // namespace

int main() {
    std::puts(qz::explain<tagger, backend, mixed>().c_str());
    const double f = show<in_float>("float"), d = show<dynamic>("dynamic"), m = show<mixed>("mixed"),
                 h = show<half>("float16");
    return f < 1e-6 && h < 0.005 && d < 0.05 && m < 0.2 ? 0 : 1;
}
