// SPDX-License-Identifier: BSL-1.0
// Functional pools and interpolate: `max_pool2d(x, 2)`, `avg_pool1d(x, 3, 1, 1)`, `interpolate(x, {9, 7}, "bilinear")`.
#pragma once
#include <string_view>

#include <quantype/model/functional_conv.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fn {
struct max_pool1d : vocabulary::function_named<"torch.nn.functional.max_pool1d", op_code::max_pool> {};
struct max_pool2d : vocabulary::function_named<"torch.nn.functional.max_pool2d", op_code::max_pool> {};
struct max_pool3d : vocabulary::function_named<"torch.nn.functional.max_pool3d", op_code::max_pool> {};
struct avg_pool1d : vocabulary::function_named<"torch.avg_pool1d", op_code::avg_pool> {};
struct avg_pool2d : vocabulary::function_named<"torch.nn.functional.avg_pool2d", op_code::avg_pool> {};
struct avg_pool3d : vocabulary::function_named<"torch.nn.functional.avg_pool3d", op_code::avg_pool> {};
struct adaptive_avg_pool1d : vocabulary::function_named<"torch.adaptive_avg_pool1d", op_code::adaptive_avg_pool> {};
struct adaptive_avg_pool3d {};  ///< torch.nn.functional.adaptive_avg_pool3d
struct interpolate : vocabulary::function_named<"torch.nn.functional.interpolate", op_code::resize> {};
}  // namespace fn

template <>
inline constexpr op_info op_of<fn::adaptive_avg_pool3d>{"torch.nn.functional.adaptive_avg_pool3d",
                                                        node_kind::call_function, op_code::adaptive_avg_pool};

namespace detail {

/// Kernel, stride, padding: one number or one for each of `rank` dimensions; no stride is the kernel's size.
constexpr attributes pool_attributes(op_code code, int rank, const conv_sizes (&sizes)[3]) {
    attributes a = with_code(code);
    a.geometry.rank = rank;
    set_sizes(a.geometry.kernel, sizes[0]);
    set_sizes(a.geometry.stride, sizes[1].count > 0 ? sizes[1] : sizes[0]);
    set_sizes(a.geometry.pad_before, sizes[2]);
    set_sizes(a.geometry.pad_after, sizes[2]);
    return a;
}

/// Records the call with the arguments that were given.
template <class Op>
constexpr sym call_pool(sym x, int rank, const conv_sizes (&sizes)[3]) {
    argument list[16];
    int n = 0;
    list[n++] = node_argument(x.id);
    for (const conv_sizes& s : sizes) {
        if (s.count == 0) break;
        if (s.is_list) list[n++] = list_argument(s.count);
        for (int i = 0; i < s.count; ++i) list[n++] = integer_argument(s.values[i]);
    }
    return record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, pool_attributes(id_of<Op>->code, rank, sizes), nullptr,
                  list, n);
}

/// Records a call with one size: a number, or a list.
template <class Op>
constexpr sym call_adaptive(sym x, int rank, const conv_sizes& size) {
    attributes a = with_code(id_of<Op>->code);
    int all[3] = {};
    set_sizes(all, size);
    for (int i = 0; i < rank; ++i) a.axes[a.axis_count++] = all[i];
    argument list[5];
    int n = 0;
    list[n++] = node_argument(x.id);
    if (size.is_list) list[n++] = list_argument(size.count);
    for (int i = 0; i < size.count; ++i) list[n++] = integer_argument(size.values[i]);
    return record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, a, nullptr, list, n);
}

}  // namespace detail

/// Pools of windows over the 1, 2 or 3 last dimensions of (N, C, ...). Without a stride the windows do not overlap.
#define QUANTYPE_DETAIL_FUNCTIONAL_POOL(NAME, RANK)                                                      \
    constexpr sym NAME(sym x, conv_sizes kernel_size, conv_sizes stride = {}, conv_sizes padding = {}) { \
        return detail::call_pool<fn::NAME>(x, RANK, {kernel_size, stride, padding});                     \
    }
QUANTYPE_DETAIL_FUNCTIONAL_POOL(max_pool1d, 1)
QUANTYPE_DETAIL_FUNCTIONAL_POOL(max_pool2d, 2)
QUANTYPE_DETAIL_FUNCTIONAL_POOL(max_pool3d, 3)
QUANTYPE_DETAIL_FUNCTIONAL_POOL(avg_pool1d, 1)
QUANTYPE_DETAIL_FUNCTIONAL_POOL(avg_pool2d, 2)
QUANTYPE_DETAIL_FUNCTIONAL_POOL(avg_pool3d, 3)
#undef QUANTYPE_DETAIL_FUNCTIONAL_POOL

/// Mean over windows that divide the input into parts: `adaptive_avg_pool3d(x, 2)`.
constexpr sym adaptive_avg_pool1d(sym x, conv_sizes output_size) {
    return detail::call_adaptive<fn::adaptive_avg_pool1d>(x, 1, output_size);
}
constexpr sym adaptive_avg_pool3d(sym x, conv_sizes output_size) {
    return detail::call_adaptive<fn::adaptive_avg_pool3d>(x, 3, output_size);
}

/// Resizes (N, C, H, W) to height and width. "nearest", or "bilinear" with align_corners=False; another mode is
/// refused.
constexpr sym interpolate(sym x, std::initializer_list<int> size, const char* mode = "nearest") {
    attributes a = detail::axes_of(op_code::resize, size);
    const bool bilinear = std::string_view(mode) == "bilinear";
    a.groups = bilinear ? 2 : 1;
    argument list[6];
    int n = 0;
    list[n++] = node_argument(x.id);
    list[n] = list_argument(static_cast<int>(size.size()));
    list[n++].keyword = "size";
    for (int s : size)
        if (n < 5) list[n++] = integer_argument(s);
    list[n] = text_argument(mode);
    list[n++].keyword = "mode";
    const sym y = detail::record(*x.trace, id_of<fn::interpolate>, node_kind::call_function, -1, a, nullptr, list, n);
    if (a.axis_count != 2 || (!bilinear && std::string_view(mode) != "nearest"))
        x.trace->fail(detail::trace_error::shape, y.id, -1, {{}, shape_error::unsupported, 0, 0});
    return y;
}

QUANTYPE_END_NAMESPACE
