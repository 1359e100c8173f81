// SPDX-License-Identifier: BSL-1.0
// Loud refusals of the calibration: values that are not finite, and qparams that cannot be used. The caller gives the
// name of the observer or node for the message.
#pragma once
#include <string>
#include <string_view>

#include <quantype/calibrate/observe.hpp>
#include <quantype/core/attributes.hpp>
#include <quantype/host/error.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Flat index of the first NaN or infinity, or -1. Looks at the bits, so it works under -ffast-math.
constexpr std::int64_t first_not_finite(tensor_view<const float> x) {
    for (std::int64_t i = 0; i < x.count(); ++i)
        if (!is_finite(x[i])) return i;
    return -1;
}

/// "[0, 2, 5]": the position of a flat index in a tensor.
inline std::string position_text(const shape& s, std::int64_t flat) {
    std::string text = "]";
    for (int i = s.rank - 1; i >= 0; --i) {
        text = (i > 0 ? ", " : "[") + std::to_string(flat % s[i]) + text;
        flat /= s[i];
    }
    return s.rank == 0 ? "[]" : text;
}

/// Raises unless every value is finite: "calibration: activation_post_process_0: value at [0, 2, 5] is nan".
inline void require_finite(tensor_view<const float> x, std::string_view name) {
    const std::int64_t i = first_not_finite(x);
    if (i < 0) return;
    const auto bits = std::bit_cast<std::uint32_t>(x[i]);
    const char* what = (bits & 0x7fffffu) != 0 ? "nan" : (bits >> 31) != 0 ? "-inf" : "inf";
    raise("calibration: " + std::string(name) + ": value at " + position_text(x.extents, i) + " is " + what);
}

/// Raises unless every index names a row of the table, and every offset a place between the indices; both are integers
/// held in float32.
inline void require_indices(const attributes& table, const std::vector<tensor_view<const float>>& inputs,
                            const std::string& name) {
    const std::size_t count = table.code == op_code::embedding ? 1 : inputs.size();  // of a function: then the table
    for (std::size_t k = 0; k < count; ++k) {
        const std::int64_t end = k == 0 ? table.in - 1 : inputs[0].count();
        for (const float x : inputs[k])
            if (!(x >= 0.0f && x <= static_cast<float>(end)) || x != static_cast<float>(static_cast<std::int64_t>(x)))
                raise(name + ": " + (k == 0 ? "index " : "offset ") + std::to_string(x) + " is not an integer in 0.." +
                      std::to_string(end));
    }
}

/// Raises unless the configuration can be built.
inline void require_observer(const observer_config& o, std::string_view name) {
    const observer_fault f = check_observer(o);
    if (f == observer_fault::none) return;
    raise(std::string(name) + ": " + std::string(o.type != nullptr ? o.type->name : "observer") + ": " +
          std::string(text_of(f)));
}

/// The qparams, or an error that names the observer, the channel and the numbers.
inline qparams require_qparams(const observer_config& o, const observer_state& s, std::string_view name) {
    require_observer(o, name);
    qparams q = calculate_qparams(o, s);
    if (q.ok()) return q;
    std::string text = std::string(name) + ": " + std::string(o.type->name) + ": " + std::string(text_of(q.status));
    const auto c = static_cast<std::size_t>(q.channel);
    if (q.status != qparams_status::uncalibrated && c < s.min.size()) {
        if (q.axis >= 0) text += " in channel " + std::to_string(q.channel);
        text += " (min " + std::to_string(s.min[c]) + ", max " + std::to_string(s.max[c]);
        if (c < q.scale.size()) text += ", scale " + std::to_string(q.scale[c]);
        text += ")";
    }
    raise(text);
}

QUANTYPE_END_NAMESPACE
