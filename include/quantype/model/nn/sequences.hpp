// SPDX-License-Identifier: BSL-1.0
// Recurrent layers and cells, and embedding tables. Quantized dynamically (recurrent) or weight-only (tables).
#pragma once
#include <quantype/model/module.hpp>
#include <quantype/model/nn/options.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

/// Recurrent layers: how many are stacked (num_layers), up to 8.
template <int N>
struct layers {};
/// Recurrent layers: a second one runs backwards; outputs stand side by side (bidirectional=True).
struct bidirectional {};
/// Recurrent layers: input and output are (N, time, features) (batch_first=True). States stay (layers, N, Hidden).
struct batch_first {};
/// rnn_cell: relu in place of tanh (nonlinearity="relu").
struct relu_nonlinearity {};

namespace detail {

template <int N>
constexpr void apply(attributes& a, layers<N>) {
    static_assert(N >= 1 && N <= max_recurrent_layers, "quantype: recurrent layers take 1 to 8 layers");
    a.axes[0] = N;
}
constexpr void apply(attributes& a, bidirectional) { a.axes[1] = 2; }
constexpr void apply(attributes& a, batch_first) { a.axes[2] = 1; }
constexpr void apply(attributes& a, relu_nonlinearity) { a.has_scalar = true; }

/// "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", ... "bias_hh_l7_reverse".
struct recurrent_name {
    char text[24] = {};
    int length = 0;
    constexpr void add(std::string_view s) {
        for (const char c : s) text[length++] = c;
    }
};
inline constexpr std::array<recurrent_name, max_recurrent_layers * 8> recurrent_names = [] {
    std::array<recurrent_name, max_recurrent_layers * 8> r{};
    constexpr std::string_view parts[4] = {"weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l"};
    for (std::size_t i = 0; i < r.size(); ++i) {
        r[i].add(parts[i % 4]);
        r[i].add(std::string_view("01234567").substr(i / 8, 1));
        if (i / 4 % 2 == 1) r[i].add("_reverse");
    }
    return r;
}();

/// Shared body of recurrent layers and cells with `Gates` blocks of `Hidden` rows; weights are named as in PyTorch.
template <op_code Code, int Gates, int In, int Hidden, class... Options>
struct recurrent_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = Code;
        a.in = In;
        a.out = Hidden;
        a.groups = Gates;
        a.bias = true;
        a.axes[0] = a.axes[1] = 1;
        a.axis_count = 3;
        (apply(a, Options{}), ...);
        return a;
    }
    /// For each layer and direction: weight_ih, weight_hh and, with biases, bias_ih, bias_hh.
    static constexpr auto parameters() {
        constexpr attributes a = attrs();
        constexpr int kinds = a.bias ? 4 : 2, blocks = a.axes[0] * a.axes[1];
        std::array<parameter_info, static_cast<std::size_t>(kinds * blocks)> r{};
        for (int i = 0; i < kinds * blocks; ++i) {
            const int kind = i % kinds, block = i / kinds, layer = block / a.axes[1];
            const recurrent_name& name =
                recurrent_names[static_cast<std::size_t>((2 * layer + block % a.axes[1]) * 4 + kind)];
            const int length = name.length - (Code == op_code::recurrent ? 0 : 3);  // a cell's have no "_l0"
            const int width = kind == 1 ? Hidden : layer == 0 ? In : a.axes[1] * Hidden;
            r[static_cast<std::size_t>(i)] = {std::string_view(name.text, static_cast<std::size_t>(length)),
                                              kind < 2 ? shape(Gates * Hidden, width) : shape(Gates * Hidden)};
        }
        return r;
    }
};

/// Modules whose state is a pair (h, c).
template <op_code Code, int In, int Hidden, class... Options>
struct paired_module : recurrent_module<Code, 4, In, Hidden, Options...> {
    using leaf_module::operator();
    constexpr sym operator()(sym x, sym_tuple<2> state) const {
        return quantype::detail::call_module_with_pair(this->quantype_number, x, state);
    }
};

template <op_code Code, int Rows, int Size>
struct embedding_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = Code;
        a.in = Rows;
        a.out = Size;
        return a;
    }
    static constexpr std::array<parameter_info, 1> parameters() { return {{{"weight", shape(Rows, Size)}}}; }
};

}  // namespace detail

/// Long short-term memory over (time, N, In); options: layers<N>, bidirectional, batch_first, no_bias.
///   const auto y = lstm(x);             or lstm(x, tuple(h0, c0)), or lstm(x, other(x)[1])
/// y[0] is the output of every step, (time, N, Hidden, twice that when bidirectional); y[1][0] and y[1][1] are the last
/// h and c of each layer and direction, (layers * directions, N, Hidden). Without a first state it is zero.
template <int In = 0, int Hidden = 0, class... Options>
struct lstm : detail::paired_module<op_code::recurrent, In, Hidden, Options...> {
    using module_class = lstm<>;
};
/// Gated recurrent unit; as lstm with one state: gru(x) or gru(x, h0); y[1] is the last h.
template <int In = 0, int Hidden = 0, class... Options>
struct gru : detail::recurrent_module<op_code::recurrent, 3, In, Hidden, Options...> {
    using module_class = gru<>;
};
/// One step of an lstm over (N, In): y = cell(x) or cell(x, y) or cell(x, tuple(h, c)); y[0] is h, y[1] is c.
template <int In = 0, int Hidden = 0, class... Options>
struct lstm_cell : detail::paired_module<op_code::recurrent_cell, In, Hidden, Options...> {
    using module_class = lstm_cell<>;
};
/// One step of a gru: h = cell(x) or cell(x, h).
template <int In = 0, int Hidden = 0, class... Options>
struct gru_cell : detail::recurrent_module<op_code::recurrent_cell, 3, In, Hidden, Options...> {
    using module_class = gru_cell<>;
};
/// One step of a plain recurrent layer, tanh, or relu with the option relu_nonlinearity.
template <int In = 0, int Hidden = 0, class... Options>
struct rnn_cell : detail::recurrent_module<op_code::recurrent_cell, 1, In, Hidden, Options...> {
    using module_class = rnn_cell<>;
};

/// Row `x[...]` of a table of `Rows` rows of `Size` numbers; the input holds indices (`i64<...>`).
template <int Rows = 0, int Size = 0>
struct embedding : detail::embedding_module<op_code::embedding, Rows, Size> {
    static_assert(Rows <= 1 << 24, "quantype: a table has up to 2^24 rows");
    using module_class = embedding<>;
};
/// Sums of rows: bag(x) of the rows that each line of x (bags, length) names; bag(x, offsets) of the rows x[offsets[b]]
/// .. x[offsets[b + 1] - 1], the last bag up to the end of x. Indices and offsets are `i64<...>`.
template <int Rows = 0, int Size = 0>
struct embedding_bag : detail::embedding_module<op_code::embedding_bag, Rows, Size> {
    static_assert(Rows <= 1 << 24, "quantype: a table has up to 2^24 rows");
    using module_class = embedding_bag<>;
};

}  // namespace nn

template <>
inline constexpr op_info op_of<nn::lstm<>>{"torch.nn.LSTM", node_kind::call_module, op_code::recurrent};
template <>
inline constexpr op_info op_of<nn::gru<>>{"torch.nn.GRU", node_kind::call_module, op_code::recurrent};
template <>
inline constexpr op_info op_of<nn::lstm_cell<>>{"torch.nn.LSTMCell", node_kind::call_module, op_code::recurrent_cell};
template <>
inline constexpr op_info op_of<nn::gru_cell<>>{"torch.nn.GRUCell", node_kind::call_module, op_code::recurrent_cell};
template <>
inline constexpr op_info op_of<nn::rnn_cell<>>{"torch.nn.RNNCell", node_kind::call_module, op_code::recurrent_cell};
template <>
inline constexpr op_info op_of<nn::embedding<>>{"torch.nn.Embedding", node_kind::call_module, op_code::embedding};
template <>
inline constexpr op_info op_of<nn::embedding_bag<>>{"torch.nn.EmbeddingBag", node_kind::call_module,
                                                    op_code::embedding_bag};

QUANTYPE_END_NAMESPACE
