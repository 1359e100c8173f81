// SPDX-License-Identifier: BSL-1.0
// Functions and methods that `forward` may call on its values, with PyTorch's names, and the ops they record.
#pragma once
#include <quantype/model/nn/activations.hpp>
#include <quantype/model/nn/layers.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Op types of functions and methods, for patterns and mappings: `pattern<fn::add, fn::relu>`.
namespace fn {
struct add {};                  ///< operator.add
struct mul {};                  ///< operator.mul
struct cat {};                  ///< torch.cat
struct relu {};                 ///< torch.nn.functional.relu
struct linear {};               ///< torch.nn.functional.linear
struct flatten {};              ///< torch.flatten
struct sigmoid {};              ///< torch.sigmoid
struct tanh {};                 ///< torch.tanh
struct sin {};                  ///< torch.sin
struct matmul {};               ///< torch.matmul
struct pad {};                  ///< torch.nn.functional.pad
struct adaptive_avg_pool2d {};  ///< torch.nn.functional.adaptive_avg_pool2d
}  // namespace fn

/// Op types of tensor methods.
namespace method {
struct reshape {};
struct view {};
struct mean {};
}  // namespace method

template <>
inline constexpr op_info op_of<fn::add>{"operator.add", node_kind::call_function, op_code::add};
template <>
inline constexpr op_info op_of<fn::mul>{"operator.mul", node_kind::call_function, op_code::mul};
template <>
inline constexpr op_info op_of<fn::cat>{"torch.cat", node_kind::call_function, op_code::cat};
template <>
inline constexpr op_info op_of<fn::relu>{"torch.nn.functional.relu", node_kind::call_function, op_code::relu};
template <>
inline constexpr op_info op_of<fn::linear>{"torch.nn.functional.linear", node_kind::call_function, op_code::linear};
template <>
inline constexpr op_info op_of<fn::flatten>{"torch.flatten", node_kind::call_function, op_code::flatten};
template <>
inline constexpr op_info op_of<fn::sigmoid>{"torch.sigmoid", node_kind::call_function, op_code::sigmoid};
template <>
inline constexpr op_info op_of<fn::tanh>{"torch.tanh", node_kind::call_function, op_code::tanh};
template <>
inline constexpr op_info op_of<fn::sin>{"torch.sin", node_kind::call_function, op_code::sin};
template <>
inline constexpr op_info op_of<fn::matmul>{"torch.matmul", node_kind::call_function, op_code::matmul};
template <>
inline constexpr op_info op_of<fn::pad>{"torch.nn.functional.pad", node_kind::call_function, op_code::pad};
template <>
inline constexpr op_info op_of<fn::adaptive_avg_pool2d>{"torch.nn.functional.adaptive_avg_pool2d",
                                                        node_kind::call_function, op_code::adaptive_avg_pool};
template <>
inline constexpr op_info op_of<method::reshape>{"method:reshape", node_kind::call_method, op_code::reshape};
template <>
inline constexpr op_info op_of<method::view>{"method:view", node_kind::call_method, op_code::reshape};
template <>
inline constexpr op_info op_of<method::mean>{"method:mean", node_kind::call_method, op_code::mean};

namespace detail {

constexpr attributes with_code(op_code code) {
    attributes a;
    a.code = code;
    return a;
}

template <class Op>
constexpr sym unary(sym x) {
    return call_plain<Op>(x, {node_argument(x.id)});
}

template <class Op>
constexpr sym binary(sym x, sym y) {
    return call_plain<Op>(x, {node_argument(x.id), node_argument(y.id)});
}

/// A number as second (or first) operand: part of the call, not a value of the graph.
template <class Op>
constexpr sym with_scalar(sym x, argument k, double value, bool scalar_first) {
    attributes a = with_code(op_of<Op>.code);
    a.has_scalar = true;
    a.scalar = value;
    const argument n = node_argument(x.id);
    return call_function<Op>(x, a, {scalar_first ? k : n, scalar_first ? n : k});
}

/// A method or function that takes a list of integers after the value.
template <class Op>
constexpr sym with_axes(sym x, attributes a, const int* dims, int count, bool nested) {
    argument list[2 + 2 * max_rank];
    int n = 0;
    list[n++] = node_argument(x.id);
    if (nested) list[n++] = list_argument(count);
    for (int i = 0; i < count; ++i) list[n++] = integer_argument(dims[i]);
    return record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, a, nullptr, list, n);
}

/// A method that takes sizes after the value, each a number or a node.
template <class Op>
constexpr sym with_sizes(sym x, std::initializer_list<sym_int> dims) {
    argument list[1 + max_rank];
    attributes a = with_code(op_of<Op>.code);
    int n = 0;
    list[n++] = node_argument(x.id);
    for (const sym_int& d : dims) {
        list[n++] = d.node < 0 ? integer_argument(d.value) : node_argument(d.node);
        a.axes[a.axis_count++] = d.value;
    }
    return record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, a, nullptr, list, n);
}

constexpr attributes axes_of(op_code code, std::initializer_list<int> dims) {
    attributes a = with_code(code);
    for (int d : dims) a.axes[a.axis_count++] = d;
    return a;
}

/// A function of a list of up to 16 values and a dimension.
template <class Op>
constexpr sym joined(std::initializer_list<sym> values, int dim) {
    argument list[18];
    int n = 0;
    list[n++] = list_argument(static_cast<int>(values.size()));
    for (const sym& v : values)
        if (n < 17) list[n++] = node_argument(v.id);
    list[n++] = integer_argument(dim);
    tracer& t = *values.begin()->trace;
    const sym y = record(t, id_of<Op>, id_of<Op>->kind, -1, axes_of(op_of<Op>.code, {dim}), nullptr, list, n);
    const int count = static_cast<int>(values.size());
    if (count > 16) t.fail(trace_error::shape, y.id, -1, {{}, shape_error::inputs, count, 16});
    return y;
}

/// The get_attr node of a parameter; one for each parameter, however often it is read.
template <int... Dims>
constexpr sym read_parameter(tracer& t, const nn::parameter<Dims...>& p) {
    if (p.quantype_number < 0) {
        t.fail(trace_error::unlisted_module, t.graph.nodes.size(), -1);
        return {&t, 0};
    }
    for (int i = 0; i < t.graph.nodes.size(); ++i)
        if (t.graph.nodes[i].kind == node_kind::get_attr && t.graph.nodes[i].module == p.quantype_number)
            return {&t, i};
    node n;
    n.op = id_of<nn::parameter<>>;
    n.kind = node_kind::get_attr;
    n.module = static_cast<short>(p.quantype_number);
    n.scope = static_cast<short>(t.scope_stack.back());
    n.origin = t.calls.size();
    const int id = t.graph.insert(n);
    t.calls.push_back({&code_attributes<op_code::parameter>, -1, nn::parameter<Dims...>::extents()});
    return {&t, id};
}

}  // namespace detail

/// Elementwise sum with broadcasting.
constexpr sym operator+(sym x, sym y) { return detail::binary<fn::add>(x, y); }
constexpr sym operator+(sym x, int k) { return detail::with_scalar<fn::add>(x, integer_argument(k), k, false); }
constexpr sym operator+(sym x, double k) { return detail::with_scalar<fn::add>(x, real_argument(k), k, false); }
constexpr sym operator+(int k, sym x) { return detail::with_scalar<fn::add>(x, integer_argument(k), k, true); }
constexpr sym operator+(double k, sym x) { return detail::with_scalar<fn::add>(x, real_argument(k), k, true); }
/// Elementwise product with broadcasting.
constexpr sym operator*(sym x, sym y) { return detail::binary<fn::mul>(x, y); }
constexpr sym operator*(sym x, int k) { return detail::with_scalar<fn::mul>(x, integer_argument(k), k, false); }
constexpr sym operator*(sym x, double k) { return detail::with_scalar<fn::mul>(x, real_argument(k), k, false); }
constexpr sym operator*(int k, sym x) { return detail::with_scalar<fn::mul>(x, integer_argument(k), k, true); }
constexpr sym operator*(double k, sym x) { return detail::with_scalar<fn::mul>(x, real_argument(k), k, true); }

/// torch.nn.functional.relu.
constexpr sym relu(sym x) {
    return detail::call_plain<fn::relu>(x, {node_argument(x.id), boolean_argument(false, "inplace")});
}
constexpr sym sigmoid(sym x) { return detail::unary<fn::sigmoid>(x); }
constexpr sym tanh(sym x) { return detail::unary<fn::tanh>(x); }
constexpr sym sin(sym x) { return detail::unary<fn::sin>(x); }
constexpr sym matmul(sym x, sym y) { return detail::binary<fn::matmul>(x, y); }

/// Joins up to 16 values along dimension `dim`: `cat({a, b}, 1)`.
constexpr sym cat(std::initializer_list<sym> values, int dim = 0) { return detail::joined<fn::cat>(values, dim); }

/// Joins the dimensions start..end (inclusive) into one.
constexpr sym flatten(sym x, int start, int end) {
    return detail::call_function<fn::flatten>(x, detail::axes_of(op_code::flatten, {start, end}),
                                              {node_argument(x.id), integer_argument(start), integer_argument(end)});
}
constexpr sym flatten(sym x, int start = 0) {
    return detail::call_function<fn::flatten>(x, detail::axes_of(op_code::flatten, {start, -1}),
                                              {node_argument(x.id), integer_argument(start)});
}

/// Zero padding: (before, after) pairs, last dimension first.
constexpr sym pad(sym x, std::initializer_list<int> amounts) {
    return detail::with_axes<fn::pad>(x, detail::axes_of(op_code::pad, amounts), amounts.begin(),
                                      static_cast<int>(amounts.size()), true);
}

/// Mean over windows that divide the image into size x size parts.
constexpr sym adaptive_avg_pool2d(sym x, int size) {
    return detail::call_function<fn::adaptive_avg_pool2d>(x, detail::axes_of(op_code::adaptive_avg_pool, {size, size}),
                                                          {node_argument(x.id), integer_argument(size)});
}

/// torch.nn.functional.linear with parameters of the model.
template <int Out, int In, int... Bias>
constexpr sym linear(sym x, const nn::parameter<Out, In>& weight, const nn::parameter<Bias...>& bias) {
    attributes a = nn::linear<In, Out>::attrs();
    const sym w = detail::read_parameter(*x.trace, weight);
    const sym b = detail::read_parameter(*x.trace, bias);
    return detail::call_function<fn::linear>(x, a, {node_argument(x.id), node_argument(w.id), node_argument(b.id)});
}
template <int Out, int In>
constexpr sym linear(sym x, const nn::parameter<Out, In>& weight) {
    attributes a = nn::linear<In, Out, nn::no_bias>::attrs();
    const sym w = detail::read_parameter(*x.trace, weight);
    return detail::call_function<fn::linear>(x, a, {node_argument(x.id), node_argument(w.id)});
}

constexpr sym sym::reshape(std::initializer_list<sym_int> dims) const {
    return quantype::detail::with_sizes<method::reshape>(*this, dims);
}
constexpr sym sym::view(std::initializer_list<sym_int> dims) const {
    return quantype::detail::with_sizes<method::view>(*this, dims);
}
constexpr sym sym::mean(std::initializer_list<int> dims, bool keepdim) const {
    attributes a = quantype::detail::axes_of(op_code::mean, dims);
    a.keepdim = keepdim;
    return quantype::detail::with_axes<method::mean>(*this, a, dims.begin(), static_cast<int>(dims.size()), true);
}

QUANTYPE_END_NAMESPACE
