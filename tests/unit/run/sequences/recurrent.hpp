// SPDX-License-Identifier: BSL-1.0
// Written by quantype_export from a model of tests/export/sequence_models.py; record_sequences.py wrote the numbers.
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/model/methods.hpp>
#include <quantype/model/nn/sequences.hpp>

namespace exported {

namespace qz = quantype;
namespace nn = qz::nn;

struct recurrent {
    using inputs = qz::inputs<qz::f32<2, 4, 6>, qz::f32<6, 2, 5>, qz::f32<6, 2, 5>>;
    nn::parameter<3, 7> weight;
    nn::lstm<6, 5, nn::layers<3>, nn::bidirectional, nn::batch_first> lstm;
    nn::lstm<5, 4> plain;
    nn::lstm_cell<4, 6> lstm_cell;
    nn::gru_cell<6, 5> gru_cell;
    nn::rnn_cell<5, 9> rnn_cell;
    nn::rnn_cell<9, 7, nn::relu_nonlinearity> relu_cell;
    QUANTYPE_MODULES(weight, lstm, plain, lstm_cell, gru_cell, rnn_cell, relu_cell)
    constexpr auto forward(auto x, auto h0, auto c0) const {
        const auto lstm_out = lstm(x, qz::tuple(h0, c0));
        const auto getitem = lstm_out[0];
        const auto getitem_2 = lstm_out[1][0];
        const auto getitem_4 = lstm_out[1][1];
        const auto getitem_5 = plain(getitem_2)[0];
        const auto lstm_cell_out = lstm_cell(getitem_5[0]);
        const auto lstm_cell_1 = lstm_cell(getitem_5[1], lstm_cell_out);
        const auto getitem_8 = getitem_5[-1];
        const auto getitem_9 = lstm_cell_1[0];
        const auto lstm_cell_2 = lstm_cell(getitem_8, qz::tuple(getitem_9, lstm_cell_1[1]));
        const auto getitem_11 = lstm_cell_1[0];
        const auto rnn_cell_out = rnn_cell(gru_cell(getitem_11, gru_cell(lstm_cell_2[0])));
        const auto relu_cell_1 = relu_cell(rnn_cell_out, relu_cell(rnn_cell_out));
        const auto getitem_13 = lstm_cell_2[1];
        return qz::tuple(getitem, getitem_2, getitem_4, getitem_13, relu_cell_1, qz::linear(relu_cell_1, weight));
    }
};

}  // namespace exported
