// SPDX-License-Identifier: BSL-1.0
// One program for many CPUs: a converted model is packed for the best arch level that this CPU has, or for a named one.
// Each level is a translation unit of its own, compiled with that level's flags (CMake: quantype_add_levels):
//   template <> level_model quantype::at_level<this_level>(const my_model& m) { return m.with<simd_kernels<>>(); }
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/run/levels.hpp>
#include <quantype/run/model.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A converted model with its kernels behind virtual functions: what the code of one level hands to code that must run
/// on every CPU. Same calls and same bits as the model it is made from.
class level_model {
public:
    /// Instantiates the executor, so only a level's own unit makes one. Holds the model.
    template <class Net, class Backend, class Mapping, class Kernels>
    level_model(quantized_model<Net, Backend, Mapping, Kernels> model)
        : model_(std::make_unique<const one<quantized_model<Net, Backend, Mapping, Kernels>>>(std::move(model))) {}

    /// Name of the kernels' level, such as "avx2".
    std::string_view level() const { return model_->level(); }
    /// Runs one input; see quantized_model::run. `arena`: arena_bytes of the model's type, aligned to arena_alignment.
    void run(std::span<const run_input> inputs, std::span<const run_output> outputs, std::byte* arena) const {
        model_->run(inputs, outputs, arena);
    }
    /// The same with an arena of its own; codes are tensors of dtype quint8 or qint8.
    std::vector<any_tensor> run_tensors(const std::vector<any_tensor>& inputs) const {
        return model_->run_tensors(inputs);
    }
    /// The same for float32 tensors. Raises for a model with codes at its border.
    std::vector<tensor<float>> operator()(const std::vector<tensor<float>>& inputs) const {
        return model_->run_floats(inputs);
    }
    template <class First, class... More>
    std::vector<tensor<float>> operator()(const tensor<First>& first, const tensor<More>&... more) const {
        return model_->run_floats({as_float(first), as_float(more)...});
    }

private:
    struct any {
        virtual ~any() = default;
        virtual std::string_view level() const = 0;
        virtual void run(std::span<const run_input>, std::span<const run_output>, std::byte*) const = 0;
        virtual std::vector<any_tensor> run_tensors(const std::vector<any_tensor>&) const = 0;
        virtual std::vector<tensor<float>> run_floats(const std::vector<tensor<float>>&) const = 0;
    };
    template <class Model>
    struct one final : any {
        Model model;
        explicit one(Model m) : model(std::move(m)) {}
        std::string_view level() const override { return Model::kernels::name; }
        void run(std::span<const run_input> in, std::span<const run_output> out, std::byte* arena) const override {
            model.run(in, out, arena);
        }
        std::vector<any_tensor> run_tensors(const std::vector<any_tensor>& in) const override {
            return model.run_tensors(in);
        }
        std::vector<tensor<float>> run_floats(const std::vector<tensor<float>>& in) const override {
            if constexpr (Model::codes_at_border)
                raise("some inputs or outputs of this model are codes; use run or run_tensors");
            else
                return model(in);
        }
    };

    std::unique_ptr<const any> model_;
};

/// The model packed for a level. Declared here; each level's unit defines it for its level and the program's model.
template <class Level, class Model>
level_model at_level(const Model& model);

namespace detail {

/// A level as the choice sees it.
struct level_state {
    std::string_view name;
    bool built = false;
    bool on_cpu = false;
};

/// "sse2, avx2" of those that `has` holds for; "none".
template <class Has>
std::string names_of_levels(std::span<const level_state> all, const Has& has) {
    std::string names;
    for (const level_state& s : all)
        if (has(s)) names += (names.empty() ? "" : ", ") + std::string(s.name);
    return names.empty() ? "none" : names;
}

/// The name of the wanted level, or of the best one (the last that is built and on the CPU) when none is named.
inline std::string_view choose_level(std::span<const level_state> all, std::string_view wanted) {
    const std::string built = names_of_levels(all, [](const level_state& s) { return s.built; });
    const std::string here = names_of_levels(all, [](const level_state& s) { return s.on_cpu; });
    const level_state* chosen = nullptr;
    for (const level_state& s : all)
        if (wanted.empty() ? s.built && s.on_cpu : s.name == wanted) chosen = &s;
    if (wanted.empty() && chosen == nullptr)
        raise("this program is built for levels that this CPU lacks: " + built + "; the CPU has " + here);
    const std::string asked = "level \"" + std::string(wanted) + "\" is asked for, ";
    if (chosen == nullptr)
        raise(asked + "and there is no such level; the program is built for " + built + ", the CPU has " + here);
    if (!chosen->on_cpu) raise(asked + "and this CPU lacks it: it has " + here + "; the program is built for " + built);
    if (!chosen->built)
        raise(asked + "and the program is not built for it: it is for " + built + "; the CPU has " + here);
    return chosen->name;
}

template <class Level, class... Built>
level_state state_of(levels::list<Built...>) {
    return {Level::name, (std::is_same_v<Level, Built> || ...), Level::on_cpu()};
}
template <class Built, class... Level>
std::vector<level_state> states_of(Built built, levels::list<Level...>) {
    return {state_of<Level>(built)...};
}

template <class First, class... More, class Model>
level_model at_level_named(std::string_view name, const Model& model, levels::list<First, More...>) {
    if constexpr (sizeof...(More) > 0)
        if (name != First::name) return at_level_named(name, model, levels::list<More...>{});
    return at_level<First>(model);
}

}  // namespace detail

/// Names of the levels that this CPU has, from the simplest on.
inline std::vector<std::string_view> cpu_levels() {
    std::vector<std::string_view> names;
    for (const detail::level_state& s : detail::states_of(levels::list<>{}, levels::all{}))
        if (s.on_cpu) names.push_back(s.name);
    return names;
}

namespace levels {
/// The levels of the program: those that quantype_add_levels was given, or else this unit's own alone.
#if defined(QUANTYPE_LEVELS)
using built = list<QUANTYPE_LEVELS>;
#else
using built = list<this_level>;
#endif
}  // namespace levels

/// The model packed for the best level of the program that this CPU has, or for the level named `wanted`. Raises when
/// there is none, naming what the program is built for and what the CPU has. Code of a level that the CPU lacks is
/// never entered.
template <class Built = levels::built, class Model>
level_model for_this_cpu(const Model& model, std::string_view wanted = {}) {
    return detail::at_level_named(detail::choose_level(detail::states_of(Built{}, levels::all{}), wanted), model,
                                  Built{});
}

QUANTYPE_END_NAMESPACE
