// SPDX-License-Identifier: BSL-1.0
// Recurrent layers, cells and tables in every mode, exported and quantized by record_sequences.py, against PyTorch.
#include "gru.hpp"
#include "half_backend.hpp"
#include "halves.hpp"
#include "lstm_tagger.hpp"
#include "recurrent.hpp"
#include "support/sequence_check.hpp"
#include "tables.hpp"

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::string folder = arguments[1];
    using namespace sequences;
    bool good = check_exported<exported::lstm_tagger, dynamic>(folder, "dynamic", "lstm_tagger");
    good = check_exported<exported::lstm_tagger, static_fc>(folder, "static_fc", "lstm_tagger") && good;
    good = check_converted<exported::lstm_tagger, half>(folder, "half", "lstm_tagger") && good;
    good = check_exported<exported::recurrent, dynamic>(folder, "dynamic", "recurrent") && good;
    good = check_converted<exported::recurrent, half>(folder, "half", "recurrent") && good;
    good = check_converted<exported::recurrent, nothing>(folder, "float", "recurrent") && good;
    good = check_converted<exported::gru, gru_alone>(folder, "eager", "gru") && good;
    good = check_converted<exported::gru, half>(folder, "half", "gru") && good;
    good =
        check_converted<exported::halves, static_half, exported::half_backend>(folder, "static_half", "halves") && good;
    good = check_exported<exported::tables, weight_only>(folder, "weight_only", "tables") && good;
    good = check_converted<exported::tables, nothing>(folder, "float", "tables") && good;
    return good ? 0 : 1;
}
