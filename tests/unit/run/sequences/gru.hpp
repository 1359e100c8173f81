// SPDX-License-Identifier: BSL-1.0
// Written by quantype_export from a model of tests/export/sequence_models.py; record_sequences.py wrote the numbers.
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/model/methods.hpp>
#include <quantype/model/nn/sequences.hpp>

namespace exported {

namespace qz = quantype;
namespace nn = qz::nn;

struct gru {
    using inputs = qz::inputs<qz::f32<7, 3, 6>, qz::f32<4, 3, 5>>;
    nn::gru<6, 5, nn::layers<2>, nn::bidirectional> gru;
    nn::lstm<10, 4, nn::no_bias> lstm;
    QUANTYPE_MODULES(gru, lstm)
    constexpr auto forward(auto x, auto h0) const {
        const auto gru_out = gru(x, h0);
        const auto getitem_1 = lstm(gru_out[0])[0];
        return qz::tuple(getitem_1, gru_out[1]);
    }
};

}  // namespace exported
