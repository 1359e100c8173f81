// SPDX-License-Identifier: BSL-1.0
// PyTorch's model report: what runs through each observed value, how much of it the chosen codes cut off or leave
// unused, and which values have outliers.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <quantype/debug/call_names.hpp>
#include <quantype/run/model.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug {

/// Of one observed value, over all batches the report has seen.
struct value_report {
    std::string path{};
    std::string op{};
    value_qparams qparams{};
    float min = 0;
    float max = 0;
    std::int64_t count = 0;
    std::int64_t saturated = 0;  ///< values that quantize to a code at the end of the range and lie beyond it
    int codes_used = 0;          ///< distinct codes
    int codes = 0;               ///< codes there are
    double outlier_ratio = 0;    ///< mean over the batches of max |x| / 97.5th percentile of |x|
    double batch_range = 0;      ///< mean over the batches of max - min
    int node = -1;               ///< of the prepared graph: the call whose value it is

    double saturation() const { return count == 0 ? 0 : static_cast<double>(saturated) / static_cast<double>(count); }
    /// As torch.ao.quantization's OutlierDetector flags a channel: ratio above 3.5 of the 97.5th percentile.
    bool has_outliers() const { return outlier_ratio > 3.5; }
    /// Mean range of a batch to the range of all: 1 where each batch fills the range, small where the values wander
    /// from batch to batch. S of torch.ao.quantization's DynamicStaticDetector; 1 for a value that never changes.
    double stationarity() const {
        const double whole = static_cast<double>(max) - static_cast<double>(min);
        return whole > 0 ? batch_range / whole : 1;
    }
};

/// Runs batches through the prepared model and looks at what its observers see, with the codes that `convert` chose.
template <class Net, class Backend, class Mapping>
class model_report {
public:
    template <class Kernels>
    model_report(const calibration& prepared, const quantized_model<Net, Backend, Mapping, Kernels>& model)
        : prepared_(prepared) {
        const prepared_view& p = prepared.view();
        const report::node_names names = report::names_of(p, p.trace.graph);
        for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
            const int slot = p.graph[i].observer;
            if (slot < 0 || !is_quantized(p.observer(slot).args.dtype) || p.observer(slot).args.is_dynamic) continue;
            const int observed = first_input(p.graph, i), source = p.graph[observed].origin;
            if (p.trace.graph[source].kind == node_kind::get_attr) continue;
            value_report r;
            r.path = detail::path_of_call(p, names, source);
            r.op = detail::op_of_call(p, source);
            r.node = observed;
            r.qparams = model.quantized().values[static_cast<std::size_t>(slot)];
            entries_.push_back({i, codes_of(p.observer(slot).args.dtype), r, {}, 0});
            entry& e = entries_.back();
            e.report.codes = static_cast<int>(e.range.max - e.range.min + 1);
            e.seen.resize(static_cast<std::size_t>(e.report.codes));
        }
    }

    void operator()(const std::vector<tensor<float>>& inputs) {
        float_run_hooks hooks;
        hooks.observe = [&](int node, tensor_view<const float> x) {
            for (entry& e : entries_)
                if (e.node == node) look(e, x);
        };
        float_runner(prepared_.view().trace, prepared_.view().graph, prepared_.parameters()).run(inputs, hooks);
    }
    template <class... More>
    void operator()(const tensor<float>& first, const More&... more) {
        operator()(std::vector<tensor<float>>{first, more...});
    }

    std::vector<value_report> values() const {
        std::vector<value_report> r;
        for (const entry& e : entries_) {
            r.push_back(e.report);
            r.back().codes_used = static_cast<int>(std::count(e.seen.begin(), e.seen.end(), true));
            if (e.batches > 0) r.back().outlier_ratio /= e.batches;
            if (e.batches > 0) r.back().batch_range /= e.batches;
        }
        return r;
    }
    const calibration& prepared() const { return prepared_; }

private:
    struct entry {
        int node;
        code_range range;
        value_report report;
        std::vector<bool> seen;
        int batches;
    };

    static void look(entry& e, tensor_view<const float> x) {
        value_report& r = e.report;
        const float inverse = inverse_of(static_cast<double>(r.qparams.scale));
        // Beyond these, a value is further than half a step from the last code.
        const float lowest = dequantize(e.range.min, r.qparams.scale, r.qparams.zero_point) - 0.5f * r.qparams.scale;
        const float highest = dequantize(e.range.max, r.qparams.scale, r.qparams.zero_point) + 0.5f * r.qparams.scale;
        std::vector<float> sizes;
        sizes.reserve(static_cast<std::size_t>(x.count()));
        const auto [least, most] = std::minmax_element(x.begin(), x.end());
        r.batch_range += static_cast<double>(*most) - static_cast<double>(*least);
        for (const float v : x) {
            if (r.count == 0 || v < r.min) r.min = v;
            if (r.count == 0 || v > r.max) r.max = v;
            ++r.count;
            if (v < lowest || v > highest) ++r.saturated;
            e.seen[static_cast<std::size_t>(quantize(v, inverse, r.qparams.zero_point, e.range) - e.range.min)] = true;
            sizes.push_back(std::abs(v));
        }
        r.outlier_ratio += outliers(sizes);
        ++e.batches;
    }
    /// max / 97.5th percentile, interpolated linearly between neighbours as torch.quantile does; 1 when both are 0.
    static double outliers(std::vector<float>& sizes) {
        std::sort(sizes.begin(), sizes.end());
        const double at = 0.975 * static_cast<double>(sizes.size() - 1);
        const auto below = static_cast<std::size_t>(at);
        const std::size_t above = std::min(below + 1, sizes.size() - 1);
        const double low = static_cast<double>(sizes[below]), high = static_cast<double>(sizes[above]);
        const double percentile = low + (at - static_cast<double>(below)) * (high - low);
        const double largest = static_cast<double>(sizes.back());
        return percentile == 0 ? (largest == 0 ? 1 : largest / 1e-12) : largest / percentile;
    }

    const calibration& prepared_;
    std::vector<entry> entries_{};
};

/// Columns: path, op, min, max, scale, zero point, codes used, share of saturated values, outlier ratio (marked with !
/// where it is flagged).
inline std::string to_text(const std::vector<value_report>& values) {
    std::vector<std::vector<std::string>> rows{
        {"value", "op", "min", "max", "scale", "zero point", "codes used", "saturated", "outliers"}};
    for (const value_report& v : values)
        rows.push_back({v.path, v.op, detail::number("%.6g", static_cast<double>(v.min)),
                        detail::number("%.6g", static_cast<double>(v.max)),
                        detail::number("%.6g", static_cast<double>(v.qparams.scale)),
                        std::to_string(v.qparams.zero_point),
                        std::to_string(v.codes_used) + " of " + std::to_string(v.codes),
                        detail::number("%.3f %%", 100 * v.saturation()),
                        detail::number("%.2f", v.outlier_ratio) + (v.has_outliers() ? " !" : "")});
    return detail::columns(rows);
}

}  // namespace debug

QUANTYPE_END_NAMESPACE
