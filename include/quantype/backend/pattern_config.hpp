// SPDX-License-Identifier: BSL-1.0
// How a backend treats one pattern (PyTorch's BackendPatternConfig): a type that grows by one property a setter.
#pragma once
#include <boost/hana/fwd/tuple.hpp>
#include <boost/hana/fwd/type.hpp>

#include <quantype/backend/dtype_config.hpp>
#include <quantype/backend/pattern.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// How the output of a pattern is observed.
enum class observation_type : std::uint8_t {
    output_use_different_observer_as_input,  ///< input and output have observers of their own
    output_share_observer_with_input,        ///< all inputs and the output share one observer (cat, pools, reshape)
    input_output_not_observed,               ///< ops that give no tensor (shape, size)
};
template <observation_type Value>
struct observation {
    static constexpr observation_type value = Value;
};
inline constexpr observation<observation_type::output_use_different_observer_as_input>
    output_use_different_observer_as_input{};
inline constexpr observation<observation_type::output_share_observer_with_input> output_share_observer_with_input{};
inline constexpr observation<observation_type::input_output_not_observed> input_output_not_observed{};

/// What a fuser returns when the batch norm (the second part) is folded into the first part's weight and bias.
template <class Fused>
struct fold_batch_norm {};

/// What a fuser returns for a mode (training or evaluation) in which the pattern must not be fused.
struct cannot_fuse {};

/// The matched nodes of a pattern, in the preorder of its tree, for root node getters.
struct match_view {
    const int* nodes = nullptr;
    int size = 0;
};

/// The properties a pattern config can have; `pattern_config` lists them in the order they were set.
namespace property {
template <observation_type Value>
struct observation_type_is {};
template <class DtypeConfig>
struct dtype_config_is {};
struct no_dtype_configs {};  ///< forgets the dtype configs set before
template <class Module>
struct root_module_is {};
template <class Module>
struct qat_module_is {};
template <class Module>
struct reference_quantized_module_is {};
template <class Module>
struct fused_module_is {};
template <class Fuser>
struct fuser_method_is {};
template <class Getter>
struct root_node_getter_is {};
template <class Getter>
struct extra_inputs_getter_is {};
template <int Count, observation_type Value>
struct observation_for_tensor_args {};
template <int Weight, int Bias, int Input = -1>
struct input_type_to_index_is {};
template <class Lowering>
struct lowering_is {};
}  // namespace property

/// One row of a backend's table. Every setter returns the type with one property more; a later one replaces an earlier
/// one of its kind, except that dtype configs are added.
template <class Pattern, class... Properties>
struct pattern_config {
    using pattern_type = Pattern;

    /// The properties set so far, a tuple of types for Hana's algorithms; include <boost/hana.hpp> to use it. (Here
    /// Hana is only declared: its definitions would be an eighth of the memory that this header costs.)
    static constexpr auto properties() { return boost::hana::tuple_t<Properties...>; }

    template <class Property>
    static consteval pattern_config<Pattern, Properties..., Property> with() {
        return {};
    }
    template <observation_type Value>
    static consteval auto set_observation_type(observation<Value>) {
        return with<property::observation_type_is<Value>>();
    }
    /// Appends an alternative; they are tried in order.
    template <class DtypeConfig>
    static consteval auto add_dtype_config(DtypeConfig = {}) {
        detail::check_dtype_config<DtypeConfig>();
        return with<property::dtype_config_is<DtypeConfig>>();
    }
    /// Replaces the alternatives.
    template <class... DtypeConfig>
    static consteval auto set_dtype_configs() {
        (detail::check_dtype_config<DtypeConfig>(), ...);
        return pattern_config<Pattern, Properties..., property::no_dtype_configs,
                              property::dtype_config_is<DtypeConfig>...>{};
    }
    /// The float module class that carries the weight.
    template <class Module>
    static consteval auto set_root_module() {
        return with<property::root_module_is<Module>>();
    }
    /// The class swapped in when preparing for quantization-aware training.
    template <class Module>
    static consteval auto set_qat_module() {
        return with<property::qat_module_is<Module>>();
    }
    /// The class swapped in for the root module at convert.
    template <class Module>
    static consteval auto set_reference_quantized_module() {
        return with<property::reference_quantized_module_is<Module>>();
    }
    /// The class that fusion produces.
    template <class Module>
    static consteval auto set_fused_module() {
        return with<property::fused_module_is<Module>>();
    }
    /// `f(is_qat, first, second[, third])` in forward order; gets the classes and returns the fused class.
    template <class Fuser>
    static consteval auto set_fuser_method(Fuser) {
        return with<property::fuser_method_is<Fuser>>();
    }
    /// `f(match_view)`: position, in the match, of the node that stays in the graph and receives the inputs.
    template <class Getter>
    static consteval auto set_root_node_getter(Getter) {
        return with<property::root_node_getter_is<Getter>>();
    }
    /// `f(match_view)`: position, in the match, of the value handed over as a further argument, or -1.
    template <class Getter>
    static consteval auto set_extra_inputs_getter(Getter) {
        return with<property::extra_inputs_getter_is<Getter>>();
    }
    /// Overrides the observation type when the op has `Count` tensor operands.
    template <int Count, observation_type Value>
    static consteval auto set_num_tensor_args_to_observation_type(observation<Value>) {
        static_assert(Count >= 0 && Count < 4, "quantype: the number of tensor arguments is 0 to 3");
        constexpr int checked = (Count >= 0 && Count < 4) ? Count : 0;
        return with<property::observation_for_tensor_args<checked, Value>>();
    }
    /// Positions of the weight and bias arguments of a functional op; -1 for none. PyTorch also allows the activation
    /// to be named (torch.addmm); it is kept for inspection and, as there, not used.
    template <int Weight, int Bias, int Input = -1>
    static consteval auto set_input_type_to_index() {
        return with<property::input_type_to_index_is<Weight, Bias, Input>>();
    }
    /// The backend's own kernel for the whole pattern, which lowering puts between the pattern's dequantizes and its
    /// quantize. `Lowering` is an op with op_code::custom and a function
    ///     static void run(const code_tensor (&inputs)[N], const code_tensor& output);
    /// its inputs are the values that the pattern reads, in the order of the tree's leaves. When the pattern ends with
    /// a module, `run` may take its float parameters as well, at most four: `const float* const* parameters`.
    template <class Lowering>
    static consteval auto set_lowering() {
        static_assert(op_of<Lowering>.code == op_code::custom, "quantype: a lowering is an op with op_code::custom");
        return with<property::lowering_is<Lowering>>();
    }
};

/// Starts a pattern config: `backend_pattern_config(pattern<nn::linear<>>)`.
template <class... Ops>
consteval pattern_config<pattern_of<Ops...>> backend_pattern_config(pattern_of<Ops...>) {
    return {};
}
/// Starts a pattern config with a tree (PyTorch's pattern complex format).
template <class Op, class... Arguments>
consteval pattern_config<tree<Op, Arguments...>> backend_pattern_config(tree<Op, Arguments...>) {
    return {};
}

QUANTYPE_END_NAMESPACE
