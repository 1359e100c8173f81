// SPDX-License-Identifier: BSL-1.0
// What prepare does differently for some modules, inputs and outputs: PyTorch's PrepareCustomConfig, as a value that a
// model type carries.
//   struct my_config { static constexpr auto value = prepare_custom_config().set_standalone_module_name("head"); };
//   prepare<customized<net, my_config>, backend, mapping>(weights);
#pragma once
#include <cstdint>
#include <initializer_list>

#include <quantype/core/growable.hpp>
#include <quantype/core/op.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Indexes of inputs or outputs, each 0..31 and less than their number; another is refused when a model carries it.
struct index_set {
    static constexpr int none = INT32_MIN;
    std::uint32_t bits = 0;
    int strange = none;  ///< the last index that was not 0..31

    constexpr index_set() = default;
    constexpr index_set(std::initializer_list<int> indexes) {
        for (int i : indexes)
            if (i >= 0 && i < 32)
                bits |= std::uint32_t{1} << i;
            else
                strange = i;
    }
    constexpr bool has(int i) const { return i >= 0 && i < 32 && (bits >> i & 1) != 0; }
    constexpr bool empty() const { return bits == 0; }
    /// An index that is not 0..count - 1, or `none`.
    constexpr int beyond(int count) const {
        for (int i = count; i < 32 && strange == none; ++i)
            if (has(i)) return i;
        return strange;
    }
};

namespace detail {

/// A module that prepare treats as a whole, by path or, with an empty path, by class.
struct custom_module {
    enum class kind_type : std::uint8_t { standalone, non_traceable };
    kind_type kind = kind_type::standalone;
    std::string_view path{};
    op_id op = nullptr;
    index_set quantized_inputs{};   ///< standalone: inputs taken as codes
    index_set quantized_outputs{};  ///< standalone: output given as codes
};

/// Read access to a custom config, whatever its size.
struct custom_view {
    const custom_module* modules = nullptr;
    int count = 0;
    index_set quantized_inputs{};
    index_set quantized_outputs{};

    constexpr bool says_something() const {
        return count > 0 || quantized_inputs.beyond(0) != index_set::none ||
               quantized_outputs.beyond(0) != index_set::none;
    }
    /// The entry for a module, or -1. A path goes before a class.
    constexpr int find(std::string_view path, op_id op) const {
        for (int i = 0; i < count; ++i)
            if (modules[i].op == nullptr && modules[i].path == path) return i;
        for (int i = 0; i < count; ++i)
            if (modules[i].op != nullptr && modules[i].op == op) return i;
        return -1;
    }
};

}  // namespace detail

/// Setters carry PyTorch's names; each returns a new value. Preserved attributes need no setter: the model is a type
/// and stays one, with all its members, at every stage.
template <int N = 0>
struct prepare_custom_config {
    detail::custom_module modules[static_cast<std::size_t>(N + 1)]{};
    index_set quantized_inputs{};
    index_set quantized_outputs{};

    /// The module at this path is prepared as a model of its own: to the model around it, it is one call. `inputs` and
    /// `outputs` say which of its values are codes (none: float in, float out).
    constexpr auto set_standalone_module_name(std::string_view path, index_set inputs = {},
                                              index_set outputs = {}) const {
        return with({kind::standalone, path, nullptr, inputs, outputs});
    }
    /// Likewise for all modules of a class.
    template <class Module>
    constexpr auto set_standalone_module_class(index_set inputs = {}, index_set outputs = {}) const {
        return with({kind::standalone, {}, id_of<class_of_t<Module>>, inputs, outputs});
    }
    /// The module at this path is one call of the graph, whatever its forward does. A backend may give it a pattern.
    constexpr auto set_non_traceable_module_name(std::string_view path) const {
        return with({kind::non_traceable, path, nullptr, {}, {}});
    }
    template <class Module>
    constexpr auto set_non_traceable_module_class() const {
        return with({kind::non_traceable, {}, id_of<class_of_t<Module>>, {}, {}});
    }
    /// These inputs of the model arrive as quint8 codes.
    constexpr auto set_input_quantized_indexes(index_set indexes) const {
        prepare_custom_config r = *this;
        r.quantized_inputs = indexes;
        return r;
    }
    /// These outputs of the model are given as codes.
    constexpr auto set_output_quantized_indexes(index_set indexes) const {
        prepare_custom_config r = *this;
        r.quantized_outputs = indexes;
        return r;
    }

private:
    using kind = detail::custom_module::kind_type;
    constexpr prepare_custom_config<N + 1> with(const detail::custom_module& m) const {
        prepare_custom_config<N + 1> r;
        for (int i = 0; i < N; ++i) r.modules[i] = modules[i];
        r.modules[N] = m;
        r.quantized_inputs = quantized_inputs;
        r.quantized_outputs = quantized_outputs;
        return r;
    }
};
prepare_custom_config() -> prepare_custom_config<0>;

/// A model with a custom config, which stands in `Config::value`.
template <class Net, class Config>
struct customized : Net {
    using model = Net;
    static constexpr auto quantype_custom = Config::value;
};

/// A model in training mode (PyTorch's model.train()): prepared for quantization-aware training.
template <class Net>
struct training : Net {
    using model = Net;
    static constexpr bool quantype_training = true;
};

namespace detail {

template <int N>
constexpr custom_view view_of_custom(const quantype::prepare_custom_config<N>& c) {
    return {c.modules, N, c.quantized_inputs, c.quantized_outputs};
}

/// The custom config of a model; empty when it has none.
template <class Net>
inline constexpr custom_view custom_of = [] {
    if constexpr (requires { Net::quantype_custom; })
        return view_of_custom(Net::quantype_custom);
    else
        return custom_view{};
}();

template <class Net>
inline constexpr bool is_training = requires { Net::quantype_training; };

}  // namespace detail

QUANTYPE_END_NAMESPACE
