// SPDX-License-Identifier: BSL-1.0
// Values as Python and PyTorch print them: numbers, tuples, attribute access, one-dimensional tensors.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/host/qconfig_text.hpp>
#include <quantype/io/float_bits.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// A float64 as repr() gives it.
inline std::string python_float(double x) { return quantype::detail::qconfig_text::python_float(x); }
/// A float32 widened to float64 first, as Tensor.item() does.
inline std::string python_float(float x) { return python_float(static_cast<double>(x)); }
inline std::string python_bool(bool b) { return b ? "True" : "False"; }

/// "(3,)", "(3, 3)".
inline std::string python_tuple(const int* values, int count) {
    std::string text = "(";
    for (int i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + std::to_string(values[i]);
    return text + (count == 1 ? ",)" : ")");
}

/// "self.layer1.conv", or `getattr(self, "0")` for a part that is not an identifier.
inline std::string attribute_access(std::string_view base, std::string_view path) {
    std::string text(base);
    while (!path.empty()) {
        const std::string part(path.substr(0, path.find('.')));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
        const bool identifier = !part.empty() && !(part[0] >= '0' && part[0] <= '9');
        text = identifier ? text + "." + part : "getattr(" + text + ", \"" + part + "\")";
    }
    return text;
}

/// The same text with every line but the first indented by two spaces.
inline std::string indent_rest(std::string_view text) {
    std::string r;
    for (const char c : text) {
        r += c;
        if (c == '\n') r += "  ";
    }
    return r;
}

namespace detail {

inline std::string tensor_element(float x, bool whole, bool exponent) {
    char digits[64];
    if (!is_finite_bits(std::bit_cast<std::uint32_t>(x))) return python_float(x);
    std::snprintf(digits, sizeof digits, whole ? "%.0f." : exponent ? "%.4e" : "%.4f", static_cast<double>(x));
    return digits;
}

}  // namespace detail

/// A float32 tensor of one dimension with PyTorch's print options: four decimals, equal widths, lines of 80 characters.
/// Up to 1000 elements, the length from which PyTorch leaves out the middle.
inline std::string tensor_text(const std::vector<float>& values) {
    if (values.empty()) return "tensor([])";
    bool whole = true;
    float largest = 0, smallest = 0;
    for (const float x : values) {
        const float size = std::fabs(x);
        if (!is_finite_bits(std::bit_cast<std::uint32_t>(x)) || size == 0.0f) continue;
        whole = whole && x == std::ceil(x);
        largest = std::max(largest, size);
        smallest = smallest == 0.0f ? size : std::min(smallest, size);
    }
    const double high = static_cast<double>(largest), low = static_cast<double>(smallest);
    const bool exponent = largest > 0 && (high / low > 1000.0 || high > 1e8 || (!whole && low < 1e-4));
    std::vector<std::string> elements;
    std::size_t width = 0;
    for (const float x : values) {
        elements.push_back(detail::tensor_element(x, whole && !exponent, exponent));
        width = std::max(width, elements.back().size());
    }
    const std::size_t indent = 8, a_line = std::max<std::size_t>(1, (80 - (indent - 1)) / (width + 2));
    std::string text = "tensor([";
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (i > 0) text += i % a_line == 0 ? ",\n" + std::string(indent, ' ') : ", ";
        text += std::string(width - elements[i].size(), ' ') + elements[i];
    }
    return text + "])";
}

}  // namespace report

QUANTYPE_END_NAMESPACE
