// SPDX-License-Identifier: BSL-1.0
// One exported model, given by QUANTYPE_EXPORTED_HEADER and QUANTYPE_EXPORTED_NAME, with the numbers that PyTorch
// chose: with qnnpack's table, calibrated and trained, and with x86's mapping on the native table. All follow the
// arithmetic of the qnnpack engine.
#include <quantype/backend/native.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>

#include "export/check_model.hpp"
#include QUANTYPE_EXPORTED_HEADER

#define QUANTYPE_TEXT_OF(x) #x
#define QUANTYPE_TEXT(x) QUANTYPE_TEXT_OF(x)

using net = exported::QUANTYPE_EXPORTED_NAME;

/// PyTorch runs the native table with whatever engine is set.
struct native_by_qnnpack : decltype(quantype::backends::native::set_engine<quantype::engine::qnnpack>()) {};

int main(int count, char** arguments) {
    if (count != 2) {
        std::printf("usage: %s FOLDER\n", arguments[0]);
        return 2;
    }
    const std::string folder = arguments[1], name = QUANTYPE_TEXT(QUANTYPE_EXPORTED_NAME);
    using quantype::backends::qnnpack;
    const bool first =
        exported_models::check<net, qnnpack, quantype::default_qnnpack_mapping>(folder + "/qnnpack", name);
    const bool second =
        exported_models::check<net, native_by_qnnpack, quantype::default_x86_mapping>(folder + "/native_x86", name);
    const bool third =
        exported_models::check<net, qnnpack, quantype::default_qat_qnnpack_mapping>(folder + "/qnnpack_qat", name);
    return first && second && third ? 0 : 1;
}
