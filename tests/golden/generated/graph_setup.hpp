// SPDX-License-Identifier: BSL-1.0
// What the generated cases of the golden group `graphs` name: mappings beside the library's, and one case: the trace of
// a model with a backend and a mapping. The passes run when the test runs; they are the ones that the stages run as
// constants.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <quantype/backend/executorch.hpp>
#include <quantype/backend/fbgemm.hpp>
#include <quantype/backend/native.hpp>
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/tensorrt.hpp>
#include <quantype/backend/x86.hpp>
#include <quantype/lower/lower_graph.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>
#include <quantype/qconfig/regex.hpp>

namespace graphs {

namespace qz = quantype;

/// The record's "trt": histogram and min-max observers, qint8 symmetric.
struct tensorrt_mapping {
    static constexpr qz::qconfig everywhere{
        qz::histogram_observer().dtype(qz::qint8).qscheme(qz::qscheme::per_tensor_symmetric),
        qz::min_max_observer().dtype(qz::qint8).qscheme(qz::qscheme::per_tensor_symmetric)};
    static constexpr auto value = qz::qconfig_mapping().set_global(everywhere);
};
/// The same for training: fake-quantizes with moving averages.
struct tensorrt_qat_mapping {
    static constexpr qz::observer_config symmetric = qz::fake_quantize(qz::moving_average_min_max_observer())
                                                         .quant_range(-128, 127)
                                                         .dtype(qz::qint8)
                                                         .qscheme(qz::qscheme::per_tensor_symmetric);
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::qconfig{symmetric, symmetric});
};
struct dynamic_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_dynamic_qconfig);
};
struct weight_only_mapping {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_object_type<qz::nn::embedding<>>(qz::float_qparams_weight_only_qconfig)
                                      .set_object_type<qz::nn::embedding_bag<>>(qz::float_qparams_weight_only_qconfig);
};
struct float16_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::float16_static_qconfig);
};

/// What a case is made of. `reason` says why it cannot be expressed; it is then nothing else.
struct graph_case {
    std::size_t number = 0;  ///< in the manifest
    std::string reason{};
    qz::trace_view trace{};
    qz::detail::backend_view backend{};
    qz::mapping_view mapping{};
    qz::prepare_options options{};
};

inline graph_case cannot_express(std::size_t number, const char* reason) { return {number, reason, {}, {}, {}, {}}; }

/// Reads the trace as it is: a generated model whose shapes do not fit is one failed case, not a program that does not
/// compile.
template <class Net, class Backend, class Mapping>
graph_case case_of(std::size_t number) {
    if (qz::detail::trace_of<Net>.error != qz::detail::trace_error::none)
        return cannot_express(number, "the generated model cannot be traced: its shapes do not fit");
    return {number,
            "",
            qz::detail::trace_of<Net>.view(),
            qz::detail::table_of<Backend>.view(),
            qz::view_of(Mapping::value),
            {qz::detail::custom_of<Net>, qz::detail::is_training<Net>}};
}

/// The prepared, reference and lowered graphs of a case.
class case_graphs {
public:
    explicit case_graphs(const graph_case& c)
        : prepared_(qz::prepare_graph(c.trace, c.backend, c.mapping, c.options)),
          view_{c.trace,
                prepared_.graph.view(),
                prepared_.observers.begin(),
                prepared_.observers.size(),
                prepared_.report.begin(),
                prepared_.rule_of.begin(),
                prepared_.match_last.begin(),
                c.trace.graph.node_count,
                c.mapping,
                c.backend,
                c.options},
          reference_(qz::convert_graph(view_)),
          lowered_(qz::lower_graph(view_, reference_.view())) {}
    case_graphs(const case_graphs&) = delete;
    case_graphs& operator=(const case_graphs&) = delete;

    const qz::prepared_view& prepared() const { return view_; }
    qz::graph_view reference() const { return reference_.view(); }
    qz::graph_view lowered() const { return lowered_.view(); }
    qz::detail::mapping_error error() const { return prepared_.error; }

private:
    qz::detail::prepare_result prepared_;
    qz::prepared_view view_;
    qz::graph_builder reference_;
    qz::graph_builder lowered_;
};

}  // namespace graphs
