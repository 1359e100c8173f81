// SPDX-License-Identifier: BSL-1.0
// Which multiplication the kernels of a converted model use for each linear layer and convolution, and why they may.
#pragma once
#include <string>

#include <quantype/run/model.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Blocks of output channels that are packed for sums of pairs, of all groups.
inline int blocks_in_pairs(const kernel::product_form& form, const std::int8_t* weight) {
    int n = 0;
    for (int g = 0; g < form.groups; ++g)
        for (int b = 0; b < form.matrix.blocks(); ++b)
            n += weight[static_cast<std::size_t>(g) * form.matrix.bytes() + static_cast<std::size_t>(b)];
    return n;
}

inline std::string product_text(const kernel::product_form& form, const void* weight) {
    if (form.order != kernel::product_form::order_type::blocks || form.matrix.pair_group == 0)
        return "exact for all codes";
    const kernel::weight_layout& l = form.matrix;
    if (!l.mixed())
        return "pairs in 16 bits: the input's codes are clamped to " + std::to_string(-form.shift) + ".." +
               std::to_string(l.span - form.shift);
    const int pairs = blocks_in_pairs(form, static_cast<const std::int8_t*>(weight)), all = form.groups * l.blocks();
    return "pairs in 16 bits for " + std::to_string(pairs) + " of " + std::to_string(all) +
           " blocks of outputs, whose weights prove them for codes 0.." + std::to_string(l.span) +
           (pairs < all ? "; otherwise exact for all codes" : "");
}

}  // namespace detail

/// A line for each linear layer and convolution on codes: path, kernel, and whether it multiplies exactly for all codes
/// or sums up pairs of products in 16 bits, with the fact that allows it.
template <class Net, class Backend, class Mapping, class Kernels>
std::string explain_products(const quantized_model<Net, Backend, Mapping, Kernels>& model) {
    using program = detail::program<Net, Backend, Mapping>;
    constexpr const auto& plan = program::plan;
    const auto form_of = [](int i) {
        if constexpr (detail::packs_products<Kernels>) return detail::plan_forms<program, Kernels>.steps[i];
        return kernel::product_form{};
    };
    std::string text;
    for (int i = 0; i < plan.step_count; ++i) {
        const plan_step& s = plan.steps[i];
        if (s.kind != step_kind::linear && s.kind != step_kind::conv && s.kind != step_kind::conv_add) continue;
        const void* weight = model.packed().steps[static_cast<std::size_t>(i)].weight;
        text += std::string(program::prepared.trace.path_of(program::graph[s.node])) + "  " +
                std::string(name_of(s.kind)) + "  " + detail::product_text(form_of(i), weight) + "\n";
    }
    return text;
}

QUANTYPE_END_NAMESPACE
