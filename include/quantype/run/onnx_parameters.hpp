// SPDX-License-Identifier: BSL-1.0
// The numbers of a quantized ONNX model, in place of a calibration.
// Takes: the tensors of <name>_quantized.safetensors, as tools/quantype_export writes it from a .onnx file. Gives:
// quantized_parameters for convert_from. Refuses: numbers that are missing, left over or do not agree, by name.
#pragma once
#include <string>
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

/// Sets the numbers of a slot; values that share one must have the same.
inline void set_slot(quantized_parameters& r, std::vector<std::string>& set_by, int slot, const std::string& name,
                     value_qparams q) {
    const auto k = static_cast<std::size_t>(slot);
    if (!set_by[k].empty() && r.values[k] != q)
        raise(name + ": scale " + std::to_string(q.scale) + ", zero point " + std::to_string(q.zero_point) +
              "; it shares those of " + set_by[k] + ", which are " + std::to_string(r.values[k].scale) + " and " +
              std::to_string(r.values[k].zero_point));
    r.values[k] = q;
    set_by[k] = name;
}

}  // namespace detail

/// Numbers for a prepared graph and its reference form. Values are matched by the names that torch.fx gives them,
/// weights by the path of their module.
inline quantized_parameters onnx_parameters(const prepared_view& p, const graph_view& reference,
                                            const tensor_map& tensors, const std::string& source) {
    detail::torch_numbers numbers(tensors, source);
    const std::vector<std::string> names = report::detail::traced_names(p.trace, p.traced_nodes);
    quantized_parameters r;
    r.values.resize(static_cast<std::size_t>(p.observer_count));
    std::vector<std::string> set_by(r.values.size());
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
        const int slot = p.graph[i].observer;
        if (slot < 0 || !is_quantized(p.observer(slot).args.dtype)) continue;
        const std::string& name = detail::value_name(p, names, first_input(p.graph, i));
        detail::set_slot(r, set_by, slot, name, numbers.observer(name));
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
