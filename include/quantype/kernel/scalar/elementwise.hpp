// SPDX-License-Identifier: BSL-1.0
// The specification of binary elementwise ops (contract/elementwise.hpp): add and mul are the same loop with a rule of
// numerics/add_rules.hpp or numerics/mul_rules.hpp.
#pragma once
#include <quantype/kernel/contract/elementwise.hpp>
#include <quantype/numerics/mul_rules.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

template <class Rule, code_type A, code_type B, code_type Out, class Params>
constexpr void elementwise_level(const elementwise_config& config, int level, const A* a, const B* b, Out* out,
                                 const Params& params, const binary_codes& codes) {
    for (int i = 0; i < config.extents[level]; ++i) {
        if (level + 1 == config.rank)
            *out = static_cast<Out>(Rule::apply(*a, *b, params, codes));
        else
            elementwise_level<Rule>(config, level + 1, a, b, out, params, codes);
        if (i + 1 == config.extents[level]) break;  // no pointer is formed beyond the last element
        a += config.a_strides[level];
        b += config.b_strides[level];
        out += config.output_strides[level];
    }
}

}  // namespace detail

/// For shapes known at run time only.
template <class Rule, code_type A, code_type B, code_type Out>
constexpr void elementwise_loop(const elementwise_config& config,
                                const elementwise_args<A, B, Out, typename Rule::params>& args) {
    const binary_codes codes{args.a_zero_point, args.b_zero_point, args.output_zero_point, args.output_lo,
                             args.output_hi};
    detail::elementwise_level<Rule>(config, 0, args.a, args.b, args.output, args.params, codes);
}

template <elementwise_config Config, class Rule, code_type A, code_type B, code_type Out>
constexpr void elementwise(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    static_assert(Config.valid(), "elementwise: rank must be 1 to 6 and extents positive");
    elementwise_loop<Rule>(Config, args);
}

/// add: elementwise with a rule of add_rule.
template <elementwise_config Config, class Rule, code_type A, code_type B, code_type Out>
constexpr void add(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    elementwise<Config, Rule>(args);
}

/// mul: elementwise with a rule of mul_rule.
template <elementwise_config Config, class Rule, code_type A, code_type B, code_type Out>
constexpr void mul(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    elementwise<Config, Rule>(args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
