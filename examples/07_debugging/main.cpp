// SPDX-License-Identifier: BSL-1.0
// A model that loses accuracy in int8: which layer, why, and what leaving it in float gives back.
#include <cstdio>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/x86.hpp>
#include <quantype/debug/model_report.hpp>
#include <quantype/debug/numeric_suite.hpp>
#include <quantype/debug/sensitivity.hpp>
#include <quantype/debug/suggested_mapping.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/report/backend_diff.hpp>
#include <quantype/report/coverage.hpp>

#include "../04_from_pytorch/small_net.hpp"

namespace qz = quantype;
using net = exported::small_net;
using backend = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;

// prepare's mapping, with one entry more.
struct one_in_float {
    static constexpr auto value = mapping::value.set_module_name("blocks.0.conv", qz::no_qconfig);
};

// What the model report prints below: the mapping with weights per channel.
#include "suggested.hpp"

namespace {

/// The fourth channel of the stem is dead, and a large weight hangs on it: nothing in float, but the codes of its layer
/// hold little else.
qz::tensor_map weights() {
    qz::tensor_map w = qz::load_safetensors(QUANTYPE_SOURCE_DIR "/examples/04_from_pytorch/small_net.safetensors");
    auto bias = qz::get<float>(w, "stem.bias");
    bias.data[3] = -10;
    w["stem.bias"] = qz::to_any_tensor(bias);
    auto weight = qz::get<float>(w, "blocks.0.conv.weight");
    weight.data[3 * 9] = 20;  // output channel 0, input channel 3
    w["blocks.0.conv.weight"] = qz::to_any_tensor(weight);
    return w;
}
qz::tensor<float> sample(int seed) {
    qz::tensor<float> x(qz::shape(1, 1, 8, 8));
    for (float& v : x.data) v = static_cast<float>((seed = seed * 75 % 65537) % 1000) / 500.0f - 1.0f;
    return x;
}
/// What suggested.hpp holds below its comments.
std::string text_of_suggested() {
    const auto bytes = qz::read_file(QUANTYPE_SOURCE_DIR "/examples/07_debugging/suggested.hpp");
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return text.substr(text.find("struct"));
}
void show(const char* title, const std::string& text) { std::printf("-- %s\n%s\n", title, text.c_str()); }

}  // namespace

int main() {
    show("explain", qz::explain<net, backend, mapping>());
    show("coverage", qz::report::coverage_text<net, backend, mapping>());

    auto prepared = qz::prepare<net, backend, mapping>(weights());
    for (int i = 1; i <= 16; ++i) prepared(sample(i));
    const auto model = qz::convert(prepared);

    qz::debug::numeric_suite suite(prepared, model);
    for (int i = 21; i <= 24; ++i) suite(sample(i));
    show("int8 against float", qz::debug::to_text(suite.against_float()));
    show("int8 against the reference form", qz::debug::to_text(suite.against_reference()));

    const auto ranking = qz::debug::sensitivity(prepared, model, {{sample(21)}, {sample(22)}});
    show("each layer quantized alone", qz::debug::to_text(ranking));

    qz::debug::model_report report(prepared, model);
    for (int i = 21; i <= 24; ++i) report(sample(i));
    show("what runs through the observed values", qz::debug::to_text(report.values()));

    const auto found = qz::debug::suggestions(report);
    show("what PyTorch's detectors say", qz::debug::to_text(found));
    const std::string source = qz::debug::mapping_source(found, "suggested", "mapping::value");
    show("the mapping that follows", source);
    auto improved = qz::prepare<net, backend, suggested>(weights());
    for (int i = 1; i <= 16; ++i) improved(sample(i));
    const auto per_channel = qz::convert(improved);
    qz::debug::numeric_suite better(improved, per_channel);
    for (int i = 21; i <= 24; ++i) better(sample(i));
    std::printf("-- per channel: %.2f dB at the output\n\n", better.against_float().back().distance.sqnr());

    const auto mended = qz::convert<one_in_float>(prepared);
    qz::debug::numeric_suite after(prepared, mended);
    for (int i = 21; i <= 24; ++i) after(sample(i));
    const double before_db = suite.against_float().back().distance.sqnr();
    const double after_db = after.against_float().back().distance.sqnr();
    std::printf("-- %s in float: %.2f dB at the output, %.2f before\n\n", ranking[0].path.c_str(), after_db, before_db);

    const std::string diff = qz::report::backend_diff_text<backend, qz::backends::x86>();
    show("qnnpack against x86", diff.substr(0, diff.find("torch.nn.Conv2d")));
    // The kernels add nothing to what the reference form loses.
    bool kernels_agree = true;
    for (const auto& d : suite.against_reference()) kernels_agree = kernels_agree && d.distance.sqnr() > 60;
    return kernels_agree && source == text_of_suggested() && ranking[0].path == "blocks.0.bn" && after_db > before_db
               ? 0
               : 1;
}
