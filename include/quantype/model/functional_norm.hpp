// SPDX-License-Identifier: BSL-1.0
// Functional norms with parameters of the model: `layer_norm(x, {4, 6}, weight, bias)`, `instance_norm(x)`.
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fn {
struct layer_norm : vocabulary::function_named<"torch.nn.functional.layer_norm", op_code::layer_norm> {};
struct group_norm : vocabulary::function_named<"torch.nn.functional.group_norm", op_code::group_norm> {};
struct instance_norm : vocabulary::function_named<"torch.nn.functional.instance_norm", op_code::instance_norm> {};
}  // namespace fn

namespace detail {

/// Adds keywords weight and bias, and eps when it is not PyTorch's default.
constexpr sym record_norm(sym x, op_id op, attributes a, argument* list, int n, int weight, int bias, double eps) {
    a.scalar = eps;
    a.bias = weight >= 0;
    if (weight >= 0) {
        list[n] = node_argument(weight);
        list[n++].keyword = "weight";
        list[n] = node_argument(bias);
        list[n++].keyword = "bias";
    }
    if (eps != 1e-5) {
        list[n] = real_argument(eps);
        list[n++].keyword = "eps";
    }
    return record(*x.trace, op, op->kind, -1, a, nullptr, list, n);
}

constexpr sym record_layer_norm(sym x, std::initializer_list<int> dims, int weight, int bias, double eps) {
    argument list[5 + max_rank];
    int n = 0;
    list[n++] = node_argument(x.id);
    list[n++] = list_argument(static_cast<int>(dims.size()));
    for (int d : dims)
        if (n < 2 + max_rank) list[n++] = integer_argument(d);
    return record_norm(x, id_of<fn::layer_norm>, axes_of(op_code::layer_norm, dims), list, n, weight, bias, eps);
}
constexpr sym record_group_norm(sym x, int groups, int weight, int bias, double eps) {
    attributes a = with_code(op_code::group_norm);
    a.groups = groups;
    argument list[5] = {node_argument(x.id), integer_argument(groups)};
    return record_norm(x, id_of<fn::group_norm>, a, list, 2, weight, bias, eps);
}
constexpr sym record_instance_norm(sym x, int weight, int bias, double eps) {
    attributes a = with_code(op_code::instance_norm);
    const shape s = x.extents();
    a.in = a.out = s.rank > 1 ? s[1] : 0;
    a.geometry.rank = s.rank - 2;
    argument list[4] = {node_argument(x.id)};
    return record_norm(x, id_of<fn::instance_norm>, a, list, 1, weight, bias, eps);
}

}  // namespace detail

/// torch.nn.functional.layer_norm over the last dimensions, which are `dims`.
constexpr sym layer_norm(sym x, std::initializer_list<int> dims, double eps = 1e-5) {
    return detail::record_layer_norm(x, dims, -1, -1, eps);
}
template <int... W, int... B>
constexpr sym layer_norm(sym x, std::initializer_list<int> dims, const nn::parameter<W...>& weight,
                         const nn::parameter<B...>& bias, double eps = 1e-5) {
    const int w = detail::read_parameter(*x.trace, weight).id, b = detail::read_parameter(*x.trace, bias).id;
    return detail::record_layer_norm(x, dims, w, b, eps);
}
/// torch.nn.functional.group_norm of (N, C, ...). No backend of PyTorch lowers it to codes: it runs in float.
constexpr sym group_norm(sym x, int groups, double eps = 1e-5) {
    return detail::record_group_norm(x, groups, -1, -1, eps);
}
template <int W, int B>
constexpr sym group_norm(sym x, int groups, const nn::parameter<W>& weight, const nn::parameter<B>& bias,
                         double eps = 1e-5) {
    const int w = detail::read_parameter(*x.trace, weight).id, b = detail::read_parameter(*x.trace, bias).id;
    return detail::record_group_norm(x, groups, w, b, eps);
}
/// torch.nn.functional.instance_norm of (N, C, ...), from the statistics of the input.
constexpr sym instance_norm(sym x, double eps = 1e-5) { return detail::record_instance_norm(x, -1, -1, eps); }
template <int W, int B>
constexpr sym instance_norm(sym x, const nn::parameter<W>& weight, const nn::parameter<B>& bias, double eps = 1e-5) {
    const int w = detail::read_parameter(*x.trace, weight).id, b = detail::read_parameter(*x.trace, bias).id;
    return detail::record_instance_norm(x, w, b, eps);
}

QUANTYPE_END_NAMESPACE
