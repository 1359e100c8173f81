// SPDX-License-Identifier: BSL-1.0
// The user's way through the stages on the desk: prepare, calibrate, convert, run.
//   auto prepared = prepare<net, backend, mapping>(weights);  prepared(batch);  auto model = convert(prepared);
#pragma once
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <quantype/lower/plan.hpp>  // first: it refuses, and a compiler prints the way here
//
#include <quantype/pack/pack.hpp>
#include <quantype/run/border.hpp>
#include <quantype/run/execute.hpp>
#include <quantype/run/indices.hpp>
#include <quantype/run/product_forms.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// In strict also what only convert needs: a kernel for every op. In keep_float a model may be prepared to look at it.
template <class Net, class Backend, class Mapping, class Policy>
constexpr bool check_prepare_on_desk() {
    if constexpr (!check_prepared<Net, Backend, Mapping, Policy>())
        return false;
    else if constexpr (std::is_same_v<Policy, strict>)
        return check_plan<Net, Backend, Mapping, Policy>();
    else
        return true;
}

}  // namespace detail

/// A model whose observers watch what runs through it. With strict it is refused here, in the compiler, when an op has
/// no kernel; with keep_float that is said at conversion.
template <class Net, class Backend, class Mapping, class Policy = strict>
class prepared_model : public calibration {
    static_assert(detail::check_prepare_on_desk<Net, Backend, Mapping, Policy>(),
                  "quantype: the model cannot be quantized as asked; the reason stands above");

public:
    explicit prepared_model(const tensor_map& weights, const std::string& source = "weights")
        : calibration(prepared_view_of<Net, Backend, Mapping>(), weights, source) {}

    /// One batch: float32 tensors, or int64 ones for indices, in the order of the model's inputs. Gives the float
    /// model's outputs.
    using calibration::operator();
    template <class First, class... More>
    std::vector<tensor<float>> operator()(const tensor<First>& first, const tensor<More>&... more) {
        return calibration::operator()({as_float(first), as_float(more)...});
    }
};

/// Binds weights (by PyTorch's state_dict names) to a model and prepares it for calibration.
template <class Net, class Backend, class Mapping, class Policy = strict>
prepared_model<Net, Backend, Mapping, Policy> prepare(const tensor_map& weights,
                                                      const std::string& source = "weights") {
    return prepared_model<Net, Backend, Mapping, Policy>(weights, source);
}

/// The same for quantization-aware training: training classes in place of the modules, batch norms kept, fake-quantizes
/// where the mapping's QConfigs have them. convert() folds the batch norms.
template <class Net, class Backend, class Mapping, class Policy = strict>
prepared_model<training<Net>, Backend, Mapping, Policy> prepare_qat(const tensor_map& weights,
                                                                    const std::string& source = "weights") {
    return prepared_model<training<Net>, Backend, Mapping, Policy>(weights, source);
}

template <class Net, class Backend, class Mapping, class Kernels = scalar_kernels>
class quantized_model;

namespace detail {

/// The parameters of a standalone module under its own names.
inline model_parameters parameters_of_part(const prepared_view& p, const standalone_part& part,
                                           const model_parameters& all) {
    const std::string prefix = std::string(p.trace.module_path(p.graph[part.node].module)) + ".";
    tensor_map own;
    for (int m = 0; m < p.trace.module_count; ++m)
        for (int k = 0; k < p.trace.modules[m].parameter_count; ++k)
            if (const std::string name = all.name_of(m, k); name.starts_with(prefix))
                own[name.substr(prefix.size())] = to_any_tensor(all.of(m, k));
    return model_parameters::bind(part.prepared.trace, own, prefix + "*");
}

/// The standalone modules of a converted model, each a model of its own.
template <class Net, class Backend, class Mapping, class Kernels, class Indices>
class model_parts;
template <class Net, class Backend, class Mapping, class Kernels, int... K>
class model_parts<Net, Backend, Mapping, Kernels, std::integer_sequence<int, K...>> {
public:
    model_parts([[maybe_unused]] const prepared_view& p, [[maybe_unused]] const model_parameters& parameters,
                [[maybe_unused]] const quantized_parameters& q)
        : models_{std::make_unique<one<K>>(p.parts[K].prepared, parameters_of_part(p, p.parts[K], parameters),
                                           q.parts.at(std::size_t{K}))...} {}

    /// What the steps of the model around them read.
    std::array<packed_part, sizeof...(K)> packed() const { return {packed_part_of<K>()...}; }
    /// f(model, number) for each.
    template <class F>
    void for_each([[maybe_unused]] F&& f) const {
        (f(*std::get<std::size_t{K}>(models_), K), ...);
    }

private:
    template <int I>
    using one = quantized_model<typename part<Net, Backend, Mapping, I>::net, Backend,
                                typename part<Net, Backend, Mapping, I>::mapping, Kernels>;
    template <int I>
    packed_part packed_part_of() const {
        const one<I>& m = *std::get<std::size_t{I}>(models_);
        packed_part r{{m.packed().steps.data(), m.packed().constants.data()}, {}};
        if (custom_of<typename part<Net, Backend, Mapping, I>::net>.quantized_outputs.has(0))
            r.output = m.output_qparams(0);
        return r;
    }

    std::tuple<std::unique_ptr<one<K>>...> models_;
};

}  // namespace detail

/// A converted and lowered model, packed for one set of kernels: the specification, unless with<Kernels>() asks for
/// another. All sets give the same bits.
template <class Net, class Backend, class Mapping, class Kernels>
class quantized_model {
public:
    using kernels = Kernels;
    static constexpr int arena_bytes = stage::plan<Net, Backend, Mapping>.arena_bytes;
    static constexpr int input_count = Net::inputs::count;
    static constexpr int output_count = detail::border_count(stage::plan<Net, Backend, Mapping>, value_place::output);
    /// Some inputs or outputs are codes.
    static constexpr bool codes_at_border = detail::has_codes_at_border(stage::plan<Net, Backend, Mapping>);

    /// From weights in float and everything that conversion chose.
    quantized_model(const prepared_view& p, const model_parameters& parameters, quantized_parameters q)
        : parameters_(parameters), quantized_(std::move(q)), parts_(p, parameters_, quantized_) {
        check_plan();
        const auto parts = parts_.packed();
        constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
        using program = detail::program<Net, Backend, Mapping>;
        const plan_view view{plan.values,     plan.steps,           plan.value_count,
                             plan.step_count, plan.derived_qparams, detail::forms_or_null<program, Kernels>(),
                             parts.data()};
        packed_ = detail::pack<typename Backend::engine>(p, stage::lowered<Net, Backend, Mapping>.view(), view,
                                                         quantized_, parameters_);
    }

    /// The same model packed for other kernels: `convert(prepared).with<simd_kernels<>>()`.
    template <class Others>
    quantized_model<Net, Backend, Mapping, Others> with() const {
        return {prepared_view_of<Net, Backend, Mapping>(), parameters_, quantized_};
    }

    /// Runs one input; `arena` holds arena_bytes bytes aligned to arena_alignment. Sizes are those of the model. Behind
    /// the pointer of an input of indices (i64) stand int64 numbers; each must name a row of its table.
    template <class Hook = no_hook>
    void run(const float* const* inputs, float* const* outputs, std::byte* arena) const {
        static_assert(!codes_at_border,
                      "quantype: some inputs or outputs of this model are codes; use run with spans of "
                      "run_input and run_output, or run_tensors");
        execute<Net, Backend, Mapping, Kernels, Hook>(packed_.steps.data(),
                                                      {arena, inputs, outputs, packed_.constants.data()});
    }

    /// The same for a model with codes at its border (PrepareCustomConfig's quantized indexes). Refuses another number
    /// of inputs or outputs, and codes where there are values or the reverse.
    template <class Hook = no_hook>
    void run(std::span<const run_input> inputs, std::span<const run_output> outputs, std::byte* arena) const {
        if (inputs.size() != std::size_t{input_count} || outputs.size() != std::size_t{output_count})
            raise("the model has " + std::to_string(input_count) + " inputs and " + std::to_string(output_count) +
                  " outputs; " + std::to_string(inputs.size()) + " and " + std::to_string(outputs.size()) +
                  " were given");
        const float* in[std::size_t{input_count} + 1];
        float* out[std::size_t{output_count} + 1];
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            detail::require_border(border(value_place::input, i), inputs[i].type, "input");
            in[i] = static_cast<const float*>(inputs[i].data);
        }
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            detail::require_border(border(value_place::output, i), outputs[i].type, "output");
            out[i] = static_cast<float*>(outputs[i].data);
        }
        execute<Net, Backend, Mapping, Kernels, Hook>(packed_.steps.data(), {arena, in, out, packed_.constants.data()});
    }
    /// The same with an arena of its own; codes are tensors of dtype quint8 or qint8.
    template <class Hook = no_hook>
    std::vector<any_tensor> run_tensors(const std::vector<any_tensor>& inputs) const {
        constexpr auto shapes = Net::inputs::shapes();
        std::vector<run_input> in;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            check_consistent(inputs[i], "input " + std::to_string(i) + ": ");
            if (i >= shapes.size() || inputs[i].extents != shapes[i])
                raise("input " + std::to_string(i) + ": shape " + to_string(inputs[i].extents) + " is not the model's");
            in.emplace_back(inputs[i].bytes.data(), inputs[i].type);
        }
        std::vector<any_tensor> result;
        std::vector<run_output> out;
        for (std::size_t i = 0; i < std::size_t{output_count}; ++i) {
            const plan_value& v = border(value_place::output, i);
            result.push_back({v.type, v.extents, std::vector<std::byte>(static_cast<std::size_t>(v.bytes))});
        }
        for (any_tensor& t : result) out.emplace_back(t.bytes.data(), t.type);
        run<Hook>(std::span<const run_input>(in), std::span<const run_output>(out), own_arena());
        return result;
    }

    /// Scale and zero point of an input or output that is codes; refuses one that is float32.
    value_qparams input_qparams(int number) const { return border_qparams(value_place::input, number); }
    value_qparams output_qparams(int number) const { return border_qparams(value_place::output, number); }

    /// Runs one input with an arena of its own. Indices are integers in a float32 tensor, or an int64 one.
    template <class Hook = no_hook>
    std::vector<tensor<float>> operator()(const std::vector<tensor<float>>& inputs) const {
        std::vector<const float*> in;
        std::vector<std::vector<std::int64_t>> indices;
        constexpr auto are_indices = Net::inputs::are_indices();
        constexpr auto shapes = Net::inputs::shapes();
        if (inputs.size() != shapes.size()) raise("the model takes " + std::to_string(shapes.size()) + " inputs");
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (inputs[i].extents != shapes[i])
                raise("input " + std::to_string(i) + ": shape " + to_string(inputs[i].extents) + " where " +
                      to_string(shapes[i]) + " is expected");
            in.push_back(inputs[i].data.data());
            if (!are_indices[i]) continue;
            indices.push_back(
                detail::as_indices(inputs[i], static_cast<int>(i), prepared_view_of<Net, Backend, Mapping>().trace));
            in.back() = reinterpret_cast<const float*>(indices.back().data());
        }
        std::vector<tensor<float>> result = empty_outputs();
        std::vector<float*> out;
        for (tensor<float>& t : result) out.push_back(t.data.data());
        run<Hook>(in.data(), out.data(), own_arena());
        return result;
    }
    template <class First, class... More>
    std::vector<tensor<float>> operator()(const tensor<First>& first, const tensor<More>&... more) const {
        return operator()(std::vector<tensor<float>>{as_float(first), as_float(more)...});
    }

    const quantized_parameters& quantized() const { return quantized_; }
    const packed_model& packed() const { return packed_; }
    const model_parameters& parameters() const { return parameters_; }
    /// The standalone modules: for_each(f) calls f(model, number).
    const auto& parts() const { return parts_; }

    std::vector<tensor<float>> empty_outputs() const {
        constexpr graph_view g = stage::lowered<Net, Backend, Mapping>.view();
        std::vector<tensor<float>> r;
        for_each_input(g, g.last, [&](const argument& a) { r.emplace_back(traced<Net>::view.shape_of(g[a.value])); });
        return r;
    }
    std::byte* own_arena() const {
        if (arena_.empty()) arena_.resize(static_cast<std::size_t>(arena_bytes) / sizeof(arena_block) + 1);
        return arena_[0].bytes;
    }

private:
    struct alignas(arena_alignment) arena_block {
        std::byte bytes[arena_alignment];
    };

    static const plan_value& border(value_place place, std::size_t number) {
        constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
        return plan.values[detail::border_value(plan, place, static_cast<int>(number))];
    }
    value_qparams border_qparams(value_place place, int number) const {
        const char* const what = place == value_place::input ? "input " : "output ";
        const int count = place == value_place::input ? input_count : output_count;
        if (number < 0 || number >= count) raise("the model has no " + (what + std::to_string(number)));
        const plan_value& v = border(place, static_cast<std::size_t>(number));
        if (!v.codes) raise(what + std::to_string(number) + " is float32: it has no scale and zero point");
        return packed_.qparams[static_cast<std::size_t>(v.qparams)];
    }

    static constexpr void check_plan() { static_assert(can_run<Net, Backend, Mapping, keep_float>); }

    model_parameters parameters_;
    quantized_parameters quantized_;
    detail::model_parts<Net, Backend, Mapping, Kernels,
                        std::make_integer_sequence<int, detail::standalone_count<Net, Backend, Mapping>>>
        parts_;
    packed_model packed_{};
    mutable std::vector<arena_block> arena_{};
};

namespace detail {
inline quantized_parameters with_inputs(quantized_parameters q, const std::vector<value_qparams>& inputs) {
    q.inputs = inputs;
    return q;
}
}  // namespace detail

/// Chooses scales and zero points from what the observers saw, quantizes the weights, packs. Refuses a model that saw
/// no batch. `inputs`: scale and zero point of the inputs that arrive as codes, in their order; PyTorch's quantized
/// tensors carry them, here the kernels are made for them.
template <class Net, class Backend, class Mapping, class Policy>
quantized_model<Net, Backend, Mapping> convert(const prepared_model<Net, Backend, Mapping, Policy>& p,
                                               const std::vector<value_qparams>& inputs = {}) {
    return {p.view(), p.parameters(),
            detail::with_inputs(convert_parameters(p, reference_forms_of<Net, Backend, Mapping>()), inputs)};
}

namespace detail {
template <class Net, class Backend, class Mapping, class Second, class Policy>
constexpr void require_second_mapping() {
    static_assert(can_quantize<Net, Backend, converted_with<Mapping, Second>, Policy>,
                  "quantype: the model cannot be converted with this mapping; the reason stands above");
}
}  // namespace detail

/// Converts with a second mapping, `convert<second>(prepared)`: PyTorch's convert_fx(qconfig_mapping=). It has the
/// entries of prepare's mapping, with the same QConfig or no_qconfig, and may have more entries of no_qconfig; what it
/// gives no QConfig stays in float. Anything else is a compile error.
template <class Second, class Net, class Backend, class Mapping, class Policy>
quantized_model<Net, Backend, converted_with<Mapping, Second>> convert(
    const prepared_model<Net, Backend, Mapping, Policy>& p, const std::vector<value_qparams>& inputs = {}) {
    using both = converted_with<Mapping, Second>;
    detail::require_second_mapping<Net, Backend, Mapping, Second, Policy>();
    return {prepared_view_of<Net, Backend, both>(), p.parameters(),
            detail::with_inputs(convert_parameters(p, reference_forms_of<Net, Backend, both>()), inputs)};
}

/// A model from given codes and qparams, without calibration. `weights` still holds the float parameters by name (their
/// values serve only what stays float).
template <class Net, class Backend, class Mapping, class Policy = strict>
quantized_model<Net, Backend, Mapping> convert_from(const tensor_map& weights, quantized_parameters q) {
    const prepared_model<Net, Backend, Mapping, Policy> p(weights);
    return {p.view(), p.parameters(), std::move(q)};
}

QUANTYPE_END_NAMESPACE
