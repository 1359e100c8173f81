// SPDX-License-Identifier: BSL-1.0
// LSTM, GRU and plain recurrent layers and cells. The matrix products of a step are the caller's: in float32 here, with
// inputs quantized on the way in the dynamic mode. Gates in float32, rounded after every operation, so that a quantized
// product that follows sees the same bits on every machine. Formulas: torch.nn.LSTM, GRU, RNN.
#pragma once
#include <quantype/core/attributes.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/kernel/float32/linear.hpp>
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

/// Sizes of a run. A cell is one step, one layer, one direction.
struct recurrent_shape {
    int gates = 4;  ///< 4: lstm; 3: gru; 1: plain
    int steps = 1;
    int batch = 1;
    int in = 1;
    int hidden = 1;
    int layers = 1;
    int directions = 1;
    bool batch_first = false;
    bool relu = false;  ///< plain: relu in place of tanh
    bool cell = false;

    constexpr int rows() const { return steps * batch; }
    constexpr int blocks() const { return layers * directions; }
    /// Features that a layer reads.
    constexpr int width(int layer) const { return layer == 0 ? in : directions * hidden; }
    constexpr int state() const { return batch * hidden; }
    /// Row of a sample at a time, in input, output and the products of the input.
    constexpr int row(int time, int sample) const {
        return batch_first ? sample * steps + time : time * batch + sample;
    }
    constexpr int between() const { return directions * hidden * rows(); }
    /// float32 numbers of working memory.
    constexpr int scratch() const {
        return gates * hidden * (rows() + batch) + (layers > 2 ? 2 : layers - 1) * between();
    }
    /// Elements of the largest matrix that a product reads.
    constexpr int codes() const {
        const int widest = layers > 1 && width(1) > in ? width(1) : in;
        return rows() * widest > state() ? rows() * widest : state();
    }
};

constexpr recurrent_shape recurrent_shape_of(const attributes& a, const shape& x) {
    recurrent_shape s{a.groups, 1, x[0], a.in, a.out, a.axes[0], a.axes[1], a.axes[2] != 0, a.has_scalar, true};
    if (a.code == op_code::recurrent_cell) return s;
    s.steps = x[s.batch_first ? 1 : 0];
    s.batch = x[s.batch_first ? 0 : 1];
    s.cell = false;
    return s;
}

/// What a run reads and writes. `h` and `c` receive the last states, [block][batch][hidden] with block = layer *
/// directions + direction; `output` is [row][directions * hidden], null for a cell. First states may be null: zero.
struct recurrent_args {
    const float* input = nullptr;  ///< [row][in]
    const float* h0 = nullptr;
    const float* c0 = nullptr;
    float* output = nullptr;
    float* h = nullptr;
    float* c = nullptr;  ///< lstm alone
    float* scratch = nullptr;
};

namespace detail {

/// h' and c' of one sample; `from_input` and `from_state` hold gates * hidden products, biases added.
constexpr void recurrent_gates(const recurrent_shape& s, const float* from_input, const float* from_state, float* h,
                               float* c) {
    const int n = s.hidden;
    const auto sum = [&](int i) { return exact::add(from_state[i], from_input[i]); };
    const auto sigmoid = [&](int i) { return elementary::sigmoid(sum(i)); };
    for (int j = 0; j < n; ++j) {
        if (s.gates == 4) {  // i, f, g, o: c' = f c + i g, h' = o tanh(c')
            const float kept = exact::mul(sigmoid(n + j), c[j]);
            c[j] = exact::add(kept, exact::mul(sigmoid(j), elementary::tanh(sum(2 * n + j))));
            h[j] = exact::mul(sigmoid(3 * n + j), elementary::tanh(c[j]));
        } else if (s.gates == 3) {  // r, z, n: h' = (h - n) z + n
            const float reset = exact::mul(from_state[2 * n + j], sigmoid(j));
            const float fresh = elementary::tanh(exact::add(from_input[2 * n + j], reset));
            h[j] = exact::add(exact::mul(exact::sub(h[j], fresh), sigmoid(n + j)), fresh);
        } else {
            h[j] = !s.relu ? elementary::tanh(sum(j)) : sum(j) > 0.0f ? sum(j) : 0.0f;
        }
    }
}

constexpr void first_state(const float* from, int block, int count, float* to) {
    for (int i = 0; i < count; ++i) to[i] = from ? from[block * count + i] : 0.0f;
}

/// One layer in one direction: `x` to every directions-th part of `y`.
template <class Products>
constexpr void recurrent_block(const recurrent_shape& s, int block, const Products& products, const recurrent_args& a,
                               const float* x, float* y) {
    const int wide = s.gates * s.hidden, direction = block % s.directions;
    float* from_input = a.scratch;
    float* from_state = a.scratch + wide * s.rows();
    float* h = a.h + block * s.state();
    float* c = a.c ? a.c + block * s.state() : nullptr;
    first_state(a.h0, block, s.state(), h);
    if (c) first_state(a.c0, block, s.state(), c);
    products.of_input(block, x, from_input);
    for (int step = 0; step < s.steps; ++step) {
        const int time = direction == 0 ? step : s.steps - 1 - step;
        products.of_state(block, h, from_state);
        for (int n = 0; n < s.batch; ++n) {
            float* state = h + n * s.hidden;
            recurrent_gates(s, from_input + s.row(time, n) * wide, from_state + n * wide, state,
                            c ? c + n * s.hidden : nullptr);
            if (y == nullptr) continue;
            float* to = y + (s.row(time, n) * s.directions + direction) * s.hidden;
            for (int j = 0; j < s.hidden; ++j) to[j] = state[j];
        }
    }
}

}  // namespace detail

/// All layers and directions. `products.of_input(block, x, y)` gives weight_ih x + bias_ih for all rows at once, as
/// PyTorch computes it (the dynamic mode quantizes them with one scale); `of_state` weight_hh h + bias_hh of a step.
template <class Products>
constexpr void recurrent(const recurrent_shape& s, const Products& products, const recurrent_args& a) {
    const float* x = a.input;
    for (int layer = 0; layer < s.layers; ++layer) {
        float* between = a.scratch + s.gates * s.hidden * (s.rows() + s.batch) + (layer % 2) * s.between();
        float* y = layer + 1 == s.layers ? a.output : between;
        for (int d = 0; d < s.directions; ++d) detail::recurrent_block(s, layer * s.directions + d, products, a, x, y);
        x = y;
    }
}

/// The products in float32, from the module's parameters in PyTorch's order.
struct float_products {
    recurrent_shape shape{};
    const float* const* parameters = nullptr;
    bool bias = true;

    constexpr void of_input(int block, const float* x, float* y) const {
        product(block, 0, shape.width(block / shape.directions), shape.rows(), x, y);
    }
    constexpr void of_state(int block, const float* h, float* y) const {
        product(block, 1, shape.hidden, shape.batch, h, y);
    }

private:
    constexpr void product(int block, int kind, int in, int rows, const float* x, float* y) const {
        const int first = block * (bias ? 4 : 2);
        attributes a;
        a.in = in;
        a.out = shape.gates * shape.hidden;
        linear(a, {x, quantype::shape(rows, in)}, parameters[first + kind],
               bias ? parameters[first + 2 + kind] : nullptr, {y, quantype::shape(rows, a.out)});
    }
};

/// Arguments of a run from the values of a call: input, and h0 and c0 one by one, or both in one value. `out` is the
/// output, then h, then c; of a cell h, then c.
constexpr recurrent_args recurrent_args_of(const recurrent_shape& s, const float* const* inputs, int count, float* out,
                                           float* scratch) {
    recurrent_args a;
    const int states = s.blocks() * s.state();
    a.input = inputs[0];
    if (count > 1) a.h0 = inputs[1];
    if (count > 1 && s.gates == 4) a.c0 = count > 2 ? inputs[2] : inputs[1] + states;
    a.output = s.cell ? nullptr : out;
    a.h = s.cell ? out : out + s.between();
    a.c = s.gates == 4 ? a.h + states : nullptr;
    a.scratch = scratch;
    return a;
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
