// SPDX-License-Identifier: BSL-1.0
// A standalone module as a model of its own: its class, found by its path in the model around it, with the inputs that
// it is called with. What prepare, calibrate, convert, lower and run do with a model they do with it too. PyTorch:
// PrepareCustomConfig.set_standalone_module_name and the graph module that takes the module's place.
#pragma once
#include <array>
#include <string_view>
#include <type_traits>

#include <quantype/model/traced.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Number of the member of a module whose name `path` begins with, or -1; `size`: the name's length.
struct found_member {
    int index = -1;
    std::size_t size = 0;
};
template <class Module>
constexpr found_member find_member(std::string_view path) {
    found_member r;
    int number = 0;
    const Module m{};
    Module::quantype_visit(m, [&](const auto&, std::string_view name) {
        const bool whole = path.size() == name.size() || (path.size() > name.size() && path[name.size()] == '.');
        if (whole && path.substr(0, name.size()) == name) r = {number, name.size()};
        ++number;
    });
    return r;
}

template <int I, class... T>
struct type_at;
template <int I, class First, class... Rest>
struct type_at<I, First, Rest...> : type_at<I - 1, Rest...> {};
template <class First, class... Rest>
struct type_at<0, First, Rest...> {
    using type = First;
};
template <int I, class... T>
type_at<I, T...> member_type(type_list<T...>);

/// Class of the module that a call of the traced graph calls: the members are followed along the path, from `Begin` on.
template <class Net, int Call, class Module = Net, std::size_t Begin = 0>
constexpr auto called_module() {
    constexpr const trace_view& t = traced<Net>::view;
    constexpr std::string_view path = t.module_path(t.graph[Call].module);
    constexpr found_member next = find_member<Module>(path.substr(Begin));
    static_assert(next.index >= 0);
    using types = decltype(Module::quantype_types(std::declval<Module&>()));
    using child = typename decltype(member_type<next.index>(types{}))::type;
    if constexpr (Begin + next.size == path.size())
        return std::type_identity<child>{};
    else
        return called_module<Net, Call, child, Begin + next.size + 1>();
}

/// The values that a call is given, as the inputs of a model.
template <class Net, int Call>
struct inputs_of_call {
    static constexpr int count = traced<Net>::view.graph[Call].arg_count;
    static constexpr bool can_run = true;
    static constexpr auto shapes() {
        std::array<shape, std::size_t{count}> r{};
        const trace_view& t = traced<Net>::view;
        for (int k = 0; k < count; ++k)
            r[static_cast<std::size_t>(k)] = t.shape_of(t.graph[t.graph.args[t.graph[Call].first_arg + k].value]);
        return r;
    }
    static constexpr std::array<bool, std::size_t{count}> are_indices() { return {}; }
};

/// The custom config's entry for a call of the traced graph.
template <class Net, int Call>
constexpr const custom_module& entry_of_call() {
    constexpr const trace_view& t = traced<Net>::view;
    return custom_of<Net>.modules[custom_of<Net>.find(t.module_path(t.graph[Call].module), t.graph[Call].op)];
}

/// A standalone module as a model.
template <class Net, int Call>
struct standalone_model : decltype(called_module<Net, Call>())::type {
    using model = typename decltype(called_module<Net, Call>())::type;
    using inputs = inputs_of_call<Net, Call>;
    static constexpr auto quantype_custom =
        quantype::prepare_custom_config<>()
            .set_input_quantized_indexes(entry_of_call<Net, Call>().quantized_inputs)
            .set_output_quantized_indexes(entry_of_call<Net, Call>().quantized_outputs);
};
/// In training as the model around it is.
template <class Net, int Call>
using standalone_part_of =
    std::conditional_t<is_training<Net>, training<standalone_model<Net, Call>>, standalone_model<Net, Call>>;

}  // namespace detail

QUANTYPE_END_NAMESPACE
