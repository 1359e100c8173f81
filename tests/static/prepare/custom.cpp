// SPDX-License-Identifier: BSL-1.0
// Custom configs and training mode through the constant stages: standalone modules, codes at the border, sizes,
// training classes and their way back.
#include <quantype/backend/qnnpack.hpp>
#include <quantype/lower/plan.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>

#include "static/small_backend.hpp"

using mapping = qz::default_qnnpack_mapping;
using backend = qz::backends::qnnpack;

template <class Net, class Mapping = mapping>
constexpr const qz::graph_view lowered = qz::stage::lowered<Net, backend, Mapping>.view();
template <class Net, class Mapping = mapping>
constexpr const qz::graph_view reference = qz::stage::reference<Net, backend, Mapping>.view();
template <class Net, class Mapping = mapping>
constexpr const qz::graph_view prepared = qz::stage::prepared<Net, backend, Mapping>.graph.view();
constexpr int calls_of(const qz::graph_view& g, qz::op_code c) {
    int n = 0;
    for (int i = g.first; i >= 0; i = g[i].next) n += g[i].op->code == c ? 1 : 0;
    return n;
}

// A module below the model is one call: not traced through, its output counts as quantized.
struct block {
    nn::conv2d<3, 3, 3> conv;
    nn::relu relu;
    QUANTYPE_MODULES(conv, relu)
    constexpr auto forward(auto x) const { return relu(conv(x)); }
};
struct with_block {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    block sub;
    nn::conv2d<3, 2, 3> head;
    QUANTYPE_MODULES(sub, head)
    constexpr auto forward(auto x) const { return head(sub(x)); }
};
namespace standalone {
struct by_name {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("sub");
};
struct by_class {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_class<block>();
};
struct takes_codes {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("sub", {0}, {0});
};
struct not_traced {
    static constexpr auto value = qz::prepare_custom_config().set_non_traceable_module_name("sub");
};
template <class Config>
using net = qz::customized<with_block, Config>;

static_assert(qz::traced<with_block>::view.graph.node_count == 5 &&
              qz::traced<net<by_name>>::view.graph.node_count == 4);
static_assert(qz::traced<net<by_class>>::view.graph.node_count == 4);
static_assert(qz::can_quantize<net<by_name>, backend, mapping>);
static_assert(calls_of(prepared<with_block>, qz::op_code::observer) == 3);
static_assert(calls_of(prepared<net<by_name>>, qz::op_code::observer) == 1);
static_assert(calls_of(prepared<net<by_class>>, qz::op_code::observer) == 1);
static_assert(calls_of(prepared<net<takes_codes>>, qz::op_code::observer) == 2);
// The input is quantized for the module, what it gives is dequantized for the others.
static_assert(calls_of(reference<net<takes_codes>>, qz::op_code::quantize) == 2);
static_assert(calls_of(reference<net<takes_codes>>, qz::op_code::dequantize) == 2);
static_assert(decision_at<net<not_traced>, backend, mapping>(1) == qz::decision::no_pattern);
// A standalone module runs as a model of its own; a module that is not traced has no code that could run.
static_assert(qz::stage::plan<net<by_name>, backend, mapping>.error == qz::plan_error::none);
static_assert(qz::stage::plan<net<not_traced>, backend, mapping>.error == qz::plan_error::no_float_kernel);
}  // namespace standalone

// Codes in, codes out.
struct two_outputs {
    using inputs = qz::inputs<qz::f32<1, 4>, qz::f32<1, 4>>;
    nn::linear<4, 4> a, b;
    QUANTYPE_MODULES(a, b)
    constexpr auto forward(auto x, auto y) const {
        const auto first = a(x), second = b(y);
        return qz::tuple(first, second);
    }
};
namespace border {
struct config {
    static constexpr auto value =
        qz::prepare_custom_config().set_input_quantized_indexes({0}).set_output_quantized_indexes({1});
};
using net = qz::customized<two_outputs, config>;
static_assert(calls_of(prepared<two_outputs>, qz::op_code::observer) == 4);
static_assert(calls_of(prepared<net>, qz::op_code::observer) == 3);
static_assert(calls_of(lowered<two_outputs>, qz::op_code::quantize) == 2);
static_assert(calls_of(lowered<net>, qz::op_code::quantize) == 1);
static_assert(calls_of(lowered<net>, qz::op_code::dequantize) == 1);
static_assert(qz::stage::plan<net, backend, mapping>.error == qz::plan_error::none);
static_assert(qz::stage::plan<two_outputs, backend, mapping>.error == qz::plan_error::none);
}  // namespace border

// A size is a node without a dtype, and no kernel call.
struct sized {
    using inputs = qz::inputs<qz::f32<2, 4>>;
    nn::linear<4, 6> a;
    QUANTYPE_MODULES(a)
    constexpr auto forward(auto x) const { return a(x).reshape({x.size(0), 2, -1}); }
};
namespace sizes {
static_assert(calls_of(prepared<sized>, qz::op_code::size) == 1);
static_assert(calls_of(prepared<sized>, qz::op_code::observer) == 3);
static_assert(qz::can_run<sized, backend, mapping>);
}  // namespace sizes

// Training keeps the batch norm inside the class; conversion folds it away.
struct trained_net {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    nn::conv2d<3, 4, 3> c;
    nn::batch_norm2d<4> b;
    nn::relu r;
    nn::linear<6, 2> l;
    QUANTYPE_MODULES(c, b, r, l)
    constexpr auto forward(auto x) const { return l(r(b(c(x)))); }
};
namespace qat {
using net = qz::training<trained_net>;
using m = qz::default_qat_qnnpack_mapping;
constexpr int conv = module_node<net>("c"), linear = module_node<net>("l");
static_assert(prepared<net, m>[conv].op == qz::id_of<nni::qat::conv_bn_relu2d>);
static_assert(prepared<net, m>[linear].op == qz::id_of<nn::qat::linear>);
static_assert(!prepared<net, m>.fusions[prepared<net, m>[conv].fusion].folds_batch_norm);
static_assert(reference<net, m>[conv].op == qz::id_of<nni::conv_relu2d>);
static_assert(reference<net, m>[conv].form == qz::node_form::reference);
static_assert(reference<net, m>.fusions[reference<net, m>[conv].fusion].folds_batch_norm);
static_assert(reference<net, m>[linear].op == qz::id_of<nn::linear<>>);
static_assert(qz::can_run<net, backend, m>);
// Without training mode the same mapping gives the classes of evaluation.
static_assert(prepared<trained_net, m>[conv].op == qz::id_of<nni::conv_relu2d>);
}  // namespace qat
