// SPDX-License-Identifier: BSL-1.0
// Shape inference on its own, where a model would say little: PyTorch's rules for matmul, softmax and pad.
#include <quantype/model/infer.hpp>

namespace {

namespace qz = quantype;
using qz::shape;

constexpr qz::infer_result matmul(shape a, shape b) { return qz::detail::infer_matmul(a, b); }

// torch.matmul: the dimensions before the last two broadcast.
static_assert(matmul(shape(2, 3), shape(3, 4)).out == shape(2, 4));
static_assert(matmul(shape(5, 2, 3), shape(5, 3, 4)).out == shape(5, 2, 4));
static_assert(matmul(shape(5, 2, 3), shape(1, 3, 4)).out == shape(5, 2, 4));
static_assert(matmul(shape(6, 1, 2, 3), shape(5, 3, 4)).out == shape(6, 5, 2, 4));
static_assert(matmul(shape(2, 3), shape(7, 3, 4)).out == shape(7, 2, 4));
static_assert(matmul(shape(5, 2, 3), shape(4, 3, 4)).error == qz::shape_error::broadcast);
static_assert(matmul(shape(2, 3), shape(4, 5)).error == qz::shape_error::features);
static_assert(matmul(shape(3), shape(3, 4)).error == qz::shape_error::rank);

constexpr qz::attributes along(qz::op_code code, int axis, int second = 0, int count = 1) {
    qz::attributes a;
    a.code = code;
    a.axis_count = count;
    a.axes[0] = axis;
    a.axes[1] = second;
    return a;
}

static_assert(qz::detail::infer_along_axes(along(qz::op_code::softmax, -2), shape(3, 4)).out == shape(3, 4));
static_assert(qz::detail::infer_along_axes(along(qz::op_code::softmax, 2), shape(3, 4)).error == qz::shape_error::axis);
static_assert(qz::detail::infer_along_axes(along(qz::op_code::softmax, -3), shape(3, 4)).error ==
              qz::shape_error::axis);

// torch.nn.functional.pad with negative amounts crops.
static_assert(qz::detail::infer_pad(along(qz::op_code::pad, -1, 3, 2), shape(2, 4)).out == shape(2, 6));
static_assert(qz::detail::infer_pad(along(qz::op_code::pad, -2, -2, 2), shape(2, 4)).error ==
              qz::shape_error::negative_pad);

}  // namespace
