// SPDX-License-Identifier: BSL-1.0
// The rows of recurrent layers (dynamic) and embedding tables (weight only).
#pragma once
#include <quantype/backend/common/row.hpp>
#include <quantype/model/vocabulary/quantization.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

template <class Module, class Reference, class D>
using recurrent_row = row<on<Module>, D, root<Module>, reference_of<Reference>>;
template <class D>
using recurrent_rows =
    table<recurrent_row<nn::gru_cell<>, reference::gru_cell, D>,
          recurrent_row<nn::lstm_cell<>, reference::lstm_cell, D>,
          recurrent_row<nn::rnn_cell<>, reference::rnn_cell, D>, recurrent_row<nn::lstm<>, reference::lstm, D>,
          recurrent_row<nn::gru<>, reference::gru, D>>;

template <class Module, class Trained, class Reference, class D>
using embedding_rows_of = table<row<on<Module>, D, root<Module>, trained_as<Trained>, reference_of<Reference>>,
                                row<on<Trained>, D, root<Module>, reference_of<Reference>>>;
template <class D>
using single_embedding_rows = embedding_rows_of<nn::embedding<>, nn::qat::embedding, reference::embedding, D>;
template <class D>
using embedding_bag_rows = embedding_rows_of<nn::embedding_bag<>, nn::qat::embedding_bag, reference::embedding_bag, D>;
template <class D>
using embedding_rows = join<single_embedding_rows<D>, embedding_bag_rows<D>>;

}  // namespace backends

QUANTYPE_END_NAMESPACE
