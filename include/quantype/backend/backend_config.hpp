// SPDX-License-Identifier: BSL-1.0
// A backend: a named, ordered table of pattern configs, as a type.
//   struct my_backend : decltype(backend_config<"my_backend">().set_backend_pattern_config(...)) {};
#pragma once
#include <quantype/backend/engine.hpp>
#include <quantype/backend/pattern_config.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Runs of image ops in bands of rows, between which only the rows are kept that are still read.
enum class band_policy : std::uint8_t {
    none,    ///< every value is kept whole
    cache,   ///< where a value between two ops is large and the weights are small: bands of several rows that stay in
             ///< the cache
    memory,  ///< wherever it can be done, a row at a time: the smallest arena
};

/// The table under construction, and the base of the finished backend. `Replaced` lists the configs that were set to
/// take the place of an earlier config for the same pattern.
template <fixed_string Name, class Engine, class... Configs>
struct backend {
    using engine = Engine;
    /// PyTorch clamps codes to their dtype, and so does a backend unless it says `true` here: then what requantizes
    /// (quantize, convolutions, linear layers, sums and products of two tensors, clamps, pools) clamps to the quant
    /// range of the QConfig's observer. Differs from PyTorch where codes leave that range; lets kernels rely on it.
    static constexpr bool clamp_codes_to_qconfig = false;
    /// Whether convolutions, pools and sums that follow each other run together, some rows at a time: see band_policy.
    /// The codes are the same.
    static constexpr band_policy bands = band_policy::none;

    static constexpr std::string_view name() { return Name.view(); }
    /// The pattern configs in order, a tuple of types for Hana's algorithms; include <boost/hana.hpp> to use it.
    static constexpr auto configs() { return boost::hana::tuple_t<Configs...>; }

    template <fixed_string NewName>
    static consteval backend<NewName, Engine, Configs...> set_name() {
        return {};
    }
    /// Which arithmetic the quantized ops follow (rounding, bias, requantization): see backend/engine.hpp.
    template <class NewEngine>
    static consteval backend<Name, NewEngine, Configs...> set_engine(NewEngine = {}) {
        return {};
    }
    template <class Config>
    static consteval backend<Name, Engine, Configs..., Config> set_backend_pattern_config(Config) {
        return {};
    }
    /// Several at once, as PyTorch's set_backend_pattern_configs(list).
    template <class... More>
    static consteval backend<Name, Engine, Configs..., More...> set_backend_pattern_configs(More...) {
        return {};
    }
    /// Appends the rows of another backend.
    template <fixed_string OtherName, class OtherEngine, class... Others>
    static consteval backend<Name, Engine, Configs..., Others...> set_backend_pattern_configs_of(
        backend<OtherName, OtherEngine, Others...>) {
        return {};
    }
};

/// Starts a backend: no patterns, engine qnnpack.
template <fixed_string Name = "">
consteval backend<Name, engine::qnnpack> backend_config() {
    return {};
}

QUANTYPE_END_NAMESPACE
