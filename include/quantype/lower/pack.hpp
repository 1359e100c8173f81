// SPDX-License-Identifier: BSL-1.0
// Packing: the numbers of a converted model in the form the kernels read, for every step of the plan.
// Takes: a plan, quantized parameters, the engine. Gives: packed_model. Refuses: multipliers that are not normal,
// biases and sums that do not fit int32, by name. Next: run.
#pragma once
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <quantype/convert/quantized_parameters.hpp>
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/kernel/scalar/unary_table.hpp>
#include <quantype/lower/arithmetic.hpp>
#include <quantype/lower/step_config.hpp>
#include <quantype/numerics/softmax_q31.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Read access to a plan, whatever its size.
struct plan_view {
    const plan_value* values = nullptr;
    const plan_step* steps = nullptr;
    int step_count = 0;
    int derived_qparams = 0;
};

/// The constants of a lowered model. Move only: the steps point into the storage.
class packed_model {
public:
    std::vector<step_data> steps{};
    std::vector<value_qparams> qparams{};  ///< observer slots, then derived ones
    std::size_t weight_bytes = 0;          ///< codes, per-channel parameters and tables

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
        std::memcpy(p, values.data(), values.size() * sizeof(T));
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

template <class Engine>
class packer {
public:
    packer(const prepared_view& p, const graph_view& g, const plan_view& plan, const quantized_parameters& q,
           const model_parameters& parameters)
        : p_(p), g_(g), plan_(plan), q_(q), parameters_(parameters) {}

    packed_model run() {
        if (q_.values.size() != static_cast<std::size_t>(p_.observer_count))
            raise("the model has " + std::to_string(p_.observer_count) +
                  " observed values, but scales and zero points of " + std::to_string(q_.values.size()) +
                  " were given");
        r_.qparams = q_.values;
        r_.qparams.resize(q_.values.size() + static_cast<std::size_t>(plan_.derived_qparams));
        r_.steps.resize(static_cast<std::size_t>(plan_.step_count));
        for (int i = 0; i < plan_.step_count; ++i) pack(plan_.steps[i], r_.steps[static_cast<std::size_t>(i)]);
        return std::move(r_);
    }

private:
    using rules = arithmetic<Engine>;

    const plan_value& in(const plan_step& s, int k = 0) const { return plan_.values[s.inputs[k]]; }
    const plan_value& out(const plan_step& s) const { return plan_.values[s.output]; }
    value_qparams& qparams(const plan_value& v) { return r_.qparams[static_cast<std::size_t>(v.qparams)]; }
    const attributes& attrs(const plan_step& s) const { return attributes_of(p_, g_, s); }
    std::string name(const plan_step& s) const {
        const node& n = g_[s.node];
        const std::string path(p_.trace.path_of(n));
        return n.module >= 0 ? path : std::string(n.op->name) + (path.empty() ? "" : " in " + path);
    }
    template <class Params>
    const Params& require(const made<Params>& m, const std::string& where) const {
        if (!m) raise(where + ": " + text_of(m.status));
        return m.params;
    }

    /// Zero points and the clamp that every op with an output shares.
    void bounds(const plan_step& s, step_data& d) {
        const code_range codes = codes_of(out(s).type);
        d.output_zero_point = qparams(out(s)).zero_point;
        d.lo = static_cast<std::int32_t>(codes.min);
        d.hi = static_cast<std::int32_t>(codes.max);
        if (in(s).codes) d.a_zero_point = qparams(in(s)).zero_point;
        if (has_relu(p_, g_, s)) d.lo = relu_lower_bound(d.output_zero_point, d.lo, d.hi);
    }

    void pack(const plan_step& s, step_data& d) {
        switch (s.kind) {
            case step_kind::quantize:
                d.scale = inverse_of(static_cast<double>(qparams(out(s)).scale));
                d.output_zero_point = qparams(out(s)).zero_point;
                return;
            case step_kind::dequantize:
                d.scale = qparams(in(s)).scale;
                d.a_zero_point = qparams(in(s)).zero_point;
                return;
            case step_kind::permute:
            case step_kind::copy: return;
            case step_kind::float_op: return pack_float(s, d);
            case step_kind::linear_dynamic: return pack_dynamic(s, d);
            default: break;
        }
        if (s.kind == step_kind::add_scalar || s.kind == step_kind::mul_scalar) return pack_scalar(s, d);
        bounds(s, d);
        switch (s.kind) {
            case step_kind::conv:
            case step_kind::linear: return pack_matrix(s, d);
            case step_kind::add:
                if (is_fast_add(s))
                    return pack_binary<typename rules::add>(s, d);
                else
                    return pack_binary<typename rules::add_broadcast>(s, d);
            case step_kind::mul:
            case step_kind::matmul: return pack_binary<typename rules::mul>(s, d);
            case step_kind::cat: return pack_cat(s, d);
            case step_kind::clamp: return pack_clamp(s, d);
            case step_kind::lookup: return pack_lookup(s, d);
            case step_kind::softmax: return pack_softmax(s, d);
            case step_kind::batch_norm: return pack_batch_norm(s, d);
            default: return;
        }
    }
    bool is_fast_add(const plan_step& s) const {
        return in(s, 0).extents == in(s, 1).extents && in(s, 0).type == dtype::quint8;
    }
    template <class T>
    const T* store_one(const T& value) {
        T* p = r_.template store<T>(1);
        *p = value;
        return p;
    }

    // --- weights -------------------------------------------------------------------------------------------------
    const quantized_weight& weight_of(const plan_step& s) const {
        const auto found = q_.weights.find(s.weight_node >= 0 ? s.weight_node : s.node);
        if (found == q_.weights.end()) raise(name(s) + ": no quantized weight was given");
        const quantized_weight& w = found->second;
        const attributes& a = attrs(s);
        const auto outputs = static_cast<std::size_t>(a.out);
        std::size_t count = outputs * static_cast<std::size_t>(a.in / a.groups);
        for (int i = 0; i < a.geometry.rank; ++i) count *= static_cast<std::size_t>(a.geometry.kernel[i]);
        if (w.codes.size() != count)
            raise(name(s) + ": " + std::to_string(w.codes.size()) + " weight codes where " + std::to_string(count) +
                  " are expected");
        if ((w.scale.size() != 1 && w.scale.size() != outputs) || w.zero_point.size() != w.scale.size())
            raise(name(s) + ": one scale and zero point, or one for each of the " + std::to_string(a.out) +
                  " output channels, are expected");
        if (!w.bias.empty() && w.bias.size() != outputs)
            raise(name(s) + ": " + std::to_string(w.bias.size()) + " bias values where " + std::to_string(a.out) +
                  " are expected");
        return w;
    }
    void pack_matrix(const plan_step& s, step_data& d) {
        const quantized_weight& w = weight_of(s);
        const attributes& a = attrs(s);
        std::vector<float> bias = w.bias;
        if (s.bias_node >= 0) bias = parameters_.of(g_[s.bias_node].module, 0).data;
        auto* channels = r_.template store<typename rules::matrix::params>(static_cast<std::size_t>(a.out));
        for (int c = 0; c < a.out; ++c) {
            if (w.zero_point_of(c) != 0)
                raise(name(s) + ": weights with a zero point other than 0 have no packed form");
            const channel_scales scales{static_cast<double>(qparams(in(s)).scale), static_cast<double>(w.scale_of(c)),
                                        static_cast<double>(qparams(out(s)).scale),
                                        bias.empty() ? 0.0f : bias[static_cast<std::size_t>(c)]};
            const std::string where = name(s) + ", output channel " + std::to_string(c);
            channels[c] = q_.integer_bias.contains(s.node) ? require(with_integer_bias(s, scales, c), where)
                                                           : require(rules::matrix::make(scales), where);
            check_accumulator(s, w, c, a.out, rules::matrix::start(channels[c]), where);
        }
        d.channels = channels;
        d.weight = packed_codes(a, w);
    }
    auto with_integer_bias(const plan_step& s, const channel_scales& scales, int c) const {
        if constexpr (rules::matrix::integer_bias)
            return rules::matrix::make(scales, q_.integer_bias.at(s.node)[static_cast<std::size_t>(c)]);
        else
            return rules::matrix::make(scales);
    }
    /// |start| + sum |x - zx| * |w| must fit int32 for every code x.
    void check_accumulator(const plan_step& s, const quantized_weight& w, int c, int outputs, std::int32_t start,
                           const std::string& where) {
        const std::size_t per = w.codes.size() / static_cast<std::size_t>(outputs);
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < per; ++i) {
            const int code = w.codes[static_cast<std::size_t>(c) * per + i];
            sum += code < 0 ? -code : code;
        }
        const code_range x = codes_of(in(s).type);
        const std::int64_t z = qparams(in(s)).zero_point;
        const std::int64_t reach = x.max - z > z - x.min ? x.max - z : z - x.min;
        const std::int64_t bound = sum * reach + (start < 0 ? -static_cast<std::int64_t>(start) : start);
        if (bound > 2147483647)
            raise(where + ": |bias| + sum |x * w| can reach " + std::to_string(bound) + ", which does not fit int32");
    }
    /// OI(D)(H)W to O(D)(H)WI; linear stays [out][in].
    const std::int8_t* packed_codes(const attributes& a, const quantized_weight& w) {
        if (a.code == op_code::linear) return r_.store(w.codes);
        const std::size_t outputs = static_cast<std::size_t>(w.extents[0]),
                          inputs = static_cast<std::size_t>(w.extents[1]);
        const std::size_t taps = w.codes.size() / (outputs * inputs);
        std::int8_t* p = r_.template store<std::int8_t>(w.codes.size());
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t i = 0; i < inputs; ++i)
                for (std::size_t t = 0; t < taps; ++t)
                    p[(o * taps + t) * inputs + i] = w.codes[(o * inputs + i) * taps + t];
        return p;
    }
    void pack_dynamic(const plan_step& s, step_data& d) {
        const quantized_weight& w = weight_of(s);
        const std::size_t n = static_cast<std::size_t>(attrs(s).out);
        std::vector<float> scales(n);
        for (std::size_t c = 0; c < n; ++c) scales[c] = w.scale_of(static_cast<int>(c));
        d.weight = r_.store(w.codes);
        d.table = r_.store(scales);
        d.channels = w.bias.empty() ? nullptr : r_.store(w.bias);
        d.relu = has_relu(p_, g_, s);
        d.reduce_range = std::is_same_v<Engine, engine::fbgemm>;
    }

    // --- elementwise ---------------------------------------------------------------------------------------------
    template <class Rule>
    void pack_binary(const plan_step& s, step_data& d) {
        d.b_zero_point = qparams(in(s, 1)).zero_point;
        const binary_scales scales{static_cast<double>(qparams(in(s, 0)).scale),
                                   static_cast<double>(qparams(in(s, 1)).scale),
                                   static_cast<double>(qparams(out(s)).scale)};
        d.channels = store_one(require(Rule::make(scales), name(s)));
    }
    kernel::scale_zero scale_zero_of(const plan_value& v) {
        return {static_cast<double>(qparams(v).scale), qparams(v).zero_point};
    }
    void pack_scalar(const plan_step& s, step_data& d) {
        with_code(in(s).type, [&](auto code) {
            using code_t = decltype(code);
            const bool relu = g_[s.node].relu;
            const double k = attrs(s).scalar;
            const auto t = s.kind == step_kind::add_scalar
                               ? kernel::make_add_scalar<code_t>(scale_zero_of(in(s)), k, relu)
                               : kernel::make_mul_scalar<code_t>(scale_zero_of(in(s)), k, relu);
            d.table = store_one(t.table);
            qparams(out(s)) = {static_cast<float>(t.output.scale), t.output.zero_point};
        });
    }
    void pack_cat(const plan_step& s, step_data& d) {
        auto* operands = r_.template store<cat_operand>(static_cast<std::size_t>(s.input_count));
        for (int k = 0; k < s.input_count; ++k) {
            const value_qparams& v = qparams(in(s, k));
            operands[k] = {v.scale, v.zero_point, v == qparams(out(s))};
        }
        d.channels = operands;
        d.scale = inverse_of(static_cast<double>(qparams(out(s)).scale));
    }
    void pack_clamp(const plan_step& s, step_data& d) {
        const value_qparams& v = qparams(out(s));
        const code_range codes = codes_of(out(s).type);
        const float inverse = inverse_of(static_cast<double>(v.scale));
        const attributes& a = attrs(s);
        const auto code = [&](int x) { return quantize(static_cast<float>(x), inverse, v.zero_point, codes); };
        const std::int32_t least = code(a.code == op_code::hardtanh ? a.axes[0] : 0);
        if (least > d.lo) d.lo = least;
        if (a.code == op_code::relu6) d.hi = code(6);
        if (a.code == op_code::hardtanh) d.hi = code(a.axes[1]);
    }
    void pack_lookup(const plan_step& s, step_data& d) {
        with_code(in(s).type, [&](auto from) {
            with_code(out(s).type, [&](auto to) {
                using from_t = decltype(from);
                using to_t = decltype(to);
                const auto build = [&](const auto& function) {
                    d.table = store_one(
                        kernel::make_table<from_t, to_t>(function, scale_zero_of(in(s)), scale_zero_of(out(s))));
                };
                const auto number = static_cast<float>(attrs(s).scalar);
                switch (attrs(s).code) {
                    case op_code::leaky_relu: return build(kernel::unary::leaky_relu{number});
                    case op_code::elu: return build(kernel::unary::elu{number});
                    case op_code::sigmoid: return build(kernel::unary::sigmoid{});
                    case op_code::tanh: return build(kernel::unary::tanh{});
                    case op_code::hardswish: return build(kernel::unary::hardswish{});
                    default: return build(kernel::unary::hardsigmoid{});
                }
            });
        });
    }
    /// The fixed-point rule knows one output only: 1/256 and the lowest code.
    void pack_softmax(const plan_step& s, step_data& d) {
        const auto input = static_cast<double>(qparams(in(s)).scale);
        const value_qparams& output = qparams(out(s));
        if constexpr (rules::fixed_point_softmax) {
            const softmax_q31::input_scaling scaling = softmax_q31::make_scaling(input);
            if (scaling.multiplier == 0)
                raise(name(s) + ": the scale of the input does not fit the fixed-point softmax");
            if (output != value_qparams{1.0f / 256.0f, d.lo})
                raise(name(s) + ": the fixed-point softmax gives scale 1/256 and zero point " + std::to_string(d.lo) +
                      ", not " + std::to_string(output.scale) + " and " + std::to_string(output.zero_point));
            d.table = store_one(scaling);
        } else {
            d.scale = inverse_of(static_cast<double>(output.scale));
            d.table = store_one(kernel::make_exponentials(input));
        }
    }
    void pack_batch_norm(const plan_step& s, step_data& d) {
        const int call = g_[s.node].fusion < 0 ? g_[s.node].origin : g_.fusions[g_[s.node].fusion].parts[0];
        const int module = p_.trace.graph[traced_node(p_.trace, call)].module;
        const int n = attrs(s).in;
        auto* channels = r_.template store<kernel::batch_norm_params>(static_cast<std::size_t>(n));
        for (int c = 0; c < n; ++c) {
            const auto at = [&](int k) { return parameters_.of(module, k).data[static_cast<std::size_t>(c)]; };
            channels[c] = kernel::make_batch_norm({at(0), at(1), at(2), at(3)}, static_cast<float>(attrs(s).scalar),
                                                  static_cast<double>(qparams(in(s)).scale),
                                                  static_cast<double>(qparams(out(s)).scale));
        }
        d.channels = channels;
    }

    // --- float ---------------------------------------------------------------------------------------------------
    /// Four pointers for every part of the (possibly fused) op; weights of linear and conv after folding.
    void pack_float(const plan_step& s, step_data& d) {
        const node& n = g_[s.node];
        const int parts = n.fusion < 0 ? 1 : g_.fusions[n.fusion].count;
        auto** pointers = r_.template store<const float*>(static_cast<std::size_t>(4 * parts));
        for (int k = 0; k < parts; ++k) {
            const int call = n.fusion < 0 ? n.origin : g_.fusions[n.fusion].parts[k];
            const op_code code = p_.trace.calls[call].attrs().code;
            for (int j = 0; j < 4; ++j) pointers[4 * k + j] = nullptr;
            if (n.kind == node_kind::call_module && (code == op_code::linear || code == op_code::conv)) {
                const auto quantized = q_.weights.find(s.node);
                const layer_weights w = n.form == node_form::reference && quantized != q_.weights.end()
                                            ? dequantize_weight(quantized->second)
                                            : weights_of(p_.trace, g_, s.node, parameters_);
                pointers[4 * k] = r_.store(w.weight);
                if (!w.bias.empty()) pointers[4 * k + 1] = r_.store(w.bias);
            } else if (code == op_code::batch_norm) {
                const int module = p_.trace.graph[traced_node(p_.trace, call)].module;
                for (int j = 0; j < 4; ++j) pointers[4 * k + j] = r_.store(parameters_.of(module, j).data);
            }
        }
        d.table = static_cast<const void*>(pointers);
    }

    prepared_view p_;
    graph_view g_;
    plan_view plan_;
    const quantized_parameters& q_;
    const model_parameters& parameters_;
    packed_model r_{};
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
