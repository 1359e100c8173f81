// SPDX-License-Identifier: BSL-1.0
// Packs linear layers, convolutions and matrix products: weights in the kernel's layout, requantization by channel.
#pragma once
#include <quantype/pack/elementwise.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline const quantized_weight& weight_of(const pack_writer& p, const plan_step& s) {
    const auto found = p.quantized.weights.find(s.weight_node >= 0 ? s.weight_node : s.node);
    if (found == p.quantized.weights.end()) raise(p.name(s) + ": no quantized weight was given");
    const quantized_weight& w = found->second;
    const attributes& a = p.attrs(s);
    const auto outputs = static_cast<std::size_t>(a.out);
    std::size_t count = outputs * static_cast<std::size_t>(a.in / a.groups);
    for (int i = 0; i < a.geometry.rank; ++i) count *= static_cast<std::size_t>(a.geometry.kernel[i]);
    if (w.codes.size() != count)
        raise(p.name(s) + ": " + std::to_string(w.codes.size()) + " weight codes where " + std::to_string(count) +
              " are expected");
    if (a.code == op_code::conv_transpose && w.scale.size() != 1)
        raise(p.name(s) + ": a transposed convolution takes one scale for the whole weight, " +
              std::to_string(w.scale.size()) + " were given");
    if ((w.scale.size() != 1 && w.scale.size() != outputs) || w.zero_point.size() != w.scale.size())
        raise(p.name(s) + ": one scale and zero point, or one for each of the " + std::to_string(a.out) +
              " output channels, are expected");
    if (!w.bias.empty() && w.bias.size() != outputs)
        raise(p.name(s) + ": " + std::to_string(w.bias.size()) + " bias values where " + std::to_string(a.out) +
              " are expected");
    return w;
}

/// OI(D)(H)W, and IO(D)(H)W of transposed convolutions, to the contracts' O(D)(H)WI; linear stays [out][in].
inline std::vector<std::int8_t> contract_codes(const attributes& a, const quantized_weight& w) {
    if (a.code == op_code::linear) return w.codes;
    const std::int64_t inputs = a.in / a.groups;
    const std::int64_t per = static_cast<std::int64_t>(w.codes.size()) / a.out, taps = per / inputs;
    std::vector<std::int8_t> packed(w.codes.size());
    for (std::int64_t o = 0; o < a.out; ++o)
        for (std::int64_t i = 0; i < inputs; ++i)
            for (std::int64_t t = 0; t < taps; ++t)
                packed[static_cast<std::size_t>((o * taps + t) * inputs + i)] =
                    w.codes[static_cast<std::size_t>(kernel::float32::weight_index(a, per, o, i * taps + t))];
    return packed;
}

/// For the weights of one output: |start| + sum |x - zx| * |w| must fit int32 for every code x.
inline void check_accumulator(pack_writer& p, const plan_step& s, const std::int8_t* weight, std::size_t count,
                              std::int32_t start, const std::string& where) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += weight[i] < 0 ? -weight[i] : weight[i];
    const code_range x = codes_of(p.in(s).type);
    const std::int64_t z = p.qparams(p.in(s)).zero_point;
    const std::int64_t reach = x.max - z > z - x.min ? x.max - z : z - x.min;
    const std::int64_t bound = sum * reach + (start < 0 ? -static_cast<std::int64_t>(start) : start);
    if (bound > 2147483647)
        raise(where + ": |bias| + sum |x * w| can reach " + std::to_string(bound) + ", which does not fit int32");
}

template <class Policy>
auto with_integer_bias(const pack_writer& p, const plan_step& s, const channel_scales& scales, int c) {
    if constexpr (Policy::integer_bias)
        return Policy::make(scales, p.quantized.integer_bias.at(s.node)[static_cast<std::size_t>(c)]);
    else
        return Policy::make(scales);
}

/// Stores weights and channels in the form that the kernels take them in.
template <class Policy>
void store_product(pack_writer& p, const plan_step& s, const std::vector<std::int8_t>& codes,
                   const std::vector<typename Policy::params>& channels, step_data& d) {
    const kernel::product_form form = p.form(s);
    if (form.order == kernel::product_form::order_type::contract) {
        d.weight = p.model.store(codes);
        d.channels = p.model.store(channels);
        return;
    }
    const std::int32_t zero_element = p.qparams(p.in(s)).zero_point + form.shift;
    if (form.matrix.pair_group && form.matrix.pairs_always_fit() &&
        (zero_element < 0 || zero_element > form.matrix.span))
        raise(p.name(s) + ": the input's zero point " + std::to_string(p.qparams(p.in(s)).zero_point) +
              " lies outside the codes " + std::to_string(-form.shift) + ".." +
              std::to_string(form.matrix.span - form.shift) + " that its QConfig has, to which this backend clamps");
    kernel::pack_product<Policy>(
        form, codes.data(), channels.data(), static_cast<std::ptrdiff_t>(codes.size() / channels.size()),
        p.qparams(p.in(s)).zero_point,
        [&](std::size_t bytes) -> void* { return p.model.template store<std::byte>(bytes); },
        [&](const std::int8_t* weight, const std::uint32_t* words) {
            d.weight = weight;
            d.channels = words;
        });
}

/// `make`: the parameters of an output channel, from its scales and its number.
template <class Policy, class Make>
void pack_product(pack_writer& p, const plan_step& s, step_data& d, const Make& make) {
    const quantized_weight& w = weight_of(p, s);
    const attributes& a = p.attrs(s);
    std::vector<float> bias = w.bias;
    if (s.bias_node >= 0) bias = p.parameters.of(p.graph[s.bias_node].module, 0).data;
    std::vector<typename Policy::params> channels;
    const std::vector<std::int8_t> codes = contract_codes(a, w);
    const std::size_t per = codes.size() / static_cast<std::size_t>(a.out);
    for (int c = 0; c < a.out; ++c) {
        if (w.zero_point_of(c) != 0) raise(p.name(s) + ": weights with a zero point other than 0 have no packed form");
        const channel_scales scales{static_cast<double>(p.qparams(p.in(s)).scale), static_cast<double>(w.scale_of(c)),
                                    static_cast<double>(p.qparams(p.out(s)).scale),
                                    bias.empty() ? 0.0f : bias[static_cast<std::size_t>(c)]};
        const std::string where = p.name(s) + ", output channel " + std::to_string(c);
        channels.push_back(p.require(make(scales, c), where));
        check_accumulator(p, s, codes.data() + static_cast<std::size_t>(c) * per, per, Policy::start(channels.back()),
                          where);
    }
    store_product<Policy>(p, s, codes, channels, d);
}
template <class Policy>
void pack_product(pack_writer& p, const plan_step& s, step_data& d) {
    const bool integers = p.quantized.integer_bias.contains(s.node);
    pack_product<Policy>(p, s, d, [&](const channel_scales& scales, int c) {
        return integers ? with_integer_bias<Policy>(p, s, scales, c) : Policy::make(scales);
    });
}

/// A leaky relu has its slope in the parameters.
template <class Engine>
void pack_linear(pack_writer& p, const plan_step& s, step_data& d) {
    using leaky = requantize::onednn_leaky_relu;
    switch (tail_of(p.prepared.trace, p.graph, s.node)) {
        case fused_tail::leaky_relu: {
            const auto slope = static_cast<float>(attrs_of_tail(p.prepared.trace, p.graph, s.node).scalar);
            return pack_product<leaky>(
                p, s, d, [slope](const channel_scales& scales, int) { return leaky::make(scales, slope); });
        }
        case fused_tail::tanh: return pack_product<requantize::onednn_tanh>(p, s, d);
        default: return pack_product<typename arithmetic<Engine>::matrix>(p, s, d);
    }
}

inline void pack_conv_add(pack_writer& p, const plan_step& s, step_data& d) {
    pack_product<fused_sum_rule::channel>(p, s, d);
    const value_qparams& addend = p.qparams(p.in(s, 1));
    d.b_zero_point = addend.zero_point;
    d.table = p.store_one(p.require(fused_sum_rule::make(static_cast<double>(addend.scale)), p.name(s)));
}

/// Whether the input's codes of a dynamic kernel lie in 0..127. PyTorch's modules ask for it everywhere, functions
/// where the engine is fbgemm; the qnnpack engine ignores it.
template <class Engine>
constexpr bool reduces_range(bool module) {
    return std::is_same_v<Engine, engine::fbgemm> || (module && std::is_same_v<Engine, engine::onednn>);
}

template <class Engine>
void pack_dynamic(pack_writer& p, const plan_step& s, step_data& d) {
    const quantized_weight& w = weight_of(p, s);
    const std::size_t n = static_cast<std::size_t>(p.attrs(s).out);
    std::vector<float> scales(n);
    for (std::size_t c = 0; c < n; ++c) scales[c] = w.scale_of(static_cast<int>(c));
    d.weight = p.model.store(w.codes);
    d.table = p.model.store(scales);
    d.channels = w.bias.empty() ? nullptr : p.model.store(w.bias);
    if (s.bias_node >= 0) d.channels = p.model.store(p.parameters.of(p.graph[s.bias_node].module, 0).data);
    d.relu = has_relu(p.prepared, p.graph, s);
    d.reduce_range = reduces_range<Engine>(p.graph[s.node].kind == node_kind::call_module);
}

template <class Engine>
void pack_matrix(pack_writer& p, const plan_step& s, step_data& d) {
    using rules = arithmetic<Engine>;
    if (s.kind == step_kind::linear_dynamic) return pack_dynamic<Engine>(p, s, d);
    p.bounds(s, d);
    switch (s.kind) {
        case step_kind::matmul: return pack_operands<typename rules::mul>(p, s, d);
        case step_kind::linear: return pack_linear<Engine>(p, s, d);
        case step_kind::conv_add: return pack_conv_add(p, s, d);
        default: return pack_product<typename rules::matrix>(p, s, d);
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
