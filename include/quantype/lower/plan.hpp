// SPDX-License-Identifier: BSL-1.0
// The plan of a lowered model: steps in order, the values between them with layout and place in the arena.
// Takes: a lowered graph. Gives: steps and values as a constant. Refuses: a quantized op without a kernel. Next: run.
#pragma once
#include <quantype/lower/planner.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace stage {
template <class Net, class Backend, class Mapping>
inline constexpr detail::plan_sizes plan_sizes = [] {
    constexpr graph_view g = lowered<Net, Backend, Mapping>.view();
    int nodes = 0, inputs = 0;  // a step and a value a node, and a permuted copy an input
    for (int i = g.first; i >= 0; i = g[i].next) {
        ++nodes;
        const op_code code = g[i].op->code;  // these look at their bytes in other shapes between their steps
        if (code == op_code::mean || code == op_code::softmax || code == op_code::matmul) nodes += 2;
        for_each_input(g, i, [&](const argument&) { ++inputs; });
    }
    const bool bands = Backend::bands != band_policy::none;  // which add copies of rows
    return detail::plan_sizes{(bands ? 3 : 2) * nodes + inputs, nodes + inputs, bands ? 2 * (nodes + inputs) : 0};
}();
}  // namespace stage

namespace detail {
template <class Net, class Backend, class Mapping>
constexpr const part_plan* part_plans_of();
}  // namespace detail

namespace stage {
/// The plan as a constant.
template <class Net, class Backend, class Mapping>
inline constexpr detail::frozen_plan<plan_sizes<Net, Backend, Mapping>> plan{
    detail::make_plan(prepared_view_of<Net, Backend, Mapping>(), lowered<Net, Backend, Mapping>.view(),
                      Backend::clamp_codes_to_qconfig, Backend::bands, detail::part_plans_of<Net, Backend, Mapping>())};
}  // namespace stage

namespace detail {

template <class Net, class Backend, class Mapping, class Indices>
struct part_plan_table;
template <class Net, class Backend, class Mapping, int... K>
struct part_plan_table<Net, Backend, Mapping, std::integer_sequence<int, K...>> {
    template <int Number>
    static constexpr part_plan plan_of() {
        using one = part<Net, Backend, Mapping, Number>;
        constexpr auto& plan = stage::plan<typename one::net, Backend, typename one::mapping>;
        return {one::call, plan.arena_bytes, plan.error == plan_error::none,
                custom_of<typename one::net>.quantized_outputs.has(0)};
    }
    static constexpr part_plan plans[sizeof...(K)] = {plan_of<K>()...};
};
template <class Net, class Backend, class Mapping>
constexpr const part_plan* part_plans_of() {
    constexpr int count = standalone_count<Net, Backend, Mapping>;
    if constexpr (count == 0)
        return nullptr;
    else
        return part_plan_table<Net, Backend, Mapping, std::make_integer_sequence<int, count>>::plans;
}

}  // namespace detail

namespace fail {
template <bool Ok, class Where, class Op>
struct no_kernel_for {
    static_assert(Ok, "quantype: this op is quantized by the backend, but quantype has no kernel for it in this form");
};
template <bool Ok, class Where, class Op>
struct no_float_kernel_for {
    static_assert(Ok, "quantype: this op stays in float, and quantype has no float kernel for it");
};
template <bool Ok, class Net>
struct inputs_are_boolean {
    static_assert(Ok, "quantype: models with inputs of true and false can be converted, but not run yet");
};
template <bool Ok, class Where, class Op>
struct indices_are_not_an_input {
    static_assert(Ok, "quantype: indices (i64) go from an input of the model to a table, and nowhere else");
};
template <bool Ok, class Where, class Need>
struct too_many_inputs {
    static_assert(Ok, "quantype: this op joins more values than a kernel takes");
};
template <bool Ok, class Where, class Op, class Need>
struct value_too_large {
    static_assert(Ok, "quantype: a value of the model has more bytes than the plan allows");
};
}  // namespace fail

namespace detail {

template <class Net, class Backend, class Mapping, int Node>
struct lowered_op_text {
    static constexpr std::string_view text() { return stage::lowered<Net, Backend, Mapping>.view()[Node].op->name; }
};
template <class Net, class Backend, class Mapping, int Node>
struct lowered_text {
    static constexpr std::string_view text() {
        const trace_view& t = traced<Net>::view;
        const std::string_view path = t.path_of(stage::lowered<Net, Backend, Mapping>.view()[Node]);
        return path.empty() ? std::string_view("forward of the model") : path;
    }
};

/// True when every step has a kernel; otherwise a compile error that names the node.
template <class Net, class Backend, class Mapping, class Policy>
constexpr bool check_plan() {
    if constexpr (!can_quantize<Net, Backend, Mapping, Policy>) {
        return false;
    } else if constexpr (!Net::inputs::can_run) {
        (void)sizeof(fail::inputs_are_boolean<false, Net>);
        return false;
    } else {
        constexpr auto& plan = stage::plan<Net, Backend, Mapping>;
        if constexpr (plan.error == plan_error::no_kernel)
            (void)sizeof(fail::no_kernel_for<false, fail::at_text<lowered_text<Net, Backend, Mapping, plan.error_node>>,
                                             fail::at_text<lowered_op_text<Net, Backend, Mapping, plan.error_node>>>);
        if constexpr (plan.error == plan_error::no_float_kernel)
            (void)sizeof(
                fail::no_float_kernel_for<false, fail::at_text<lowered_text<Net, Backend, Mapping, plan.error_node>>,
                                          fail::at_text<lowered_op_text<Net, Backend, Mapping, plan.error_node>>>);
        if constexpr (plan.error == plan_error::indices_computed)
            (void)sizeof(
                fail::indices_are_not_an_input<false,
                                               fail::at_text<lowered_text<Net, Backend, Mapping, plan.error_node>>,
                                               fail::at_text<lowered_op_text<Net, Backend, Mapping, plan.error_node>>>);
        if constexpr (plan.error == plan_error::too_many_inputs)
            (void)sizeof(
                fail::too_many_inputs<false, fail::at_text<lowered_text<Net, Backend, Mapping, plan.error_node>>,
                                      fail::need<max_step_inputs>>);
        if constexpr (plan.error == plan_error::too_large)
            (void)sizeof(
                fail::value_too_large<false, fail::at_text<lowered_text<Net, Backend, Mapping, plan.error_node>>,
                                      fail::at_text<lowered_op_text<Net, Backend, Mapping, plan.error_node>>,
                                      fail::need<largest_value>>);
        return plan.error == plan_error::none;
    }
}

}  // namespace detail

/// `static_assert(can_run<net, backend, mapping>);` also asks for a kernel for every quantized op.
template <class Net, class Backend, class Mapping, class Policy = strict>
inline constexpr bool can_run = detail::check_plan<Net, Backend, Mapping, Policy>();

QUANTYPE_END_NAMESPACE
