// SPDX-License-Identifier: BSL-1.0
// Packs elementwise ops: requantization of two operands, tables, clamps.
#pragma once
#include <quantype/kernel/scalar/unary_table.hpp>
#include <quantype/pack/pack_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Requantization of an op with two operands.
template <class Rule>
void pack_operands(pack_writer& w, const plan_step& s, step_data& d) {
    d.b_zero_point = w.qparams(w.in(s, 1)).zero_point;
    const binary_scales scales{static_cast<double>(w.qparams(w.in(s, 0)).scale),
                               static_cast<double>(w.qparams(w.in(s, 1)).scale),
                               static_cast<double>(w.qparams(w.out(s)).scale)};
    d.channels = w.store_one(w.require(Rule::make(scales), w.name(s)));
}

/// A number as second operand: a table, and the output's qparams follow from it.
inline void pack_scalar(pack_writer& w, const plan_step& s, step_data& d) {
    with_code(w.in(s).type, [&](auto code) {
        using code_t = decltype(code);
        const bool relu = w.graph[s.node].relu;
        const double k = w.attrs(s).scalar;
        const auto t = s.kind == step_kind::add_scalar
                           ? kernel::make_add_scalar<code_t>(w.scale_zero_of(w.in(s)), k, relu)
                           : kernel::make_mul_scalar<code_t>(w.scale_zero_of(w.in(s)), k, relu);
        d.table = w.store_one(t.table);
        w.qparams(w.out(s)) = {static_cast<float>(t.output.scale), t.output.zero_point};
    });
}

/// The weight is observed as PyTorch does at lowering: by the QConfig's weight observer, then quint8 codes.
inline void pack_prelu(pack_writer& w, const plan_step& s, step_data& d) {
    const tensor<float>& weight = w.parameters.of(w.module_of(s), 0);
    const std::string name = "weight of " + w.name(s);
    const observer_config& o = w.prepared.config_of(s.node)->weight;
    if (o.args.dtype != dtype::quint8)
        raise(name + ": PReLU's kernel takes quint8 weights; give nn::prelu<> a QConfig with a quint8 weight observer");
    observer_state seen;
    observe(o, seen, weight.view());
    const qparams q = require_qparams(o, seen, name);
    const kernel::scale_zero in_weight{static_cast<double>(q.scale[0]), q.zero_point[0]};
    with_code(w.in(s).type, [&](auto from) {
        with_code(w.out(s).type, [&](auto to) {
            auto* tables = w.model.store<kernel::lookup_table<decltype(to)>>(weight.data.size());
            for (std::size_t c = 0; c < weight.data.size(); ++c)
                tables[c] = kernel::make_prelu_table<decltype(from), decltype(to)>(
                    kernel::code_of<std::uint8_t>(weight.data[c], in_weight), in_weight, w.scale_zero_of(w.in(s)),
                    w.scale_zero_of(w.out(s)));
            d.table = tables;
        });
    });
}

inline void pack_lookup(pack_writer& w, const plan_step& s, step_data& d) {
    with_code(w.in(s).type, [&](auto from) {
        with_code(w.out(s).type, [&](auto to) {
            using from_t = decltype(from);
            using to_t = decltype(to);
            const auto build = [&](const auto& function) {
                d.table = w.store_one(
                    kernel::make_table<from_t, to_t>(function, w.scale_zero_of(w.in(s)), w.scale_zero_of(w.out(s))));
            };
            const auto number = static_cast<float>(w.attrs(s).scalar);
            switch (w.attrs(s).code) {
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

template <class Engine>
void pack_elementwise(pack_writer& w, const plan_step& s, step_data& d) {
    using rules = arithmetic<Engine>;
    if (s.kind == step_kind::add_scalar || s.kind == step_kind::mul_scalar) return pack_scalar(w, s, d);
    w.bounds(s, d);
    switch (s.kind) {
        case step_kind::add:
            if (w.in(s, 0).extents == w.in(s, 1).extents && w.in(s, 0).type == dtype::quint8)
                return pack_operands<typename rules::add>(w, s, d);
            return pack_operands<typename rules::add_broadcast>(w, s, d);
        case step_kind::mul: return pack_operands<typename rules::mul>(w, s, d);
        case step_kind::clamp: return w.clamp_more(w.out(s), w.attrs(s), d);
        default: return w.attrs(s).code == op_code::prelu ? pack_prelu(w, s, d) : pack_lookup(w, s, d);
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
