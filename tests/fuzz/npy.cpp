// SPDX-License-Identifier: BSL-1.0
// Fuzzes parse_npy: refuses by quantype::error, or gives a tensor that survives the writer.
#include <cstddef>
#include <cstdint>

#include <quantype/io/npy.hpp>

#include "fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::bytes_of(data, size);
    quantype::any_tensor t;
    if (fuzz::refused([&] { t = quantype::parse_npy(input, "input"); })) return 0;
    const auto written = quantype::npy_bytes(t, "output");
    fuzz::require(fuzz::equal(quantype::parse_npy(written, "output"), t), "what is read can be written and read again");
    fuzz::require(fuzz::refused([&] { quantype::parse_npy(input.first(size - 1), "input"); }), "a cut file is refused");
    fuzz::refused([&] { quantype::get<float>({{"t", t}}, "t", t.extents); });
    return 0;
}
