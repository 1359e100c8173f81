// SPDX-License-Identifier: BSL-1.0
// Shape inference: the output shape of a call from its attributes and input shapes, as PyTorch defines them.
#pragma once
#include <quantype/core/attributes.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr infer_result infer_failed(shape_error why, std::int64_t have, std::int64_t need) {
    return {{}, why, static_cast<int>(have), static_cast<int>(need)};
}

/// Positions of a window along one dimension: floor or ceil((size + pads - span) / stride) + 1; with ceil_mode the last
/// window must start inside the input or its leading padding.
constexpr int window_positions(const window& w, int axis, int size) {
    const int span = w.dilation[axis] * (w.kernel[axis] - 1) + 1;
    const int room = size + w.pad_before[axis] + w.pad_after[axis] - span;
    if (room < 0) return 0;
    int n = (w.ceil_mode ? (room + w.stride[axis] - 1) / w.stride[axis] : room / w.stride[axis]) + 1;
    if (w.ceil_mode && (n - 1) * w.stride[axis] >= size + w.pad_before[axis]) --n;
    return n;
}

constexpr infer_result infer_window(const attributes& a, const shape& x, int channels_out) {
    const int spatial = a.geometry.rank;
    if (x.rank != spatial + 2) return infer_failed(shape_error::rank, x.rank, spatial + 2);
    shape y = x;
    y[1] = channels_out;
    for (int i = 0; i < spatial; ++i) {
        y[2 + i] = window_positions(a.geometry, i, x[2 + i]);
        if (y[2 + i] < 1) return infer_failed(shape_error::window_larger_than_input, x[2 + i], a.geometry.kernel[i]);
    }
    return {y};
}

constexpr infer_result infer_conv(const attributes& a, const shape& x) {
    if (x.rank >= 2 && x[1] != a.in) return infer_failed(shape_error::channels, x[1], a.in);
    if (a.groups < 1 || a.in % a.groups != 0) return infer_failed(shape_error::groups, a.in, a.groups);
    if (a.out % a.groups != 0) return infer_failed(shape_error::groups, a.out, a.groups);
    return infer_window(a, x, a.out);
}

constexpr infer_result infer_linear(const attributes& a, const shape& x) {
    if (x.rank < 1) return infer_failed(shape_error::rank, x.rank, 1);
    if (x[-1] != a.in) return infer_failed(shape_error::features, x[-1], a.in);
    shape y = x;
    y[-1] = a.out;
    return {y};
}

constexpr infer_result infer_broadcast(const shape& a, const shape& b) {
    shape y = a.rank >= b.rank ? a : b;
    for (int i = 1; i <= y.rank; ++i) {
        const int p = i <= a.rank ? a[a.rank - i] : 1;
        const int q = i <= b.rank ? b[b.rank - i] : 1;
        if (p != q && p != 1 && q != 1) return infer_failed(shape_error::broadcast, q, p);
        y[y.rank - i] = p == 1 ? q : p;
    }
    return {y};
}

constexpr infer_result infer_mean(const attributes& a, const shape& x) {
    bool gone[max_rank] = {};
    for (int i = 0; i < a.axis_count; ++i) {
        const int d = a.axes[i] < 0 ? a.axes[i] + x.rank : a.axes[i];
        if (d < 0 || d >= x.rank) return infer_failed(shape_error::axis, a.axes[i], x.rank);
        gone[d] = true;
    }
    shape y;
    for (int d = 0; d < x.rank; ++d) {
        if (gone[d] && !a.keepdim) continue;
        y.dims[y.rank++] = gone[d] ? 1 : x[d];
    }
    return {y};
}

constexpr infer_result infer_flatten(const attributes& a, const shape& x) {
    const int from = a.axes[0] < 0 ? a.axes[0] + x.rank : a.axes[0];
    const int to = a.axes[1] < 0 ? a.axes[1] + x.rank : a.axes[1];
    if (from < 0 || from > to) return infer_failed(shape_error::axis, a.axes[0], x.rank);
    if (to >= x.rank) return infer_failed(shape_error::axis, a.axes[1], x.rank);
    shape y;
    for (int d = 0; d < x.rank; ++d) {
        if (d > from && d <= to)
            y.dims[y.rank - 1] *= x[d];
        else
            y.dims[y.rank++] = x[d];
    }
    return {y};
}

constexpr infer_result infer_reshape(const attributes& a, const shape& x) {
    shape y;
    int open = -1;
    std::int64_t known = 1;
    for (int i = 0; i < a.axis_count; ++i) {
        y.dims[y.rank++] = a.axes[i];
        if (a.axes[i] == -1)
            open = i;
        else
            known *= a.axes[i];
    }
    if (open >= 0 && known > 0) y[open] = static_cast<std::int32_t>(x.count() / known);
    if (y.count() != x.count()) return infer_failed(shape_error::reshape_count, x.count(), y.count());
    return {y};
}

constexpr infer_result infer_cat(const attributes& a, const shape* in, int count) {
    shape y = in[0];
    const int d = a.axes[0] < 0 ? a.axes[0] + y.rank : a.axes[0];
    if (d < 0 || d >= y.rank) return infer_failed(shape_error::axis, a.axes[0], y.rank);
    for (int i = 1; i < count; ++i) {
        if (in[i].rank != y.rank) return infer_failed(shape_error::cat_shape, in[i].rank, y.rank);
        for (int k = 0; k < y.rank; ++k)
            if (k != d && in[i][k] != y[k]) return infer_failed(shape_error::cat_shape, in[i][k], y[k]);
        y[d] += in[i][d];
    }
    return {y};
}

constexpr infer_result infer_pad(const attributes& a, const shape& x) {
    if (a.axis_count > 2 * x.rank) return infer_failed(shape_error::rank, x.rank, a.axis_count / 2);
    shape y = x;  // pairs (before, after), last dimension first, as torch.nn.functional.pad
    for (int i = 0; 2 * i < a.axis_count; ++i) {
        const int d = x.rank - 1 - i;
        y[d] += a.axes[2 * i] + a.axes[2 * i + 1];
        if (y[d] < 1) return infer_failed(shape_error::negative_pad, x[d], 1 - a.axes[2 * i] - a.axes[2 * i + 1]);
    }
    return {y};
}

/// Matrices; dimensions before the last two broadcast.
constexpr infer_result infer_matmul(const shape& a, const shape& b) {
    if (a.rank < 2) return infer_failed(shape_error::rank, a.rank, 2);
    if (b.rank < 2) return infer_failed(shape_error::rank, b.rank, 2);
    if (a[-1] != b[-2]) return infer_failed(shape_error::features, b[-2], a[-1]);
    shape p = a, q = b;
    p[-1] = p[-2] = q[-1] = q[-2] = 1;
    infer_result r = infer_broadcast(p, q);
    if (r.error == shape_error::none) {
        r.out[-2] = a[-2];
        r.out[-1] = b[-1];
    }
    return r;
}

/// Ops along axes that keep the shape.
constexpr infer_result infer_along_axes(const attributes& a, const shape& x) {
    for (int i = 0; i < a.axis_count; ++i)
        if (a.axes[i] < -x.rank || a.axes[i] >= x.rank) return infer_failed(shape_error::axis, a.axes[i], x.rank);
    return {x};
}

constexpr infer_result infer_adaptive(const attributes& a, const shape& x) {
    if (x.rank != a.axis_count + 2) return infer_failed(shape_error::rank, x.rank, a.axis_count + 2);
    shape y = x;
    for (int i = 0; i < a.axis_count; ++i) y[2 + i] = a.axes[i];
    return {y};
}

constexpr infer_result infer_batch_norm(const attributes& a, const shape& x) {
    const int least = a.geometry.rank + 2;  // batch_norm1d also takes (N, C)
    if (x.rank != least && !(a.geometry.rank == 1 && x.rank == 2))
        return infer_failed(shape_error::rank, x.rank, least);
    if (x[1] != a.in) return infer_failed(shape_error::channels, x[1], a.in);
    return {x};
}

constexpr infer_result infer_conv_transpose(const attributes& a, const shape& x) {
    const int spatial = a.geometry.rank;
    if (x.rank != spatial + 2) return infer_failed(shape_error::rank, x.rank, spatial + 2);
    if (x[1] != a.in) return infer_failed(shape_error::channels, x[1], a.in);
    if (a.groups < 1 || a.in % a.groups != 0) return infer_failed(shape_error::groups, a.in, a.groups);
    if (a.out % a.groups != 0) return infer_failed(shape_error::groups, a.out, a.groups);
    shape y = x;
    y[1] = a.out;
    const window& w = a.geometry;
    for (int i = 0; i < spatial; ++i) {
        y[2 + i] = (x[2 + i] - 1) * w.stride[i] - w.pad_before[i] - w.pad_after[i] + w.dilation[i] * (w.kernel[i] - 1) +
                   a.axes[i] + 1;
        if (y[2 + i] < 1) return infer_failed(shape_error::window_larger_than_input, x[2 + i], w.kernel[i]);
    }
    return {y};
}

/// The last dimensions must be those of the norm.
constexpr infer_result infer_layer_norm(const attributes& a, const shape& x) {
    if (x.rank < a.axis_count) return infer_failed(shape_error::rank, x.rank, a.axis_count);
    for (int i = 0; i < a.axis_count; ++i)
        if (x[x.rank - a.axis_count + i] != a.axes[i])
            return infer_failed(shape_error::features, x[x.rank - a.axis_count + i], a.axes[i]);
    return {x};
}

/// in[1] is the state h, or the pair (h, c); with three inputs h and c are given one by one.
constexpr infer_result infer_recurrent(const attributes& a, const shape* in, int count) {
    const int rank = a.code == op_code::recurrent ? 3 : 2, most = a.groups == 4 ? 3 : 2;
    if (in[0].rank != rank) return infer_failed(shape_error::rank, in[0].rank, rank);
    if (count > most) return infer_failed(shape_error::inputs, count, most);
    infer_result r = infer_linear(a, in[0]);
    if (r.error != shape_error::none) return r;
    r.out[-1] = a.axes[1] * a.out;
    const shape state = state_shape(a, r.out);
    for (int k = 1; k < count; ++k) {
        if (in[k].rank != state.rank) return infer_failed(shape_error::rank, in[k].rank, state.rank);
        for (int d = 0; d < state.rank; ++d)
            if (in[k][d] != state[d]) return infer_failed(shape_error::state, in[k][d], state[d]);
    }
    return r;
}

constexpr infer_result infer_embedding(const attributes& a, const shape* in, int count) {
    shape y = in[0];
    if (a.code == op_code::embedding_bag) {
        const int rank = count == 2 ? 1 : 2;
        if (y.rank != rank) return infer_failed(shape_error::rank, y.rank, rank);
        if (count == 2) {
            if (in[1].rank != 1) return infer_failed(shape_error::rank, in[1].rank, 1);
            y = in[1];
        }
        y.rank = 1;
    }
    if (y.rank >= max_rank) return infer_failed(shape_error::rank, y.rank, max_rank - 1);
    y.dims[y.rank++] = a.out;
    return {y};
}

constexpr infer_result infer_permute(const attributes& a, const shape& x) {
    if (a.axis_count != x.rank) return infer_failed(shape_error::rank, a.axis_count, x.rank);
    shape y = x;
    for (int i = 0; i < x.rank; ++i) {
        const int d = a.axes[i] < 0 ? a.axes[i] + x.rank : a.axes[i];
        if (d < 0 || d >= x.rank) return infer_failed(shape_error::axis, a.axes[i], x.rank);
        y[i] = x[d];
    }
    return {y};
}

constexpr infer_result infer_transpose(const attributes& a, const shape& x) {
    int d[2] = {};
    for (int i = 0; i < 2; ++i) {
        d[i] = a.axes[i] < 0 ? a.axes[i] + x.rank : a.axes[i];
        if (d[i] < 0 || d[i] >= x.rank) return infer_failed(shape_error::axis, a.axes[i], x.rank);
    }
    shape y = x;
    y[d[0]] = x[d[1]];
    y[d[1]] = x[d[0]];
    return {y};
}

/// Values of equal shape along a new axis.
constexpr infer_result infer_stack(const attributes& a, const shape* in, int count) {
    const int d = a.axes[0] < 0 ? a.axes[0] + in[0].rank + 1 : a.axes[0];
    if (d < 0 || d > in[0].rank) return infer_failed(shape_error::axis, a.axes[0], in[0].rank + 1);
    if (in[0].rank >= max_rank) return infer_failed(shape_error::rank, in[0].rank, max_rank - 1);
    for (int i = 1; i < count; ++i)
        if (in[i] != in[0]) return infer_failed(shape_error::cat_shape, in[i][d], in[0][d]);
    shape y;
    for (int k = 0; k <= in[0].rank; ++k) y.dims[y.rank++] = k == d ? count : in[0][k < d ? k : k - 1];
    return {y};
}

constexpr infer_result infer_repeat(const attributes& a, const shape& x) {
    if (a.axis_count < x.rank || a.axis_count > max_rank) return infer_failed(shape_error::rank, a.axis_count, x.rank);
    shape y;
    for (int i = 0; i < a.axis_count; ++i) {
        const int d = i + x.rank - a.axis_count;
        y.dims[y.rank++] = a.axes[i] * (d < 0 ? 1 : x[d]);
    }
    return {y};
}

constexpr infer_result infer_repeat_interleave(const attributes& a, const shape& x) {
    const int d = a.axes[1] < 0 ? a.axes[1] + x.rank : a.axes[1];
    if (d < 0 || d >= x.rank) return infer_failed(shape_error::axis, a.axes[1], x.rank);
    shape y = x;
    y[d] *= a.axes[0];
    return {y};
}

constexpr infer_result infer_narrow(const attributes& a, const shape& x) {
    const int d = a.axes[0] < 0 ? a.axes[0] + x.rank : a.axes[0];
    if (d < 0 || d >= x.rank) return infer_failed(shape_error::axis, a.axes[0], x.rank);
    if (a.axes[1] < 0 || a.axes[2] < 1 || a.axes[1] + a.axes[2] > x[d])
        return infer_failed(shape_error::window_larger_than_input, x[d], a.axes[1] + a.axes[2]);
    shape y = x;
    y[d] = a.axes[2];
    return {y};
}

/// Factor a.axes[0] between channels and pixels, of the last three axes.
constexpr infer_result infer_pixel_shuffle(const attributes& a, const shape& x) {
    const int r = a.axes[0];
    if (x.rank < 3) return infer_failed(shape_error::rank, x.rank, 3);
    shape y = x;
    if (a.code == op_code::pixel_shuffle) {
        if (x[-3] % (r * r) != 0) return infer_failed(shape_error::channels, x[-3], r * r);
        y[-3] /= r * r;
        y[-2] *= r;
        y[-1] *= r;
    } else {
        if (x[-2] % r != 0 || x[-1] % r != 0) return infer_failed(shape_error::features, x[-2] % r ? x[-2] : x[-1], r);
        y[-3] *= r * r;
        y[-2] /= r;
        y[-1] /= r;
    }
    return {y};
}

constexpr infer_result infer_group_norm(const attributes& a, const shape& x) {
    if (x.rank < 2) return infer_failed(shape_error::rank, x.rank, 2);
    if (a.in > 0 && x[1] != a.in) return infer_failed(shape_error::channels, x[1], a.in);
    if (a.groups < 1 || x[1] % a.groups != 0) return infer_failed(shape_error::groups, x[1], a.groups);
    return {x};
}

}  // namespace detail

/// Output shape of a call. `in` holds the shapes of its tensor inputs, in order.
constexpr infer_result infer(const op_info& op, const attributes& a, const shape* in, int count) {
    if (a.code == op_code::custom) return op.infer(a, in, count);
    if (count < 1) return detail::infer_failed(shape_error::inputs, count, 1);
    switch (a.code) {
        case op_code::linear: return detail::infer_linear(a, in[0]);
        case op_code::conv_transpose: return detail::infer_conv_transpose(a, in[0]);
        case op_code::instance_norm: return detail::infer_batch_norm(a, in[0]);
        case op_code::layer_norm: return detail::infer_layer_norm(a, in[0]);
        case op_code::group_norm:
        case op_code::channel_shuffle: return detail::infer_group_norm(a, in[0]);
        case op_code::stack: return detail::infer_stack(a, in, count);
        case op_code::repeat: return detail::infer_repeat(a, in[0]);
        case op_code::repeat_interleave: return detail::infer_repeat_interleave(a, in[0]);
        case op_code::narrow: return detail::infer_narrow(a, in[0]);
        case op_code::pixel_shuffle:
        case op_code::pixel_unshuffle: return detail::infer_pixel_shuffle(a, in[0]);
        case op_code::resize: return detail::infer_adaptive(a, in[0]);
        case op_code::recurrent:
        case op_code::recurrent_cell: return detail::infer_recurrent(a, in, count);
        case op_code::embedding:
        case op_code::embedding_bag: return detail::infer_embedding(a, in, count);
        case op_code::permute: return detail::infer_permute(a, in[0]);
        case op_code::transpose: return detail::infer_transpose(a, in[0]);
        case op_code::size: return {};
        case op_code::conv: return detail::infer_conv(a, in[0]);
        case op_code::batch_norm: return detail::infer_batch_norm(a, in[0]);
        case op_code::max_pool:
        case op_code::avg_pool: return detail::infer_window(a, in[0], in[0].rank > 1 ? in[0][1] : 0);
        case op_code::adaptive_avg_pool: return detail::infer_adaptive(a, in[0]);
        case op_code::mean: return detail::infer_mean(a, in[0]);
        case op_code::add:
        case op_code::sub:
        case op_code::mul: return count == 1 ? infer_result{in[0]} : detail::infer_broadcast(in[0], in[1]);
        case op_code::matmul:
            return count == 2 ? detail::infer_matmul(in[0], in[1])
                              : detail::infer_failed(shape_error::inputs, count, 2);
        case op_code::cat: return detail::infer_cat(a, in, count);
        case op_code::flatten: return detail::infer_flatten(a, in[0]);
        case op_code::reshape: return detail::infer_reshape(a, in[0]);
        case op_code::pad: return detail::infer_pad(a, in[0]);
        case op_code::softmax: return detail::infer_along_axes(a, in[0]);
        default: return {in[0]};
    }
}

QUANTYPE_END_NAMESPACE
