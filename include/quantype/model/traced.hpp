// SPDX-License-Identifier: BSL-1.0
// traced<Net>: the recorded graph of a model as a constant, and the refusal of models whose shapes do not fit.
#pragma once
#include <utility>

#include <quantype/model/functional_conv.hpp>
#include <quantype/model/methods.hpp>
#include <quantype/model/trace_failures.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Read access to a traced model, whatever its size.
struct trace_view {
    graph_view graph{};
    const detail::module_entry* modules = nullptr;
    int module_count = 0;
    const detail::scope_entry* scopes = nullptr;
    int scope_count = 0;
    const parameter_info* parameters = nullptr;
    int parameter_count = 0;
    const detail::call_entry* calls = nullptr;
    int call_count = 0;
    const char* text = nullptr;

    constexpr std::string_view read(detail::text_range r) const {
        return {text + r.begin, static_cast<std::size_t>(r.length)};
    }
    /// PyTorch's path of a module: "layer1.0.conv1".
    constexpr std::string_view module_path(int module) const { return read(modules[module].path); }
    /// Path of the module whose forward contains a call; empty for the model itself.
    constexpr std::string_view scope_path(int scope) const { return read(scopes[scope].path); }
    /// The module's path for a module call, else the path of the module whose forward contains the call.
    constexpr std::string_view path_of(const node& n) const {
        return n.module >= 0 ? module_path(n.module) : scope_path(n.scope);
    }
    constexpr const detail::call_entry& call(const node& n) const { return calls[n.origin]; }
    constexpr const shape& shape_of(const node& n) const { return calls[n.origin].out; }
};

namespace detail {

/// Sizes of a trace, to freeze it with.
struct trace_sizes {
    graph_sizes graph;
    int modules, scopes, parameters, calls, pool, text;
};

constexpr trace_sizes sizes_of(const tracer& t) {
    return {{t.graph.nodes.size(), t.graph.args.size(), 0},
            t.modules.size(),
            t.scopes.size(),
            t.parameters.size(),
            t.calls.size(),
            t.pool.size(),
            t.text.size()};
}

constexpr bool fits(const trace_sizes& have, const trace_sizes& room) {
    return have.graph.nodes <= room.graph.nodes && have.graph.args <= room.graph.args && have.modules <= room.modules &&
           have.scopes <= room.scopes && have.parameters <= room.parameters && have.calls <= room.calls &&
           have.pool <= room.pool && have.text <= room.text;
}

/// A trace in arrays. `fitted` is false, and the arrays empty, when the room was too small for it.
template <trace_sizes S>
struct frozen_trace {
    trace_sizes sizes{};
    bool fitted = false;
    frozen_graph<S.graph> graph{};
    module_entry modules[static_cast<std::size_t>(S.modules + 1)]{};
    scope_entry scopes[static_cast<std::size_t>(S.scopes + 1)]{};
    parameter_info parameters[static_cast<std::size_t>(S.parameters + 1)]{};
    call_entry calls[static_cast<std::size_t>(S.calls + 1)]{};
    attributes pool[static_cast<std::size_t>(S.pool + 1)]{};
    char text[static_cast<std::size_t>(S.text + 1)]{};
    trace_error error = trace_error::none;
    infer_result why{};
    int error_call = -1;
    int error_module = -1;

    constexpr explicit frozen_trace(const tracer& t)
        : sizes(sizes_of(t)),
          fitted(fits(sizes, S)),
          error(t.error),
          why(t.detail),
          error_call(t.error_call),
          error_module(t.error_module) {
        if (!fitted) return;
        graph = frozen_graph<S.graph>(t.graph);
        t.modules.copy_to(modules);
        t.scopes.copy_to(scopes);
        t.parameters.copy_to(parameters);
        t.pool.copy_to(pool);
        t.calls.copy_to(calls);
        if (sizes.pool > 0)
            for (int i = 0; i < sizes.calls; ++i)
                if (calls[i].pooled >= 0) calls[i].constants = &pool[calls[i].pooled];
        t.text.copy_to(text);
    }
    constexpr trace_view view() const {
        return {graph.view(), modules,          sizes.modules, scopes,      sizes.scopes,
                parameters,   sizes.parameters, calls,         sizes.calls, text};
    }
};

/// Names of the inputs, as nobody can ask a C++ function for its parameters' names.
constexpr const char* input_name(int i) {
    constexpr const char* names[] = {"x", "y", "z", "input_3", "input_4", "input_5", "input_6", "input_7"};
    return names[i < 8 ? i : 7];
}

template <class Net, std::size_t... I>
constexpr auto run_forward(tracer& t, const Net& net, std::index_sequence<I...>) {
    const auto shapes = Net::inputs::shapes();
    const auto indices = Net::inputs::are_indices();
    const sym in[] = {record_input(t, input_name(static_cast<int>(I)), shapes[I], indices[I])...};
    return net.forward(in[I]...);
}

/// Counts what number_modules() will write.
template <class Module>
constexpr void count_modules(trace_sizes& s, const Module& m, int path) {
    if constexpr (requires { Module::quantype_is_leaf; }) {
        ++s.modules;
        s.parameters += static_cast<int>(Module::parameters().size());
    } else {
        ++s.scopes;
        ++s.modules;  // when it is not traced through
        Module::quantype_visit(m, [&](const auto& child, std::string_view name) {
            const int length = path_length(path, name);
            s.text += length;
            count_modules(s, child, length);
        });
    }
}

/// Modules and their paths exactly, and a guess at the calls: modules called once, and functions between them.
template <class Net>
constexpr trace_sizes guess_sizes() {
    trace_sizes s{};
    count_modules(s, Net{}, 0);
    s.calls = s.modules + s.modules / 2 + 24;
    s.graph = {s.calls + 1, 2 * s.calls, 0};
    s.pool = 8;
    return s;
}

template <class Net>
constexpr tracer trace_net(const trace_sizes& room) {
    tracer t;
    t.custom = &custom_of<Net>;
    t.modules.reserve(room.modules);
    t.text.reserve(room.text);
    t.calls.reserve(room.calls);
    t.graph.nodes.reserve(room.graph.nodes);
    t.graph.args.reserve(room.graph.args);
    Net net{};
    number_modules(t, net, {}, -1);
    t.scope_stack.push_back(0);
    const auto y = run_forward(t, net, std::make_index_sequence<static_cast<std::size_t>(Net::inputs::count)>{});
    if constexpr (requires { y.items; })
        record_output(t, y.items, static_cast<int>(sizeof(y.items) / sizeof(sym)), true);
    else
        record_output(t, &y, 1, false);
    return t;
}

/// Room for a trace that fits most models, so that forward runs once; else it runs again for the exact sizes.
template <class Net>
inline constexpr trace_sizes guessed_sizes = guess_sizes<Net>();
template <class Net>
inline constexpr frozen_trace<guessed_sizes<Net>> first_trace{trace_net<Net>(guessed_sizes<Net>)};
template <class Net>
inline constexpr frozen_trace<first_trace<Net>.sizes> second_trace{trace_net<Net>(first_trace<Net>.sizes)};

template <class Net>
constexpr const auto& pick_trace() {
    if constexpr (first_trace<Net>.fitted)
        return first_trace<Net>;
    else
        return second_trace<Net>;
}
template <class Net>
inline constexpr const auto& trace_of = pick_trace<Net>();

}  // namespace detail

namespace detail {

/// Where a call stands: its module's path, or for a function the path of the caller and the function's name.
template <class Net, int Call>
struct call_text {
    static constexpr std::string_view text() {
        constexpr trace_view t = trace_of<Net>.view();
        constexpr const node& n = t.graph[Call];
        return n.module >= 0 ? t.module_path(n.module) : n.op->name;
    }
};
template <class Net, int Module>
struct module_text {
    static constexpr std::string_view text() { return trace_of<Net>.view().module_path(Module); }
};

/// The first entry of a custom config whose path is no module's, or -1.
constexpr int first_unknown(const custom_view& c, const trace_view& t) {
    for (int i = 0; i < c.count; ++i) {
        bool found = c.modules[i].op != nullptr;
        for (int k = 0; k < t.module_count && !found; ++k) found = t.module_path(k) == c.modules[i].path;
        if (!found) return i;
    }
    return -1;
}

template <class Net, int Entry>
struct custom_text {
    static constexpr std::string_view text() { return custom_of<Net>.modules[Entry].path; }
};

/// A custom config says nothing that the model has no place for.
template <class Net>
constexpr bool check_custom() {
    constexpr custom_view c = custom_of<Net>;
    constexpr trace_view t = trace_of<Net>.view();
    constexpr int unknown = first_unknown(c, t);
    constexpr int outputs = [](const trace_view& v) {
        int n = 0;
        for_each_input(v.graph, v.graph.last, [&](const argument&) { ++n; });
        return n;
    }(t);
    constexpr int input = c.quantized_inputs.beyond(Net::inputs::count), output = c.quantized_outputs.beyond(outputs);
    if constexpr (unknown >= 0)
        (void)sizeof(fail::custom_config_names_no_module<false, fail::at_text<custom_text<Net, unknown>>>);
    if constexpr (input != index_set::none)
        (void)sizeof(fail::quantized_index_out_of_range<false, fail::have<input>, fail::need<Net::inputs::count - 1>>);
    if constexpr (output != index_set::none)
        (void)sizeof(fail::quantized_index_out_of_range<false, fail::have<output>, fail::need<outputs - 1>>);
    return unknown < 0 && input == index_set::none && output == index_set::none;
}

template <class Net>
constexpr bool check_shapes() {
    constexpr auto& t = trace_of<Net>;
    if constexpr (t.error == trace_error::shape) {
        using where = fail::at_text<call_text<Net, t.error_call>>;
        using have = fail::have<t.why.have>;
        using need = fail::need<t.why.need>;
        constexpr shape_error e = t.why.error;
        if constexpr (e == shape_error::rank) (void)sizeof(fail::input_rank<false, where, have, need>);
        if constexpr (e == shape_error::channels) (void)sizeof(fail::input_channels<false, where, have, need>);
        if constexpr (e == shape_error::features) (void)sizeof(fail::input_features<false, where, have, need>);
        if constexpr (e == shape_error::window_larger_than_input)
            (void)sizeof(fail::window_larger_than_input<false, where, have, need>);
        if constexpr (e == shape_error::broadcast)
            (void)sizeof(fail::shapes_do_not_broadcast<false, where, have, need>);
        if constexpr (e == shape_error::reshape_count)
            (void)sizeof(fail::reshape_changes_count<false, where, have, need>);
        if constexpr (e == shape_error::cat_shape) (void)sizeof(fail::cat_shapes_differ<false, where, have, need>);
        if constexpr (e == shape_error::axis) (void)sizeof(fail::axis_out_of_range<false, where, have, need>);
        if constexpr (e == shape_error::groups) (void)sizeof(fail::groups_do_not_divide<false, where, have, need>);
        if constexpr (e == shape_error::negative_pad)
            (void)sizeof(fail::pad_takes_everything<false, where, have, need>);
        if constexpr (e == shape_error::state) (void)sizeof(fail::state_shape_differs<false, where, have, need>);
        if constexpr (e == shape_error::tuple) (void)sizeof(fail::several_values_used_as_one<false, where>);
        if constexpr (e == shape_error::unsupported) (void)sizeof(fail::shape_not_inferred<false, where, have>);
        if constexpr (e == shape_error::inputs) (void)sizeof(fail::wrong_input_count<false, where, have, need>);
    }
    if constexpr (t.error == trace_error::whole_module_values)
        (void)sizeof(fail::whole_module_gives_one_value<false, fail::at_text<module_text<Net, t.error_module>>>);
    if constexpr (t.error == trace_error::unlisted_module) (void)sizeof(fail::module_not_listed<false, Net>);
    if constexpr (t.error == trace_error::duplicate_name)
        (void)sizeof(fail::name_listed_twice<false, fail::at_text<module_text<Net, t.error_module>>>);
    if constexpr (t.error != trace_error::none)
        return false;
    else if constexpr (custom_of<Net>.says_something())
        return check_custom<Net>();
    else
        return true;
}

template <std::size_t>
using sym_for = sym;

template <class Net, std::size_t... I>
constexpr bool takes_inputs(std::index_sequence<I...>) {
    return requires(const Net& net, sym_for<I>... x) { net.forward(x...); };
}

template <class Net>
constexpr bool check_model() {
    if constexpr (!requires { typename Net::inputs; }) {
        (void)sizeof(fail::model_without_inputs<false, Net>);
        return false;
    } else if constexpr (!takes_inputs<Net>(std::make_index_sequence<static_cast<std::size_t>(Net::inputs::count)>{})) {
        (void)sizeof(fail::forward_does_not_take_the_inputs<false, Net, fail::need<Net::inputs::count>>);
        return false;
    } else {
        return check_shapes<Net>();
    }
}

}  // namespace detail

/// The recorded graph of `Net`. Refuses, with the module's path and both numbers, a model whose shapes do not fit.
template <class Net>
struct traced {
    static constexpr bool ok = detail::check_model<Net>();
    static constexpr trace_view view = [] {
        if constexpr (ok)
            return detail::trace_of<Net>.view();
        else
            return trace_view{};
    }();
};

QUANTYPE_END_NAMESPACE
