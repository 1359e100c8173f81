// SPDX-License-Identifier: BSL-1.0
// How the scale and the zero point of a quantized tensor are laid out and constrained, under PyTorch's names.
#pragma once
#include <cstdint>
#include <string_view>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

enum class qscheme : std::uint8_t {
    per_tensor_affine,
    per_tensor_symmetric,  ///< zero point 0 (or the middle of an unsigned range)
    per_channel_affine,
    per_channel_symmetric,
    per_channel_affine_float_qparams  ///< float zero point that is added before rounding
};

inline constexpr qscheme per_tensor_affine = qscheme::per_tensor_affine;
inline constexpr qscheme per_tensor_symmetric = qscheme::per_tensor_symmetric;
inline constexpr qscheme per_channel_affine = qscheme::per_channel_affine;
inline constexpr qscheme per_channel_symmetric = qscheme::per_channel_symmetric;
inline constexpr qscheme per_channel_affine_float_qparams = qscheme::per_channel_affine_float_qparams;

/// PyTorch's printed name, e.g. "torch.per_tensor_affine".
constexpr std::string_view name_of(qscheme s) {
    switch (s) {
        case qscheme::per_tensor_affine: return "torch.per_tensor_affine";
        case qscheme::per_tensor_symmetric: return "torch.per_tensor_symmetric";
        case qscheme::per_channel_affine: return "torch.per_channel_affine";
        case qscheme::per_channel_symmetric: return "torch.per_channel_symmetric";
        case qscheme::per_channel_affine_float_qparams: return "torch.per_channel_affine_float_qparams";
    }
    return "?";
}

constexpr bool is_symmetric(qscheme s) {
    return s == qscheme::per_tensor_symmetric || s == qscheme::per_channel_symmetric;
}
constexpr bool is_per_channel(qscheme s) {
    return s != qscheme::per_tensor_affine && s != qscheme::per_tensor_symmetric;
}

QUANTYPE_END_NAMESPACE
