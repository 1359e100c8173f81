// SPDX-License-Identifier: BSL-1.0
// A model of each stage as text, in PyTorch's printed form: prepared with what its observers saw, reference and
// converted with scales and zero points.
#pragma once
#include <cstdio>
#include <string>

#include <quantype/report/explain.hpp>
#include <quantype/report/graph_text.hpp>
#include <quantype/run/float_forms.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// What the observers of a calibration saw.
inline graph_values values_of(const calibration& c) {
    graph_values v;
    v.range = [&c](int slot) {
        const observer_state& s = c.state(slot);
        return s.observed() ? observed_range{s.min, s.max} : observed_range{};
    };
    v.fake_quantize = [&c](int slot) { return &c.fake_quantize_at(slot); };
    v.weight_fake_quant = [&c](int node) {
        const auto at = c.layers().weights().find(node);
        return at == c.layers().weights().end() ? nullptr : &at->second;
    };
    return v;
}

/// The scales and zero points that conversion chose.
inline graph_values values_of(const quantized_parameters& q) {
    graph_values v;
    v.qparams = [&q](int slot) {
        const value_qparams& p = q.values[static_cast<std::size_t>(slot)];
        return slot_qparams{p.scale, p.zero_point};
    };
    return v;
}

}  // namespace report

/// print(prepare_fx(...)).
template <class Net, class Backend, class Mapping, class Policy>
std::string to_string(const prepared_model<Net, Backend, Mapping, Policy>& p) {
    return report::prepared_text(p.view(), report::values_of(p));
}
/// print(convert_fx(...)).
template <class Net, class Backend, class Mapping, class Kernels>
std::string to_string(const quantized_model<Net, Backend, Mapping, Kernels>& m) {
    return report::lowered_text(prepared_view_of<Net, Backend, Mapping>(), stage::lowered<Net, Backend, Mapping>.view(),
                                report::values_of(m.quantized()));
}
/// print(fuse_fx(...)).
template <class Net, class Backend>
std::string to_string(const fused_model<Net, Backend>& m) {
    return report::prepared_text(m.view(), {});
}
/// print(convert_to_reference_fx(...)).
template <class Net, class Backend, class Mapping>
std::string to_string(const reference_model<Net, Backend, Mapping>& m) {
    return report::reference_text(prepared_view_of<Net, Backend, Mapping>(), m.graph(),
                                  report::values_of(m.quantized()));
}
/// The reference form that a converted model came from.
template <class Net, class Backend, class Mapping, class Kernels>
std::string reference_to_string(const quantized_model<Net, Backend, Mapping, Kernels>& m) {
    return report::reference_text(prepared_view_of<Net, Backend, Mapping>(),
                                  stage::reference<Net, Backend, Mapping>.view(), report::values_of(m.quantized()));
}

/// Writes a prepared or converted model to standard output.
template <class Model>
void print(const Model& model) {
    std::printf("%s\n", to_string(model).c_str());
}

QUANTYPE_END_NAMESPACE
