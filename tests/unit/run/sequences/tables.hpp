// SPDX-License-Identifier: BSL-1.0
// Written by quantype_export from a model of tests/export/sequence_models.py; record_sequences.py wrote the numbers.
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/model/nn/sequences.hpp>

namespace exported {

namespace qz = quantype;
namespace nn = qz::nn;

struct tables {
    using inputs = qz::inputs<qz::i64<3, 4>, qz::i64<11>, qz::i64<4>>;
    nn::embedding<40, 12> words;
    nn::embedding_bag<30, 6> tags;
    nn::embedding_bag<20, 8> pairs;
    nn::linear<12, 5> fc;
    QUANTYPE_MODULES(words, tags, pairs, fc)
    constexpr auto forward(auto x, auto bags, auto offsets) const {
        const auto fc_out = fc(words(x));
        const auto tags_out = tags(bags, offsets);
        return qz::tuple(fc_out, tags_out, pairs(x));
    }
};

}  // namespace exported
