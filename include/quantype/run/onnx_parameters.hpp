// SPDX-License-Identifier: BSL-1.0
// The numbers of a quantized ONNX model, in place of a calibration.
// Takes: the tensors of <name>_quantized.safetensors, as tools/quantype_export writes it from a .onnx file. Gives:
// quantized_parameters for convert_from. Refuses: numbers that are missing, left over or do not agree, by name.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <quantype/report/node_names.hpp>
#include <quantype/run/torch_parameters.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// The traced name of the value that a node of a prepared graph gives: of a fused module, its last part's.
inline const std::string& value_name(const prepared_view& p, const std::vector<std::string>& names, int i) {
    const node& n = p.graph[i];
    const int call = n.fusion < 0 ? i : p.graph.fusions[n.fusion].parts[p.graph.fusions[n.fusion].count - 1];
    return names[static_cast<std::size_t>(call)];
}

/// Refuses numbers other than those of an earlier value that shares its observer. `first_of`: by observer.
inline void check_shared(const quantized_parameters& r, std::map<int, std::pair<int, std::string>>& first_of,
                         int observer, int slot, const std::string& name) {
    const auto& [first, first_name] = first_of.try_emplace(observer, slot, name).first->second;
    const value_qparams &have = r.values[static_cast<std::size_t>(slot)],
                        &want = r.values[static_cast<std::size_t>(first)];
    if (have != want)
        raise(name + ": scale " + std::to_string(have.scale) + ", zero point " + std::to_string(have.zero_point) +
              "; it shares those of " + first_name + ", which are " + std::to_string(want.scale) + " and " +
              std::to_string(want.zero_point));
}

}  // namespace detail

/// Numbers for a prepared graph and its reference form. Values (inputs that are codes, too) are matched by the names
/// that torch.fx gives them, weights by the path of their module.
inline quantized_parameters onnx_parameters(const prepared_view& p, const graph_view& reference,
                                            const tensor_map& tensors, const std::string& source) {
    detail::torch_numbers numbers(tensors, source);
    const std::vector<std::string> names = report::detail::traced_names(p.trace, p.traced_nodes);
    quantized_parameters r;
    r.values.resize(static_cast<std::size_t>(p.observer_count));
    std::map<int, std::pair<int, std::string>> first_of;
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
        if (p.graph[i].kind == node_kind::placeholder && p.options.custom.quantized_inputs.has(i))
            r.inputs.push_back(numbers.observer(names[static_cast<std::size_t>(i)]));
        const int slot = p.graph[i].observer;
        if (slot < 0 || !is_quantized(p.observer(slot).args.dtype) || p.observer(slot).args.is_dynamic) continue;
        const std::string& name = detail::value_name(p, names, first_input(p.graph, i));
        r.values[static_cast<std::size_t>(slot)] = numbers.observer(name);
        detail::check_shared(r, first_of, p.observers[slot].instance, slot, name);
    }
    for (int i = reference.first; i >= 0; i = reference[i].next)
        if (reference[i].form == node_form::reference) numbers.module(p, reference, i, r);
    numbers.refuse_the_rest();
    return r;
}

/// The same for a model, the backend and the mapping, such as backends::onnx and the mapping in the model's header.
///   convert_from<net, backend, mapping>(weights, onnx_parameters<net, backend, mapping>(load_safetensors(...)))
template <class Net, class Backend, class Mapping>
quantized_parameters onnx_parameters(const tensor_map& tensors, const std::string& source = "quantized parameters") {
    constexpr graph_view reference = stage::reference<Net, Backend, Mapping>.view();
    return onnx_parameters(prepared_view_of<Net, Backend, Mapping>(), reference, tensors, source);
}

QUANTYPE_END_NAMESPACE
