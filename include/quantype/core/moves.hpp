// SPDX-License-Identifier: BSL-1.0
// Ops that only move elements (permute, repeat, narrow, pixel shuffle ...) as a loop nest over the input: the same for
// float values and for codes, in any order of axes.
#pragma once
#include <quantype/core/attributes.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Output element (i0, i1, ...) is input element offset + i0 * strides[0] + i1 * strides[1] + ...; the output is dense.
/// Levels of one element are left out, and neighbours that are one run are joined.
struct element_moves {
    int rank = 0;
    int extents[2 * max_rank] = {};
    int strides[2 * max_rank] = {};
    int offset = 0;

    constexpr void level(int extent, int stride) {
        if (extent == 1) return;
        if (rank > 0 && strides[rank - 1] == extent * stride) {
            extents[rank - 1] *= extent;
            strides[rank - 1] = stride;
        } else if (rank < 2 * max_rank) {
            extents[rank] = extent;
            strides[rank++] = stride;
        }
    }
};

/// Elements from one index to the next along each logical axis of a tensor.
struct axis_strides {
    int of[max_rank] = {};
};

/// Strides of a dense tensor in logical order.
constexpr axis_strides dense_strides(const shape& s) {
    axis_strides r;
    int step = 1;
    for (int d = s.rank - 1; d >= 0; --d) {
        r.of[d] = step;
        step *= s[d];
    }
    return r;
}

/// True for the ops below.
constexpr bool only_moves(op_code c) {
    switch (c) {
        case op_code::permute:
        case op_code::transpose:
        case op_code::repeat:
        case op_code::repeat_interleave:
        case op_code::narrow:
        case op_code::pixel_shuffle:
        case op_code::pixel_unshuffle:
        case op_code::channel_shuffle: return true;
        default: return false;
    }
}

namespace detail {

constexpr void levels(element_moves& m, const shape& x, const axis_strides& s, int from, int to) {
    for (int d = from; d < to; ++d) m.level(x[d], s.of[d]);
}

/// (..., C * r * r, H, W) to (..., C, H * r, W * r).
constexpr void levels_of_pixel_shuffle(element_moves& m, const shape& x, const axis_strides& s, int r) {
    const int c = x.rank - 3, h = c + 1, w = c + 2;
    levels(m, x, s, 0, c);
    m.level(x[c] / (r * r), s.of[c] * r * r);
    m.level(x[h], s.of[h]);
    m.level(r, s.of[c] * r);
    m.level(x[w], s.of[w]);
    m.level(r, s.of[c]);
}
/// (..., C, H * r, W * r) to (..., C * r * r, H, W).
constexpr void levels_of_pixel_unshuffle(element_moves& m, const shape& x, const axis_strides& s, int r) {
    const int c = x.rank - 3, h = c + 1, w = c + 2;
    levels(m, x, s, 0, h);
    m.level(r, s.of[h]);
    m.level(r, s.of[w]);
    m.level(x[h] / r, s.of[h] * r);
    m.level(x[w] / r, s.of[w] * r);
}

}  // namespace detail

/// The loop nest of one of those ops over an input with these extents and strides. a.axes: permute: the order;
/// transpose: two axes; repeat: counts, for the last axes; repeat_interleave: count, axis; narrow: axis, first, length;
/// pixel (un)shuffle: factor; channel_shuffle: groups.
constexpr element_moves moves_of(const attributes& a, const shape& x, const axis_strides& s) {
    element_moves m;
    const auto axis = [&](int k) { return a.axes[k] < 0 ? a.axes[k] + x.rank : a.axes[k]; };
    switch (a.code) {
        case op_code::permute:
            for (int i = 0; i < x.rank; ++i) m.level(x[axis(i)], s.of[axis(i)]);
            break;
        case op_code::transpose:
            for (int i = 0; i < x.rank; ++i) {
                const int d = i == axis(0) ? axis(1) : i == axis(1) ? axis(0) : i;
                m.level(x[d], s.of[d]);
            }
            break;
        case op_code::repeat:
            for (int i = 0; i < a.axis_count; ++i) {
                const int d = i + x.rank - a.axis_count;
                m.level(a.axes[i], 0);
                if (d >= 0) m.level(x[d], s.of[d]);
            }
            break;
        case op_code::repeat_interleave:
            detail::levels(m, x, s, 0, axis(1) + 1);
            m.level(a.axes[0], 0);
            detail::levels(m, x, s, axis(1) + 1, x.rank);
            break;
        case op_code::narrow:
            m.offset = a.axes[1] * s.of[axis(0)];
            detail::levels(m, x, s, 0, axis(0));
            m.level(a.axes[2], s.of[axis(0)]);
            detail::levels(m, x, s, axis(0) + 1, x.rank);
            break;
        case op_code::pixel_shuffle: detail::levels_of_pixel_shuffle(m, x, s, a.axes[0]); break;
        case op_code::pixel_unshuffle: detail::levels_of_pixel_unshuffle(m, x, s, a.axes[0]); break;
        case op_code::channel_shuffle:
            m.level(x[0], s.of[0]);
            m.level(x[1] / a.axes[0], s.of[1]);
            m.level(a.axes[0], s.of[1] * (x[1] / a.axes[0]));
            detail::levels(m, x, s, 2, x.rank);
            break;
        default: break;
    }
    return m;
}

QUANTYPE_END_NAMESPACE
