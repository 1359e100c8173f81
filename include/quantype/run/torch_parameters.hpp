// SPDX-License-Identifier: BSL-1.0
// The numbers that PyTorch chose for a prepared or QAT-trained model, in place of a calibration of our own.
// Takes: the tensors of <name>_quantized.safetensors, as tools/quantype_export writes it. Gives: quantized_parameters
// for convert_from. Refuses: numbers that are missing, left over or misshapen, by name.
#pragma once
#include <set>
#include <string>
#include <vector>

#include <quantype/io/weights.hpp>
#include <quantype/lower/lower_graph.hpp>
#include <quantype/quantize/quantized_parameters.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Weights of these types have a float zero point for each row.
constexpr bool is_table(dtype weight) { return weight == dtype::quint8 || weight == dtype::quint4x2; }

/// Reads tensors by name and remembers which.
class torch_numbers {
public:
    torch_numbers(const tensor_map& tensors, const std::string& source) : tensors_(tensors), source_(source) {}

    /// "activation_post_process_3.scale" and ".zero_point", one value each.
    value_qparams observer(const std::string& name) {
        const float scale = read<float>(name + ".scale", shape(1)).data[0];
        const std::int32_t zero_point = read<std::int32_t>(name + ".zero_point", shape(1)).data[0];
        if (!(scale > 0))
            raise(source_ + ": " + name + ".scale is " + std::to_string(scale) + "; it must be above zero");
        skip(name);
        return {scale, zero_point};
    }
    /// An observer whose numbers are not needed: it watches a weight, whose codes are given.
    void skip(const std::string& name) {
        for (const char* part : {".scale", ".zero_point", ".min_val", ".max_val"}) used_.insert(name + part);
    }

    /// Codes of a weight with one scale, or one for each of its `extents[0]` channels.
    quantized_weight weight(const std::string& name, const shape& extents, const std::string& bias) {
        quantized_weight w;
        w.extents = extents;
        w.codes = read<std::int8_t>(name, extents).data;
        const shape scales = get<float>(tensors_, name + "_scale", source_).extents;
        if (scales != shape(1) && scales != shape(extents[0]))
            raise(source_ + ": " + name + "_scale: shape " + to_string(scales) + " where " + to_string(shape(1)) +
                  " or " + to_string(shape(extents[0])) + " is expected");
        w.scale = read<float>(name + "_scale", scales).data;
        w.zero_point = read<std::int32_t>(name + "_zero_point", scales).data;
        if (tensors_.contains(bias)) w.bias = read<float>(bias, shape(extents[0])).data;
        return w;
    }

    /// A table: unsigned codes, a scale and a float zero point for each row.
    quantized_weight table(const std::string& name, const shape& extents, dtype type) {
        quantized_weight w;
        w.extents = extents;
        w.type = type;
        const std::int64_t most = codes_of(type).max;
        for (const std::uint8_t code : read<std::uint8_t>(name, extents).data) {
            if (code > most)
                raise(source_ + ": " + name + ": code " + std::to_string(code) + " where " + std::to_string(most) +
                      " is the largest");
            w.codes.push_back(static_cast<std::int8_t>(code));
        }
        w.scale = read<float>(name + "_scale", shape(extents[0])).data;
        w.float_zero_point = read<float>(name + "_zero_point", shape(extents[0])).data;
        return w;
    }
    /// The weight of reference module `i`, by its path; with "<path>.integer_bias" also the bias in units of the
    /// accumulator.
    void module(const prepared_view& p, const graph_view& reference, int i, quantized_parameters& r) {
        const int number = p.trace.graph[traced_node(p.trace, root_call(reference, i))].module;
        const std::string path(p.trace.module_path(number));
        const dtype type = p.config_of(i)->weight.args.dtype;
        const parameter_info* parameters = p.trace.parameters + p.trace.modules[number].first_parameter;
        const shape extents = parameters[0].extents;
        if (is_recurrent(reference[i].op->code)) {
            const bool bias = p.trace.call(reference[i]).attrs().bias;
            for (int k = 0; k < p.trace.modules[number].parameter_count; ++k) {
                if (bias && k % 4 >= 2) continue;
                const auto name = [&](int n) { return path + "." + std::string(parameters[n].name); };
                r.recurrent[i].push_back(weight(name(k), parameters[k].extents, bias ? name(k + 2) : ""));
            }
            return;
        }
        r.weights[i] =
            is_table(type) ? table(path + ".weight", extents, type) : weight(path + ".weight", extents, path + ".bias");
        if (tensors_.contains(path + ".integer_bias"))
            r.integer_bias[i] = read<std::int32_t>(path + ".integer_bias", shape(extents[0])).data;
    }

    void refuse_the_rest() const { check_no_extra(tensors_, used_, source_); }

private:
    template <class T>
    tensor<T> read(const std::string& name, const shape& extents) {
        used_.insert(name);
        return get<T>(tensors_, name, extents, source_);
    }

    const tensor_map& tensors_;
    std::string source_;
    std::set<std::string> used_{};
};

}  // namespace detail

/// Numbers for a prepared graph and its reference form. Observers are matched by their number, which is PyTorch's;
/// weights by the path of their module or parameter.
inline quantized_parameters torch_parameters(const prepared_view& p, const graph_view& reference,
                                             const tensor_map& tensors, const std::string& source) {
    detail::torch_numbers numbers(tensors, source);
    quantized_parameters r;
    r.values.resize(static_cast<std::size_t>(p.observer_count));
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
        const int slot = p.graph[i].observer;
        if (slot < 0) continue;
        const observer_config& o = p.observer(slot);
        if (!is_quantized(o.args.dtype) || o.args.is_dynamic) continue;
        const std::string name = "activation_post_process_" + std::to_string(slot);
        const int from = first_input(p.graph, i);
        if (p.graph[from].kind == node_kind::get_attr) {
            const std::string path(p.trace.module_path(p.graph[from].module));
            const shape extents = p.trace.shape_of(p.graph[from]);
            r.weights[from] = detail::is_table(o.args.dtype) ? numbers.table(path, extents, o.args.dtype)
                                                             : numbers.weight(path, extents, "");
            numbers.skip(name);
        } else {
            r.values[static_cast<std::size_t>(slot)] = numbers.observer(name);
        }
    }
    for (int i = reference.first; i >= 0; i = reference[i].next) {
        if (reference[i].form != node_form::reference) continue;
        // float16 weights are rounded from the float ones.
        if (p.config_of(i)->weight.args.dtype != dtype::float16) numbers.module(p, reference, i, r);
    }
    numbers.refuse_the_rest();
    return r;
}

/// The same for a model, backend and mapping: those that the model was prepared with in PyTorch.
///   convert_from<net, backend, mapping>(weights, torch_parameters<net, backend, mapping>(load_safetensors(...)))
template <class Net, class Backend, class Mapping>
quantized_parameters torch_parameters(const tensor_map& tensors, const std::string& source = "quantized parameters") {
    constexpr graph_view reference = stage::reference<Net, Backend, Mapping>.view();
    return torch_parameters(prepared_view_of<Net, Backend, Mapping>(), reference, tensors, source);
}

QUANTYPE_END_NAMESPACE
