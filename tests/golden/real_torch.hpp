// SPDX-License-Identifier: BSL-1.0
// Real models against PyTorch's qnnpack engine: from the recorded qparams and codes every recorded integer, and from
// our own calibration the qparams and accuracies beside PyTorch's.
#pragma once
#include <cmath>

#include <quantype/backend/fbgemm.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "golden/real_data.hpp"
#include "golden/real_lowered.hpp"

namespace real_models {

/// The configuration "x86" as the record's engine ran it: the patterns of fbgemm, the arithmetic of oneDNN.
struct fbgemm_by_onednn : decltype(qz::backends::fbgemm::set_engine<qz::engine::onednn>()) {};

template <class Net>
using torch_stages = stages<Net, qz::backends::qnnpack, qz::default_qnnpack_mapping>;
template <class Net>
using torch_prepared = qz::prepared_model<Net, qz::backends::qnnpack, qz::default_qnnpack_mapping, qz::keep_float>;

/// A recorded converted graph: the nodes between input and output.
struct recorded_graph {
    std::string folder;
    json graph;
    std::vector<json> nodes{};
    qz::tensor_map weights{};
    qz::tensor_map intermediates{};

    explicit recorded_graph(const std::string& where) : folder(where), graph(read_json(where + "/graph.json")) {
        for (const json& n : graph["nodes"])
            if (n["op"] != "placeholder" && n["op"] != "output") nodes.push_back(n);
        if (graph.contains("weights_file") && graph["weights_file"].is_string())
            weights = qz::load_safetensors(folder + "/" + graph["weights_file"].get<std::string>());
        intermediates = qz::load_safetensors(folder + "/intermediates_u8.safetensors");
    }
    qz::value_qparams qparams(std::size_t i) const {
        const json& out = nodes[i]["out"];
        return {out["scale"].get<float>(), out["zero_point"].get<std::int32_t>()};
    }
    std::string target(std::size_t i) const {
        std::string t = nodes[i]["target"].get<std::string>();
        if (t.starts_with("torch._ops.")) t = "torch.ops." + t.substr(11);
        return t;
    }
    /// Codes, scales and float bias of a weighted node, where they were recorded.
    bool weight_of(std::size_t i, qz::quantized_weight& w) const {
        const std::string name = nodes[i]["name"].get<std::string>();
        if (!weights.contains(name + ".weight")) return false;
        const auto codes = qz::get<std::int8_t>(weights, name + ".weight");
        w.extents = codes.extents;
        w.codes = codes.data;
        w.scale.clear();
        for (const double s : qz::get<double>(weights, name + ".weight_scale").data)
            w.scale.push_back(static_cast<float>(s));
        w.zero_point.assign(w.scale.size(), 0);
        w.bias = qz::get<float>(weights, name + ".bias").data;
        return true;
    }
};

/// Recorded qparams and weights in the places of our lowered graph. Node i of ours is node i of theirs, by target.
template <class Net, class Backend, class Mapping>
qz::quantized_parameters from_record(const real_model& m, const recorded_graph& r) {
    using s = stages<Net, Backend, Mapping>;
    const std::vector<int> calls = s::calls();
    REQUIRE(calls.size() == r.nodes.size());
    const qz::prepared_model<Net, Backend, Mapping, qz::keep_float> prepared(m.weights);
    qz::quantized_parameters q;
    q.values.resize(static_cast<std::size_t>(s::prepared.observer_count));
    std::size_t own_codes_wrong = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const int node = calls[i];
        INFO("node " << r.nodes[i]["name"]);
        REQUIRE(s::target(node) == r.target(i));
        if (!s::gives_codes(node)) continue;
        if (s::lowered[node].observer >= 0)
            q.values[static_cast<std::size_t>(s::lowered[node].observer)] = r.qparams(i);
        if (!s::is_weighted(node)) continue;
        const auto own = qz::detail::quantize_weight(
            qz::detail::weights_of(s::prepared.trace, s::lowered, node, prepared.parameters()),
            s::prepared.config_of(node)->weight, s::target(node));
        qz::quantized_weight& w = q.weights[node] = own;
        if (!r.weight_of(i, w)) continue;
        REQUIRE(w.codes.size() == own.codes.size());
        for (std::size_t k = 0; k < w.codes.size(); ++k) own_codes_wrong += w.codes[k] != own.codes[k];
        CHECK(w.scale == own.scale);
    }
    CHECK(own_codes_wrong == 0);
    return q;
}

/// Runs from the record; every recorded integer and float must come out again.
template <class Net, class Backend, class Mapping>
void check_recorded(const real_model& m, const std::string& config, int output_samples, tally& t) {
    using s = stages<Net, Backend, Mapping>;
    using recorder = code_recorder<s>;
    const std::string folder = m.folder + "/torch_int8/" + config;
    if (!exists(folder + "/graph.json")) {
        ++t.skipped;
        return;
    }
    const recorded_graph r(folder);
    const auto model =
        qz::convert_from<Net, Backend, Mapping, qz::keep_float>(m.weights, from_record<Net, Backend, Mapping>(m, r));
    const both_kernels both(model);
    const std::vector<int> calls = s::calls();
    const int recorded_samples = r.intermediates.begin()->second.extents[0];
    const std::vector<float> outputs = floats_of(folder + "/output_f32.npy");
    const std::size_t width = outputs.size() / static_cast<std::size_t>(m.inputs.count);
    std::size_t values = 0, wrong = 0, output_wrong = 0, tensors = 0, merged = 0;
    const int total = std::min(m.inputs.count, std::max(recorded_samples, output_samples));
    for (int sample = 0; sample < total; ++sample) {
        const std::vector<float> y = both.template run<recorder>(m.inputs[sample], sample < recorded_samples);
        REQUIRE(y.size() == width);
        for (std::size_t k = 0; k < width; ++k)
            output_wrong += y[k] != outputs[static_cast<std::size_t>(sample) * width + k];
        if (sample >= recorded_samples) continue;
        for (std::size_t i = 0; i < calls.size(); ++i) {
            const auto found = r.intermediates.find(r.nodes[i]["name"].get<std::string>());
            if (found == r.intermediates.end()) continue;
            if (s::merged(calls[i])) {
                merged += sample == 0;
                continue;
            }
            const std::vector<std::uint8_t>& got = recorder::codes.at(calls[i]);
            REQUIRE(got.size() * static_cast<std::size_t>(recorded_samples) == found->second.bytes.size());
            const std::size_t bad =
                differing(got, found->second.bytes.data() + static_cast<std::size_t>(sample) * got.size());
            if (bad > 0) std::printf("    %s: %zu of %zu codes differ\n", found->first.c_str(), bad, got.size());
            wrong += bad;
            values += got.size();
            tensors += sample == 0;
        }
    }
    std::printf(
        "  %s %s from the record: %zu of %zu codes differ (%zu tensors, %zu more merged into the next, %d samples); "
        "%zu of %zu outputs differ "
        "(%d of %d samples)\n",
        m.name.c_str(), config.c_str(), wrong, values, tensors, merged, recorded_samples, output_wrong,
        static_cast<std::size_t>(total) * width, total, m.inputs.count);
    CHECK(tensors + merged == r.intermediates.size());
    // The engines are exact for qnnpack. oneDNN's own vector code leaves its written formula by one code in a few
    // values in a million (the records' own check says so), so for that engine a few final values may differ, each by
    // one step.
    const bool exact = config != "x86" && config != "onednn";
    CHECK(wrong <= (exact ? 0 : values / 100000));
    CHECK(output_wrong <= (exact ? 0 : 1 + static_cast<std::size_t>(total) * width / 50000));
    ++t.run;
}

/// The node at which strict stops: a pad, or the flatten module, for which PyTorch's backends have no pattern either.
template <class Net>
void check_strict(const real_model& m, tally& t) {
    using s = torch_stages<Net>;
    constexpr int node = qz::detail::first_refusal<Net, qz::backends::qnnpack, qz::default_qnnpack_mapping>();
    const std::string op(node < 0 ? "" : s::prepared.graph[node].op->name);
    std::string expected;
    for (const json& n : recorded_graph(m.folder + "/torch_int8/qnnpack").nodes) {
        const std::string target = n["target"].get<std::string>();
        if (target == "torch.nn.functional.pad") expected = target;
        if (n.contains("type") && n["type"] == "torch.nn.modules.flatten.Flatten") expected = "torch.nn.Flatten";
        if (!expected.empty()) break;
    }
    std::printf("  %s strict: %s\n", m.name.c_str(), node < 0 ? "accepted" : ("stops at " + op).c_str());
    CHECK(op == expected);
    ++t.run;
}

/// Steps between two float32 values.
inline std::int64_t ulps(float a, float b) {
    const auto ordered = [](float x) {
        const std::int64_t bits = std::bit_cast<std::int32_t>(x);
        return bits < 0 ? std::int64_t{-2147483648LL} - bits : bits;
    };
    return std::abs(ordered(a) - ordered(b));
}

/// Our observers beside the recorded ones.
template <class Net>
void compare_observers(const real_model& m, const torch_prepared<Net>& p, const qz::quantized_parameters& q,
                       const recorded_graph& r) {
    using s = torch_stages<Net>;
    int observers = 0, range_equal = 0, range_near = 0, scale_equal = 0, zero_point_equal = 0;
    double range_off = 0, scale_off = 0;
    int zero_point_off = 0;
    const std::vector<int> calls = s::calls();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const int slot = s::lowered[calls[i]].observer;
        if (!s::gives_codes(calls[i]) || slot < 0) continue;
        const qz::value_qparams want = r.qparams(i), got = q.values[static_cast<std::size_t>(slot)];
        ++observers;
        scale_equal += got.scale == want.scale;
        zero_point_equal += got.zero_point == want.zero_point;
        scale_off =
            std::max(scale_off, std::fabs(static_cast<double>(got.scale) / static_cast<double>(want.scale) - 1.0));
        zero_point_off = std::max(zero_point_off, std::abs(got.zero_point - want.zero_point));
        const json& seen = r.graph["observers"]["activation_post_process_" + std::to_string(slot)];
        if (!seen.is_object()) continue;
        const float low = p.state(slot).min[0], high = p.state(slot).max[0];
        const auto least = seen["min"].get<float>(), most = seen["max"].get<float>();
        const std::int64_t apart = std::max(ulps(low, least), ulps(high, most));
        range_equal += apart == 0;
        range_near += apart <= 4;
        const double off = std::max(std::fabs(static_cast<double>(low) - static_cast<double>(least)),
                                    std::fabs(static_cast<double>(high) - static_cast<double>(most)));
        range_off = std::max(range_off, off / (static_cast<double>(most) - static_cast<double>(least)));
    }
    std::printf(
        "  %s observers: of %d, min and max equal %d, within 4 ulp %d (largest difference %.2g of the range); scale "
        "equal %d (largest relative difference %.2g), zero point equal %d (largest difference %d)\n",
        m.name.c_str(), observers, range_equal, range_near, range_off, scale_equal, scale_off, zero_point_equal,
        zero_point_off);
    CHECK(range_off <= 1e-4);  // ad_autoencoder's float32 runs differ by that much from each other
    CHECK(scale_off <= 0.1);   // a histogram's search may stop a step earlier or later
}

/// Share of right answers among labelled samples; `outputs` holds `count` rows.
struct accuracy {
    int right = 0;
    int labelled = 0;
    accuracy(const std::vector<float>& outputs, const std::vector<double>& labels, int count) {
        const std::size_t width = outputs.size() / static_cast<std::size_t>(count);
        for (int i = 0; i < count && static_cast<std::size_t>(i) < labels.size(); ++i) {
            const auto label = static_cast<int>(labels[static_cast<std::size_t>(i)]);
            if (label < 0) continue;
            ++labelled;
            right += largest(outputs.data() + static_cast<std::size_t>(i) * width, width) == label;
        }
    }
    /// Share of rows whose largest value stands where `other` has its own.
    static double agreement(const std::vector<float>& outputs, const std::vector<float>& other, int count) {
        const std::size_t width = outputs.size() / static_cast<std::size_t>(count);
        int same = 0;
        for (std::size_t i = 0; i < outputs.size(); i += width)
            same += largest(outputs.data() + i, width) == largest(other.data() + i, width);
        return static_cast<double>(same) / count;
    }
    double share() const { return labelled > 0 ? static_cast<double>(right) / labelled : 0.0; }
};
inline std::vector<float> first_rows(const std::vector<float>& x, int rows, int of) {
    const std::size_t n = x.size() / static_cast<std::size_t>(of) * static_cast<std::size_t>(rows);
    return {x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n)};
}
/// sqrt(mean((a - b)^2)).
inline double rms(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    return std::sqrt(sum / static_cast<double>(a.size()));
}

/// Calibrates on the recorded batch in pieces of 32; a model without one is calibrated on its own samples.
template <class Net>
int calibrate(const real_model& m, torch_prepared<Net>& p) {
    samples batch = m.calibration();
    if (batch.count == 0) batch = m.inputs;
    for (int first = 0; first < batch.count; first += 32) {
        const int n = std::min(32, batch.count - first);
        qz::shape extents = Net::inputs::shapes()[0];
        extents[0] = n;
        p(qz::tensor<float>(extents,
                            std::vector<float>(batch[first], batch[first] + static_cast<std::size_t>(n) * batch.size)));
    }
    return batch.count;
}

/// From our own calibration: qparams and results beside PyTorch's.
template <class Net>
void check_calibrated(const real_model& m, int wanted, tally& t) {
    using recorder = code_recorder<torch_stages<Net>>;
    torch_prepared<Net> p(m.weights);
    const int images = calibrate<Net>(m, p);
    const auto model = qz::convert(p);
    const both_kernels both(model);
    const recorded_graph r(m.folder + "/torch_int8/qnnpack");
    if (m.calibration().count > 0) compare_observers<Net>(m, p, model.quantized(), r);
    const int count = std::min(wanted, m.inputs.count);
    std::vector<float> ours;
    for (int i = 0; i < count; ++i)
        for (const float v : both.template run<recorder>(m.inputs[i], i < 2)) ours.push_back(v);
    const auto torch = first_rows(floats_of(r.folder + "/output_f32.npy"), count, m.inputs.count);
    const auto exact = first_rows(floats_of(m.folder + "/ref_float/logits_f32.npy"), count, m.inputs.count);
    const accuracy a(ours, m.labels, count), b(torch, m.labels, count), c(exact, m.labels, count);
    std::printf(
        "  %s calibrated on %d samples, run on %d of %d: error against float %.4g, PyTorch's %.4g (RMS; float %.4g)",
        m.name.c_str(), images, count, m.inputs.count, rms(ours, exact), rms(torch, exact),
        rms(exact, std::vector<float>(exact.size())));
    if (m.name != "ad_autoencoder")  // its output is no choice between classes
        std::printf("; agreement with float %.4f, PyTorch's %.4f", accuracy::agreement(ours, exact, count),
                    accuracy::agreement(torch, exact, count));
    if (a.labelled > 0)
        std::printf("; accuracy %.4f, PyTorch %.4f, float %.4f (%d labels)", a.share(), b.share(), c.share(),
                    a.labelled);
    std::printf("\n");
    if (a.labelled >= 500) CHECK(a.share() >= b.share() - 0.01);
    CHECK(rms(ours, exact) <= 1.1 * rms(torch, exact));
    ++t.run;
}

}  // namespace real_models
