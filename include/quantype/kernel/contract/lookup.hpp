// SPDX-License-Identifier: BSL-1.0
// Contract of the table lookup that serves every unary function of codes.
#pragma once
#include <array>

#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// `rows` runs of `length` consecutive elements; strides from run to run, 0 means dense.
struct rows_config {
    int rows = 1;
    int length = 1;
    int input_stride = 0;
    int output_stride = 0;

    constexpr int input_row() const { return input_stride ? input_stride : length; }
    constexpr int output_row() const { return output_stride ? output_stride : length; }
    constexpr bool valid() const { return rows > 0 && length > 0 && input_row() >= length && output_row() >= length; }
    constexpr bool operator==(const rows_config&) const = default;
};

/// The 256 results of a unary function. Index: the code's bits as an unsigned byte (qint8 code -1 is entry 255).
template <code_type Out>
using lookup_table = std::array<Out, 256>;

/// y = table[byte(x)]. May run in place.
template <code_type In, code_type Out>
struct lookup_args {
    const In* input = nullptr;
    Out* output = nullptr;
    const lookup_table<Out>* table = nullptr;
};

/// y = min(max(x, lo), hi), qparams kept: ReLU (lo = zero point), ReLU6 and clamp (codes of the bounds). May run in
/// place.
template <code_type Code>
struct clamp_args {
    const Code* input = nullptr;
    Code* output = nullptr;
    std::int32_t lo = lowest_code<Code>;
    std::int32_t hi = highest_code<Code>;
};

/// Static facts of a lookup with a table for each channel: [batch][channels][span] codes.
struct channel_lookup_config {
    int batch = 1;
    int channels = 1;
    int span = 1;

    constexpr bool valid() const { return batch > 0 && channels > 0 && span > 0; }
    constexpr bool operator==(const channel_lookup_config&) const = default;
};

/// y = tables[channel][x]: PReLU with a weight for each channel.
template <code_type In, code_type Out>
struct channel_lookup_args {
    const In* input = nullptr;
    Out* output = nullptr;
    const lookup_table<Out>* tables = nullptr;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
