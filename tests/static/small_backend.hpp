// SPDX-License-Identifier: BSL-1.0
// A backend with a few rows and helpers to look at stages, for the static tests.
#pragma once
#include <quantype/quantype.hpp>

namespace qz = quantype;
namespace nn = qz::nn;
namespace nni = qz::nn::intrinsic;

struct weighted : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 255).scale_min(0x1p-12);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
    static constexpr auto bias_dtype = qz::float32;
};
struct plain : qz::dtype_config {
    static constexpr auto input_dtype = weighted::input_dtype, output_dtype = weighted::output_dtype;
};
inline constexpr auto fuse_conv_relu = [](auto, auto, auto) { return nni::conv_relu2d{}; };

/// The tutorial's rows.
struct tutorial_backend
    : decltype(qz::backend_config<"tutorial">().set_backend_pattern_configs(
          qz::backend_pattern_config(qz::pattern<nn::linear<>>)
              .add_dtype_config<weighted>()
              .set_root_module<nn::linear<>>()
              .set_reference_quantized_module<qz::reference::linear>(),
          qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::relu>).set_fuser_method(fuse_conv_relu),
          qz::backend_pattern_config(qz::pattern<nni::conv_relu2d>)
              .add_dtype_config<weighted>()
              .set_root_module<nn::conv2d<>>()
              .set_reference_quantized_module<qz::reference::conv2d>())){};

/// Linear, add (also with relu), cat that shares observers.
struct graph_backend : decltype(qz::backend_config<"graph">().set_backend_pattern_configs(
                           qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                               .add_dtype_config<weighted>()
                               .set_root_module<nn::linear<>>()
                               .set_reference_quantized_module<qz::reference::linear>(),
                           qz::backend_pattern_config(qz::pattern<qz::fn::linear>)
                               .add_dtype_config<weighted>()
                               .set_input_type_to_index<1, 2>(),
                           qz::backend_pattern_config(qz::pattern<qz::fn::add, nn::relu>).add_dtype_config<plain>(),
                           qz::backend_pattern_config(qz::pattern<qz::fn::add>).add_dtype_config<plain>(),
                           qz::backend_pattern_config(qz::pattern<qz::fn::cat>)
                               .set_observation_type(qz::output_share_observer_with_input)
                               .add_dtype_config<plain>())){};

inline constexpr qz::qconfig narrow{qz::min_max_observer().quant_range(0, 127).eps(0x1p-12),
                                    qz::default_weight_observer};
inline constexpr qz::qconfig wide{qz::histogram_observer().eps(0x1p-12), qz::default_weight_observer};
struct narrow_everywhere {
    static constexpr auto value = qz::qconfig_mapping().set_global(narrow);
};

/// The node of the traced graph that calls the module at `path`; -1 when there is none.
template <class Net>
constexpr int module_node(std::string_view path, int call = 0) {
    const qz::trace_view& t = qz::traced<Net>::view;
    for (int i = 0; i < t.graph.node_count; ++i)
        if (t.graph[i].module >= 0 && t.module_path(t.graph[i].module) == path && call-- == 0) return i;
    return -1;
}
/// The node of the `call`-th call of a function or method.
template <class Net, class Op>
constexpr int function_node(int call = 0) {
    const qz::trace_view& t = qz::traced<Net>::view;
    for (int i = 0; i < t.graph.node_count; ++i)
        if (t.graph[i].op == qz::id_of<Op> && call-- == 0) return i;
    return -1;
}
/// The QConfig that a node got, or none.
template <class Net, class Backend, class Mapping>
constexpr qz::maybe<qz::qconfig> config_at(int node) {
    const auto v = qz::prepared_view_of<Net, Backend, Mapping>();
    const qz::qconfig* q = v.config_of(node);
    return q ? qz::maybe<qz::qconfig>(*q) : qz::maybe<qz::qconfig>();
}
template <class Net, class Backend, class Mapping>
constexpr qz::decision decision_at(int node) {
    return qz::prepared_view_of<Net, Backend, Mapping>().report[node].what;
}
/// The observer slot that watches a node's value (at the front of those behind it), or -1.
template <class Net, class Backend, class Mapping>
constexpr int observer_of(int node) {
    const auto v = qz::prepared_view_of<Net, Backend, Mapping>();
    for (int i = v.graph.first; i >= 0; i = v.graph[i].next)
        if (v.graph[i].observer >= 0 && qz::first_input(v.graph, i) == node) return v.graph[i].observer;
    return -1;
}
/// Nodes in execution order.
constexpr int live(const qz::graph_view& g) {
    int n = 0;
    for (int i = g.first; i >= 0; i = g[i].next) ++n;
    return n;
}
