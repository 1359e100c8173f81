// SPDX-License-Identifier: BSL-1.0
// The result of calibrating one tensor: scales, zero points, and whether they can be trusted.
#pragma once
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include <quantype/core/dtype.hpp>
#include <quantype/numerics/qscheme.hpp>

QUANTYPE_BEGIN_NAMESPACE

enum class qparams_status : std::uint8_t {
    ok,
    uncalibrated,     ///< nothing was observed; scale 1, zero point 0 as PyTorch returns
    min_above_max,    ///< the recorded minimum is above the maximum
    not_finite,       ///< a NaN or an infinity was observed, or max - min overflows float32
    scale_underflow,  ///< the scale is zero or subnormal, or 1 / scale overflows float32
    no_qparams,       ///< the observer is a placeholder, noop, recording or reuse-input
    bad_observer,     ///< check_observer refuses the configuration
};

constexpr std::string_view text_of(qparams_status s) {
    switch (s) {
        case qparams_status::ok: return "ok";
        case qparams_status::uncalibrated: return "nothing was observed, run calibration first";
        case qparams_status::min_above_max: return "the recorded minimum is above the maximum";
        case qparams_status::not_finite: return "the observed range is not finite";
        case qparams_status::scale_underflow: return "the scale underflows";
        case qparams_status::no_qparams: return "this observer calculates no scale and zero point";
        case qparams_status::bad_observer: return "the observer's arguments are refused";
    }
    return "?";
}

/// One scale and one zero point (per tensor), or one of each for every index along `axis`. Integer zero points are in
/// `zero_point`; with per_channel_affine_float_qparams they are in `float_zero_point` and `zero_point` is empty.
struct qparams {
    quantype::qscheme qscheme = quantype::qscheme::per_tensor_affine;
    quantype::dtype dtype = quantype::dtype::quint8;
    int axis = -1;  ///< -1: per tensor
    std::vector<float> scale{};
    std::vector<std::int32_t> zero_point{};
    std::vector<float> float_zero_point{};
    qparams_status status = qparams_status::ok;
    int channel = 0;  ///< the first channel that `status` is about

    constexpr bool ok() const { return status == qparams_status::ok; }
};

/// False for NaN and infinities, by the bits: holds under -ffast-math too.
constexpr bool is_finite(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u; }

QUANTYPE_END_NAMESPACE
