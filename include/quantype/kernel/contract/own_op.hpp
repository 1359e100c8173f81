// SPDX-License-Identifier: BSL-1.0
// What a backend's own kernel gets (set_lowering): its inputs and its output as codes.
#pragma once
#include <cstdint>

#include <quantype/core/dtype.hpp>
#include <quantype/core/shape.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Codes in logical order, each standing for (code - zero_point) * scale. `type` is quint8 or qint8.
struct code_tensor {
    void* data = nullptr;
    dtype type = dtype::quint8;
    shape extents{};
    float scale = 1.0f;
    std::int32_t zero_point = 0;

    std::int32_t operator[](std::int64_t i) const {
        return type == dtype::qint8 ? std::int32_t{static_cast<const std::int8_t*>(data)[i]}
                                    : std::int32_t{static_cast<const std::uint8_t*>(data)[i]};
    }
    /// The value that a code stands for.
    float value(std::int64_t i) const { return static_cast<float>((*this)[i] - zero_point) * scale; }
    /// Stores a code; it must fit the type.
    void store(std::int64_t i, std::int32_t code) const {
        if (type == dtype::qint8)
            static_cast<std::int8_t*>(data)[i] = static_cast<std::int8_t>(code);
        else
            static_cast<std::uint8_t*>(data)[i] = static_cast<std::uint8_t>(code);
    }
};

QUANTYPE_END_NAMESPACE
