// SPDX-License-Identifier: BSL-1.0
// Calls of functions and methods that have a name in the vocabulary and no function of their own:
// `call<fn::leaky_relu>(x, 0.1, keyword<"inplace">(false))`. The arguments are recorded as they are written.
#pragma once
#include <limits>

#include <quantype/core/fixed_string.hpp>
#include <quantype/model/functional.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {
constexpr argument to_argument(sym x) { return node_argument(x.id); }
constexpr argument to_argument(sym_int x) { return x.node < 0 ? integer_argument(x.value) : node_argument(x.node); }
constexpr argument to_argument(int x) { return integer_argument(x); }
constexpr argument to_argument(double x) { return real_argument(x); }
constexpr argument to_argument(bool x) { return boolean_argument(x); }
constexpr argument to_argument(argument x) { return x; }
template <fixed_string Name>
inline constexpr fixed_string keyword_name = Name;
}  // namespace detail

/// An argument given by name.
template <fixed_string Name, class Value>
constexpr argument keyword(Value value) {
    argument a = detail::to_argument(value);
    a.keyword = detail::keyword_name<Name>.text;
    return a;
}

namespace detail {
/// The number given at `position` among the arguments, or by name; `usual` when it is not given.
constexpr double number_given(const argument* list, int count, int position, std::string_view name, double usual) {
    for (int k = 0; k < count; ++k) {
        const bool here = list[k].keyword == nullptr ? k == position : list[k].is_keyword(name);
        if (here && list[k].kind == argument::kind_type::real) return list[k].number;
        if (here && list[k].kind == argument::kind_type::integer) return list[k].value;
    }
    return usual;
}

/// The numbers of an activation.
constexpr void set_numbers(attributes& a, const argument* list, int count) {
    switch (a.code) {
        case op_code::leaky_relu: a.scalar = number_given(list, count, 1, "negative_slope", 0.01); return;
        case op_code::elu: a.scalar = number_given(list, count, 1, "alpha", 1.0); return;
        case op_code::clamp:
            a.scalar = number_given(list, count, 1, "min", -std::numeric_limits<double>::infinity());
            a.limit = number_given(list, count, 2, "max", std::numeric_limits<double>::infinity());
            return;
        case op_code::hardtanh:  // the limits of the module are integers; those of the function need not be
            a.code = op_code::clamp;
            a.scalar = number_given(list, count, 1, "min_val", -1.0);
            a.limit = number_given(list, count, 2, "max_val", 1.0);
            return;
        default: return;
    }
}
}  // namespace detail

/// A function or method whose value has the shape of `x` (with two values: broadcast), a product of matrices
/// (op_code::matmul), or an op of the user's own with a function `infer`. Ops of other shapes have functions of their
/// own; a model that calls one here is refused.
template <class Op, class... Arguments>
constexpr sym call(sym x, Arguments... rest) {
    constexpr op_code code = op_of<Op>.code;
    static_assert(op_of<Op>.kind != node_kind::call_module, "quantype: call takes a function or method, not a module");
    // What shape inference knows from the inputs alone.
    constexpr bool inferred = keeps_shape(code) || code == op_code::matmul || code == op_code::custom;
    attributes a = detail::with_code(inferred ? code : op_code::none);
    const argument list[] = {node_argument(x.id), detail::to_argument(rest)...};
    constexpr int count = 1 + static_cast<int>(sizeof...(Arguments));
    detail::set_numbers(a, list, count);
    if (count == 2 && !list[1].is_node() && (code == op_code::add || code == op_code::mul || code == op_code::sub)) {
        a.has_scalar = true;
        a.scalar = list[1].kind == argument::kind_type::real ? list[1].number : list[1].value;
    }
    const sym y = detail::record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, a, nullptr, list, count);
    if (!inferred) x.trace->fail(detail::trace_error::shape, y.id, -1, {{}, shape_error::unsupported, 0, 0});
    return y;
}

QUANTYPE_END_NAMESPACE
