// SPDX-License-Identifier: BSL-1.0
// Fake-quantizes and modules of quantization-aware training as PyTorch prints them.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quantype/calibrate/fake_quantize.hpp>
#include <quantype/report/python_text.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// "tensor([0, 3], dtype=torch.int32)": a tensor of integers of one dimension, in lines of 80 characters.
template <class Integer>
std::string integer_tensor_text(const std::vector<Integer>& values, std::string_view dtype) {
    std::size_t width = 0;
    for (const Integer x : values) width = std::max(width, std::to_string(x).size());
    const std::size_t indent = 8, a_line = std::max<std::size_t>(1, (80 - (indent - 1)) / (width + 2));
    std::string text = "tensor([";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text += i % a_line == 0 ? ",\n" + std::string(indent, ' ') : ", ";
        const std::string element = std::to_string(values[i]);
        text += std::string(width - element.size(), ' ') + element;
    }
    text += "]";
    if (dtype.empty()) return text + ")";
    const std::string suffix = "dtype=" + std::string(dtype);
    const std::size_t newline = text.rfind('\n');
    const std::size_t last_line = text.size() - (newline == std::string::npos ? 0 : newline) + 2;
    return text + (last_line + suffix.size() + 2 > 80 ? ",\n" + std::string(indent - 1, ' ') : ", ") + suffix + ")";
}

namespace detail {

/// "Name(", lines of its own, children, ")": the form of a module with children.
inline std::string module_with_children(const std::string& name, const std::string& arguments,
                                        const std::vector<std::pair<std::string, std::string>>& children) {
    std::string text = name + "(\n  " + indent_rest(arguments);
    for (const auto& [child, form] : children) text += "\n  (" + child + "): " + indent_rest(form);
    return text + "\n)";
}

/// The arguments of a fake-quantize, in the order of its class.
inline std::string fake_quantize_arguments(const observer_config& o, const fake_quantize_state& s) {
    const fake_quantize_rule rule = o.fake->rule;
    const auto flag = [&](bool on) {
        return integer_tensor_text(std::vector<int>{on ? 1 : 0},
                                   rule == fake_quantize_rule::fused_moving_average ? "" : "torch.uint8");
    };
    const std::string switches =
        "fake_quant_enabled=" + flag(s.fake_quant_enabled) + ", observer_enabled=" + flag(s.observer_enabled);
    const code_range r = effective_quant_range(o);
    const std::string range = "quant_min=" + std::to_string(r.min) + ", quant_max=" + std::to_string(r.max);
    const std::string dtype = "dtype=" + std::string(quantype::name_of(o.args.dtype));
    const std::string scheme = "qscheme=" + std::string(quantype::name_of(o.args.qscheme));
    const std::string values = "scale=" + tensor_text(s.scale) + ", zero_point=" +
                               (s.float_zero_point.empty() ? integer_tensor_text(s.zero_point, "torch.int32")
                                                           : tensor_text(s.float_zero_point));
    switch (rule) {
        case fake_quantize_rule::plain:
            return switches + ", " + range + ", " + dtype + ", " + scheme +
                   ", ch_axis=" + std::to_string(o.type->per_channel ? o.args.ch_axis : -1) + ", " + values;
        case fake_quantize_rule::fixed: return switches + ", " + values + ", " + dtype + ", " + range + ", " + scheme;
        case fake_quantize_rule::fused_moving_average:
            return switches + ", " + values + ", " + dtype + ", " + range + ", " + scheme +
                   ", reduce_range=" + python_bool(o.args.reduce_range);
    }
    return "?";
}

/// `observer`: the printed form of the observer inside.
inline std::string fake_quantize_text(const observer_config& o, const fake_quantize_state& s,
                                      const std::string& observer) {
    return module_with_children(std::string(o.fake->name), fake_quantize_arguments(o, s),
                                {{"activation_post_process", observer}});
}

}  // namespace detail

}  // namespace report

QUANTYPE_END_NAMESPACE
