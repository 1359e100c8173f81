// SPDX-License-Identifier: BSL-1.0
// What the op families of pack share: the plan, the model's numbers, and the packed model that they fill.
#pragma once
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <quantype/kernel/contract/packed.hpp>
#include <quantype/kernel/scalar/unary_table.hpp>
#include <quantype/lower/arithmetic.hpp>
#include <quantype/lower/step_config.hpp>
#include <quantype/quantize/quantized_parameters.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// What the model around a standalone module needs of it.
struct packed_part {
    part_program program{};
    value_qparams output{};  ///< where the output is codes
};

/// Read access to a plan, whatever its size.
struct plan_view {
    const plan_value* values = nullptr;
    const plan_step* steps = nullptr;
    int value_count = 0;
    int step_count = 0;
    int derived_qparams = 0;
    const kernel::product_form* forms = nullptr;  ///< for each step; null: all as the contracts have them
    const packed_part* parts = nullptr;           ///< of the standalone modules, in the order of prepared_view::parts
};

/// The constants of a lowered model. Move only: the steps point into the storage.
class packed_model {
public:
    std::vector<step_data> steps{};
    std::vector<value_qparams> qparams{};  ///< observer slots, then derived ones
    std::vector<const float*>
        constants{};               ///< the parameters, then the same as they are rounded, null where none reads
    std::size_t weight_bytes = 0;  ///< codes, per-channel parameters and tables

    packed_model() = default;
    packed_model(packed_model&&) = default;
    packed_model& operator=(packed_model&&) = default;
    packed_model(const packed_model&) = delete;
    packed_model& operator=(const packed_model&) = delete;

    /// Room for `count` values of T that lives as long as the model, aligned to 64 bytes.
    template <class T>
    T* store(std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T>);
        const std::size_t bytes = count * sizeof(T);
        storage_.emplace_back((bytes + sizeof(block) - 1) / sizeof(block));
        weight_bytes += bytes;
        return reinterpret_cast<T*>(storage_.back().data());
    }
    template <class T>
    const T* store(const std::vector<T>& values) {
        T* p = store<T>(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) p[i] = values[i];
        return p;
    }

private:
    struct alignas(64) block {
        std::byte bytes[64];
    };
    std::vector<std::vector<block>> storage_{};
};

namespace detail {

inline const char* text_of(requantize_status s) {
    switch (s) {
        case requantize_status::ok: return "ok";
        case requantize_status::scale_not_positive: return "a scale is not a positive finite number";
        case requantize_status::multiplier_not_normal: return "the multiplier is not a normal float32";
        case requantize_status::multiplier_out_of_range:
            return "the ratio of the scales does not fit the fixed-point form";
        case requantize_status::bias_not_finite: return "the bias is NaN or infinite";
        case requantize_status::bias_overflows_int32: return "the bias does not fit int32 in units of the accumulator";
    }
    return "?";
}

/// Calls f with the storage type of an 8-bit dtype.
template <class F>
auto with_code(dtype d, F&& f) {
    return d == dtype::qint8 ? f(std::int8_t{}) : f(std::uint8_t{});
}

/// The steps' numbers under construction.
class pack_writer {
public:
    pack_writer(const prepared_view& p, const graph_view& g, const plan_view& steps, const quantized_parameters& q,
                const model_parameters& floats)
        : prepared(p), graph(g), plan(steps), quantized(q), parameters(floats) {}

    prepared_view prepared;
    graph_view graph;
    plan_view plan;
    const quantized_parameters& quantized;
    const model_parameters& parameters;
    packed_model model{};

    const plan_value& in(const plan_step& s, int k = 0) const { return plan.values[s.inputs[k]]; }
    const plan_value& out(const plan_step& s) const { return plan.values[s.output]; }
    value_qparams& qparams(const plan_value& v) { return model.qparams[static_cast<std::size_t>(v.qparams)]; }
    /// The form that the kernels take a product's weights in.
    kernel::product_form form(const plan_step& s) const {
        return plan.forms ? plan.forms[&s - plan.steps] : kernel::product_form{};
    }
    const attributes& attrs(const plan_step& s) const { return attributes_of(prepared, graph, s); }
    /// The module whose call carries the weight.
    int module_of(const plan_step& s) const {
        return prepared.trace.graph[traced_node(prepared.trace, root_call(graph, s.node))].module;
    }
    /// "layer1.0.conv1", "quantized.add in layer1.0".
    std::string name(const plan_step& s) const {
        const node& n = graph[s.node];
        const std::string path(prepared.trace.path_of(n));
        return n.module >= 0 ? path : std::string(n.op->name) + (path.empty() ? "" : " in " + path);
    }
    template <class Params>
    const Params& require(const made<Params>& m, const std::string& where) const {
        if (!m) raise(where + ": " + text_of(m.status));
        return m.params;
    }
    kernel::scale_zero scale_zero_of(const plan_value& v) {
        return {static_cast<double>(qparams(v).scale), qparams(v).zero_point};
    }

    template <class T>
    const T* store_one(const T& value) {
        T* at = model.template store<T>(1);
        *at = value;
        return at;
    }

    /// A clamp by `a` behind the one that `d` has.
    void clamp_more(const plan_value& v, const attributes& a, step_data& d) {
        const value_qparams& q = qparams(v);
        const code_range codes = codes_of(v.type);
        const float inverse = inverse_of(static_cast<double>(q.scale));
        const auto code = [&](double x) { return quantize(static_cast<float>(x), inverse, q.zero_point, codes); };
        const bool clamps = a.code == op_code::clamp, tanh = a.code == op_code::hardtanh;
        const std::int32_t least = code(clamps ? a.scalar : tanh ? a.axes[0] : 0);
        std::int32_t most = d.hi;
        if (a.code == op_code::relu6) most = code(6);
        if (tanh) most = code(a.axes[1]);
        if (clamps) most = code(a.limit);
        d.lo = d.lo < least ? least : d.lo;
        d.hi = d.hi < least ? least : d.hi;
        if (d.hi > most) d.hi = most;
        if (d.lo > d.hi) d.lo = d.hi;
    }
    /// Zero points and the clamp that every op with an output shares.
    void bounds(const plan_step& s, step_data& d) {
        const code_range codes = codes_of(out(s).type);
        d.output_zero_point = qparams(out(s)).zero_point;
        const kernel::code_bounds bounds = out(s).bounds;
        d.lo = bounds.known() ? bounds.lo : static_cast<std::int32_t>(codes.min);
        d.hi = bounds.known() ? bounds.hi : static_cast<std::int32_t>(codes.max);
        if (in(s).codes) d.a_zero_point = qparams(in(s)).zero_point;
        if (has_relu(prepared, graph, s)) d.lo = relu_lower_bound(d.output_zero_point, d.lo, d.hi);
        if (s.clamp_node >= 0) clamp_more(out(s), prepared.trace.call(graph[s.clamp_node]).attrs(), d);
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
