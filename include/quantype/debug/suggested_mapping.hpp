// SPDX-License-Identifier: BSL-1.0
// What PyTorch's detectors would change in the mapping: weights per channel, and dynamic quantization where the range
// of a module's output moves from batch to batch.
// Takes: a model report that has seen batches. Gives: suggestions, and the mapping that follows as C++ source: a
// mapping is a constant of the program. Refuses nothing.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <quantype/debug/model_report.hpp>
#include <quantype/report/qconfig_source.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug {

/// One linear or convolution module that the mapping quantizes with int8 weights.
struct suggestion {
    std::string path{};
    std::string op{};
    qconfig now{};
    qconfig then{};  ///< equal to `now` where nothing is suggested
    /// Largest |weight| of the widest output channel, of the median one's: what one scale for all channels wastes.
    double channel_ratio = 1;
    /// Mean range of a batch of the output, of the range of all batches. At 0.5 or less PyTorch's DynamicStaticDetector
    /// takes the output for non-stationary. 1 where the output is not observed.
    double stationarity = 1;
    bool per_channel = false;  ///< suggested
    bool dynamic = false;      ///< suggested: non-stationary, and the backend has a dynamic dtype config for the module
    bool only_static = false;  ///< non-stationary, but the backend has none
};

namespace detail {

/// The weight's observer per channel, with the same arguments; the same where it is, or is no min-max observer.
inline observer_config per_channel_form(observer_config o) {
    if (o.fake != nullptr) return o;
    if (o.type == &observers::min_max)
        o.type = &observers::per_channel_min_max;
    else if (o.type == &observers::moving_average_min_max)
        o.type = &observers::moving_average_per_channel_min_max;
    else
        return o;
    o.args.qscheme = is_symmetric(o.args.qscheme) ? qscheme::per_channel_symmetric : qscheme::per_channel_affine;
    return o;
}

/// True when the backend quantizes a module of class `op` with int8 weights, choosing the input's scale as it runs.
inline bool can_be_dynamic(const quantype::detail::backend_view& b, op_id op) {
    for (int i = 0; i < b.pattern_count; ++i) {
        const auto& e = b.patterns[i];
        if (e.tree.size != 1 || e.tree.nodes[0].op != op) continue;
        for (int d = 0; d < e.dtype_config_count; ++d) {
            const dtype_config_value& c = b.dtype_configs[e.first_dtype_config + d];
            if (c.is_dynamic && *c.is_dynamic && c.input_dtype.type == dtype::quint8) return true;
        }
    }
    return false;
}

inline double ratio_of_channels(const layer_weights& w) {
    const auto channels = static_cast<std::size_t>(w.extents[0]);
    const std::size_t per = w.weight.size() / channels;
    std::vector<double> largest(channels, 0.0);
    for (std::size_t i = 0; i < w.weight.size(); ++i)
        largest[i / per] = std::max(largest[i / per], std::fabs(static_cast<double>(w.weight[i])));
    std::sort(largest.begin(), largest.end());
    const double median = largest[channels / 2];
    return median > 0 ? largest.back() / median : largest.back() > 0 ? largest.back() / 1e-12 : 1;
}

}  // namespace detail

/// ModelReport.generate_qconfig_mapping, with two differences: the QConfig's own observers are kept where PyTorch puts
/// default_observer, and dynamic quantization is suggested only where the backend has it. `tolerance` is PyTorch's.
template <class Net, class Backend, class Mapping>
std::vector<suggestion> suggestions(const model_report<Net, Backend, Mapping>& report, double tolerance = 0.5) {
    const calibration& prepared = report.prepared();
    const prepared_view& p = prepared.view();
    const std::vector<value_report> values = report.values();
    std::vector<suggestion> r;
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
        const node& n = p.graph[i];
        if (n.kind != node_kind::call_module || n.module < 0 || i >= p.traced_nodes) continue;
        const node& root =
            p.trace.graph[quantype::detail::traced_node(p.trace, quantype::detail::root_call(p.graph, i))];
        const qconfig* q = p.config_of(i);
        const bool kind = root.op->code == op_code::linear || root.op->code == op_code::conv;
        if (!kind || q == nullptr || q->weight.args.dtype != dtype::qint8) continue;
        suggestion s{std::string(p.trace.module_path(root.module)), std::string(root.op->short_name()), *q, *q};
        s.channel_ratio =
            detail::ratio_of_channels(quantype::detail::weights_of(p.trace, p.graph, i, prepared.parameters()));
        for (const value_report& v : values)
            if (v.node == i) s.stationarity = v.stationarity();
        s.then.weight = detail::per_channel_form(q->weight);
        s.per_channel = !(s.then.weight == q->weight);
        const bool moves = s.stationarity <= tolerance && !q->activation.args.is_dynamic;
        s.dynamic = moves && detail::can_be_dynamic(p.backend, root.op);
        s.only_static = moves && !s.dynamic;
        if (s.dynamic) s.then.activation = default_dynamic_quant_observer;
        r.push_back(s);
    }
    return r;
}

/// Columns: module, op, widest channel to the median one, batch range to whole range, what is suggested.
inline std::string to_text(const std::vector<suggestion>& suggestions) {
    std::vector<std::vector<std::string>> rows{{"module", "op", "widest channel", "batch range", "suggested"}};
    for (const suggestion& s : suggestions) {
        std::string what = s.per_channel ? "per channel" : "";
        if (s.dynamic) what += what.empty() ? "dynamic" : ", dynamic";
        if (s.only_static) what += std::string(what.empty() ? "" : ", ") + "dynamic, which the backend has not";
        rows.push_back({s.path, s.op, detail::number("%.2f", s.channel_ratio), detail::number("%.2f", s.stationarity),
                        what.empty() ? "-" : what});
    }
    return detail::columns(rows);
}

/// The mapping as C++, to be compiled where `qz` is the namespace quantype: `base` is the mapping it adds to, such as
/// "my_mapping::value".
inline std::string mapping_source(const std::vector<suggestion>& suggestions, const std::string& name = "suggested",
                                  const std::string& base = "qz::qconfig_mapping()") {
    std::vector<std::string> written;  // QConfigs without a name of their own
    std::string constants, rules;
    for (const suggestion& s : suggestions) {
        if (s.then == s.now) continue;
        std::string text = report::source_of(s.then);
        if (text.back() == '}') {
            const auto at = std::find(written.begin(), written.end(), text);
            const std::string constant = "qconfig_" + std::to_string(at - written.begin());
            if (at == written.end()) {
                written.push_back(text);
                constants += "    static constexpr auto " + constant + " =\n        " + text + ";\n";
            }
            text = constant;
        }
        rules += "\n                                      .set_module_name(\"" + s.path + "\", " + text + ")";
    }
    return "struct " + name + " {\n" + constants + "    static constexpr auto value = " + base + rules + ";\n};\n";
}

}  // namespace debug

QUANTYPE_END_NAMESPACE
