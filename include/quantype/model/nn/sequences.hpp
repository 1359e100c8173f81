// SPDX-License-Identifier: BSL-1.0
// Recurrent layers and embedding tables. Described, prepared and converted; no kernel of the executor runs them yet,
// and can_run says so.
#pragma once
#include <quantype/model/module.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

namespace detail {

/// Shared body of recurrent layers and cells with `Gates` blocks of `Hidden` rows; weights are named as in PyTorch.
template <op_code Code, int Gates, int In, int Hidden>
struct recurrent_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = Code;
        a.in = In;
        a.out = Hidden;
        a.bias = true;
        return a;
    }
    static constexpr std::array<parameter_info, 4> parameters() {
        constexpr bool layer = Code == op_code::recurrent;
        return {{{layer ? "weight_ih_l0" : "weight_ih", shape(Gates * Hidden, In)},
                 {layer ? "weight_hh_l0" : "weight_hh", shape(Gates * Hidden, Hidden)},
                 {layer ? "bias_ih_l0" : "bias_ih", shape(Gates * Hidden)},
                 {layer ? "bias_hh_l0" : "bias_hh", shape(Gates * Hidden)}}};
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

/// Long short-term memory over (time, N, In), one layer, one direction. Gives a tuple: `lstm(x)[0]` is the output of
/// every step, (time, N, Hidden).
template <int In = 0, int Hidden = 0>
struct lstm : detail::recurrent_module<op_code::recurrent, 4, In, Hidden> {
    using module_class = lstm<>;
};
/// Gated recurrent unit over (time, N, In); as lstm.
template <int In = 0, int Hidden = 0>
struct gru : detail::recurrent_module<op_code::recurrent, 3, In, Hidden> {
    using module_class = gru<>;
};
/// One step of an lstm.
template <int In = 0, int Hidden = 0>
struct lstm_cell : detail::recurrent_module<op_code::recurrent_cell, 4, In, Hidden> {
    using module_class = lstm_cell<>;
};
/// One step of a gru.
template <int In = 0, int Hidden = 0>
struct gru_cell : detail::recurrent_module<op_code::recurrent_cell, 3, In, Hidden> {
    using module_class = gru_cell<>;
};
/// One step of a plain recurrent layer.
template <int In = 0, int Hidden = 0>
struct rnn_cell : detail::recurrent_module<op_code::recurrent_cell, 1, In, Hidden> {
    using module_class = rnn_cell<>;
};

/// Row `x[...]` of a table of `Rows` rows of `Size` numbers; the input holds indices (`i64<...>`).
template <int Rows = 0, int Size = 0>
struct embedding : detail::embedding_module<op_code::embedding, Rows, Size> {
    using module_class = embedding<>;
};
/// Sum of the rows that each line of the input names.
template <int Rows = 0, int Size = 0>
struct embedding_bag : detail::embedding_module<op_code::embedding_bag, Rows, Size> {
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
