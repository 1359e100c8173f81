// SPDX-License-Identifier: BSL-1.0
// Calls of functions and methods that have a name in the vocabulary and no function of their own:
// `call<fn::leaky_relu>(x, 0.1, keyword<"inplace">(false))`. The arguments are recorded as they are written.
#pragma once
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

/// A function or method whose value has the shape of `x` (with two values: broadcast), a product of matrices
/// (op_code::matmul), or an op of the user's own with a function `infer`. Ops of other shapes have functions of their
/// own; a model that calls one here is refused.
template <class Op, class... Arguments>
constexpr sym call(sym x, Arguments... rest) {
    constexpr op_code code = op_of<Op>.code;
    static_assert(op_of<Op>.kind != node_kind::call_module, "quantype: call takes a function or method, not a module");
    attributes a = detail::with_code(code);
    const argument list[] = {node_argument(x.id), detail::to_argument(rest)...};
    constexpr int count = 1 + static_cast<int>(sizeof...(Arguments));
    if (count == 2 && !list[1].is_node() && (code == op_code::add || code == op_code::mul)) {
        a.has_scalar = true;
        a.scalar = list[1].kind == argument::kind_type::real ? list[1].number : list[1].value;
    }
    const sym y = detail::record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, a, nullptr, list, count);
    // What shape inference knows from the inputs alone.
    constexpr bool inferred = keeps_shape(code) || code == op_code::matmul || code == op_code::custom;
    if (!inferred) x.trace->fail(detail::trace_error::shape, y.id, -1, {{}, shape_error::unsupported, 0, 0});
    return y;
}

QUANTYPE_END_NAMESPACE
