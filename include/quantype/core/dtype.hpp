// SPDX-License-Identifier: BSL-1.0
// Element types of tensors, under PyTorch's names.
#pragma once
#include <cstdint>
#include <string_view>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Element type of a tensor. The q-types are integer codes of an affine map `real = (code - zero_point) * scale`.
enum class dtype : std::uint8_t {
    none,  ///< "not given": a constraint that matches anything
    float32,
    float16,
    float64,
    quint8,    ///< unsigned 8-bit codes, 0..255
    qint8,     ///< signed 8-bit codes, -128..127
    qint32,    ///< signed 32-bit codes
    quint4x2,  ///< two unsigned 4-bit codes per byte, 0..15
    int8,
    uint8,
    int16,
    uint16,
    int32,
    int64,
    boolean,
};

inline constexpr dtype float32 = dtype::float32;
inline constexpr dtype float16 = dtype::float16;
inline constexpr dtype quint8 = dtype::quint8;
inline constexpr dtype qint8 = dtype::qint8;
inline constexpr dtype qint32 = dtype::qint32;
inline constexpr dtype quint4x2 = dtype::quint4x2;

/// PyTorch's printed name, e.g. "torch.quint8"; "None" for dtype::none.
constexpr std::string_view name_of(dtype d) {
    switch (d) {
        case dtype::none: return "None";
        case dtype::float32: return "torch.float32";
        case dtype::float16: return "torch.float16";
        case dtype::float64: return "torch.float64";
        case dtype::quint8: return "torch.quint8";
        case dtype::qint8: return "torch.qint8";
        case dtype::qint32: return "torch.qint32";
        case dtype::quint4x2: return "torch.quint4x2";
        case dtype::int8: return "torch.int8";
        case dtype::uint8: return "torch.uint8";
        case dtype::int16: return "torch.int16";
        case dtype::uint16: return "torch.uint16";
        case dtype::int32: return "torch.int32";
        case dtype::int64: return "torch.int64";
        case dtype::boolean: return "torch.bool";
    }
    return "?";
}

/// Lowest and highest code of an integer dtype (inclusive).
struct code_range {
    std::int64_t min;
    std::int64_t max;
    constexpr bool operator==(const code_range&) const = default;
};

/// The full range of codes a dtype can hold. {0, 0} for a dtype that is not an integer type.
constexpr code_range codes_of(dtype d) {
    switch (d) {
        case dtype::quint8:
        case dtype::uint8: return {0, 255};
        case dtype::qint8:
        case dtype::int8: return {-128, 127};
        case dtype::qint32:
        case dtype::int32: return {INT32_MIN, INT32_MAX};
        case dtype::quint4x2: return {0, 15};
        case dtype::int16: return {-32768, 32767};
        case dtype::uint16: return {0, 65535};
        case dtype::boolean: return {0, 1};
        default: return {0, 0};
    }
}

/// True for the dtypes whose codes carry a scale and a zero point.
constexpr bool is_quantized(dtype d) {
    return d == dtype::quint8 || d == dtype::qint8 || d == dtype::qint32 || d == dtype::quint4x2;
}

QUANTYPE_END_NAMESPACE
