// SPDX-License-Identifier: BSL-1.0
// Which form each product of a plan has to be packed in for a set of kernels.
#pragma once
#include <quantype/kernel/contract/packed.hpp>
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Sets that take weights in a form of their own have
///     static constexpr kernel::product_form form(const Config&, bool signed_input);
/// for linear_config and conv2d_config. Others take them as the contracts have them.
template <class Kernels>
concept packs_products = requires { Kernels::form(kernel::linear_config{}, false); };

template <int Steps>
struct product_forms {
    kernel::product_form steps[std::size_t{Steps} + 1]{};
};

/// One form for each step; those of other steps mean nothing.
template <class Program, class Kernels>
constexpr auto forms_of_plan() {
    product_forms<Program::plan.step_count> r;
    for (int i = 0; i < Program::plan.step_count; ++i) {
        const plan_step& s = Program::plan.steps[i];
        if (s.kind != step_kind::linear && s.kind != step_kind::conv) continue;
        const attributes& a = attributes_of(Program::prepared, Program::graph, s);
        const plan_value& x = Program::plan.values[s.inputs[0]];
        const bool is_signed = x.type == dtype::qint8;
        if (s.kind == step_kind::linear)
            r.steps[i] = Kernels::form(linear_config_of(a, x), is_signed);
        else if (a.geometry.rank != 3)
            r.steps[i] = Kernels::form(conv2d_config_in(Program::plan, Program::plan.link_of(i), a, s), is_signed);
    }
    return r;
}
template <class Program, class Kernels>
inline constexpr auto plan_forms = forms_of_plan<Program, Kernels>();

/// Null where all products stay as their contracts have them.
template <class Program, class Kernels>
constexpr const kernel::product_form* forms_or_null() {
    if constexpr (packs_products<Kernels>)
        return plan_forms<Program, Kernels>.steps;
    else
        return nullptr;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
