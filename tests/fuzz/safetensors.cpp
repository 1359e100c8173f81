// SPDX-License-Identifier: BSL-1.0
// Fuzzes parse_safetensors and model_from: refuse by quantype::error, or give tensors that survive the writers.
#include <cstddef>
#include <cstdint>

#include <quantype/io/model_file.hpp>
#include <quantype/io/safetensors.hpp>

#include "fuzz/check.hpp"

namespace {

void check_model(const quantype::tensor_file& file) {
    quantype::tensor_file model;
    if (fuzz::refused([&] { model = quantype::model_from(file, "input"); })) return;
    const auto written = quantype::model_file_bytes(model.tensors, model.metadata, "output");
    const auto again = quantype::model_from(quantype::parse_safetensors(written, "output"), "output");
    fuzz::require(fuzz::equal(again.tensors, model.tensors), "a model's tensors survive the writer");
    fuzz::require(again.metadata == model.metadata, "a model's metadata survives the writer");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::bytes_of(data, size);
    quantype::tensor_file file;
    if (fuzz::refused([&] { file = quantype::parse_safetensors(input, "input"); })) return 0;
    const auto written = quantype::safetensors_bytes(file.tensors, file.metadata, "output");
    const auto again = quantype::parse_safetensors(written, "output");
    fuzz::require(fuzz::equal(again.tensors, file.tensors), "tensors survive the writer");
    fuzz::require(again.metadata == file.metadata, "metadata survives the writer");
    fuzz::require(quantype::safetensors_bytes(again.tensors, again.metadata, "output") == written,
                  "the writer gives the same bytes again");
    fuzz::require(fuzz::refused([&] { quantype::parse_safetensors(input.first(size - 1), "input"); }),
                  "a cut file is refused");
    for (const auto& [name, t] : file.tensors) {
        fuzz::refused([&] { quantype::get<float>(file.tensors, name, t.extents); });
    }
    check_model(file);
    return 0;
}
